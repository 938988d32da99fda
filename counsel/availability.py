"""When a counselor is free: plain values in, plain values out, the clock included.

Whoever works, has nothing else and fits the request is free; `counsel.cells` does the sums.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from counsel.cells import (
    CELL_MINUTES,
    DAY_CELLS,
    SEOUL_MINUTES,
    Frame,
    Span,
    bits_of,
    busy_cells,
    day_number,
    first_cell,
    grid,
    last_cell,
    minute_of_day,
    minutes_of,
    moment,
    runs,
)
from counsel.kinds import CELL, Kind, KindName


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of a day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Center:
    """A place. `rooms`: how many talks it holds at a time; None: as many as there are counselors."""

    id: str
    name: str
    address: str
    phone: str
    rooms: int | None = None
    districts: frozenset[str] = frozenset()
    active: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """One counselor's working plan, and what they may offer to whom.

    `week` holds the hours by weekday (Monday is 0), `days` those of single days, which stand in place of the week's
    and of a holiday (no hours: away). `a_day` is how many talks they hold on a day at most. `districts` are those whose
    homes they visit; none: all.
    """

    counselor_id: str
    name: str
    center_id: str
    week: Mapping[int, tuple[Hours, ...]]
    lunch: Hours | None = None
    days: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    leaves: tuple[Span, ...] = ()
    kinds: frozenset[KindName] = frozenset(KindName)
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    a_day: int | None = None
    active: bool = True

    def hours(self, day: date, holidays: Container[date]) -> tuple[Hours, ...]:
        """The hours of a day, lunch and leave not yet taken out."""
        if day in self.days:
            return self.days[day]
        return () if day in holidays else self.week.get(day.weekday(), ())


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. An empty field means that any will do."""

    kind: KindName
    center_id: str = ""
    counselor_id: str = ""
    district: str = ""
    language: str = ""
    skill: str = ""

    def fits(self, plan: Plan, center: Center | None = None) -> bool:
        """Whether this counselor may be asked. The district counts for visits at home, and else for no center."""
        if not plan.active or self.kind not in plan.kinds:
            return False
        if self.center_id not in ("", plan.center_id) or self.counselor_id not in ("", plan.counselor_id):
            return False
        if self.kind is KindName.HOME and not _serves(self.district, plan.districts or _districts(center)):
            return False
        return (not self.language or self.language in plan.languages) and (not self.skill or self.skill in plan.skills)


def _serves(district: str, served: frozenset[str]) -> bool:
    return not served or not district or district in served


def _districts(center: Center | None) -> frozenset[str]:
    return center.districts if center else frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked: the talk itself, without buffers."""

    start: datetime
    end: datetime
    counselor_id: str
    center_id: str
    kind: KindName

    @property
    def code(self) -> str:
        """An ASCII code of 43 characters at most, for a button: minutes since 1970, counselor, kind."""
        return f"{minutes_of(self.start)}.{self.counselor_id}.{self.kind.value}"


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody would like to come.

    `spans` are welcome stretches of time (none: any), `near` the wished moment (None: the earliest), `without` what
    must not be.
    """

    spans: tuple[Span, ...] = ()
    near: datetime | None = None
    without: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """Times to choose from, soonest first. `fits` is false when none lies in the wish: these are the nearest."""

    slots: tuple[Slot, ...]
    fits: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken: for each counselor cells as (first, last), and how many talks on a day by (counselor, day number).

    `rooms` is by center how many are in use in a cell; `person` are the cells in which the person is elsewhere.
    """

    counselors: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    on_day: Mapping[tuple[str, int], int] = field(default_factory=dict)
    rooms: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    person: Iterable[int] = ()


def working(plan: Plan, frame: Frame, holidays: Container[date]) -> int:
    """The cells in which a counselor works: hours, less lunch and leave."""
    bits = 0
    for number in range(frame.size // DAY_CELLS):
        day_first = frame.first + number * DAY_CELLS
        day = date(1970, 1, 1) + timedelta(days=day_number(day_first))
        today = 0
        for hours in plan.hours(day, holidays):
            today |= _of_day(frame, day_first, hours, outward=False)
        if today and plan.lunch:
            today &= ~_of_day(frame, day_first, plan.lunch, outward=True)
        bits |= today
    for leave in plan.leaves:
        bits &= ~frame.span(leave)
    return bits


def _of_day(frame: Frame, day_first: int, hours: Hours, *, outward: bool) -> int:
    """The cells of a stretch of a day; those that it only touches count when `outward`."""
    opens, closes = minute_of_day(hours.opens), minute_of_day(hours.closes)
    if outward:
        return frame.mask(day_first + opens // CELL_MINUTES, day_first - (-closes // CELL_MINUTES) - 1)
    return frame.mask(day_first - (-opens // CELL_MINUTES), day_first + closes // CELL_MINUTES - 1)


@dataclass(frozen=True, slots=True)
class Free:
    """At which cells of a frame each counselor could begin."""

    frame: Frame
    kind: Kind
    starts: Mapping[str, int]
    centers: Mapping[str, str]

    def slot(self, counselor_id: str, bit: int) -> Slot:
        """The slot of a bit."""
        start = moment(self.frame.first + bit)
        return Slot(start, start + self.kind.length, counselor_id, self.centers[counselor_id], self.kind.name)


def free_starts(
    request: Request,
    kind: Kind,
    plans: Iterable[Plan],
    centers: Mapping[str, Center],
    taken: Taken,
    holidays: Container[date],
    now: datetime,
) -> Free:
    """At which grid points each counselor who fits could begin, from the kind's lead to its horizon."""
    frame = Frame.of(now, kind)
    earliest = last_cell(now + kind.lead) + 1
    allowed = grid(frame) & frame.mask(earliest, first_cell(now + kind.horizon))
    starts, where = {}, {}
    for plan in plans:
        center = centers.get(plan.center_id)
        if center is None or not center.active or not request.fits(plan, center):
            continue
        free = _free(plan, kind, frame, taken, holidays)
        if kind.room and center.rooms is not None:
            free &= _rooms_free(center, frame, kind, taken)
        starts[plan.counselor_id] = free & _person_free(frame, kind, taken) & allowed
        where[plan.counselor_id] = plan.center_id
    return Free(frame, kind, starts, where)


def _free(plan: Plan, kind: Kind, frame: Frame, taken: Taken, holidays: Container[date]) -> int:
    """The cells at which a talk may begin, so that it and its buffers lie in free working time."""
    bits = _unbooked(plan, frame, taken, holidays)
    return runs(bits, (kind.before + kind.length + kind.after) // CELL) << (kind.before // CELL)


def _unbooked(plan: Plan, frame: Frame, taken: Taken, holidays: Container[date]) -> int:
    """The cells in which a counselor works and has nothing else, on days that are not full."""
    bits = working(plan, frame, holidays)
    for first, last in taken.counselors.get(plan.counselor_id, ()):
        bits &= ~frame.mask(first, last)
    if plan.a_day is not None:
        for (counselor_id, day), count in taken.on_day.items():
            if counselor_id == plan.counselor_id and count >= plan.a_day:
                first = (day * 24 * 60 - SEOUL_MINUTES) // CELL_MINUTES
                bits &= ~frame.mask(first, first + DAY_CELLS - 1)
    return bits


def _rooms_free(center: Center, frame: Frame, kind: Kind, taken: Taken) -> int:
    full = 0
    for cell, count in taken.rooms.get(center.id, {}).items():
        if count >= (center.rooms or 0):
            full |= frame.mask(cell, cell)
    everything = (1 << frame.size) - 1
    return runs(everything & ~full, kind.length // CELL) if center.rooms else 0


def _person_free(frame: Frame, kind: Kind, taken: Taken) -> int:
    bits = (1 << frame.size) - 1
    for cell in taken.person:
        bits &= ~frame.mask(cell, cell)
    return runs(bits, kind.length // CELL)


def free_slots(
    request: Request,
    kind: Kind,
    plans: Iterable[Plan],
    centers: Mapping[str, Center],
    taken: Taken,
    holidays: Container[date],
    now: datetime,
) -> list[Slot]:
    """Every slot that could be booked, soonest first, then by counselor."""
    free = free_starts(request, kind, plans, centers, taken, holidays, now)
    found = sorted((bit, who) for who, mask in free.starts.items() for bit in bits_of(mask))
    return [free.slot(who, bit) for bit, who in found]


def free_at(
    request: Request,
    kind: Kind,
    plans: Iterable[Plan],
    centers: Mapping[str, Center],
    taken: Taken,
    holidays: Container[date],
    start: datetime,
    now: datetime,
) -> list[Slot]:
    """Who is free for a talk whose time others have set, off the grid too; by counselor."""
    frame, found = Frame.of(now, kind), []
    first, last = busy_cells(start, kind)
    wanted, own = frame.mask(first, last), frame.span(Span(start, start + kind.length))
    if not now + kind.lead <= start <= now + kind.horizon or any(own & frame.mask(c, c) for c in taken.person):
        return []
    for plan in plans:
        center = centers.get(plan.center_id)
        if center is None or not center.active or not request.fits(plan, center):
            continue
        if wanted & _unbooked(plan, frame, taken, holidays) == wanted:
            found.append(Slot(start, start + kind.length, plan.counselor_id, plan.center_id, kind.name))
    return found


def nearest(slots: Sequence[Slot], wish: Wish, limit: int = 3, load: Mapping[str, int] | None = None) -> Offers:
    """The slots nearest to a wish, one for each start: of those who are free then, whoever has the least `load`."""
    by_start: dict[datetime, Slot] = {}
    for slot in sorted(slots, key=lambda slot: ((load or {}).get(slot.counselor_id, 0), slot.counselor_id)):
        by_start.setdefault(slot.start, slot)
    starts, fits = _nearest_starts(sorted(by_start), wish, limit)
    return Offers(tuple(by_start[start] for start in starts), fits)


def nearest_free(free: Free, wish: Wish, limit: int = 3, load: Mapping[str, int] | None = None) -> Offers:
    """The same out of free starts, of which only those that are offered become slots."""
    anyone = 0
    for mask in free.starts.values():
        anyone |= mask
    starts, fits = _nearest_starts([moment(free.frame.first + bit) for bit in bits_of(anyone)], wish, limit)
    slots = []
    for start in starts:
        bit = first_cell(start) - free.frame.first
        who = [c for c, mask in free.starts.items() if mask >> bit & 1]
        slots.append(free.slot(min(who, key=lambda c: ((load or {}).get(c, 0), c)), bit))
    return Offers(tuple(slots), fits)


def _nearest_starts(starts: Sequence[datetime], wish: Wish, limit: int) -> tuple[list[datetime], bool]:
    allowed = [start for start in starts if not any(span.holds(start) for span in wish.without)]
    inside = [start for start in allowed if any(span.holds(start) for span in wish.spans)] if wish.spans else allowed
    near = wish.near or (wish.spans[0].start if wish.spans and not inside else None)
    found = inside or allowed
    if near is not None:
        found = sorted(found, key=lambda start: (abs(start - near), start))
    return sorted(found[:limit]), bool(inside)
