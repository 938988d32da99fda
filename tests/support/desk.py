"""A running bot process with its playground and its stand-in for Rasa, and people who talk with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from bot.playground.limits import Rates
from bot.playground.server import Running, running
from bot.playground.world import World
from storage import outbox, updates
from storage.database import Database
from storage.turns import TurnRecord
from tests.support.processes import Command, ieum, settings_env
from tests.support.rasa import StandIn, rasa_standin
from tests.support.waiting import until

START_S = 120.0
"""A process loads its libraries first, on a machine that may do much else."""


@dataclass
class Desk:
    """Everything around one bot."""

    playground: Running
    rasa: StandIn
    database: Database
    bot: Command

    @property
    def world(self) -> World:
        return self.playground.world

    def heard(self, chat: int) -> list[str]:
        return [str(m.get("text", "")) for m in self.world.said_by_bot(chat)]

    async def asks(self, chat: int, text: str = "안녕하세요", timeout_s: float = 30) -> list[str]:
        """What is answered to a text."""
        before = len(self.heard(chat))
        self.world.says(chat, text)
        await until(lambda: len(self.heard(chat)) > before, timeout_s, f"an answer to {text}")
        await self.quiet(timeout_s)
        return self.heard(chat)[before:]

    async def quiet(self, timeout_s: float = 30) -> None:
        """Waits until everything is answered and everything is sent."""

        async def settled() -> bool:
            async with self.database.transaction() as session:
                inbox, out = await updates.counts(session), await outbox.counts(session)
            waits = inbox.get("waiting", 0) + out.get("queued", 0) + out.get("sending", 0)
            return not waits and not self.world.updates.waiting()

        await until(settled, timeout_s, "nothing waits any more")

    async def parked(self) -> list[str | None]:
        async with self.database.transaction() as session:
            return [update.error for update in await updates.parked(session)]

    async def degraded(self) -> list[str | None]:
        """Why Rasa was not asked, for every text so far."""
        async with self.database.transaction() as session:
            query = select(TurnRecord.degraded).where(TurnRecord.kind == "text").order_by(TurnRecord.id)
            return list(await session.scalars(query))

    async def control(self, verb: str, **body: Any) -> None:
        """Turns a knob of the playground."""
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.playground.address}/playground/api/{verb}", json=body)
            answer.raise_for_status()


@asynccontextmanager
async def open_desk(database: Database, data: Path, **settings: object) -> AsyncIterator[Desk]:
    """A desk that answers, as long as the block."""
    async with rasa_standin() as rasa, running(rates=Rates()) as playground:
        env = settings_env(data, rasa_url=rasa.address, database_url=database.url, **settings)
        async with ieum("bot", "--playground", playground.address, env=env) as bot:
            desk = Desk(playground, rasa, database, bot)
            await desk.asks(600_001, "/start", START_S)
            yield desk
