"""The end of an appointment before its hour: cells, offers, reminders and what was told for it go."""

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import reminders
from storage import appointments as store
from storage import waiting as waiting_store
from storage.appointments import Appointment

SUBJECT = "appointment"
"""What the reminders call an appointment."""
LATE_WORD = timedelta(hours=1)
"""How long the word that we called off a talk may come where the talk begins before anybody may be written to."""


class Actor(str, Enum):
    """Who changes an appointment."""

    PERSON = "person"
    STAFF = "staff"


async def end(session: AsyncSession, appointment: Appointment, status: str, now: datetime, by: Actor) -> None:
    """Takes an appointment out of the calendar: cells, offers, reminders and address go.

    Whoever was to come to what we call off is told so once.
    """
    had_time = appointment.status == store.BOOKED and appointment.start > now
    await store.end_holds(session, [row.id for row in await store.holds_for(session, appointment.id)])
    await store.release(session, appointment.id)
    appointment.status, appointment.sequence = status, appointment.sequence + 1
    store.forget_details(appointment)
    if had_time:
        await store.freed(session, appointment, now)
    await store.note(session, appointment, status, by.value, now)
    await no_longer_replacing(session, appointment.id)
    await reminders.drop(session, SUBJECT, appointment.id, now)
    if status == store.CANCELLED_BY_US and appointment.start > now:
        person_id, until = appointment.person_id, max(appointment.start, reminders.soon(now) + LATE_WORD)
        await reminders.once(session, person_id, SUBJECT, appointment.id, "cancelled", now, not_after=until)


async def no_longer_replacing(session: AsyncSession, appointment_id: int) -> None:
    """Ends the waiting for another time of a displaced appointment."""
    waiter = await waiting_store.replacing(session, appointment_id)
    if waiter is not None:
        if waiter.hold_id is not None:
            await store.end_holds(session, [waiter.hold_id])
        waiting_store.end(waiter, waiting_store.DONE)
        await session.flush()
