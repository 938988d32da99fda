"""What the database does when it is locked, full, restarted or away: passing trouble is told from mistakes of ours."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from storage import leases, updates
from storage.database import Database, UnavailableError, is_passing
from storage.updates import Arrival
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_postgres_url, new_sqlite_url


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with migrated(new_sqlite_url(tmp_path)) as found:
        yield found


@pytest.fixture
async def postgresql(postgres: str) -> AsyncIterator[Database]:
    async with migrated(await new_postgres_url(postgres)) as found:
        yield found


async def run(database: Database, *statements: str) -> None:
    async with database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))


def many(count: int) -> list[Arrival]:
    return [Arrival(n, n, "message", {"message": {"text": "가" * 1000}}) for n in range(1, count + 1)]


async def test_a_locked_file_is_passing(sqlite: Database) -> None:
    @event.listens_for(sqlite.engine.sync_engine, "connect")
    def impatient(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    await sqlite.close()
    other = sqlite3.connect(sqlite.url.removeprefix("sqlite+aiosqlite:///"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError) as trouble:
        await run(sqlite, "SELECT 1")
    assert is_passing(trouble.value)
    other.rollback()
    other.close()
    await run(sqlite, "SELECT 1")


async def test_a_full_disk_is_passing_and_leaves_nothing_half_done(sqlite: Database, clock: StillClock) -> None:
    await run(sqlite, "PRAGMA max_page_count=60")
    with pytest.raises(DBAPIError) as trouble:
        async with sqlite.transaction() as session:
            await updates.store(session, many(500), clock.now())
    assert is_passing(trouble.value)
    await run(sqlite, "PRAGMA max_page_count=100000")
    async with sqlite.transaction() as session:
        assert await updates.counts(session) == {}
        assert await updates.store(session, many(500), clock.now()) == 500


async def test_a_server_that_ends_our_connections_is_passing(postgresql: Database) -> None:
    with pytest.raises(DBAPIError) as trouble:
        await run(postgresql, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    assert is_passing(trouble.value)
    await run(postgresql, "SELECT 1")


async def test_a_deadlock_is_passing(postgresql: Database, clock: StillClock) -> None:
    async with postgresql.transaction() as session:
        for name in "ab":
            await leases.take(session, name, "test", clock.now(), timedelta(seconds=1))
    first_locks = [asyncio.Event(), asyncio.Event()]

    async def lock(mine: int, names: str) -> None:
        async with postgresql.transaction() as session:
            await session.execute(text(f"UPDATE leases SET owner='x' WHERE name='{names[0]}'"))
            first_locks[mine].set()
            await first_locks[1 - mine].wait()
            await session.execute(text(f"UPDATE leases SET owner='x' WHERE name='{names[1]}'"))

    found = await asyncio.gather(lock(0, "ab"), lock(1, "ba"), return_exceptions=True)
    (trouble,) = [one for one in found if one is not None]
    assert is_passing(trouble)


@pytest.mark.parametrize("url", ["postgresql+asyncpg://nobody@127.0.0.1:1/none", "sqlite+aiosqlite:////nowhere/a.db"])
async def test_a_database_that_is_away_is_passing(url: str) -> None:
    database = Database(url)
    with pytest.raises(UnavailableError) as trouble:
        await run(database, "SELECT 1")
    assert is_passing(trouble.value)
    await database.close()


async def test_our_own_mistakes_are_not_passing(database: Database, clock: StillClock) -> None:
    with pytest.raises((DBAPIError, ProgrammingError)) as unknown:
        await run(database, "SELECT nothing FROM nowhere")
    with pytest.raises(IntegrityError) as broken:
        await run(database, "INSERT INTO leases (name) VALUES ('a')", "INSERT INTO leases (name) VALUES ('a')")
    assert not is_passing(unknown.value) and not is_passing(broken.value)
    assert not is_passing(ValueError()) and not is_passing(OSError())


async def test_an_error_does_not_say_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(DBAPIError) as trouble:
        async with database.transaction() as session:
            await session.execute(text("INSERT INTO nowhere VALUES (:said)"), {"said": "우리 딸 전화번호"})
    assert "전화번호" not in str(trouble.value)
