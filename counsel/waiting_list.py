"""The waiting list: a freed time is held for the first who fits, told to them by day, and passes on when unanswered.

Whoever waits is found again by looking at what is free, so a time that becomes free in any way (a cancellation, an
end of leave, a new plan, an erased person) reaches them; nobody has to report it.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import free_times, reminders, staff
from counsel.availability import Offers, Request, Slot, Wish
from counsel.cells import SEOUL, Span
from counsel.ending import Actor, end
from counsel.errors import NoAppointmentError, SlotTakenError
from counsel.holding import WAITING, Details, Purpose, hold_for
from counsel.kinds import KindName
from counsel.staff import Staff
from counsel.terms import STANDARD, Terms
from storage import appointments as appointment_store
from storage import staff as staff_store
from storage import waiting as store
from storage.waiting import Waiter

SUBJECT = "waiting"


async def join(
    session: AsyncSession,
    person_id: int,
    request: Request,
    wish: Wish,
    now: datetime,
    details: Details | None = None,
    *,
    moves_id: int | None = None,
) -> Waiter:
    """Puts a person on the list; again, with another wish, keeps their place. One place for each kind.

    Raises DetailsError as a booking would.
    """
    details = details or Details()
    if moves_id is None:
        details.check(request.kind)
    values = {
        "center_id": request.center_id,
        "counselor_id": request.counselor_id,
        "district": request.district,
        "language": request.language,
        "skill": request.skill,
        "wish": wish_json(wish),
        "details": asdict(details),
        "until": max((span.end for span in wish.spans), default=None),
        "moves_id": moves_id,
    }
    await staff_store.lock_bookings(session)
    for waiter in await store.live_of(session, person_id):
        if waiter.kind == request.kind.value:
            # A new wish for the time in place of a displaced talk.
            values["moves_id"] = moves_id or waiter.moves_id
            for name, value in values.items():
                setattr(waiter, name, value)
            await session.flush()
            return waiter
    row = Waiter(person_id=person_id, kind=request.kind.value, status=store.WAITING, since=now, **values)
    return await store.add(session, row)


async def of_person(session: AsyncSession, person_id: int) -> list[Waiter]:
    """Where a person waits."""
    return list(await store.live_of(session, person_id))


async def leave(
    session: AsyncSession, person_id: int, waiting_id: int, now: datetime, *, terms: Terms = STANDARD
) -> None:
    """Takes a person off the list; what is held for them passes on. Raises NoAppointmentError.

    Whoever waited in place of a talk that we displaced wants no other: that talk ends.
    """
    waiter = await _own(session, person_id, waiting_id)
    held = waiter.hold_id
    store.end(waiter, store.LEFT)
    await reminders.drop(session, SUBJECT, waiter.id, now)
    await _give_back(session, held, now, terms)
    replaced = await appointment_store.by_id(session, waiter.moves_id) if waiter.moves_id is not None else None
    if replaced is not None and replaced.status == appointment_store.DISPLACED:
        await end(session, replaced, appointment_store.CANCELLED, now, Actor.PERSON)


async def decline(
    session: AsyncSession, person_id: int, waiting_id: int, now: datetime, *, terms: Terms = STANDARD
) -> None:
    """Refuses the time that is held; the person stays on the list. Raises NoAppointmentError."""
    waiter = await _own(session, person_id, waiting_id)
    await _give_back(session, waiter.hold_id, now, terms)


async def _own(session: AsyncSession, person_id: int, waiting_id: int) -> Waiter:
    await staff_store.lock_bookings(session)
    found = await store.by_id(session, waiting_id)
    if found is None or found.person_id != person_id or found.status != store.WAITING:
        raise NoAppointmentError
    return found


async def _give_back(session: AsyncSession, hold_id: int | None, now: datetime, terms: Terms) -> None:
    held = await appointment_store.by_id(session, hold_id) if hold_id is not None else None
    if held is not None and held.status == appointment_store.HELD:
        await appointment_store.end_holds(session, [held.id])
        await session.flush()
        await pass_on(session, now, within=Span(held.start, held.end), terms=terms)


async def pass_on(
    session: AsyncSession, now: datetime, *, within: Span | None = None, terms: Terms = STANDARD
) -> list[Waiter]:
    """Holds free times for those who wait, first come first; nobody gets two offers on one day.

    `within`: only times that overlap what has just become free. Returns who has an offer now.
    """
    await staff_store.lock_bookings(session)
    told = reminders.soon(now)
    waiters = await store.without_offer(session, told.astimezone(SEOUL).date().isoformat())
    if not waiters:
        return []
    everybody = await staff.load(session, now)
    given: list[Waiter] = []
    for waiter in waiters:
        if any(other.person_id == waiter.person_id for other in given):
            continue
        slot = await _slot_for(session, waiter, everybody, within, now, told, terms)
        if slot is not None and await _offer(session, waiter, slot, now, told, terms):
            given.append(waiter)
    return given


async def _slot_for(
    session: AsyncSession,
    waiter: Waiter,
    everybody: Staff,
    within: Span | None,
    now: datetime,
    told: datetime,
    terms: Terms,
) -> Slot | None:
    """The first time that fits and that still leaves the stated time to answer."""
    request, wish = request_of(waiter), wish_of(waiter.wish)
    # Counted from the end of the offer, so that whoever takes it late still comes in time.
    view = await free_times.look(
        session,
        request,
        now,
        person_id=waiter.person_id,
        moving=waiter.moves_id,
        staff_now=everybody,
    )
    earliest = answer_by(told, terms)
    if view.kind.fixed:
        # Others set the time: no other one will do.
        at = wish.near
        return next(iter(free_times.candidates(view, request, at)), None) if at and at > earliest else None
    wish = Wish(wish.spans, wish.near, (*wish.without, Span(now, earliest)))
    if within is not None:
        longest = view.kind.before + view.kind.length + view.kind.after
        wide = Span(within.start - longest, within.end + longest)
        wish = _narrowed(wish, wide)
    found: Offers = free_times.best(view, request, wish, 1)
    return found.slots[0] if found.fits and found.slots else None


def _narrowed(wish: Wish, within: Span) -> Wish:
    if not wish.spans:
        return Wish((within,), wish.near, wish.without)
    both = [Span(max(s.start, within.start), min(s.end, within.end)) for s in wish.spans]
    spans = tuple(span for span in both if span.start < span.end)
    # An empty wish would mean any time.
    return Wish(spans or (Span(within.start, within.start),), wish.near, wish.without)


def answer_by(told: datetime, terms: Terms) -> datetime:
    """Until when an offer is held: the stated time from when it is told; one of the evening until the morning."""
    until = told + terms.offer
    if not reminders.is_quiet(until):
        return until
    morning = reminders.soon(until)
    return datetime.combine(morning.astimezone(SEOUL).date(), time(9), SEOUL)


async def _offer(
    session: AsyncSession, waiter: Waiter, slot: Slot, now: datetime, told: datetime, terms: Terms
) -> bool:
    purpose = Purpose(WAITING, answer_by(told, terms))
    try:
        held = await hold_for(
            session,
            waiter.person_id,
            slot,
            now,
            purpose,
            request=request_of(waiter),
            details=Details(**waiter.details),
            moving=waiter.moves_id,
        )
    except (SlotTakenError, NoAppointmentError):
        return False
    waiter.hold_id, waiter.offered_on = held.id, told.astimezone(SEOUL).date().isoformat()
    waiter.offers += 1
    await session.flush()
    name = f"offer.{waiter.offers}"
    await reminders.once(session, waiter.person_id, SUBJECT, waiter.id, name, now, not_after=purpose.until)
    return True


async def close_passed(session: AsyncSession, now: datetime) -> int:
    """Ends the waiting of those whose wished time is over, and tells them so once. How many they were."""
    rows = await store.passed(session, now)
    for waiter in rows:
        store.end(waiter, store.PASSED)
        later = now + timedelta(days=3)
        await reminders.once(session, waiter.person_id, SUBJECT, waiter.id, "passed", now, not_after=later)
    return len(rows)


def request_of(waiter: Waiter) -> Request:
    """What somebody waits for."""
    return Request(
        KindName(waiter.kind), waiter.center_id, waiter.counselor_id, waiter.district, waiter.language, waiter.skill
    )


def wish_json(wish: Wish) -> dict[str, Any]:
    """A wish as plain JSON."""
    return {
        "spans": [_span_json(span) for span in wish.spans],
        "near": wish.near.isoformat() if wish.near else None,
        "without": [_span_json(span) for span in wish.without],
    }


def wish_of(data: Mapping[str, Any]) -> Wish:
    """A wish out of plain JSON."""
    near = data.get("near")
    return Wish(
        tuple(_span_of(pair) for pair in data.get("spans", ())),
        datetime.fromisoformat(near) if near else None,
        tuple(_span_of(pair) for pair in data.get("without", ())),
    )


def _span_json(span: Span) -> list[str]:
    return [span.start.isoformat(), span.end.isoformat()]


def _span_of(pair: Any) -> Span:
    return Span(datetime.fromisoformat(pair[0]), datetime.fromisoformat(pair[1]))
