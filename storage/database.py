"""The one place that makes engines and opens transactions, on SQLite and on PostgreSQL."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from storage import steady

BUSY_TIMEOUT_MS = 15_000
"""How long SQLite waits for another process's write before it answers "locked"."""


SQLITE_PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Primary result codes (sqlite.org/rescode.html) of trouble that ends without a change of ours."""
POSTGRESQL_PASSING = ("08", "25006", "40", "53", "55P03", "57", "58")
"""Beginnings of SQLSTATEs (PostgreSQL's appendix A) of the same kind: connection, read-only, serialisation and
deadlock, resources (a full disk), lock not available, operator intervention, system error."""


DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
"""The kinds of databases, by the beginning of their URL."""


class UnavailableError(Exception):
    """The database cannot be reached, or not be written to, now. The cause is its `__cause__`."""


class Database:
    """A pool of connections and the transactions over it.

    `url` is a SQLAlchemy URL: `sqlite+aiosqlite:///path` or `postgresql+asyncpg://...`.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_size": pool_size, "pool_pre_ping": True}
        if self.is_sqlite:
            path = make_url(url).database or ""
            options = {"async_creator": lambda: steady.connect(path)}
        # An error's text would hold the values of its statement: words of people.
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        # SQLite has one writer. Inside this process a fair queue beats its sleep-and-retry.
        self._writer: asyncio.Lock | nullcontext[None] = asyncio.Lock() if self.is_sqlite else nullcontext()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, undone when it raises.

        Raises UnavailableError before the block when the database is away or locked.
        """
        with steady.cancelled_at_the_end():
            async with self._writer, self._sessions() as session, session.begin():
                try:
                    await session.connection()
                except Exception as error:
                    raise UnavailableError(type(error).__name__) from error
                yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection with a transaction, for migrations."""
        async with self._writer, self.engine.begin() as connection:
            yield connection

    async def close(self) -> None:
        """Gives all connections back."""
        await self.engine.dispose()


def check_url(url: str) -> None:
    """Raises ValueError when this is no URL of a database that we can work with. The error does not repeat the URL."""
    try:
        driver = make_url(url).drivername
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in DRIVERS:
        raise ValueError(f"a database's address begins with {' or '.join(f'{name}://' for name in DRIVERS)}")


def is_passing(error: BaseException) -> bool:
    """Whether the database may work again by itself: locked, full, restarting, a deadlock, a lost connection."""
    if isinstance(error, UnavailableError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    code, state = getattr(error.orig, "sqlite_errorcode", 0), getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or code & 0xFF in SQLITE_PASSING or state.startswith(POSTGRESQL_PASSING)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late and locks too little; ours stands in on_begin.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            # NORMAL would lose the last commits when the power goes, after Telegram was told that they arrived.
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
