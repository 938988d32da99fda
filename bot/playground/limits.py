"""Flood limits: how fast a bot may write.

Telegram publishes about one message a second for a chat (short bursts pass), about 30 a second over all chats and 20
a minute for a group (core.telegram.org/bots/faq). Edits count with sends (github.com/tdlib/td/issues/2592).
"""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from bot.playground.errors import too_many


@dataclass(frozen=True)
class Rates:
    """Messages per second and how many may come at once; `group_minute` messages in any 60 s of one group.

    0 = no limit.
    """

    chat_per_s: float = 1.0
    chat_burst: int = 5
    all_per_s: float = 30.0
    all_burst: int = 30
    group_minute: int = 20


NO_RATES = Rates(chat_per_s=0, all_per_s=0, group_minute=0)


class Bucket:
    """A token bucket: `burst` at once, refilled by `per_s`."""

    def __init__(self, per_s: float, burst: int, now: float) -> None:
        self.per_s = per_s
        self.burst = burst
        self.tokens = float(burst)
        self.at = now

    def wait(self, now: float) -> float:
        """Seconds until one message may go; 0 = now."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_s)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_s


class Limits:
    """Counts what a bot sends and refuses with 429 when it is too fast.

    A refused chat stays closed until the time that was named, as in Telegram: asking earlier gets the rest of the wait.
    """

    def __init__(self, rates: Rates, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.rates = rates
        self._monotonic = monotonic
        self._all: Bucket | None = None
        self._chats: dict[int, Bucket] = {}
        self._groups: dict[int, deque[float]] = {}
        self._closed: dict[int, float] = {}

    def spend(self, chat_id: int, *, group: bool) -> None:
        """Count one message to this chat. Raises ApiError 429 when it is too early."""
        now = self._monotonic()
        wait = max(self._closed.get(chat_id, now) - now, self._chat_wait(chat_id, group, now), self._all_wait(now))
        if wait > 0:
            seconds = math.ceil(wait)
            self._closed[chat_id] = now + seconds
            raise too_many(seconds)
        self._closed.pop(chat_id, None)
        self._count(chat_id, group, now)

    def _chat_wait(self, chat_id: int, group: bool, now: float) -> float:
        if group:
            return self._group_wait(chat_id, now)
        if not self.rates.chat_per_s:
            return 0.0
        fresh = Bucket(self.rates.chat_per_s, self.rates.chat_burst, now)
        return self._chats.setdefault(chat_id, fresh).wait(now)

    def _group_wait(self, chat_id: int, now: float) -> float:
        if not self.rates.group_minute:
            return 0.0
        sent = self._groups.setdefault(chat_id, deque())
        while sent and sent[0] <= now - 60:
            sent.popleft()
        return 0.0 if len(sent) < self.rates.group_minute else sent[0] + 60 - now

    def _all_wait(self, now: float) -> float:
        if not self.rates.all_per_s:
            return 0.0
        if self._all is None:
            self._all = Bucket(self.rates.all_per_s, self.rates.all_burst, now)
        return self._all.wait(now)

    def _count(self, chat_id: int, group: bool, now: float) -> None:
        if self._all:
            self._all.tokens -= 1
        if chat_id in self._chats:
            self._chats[chat_id].tokens -= 1
        if group and self.rates.group_minute:
            self._groups[chat_id].append(now)
