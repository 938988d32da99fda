"""People who have been silent for long are forgotten; nobody who comes back in that very moment is."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from storage import appointments, chats, events, outbox, people, personal_data, updates, waiting
from storage.appointments import Appointment
from storage.base import Base
from storage.cases import Case
from storage.database import Database
from storage.events import Signup
from storage.notices import Notice
from storage.outbox import Call
from storage.people import Person
from storage.updates import Arrival
from storage.waiting import Waiter
from tests.support.clocks import StillClock
from tests.support.staff import hire

JA, BO = 1, 2
CAP = timedelta(seconds=8)
LEASE = timedelta(seconds=30)
YEAR = timedelta(days=365)


async def arrives(database: Database, chat_id: int, now: datetime) -> None:
    async with database.transaction() as session:
        await updates.store(session, [Arrival(int(now.timestamp()), chat_id, "message", {"가": 1})], now)
        await chats.due(session, {chat_id: now}, now, CAP)


async def answer(database: Database, chat_id: int, now: datetime, doing: asyncio.Event | None = None) -> None:
    """A turn; `doing` is set when it holds the chat, and it takes its time then."""
    async with database.transaction() as session:
        (lease,) = await chats.claim(session, "a", now, LEASE)
    async with database.transaction() as session:
        assert await chats.still_ours(session, lease, now, LEASE)
        if doing is not None:
            doing.set()
            await asyncio.sleep(0.2)
        person = await people.seen(session, chat_id, chat_id, now)
        waiting = await updates.waiting_in(session, chat_id)
        await outbox.put(session, chat_id, [Call("send_message", {"text": "네"})], now, person_id=person.id)
        await updates.answered(session, [row.id for row in waiting], now)
        await chats.finish(session, lease, now)


async def forget(database: Database, before: datetime, limit: int = 10) -> bool:
    async with database.transaction() as session:
        return await personal_data.erase_silent(session, before, before + YEAR, limit)


async def known(database: Database) -> list[int]:
    async with database.transaction() as session:
        return [n for n in (JA, BO) if await people.by_chat(session, n) is not None]


async def queued(database: Database) -> int:
    async with database.transaction() as session:
        return (await outbox.counts(session)).get(outbox.QUEUED, 0)


@pytest.fixture
async def long_ago(database: Database, clock: StillClock) -> datetime:
    """Both have written once and were answered, a year ago: the time before which somebody is silent."""
    for chat_id in (JA, BO):
        await arrives(database, chat_id, clock.now())
        await answer(database, chat_id, clock.now())
    clock.move(days=400)
    return clock.now() - YEAR


async def test_silent_people_are_erased_so_many_at_a_time(database: Database, long_ago: datetime) -> None:
    assert await forget(database, long_ago, limit=1)
    assert await known(database) == [BO]
    assert await forget(database, long_ago, limit=1)
    assert not await forget(database, long_ago, limit=1)
    assert await known(database) == [] and await queued(database) == 0


async def test_who_waits_for_an_answer_is_not_silent(database: Database, clock: StillClock, long_ago: datetime) -> None:
    await arrives(database, JA, clock.now())
    await forget(database, long_ago)
    assert await known(database) == [JA]
    await answer(database, JA, clock.now())
    await forget(database, long_ago)
    assert await known(database) == [JA] and await queued(database) == 2


AHEAD = timedelta(days=20)


def talk(person: int, now: datetime, status: str) -> Appointment:
    """A talk in twenty days, of a counselor who is there."""
    seats = {"busy_from": 1, "busy_until": 4, "kind": "phone", "counselor_id": "kim", "center_id": "mapo"}
    start, end = now + AHEAD, now + AHEAD + timedelta(minutes=30)
    return Appointment(uid=status, person_id=person, start=start, end=end, status=status, **seats)


def wish(person: int, now: datetime, status: str) -> Waiter:
    return Waiter(person_id=person, kind="phone", wish={}, details={}, status=status, since=now)


def seat(person: int, now: datetime, status: str) -> Signup:
    number = 1 if status in events.SEATED else None
    times = {"agreed_at": now, "created_at": now, "changed_at": now}
    return Signup(person_id=person, sitting_key="fair-1", claim="fair", status=status, seat=number, **times)


def case(person: int, now: datetime, closed: str) -> Case:
    return Case(person_id=person, why="asked", facts={}, opened_at=now, closed_at=now if closed else None)


def notice(person: int, now: datetime, _: str) -> Notice:
    return Notice(person_id=person, program="womanup-grant", day=None, asked_at=now)


MATTERS: list[tuple[Callable[[int, datetime, str], Base], str, list[int]]] = [
    (talk, appointments.BOOKED, [JA]),
    (talk, appointments.DISPLACED, [JA]),
    (talk, appointments.HELD, [JA]),
    (talk, appointments.CANCELLED, []),
    (wish, waiting.WAITING, [JA]),
    (wish, waiting.LEFT, []),
    (seat, events.GOING, [JA]),
    (seat, events.OFFERED, [JA]),
    (seat, events.WAITING, [JA]),
    (seat, events.WITHDRAWN, []),
    (case, "", [JA]),
    (case, "closed", []),
    (notice, "", [JA]),
]


@pytest.mark.parametrize(("make", "status", "left"), MATTERS, ids=[f"{m.__name__} {s}" for m, s, _ in MATTERS])
async def test_who_still_waits_for_something_is_not_silent(
    database: Database,
    clock: StillClock,
    long_ago: datetime,
    make: Callable[[int, datetime, str], Base],
    status: str,
    left: list[int],
) -> None:
    async with database.transaction() as session:
        await hire(session, "kim")
        ends = clock.now() + AHEAD
        row = {"key": "fair-1", "starts_at": ends - timedelta(hours=2), "ends_at": ends, "seats": 9, "place": "마포"}
        await events.put_sitting(session, {**row, "cancelled": False, "revision": 0})
        person = await people.by_chat(session, JA)
        assert person is not None
        session.add(make(person.id, clock.now(), status))
    await forget(database, long_ago)
    assert await known(database) == left
    if make in (talk, seat):
        await forget(database, long_ago + AHEAD + timedelta(hours=1))
        assert await known(database) == []


async def test_who_is_being_answered_is_not_silent(database: Database, clock: StillClock, long_ago: datetime) -> None:
    await arrives(database, JA, clock.now())
    doing = asyncio.Event()
    turn = asyncio.create_task(answer(database, JA, clock.now(), doing))
    await doing.wait()
    await forget(database, long_ago)
    await turn
    assert await known(database) == [JA] and await queued(database) == 2


async def test_what_arrives_while_its_chat_is_erased_is_served(
    database: Database, clock: StillClock, long_ago: datetime
) -> None:
    async with database.transaction() as session:
        await personal_data.erase_silent(session, long_ago, clock.now(), 10)
        arriving = asyncio.create_task(arrives(database, JA, clock.now()))
        await asyncio.sleep(0.2)
    await arriving
    await answer(database, JA, clock.now())
    assert await known(database) == [JA] and await queued(database) == 1


async def test_what_arrives_between_the_look_and_the_erasing_is_served(
    database: Database, clock: StillClock, long_ago: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    arriving = []

    async def slowly(session: AsyncSession, person: Person) -> None:
        if not arriving:
            arriving.append(asyncio.create_task(arrives(database, JA, clock.now())))
            await asyncio.sleep(0.2)
        await erase(session, person)

    erase = personal_data._erase
    monkeypatch.setattr(personal_data, "_erase", slowly)
    await forget(database, long_ago)
    await arriving[0]
    await answer(database, JA, clock.now())
    assert await known(database) == [JA] and await queued(database) == 1


async def test_what_is_sent_while_its_chat_is_erased_keeps_its_pace(
    database: Database, clock: StillClock, long_ago: datetime
) -> None:
    pace = chats.Pace(1, 3)
    async with database.transaction() as session:
        await personal_data.erase_silent(session, long_ago, clock.now(), 10)

        async def take() -> list[datetime | None]:
            async with database.transaction() as other:
                return await chats.take_tokens(other, [JA, BO, chats.OVERALL], pace, pace, clock.now())

        taking = asyncio.create_task(take())
        await asyncio.sleep(0.2)
    assert await taking == [None, None, None]


async def test_erasing_beside_a_running_turn_waits_for_its_end(
    database: Database, clock: StillClock, long_ago: datetime
) -> None:
    await arrives(database, JA, clock.now())
    doing = asyncio.Event()
    turn = asyncio.create_task(answer(database, JA, clock.now(), doing))
    await doing.wait()
    async with database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None
        await personal_data.erase(session, person.id)
    await turn
    assert await known(database) == [BO] and await queued(database) == 1


async def test_somebody_who_erased_themselves_meanwhile_is_erased_once(
    database: Database, clock: StillClock, long_ago: datetime
) -> None:
    async with database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None
        number = person.id

    async def erasing() -> None:
        async with database.transaction() as session:
            await personal_data.erase(session, number)
            await asyncio.sleep(0.1)

    done = await asyncio.gather(erasing(), erasing(), return_exceptions=True)
    assert all(found is None or isinstance(found, NoResultFound) for found in done)
    assert await known(database) == [BO]
