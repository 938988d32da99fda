"""The process that reminds people is killed fifty times while its clock runs and jumps, forwards and back.

Every reminder of a live appointment is sent once, and once more at most for each kill that hit the moment between
sending and noting it; none is lost, none comes at night, none of an appointment that was moved, or cancelled by whom
it was for.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.korean_dates import day_and_time
from bot.playground.limits import NO_RATES
from bot.playground.server import Running, running
from bot.playground.state import Stored
from bot.settings import ROOT
from counsel import appointments
from counsel.appointments import Actor
from counsel.cells import SEOUL
from counsel.errors import SlotTakenError
from counsel.reminders import is_quiet
from storage import outbox, people
from storage.database import Database
from tests.support.databases import migrated, new_sqlite_url
from tests.support.reminding_child import RunningClock
from tests.support.staff import NOW, at, hire, slot

pytestmark = pytest.mark.integration

KILLS = 50
SPEED = 20.0
SEED = 20261122
COUNSELORS = ("kim", "lee", "cho", "han")
STARTS = ("10:00", "11:00", "13:00", "14:00", "15:00", "16:00")
DAYS = ("11-25", "11-26")
END = at("11-26 17:00")
SLEEP = timedelta(seconds=60)


@dataclass
class Plan:
    """One person's appointment: which messages are due, and from when on others are wrong."""

    chat: int
    number: int
    start: datetime
    dead_from: datetime | None = None
    was: list[datetime] = field(default_factory=list)

    def due(self) -> list[datetime]:
        """48 and 3 hours before; both are by day for the starts of this test, but the morning's."""
        soon = max(self.start - timedelta(hours=3), self.start.replace(hour=8, minute=0))
        return [self.start - timedelta(hours=48), soon]


@dataclass
class Stage:
    """The playground, the database, the clock, and the process that is killed."""

    playground: Running
    database: Database
    clock: RunningClock
    mother: Process
    chance: random.Random
    pid: int = 0
    changed: int = 0
    at_kills: list[dict[int, int]] = field(default_factory=list)

    def said(self, chat: int) -> list[Stored]:
        return [m for m in self.playground.world.chats[chat].messages.values() if m.by_bot]

    async def start(self) -> None:
        plan = {
            "url": self.database.url,
            "api": self.playground.address,
            "token": self.playground.token,
            "begins": self.clock.begins.isoformat(),
            "since": self.clock.since,
            "speed": self.clock.speed,
        }
        assert self.mother.stdin is not None
        self.mother.stdin.write(json.dumps(plan).encode() + b"\n")
        said = {await self._line(), await self._line()}
        self.pid = int(next(word for word in said if word != "works"))
        assert "works" in said, said

    async def _line(self) -> str:
        assert self.mother.stdout is not None
        return (await asyncio.wait_for(self.mother.stdout.readline(), 30)).decode().strip()

    def note_kill(self, chats: Iterable[int]) -> None:
        """How much everybody has got so far."""
        self.at_kills.append({chat: len(self.said(chat)) for chat in chats})

    def kill(self) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.pid = 0

    def jump(self) -> None:
        """Some minutes on, or back; over the night at once. Only while no process runs: nobody's clock does that."""
        now = self.clock.now()
        if is_quiet(now + timedelta(minutes=2)):
            morning = (now + timedelta(hours=5)).astimezone(SEOUL).replace(hour=7, minute=58)
            self.clock.moved(morning - now)
        elif self.chance.random() < 0.15:
            self.clock.moved(-timedelta(minutes=self.chance.randrange(5, 15)))
        else:
            on = timedelta(minutes=self.chance.randrange(25, 80))
            evening = now.replace(hour=20, minute=57)
            self.clock.moved(min(on, max(evening - now, timedelta(minutes=1))))

    async def quiet(self) -> None:
        """Waits until nothing is due and nothing on its way."""
        for _ in range(200):
            async with self.database.transaction() as session:
                counts = await outbox.counts(session)
            if not counts.get("queued") and not counts.get("sending"):
                return
            await asyncio.sleep(0.05)


async def book_all(database: Database) -> list[Plan]:
    plans = []
    async with database.transaction() as session:
        await hire(session, *COUNSELORS)
        wanted = [(day, start, who) for day in DAYS for start in STARTS for who in COUNSELORS]
        for chat, (day, start, who) in enumerate(wanted, 710_001):
            person = await people.seen(session, chat, chat, NOW)
            row = await appointments.book(session, person.id, slot(f"{day} {start}", who), NOW, by=Actor.STAFF)
            plans.append(Plan(chat, row.id, row.start.astimezone(SEOUL)))
    return plans


async def change_one(stage: Stage, plans: list[Plan]) -> None:
    """One appointment to come is cancelled, or moved to another hour of its day that is well ahead."""
    now = stage.clock.now()
    able = [p for p in plans if p.dead_from is None and not p.was and p.start - now > timedelta(hours=5)]
    if not able or stage.changed >= 10:
        return
    plan = stage.chance.choice(able)
    stage.changed += 1
    async with stage.database.transaction() as session:
        if stage.changed % 2:
            await appointments.cancel(session, plan.number, now, by=Actor.PERSON)
            plan.dead_from = now
            return
        row = await appointments.live(session, plan.number)
        new = plan.start.replace(hour=17, minute=0)
        with suppress(SlotTakenError):
            moved = slot(f"{new:%m-%d %H:%M}", row.counselor_id)
            await appointments.move(session, plan.number, moved, now, by=Actor.STAFF)
            plan.was.append(now)
            plan.start = new


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = RunningClock(NOW, time.time(), SPEED)
    command = [sys.executable, "-m", "tests.support.reminding_child"]
    mother = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
    async with migrated(new_sqlite_url(tmp_path)) as database, running(clock=clock, rates=NO_RATES) as playground:
        it = Stage(playground, database, clock, mother, random.Random(SEED))
        try:
            assert mother.stdout is not None
            assert (await asyncio.wait_for(mother.stdout.readline(), 60)) == b"ready\n"
            yield it
        finally:
            it.kill()
            mother.kill()
            await mother.wait()


async def test_killed_fifty_times_each_reminder_comes_once(stage: Stage) -> None:
    plans = await book_all(stage.database)
    for plan in plans:
        stage.playground.world.says(plan.chat, "/start")
    kills = 0
    while kills < KILLS or stage.clock.now() < END:
        await stage.start()
        if kills < KILLS:
            await asyncio.sleep(stage.chance.uniform(0.0, 0.7))
        else:
            await asyncio.sleep(0.3)
            await stage.quiet()
        stage.kill()
        # What was on its way when the process died may still arrive.
        await asyncio.sleep(0.05)
        stage.note_kill(plan.chat for plan in plans)
        kills += 1
        if stage.chance.random() < 0.4:
            await change_one(stage, plans)
        if stage.clock.now() < END:
            stage.jump()
    await stage.start()
    await asyncio.sleep(0.5)
    await stage.quiet()
    repeats = sum(check(plan, stage) for plan in plans)
    assert stage.changed == 10
    assert repeats <= kills
    print(f"kills {kills}, repeats {repeats}")


def check(plan: Plan, stage: Stage) -> int:
    """Judges what one person got. How many messages came twice."""
    said = stage.said(plan.chat)
    for message in said:
        assert not is_quiet(message.sent_at), f"at night: {message.sent_at}"
    changed = plan.dead_from or (plan.was[0] if plan.was else None)
    if plan.dead_from is not None:
        assert all(m.sent_at < plan.dead_from + SLEEP for m in said), "a reminder of a cancelled appointment"
        return 0
    good = [m for m in said if day_and_time(plan.start) in m.body["text"]]
    stale = [m for m in said if m not in good]
    assert all(changed is not None and m.sent_at < changed + SLEEP for m in stale), "a reminder of a moved appointment"
    first, second = plan.due()
    early = [m for m in good if m.sent_at < second]
    late = [m for m in good if m.sent_at >= second]
    expected = [int(first > (changed or NOW)), 1]
    counts = [len(early), len(late)]
    for copies in (early, late):
        for before, after in pairwise(said.index(m) for m in copies):
            killed = [got for got in stage.at_kills if before < got[plan.chat] <= after]
            assert killed, "said twice, and nothing was killed in between"
    assert all(m.sent_at >= first - SLEEP for m in good), "too early"
    for want, got in zip(expected, counts, strict=True):
        assert bool(want) == bool(got), (counts, expected, plan)
    return sum(counts) - sum(expected)
