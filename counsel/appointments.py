"""Appointments from the first offer to the last change. Whoever changes one, its cells, reminders and waiters go along.

Nothing here commits. Two people cannot have one time: each takes the cells of it in the database, which refuses the
second (`counsel.holding`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import reminders, waiting_list
from counsel.availability import Request, Slot
from counsel.cells import SEOUL, Span, day_number, first_cell, last_cell
from counsel.ending import SUBJECT, Actor, end, no_longer_replacing
from counsel.errors import DetailsError, HoldExpiredError, NoAppointmentError, SlotTakenError, TooLateError
from counsel.free_times import free_times, offers, offers_at, slot_of
from counsel.holding import CHAT, Details, Purpose, hold_for, nearest
from counsel.kinds import KindName
from counsel.terms import STANDARD, Terms
from storage import appointments as store
from storage import staff as staff_store
from storage import waiting as waiting_store
from storage.appointments import Appointment


async def hold(
    session: AsyncSession,
    person_id: int,
    slot: Slot,
    now: datetime,
    *,
    request: Request | None = None,
    details: Details | None = None,
    moving: int | None = None,
    terms: Terms = STANDARD,
) -> Appointment:
    """Holds a time for the minutes in which a person confirms it. The same person's same time again is prolonged.

    With a `request` for any counselor another one who is free at the same start may be taken. `moving` names the
    appointment that is to be changed. Raises SlotTakenError, DetailsError, NoAppointmentError, and TooLateError for a
    change after the cut-off.
    """
    if moving is not None:
        _in_time(await of_person(session, person_id, moving), Actor.PERSON, now, terms)
    purpose = Purpose(CHAT, now + terms.hold)
    return await hold_for(session, person_id, slot, now, purpose, request=request, details=details, moving=moving)


async def confirm(
    session: AsyncSession, person_id: int, hold_id: int, now: datetime, *, terms: Terms = STANDARD
) -> Appointment:
    """Books what is held, or changes the appointment that it was held for. A second time it changes nothing.

    Raises HoldExpiredError with the nearest times, NoAppointmentError for what is not this person's.
    """
    held = await _locked(session, await of_person(session, person_id, hold_id))
    if held.status == store.BOOKED:
        return held
    if held.status == store.DONE and held.moves_id is not None:
        return await of_person(session, person_id, held.moves_id)
    if held.status not in (store.HELD, store.EXPIRED):
        raise NoAppointmentError
    if held.status == store.EXPIRED or held.held_until is None or held.held_until <= now:
        await store.end_holds(session, [held.id])
        if held.purpose != CHAT:
            await waiting_list.pass_on(session, now, within=Span(held.start, held.end), terms=terms)
        raise HoldExpiredError(await nearest(session, person_id, as_slot(held), now, moving=held.moves_id))
    waiter = await waiting_store.by_hold(session, held.id)
    booked = await (_change(session, held, now, terms) if held.moves_id is not None else _book(session, held, now))
    await store.refilled(session, booked, now)
    if waiter is not None:
        waiting_store.end(waiter, waiting_store.DONE)
    await _remind(session, booked, now, terms)
    return booked


def as_slot(appointment: Appointment) -> Slot:
    """The time of an appointment."""
    kind = KindName(appointment.kind)
    start, end = appointment.start.astimezone(SEOUL), appointment.end.astimezone(SEOUL)
    return Slot(start, end, appointment.counselor_id, appointment.center_id, kind)


async def _book(session: AsyncSession, held: Appointment, now: datetime) -> Appointment:
    held.status, held.held_until, held.booked_at = store.BOOKED, None, now
    await store.note(session, held, "booked", Actor.PERSON.value, now)
    return held


async def _change(session: AsyncSession, held: Appointment, now: datetime, terms: Terms) -> Appointment:
    """Gives the held time to the appointment that it was held for."""
    assert held.moves_id is not None
    original = await store.by_id(session, held.moves_id, lock=True)
    if original is None or original.status not in (store.BOOKED, store.DISPLACED):
        raise NoAppointmentError
    was = Span(original.start, original.end)
    if original.status == store.BOOKED:
        await store.freed(session, original, now)
    new, own = await store.cells_of(session, held.id), await store.cells_of(session, original.id)
    await store.release(session, original.id, [cell for cell in own if not _stays(cell, held, new)])
    await store.hand_over(session, held.id, original.id)
    await store.end_holds(session, [held.id], store.DONE)
    for name in ("counselor_id", "center_id", "start", "end", "busy_from", "busy_until"):
        setattr(original, name, getattr(held, name))
    original.status, original.sequence = store.BOOKED, original.sequence + 1
    original.reminder_answer = ""
    await store.note(session, original, "moved", Actor.PERSON.value, now, start=was.start.isoformat())
    await no_longer_replacing(session, original.id)
    await session.flush()
    await waiting_list.pass_on(session, now, within=was, terms=terms)
    return original


def _stays(cell: tuple[str, int], held: Appointment, new: set[tuple[str, int]]) -> bool:
    """Whether a cell of the old time belongs to the new one too."""
    resource, number = cell
    start, end = first_cell(held.start), last_cell(held.end)
    if resource == f"c:{held.counselor_id}":
        return held.busy_from <= number <= held.busy_until
    if resource.startswith("p:"):
        return start <= number <= end
    if resource.startswith(f"r:{held.center_id}:"):
        rooms = {name for name, _ in new if name.startswith("r:")}
        return start <= number <= end and (not rooms or resource in rooms)
    return resource.startswith(f"d:{held.counselor_id}:") and number == day_number(start)


async def release(
    session: AsyncSession, person_id: int, hold_id: int, now: datetime, *, terms: Terms = STANDARD
) -> None:
    """Gives a held time back."""
    await staff_store.lock_bookings(session)
    held = await of_person(session, person_id, hold_id)
    if held.status == store.HELD:
        await store.end_holds(session, [held.id])
        await waiting_list.pass_on(session, now, within=Span(held.start, held.end), terms=terms)


async def book(
    session: AsyncSession,
    person_id: int,
    slot: Slot,
    now: datetime,
    *,
    by: Actor,
    request: Request | None = None,
    details: Details | None = None,
    terms: Terms = STANDARD,
) -> Appointment:
    """Holds and confirms in one; for staff no lead is kept. Raises SlotTakenError, DetailsError."""
    purpose = Purpose(CHAT, now + terms.hold, at_once=by is Actor.STAFF)
    held = await hold_for(session, person_id, slot, now, purpose, request=request, details=details)
    return await confirm(session, person_id, held.id, now, terms=terms)


async def move(
    session: AsyncSession,
    appointment_id: int,
    slot: Slot,
    now: datetime,
    *,
    by: Actor,
    request: Request | None = None,
    terms: Terms = STANDARD,
) -> Appointment:
    """Changes the time in one. Raises SlotTakenError, TooLateError (for the person), NoAppointmentError."""
    appointment = await live(session, appointment_id)
    _in_time(appointment, by, now, terms)
    purpose = Purpose(CHAT, now + terms.hold, at_once=by is Actor.STAFF)
    person_id = appointment.person_id
    held = await hold_for(session, person_id, slot, now, purpose, request=request, moving=appointment_id)
    return await confirm(session, person_id, held.id, now, terms=terms)


async def cancel(
    session: AsyncSession, appointment_id: int, now: datetime, *, by: Actor, terms: Terms = STANDARD
) -> Appointment:
    """Cancels. Its reminders end, its time is offered to whoever waits. Raises TooLateError, NoAppointmentError."""
    appointment = await live(session, appointment_id)
    _in_time(appointment, by, now, terms)
    status = store.CANCELLED if by is Actor.PERSON else store.CANCELLED_BY_US
    await end(session, appointment, status, now, by)
    await waiting_list.pass_on(session, now, within=Span(appointment.start, appointment.end), terms=terms)
    return appointment


async def coming(session: AsyncSession, person_id: int, appointment_id: int, now: datetime) -> Appointment:
    """Notes that a person said they will come. Raises NoAppointmentError when there is nothing to come to."""
    appointment = await of_person(session, person_id, appointment_id)
    if appointment.status != store.BOOKED or appointment.end <= now:
        raise NoAppointmentError
    appointment.reminder_answer = "coming"
    await store.note(session, appointment, "coming", Actor.PERSON.value, now)
    return appointment


async def upcoming(session: AsyncSession, person_id: int, now: datetime) -> Sequence[Appointment]:
    """A person's appointments to come, displaced ones too, soonest first."""
    rows = await store.of_person(session, person_id, (store.BOOKED, store.DISPLACED))
    return [row for row in rows if row.end > now]


async def of_person(session: AsyncSession, person_id: int, appointment_id: int) -> Appointment:
    """One of a person's own appointments. Raises NoAppointmentError, for somebody else's too."""
    found = await store.by_id(session, appointment_id)
    if found is None or found.person_id != person_id:
        raise NoAppointmentError
    return found


async def live(session: AsyncSession, appointment_id: int) -> Appointment:
    """An appointment that can be changed, kept from others' changes. Raises NoAppointmentError."""
    found = await store.by_id(session, appointment_id)
    if found is None:
        raise NoAppointmentError
    found = await _locked(session, found)
    if found.status not in (store.BOOKED, store.DISPLACED):
        raise NoAppointmentError
    return found


async def check_change(
    session: AsyncSession, person_id: int, appointment_id: int, now: datetime, *, terms: Terms = STANDARD
) -> None:
    """Whether a person may still change or cancel an appointment. Raises TooLateError, NoAppointmentError."""
    _in_time(await of_person(session, person_id, appointment_id), Actor.PERSON, now, terms)


async def _locked(session: AsyncSession, appointment: Appointment) -> Appointment:
    """The appointment as it is once nobody else can change it: first the bookings, as everywhere, then the row."""
    await staff_store.lock_bookings(session)
    found = await store.by_id(session, appointment.id, lock=True)
    if found is None:
        raise NoAppointmentError
    return found


def _in_time(appointment: Appointment, by: Actor, now: datetime, terms: Terms) -> None:
    if appointment.status not in (store.BOOKED, store.DISPLACED):
        raise NoAppointmentError
    if by is Actor.PERSON and appointment.status == store.BOOKED and appointment.start - now < terms.cut_off:
        raise TooLateError


async def _remind(session: AsyncSession, booked: Appointment, now: datetime, terms: Terms) -> None:
    dues = reminders.due_times(booked.start, terms.remind, now)
    await reminders.plan(
        session, booked.person_id, SUBJECT, booked.id, booked.sequence, dues, now, not_after=booked.start
    )


__all__ = [
    "SUBJECT",
    "Actor",
    "Details",
    "DetailsError",
    "HoldExpiredError",
    "NoAppointmentError",
    "SlotTakenError",
    "TooLateError",
    "as_slot",
    "book",
    "cancel",
    "check_change",
    "coming",
    "confirm",
    "end",
    "free_times",
    "hold",
    "live",
    "move",
    "of_person",
    "offers",
    "offers_at",
    "release",
    "slot_of",
    "upcoming",
]
