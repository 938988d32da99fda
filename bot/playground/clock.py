"""The time of the playground: real time plus a shift that a visitor may set."""

from datetime import datetime, timedelta

from bot.clock import Clock


class MovableClock:
    """Another clock, shifted. Moving it never stops it."""

    def __init__(self, base: Clock) -> None:
        self.base = base
        self.shift = timedelta()

    def now(self) -> datetime:
        return self.base.now() + self.shift

    def move(self, by: timedelta) -> None:
        """Shift the time further, backwards when negative."""
        self.shift += by

    def set(self, moment: datetime) -> None:
        """Let it be `moment` now.

        Raises ValueError for a time without a zone.
        """
        if moment.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        self.shift = moment - self.base.now()

    def reset(self) -> None:
        """Back to the base clock's time."""
        self.shift = timedelta()
