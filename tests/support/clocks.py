"""A clock that stands still until it is told to move."""

from datetime import datetime, timedelta

from bot.clock import SEOUL

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SEOUL)
"""A Monday morning on which counselors work."""


class StillClock:
    """Says the same time until moved."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)
