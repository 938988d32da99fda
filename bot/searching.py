"""The search, loaded beside everything else: its models take seconds, and messages are taken in meanwhile."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from bot.errors import OperatorError
from retrieval.found import Found


class Finder(Protocol):
    """What can be asked."""

    def find(self, query: str) -> Found:
        """The entries that answer best. Blocking."""


class LaterSearch:
    """A search that is being loaded by a thread of its own. `find` waits for it."""

    def __init__(self, load: Callable[[], Finder]) -> None:
        self._load = load
        self._loaded: Future[Finder] = Future()
        # A daemon, so that Ctrl-C does not wait for models that nobody needs any more.
        threading.Thread(target=self._run, name="search", daemon=True).start()

    def _run(self) -> None:
        try:
            self._loaded.set_result(self._load())
        except BaseException as error:
            self._loaded.set_exception(error)

    async def ready(self) -> None:
        """Waits until it can be asked. Raises OperatorError saying why it never will."""
        try:
            await asyncio.wrap_future(self._loaded)
        except Exception as error:
            raise OperatorError(str(error)) from error

    def find(self, query: str) -> Found:
        """The entries that answer best. Blocking. Raises what loading raised."""
        return self._loaded.result().find(query)
