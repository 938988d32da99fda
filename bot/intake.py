"""Takes updates in: raw JSON into the inbox first, and only then is Telegram told that it arrived."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import incoming
from storage.updates import Arrival

log = logging.getLogger(__name__)

POLL_S = 20
"""Seconds that Telegram holds an empty poll open."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
MAX_BODY = 1_000_000
Store = Callable[[Sequence[Arrival]], Awaitable[None]]


class BadTokenError(Exception):
    """Telegram does not know this bot token."""


class Polling:
    """Our own getUpdates loop: PTB's would acknowledge before anything is stored, and stumble over one bad update."""

    def __init__(self, client: httpx.AsyncClient, url: str, store: Store) -> None:
        self._client = client
        self._url = url
        self._store = store
        self._offset = 0

    async def run(self) -> None:
        """Polls until cancelled. Raises BadTokenError."""
        pause = 0.0
        while True:
            pause = await self.poll_once(pause)
            if pause:
                await asyncio.sleep(pause)

    async def poll_once(self, pause: float = 0.0) -> float:
        """One poll, stored. Returns seconds to wait before the next: none after success, doubling after failures."""
        body = {"offset": self._offset, "timeout": POLL_S, "allowed_updates": list(incoming.KNOWN)}
        try:
            response = await self._client.post(self._url, json=body, timeout=POLL_S + 10)
            answer = response.json()
        except (httpx.HTTPError, json.JSONDecodeError, UnicodeDecodeError) as error:
            log.warning("Telegram is not reached (%s), trying again", type(error).__name__)
            return min(max(pause * 2, 1.0), 30.0)
        if not isinstance(answer, dict) or not answer.get("ok"):
            return self._refused(response.status_code, answer if isinstance(answer, dict) else {}, pause)
        await self._keep(answer.get("result"))
        return 0.0

    async def _keep(self, batch: Any) -> None:
        """Stores a batch and moves the offset past it. A failed store leaves the offset: Telegram repeats the batch."""
        raws = batch if isinstance(batch, list) else []
        arrivals = [a for a in map(incoming.arrival, raws) if a is not None]
        if len(arrivals) < len(raws):
            log.error("%s entries of a batch have no update number and cannot be kept", len(raws) - len(arrivals))
        if not arrivals:
            return
        try:
            await self._store(arrivals)
        except Exception as error:
            log.error("cannot store updates (%s); Telegram keeps them and repeats", type(error).__name__)
            await asyncio.sleep(1)
            return
        self._offset = max(a.update_id for a in arrivals) + 1

    def _refused(self, status: int, answer: dict[str, Any], pause: float) -> float:
        if status in (401, 404):
            raise BadTokenError
        if status == 409:
            log.warning("another process polls with this token, or a webhook is set; waiting")
            return 5.0
        parameters = answer.get("parameters")
        asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
        log.warning("Telegram answered %s to a poll", status)
        return float(asked) if isinstance(asked, int) else min(max(pause * 2, 1.0), 30.0)


def webhook_app(secret: str, store: Store) -> Starlette:
    """The endpoint that Telegram posts to. The secret is compared in constant time; 200 once it is stored."""

    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return PlainTextResponse("not for you", 403)
        body = await request.body()
        if len(body) > MAX_BODY:
            return PlainTextResponse("too large", 413)
        try:
            arrived = incoming.arrival(json.loads(body))
        except ValueError:
            return PlainTextResponse("not JSON", 400)
        if arrived is not None:
            await store([arrived])
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/telegram", receive, methods=["POST"])])
