"""Quick stand-ins for understanding and searching, for tests that are about something else.

Their answers have the real ones' types and shapes; tests/integration/test_standins.py holds them against the real
Rasa server and the real search.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from bot.clock import Clock
from bot.services import Services
from knowledge.catalog import Catalog
from nlu.client import Understanding, read
from retrieval.found import Found, Hit
from storage.database import Database
from tests.support.house import make_services
from tests.support.rasa import parse


class QuickUnderstander:
    """Understands a few words, and the names of programs that it is given.

    `failing` makes it raise, which the real one never does; a `gate` makes it wait.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._names = names
        self.failing: Exception | None = None
        self.asked: list[str] = []
        self.gate: asyncio.Event | None = None

    async def understand(self, text: str, *, on: date) -> Understanding:
        """The meaning of a text, read as the real client reads the server's answer."""
        self.asked.append(text)
        if self.gate is not None:
            await self.gate.wait()
        if self.failing is not None:
            raise self.failing
        return read(text, parse(text, self._names), on)


class QuickSearch:
    """Finds some program, always the same for a text; nothing for every third text."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = sorted(ids)

    def find(self, query: str, *, limit: int = 5) -> Found:
        """Hits for a text."""
        number = int.from_bytes(hashlib.sha256(query.encode(errors="replace")).digest()[:4])
        if not self._ids or number % 3 == 0:
            return Found(query)
        chosen = [self._ids[(number + n) % len(self._ids)] for n in range(min(limit, 3))]
        hits = tuple(Hit(i, "program", round(0.9 / (n + 1), 4), "시험") for n, i in enumerate(chosen))
        return Found(query, hits, abstained=False)


def quick_services(
    database: Database,
    clock: Clock,
    catalog: Catalog,
    *,
    understander: QuickUnderstander | None = None,
    merge: timedelta = timedelta(seconds=2),
    owner: str = "test",
) -> Services:
    """The bot's parts with quick stand-ins for Rasa and the search; all else is real."""
    search = QuickSearch(tuple(catalog.programs))
    return make_services(
        database, clock, catalog, search, understander or QuickUnderstander(), merge=merge, owner=owner
    )
