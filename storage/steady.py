"""SQLite connections as a chat needs them: quick, and never cut off in the middle.

aiosqlite sends every step of every statement to a thread and back; for statements that take microseconds the way is
longer than the work. Here only what may wait or take long goes there: the lock at the beginning, the disk at the end,
and deletions of many rows.

A statement runs on in its thread when the task that awaits it is cancelled, and SQLAlchemy then closes the connection
under it: the statement keeps the file locked until it is collected. Here a cancellation waits for the end of the
transaction.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite

MAY_TAKE_LONG = ("BEGIN", "DELETE", "VACUUM", "PRAGMA", "CREATE", "ALTER", "DROP")
"""How statements begin that go to the thread."""

_postponed: ContextVar[list[bool] | None] = ContextVar("_postponed", default=None)


@contextmanager
def cancelled_at_the_end() -> Iterator[None]:
    """A block whose statements are not cancelled. Raises CancelledError at its end when one was meant to be."""
    wanted: list[bool] = []
    token = _postponed.set(wanted)
    try:
        yield
    finally:
        _postponed.reset(token)
    if wanted:
        raise asyncio.CancelledError


class SteadyConnection(aiosqlite.Connection):
    """A connection whose quick statements run where they stand and whose others are always waited for."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # The one method of aiosqlite through which everything goes. tests/storage/test_steady.py fails without it.
        if _is_quick(fn, args):
            return fn(*args, **kwargs)
        work = asyncio.ensure_future(super()._execute(fn, *args, **kwargs))  # type: ignore[no-untyped-call]
        cancelled = False
        while True:
            try:
                result = await asyncio.shield(work)
            except asyncio.CancelledError:
                if work.cancelled():
                    raise
                cancelled = True
            else:
                break
        _tell(cancelled)
        return result


def _is_quick(fn: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    owner, name = getattr(fn, "__self__", None), getattr(fn, "__name__", "")
    if isinstance(owner, sqlite3.Connection):
        return name == "cursor"
    if not isinstance(owner, sqlite3.Cursor):
        return False
    return name != "executemany" and not (name == "execute" and args[0].lstrip().upper().startswith(MAY_TAKE_LONG))


def _tell(cancelled: bool) -> None:
    """Keeps a cancellation for the end of the block, or lets it come at once where there is none."""
    wanted = _postponed.get()
    if cancelled and wanted is None:
        raise asyncio.CancelledError
    if cancelled and wanted is not None:
        wanted.append(True)


async def connect(path: str) -> SteadyConnection:
    """A connection to a file."""
    connection = SteadyConnection(partial(sqlite3.connect, Path(path), check_same_thread=False), 64)
    # A thread that waits for statements must not hold up the end of the process.
    connection._thread.daemon = True
    await connection
    return connection
