"""The time of day, in Korea. Passed in everywhere, so that tests and the playground can move it."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import httpx

SEOUL = ZoneInfo("Asia/Seoul")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The time now, aware, in Asia/Seoul."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The time now, in Asia/Seoul."""
        return datetime.now(SEOUL)


class MovedClock:
    """The machine's clock, moved by an offset that somebody else sets (a test, or the playground's page)."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """The moved time, in Asia/Seoul."""
        return datetime.now(SEOUL) + self.offset


async def follow(clock: MovedClock, url: str, every_s: float = 1.0) -> None:
    """Keeps a clock in step with the playground's. A playground that does not answer leaves the clock as it is."""
    async with httpx.AsyncClient(timeout=2.0) as client:
        while True:
            try:
                there = datetime.fromisoformat((await client.get(url)).json()["now"])
                clock.offset = there - datetime.now(SEOUL)
            except (httpx.HTTPError, KeyError, ValueError):
                pass
            await asyncio.sleep(every_s)
