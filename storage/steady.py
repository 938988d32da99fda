"""SQLite connections that a cancelled task does not cut off in the middle.

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
    """A connection whose statements are always waited for."""

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        # The one method of aiosqlite through which everything goes. tests/storage/test_steady.py fails without it.
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
        wanted = _postponed.get()
        if cancelled and wanted is None:
            raise asyncio.CancelledError
        if cancelled and wanted is not None:
            wanted.append(True)
        return result


async def connect(path: str) -> SteadyConnection:
    """A connection to a file."""
    connection = SteadyConnection(partial(sqlite3.connect, Path(path)), 64)
    # A thread that waits for statements must not hold up the end of the process.
    connection._thread.daemon = True
    await connection
    return connection
