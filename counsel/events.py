"""Signing up for events. A seat is given to exactly one person, a freed one is offered to whoever waits longest.

Seats of a sitting change only under its lock (`storage/events.py:locked`). Offers and changes are told through the
reminders, in the transaction that makes them; `bot/event_notices.py` has their words.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import reminders
from counsel.cases import CounselError
from counsel.terms import STANDARD, Terms
from knowledge.events import Event, Intake, Sitting
from storage import events
from storage.events import GOING, LAPSED, LIVE, OFFERED, WAITING, WITHDRAWN, Signup, StoredSitting

SUBJECT = "event"
"""What the reminders call a sign-up."""
LAST_CALL = timedelta(hours=1)
"""So shortly before a sitting nobody is offered a freed seat any more: they could not come."""
TO_ANSWER = timedelta(minutes=30)
"""So long at least somebody has to take an offered seat, from when they are told of it."""
KEPT = timedelta(days=30)
"""How long after a sitting its sign-ups are kept, as people are told when they sign up."""


class NoIntakeError(CounselError):
    """This sitting takes no sign-ups now; `why` says how it stands."""

    def __init__(self, why: Intake) -> None:
        super().__init__(why)
        self.why = why


class OneSittingError(CounselError):
    """The person has another sitting of this event, which allows one; `signup` is it."""

    def __init__(self, signup: Signup) -> None:
        super().__init__(signup.sitting_key)
        self.signup = signup


class FullError(CounselError):
    """The sitting that somebody wants to change to has no free seat; they keep what they have."""


class NoSignupError(CounselError):
    """There is no such sign-up of this person, or it has ended; then `signup` is it."""

    def __init__(self, signup: Signup | None = None) -> None:
        super().__init__(signup and signup.status)
        self.signup = signup


async def sign_up(
    session: AsyncSession,
    person_id: int,
    event: Event,
    sitting: Sitting,
    now: datetime,
    *,
    terms: Terms = STANDARD,
) -> Signup:
    """A seat, or a place in the line where all are given. Asking again gives the same one.

    Raises NoIntakeError, and OneSittingError for a second sitting of an event that allows one.
    """
    stored = await _open(session, event, sitting, now)
    if mine := await events.live_claim(session, person_id, _claim(event, sitting)):
        return _same(mine, sitting)
    await settle(session, stored, event, now)
    seat = await _seat(session, stored, now)
    signup = _new(person_id, event, sitting, seat, now)
    if not await events.add(session, signup):
        other = await events.live_claim(session, person_id, _claim(event, sitting))
        assert other is not None
        return _same(other, sitting)
    await remind(session, signup, stored, now, terms)
    return signup


async def change(
    session: AsyncSession,
    person_id: int,
    signup_id: int,
    event: Event,
    sitting: Sitting,
    now: datetime,
    *,
    terms: Terms = STANDARD,
) -> Signup:
    """Another sitting in place of the one that a person has. Raises NoIntakeError, NoSignupError, FullError."""
    for key in sorted({sitting.key, (await _own(session, person_id, signup_id)).sitting_key}):
        await events.locked(session, key)
    stored = await _open(session, event, sitting, now)
    old = await _own(session, person_id, signup_id)
    if old.status not in LIVE:
        raise NoSignupError(old)
    if old.sitting_key == sitting.key:
        return old
    await settle(session, stored, event, now)
    seat = await _seat(session, stored, now)
    if seat is None:
        raise FullError(sitting.key)
    await end(session, old, WITHDRAWN, now)
    signup = _new(person_id, event, sitting, seat, now)
    if not await events.add(session, signup):
        raise FullError(sitting.key)
    await remind(session, signup, stored, now, terms)
    return signup


async def accept(
    session: AsyncSession, person_id: int, signup_id: int, now: datetime, *, terms: Terms = STANDARD
) -> Signup:
    """Takes an offered seat; whoever has one already keeps it. Raises NoSignupError when the offer has passed on."""
    signup, stored = await _own_locked(session, person_id, signup_id)
    if signup.status not in LIVE:
        raise NoSignupError(signup)
    if signup.status == OFFERED:
        signup.status, signup.held_until, signup.changed_at = GOING, None, now
        await session.flush()
        await remind(session, signup, stored, now, terms)
    return signup


async def withdraw(session: AsyncSession, person_id: int, signup_id: int, now: datetime) -> Signup:
    """Gives back a seat, an offer or a place in the line; twice is once. Raises NoSignupError for another's."""
    signup, _ = await _own_locked(session, person_id, signup_id)
    if signup.status in LIVE:
        await end(session, signup, WITHDRAWN, now)
    return signup


async def coming(session: AsyncSession, person_id: int, signup_id: int, now: datetime) -> Signup:
    """Notes that a person said they are coming. Raises NoSignupError when there is no seat to come to."""
    signup = await _own(session, person_id, signup_id)
    if signup.status != GOING:
        raise NoSignupError(signup)
    signup.coming_at = now
    return signup


async def of_person(session: AsyncSession, person_id: int, now: datetime) -> Sequence[tuple[Signup, StoredSitting]]:
    """What a person has signed up for and is not over, soonest first."""
    return await events.of_person(session, person_id, now)


async def left(session: AsyncSession, sittings: Sequence[Sitting]) -> dict[str, int]:
    """How many seats of each sitting somebody new would get at once, by key; sittings without seats are left out."""
    counts = await events.counts(session, [s.key for s in sittings])
    return {s.key: _left(s.seats, counts.get(s.key, {})) for s in sittings if s.seats is not None}


async def settle(session: AsyncSession, stored: StoredSitting, event: Event, now: datetime) -> None:
    """Takes offers back whose time is over and offers free seats to those who wait. The caller has the lock."""
    for late in await events.run_out(session, stored.key, now):
        await end(session, late, LAPSED, now)
        await tell(session, late, stored, "lapsed", now)
    if stored.cancelled or not _can_offer(stored, now):
        return
    while (seat := await events.free_seat(session, stored)) is not None:
        waiter = await events.first_waiting(session, stored.key)
        if waiter is None:
            return
        until = reminders.soon(now) + timedelta(hours=event.hold_hours)
        waiter.status, waiter.seat, waiter.changed_at = OFFERED, seat, now
        waiter.held_until = min(until, stored.starts_at - LAST_CALL)
        await session.flush()
        await tell(session, waiter, stored, "offer", now)


async def sweep(session: AsyncSession, catalog: Mapping[str, Event], now: datetime) -> None:
    """Settles every sitting in which somebody waits, and forgets what is long over."""
    for key in await events.unsettled(session, now):
        event = catalog.get(key.partition(".")[0])
        stored = await events.locked(session, key)
        if event is not None and stored is not None:
            await settle(session, stored, event, now)
    await events.forget_before(session, now - KEPT)


async def _open(session: AsyncSession, event: Event, sitting: Sitting, now: datetime) -> StoredSitting:
    """The locked row of a sitting that takes sign-ups."""
    why = event.intake(sitting, now)
    if why != "open":
        raise NoIntakeError(why)
    stored = await events.locked(session, sitting.key)
    if stored is None:
        await events.put_sitting(session, row_of(sitting))
        stored = await events.locked(session, sitting.key)
    assert stored is not None
    if stored.cancelled:
        raise NoIntakeError("cancelled")
    return stored


def row_of(sitting: Sitting) -> dict[str, object]:
    """A sitting as it is first stored."""
    return {
        "key": sitting.key,
        "starts_at": sitting.starts,
        "ends_at": sitting.ends,
        "seats": sitting.seats,
        "place": place_of(sitting),
        "cancelled": bool(sitting.cancelled),
        "revision": 0,
    }


def place_of(sitting: Sitting) -> str:
    """The place as people are told it, for noticing that it has changed."""
    return " ".join(filter(None, (sitting.place.name, sitting.place.address, sitting.place.link)))[:200]


def _claim(event: Event, sitting: Sitting) -> str:
    return event.id if event.once else sitting.key


def _same(mine: Signup, sitting: Sitting) -> Signup:
    if mine.sitting_key != sitting.key:
        raise OneSittingError(mine)
    return mine


async def _seat(session: AsyncSession, stored: StoredSitting, now: datetime) -> int | None:
    """The seat of somebody new: none while others wait whom it can still be offered to."""
    if _can_offer(stored, now) and await events.first_waiting(session, stored.key) is not None:
        return None
    return await events.free_seat(session, stored)


def _can_offer(stored: StoredSitting, now: datetime) -> bool:
    """Whether somebody who is told of a seat, by day, still has time to answer."""
    return reminders.soon(now) + TO_ANSWER < stored.starts_at - LAST_CALL


def _left(seats: int | None, counts: Mapping[str, int]) -> int:
    return 0 if counts.get(WAITING) else max(0, (seats or 0) - counts.get(GOING, 0) - counts.get(OFFERED, 0))


def _new(person_id: int, event: Event, sitting: Sitting, seat: int | None, now: datetime) -> Signup:
    return Signup(
        person_id=person_id,
        sitting_key=sitting.key,
        claim=_claim(event, sitting),
        status=WAITING if seat is None else GOING,
        seat=seat,
        agreed_at=now,
        created_at=now,
        changed_at=now,
    )


async def _own(session: AsyncSession, person_id: int, signup_id: int) -> Signup:
    signup = await events.by_id(session, signup_id)
    if signup is None or signup.person_id != person_id:
        raise NoSignupError
    return signup


async def _own_locked(session: AsyncSession, person_id: int, signup_id: int) -> tuple[Signup, StoredSitting]:
    stored = await events.locked(session, (await _own(session, person_id, signup_id)).sitting_key)
    assert stored is not None
    return await _own(session, person_id, signup_id), stored


async def end(session: AsyncSession, signup: Signup, status: str, now: datetime) -> None:
    """Ends a sign-up, and what would have reminded of it. The caller has the lock."""
    signup.status, signup.seat, signup.held_until, signup.changed_at = status, None, None, now
    await session.flush()
    await reminders.drop(session, SUBJECT, signup.id)


async def remind(session: AsyncSession, signup: Signup, stored: StoredSitting, now: datetime, terms: Terms) -> None:
    """Plans the reminders of a seat, as the sitting stands now."""
    if signup.status == GOING:
        dues = reminders.due_times(stored.starts_at, terms.remind, now)
        start = stored.starts_at
        await reminders.plan(session, signup.person_id, SUBJECT, signup.id, stored.revision, dues, now, not_after=start)


async def tell(session: AsyncSession, signup: Signup, stored: StoredSitting, name: str, now: datetime) -> None:
    """One message about a sign-up, by day."""
    until = max(stored.starts_at, now + timedelta(days=1))
    await reminders.once(session, signup.person_id, SUBJECT, signup.id, name, now, not_after=until)
