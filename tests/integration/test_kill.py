"""The kill test: 20 people write 20 messages each while the app is killed at 30 random moments.

Nothing may be lost, no chat may get out of order, no effect may happen twice, and a kill may cost one repeated reply at
most: the call that was on its way when the process died.

Messages are told apart by what they ask: each of 19 names another program, whose name its reply holds and no other
reply does (a trial run in this process makes sure of it); one asks for a counselor, which opens a case. So the replies
in a chat, read in order, say which messages they answer. Beside that the database is counted: one turn record for each
update, one case for each person, one row for each reply.

Some of the kills come at a random moment of a start, the others shortly after a fresh process has sent its first reply,
when it is in the middle of what waited. The moments come from a seed, in shares of the measured time of a start.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import receive
from bot.incoming import arrival
from bot.playground.limits import Rates
from bot.playground.server import running
from bot.playground.world import World
from bot.render import plain
from bot.words import load_words
from knowledge.catalog import Catalog
from storage import chats, outbox, updates
from storage.cases import Case
from storage.conversation import EVENT, Entry
from storage.database import Database
from storage.outbox import Outgoing
from storage.turns import TurnRecord
from tests.support import telegram
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_sqlite_url
from tests.support.processes import Command, settings_env, start
from tests.support.rasa import rasa_standin
from tests.support.standins import QuickUnderstander, quick_services
from tests.support.waiting import until

pytestmark = pytest.mark.integration

CHATS = range(690_001, 690_021)
KILLS = 30
AT_WORK = 0.4
"""The share of kills that hit a process while replies are going out."""
SEED = 20261121
ASKS_A_PERSON = "상담원과 이야기하고 싶어요"
PERSON_AT = 6


def question(name: str) -> str:
    return f"{name} 얼마예요?"


@dataclass(frozen=True)
class Plan:
    """What everybody writes, in order, and the words by which each reply is known."""

    texts: tuple[str, ...]
    marks: tuple[str, ...]
    names: tuple[str, ...]

    def answered(self, said: str) -> int | None:
        """Which message a reply answers; None for one that only comes along."""
        found = [n for n, mark in enumerate(self.marks) if mark in said]
        assert len(found) <= 1, f"a reply of two messages: {said}"
        return found[0] if found else None


async def trial(catalog: Catalog, folder: Path, names: list[str]) -> dict[str, str]:
    """What is said to each question, in this process."""
    said: dict[str, str] = {}
    async with migrated(new_sqlite_url(folder)) as database:
        clock = StillClock()
        services = quick_services(database, clock, catalog, understander=QuickUnderstander(names))
        for number, name in enumerate(names, 1):
            found = arrival(telegram.says(number, question(name)))
            assert found is not None
            await receive.store(services, [found])
            clock.move(seconds=5)
            async with database.transaction() as session:
                (lease,) = await chats.claim(session, "trial", clock.now(), receive.LEASE, 1)
            await receive.serve(services, lease)
            async with database.transaction() as session:
                rows = await session.scalars(select(Outgoing.payload).where(Outgoing.chat_id == number))
                said[name] = "\n".join(plain((payload or {}).get("text", "")) for payload in rows)
    return said


@pytest.fixture(scope="module")
async def plan(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    names = sorted({p.name for p in catalog.programs.values() if 4 <= len(p.name) <= 16})
    said = await trial(catalog, tmp_path_factory.mktemp("trial"), names)
    chosen: list[str] = []
    for name in names:
        alone = all(other not in said[name] and name not in said[other] for other in chosen)
        if name in said[name] and alone and len(chosen) < len(CHATS) - 1:
            chosen.append(name)
    assert len(chosen) == 19
    texts = [question(name) for name in chosen]
    marks = list(chosen)
    texts.insert(PERSON_AT, ASKS_A_PERSON)
    marks.insert(PERSON_AT, plain(load_words().say("handover.share").text))
    return Plan(tuple(texts), tuple(marks), tuple(chosen))


@dataclass
class Stage:
    """The playground, the processes and the plan of one run."""

    world: World
    address: str
    env: Mapping[str, str]
    plan: Plan
    chance: random.Random
    processes: list[Command] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    start_s: float = 0.0
    written: int = 0

    async def open(self, count: int) -> None:
        """Starts the processes and takes the time until the first reply."""
        began = time.monotonic()
        self.world.says(CHATS[0], self.plan.texts[0])
        self.processes = [await start("bot", "--playground", self.address, env=self.env) for _ in range(count)]
        await until(lambda: self.replies() > 0, 120, "a first reply")
        self.start_s = time.monotonic() - began

    def replies(self) -> int:
        return sum(len(self.world.said_by_bot(chat)) for chat in CHATS)

    async def write(self, seconds: float) -> None:
        """Everybody writes all messages, spread over some time, in an order of chance between the chats."""
        left = {chat: list(self.plan.texts) for chat in CHATS}
        left[CHATS[0]].pop(0)
        turns = [chat for chat, texts in left.items() for _ in texts]
        self.chance.shuffle(turns)
        for chat in turns:
            self.world.says(chat, left[chat].pop(0))
            await asyncio.sleep(seconds / len(turns))

    async def kill(self) -> None:
        """Kills one process at a random moment, and starts another in its place."""
        if self.chance.random() < AT_WORK:
            before, end = self.replies(), time.monotonic() + 2 * self.start_s
            while self.replies() == before and time.monotonic() < end:  # noqa: ASYNC110 - nothing tells it
                await asyncio.sleep(0.01)
            await asyncio.sleep(self.chance.uniform(0, 0.5))
        else:
            await asyncio.sleep(self.chance.uniform(0, 0.6 * self.start_s))
        number = self.chance.randrange(len(self.processes))
        await self.processes[number].kill()
        self.kills.append(self.world.clock.now().timestamp())
        self.processes[number] = await start("bot", "--playground", self.address, env=self.env)

    async def close(self) -> None:
        for command in self.processes:
            command.send(15)
        for command in self.processes:
            assert await command.ends() == 0, command.output

    def repeats(self) -> list[float]:
        """When replies were said that had been said before."""
        found = []
        for chat in CHATS:
            said = [m for m in self.world.chats[chat].messages.values() if m.by_bot]
            for before, after in pairwise(said):
                if before.body["text"] == after.body["text"]:
                    found.append(after.sent_at.timestamp())
        return found

    def check_chats(self) -> None:
        """Every message is answered, in order."""
        for chat in CHATS:
            heard = [self.plan.answered(m["text"]) for m in self.world.said_by_bot(chat)]
            order = [n for n in heard if n is not None]
            once = [n for n, before in zip(order, [None, *order], strict=False) if n != before]
            assert once == list(range(len(self.plan.texts))), f"chat {chat} heard {order}"


def test_the_reading_of_a_chat_can_fail() -> None:
    plan = Plan(("a?", "b?"), ("A", "B"), ())
    assert [plan.answered(text) for text in ("A: 30만 원", "B는요", "안녕하세요")] == [0, 1, None]
    with pytest.raises(AssertionError, match="two messages"):
        plan.answered("A와 B")


async def settled(database: Database, count: int) -> bool:
    """Whether so many updates have come in, nothing waits and nothing is on its way."""
    async with database.transaction() as session:
        inbox, out = await updates.counts(session), await outbox.counts(session)
    waits = inbox.get("waiting", 0) + out.get("queued", 0) + out.get("sending", 0)
    return sum(inbox.values()) >= count and not waits


async def check_database(database: Database, count: int) -> None:
    """Each update had its effect once."""
    async with database.transaction() as session:
        assert await updates.counts(session) == {"answered": count}
        assert set(await outbox.counts(session)) == {"sent"}
        turns = await session.scalars(select(func.count(TurnRecord.id)).group_by(TurnRecord.person_id))
        assert Counter(turns) == {20: len(CHATS)}
        assert await session.scalar(select(func.count()).select_from(Case)) == len(CHATS)
        events = await session.scalars(select(Entry.event).where(Entry.author == EVENT))
        assert Counter(events) == {"opened": len(CHATS)}
        rows = await session.scalars(select(func.count(Outgoing.id)).group_by(Outgoing.chat_id))
        # 20 replies, the welcome before the first, and the promise before the question of the counselor's matter.
        assert Counter(rows) == {22: len(CHATS)}


@pytest.fixture
async def stage(data: Path, plan: Plan) -> AsyncIterator[Stage]:
    async with rasa_standin(names=plan.names) as rasa, running(rates=Rates()) as playground:
        env = settings_env(data, rasa_url=rasa.address)
        it = Stage(playground.world, playground.address, env, plan, random.Random(SEED))
        try:
            yield it
        finally:
            for command in it.processes:
                await command.kill()


@pytest.mark.parametrize(("database", "processes"), [("sqlite", 1), ("postgresql", 2)], indirect=["database"])
async def test_killed_thirty_times(database: Database, processes: int, stage: Stage) -> None:
    stage.env = {**stage.env, "IEUM_DATABASE_URL": database.url}
    await stage.open(processes)
    writing = asyncio.create_task(stage.write(KILLS * 0.5 * stage.start_s / processes))
    for _ in range(KILLS):
        await stage.kill()
    await writing
    count = len(CHATS) * len(stage.plan.texts)
    await until(lambda: settled(database, count), 120 + 4 * stage.start_s, "everything is answered")
    await stage.close()
    stage.check_chats()
    await check_database(database, count)
    repeats = stage.repeats()
    assert len(repeats) <= len(stage.kills) == KILLS
    said = sum(len(stage.world.said_by_bot(chat)) for chat in CHATS)
    assert said == 22 * len(CHATS) + len(repeats)
