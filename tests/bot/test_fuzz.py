"""20,000 generated updates through store and serve: no unhandled exception, nothing left lying, no silence.

Every message and tap of a private chat gets at least one message of the bot. The documented silences: a text while a
counselor holds the case, the echo of a tap, what Telegram itself writes into a chat, edited media, blocking and coming
back, and updates that hold no person.
"""

import logging
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, func, select

from bot import receive
from bot.incoming import arrival
from bot.services import Services
from counsel import cases as counsel
from knowledge.catalog import Catalog
from storage import cases, chats, updates
from storage.cases import Case
from storage.database import Database
from storage.outbox import Outgoing
from storage.people import Person
from storage.turns import TurnRecord
from storage.updates import ANSWERED, PARKED, StoredUpdate
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_sqlite_url
from tests.support.fuzz import Fuzz, Made
from tests.support.standins import quick_services

COUNT = int(os.environ.get("IEUM_TEST_FUZZ", "20000"))
SEED = 20261121
CHATS, ROUND = 400, 250
KNOWN_ERRORS = ("unreadable", "belongs to no chat")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A file whose commits do not wait for the disk: what is fuzzed is not the disk."""
    async with migrated(new_sqlite_url(tmp_path)) as found:

        @event.listens_for(found.engine.sync_engine, "checkout")
        def no_disk(connection: object, *_: object) -> None:
            connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]

        yield found


@dataclass
class Storm:
    """The updates on their way through the bot."""

    services: Services
    clock: StillClock
    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter)
    codes: dict[str, None] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)

    def offered(self) -> list[str]:
        return list(self.codes)[-500:]

    async def round(self, made: list[Made]) -> None:
        found = [arrival(one.raw) for one in made]
        await receive.store(self.services, [a for a in found if a is not None])
        held = await self._held()
        began = self.clock.now()
        self.clock.move(seconds=self.chance.choice((3, 3, 3, 10, 3600)))
        await self._serve()
        said = await self._said()
        wanted = {one.chat for one in made if one.must_answer} - held - await self._echoed(began)
        self.silent += [str(one.raw) for one in made if one.chat in wanted - said.keys()]
        self.seen.update(next((k for k in one.raw if k != "update_id"), "empty") for one in made)

    async def _serve(self) -> None:
        while True:
            async with self.services.database.transaction() as session:
                leases = await chats.claim(session, "test", self.clock.now(), timedelta(seconds=30), 100)
            if not leases:
                return
            for lease in leases:
                await receive.serve(self.services, lease)

    async def _said(self) -> Counter[int]:
        """How many messages each chat got since the last look; the rows go, and the buttons are kept to be tapped."""
        sends = Outgoing.method.in_(("send_message", "send_document"))
        async with self.services.database.transaction() as session:
            rows = (await session.execute(select(Outgoing.chat_id, Outgoing.payload).where(sends))).all()
            await session.execute(delete(Outgoing))
        for _, payload in rows:
            for row in (payload or {}).get("reply_markup", {}).get("inline_keyboard", ()):
                self.codes |= {button["callback_data"]: None for button in row}
        return Counter(chat for chat, _ in rows)

    async def _echoed(self, since: datetime) -> set[int]:
        """Chats of a trembling hand."""
        query = select(Person.chat_id).join(TurnRecord, TurnRecord.person_id == Person.id)
        async with self.services.database.transaction() as session:
            return set(await session.scalars(query.where(TurnRecord.step == "echo", TurnRecord.at >= since)))

    async def _held(self) -> set[int]:
        """Chats where a counselor answers. Some begin and end here and there."""
        async with self.services.database.transaction() as session:
            for case in await cases.queue(session, 400):
                if case.assignee is None and self.chance.random() < 0.03:
                    await counsel.claim(session, case.id, "이○○", self.clock.now())
                elif case.assignee is not None and self.chance.random() < 0.3:
                    await counsel.close(session, case.id, case.assignee, "끝", self.clock.now())
            await session.execute(delete(Outgoing))
            held = select(Person.chat_id).join(Case, Case.person_id == Person.id)
            held = held.where(Case.closed_at.is_(None), Case.assignee.is_not(None))
            return set(await session.scalars(held))


@pytest.mark.integration
async def test_nothing_breaks_and_nobody_meets_silence(
    database: Database, clock: StillClock, catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    chance = random.Random(SEED)
    storm = Storm(quick_services(database, clock, catalog), clock, chance)
    fuzz = Fuzz(SEED, storm.offered)
    sent = 0
    while sent < COUNT:
        numbers = chance.sample(range(700_001, 700_001 + CHATS), ROUND)
        made = [fuzz.one(n) for n in numbers for _ in range(chance.choice((1, 1, 1, 1, 2, 3)))][: COUNT - sent]
        await storm.round(made)
        sent += len(made)
        if chance.random() < 0.05:
            clock.move(days=chance.choice((-2, -1, 1, 2)))
    await check(storm, caplog)


async def check(storm: Storm, caplog: pytest.LogCaptureFixture) -> None:
    async with storm.services.database.transaction() as session:
        counts = await updates.counts(session)
        parked = list(await updates.parked(session, COUNT))
        attempts = await session.scalar(select(func.max(StoredUpdate.attempts)))
    broken = [(u.error, u.raw) for u in parked if not str(u.error).startswith(KNOWN_ERRORS)]
    assert not broken, f"{len(broken)} turns failed, the first: {broken[0]}"
    assert set(counts) == {ANSWERED, PARKED} and attempts == 1
    assert sum(counts.values()) >= COUNT * 0.98, "only what has no number is not kept"
    assert not storm.silent, f"{len(storm.silent)} met silence, the first: {storm.silent[0]}"
    assert not caplog.records, caplog.text[:2000]
    assert min(storm.seen[k] for k in ("message", "callback_query", "edited_message", "my_chat_member")) > COUNT / 100
    assert len(storm.codes) > 50, "too few buttons were shown to be tapped again"
