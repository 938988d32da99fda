"""When counselors answer. Public holidays of Korea come from the `holidays` package, substitute days included."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from counsel import public_holidays

HORIZON_DAYS = 30
"""How far ahead the next open hour is looked for."""


@dataclass(frozen=True, slots=True)
class CounselHours:
    """The weekdays (Monday is 0) and the hours on which counselors answer. No weekday: nobody does."""

    weekdays: frozenset[int]
    opens: time
    closes: time

    def is_open(self, at: datetime) -> bool:
        """Whether a counselor is there now."""
        return self._works(at) and self.opens <= at.time() < self.closes

    def next_open(self, at: datetime) -> datetime | None:
        """When somebody is there next: `at` itself during the hours, None when nobody is within a month."""
        if self.is_open(at):
            return at
        for days in range(HORIZON_DAYS):
            day = (at + timedelta(days=days)).replace(
                hour=self.opens.hour, minute=self.opens.minute, second=0, microsecond=0
            )
            if day >= at and self._works(day):
                return day
        return None

    def _works(self, at: datetime) -> bool:
        return at.weekday() in self.weekdays and at.date() not in public_holidays.of_year(at.year)
