"""Asks the Rasa server what a message means. Slow, down or answering nonsense: the chat goes on without it."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import httpx

from nlu.korean import find_all, normalise
from nlu.korean.span import Value
from nlu.labels import EntityName, Intent

log = logging.getLogger(__name__)

FAILURES_TO_OPEN = 3
"""After so many failures in a row the server is left alone for a while, so that no chat waits for it."""
REST_S = 5.0
"""How long it is left alone before one message tries again."""
MAX_PARSED = 1000
"""Characters of a message that are sent to the server; a counselor needs the rest, the classifier does not."""


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
        self._client = client
        self._url = base_url.rstrip("/") + "/model/parse"
        self._monotonic = monotonic
        self._failures = 0
        self._open_until = 0.0

    async def understand(self, text: str, *, on: date) -> Understanding:
        """The meaning of a message; `degraded` when the server could not be asked."""
        if self._monotonic() < self._open_until:
            return nothing(text, "resting", on)
        try:
            response = await self._client.post(self._url, json={"text": text[:MAX_PARSED]})
            response.raise_for_status()
            understanding = read(text, response.json(), on)
        except (httpx.HTTPError, json.JSONDecodeError, NonsenseError) as error:
            return nothing(text, self._failed(error), on)
        if self._failures:
            log.warning("rasa answers again")
        self._failures = 0
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
    found = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in find_all(text, on))
    return Understanding(text, Intent.FALLBACK, 0.0, entities=found, degraded=why)


def read(text: str, answer: Any, on: date) -> Understanding:
    """The server's JSON as an understanding. Raises NonsenseError when it is none."""
    try:
        intent = Intent(answer["intent"]["name"] or Intent.FALLBACK.value)
        confidence = float(answer["intent"]["confidence"])
        ranking = tuple((Intent(r["name"]), float(r["confidence"])) for r in answer.get("intent_ranking", ()))
        entities = tuple(_entity(e, text, on) for e in answer.get("entities", ()))
    except (KeyError, TypeError, ValueError) as error:
        raise NonsenseError(str(type(error).__name__)) from error
    return Understanding(text, intent, confidence, ranking, entities)


def _entity(raw: dict[str, Any], text: str, on: date) -> Entity:
    start, end, name = int(raw["start"]), int(raw["end"]), str(raw["entity"])
    words = text[start:end]
    return Entity(name, words, start, end, normalise(name, words, on))
