"""A task that is cancelled anywhere in a transaction leaves the database usable, at once."""

import asyncio
import logging
import random
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.support.databases import migrated, new_sqlite_url


async def write(database: Database, name: str) -> None:
    async with database.transaction() as session:
        await session.execute(text("INSERT INTO leases (name) VALUES (:name)"), {"name": name})
        (await session.execute(text("SELECT count(*) FROM leases"))).all()


async def test_cancelling_at_any_moment_locks_nothing(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    chance, names = random.Random(7), iter(range(1_000_000))

    async def for_ever() -> None:
        while True:
            await write(database, str(next(names)))

    for _ in range(100):
        task = asyncio.create_task(for_ever())
        await asyncio.sleep(chance.random() * 0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        began = time.monotonic()
        await write(database, str(next(names)))
        assert time.monotonic() - began < 5
    if database.is_sqlite:
        assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


async def test_a_cancelled_transaction_is_kept_whole_or_not_at_all(database: Database) -> None:
    chance = random.Random(11)

    async def pair(n: int) -> None:
        async with database.transaction() as session:
            for half in "ab":
                await session.execute(text("INSERT INTO leases (name) VALUES (:name)"), {"name": f"{n}{half}"})

    for n in range(60):
        task = asyncio.create_task(pair(n))
        await asyncio.sleep(chance.random() * 0.006)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with database.transaction() as session:
        names = set(await session.scalars(text("SELECT name FROM leases")))
    assert all((f"{n}a" in names) == (f"{n}b" in names) for n in range(60))


async def test_a_time_limit_around_a_transaction_is_told(database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02), database.transaction() as session:
            for _ in range(3000):
                await session.execute(text("DELETE FROM leases WHERE name = 'nobody'"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02), database.transaction():
            await asyncio.sleep(1)
    await write(database, "after")


@pytest.mark.parametrize("statement", ["SELECT 1", "UPDATE leases SET owner = 'x'", "DELETE FROM leases"])
async def test_the_loop_goes_on_while_the_file_is_locked(tmp_path: Path, statement: str) -> None:
    """What waits for another process waits in a thread: meanwhile other chats are served."""
    async with migrated(new_sqlite_url(tmp_path)) as database:
        other = sqlite3.connect(database.url.removeprefix("sqlite+aiosqlite:///"), check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.5, other.rollback).start()
        longest, last = 0.0, time.monotonic()

        async def work() -> None:
            async with database.transaction() as session:
                await session.execute(text(statement))

        task = asyncio.create_task(work())
        while not task.done():
            await asyncio.sleep(0.01)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        await task
        other.close()
    assert longest < 0.4
