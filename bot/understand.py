"""Everything that is done with a message before the transaction: danger first, then meaning and search side by side."""

import asyncio
import re
import time
from dataclasses import dataclass, field, replace
from datetime import date

from bot.incoming import Incoming
from bot.safety import Lane
from bot.services import Services
from nlu.client import Understanding
from nlu.labels import Intent
from retrieval.found import Found

MATTERS = 3
"""How many matters of one message are answered at most; a wall of text helps nobody."""
SURE = 0.7
"""How sure the classifier must be of each part before a message counts as two matters."""
PLAIN = 0.7
"""How sure plain words are, where they stand in for the classifier: enough to be followed, not to be certain."""
MIN_PART = 5
"""Characters of a part that can be a matter of its own."""
PARTS = re.compile(r"(?<=[?!])\s*|(?<=[요다죠까])[.]\s*|\n+|\s+(?:그리고|그리구|글구|아 참|참 그리고|또 하나)\s+")
NO_MATTER = frozenset(
    {
        Intent.GREET,
        Intent.GOODBYE,
        Intent.THANK,
        Intent.AFFIRM,
        Intent.DENY,
        Intent.INFORM,
        Intent.FALLBACK,
        Intent.OUT_OF_SCOPE,
        Intent.GO_BACK,
    }
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One matter of a message: its words, what they mean, and what the search found for them."""

    text: str
    understanding: Understanding
    found: Found


@dataclass(frozen=True, slots=True)
class Understood:
    """A message as it is decided upon. `timings` are milliseconds; `redacted` names the numbers that were taken out."""

    incoming: Incoming
    text: str
    lane: Lane | None
    meanings: tuple[Meaning, ...]
    redacted: tuple[str, ...] = ()
    timings: dict[str, float] = field(default_factory=dict)


async def understand(services: Services, incoming: Incoming) -> Understood:
    """What a message means, or the words under a picture. Danger is looked for in every text, a command's too.

    Asks Rasa and the search; never opens a transaction, never raises for what they answer.
    """
    text, redacted = services.redact(incoming.text)
    lane = services.check(text) if text else None
    if not text or text.startswith("/"):
        return Understood(incoming, text, lane, (_silent(text),), redacted)
    on = services.clock.now().date()
    timings: dict[str, float] = {}
    whole = await _meaning(services, text, on, timings)
    parts = await _parts(services, whole, on) if lane is None else ()
    return Understood(incoming, text, lane, parts or (whole,), redacted, timings)


def _silent(text: str) -> Meaning:
    return Meaning(text, Understanding(text, Intent.FALLBACK, 0.0), Found(text))


async def _meaning(services: Services, text: str, on: date, timings: dict[str, float] | None = None) -> Meaning:
    start = time.perf_counter()

    async def parse() -> tuple[Understanding, float]:
        return await services.understander.understand(text, on=on), time.perf_counter() - start

    async def search() -> tuple[Found, float]:
        return await asyncio.to_thread(services.find, text), time.perf_counter() - start

    (understanding, parse_s), (found, search_s) = await asyncio.gather(parse(), search())
    if understanding.degraded:
        understanding = _by_plain_words(services, understanding)
    if timings is not None:
        timings.update(parse_ms=round(parse_s * 1000, 1), search_ms=round(search_s * 1000, 1))
    return Meaning(text, understanding, found)


def _by_plain_words(services: Services, understanding: Understanding) -> Understanding:
    """The meaning of a message of which Rasa could not be asked: what its plainest words want, if anything."""
    intent = services.table.plainly(understanding.text)
    return replace(understanding, intent=intent, confidence=0.0 if intent is Intent.FALLBACK else PLAIN)


async def _parts(services: Services, whole: Meaning, on: date) -> tuple[Meaning, ...]:
    """The matters of a message that holds two; empty when it holds one."""
    pieces = split(whole.text)
    if len(pieces) < 2 or whole.understanding.degraded or whole.understanding.intent is Intent.DISTRESS:
        return ()
    meanings = await asyncio.gather(*(_meaning(services, piece, on) for piece in pieces))
    return distinct(meanings)


def split(text: str) -> list[str]:
    """The sentences of a message that are long enough to be matters of their own."""
    pieces = [piece.strip() for piece in PARTS.split(text) if piece]
    return [piece for piece in pieces if len(piece) >= MIN_PART][:MATTERS]


def distinct(meanings: list[Meaning]) -> tuple[Meaning, ...]:
    """Those meanings that are sure requests of different kinds, if there are at least two."""
    sure: dict[Intent, Meaning] = {}
    for meaning in meanings:
        understanding = meaning.understanding
        if understanding.intent not in NO_MATTER and understanding.confidence >= SURE:
            sure.setdefault(understanding.intent, meaning)
    if Intent.DISTRESS in sure:
        return (sure[Intent.DISTRESS],)
    return tuple(sure.values()) if len(sure) > 1 else ()
