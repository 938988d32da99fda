"""How updates reach the bot: long polling. Webhooks are in `webhook.py`."""

import asyncio
import json

from bot.playground.errors import ApiError, Json, bad, conflict
from bot.playground.params import Params
from bot.playground.world import World

TIMEOUT_MAX_S = 50
LIMIT_MAX = 100


class Polling:
    """`getUpdates` of one bot. Of two that wait at once the older one is sent away, as at Telegram."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._current: asyncio.Future[ApiError] | None = None

    async def get_updates(self, params: Params) -> list[Json]:
        """The unconfirmed updates, waiting up to `timeout` seconds for the first.

        Raises ApiError 409 when another call takes over.
        """
        updates = self._world.updates
        remember_allowed(self._world, params)
        if offset := params.number("offset"):
            updates.confirm_before(offset)
        limit = params.number("limit", LIMIT_MAX)
        limit = limit if 1 <= limit <= LIMIT_MAX else LIMIT_MAX
        timeout = min(max(params.number("timeout"), 0), TIMEOUT_MAX_S)
        if not updates.waiting() and timeout:
            await self._wait(timeout)
        return [pending.body for pending in updates.waiting()[:limit]]

    async def _wait(self, timeout_s: float) -> None:
        self.interrupt("terminated by other getUpdates request; make sure that only one bot instance is running")
        mine: asyncio.Future[ApiError] = asyncio.get_running_loop().create_future()
        self._current = mine
        news = asyncio.ensure_future(self._news())
        both: set[asyncio.Future[ApiError] | asyncio.Task[None]] = {mine, news}
        try:
            await asyncio.wait(both, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if mine.done():
                raise mine.result()
        finally:
            news.cancel()
            if self._current is mine:
                self._current = None

    async def _news(self) -> None:
        updates = self._world.updates
        while not updates.waiting() and not self._world.feed.closed:
            updates.news.clear()
            await updates.news.wait()

    def interrupt(self, why: str) -> None:
        """Send the waiting call away with 409."""
        if self._current and not self._current.done():
            self._current.set_result(conflict(why))
            self._current = None


def remember_allowed(world: World, params: Params) -> None:
    """Keep `allowed_updates` for what comes from now on; without it the last list stays."""
    raw = params.values.get("allowed_updates")
    if raw is None:
        return
    try:
        wanted = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise bad("can't parse allowed updates JSON array") from None
    if not isinstance(wanted, list):
        raise bad("expected an Array of String as allowed updates")
    world.updates.allowed = [str(kind) for kind in wanted] or None
