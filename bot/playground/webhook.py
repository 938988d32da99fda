"""Webhooks: every update is posted to the bot's address, one at a time for each chat, until it is taken.

After telegram-bot-api/WebhookActor.cpp of github.com/tdlib/telegram-bot-api. Real Telegram wants HTTPS and public
addresses; here only this computer is reached, so plain HTTP to loopback is what is allowed.
"""

import asyncio
import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from bot.playground.errors import Json, bad
from bot.playground.intake import remember_allowed
from bot.playground.params import Params
from bot.playground.updates import Pending
from bot.playground.world import World

SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
LONGEST_PAUSES = 60


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this computer alone."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


@dataclass(frozen=True)
class Hook:
    """Where updates go."""

    url: str
    secret: str
    max_connections: int


class Webhook:
    """Delivers while a hook is set. `first_pause_s` is the pause after a first failure; it doubles up to sixtyfold."""

    def __init__(self, world: World, *, first_pause_s: float = 1.0, timeout_s: float = 60.0) -> None:
        self.hook: Hook | None = None
        self.last_error: Json = {}
        self._world = world
        self._first_pause_s = first_pause_s
        self._timeout_s = timeout_s
        self._loop: asyncio.Task[None] | None = None
        self._chats: dict[int, asyncio.Task[None]] = {}

    async def set(self, params: Params) -> str:
        """Start delivering to `url`; an empty one stops. Returns Telegram's description."""
        url = params.text("url").strip()
        if not url:
            return await self.delete(params)
        secret = params.text("secret_token")
        if secret and not SECRET.match(secret):
            raise bad("secret token contains unallowed characters")
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not is_loopback(parts.hostname or ""):
            raise bad("bad webhook: the playground delivers to this computer only")
        remember_allowed(self._world, params)
        self._drop_if_asked(params)
        await self.stop()
        self.hook = Hook(url, secret, min(max(params.number("max_connections", 40), 1), 100))
        self._loop = asyncio.create_task(self._deliver(self.hook))
        return "Webhook was set"

    async def delete(self, params: Params) -> str:
        """Stop delivering. Returns Telegram's description."""
        self._drop_if_asked(params)
        was_set = self.hook is not None
        await self.stop()
        self.hook = None
        return "Webhook was deleted" if was_set else "Webhook is already deleted"

    def _drop_if_asked(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self._world.updates.drop_all()

    def info(self) -> Json:
        """Telegram's WebhookInfo."""
        waiting = len(self._world.updates.waiting())
        about: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        if self.hook:
            about |= {"url": self.hook.url, "max_connections": self.hook.max_connections, **self.last_error}
        if self._world.updates.allowed:
            about["allowed_updates"] = self._world.updates.allowed
        return about

    async def stop(self) -> None:
        """End all deliveries under way."""
        tasks = [task for task in (self._loop, *self._chats.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._loop = None
        self._chats.clear()

    async def _deliver(self, hook: Hook) -> None:
        """Keep one task for each chat that has something waiting."""
        limits = httpx.Limits(max_connections=hook.max_connections)
        async with httpx.AsyncClient(limits=limits, timeout=self._timeout_s, trust_env=False) as client:
            try:
                while True:
                    self._world.updates.news.clear()
                    for pending in self._world.updates.waiting():
                        if pending.queue not in self._chats:
                            self._chats[pending.queue] = asyncio.create_task(self._serve(hook, client, pending.queue))
                    await self._world.updates.news.wait()
            finally:
                for task in self._chats.values():
                    task.cancel()

    async def _serve(self, hook: Hook, client: httpx.AsyncClient, queue: int) -> None:
        """Post the updates of one chat in order, each until it is taken."""
        pause = self._first_pause_s
        while pending := self._world.updates.oldest_of(queue):
            if await self._post(hook, client, pending):
                self._world.updates.confirm(pending.update_id)
                pause = self._first_pause_s
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._first_pause_s * LONGEST_PAUSES)
        self._chats.pop(queue, None)

    async def _post(self, hook: Hook, client: httpx.AsyncClient, pending: Pending) -> bool:
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            response = await client.post(hook.url, json=pending.body, headers=headers)
        except httpx.HTTPError as error:
            problem = "Read timeout expired" if isinstance(error, httpx.TimeoutException) else "Connection failed"
        else:
            if response.is_success:
                return True
            problem = f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
        self.last_error = {"last_error_date": self._world.stamp(), "last_error_message": problem}
        return False
