"""Asks the Rasa server what a message means. Slow, down or answering nonsense: the chat goes on without it."""

import logging
import math
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import httpx

from nlu.korean import find_all, normalise_within
from nlu.korean.span import Value
from nlu.labels import EntityName, Intent

log = logging.getLogger(__name__)

FAILURES_TO_OPEN = 3
"""After so many failures in a row the server is left alone for a while, so that no chat waits for it."""
REST_S = 5.0
"""How long it is left alone before one message tries again."""
MAX_PARSED = 1000
"""Characters of a message that are sent to the server; a counselor needs the rest, the classifier does not."""


READER = "ValueExtractor"
"""The server's own run of the readers; they are run here again, see `read`."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A value in a message: its label, its words, where they stand, and what they mean (None: cannot be known)."""

    entity: str
    text: str
    start: int
    end: int
    value: Value


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message means. `degraded` says why Rasa could not be asked; it is empty when it was."""

    text: str
    intent: Intent
    confidence: float
    ranking: tuple[tuple[Intent, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    degraded: str = ""

    def values(self, entity: EntityName) -> tuple[Value, ...]:
        """The known values of one label, in the order of the message."""
        return tuple(e.value for e in self.entities if e.entity == entity.value and e.value is not None)


class Understander(Protocol):
    """Tells what a message means."""

    async def understand(self, text: str, *, on: date) -> Understanding:
        """The meaning of a message written on a day. Never raises."""


class NonsenseError(Exception):
    """The Rasa server answered something that is not an understanding."""


class RasaUnderstander:
    """The Rasa server behind `POST /model/parse`, with a breaker in front of it."""

    def __init__(
        self, client: httpx.AsyncClient, base_url: str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`client` carries the time-out, which is the longest that a chat waits for Rasa."""
        self._client = client
        self._url = base_url.rstrip("/") + "/model/parse"
        self._monotonic = monotonic
        self._failures = 0
        self._open_until = 0.0

    async def understand(self, text: str, *, on: date) -> Understanding:
        """The meaning of a message; `degraded` when the server could not be asked."""
        whole = unicodedata.normalize("NFC", text)
        if not whole.strip():
            return Understanding(whole, Intent.FALLBACK, 0.0)
        if self._monotonic() < self._open_until:
            return nothing(whole, "resting", on)
        if self._failures >= FAILURES_TO_OPEN:  # this message tries alone; others rest until it has its answer
            self._open_until = self._monotonic() + REST_S
        try:
            response = await self._client.post(self._url, json={"text": whole[:MAX_PARSED]})
            response.raise_for_status()
            understanding = read(whole, response.json(), on)
        except (httpx.HTTPError, ValueError, NonsenseError) as error:
            return nothing(whole, self._failed(error), on)
        if self._failures:
            log.warning("rasa answers again")
        self._failures, self._open_until = 0, 0.0
        return understanding

    def _failed(self, error: Exception) -> str:
        self._failures += 1
        why = type(error).__name__
        if self._failures == 1:
            log.warning("rasa does not answer as it should (%s); chats go on with search and buttons", why)
        if self._failures >= FAILURES_TO_OPEN:
            self._open_until = self._monotonic() + REST_S
        return why


def nothing(text: str, why: str, on: date) -> Understanding:
    """The understanding of a message that Rasa could not be asked about: only the values that rules can read."""
    return Understanding(text, Intent.FALLBACK, 0.0, entities=_read_here(text, on), degraded=why)


def read(text: str, answer: Any, on: date) -> Understanding:
    """The server's JSON as an understanding of `text`, which is NFC. Raises NonsenseError when it is none.

    The server says what the message wants and adds values that it learned to see; the readers' values are read here,
    for the message's own day and with today's catalog, whatever day and catalog the server started with.
    """
    shift = len(text) - len(text.lstrip())  # Rasa strips messages before it counts characters
    try:
        intent = Intent(answer["intent"]["name"] or Intent.FALLBACK.value)
        confidence = _chance(answer["intent"]["confidence"])
        ranking = tuple((Intent(r["name"]), _chance(r["confidence"])) for r in answer.get("intent_ranking", ()))
        learned = [_entity(e, text, shift, on) for e in answer.get("entities", ()) if not _by_reader(e)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NonsenseError(str(type(error).__name__)) from error
    return Understanding(text, intent, confidence, ranking, _together(_read_here(text, on), learned))


def _chance(raw: Any) -> float:
    chance = float(raw)
    if not math.isfinite(chance) or not -0.001 <= chance <= 1.001:
        raise ValueError("no probability")
    return min(max(chance, 0.0), 1.0)


def _by_reader(raw: dict[str, Any]) -> bool:
    return raw.get("extractor") == READER


def _entity(raw: dict[str, Any], text: str, shift: int, on: date) -> Entity:
    name, start, end = EntityName(raw["entity"]).value, int(raw["start"]) + shift, int(raw["end"]) + shift
    if not 0 <= start < end <= len(text):
        raise ValueError("outside of the text")
    return Entity(name, text[start:end], start, end, normalise_within(name, text, start, end, on))


def _read_here(text: str, on: date) -> tuple[Entity, ...]:
    return tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in find_all(text, on))


def _together(read_here: tuple[Entity, ...], learned: list[Entity]) -> tuple[Entity, ...]:
    """Both kinds in the order of the text; a learned one only where no reader found anything."""
    free = [e for e in learned if all(e.end <= r.start or r.end <= e.start for r in read_here)]
    return tuple(sorted([*read_here, *free], key=lambda e: e.start))
