"""A counselor is away: everyone with an appointment in that time gets another offer, in one action."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import cases, free_times, holding, reminders, waiting_list
from counsel.appointments import SUBJECT, Actor, Details, as_slot
from counsel.availability import Request, Slot, Wish
from counsel.cells import Span, first_cell, last_cell
from counsel.errors import NoAppointmentError, SlotTakenError
from counsel.kinds import KindName, default_kinds
from counsel.terms import STANDARD, Terms
from storage import appointments as store
from storage import staff as staff_store
from storage.appointments import Appointment
from storage.staff import Leave

LONGEST_OFFER = timedelta(hours=24)
"""An offer in place of a talk that we called off is held for a day, or until shortly before it begins."""


class NoCounselorError(NoAppointmentError):
    """There is no counselor with this id."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a leave did: its number, and whose appointments need another time."""

    leave_id: int
    displaced: tuple[Appointment, ...]


async def counselor_leaves(
    session: AsyncSession, counselor_id: str, span: Span, now: datetime, *, note: str = "", terms: Terms = STANDARD
) -> Leaving:
    """Enters leave and displaces every appointment in it.

    Each displaced person has another time held, the same hour with a colleague where possible, or a place on the
    waiting list, and gets one message. Raises NoCounselorError.
    """
    counselor = await staff_store.counselor(session, counselor_id)
    if counselor is None:
        raise NoCounselorError(counselor_id)
    await staff_store.lock_bookings(session)
    leave = Leave(counselor_id=counselor_id, start=span.start, end=span.end, note=note)
    await staff_store.add_leave(session, leave)
    first, last = first_cell(max(span.start, now)), last_cell(span.end)
    rows = await store.overlapping(session, counselor_id, first, last)
    await store.end_holds(session, [row.id for row in rows if row.status == store.HELD])
    booked = [row for row in rows if row.status == store.BOOKED]
    for row in booked:
        await _displace(session, row, now)
    for row in booked:
        await offer_again(session, row, now, terms)
    return Leaving(leave.id, tuple(booked))


async def _displace(session: AsyncSession, appointment: Appointment, now: datetime) -> None:
    await store.end_holds(session, [row.id for row in await store.holds_for(session, appointment.id)])
    await store.release(session, appointment.id)
    appointment.status = store.DISPLACED
    appointment.sequence += 1
    await store.note(session, appointment, "displaced", Actor.STAFF.value, now)
    await reminders.drop(session, SUBJECT, appointment.id, now)


async def offer_again(session: AsyncSession, appointment: Appointment, now: datetime, terms: Terms) -> None:
    """Holds another time for a displaced person, else puts them on the waiting list; and tells them once.

    At an interview, whose time others set, only a colleague at that very time helps; else a person looks for a way.
    """
    if not await _hold_another(session, appointment, now, terms):
        if _is_fixed(appointment):
            await _hand_over(session, appointment, now)
            return
        await _wait(session, appointment, now)
    name = f"displaced.{appointment.sequence}"
    not_after = max(appointment.start, now + timedelta(days=2))
    await reminders.once(session, appointment.person_id, SUBJECT, appointment.id, name, now, not_after=not_after)


def _is_fixed(appointment: Appointment) -> bool:
    return default_kinds()[KindName(appointment.kind)].fixed


async def _wait(session: AsyncSession, appointment: Appointment, now: datetime) -> None:
    person_id, request = appointment.person_id, _request(appointment)
    await waiting_list.join(session, person_id, request, Wish(), now, _details(appointment), moves_id=appointment.id)


async def _hand_over(session: AsyncSession, appointment: Appointment, now: datetime) -> None:
    """Opens a case for an interview to which nobody can come along, and says so once."""
    facts = {"appointment": appointment.id, "wants": "companion"}
    await cases.open_case(session, appointment.person_id, "appointment", now, facts=facts)
    name, start = f"{store.HANDED}{appointment.sequence}", appointment.start
    await store.note(session, appointment, name, Actor.STAFF.value, now)
    await reminders.once(session, appointment.person_id, SUBJECT, appointment.id, name, now, not_after=start)


async def _hold_another(session: AsyncSession, appointment: Appointment, now: datetime, terms: Terms) -> bool:
    request = _request(appointment)
    slot = await _another(session, appointment, request, now, terms)
    if slot is None:
        return False
    told = reminders.soon(now)
    until = min(told + LONGEST_OFFER, slot.start - timedelta(minutes=30))
    purpose = holding.Purpose(holding.LEAVE, until)
    try:
        await holding.hold_for(
            session, appointment.person_id, slot, now, purpose, request=request, moving=appointment.id
        )
    except SlotTakenError:
        return False
    return True


async def _another(
    session: AsyncSession, appointment: Appointment, request: Request, now: datetime, terms: Terms
) -> Slot | None:
    """The same hour with a colleague, else the nearest free time that leaves time to answer."""
    view = await free_times.look(session, request, now, person_id=appointment.person_id, moving=appointment.id)
    soonest = reminders.soon(now) + terms.offer
    same = free_times.candidates(view, request, as_slot(appointment).start)
    if same and appointment.start > soonest:
        return same[0]
    if view.kind.fixed:
        return None
    wish = Wish(near=appointment.start, without=(Span(now, soonest),))
    found = free_times.best(view, request, wish, 1)
    return found.slots[0] if found.slots else None


def _request(appointment: Appointment) -> Request:
    return Request(KindName(appointment.kind), appointment.center_id, district=appointment.district)


def _details(appointment: Appointment) -> Details:
    return Details(appointment.address, appointment.company, appointment.phone, appointment.link, True)


async def sweep(session: AsyncSession, now: datetime, terms: Terms = STANDARD) -> None:
    """What time itself changes: holds end, displaced people without an offer wait for one (at an interview: a person
    looks for a way), freed times are offered.
    """
    await staff_store.lock_bookings(session)
    rows = await store.expired(session, now)
    await store.end_holds(session, [row.id for row in rows])
    await waiting_list.close_passed(session, now)
    for row in await store.displaced_alone(session):
        await (_hand_over if _is_fixed(row) else _wait)(session, row, now)
    await waiting_list.pass_on(session, now, terms=terms)
    await store.forget_holds(session, now - timedelta(days=2))
