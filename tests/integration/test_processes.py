"""Several bot processes on one database; polling and webhook; a Telegram that is away at the start."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.app import webhook_secret
from bot.intake import SECRET_HEADER
from bot.playground.clock import MovableClock
from bot.playground.limits import Rates
from bot.playground.server import TOKEN, Playground, _listening, create_app, listen, running
from bot.playground.world import World
from bot.settings import Settings
from storage import outbox, updates
from storage.database import Database
from storage.leases import NamedLease
from storage.outbox import Outgoing
from storage.turns import TurnRecord
from tests.conftest import free_port
from tests.support import telegram
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_postgres_url, new_sqlite_url
from tests.support.desk import START_S
from tests.support.processes import Command, ieum, settings_env
from tests.support.rasa import rasa_standin
from tests.support.waiting import until

pytestmark = pytest.mark.integration

CHATS = range(620_001, 620_013)


@asynccontextmanager
async def two_bots(url: str, data: Path, playground: str) -> AsyncIterator[list[Command]]:
    async with rasa_standin() as rasa, AsyncExitStack() as stack:
        env = settings_env(data, rasa_url=rasa.address, database_url=url)
        yield [await stack.enter_async_context(ieum("bot", "--playground", playground, env=env)) for _ in range(2)]


async def settled(database: Database) -> bool:
    async with database.transaction() as session:
        inbox, out = await updates.counts(session), await outbox.counts(session)
    return not inbox.get("waiting") and not out.get("queued") and not out.get("sending")


async def holder(database: Database) -> str | None:
    """Who takes in updates."""
    async with database.transaction() as session:
        lease = await session.get(NamedLease, "intake")
        return lease.owner if lease else None


async def owners(database: Database) -> set[str | None]:
    """Which processes have sent something."""
    async with database.transaction() as session:
        return set(await session.scalars(select(Outgoing.claimed_by).where(Outgoing.status == "sent")))


async def test_two_processes_share_the_work_and_one_ends_in_order(postgres: str, data: Path) -> None:
    url = await new_postgres_url(postgres)
    async with migrated(url) as database, running(rates=Rates()) as playground:
        world = playground.world
        async with two_bots(url, data, playground.address) as bots:
            world.says(CHATS[0], "/start")
            await until(lambda: len(world.said_by_bot(CHATS[0])) == 3, START_S, "a first answer")
            await asyncio.sleep(5)
            for n in range(5):
                for chat in CHATS:
                    world.says(chat, f"/help {n}")
                await asyncio.sleep(0.5)
            await until(lambda: settled(database), 90)
            assert len(await owners(database)) == 2, "one of the two had nothing to do"
            first = await holder(database)
            (leaving,) = [b for b in bots if f":{b.process.pid}:" in str(first)]
            leaving.send(signal.SIGTERM)
            assert await leaving.ends() == 0
            for chat in CHATS:
                world.says(chat, "/help 5")
            await until(lambda: all(len(world.said_by_bot(chat)) >= 12 for chat in CHATS), 60)
            assert await holder(database) != first
            await until(lambda: settled(database), 60)
        async with database.transaction() as session:
            assert len(list(await session.scalars(select(TurnRecord.id)))) == 1 + 6 * len(CHATS)
        for chat in CHATS:
            heard = [m["text"] for m in world.said_by_bot(chat) if "도와드려요" in m["text"]]
            assert len(heard) == 6, "each help is answered once"


async def test_webhook_from_end_to_end_and_back_to_polling(data: Path) -> None:
    url, port = new_sqlite_url(data), free_port()
    async with (
        migrated(url) as database,
        rasa_standin() as rasa,
        running(rates=Rates(), webhook_pause_s=0.1) as playground,
    ):
        world, there = playground.world, ("--playground", playground.address)
        env = settings_env(data, rasa_url=rasa.address, database_url=url)
        hook = {"receive": "webhook", "webhook_url": f"http://127.0.0.1:{port}", "webhook_port": port}
        world.says(CHATS[0], "/start")
        async with ieum("bot", *there, env={**env, **settings_env(data, **hook)}) as bot:
            await until(lambda: len(world.said_by_bot(CHATS[0])) == 3, START_S, "an answer by webhook")
            await check_endpoint(f"http://127.0.0.1:{port}/telegram", database)
            bot.send(signal.SIGTERM)
            assert await bot.ends() == 0, bot.output
        world.says(CHATS[0], "/help")
        async with ieum("bot", *there, env=env) as bot:
            await until(lambda: len(world.said_by_bot(CHATS[0])) >= 5, START_S, "an answer by polling")
            bot.send(signal.SIGTERM)
            assert await bot.ends() == 0, bot.output
            assert "Traceback" not in bot.output


async def check_endpoint(address: str, database: Database) -> None:
    """Whoever does not know the secret is turned away; a repeat is taken and answered once."""
    raw = telegram.says(CHATS[1], "/help")
    raw["update_id"] += 1_000_000
    secret = webhook_secret(Settings(_env_file=None), TOKEN)
    async with httpx.AsyncClient() as client:
        for given in ({}, {SECRET_HEADER: "guess"}, {SECRET_HEADER: ""}):
            assert (await client.post(address, json=raw, headers=given)).status_code == 403
        for _ in range(3):
            assert (await client.post(address, json=raw, headers={SECRET_HEADER: secret})).status_code == 200
        assert (await client.post(address, content=b"{", headers={SECRET_HEADER: secret})).status_code == 400
        assert (await client.get(address)).status_code == 405
    await until(lambda: settled(database), 30)
    async with database.transaction() as session:
        rows = await session.scalars(select(Outgoing.method).where(Outgoing.chat_id == CHATS[1]))
        assert len(list(rows)) >= 2
        assert len(list(await session.scalars(select(TurnRecord.id)))) == 2


async def test_a_telegram_that_is_away_at_the_start_is_waited_for(data: Path) -> None:
    """What waited in the inbox is answered at once, into the outbox; it goes out as soon as Telegram is reached."""
    url, port = new_sqlite_url(data), free_port()
    async with migrated(url) as database, rasa_standin() as rasa:
        env = settings_env(data, rasa_url=rasa.address, database_url=url)
        async with ieum("bot", "--playground", f"http://127.0.0.1:{port}", env=env) as bot:
            await bot.says("Telegram is not reached", START_S)
            clock = MovableClock(StillClock())
            world = World(clock, rates=Rates())
            world.says(CHATS[0], "/start")
            async with serving(create_app(TOKEN, clock=clock, world=world), port):
                await until(lambda: len(world.said_by_bot(CHATS[0])) == 3, START_S, "an answer")
                await until(lambda: settled(database), 10)
                bot.send(signal.SIGTERM)
                assert await bot.ends() == 0, bot.output


@asynccontextmanager
async def serving(app: Playground, port: int) -> AsyncIterator[None]:
    """A playground on a port that was named before it existed."""

    async with _listening(app, listen("127.0.0.1", port)):
        yield


def test_every_process_of_a_bot_knows_the_same_secret() -> None:
    plain, named = Settings(_env_file=None), Settings(_env_file=None, webhook_secret="named")
    assert webhook_secret(plain, "1:a") == webhook_secret(plain, "1:a") != webhook_secret(plain, "1:b")
    assert webhook_secret(named, "1:a") == "named"
    assert json.dumps(webhook_secret(plain, "1:a")).isascii() and len(webhook_secret(plain, "1:a")) <= 256
