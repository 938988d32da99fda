"""Free times out of the tables: what is offered, and who could take a start."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import availability, public_holidays, staff
from counsel.availability import Offers, Plan, Request, Slot, Taken, Wish
from counsel.cells import GRID_MINUTES, Frame, day_number, first_cell, last_cell, minutes_of
from counsel.kinds import CELL, Kind, KindName
from counsel.staff import Staff
from storage import appointments as store
from storage.appointments import Busy

NO_LEAD = timedelta()


@dataclass(frozen=True, slots=True)
class View:
    """What is known at one moment about who could be booked for a request."""

    staff: Staff
    kind: Kind
    plans: tuple[Plan, ...]
    taken: Taken
    holidays: frozenset[date]
    load: Mapping[str, int]
    now: datetime


async def look(
    session: AsyncSession,
    request: Request,
    now: datetime,
    *,
    person_id: int | None = None,
    moving: int | None = None,
    at_once: bool = False,
    staff_now: Staff | None = None,
) -> View:
    """Reads plans and bookings. `moving`: an appointment whose own time counts as free. `at_once`: no lead is kept."""
    everybody = staff_now or await staff.load(session, now)
    kind = everybody.kinds[request.kind]
    kind = replace(kind, lead=NO_LEAD) if at_once else kind
    plans = tuple(p for p in everybody.plans.values() if request.fits(p, everybody.centers.get(p.center_id)))
    frame = Frame.of(now, kind)
    cells = (frame.first, frame.first + frame.size)
    centers = sorted({p.center_id for p in plans})
    rows = await store.busy(session, centers, person_id or 0, cells, now, moving or 0)
    holidays = public_holidays.between(now.date(), (now + kind.horizon).date())
    load = Counter(row.counselor_id for row in rows)
    return View(everybody, kind, plans, _taken(rows, everybody, person_id), holidays, load, now)


def _taken(rows: list[Busy], everybody: Staff, person_id: int | None) -> Taken:
    counselors: dict[str, list[tuple[int, int]]] = {}
    rooms: dict[str, Counter[int]] = {}
    on_day: Counter[tuple[str, int]] = Counter()
    person: set[int] = set()
    with_room = {name.value for name, kind in everybody.kinds.items() if kind.room}
    buffers = {name.value: (kind.before // CELL, kind.after // CELL) for name, kind in everybody.kinds.items()}
    for row in rows:
        counselors.setdefault(row.counselor_id, []).append((row.first, row.last))
        before, after = buffers[row.kind]
        start = row.first + before
        on_day[row.counselor_id, day_number(start)] += 1
        if row.kind in with_room or row.person_id == person_id:
            talk = range(start, row.last - after + 1)
            if row.kind in with_room:
                rooms.setdefault(row.center_id, Counter()).update(talk)
            if row.person_id == person_id:
                person.update(talk)
    return Taken(counselors, on_day, rooms, person)


async def offers(
    session: AsyncSession,
    request: Request,
    wish: Wish,
    now: datetime,
    *,
    person_id: int | None = None,
    moving: int | None = None,
    limit: int = 3,
) -> Offers:
    """At most `limit` free times, nearest to the wish. `person_id`: times at which this person is elsewhere are out."""
    view = await look(session, request, now, person_id=person_id, moving=moving)
    return best(view, request, wish, limit)


def best(view: View, request: Request, wish: Wish, limit: int = 3) -> Offers:
    """The free times of a view that are nearest to a wish."""
    return availability.nearest_free(_free(view, request), wish, limit, view.load)


async def free_times(
    session: AsyncSession,
    request: Request,
    now: datetime,
    *,
    person_id: int | None = None,
    moving: int | None = None,
) -> list[Slot]:
    """Every free start, soonest first, each with the counselor who then has the least to do."""
    view = await look(session, request, now, person_id=person_id, moving=moving)
    free = _free(view, request)
    return list(availability.nearest_free(free, Wish(), free.frame.size, view.load).slots)


def _free(view: View, request: Request) -> availability.Free:
    return availability.free_starts(
        request, view.kind, view.plans, view.staff.centers, view.taken, view.holidays, view.now
    )


async def offers_at(
    session: AsyncSession,
    request: Request,
    start: datetime,
    now: datetime,
    *,
    person_id: int | None = None,
    moving: int | None = None,
) -> Offers:
    """Who could come along when others have set the time: one slot, or none and `fits` false."""
    view = await look(session, request, now, person_id=person_id, moving=moving)
    found = candidates(view, request, start)
    return Offers(tuple(found[:1]), bool(found))


def candidates(view: View, request: Request, start: datetime, first: str = "") -> list[Slot]:
    """Who could take this start: the counselor `first` before the others, those by how little they have to do."""
    if not view.kind.fixed and minutes_of(start) % GRID_MINUTES:
        return []
    found = availability.free_at(
        request, view.kind, view.plans, view.staff.centers, view.taken, view.holidays, start, view.now
    )
    order = sorted(found, key=lambda s: (s.counselor_id != first, view.load.get(s.counselor_id, 0), s.counselor_id))
    return [slot for slot in order if _has_room(view, slot)]


def _has_room(view: View, slot: Slot) -> bool:
    rooms = view.staff.centers[slot.center_id].rooms
    if not view.kind.room or rooms is None:
        return True
    used = view.taken.rooms.get(slot.center_id, {})
    return all(used.get(c, 0) < rooms for c in range(first_cell(slot.start), last_cell(slot.end) + 1))


async def slot_of(session: AsyncSession, code: str, now: datetime) -> Slot | None:
    """The slot behind a button's code; None for one that no plan knows. Whether it is free shows when it is held."""
    minutes, _, rest = code.partition(".")
    counselor_id, _, name = rest.partition(".")
    everybody = await staff.load(session, now)
    plan = everybody.plans.get(counselor_id)
    if plan is None or not minutes.isdigit() or len(minutes) > 9 or name not in {kind.value for kind in KindName}:
        return None
    kind = everybody.kinds[KindName(name)]
    start = datetime.fromtimestamp(int(minutes) * 60, now.tzinfo)
    return Slot(start, start + kind.length, counselor_id, plan.center_id, kind.name)


__all__ = ["View", "best", "candidates", "free_times", "look", "offers", "offers_at", "slot_of"]
