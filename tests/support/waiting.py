"""Waiting for something to become true, with an end."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable


async def until(true: Callable[[], bool | Awaitable[bool]], timeout_s: float = 10.0, what: str = "") -> None:
    """Looks every 20 ms. Raises AssertionError naming `what` when it did not come true in time."""
    end = time.monotonic() + timeout_s
    while True:
        found = true()
        if await found if inspect.isawaitable(found) else found:
            return
        assert time.monotonic() < end, f"not within {timeout_s:.0f} s: {what or 'what was waited for'}"
        await asyncio.sleep(0.02)
