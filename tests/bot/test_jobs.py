"""Timers: each job once, whatever processes and clocks there are; retention deletes what is older than its purpose."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import jobs
from bot.app import house_of
from bot.jobs import Job, retention, run_if_due, run_jobs
from bot.settings import Settings
from storage import conversation, dialogues, outbox, people, turns, updates
from storage.base import Base
from storage.conversation import Entry
from storage.database import Database
from storage.dialogues import Dialogue
from storage.outbox import Call, Outgoing
from storage.people import Person
from storage.turns import TurnRecord
from storage.updates import Arrival, StoredUpdate
from tests.support.clocks import StillClock

JA = 680001
HOUSE = house_of(Settings(_env_file=None))
HOURLY = timedelta(hours=1)


class Counter:
    """A job that counts."""

    def __init__(self, name: str = "count") -> None:
        self.ran: list[datetime] = []
        self.failing = 0
        self.job = Job(name, HOURLY, self.run)

    async def run(self, session: AsyncSession, now: datetime) -> None:
        if self.failing:
            self.failing -= 1
            await people.seen(session, JA, JA, now)
            raise RuntimeError
        self.ran.append(now)


async def test_a_job_runs_when_its_time_has_come(database: Database, clock: StillClock) -> None:
    counter = Counter()
    assert await run_if_due(counter.job, database, clock, "a")
    assert not await run_if_due(counter.job, database, clock, "a")
    clock.move(minutes=59)
    assert not await run_if_due(counter.job, database, clock, "b")
    clock.move(minutes=2)
    assert await run_if_due(counter.job, database, clock, "b")
    assert len(counter.ran) == 2


async def test_two_owners_at_once_run_it_once(database: Database, clock: StillClock) -> None:
    counter = Counter()
    for _ in range(3):
        await asyncio.gather(*(run_if_due(counter.job, database, clock, f"p{n}") for n in range(6)))
        clock.move(minutes=61)
    assert len(counter.ran) == 3


async def test_who_died_while_running_it_is_replaced(database: Database, clock: StillClock) -> None:
    from storage import leases

    counter = Counter()
    async with database.transaction() as session:
        await leases.take_if_due(session, "count", "dead", clock.now(), jobs.LENGTH, HOURLY)
    assert not await run_if_due(counter.job, database, clock, "a")
    clock.move(minutes=6)
    assert await run_if_due(counter.job, database, clock, "a")


@pytest.mark.parametrize("jump", [{"days": -30}, {"hours": -2}, {"days": 30}])
async def test_a_clock_that_jumps_stops_no_job(database: Database, clock: StillClock, jump: dict[str, float]) -> None:
    from storage import leases

    counter = Counter()
    await run_if_due(counter.job, database, clock, "a")
    async with database.transaction() as session:
        await leases.take(session, "count", "a", clock.now(), jobs.LENGTH)
    clock.move(**jump)
    assert await run_if_due(counter.job, database, clock, "b")
    assert not await run_if_due(counter.job, database, clock, "b")
    clock.move(minutes=61)
    assert await run_if_due(counter.job, database, clock, "b")


async def test_a_failing_job_leaves_nothing_and_holds_up_no_other(
    database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TICK_S", 0.01)
    bad, good = Counter("bad"), Counter("good")
    bad.failing = 2
    running = asyncio.create_task(run_jobs((bad.job, good.job), database, clock, "a"))
    async with asyncio.timeout(10):
        while not bad.ran or not good.ran:  # noqa: ASYNC110 - jobs tell nobody
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(good.ran) == 1
    async with database.transaction() as session:
        assert await people.by_chat(session, JA) is None


async def rows(database: Database, table: type[Base]) -> int:
    async with database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def live(database: Database, now: datetime, number: int, *, consents: bool) -> None:
    """A person with one of everything."""
    async with database.transaction() as session:
        person = await people.seen(session, number, number, now)
        person.consent_profile_at = now if consents else None
        await updates.store(session, [Arrival(number, number, "message", {"message": {"text": "가"}})], now)
        await session.flush()
        row = (await updates.waiting_in(session, number))[0]
        await updates.answered(session, [row.id], now)
        await updates.store(session, [Arrival(-number, None, "poll", {"poll": {}})], now)
        await outbox.put(session, number, [Call("send_message", {"text": "답"})], now)
        (sent,) = await outbox.claim(session, "a", now, timedelta(seconds=1), 1)
        await outbox.sent(session, sent.id, 1, now)
        await dialogues.save(session, person.id, {}, now)
        await conversation.add(session, person.id, conversation.PERSON, now, text="말")
        record = TurnRecord(person_id=person.id, at=now, kind="text", flow="menu", step="show", timings={})
        await turns.note(session, record)


LIVES: list[tuple[float, dict[type[Base], int]]] = [
    (0.5, {StoredUpdate: 2, Outgoing: 1, Dialogue: 1, Entry: 1, TurnRecord: 1, Person: 1}),
    (3, {StoredUpdate: 1, Outgoing: 0, Dialogue: 1, Entry: 1, TurnRecord: 1, Person: 1}),
    (31, {StoredUpdate: 0, Outgoing: 0, Dialogue: 0, Entry: 1, TurnRecord: 1, Person: 1}),
    (91, {StoredUpdate: 0, Outgoing: 0, Dialogue: 0, Entry: 0, TurnRecord: 1, Person: 1}),
    (366, {StoredUpdate: 0, Outgoing: 0, Dialogue: 0, Entry: 0, TurnRecord: 0, Person: 0}),
]


@pytest.mark.parametrize(("days", "left"), LIVES, ids=[f"{days} days" for days, _ in LIVES])
async def test_everything_goes_when_its_time_is_over(
    database: Database, clock: StillClock, days: float, left: dict[type[Base], int]
) -> None:
    await live(database, clock.now(), JA, consents=True)
    clock.move(days=days)
    assert await run_if_due(retention(HOUSE, 30), database, clock, "a")
    assert {table: await rows(database, table) for table in left} == left


async def test_who_did_not_agree_is_forgotten_after_a_day(database: Database, clock: StillClock) -> None:
    await live(database, clock.now(), JA, consents=False)
    clock.move(hours=25)
    await run_if_due(retention(HOUSE, 30), database, clock, "a")
    assert await rows(database, Dialogue) == 0


async def test_what_waits_is_never_deleted(database: Database, clock: StillClock) -> None:
    async with database.transaction() as session:
        await updates.store(session, [Arrival(1, JA, "message", {})], clock.now())
        await outbox.put(session, JA, [Call("send_message", {"text": "답"})], clock.now())
    clock.move(days=400)
    await run_if_due(retention(HOUSE, 30), database, clock, "a")
    assert await rows(database, StoredUpdate) == 1 and await rows(database, Outgoing) == 1


async def test_a_number_is_kept_longer_than_telegram_repeats(database: Database, clock: StillClock) -> None:
    await live(database, clock.now(), JA, consents=True)
    clock.move(hours=25)
    await run_if_due(retention(HOUSE, 30), database, clock, "a")
    async with database.transaction() as session:
        assert await updates.store(session, [Arrival(JA, JA, "message", {})], clock.now()) == 0
