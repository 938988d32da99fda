"""Who wants to know that something changed: the web page and waiting tests."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.playground.errors import Json

BACKLOG = 1000


class Feed:
    """Tells every listener what happened, in order.

    A listener that falls behind by more than 1,000 events loses the oldest.
    """

    def __init__(self) -> None:
        self._listeners: list[asyncio.Queue[Json | None]] = []
        self.closed = False

    def tell(self, kind: str, chat_id: int | None = None, **more: object) -> None:
        """Something happened."""
        for queue in self._listeners:
            _put(queue, {"kind": kind, "chat_id": chat_id, **more})

    def close(self) -> None:
        """No more events: every listener gets None."""
        self.closed = True
        for queue in self._listeners:
            _put(queue, None)

    @contextmanager
    def listen(self) -> Iterator["asyncio.Queue[Json | None]"]:
        """A queue of what happens from here on; None is the end."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue(BACKLOG)
        self._listeners.append(queue)
        if self.closed:
            _put(queue, None)
        try:
            yield queue
        finally:
            self._listeners.remove(queue)

    async def until(self, true: Callable[[], bool], *, timeout_s: float = 5.0) -> None:
        """Wait until `true()` holds, looking after every event. Raises TimeoutError after `timeout_s`."""
        async with asyncio.timeout(timeout_s):
            with self.listen() as queue:
                while not true():
                    if await queue.get() is None:
                        raise TimeoutError


def _put(queue: "asyncio.Queue[Json | None]", event: Json | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(event)
