"""The kinds of appointment, and what holds for each: how long, what comes before and after, how soon, how far ahead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

CELL = timedelta(minutes=10)
"""Time is counted in cells of ten minutes: lengths and buffers are whole cells."""
GRID = timedelta(minutes=30)
"""All starts lie on this grid, but for those that others fix."""
LONGEST_HORIZON = timedelta(days=120)


class KindName(str, Enum):
    """How a counselor meets a person."""

    PHONE = "phone"
    CENTER = "center"
    HOME = "home"
    ACCOMPANY = "accompany"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for one kind.

    `before` and `after` are the counselor's buffers: the way there and back, notes. `lead` is the least time from
    booking to start, `horizon` the most. `room`: it takes one of the center's rooms. `fixed`: others set the time, so
    it need not lie on the grid.
    """

    name: KindName
    length: timedelta
    before: timedelta
    after: timedelta
    lead: timedelta
    horizon: timedelta
    room: bool = False
    fixed: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError for what is not whole cells, or cannot be."""
        for part in (self.length, self.before, self.after):
            if part % CELL or part < timedelta():
                raise ValueError(f"{self.name.value}: lengths and buffers are multiples of ten minutes")
        if self.length <= timedelta() or self.lead < timedelta() or not timedelta() < self.horizon <= LONGEST_HORIZON:
            raise ValueError(f"{self.name.value}: length, lead or horizon cannot be")


def _kind(name: KindName, minutes: tuple[int, int, int], lead_h: int, days: int) -> Kind:
    length, before, after = (timedelta(minutes=part) for part in minutes)
    room, fixed = name is KindName.CENTER, name is KindName.ACCOMPANY
    return Kind(name, length, before, after, timedelta(hours=lead_h), timedelta(days=days), room, fixed)


def default_kinds() -> Mapping[KindName, Kind]:
    """What holds where a house has set nothing else. Lengths and leads are our own choice, no rule of law."""
    kinds = (
        _kind(KindName.PHONE, (30, 0, 10), 2, 56),
        _kind(KindName.CENTER, (50, 0, 10), 3, 56),
        _kind(KindName.HOME, (60, 40, 40), 24, 56),
        _kind(KindName.ACCOMPANY, (120, 60, 60), 24, 90),
        _kind(KindName.VIDEO, (40, 0, 10), 3, 56),
    )
    return {kind.name: kind for kind in kinds}


UNITS = {
    "length_minutes": ("length", "minutes"),
    "before_minutes": ("before", "minutes"),
    "after_minutes": ("after", "minutes"),
    "lead_hours": ("lead", "hours"),
    "horizon_days": ("horizon", "days"),
}


def changed(kind: Kind, data: Mapping[str, Any]) -> Kind:
    """A kind with what a house has set for it, by the names of UNITS. Raises ValueError for anything else."""
    values = {field: getattr(kind, field) for field in kind.__slots__}
    for name, value in data.items():
        if name not in UNITS or isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{kind.name.value}: {name}: {value!r} cannot be set")
        field, unit = UNITS[name]
        values[field] = timedelta(**{unit: value})
    return Kind(**values)
