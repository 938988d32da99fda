"""Shows the playground what was understood of each message."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx


class Viewer:
    """Tells the playground what was understood. It is a help for the eye: a playground that is away is no error."""

    def __init__(self, http: httpx.AsyncClient, playground: str) -> None:
        self._http = http
        self._url = playground + "/playground/api/understood"
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, record: Mapping[str, Any]) -> None:
        """Sends one record without waiting for it."""
        task = asyncio.get_running_loop().create_task(self._send(dict(record)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Lets go of what is not sent yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, record: dict[str, Any]) -> None:
        with suppress(httpx.HTTPError):
            await self._http.post(self._url, json=record)
