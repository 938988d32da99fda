"""Takes updates in: raw JSON into the inbox first, and only then is Telegram told that it arrived."""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
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
        """`url` is the API's address with the token, without a method."""
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
            response = await self._client.post(f"{self._url}/getUpdates", json=body, timeout=POLL_S + 10)
            answer = response.json()
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            log.warning("Telegram is not reached (%s), trying again", type(error).__name__)
            return longer(pause)
        if not isinstance(answer, dict) or not answer.get("ok"):
            return await self._refused(response.status_code, answer if isinstance(answer, dict) else {}, pause)
        return await self._keep(answer.get("result"), pause)

    async def _keep(self, batch: Any, pause: float) -> float:
        """Stores a batch and moves the offset past it. A failed store leaves the offset: Telegram repeats the batch."""
        raws = batch if isinstance(batch, list) else []
        arrivals = [a for a in map(incoming.arrival, raws) if a is not None]
        if len(arrivals) < len(raws):
            log.error("%s entries of a batch have no update number and cannot be kept", len(raws) - len(arrivals))
        if not arrivals:
            # An empty answer confirms everything so far. From the start again: after a quiet week Telegram may go on
            # with lower numbers, which an old offset would throw away.
            self._offset = 0
            return longer(pause) if raws else 0.0
        try:
            await self._store(arrivals)
        except Exception as error:
            log.error("cannot store updates (%s); Telegram keeps them and repeats", type(error).__name__)
            return longer(pause)
        self._offset = max(a.update_id for a in arrivals) + 1
        return 0.0

    async def _refused(self, status: int, answer: dict[str, Any], pause: float) -> float:
        if status in (401, 404):
            raise BadTokenError
        if status == 409:
            return await self._contested("webhook" in str(answer.get("description")).lower())
        parameters = answer.get("parameters")
        asked = parameters.get("retry_after") if isinstance(parameters, dict) else None
        log.warning("Telegram answered %s to a poll", status)
        return float(asked) if isinstance(asked, int) else longer(pause)

    async def _contested(self, is_webhook: bool) -> float:
        """Somebody else takes our updates: a webhook of earlier days is taken away, another process is waited for."""
        if not is_webhook:
            log.warning("another process polls with this token; waiting")
            return 5.0
        log.warning("a webhook is set, it is taken away")
        with suppress(httpx.HTTPError):
            await self._client.post(f"{self._url}/deleteWebhook", timeout=10)
        return 1.0


def longer(pause: float) -> float:
    """The next wait in a row of failures, in seconds."""
    return min(max(pause * 2, 1.0), 30.0)


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
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON", 400)
        if arrived is None:
            log.error("a posted update has no number and cannot be kept")
            return PlainTextResponse("ok")
        try:
            await store([arrived])
        except Exception as error:
            log.error("cannot store an update (%s); Telegram keeps it and repeats", type(error).__name__)
            return PlainTextResponse("later", 503)
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/telegram", receive, methods=["POST"])])
