"""Time as a row of ten-minute cells, and stretches of it as the bits of one large integer.

What somebody works, has taken and could begin are one integer each: eight weeks of twenty counselors are some shifts,
not some ten thousand objects.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from counsel.kinds import CELL, GRID, Kind

SEOUL = ZoneInfo("Asia/Seoul")
CELL_MINUTES = CELL // timedelta(minutes=1)
GRID_MINUTES = GRID // timedelta(minutes=1)
DAY_CELLS = 24 * 60 // CELL_MINUTES
SEOUL_MINUTES = 9 * 60
"""Korea has had no summer time since 1988."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time; its end is no longer in it."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.start <= at < self.end


def minutes_of(at: datetime) -> int:
    """Whole minutes since 1970."""
    return int(at.timestamp()) // 60


def first_cell(at: datetime) -> int:
    """The cell in which a moment lies."""
    return minutes_of(at) // CELL_MINUTES


def last_cell(at: datetime) -> int:
    """The last cell before a moment."""
    return int(-(-at.timestamp() // (CELL_MINUTES * 60))) - 1


def moment(cell: int) -> datetime:
    """When a cell begins, in Korea."""
    return datetime.fromtimestamp(cell * CELL_MINUTES * 60, SEOUL)


def day_number(cell: int) -> int:
    """The number of the day in Korea in which a cell lies."""
    return (cell * CELL_MINUTES + SEOUL_MINUTES) // (24 * 60)


def busy_cells(start: datetime, kind: Kind) -> tuple[int, int]:
    """The first and last cell of the counselor's time for a talk, its buffers included."""
    return first_cell(start - kind.before), last_cell(start + kind.length + kind.after)


@dataclass(frozen=True, slots=True)
class Frame:
    """The days that are looked at, as cells; bit 0 is the first cell of the first day."""

    first: int
    size: int

    @classmethod
    def of(cls, now: datetime, kind: Kind) -> "Frame":
        """From the start of today to the end of the kind's horizon, its buffers included."""
        days = kind.horizon // timedelta(days=1) + 2
        first = first_cell(datetime.combine(now.astimezone(SEOUL).date(), time(), SEOUL))
        return cls(first, days * DAY_CELLS)

    def mask(self, first: int, last: int) -> int:
        """The bits of the cells from `first` to `last`, as far as they lie in the frame."""
        low, high = max(0, first - self.first), min(self.size - 1, last - self.first)
        return ((1 << (high - low + 1)) - 1) << low if low <= high else 0

    def span(self, span: Span) -> int:
        """The bits of every cell that a stretch of time touches."""
        return self.mask(first_cell(span.start), last_cell(span.end))


def runs(free: int, cells: int) -> int:
    """The bits at which so many free cells in a row begin."""
    have = 1
    while have < cells:
        step = min(have, cells - have)
        free &= free >> step
        have += step
    return free


def grid(frame: Frame) -> int:
    """The bits at which talks may begin."""
    step = GRID // CELL
    one_day = sum(1 << cell for cell in range(0, DAY_CELLS, step))
    return sum(one_day << day * DAY_CELLS for day in range(frame.size // DAY_CELLS))


def bits_of(mask: int) -> Iterable[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def minute_of_day(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute
