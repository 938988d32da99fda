"""After the hour: what became of an appointment, and the figures that follow from many of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import reminders, waiting_list
from counsel.appointments import SUBJECT, Actor, end
from counsel.cells import Span
from counsel.ending import no_longer_replacing
from counsel.errors import NoAppointmentError
from counsel.terms import STANDARD, Terms
from storage import appointments as store
from storage import staff as staff_store
from storage.appointments import Appointment

MISSED_WORD = timedelta(days=3)
"""How long after a missed appointment the one message about it may still come."""


class Outcome(str, Enum):
    """What staff note after the hour, or before it for what they call off."""

    MET = "met"
    MISSED = "missed"
    EXCUSED = "excused"
    CANCELLED_BY_US = "cancelled_by_us"


class NotYetError(NoAppointmentError):
    """It has not begun, so nobody can have met or missed it."""


MARKABLE = frozenset({store.BOOKED, store.DISPLACED, store.MET, store.MISSED, store.EXCUSED})


async def mark(
    session: AsyncSession, appointment_id: int, outcome: Outcome, now: datetime, *, terms: Terms = STANDARD
) -> Appointment:
    """Notes an outcome; a later one corrects it. Whoever missed it, or was to come to what we call off, is told once.

    Raises NoAppointmentError, and NotYetError for "met" or "missed" before the start.
    """
    await staff_store.lock_bookings(session)
    found = await store.by_id(session, appointment_id, lock=True)
    if found is None or found.status not in MARKABLE:
        raise NoAppointmentError
    if outcome in (Outcome.MET, Outcome.MISSED) and now < found.start:
        raise NotYetError
    to_come = found.start > now
    if to_come:
        await end(session, found, outcome.value, now, Actor.STAFF)
        await waiting_list.pass_on(session, now, within=Span(found.start, found.end), terms=terms)
    else:
        found.status = outcome.value
        store.forget_details(found)
        await store.end_holds(session, [row.id for row in await store.holds_for(session, found.id)])
        await store.release(session, found.id)
        await no_longer_replacing(session, found.id)
        await store.note(session, found, outcome.value, Actor.STAFF.value, now)
    found.marked_at = now
    if outcome is Outcome.MISSED:
        not_after = now + MISSED_WORD
        await reminders.once(session, found.person_id, SUBJECT, found.id, "missed", now, not_after=not_after)
    await session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Rate:
    """How many came of those of whom it is known."""

    met: int
    missed: int

    @property
    def no_show(self) -> float | None:
        """The share of those who did not come; None without any."""
        known = self.met + self.missed
        return round(self.missed / known, 3) if known else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What appointments of a stretch of time tell. `lead_days`: from booking to start, the median.

    `by_answer`: no-shows by what was tapped under a reminder ("" for nothing). `refilled` of `freed` times that were
    given back were taken by somebody else, after `refill_hours` (median).
    """

    appointments: int
    by_status: dict[str, int]
    lead_days: float | None
    by_kind: dict[str, Rate]
    by_answer: dict[str, Rate]
    freed: int
    refilled: int
    refill_hours: float | None


async def figures(session: AsyncSession, since: datetime, until: datetime) -> Figures:
    """The figures of all appointments that begin in a stretch of time."""
    rows = [row for row in await store.in_time(session, since, until) if row.booked_at is not None]
    freed = await store.freed_in_time(session, since, until)
    leads = [(row.start - row.booked_at) / timedelta(days=1) for row in rows if row.booked_at]
    hours = [(slot.refilled_at - slot.freed_at) / timedelta(hours=1) for slot in freed if slot.refilled_at]
    return Figures(
        appointments=len(rows),
        by_status=dict(Counter(row.status for row in rows)),
        lead_days=_median(leads),
        by_kind=_rates((row.kind, row.status) for row in rows),
        by_answer=_rates((row.reminder_answer, row.status) for row in rows),
        freed=len(freed),
        refilled=len(hours),
        refill_hours=_median(hours),
    )


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 2) if values else None


def _rates(pairs: Iterable[tuple[str, str]]) -> dict[str, Rate]:
    counts = Counter(pair for pair in pairs if pair[1] in (store.MET, store.MISSED))
    names = sorted({name for name, _ in counts})
    return {name: Rate(counts[name, store.MET], counts[name, store.MISSED]) for name in names}
