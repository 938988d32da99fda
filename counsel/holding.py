"""Holding a time for a person, so that nobody else can take it: the one way by which any time becomes somebody's."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import free_times
from counsel.availability import Request, Slot, Wish
from counsel.cells import SEOUL, busy_cells, day_number, first_cell, last_cell
from counsel.errors import DetailsError, NoAppointmentError, SlotTakenError
from counsel.free_times import View
from counsel.kinds import Kind, KindName
from storage import appointments as store
from storage import staff as staff_store
from storage.appointments import Appointment

CHAT, WAITING, LEAVE = "chat", "waiting", "leave"


@dataclass(frozen=True, slots=True)
class Details:
    """Where and how. `consent`: the person allowed the address to be kept until the visit is over."""

    address: str = ""
    company: str = ""
    phone: str = ""
    link: str = ""
    consent: bool = False

    def check(self, kind: KindName) -> None:
        """Raises DetailsError where a visit or an interview lacks what it needs."""
        if kind is KindName.HOME and not (self.address and self.consent):
            raise DetailsError
        if kind is KindName.ACCOMPANY and not (self.company and self.address):
            raise DetailsError


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a hold is for, until when, and whether the kind's lead counts."""

    name: str
    until: datetime
    at_once: bool = False


async def hold_for(
    session: AsyncSession,
    person_id: int,
    slot: Slot,
    now: datetime,
    purpose: Purpose,
    *,
    request: Request | None = None,
    details: Details | None = None,
    moving: int | None = None,
) -> Appointment:
    """Holds a time for any purpose. Raises as `hold` does."""
    if moving is None:
        (details or Details()).check(slot.kind)
    await staff_store.lock_bookings(session)
    original = await _original(session, person_id, moving)
    await _make_way(session, person_id, slot, original, now)
    wanted = request or Request(slot.kind, counselor_id=slot.counselor_id)
    same = await _same(session, person_id, slot, wanted, moving)
    if same is not None:
        return await _prolong(session, same, purpose, details)
    if purpose.name == CHAT:
        await drop_holds(session, person_id)
    view = await free_times.look(session, wanted, now, person_id=person_id, moving=moving, at_once=purpose.at_once)
    for candidate in free_times.candidates(view, wanted, slot.start, slot.counselor_id):
        found = await _take(session, person_id, candidate, view, purpose, details or Details(), original)
        if found is not None:
            found.district = wanted.district
            return found
    raise SlotTakenError(await nearest(session, person_id, slot, now, request, moving))


async def nearest(
    session: AsyncSession,
    person_id: int,
    slot: Slot,
    now: datetime,
    request: Request | None = None,
    moving: int | None = None,
) -> tuple[Slot, ...]:
    """The free times nearest to one that cannot be had; none where others set the time."""
    wanted = request or Request(slot.kind, center_id=slot.center_id)
    view = await free_times.look(session, wanted, now, person_id=person_id, moving=moving)
    return () if view.kind.fixed else free_times.best(view, wanted, Wish(near=slot.start)).slots


async def _original(session: AsyncSession, person_id: int, moving: int | None) -> Appointment | None:
    if moving is None:
        return None
    found = await store.by_id(session, moving)
    if found is None or found.person_id != person_id or found.status not in (store.BOOKED, store.DISPLACED):
        raise NoAppointmentError
    return found


async def _make_way(
    session: AsyncSession, person_id: int, slot: Slot, original: Appointment | None, now: datetime
) -> None:
    centers = [slot.center_id, *([original.center_id] if original else [])]
    await store.end_expired(session, now, centers, person_id)


async def _same(
    session: AsyncSession, person_id: int, slot: Slot, wanted: Request, moving: int | None
) -> Appointment | None:
    """The person's own hold of this time, for the same kind of talk in the same district."""
    found = await store.live_at(session, slot.counselor_id, slot.start)
    if found is None or found.person_id != person_id or found.status != store.HELD or found.moves_id != moving:
        return None
    return found if (found.kind, found.district) == (slot.kind.value, wanted.district) else None


async def _prolong(session: AsyncSession, held: Appointment, purpose: Purpose, details: Details | None) -> Appointment:
    """The same hold for longer, with what has been corrected since."""
    assert held.held_until is not None
    held.held_until = max(held.held_until, purpose.until)
    if details is not None:
        held.address, held.company = details.address, details.company
        held.phone, held.link = details.phone, details.link
    await session.flush()
    return held


async def drop_holds(session: AsyncSession, person_id: int) -> None:
    """Gives back what is held for a person while they confirm: there is one such time at most."""
    held = await store.of_person(session, person_id, (store.HELD,))
    await store.end_holds(session, [row.id for row in held if row.purpose == CHAT])


async def _take(
    session: AsyncSession,
    person_id: int,
    slot: Slot,
    view: View,
    purpose: Purpose,
    details: Details,
    original: Appointment | None,
) -> Appointment | None:
    row = _row(person_id, slot, view.kind, purpose, details, original)
    own = await store.cells_of(session, original.id) if original else set()
    cells = await _cells(session, person_id, slot, view, own, original.id if original else 0)
    return None if cells is None else await store.take(session, row, [c for c in cells if c not in own])


def _row(
    person_id: int, slot: Slot, kind: Kind, purpose: Purpose, details: Details, original: Appointment | None
) -> dict[str, Any]:
    first, last = busy_cells(slot.start, kind)
    return {
        "uid": f"{uuid.uuid4()}@ieum",
        "person_id": person_id,
        "kind": slot.kind.value,
        "counselor_id": slot.counselor_id,
        "center_id": slot.center_id,
        "start": slot.start.astimezone(SEOUL),
        "end": slot.end.astimezone(SEOUL),
        "busy_from": first,
        "busy_until": last,
        "status": store.HELD,
        "purpose": purpose.name,
        "held_until": purpose.until,
        "moves_id": original.id if original else None,
        "address": details.address,
        "company": details.company,
        "phone": details.phone,
        "link": details.link,
    }


async def _cells(
    session: AsyncSession, person_id: int, slot: Slot, view: View, own: set[tuple[str, int]], own_id: int
) -> list[tuple[str, int]] | None:
    """What a talk takes: the counselor's cells, the person's, a room's, and one of the counselor's talks of the day."""
    first, last = busy_cells(slot.start, view.kind)
    talk = range(first_cell(slot.start), last_cell(slot.end) + 1)
    cells = [(f"c:{slot.counselor_id}", cell) for cell in range(first, last + 1)]
    cells += [(f"p:{person_id}", cell) for cell in talk]
    for prefix, count, wanted in _numbered(slot, view, talk):
        taken = await store.used(session, prefix, wanted[0], wanted[-1], own_id)
        free = [name for name in (f"{prefix}{n + 1}" for n in range(count)) if name not in taken]
        if not free:
            return None
        mine = {resource for resource, _ in own}
        name = min(free, key=lambda name: name not in mine)
        cells += [(name, cell) for cell in wanted]
    return cells


def _numbered(slot: Slot, view: View, talk: range) -> list[tuple[str, int, Sequence[int]]]:
    """The things of which there are several: rooms in a center, talks in a counselor's day."""
    out: list[tuple[str, int, Sequence[int]]] = []
    rooms, a_day = view.staff.centers[slot.center_id].rooms, view.staff.plans[slot.counselor_id].a_day
    if view.kind.room and rooms is not None:
        out.append((f"r:{slot.center_id}:", rooms, talk))
    if a_day is not None:
        out.append((f"d:{slot.counselor_id}:", a_day, (day_number(talk[0]),)))
    return out
