"""Part of a wish for a time: the days or the hours that some words of it mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

OPENS, CLOSES, EVENING = 9 * 60, 18 * 60, 21 * 60
"""The working day, in minutes after midnight, where a wish leaves one end open."""


@dataclass(frozen=True)
class Mark:
    """Part of a wish.

    Days: `first` to `last`, on `weekdays`, `weekly` where later weeks mean the same. Times: a start from `since` and
    before `until`, best `at`; all in minutes after midnight.
    """

    start: int
    end: int
    first: date = date.min
    last: date = date.max
    weekdays: frozenset[int] = frozenset()
    weekly: bool = False
    since: int = 0
    until: int = 24 * 60
    at: int | None = None
    habit: bool = False
    """A time told by what is done then ("애들 학교 보내고"), which gives way to one by the clock."""

    each_week: frozenset[int] = frozenset()
    """The weekdays of "월요일부터 목요일까지", which mean every week where they are shut out."""

    @property
    def is_day(self) -> bool:
        """Whether it names days; else it names a time of day."""
        return self.dated or bool(self.weekdays)

    @property
    def dated(self) -> bool:
        """Whether it says from when to when."""
        return self.first > date.min

    @property
    def is_range(self) -> bool:
        """Whether it names more days than one, so that a weekday after it means the one in it."""
        return self.dated and self.last > self.first and not self.weekdays


def longest(found: Iterable[Mark]) -> list[Mark]:
    """Marks that do not overlap, in the order of the text: the longer wins, of equals the earlier given."""
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda m: m.start - m.end):
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return sorted(kept, key=lambda m: m.start)
