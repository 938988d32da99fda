"""Updates on their way to the bot: numbered, kept until confirmed, at most 24 hours."""

import asyncio
import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.playground.errors import Json

# Everything but what must be named: core.telegram.org/bots/api#getupdates
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
KEPT = timedelta(hours=24)
# "If there are no new updates for at least a week, then identifier of the next update will be chosen randomly": same
# page.
RENUMBERED = timedelta(days=7)


@dataclass(frozen=True)
class Pending:
    """One update that the bot has not confirmed; `queue` is the chat that it belongs to."""

    update_id: int
    body: Json
    queue: int
    at: datetime


class Updates:
    """The queue of one bot's updates."""

    def __init__(self, clock: Clock, first_id: int) -> None:
        self._clock = clock
        self._next = first_id
        self._last_at: datetime | None = None
        self._pending: dict[int, Pending] = {}
        self.allowed: list[str] | None = None
        self.news = asyncio.Event()

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update."""
        if self.allowed:
            return kind in self.allowed
        return kind not in NOT_BY_DEFAULT

    def put(self, content: Json, queue: int) -> int:
        """Number and keep an update; returns its update_id."""
        now = self._clock.now()
        if self._last_at and now - self._last_at >= RENUMBERED:
            self._next = random.randrange(1, 2**30)  # noqa: S311
        self._last_at = now
        update_id = self._next
        self._next += 1
        self._pending[update_id] = Pending(update_id, {"update_id": update_id, **content}, queue, now)
        self.news.set()
        return update_id

    def repeat(self, update_id: int, content: Json, queue: int) -> None:
        """Let an update that was confirmed come once more under its old number."""
        body = {**content, "update_id": update_id}
        self._pending = dict(
            sorted({**self._pending, update_id: Pending(update_id, body, queue, self._clock.now())}.items())
        )
        self.news.set()

    def confirm_before(self, offset: int) -> None:
        """Forget what the bot has read; a negative offset keeps only so many of the newest."""
        if offset < 0:
            for update_id in list(self._pending)[:offset]:
                del self._pending[update_id]
        else:
            for update_id in [i for i in self._pending if i < offset]:
                del self._pending[update_id]

    def confirm(self, update_id: int) -> None:
        """Forget one update: a webhook took it."""
        self._pending.pop(update_id, None)

    def drop_all(self) -> None:
        """Forget everything that waits."""
        self._pending.clear()

    def waiting(self) -> list[Pending]:
        """What is unconfirmed and not older than 24 hours, oldest first."""
        self._expire()
        return list(self._pending.values())

    def oldest_of(self, queue: int) -> Pending | None:
        """The first unconfirmed update of one chat."""
        self._expire()
        return next((one for one in self._pending.values() if one.queue == queue), None)

    def _expire(self) -> None:
        too_old = self._clock.now() - KEPT
        while self._pending and (first := next(iter(self._pending.values()))).at < too_old:
            del self._pending[first.update_id]
