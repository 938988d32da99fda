"""The client of the Rasa server against a server on loopback: well, slow, broken, mad, away, and back again."""

import asyncio
import json
import logging
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import pytest

from nlu.client import FAILURES_TO_OPEN, MAX_PARSED, REST_S, NonsenseError, RasaUnderstander, read
from nlu.labels import EntityName, Intent

ON = date(2026, 11, 21)
TEXT = "양천구에 경비 자리 있어요?"


def answer(intent: str = "search_openings", confidence: Any = 0.9, **more: Any) -> dict[str, Any]:
    """What Rasa says of a message."""
    ranking = [{"name": intent, "confidence": confidence}, {"name": "inform", "confidence": 0.1}]
    return {"text": TEXT, "intent": {"name": intent, "confidence": confidence}, "intent_ranking": ranking, **more}


@dataclass
class Server:
    """A server that answers `body` with `status` after `delay_s`, and remembers what it was asked."""

    url: str = ""
    status: int = 200
    body: str = field(default_factory=lambda: json.dumps({**answer(), "entities": []}))
    delay_s: float = 0.0
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        self.asked.append(json.loads(await reader.readexactly(length))["text"])
        await asyncio.sleep(self.delay_s)
        body = self.body.encode()
        writer.write(
            f"HTTP/1.1 {self.status} X\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
        )
        writer.close()


@dataclass
class Watch:
    """A monotonic clock that is moved by hand."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    async with await asyncio.start_server(made.serve, "127.0.0.1", 0) as listening:
        made.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield made


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def understander(server: Server, watch: Watch) -> AsyncIterator[RasaUnderstander]:
    async with httpx.AsyncClient(timeout=0.3) as client:
        yield RasaUnderstander(client, server.url + "/", monotonic=watch)


async def test_an_answer_is_read_with_values_of_the_day(understander: RasaUnderstander) -> None:
    found = await understander.understand(TEXT, on=ON)
    assert (found.intent, found.confidence, found.degraded) == (Intent.SEARCH_OPENINGS, 0.9, "")
    assert found.ranking[1] == (Intent.INFORM, 0.1)
    assert found.values(EntityName.DISTRICT) == ("서울특별시 양천구",)
    assert [e.text for e in found.entities] == ["양천구", "경비"]


async def test_learned_entities_are_kept_only_where_no_reader_found_anything(server: Server) -> None:
    learned = [
        {"entity": "occupation", "start": 5, "end": 7, "extractor": "StoredCRFEntityExtractor", "value": "경비"},
        {"entity": "occupation", "start": 8, "end": 10, "extractor": "StoredCRFEntityExtractor", "value": "자리"},
        {"entity": "district", "start": 0, "end": 3, "extractor": "ValueExtractor", "value": "다른 값"},
    ]
    found = read(TEXT, answer(entities=learned), ON)
    assert [(e.text, e.start) for e in found.entities] == [("양천구", 0), ("경비", 5), ("자리", 8)]
    assert found.entities[0].value == "서울특별시 양천구"


def test_offsets_count_from_the_message_although_rasa_strips_it() -> None:
    learned = [{"entity": "occupation", "start": 8, "end": 10, "extractor": "StoredCRFEntityExtractor"}]
    found = read("  " + TEXT, answer(entities=learned), ON)
    assert found.entities[-1].text == "자리"


async def test_hangul_in_pieces_is_put_together_first(understander: RasaUnderstander, server: Server) -> None:
    found = await understander.understand(unicodedata.normalize("NFD", TEXT), on=ON)
    assert server.asked == [TEXT]
    assert found.text == TEXT


async def test_a_wall_of_text_is_sent_in_part(understander: RasaUnderstander, server: Server) -> None:
    await understander.understand("가" * 5000, on=ON)
    assert len(server.asked[0]) == MAX_PARSED


async def test_an_empty_message_is_not_sent(understander: RasaUnderstander, server: Server) -> None:
    assert (await understander.understand(" \n", on=ON)).intent is Intent.FALLBACK
    assert server.asked == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>",
        "null",
        "[]",
        "{}",
        '{"intent": null}',
        '{"intent": "greet"}',
        json.dumps(answer("order_pizza")),
        json.dumps(answer(confidence=7)),
        json.dumps(answer(confidence="NaN")),
        json.dumps(answer(entities=[{"entity": "age", "start": 0, "end": 99}])),
        json.dumps(answer(entities=[{"entity": "shoe_size", "start": 0, "end": 2}])),
        json.dumps(answer(entities=[{"entity": "age", "start": -3, "end": 2}])),
        json.dumps(answer(entities="none")),
    ],
)
async def test_nonsense_leaves_the_values_that_rules_can_read(
    understander: RasaUnderstander, server: Server, body: str
) -> None:
    server.body = body
    found = await understander.understand(TEXT, on=ON)
    assert found.intent is Intent.FALLBACK
    assert found.degraded
    assert found.values(EntityName.DISTRICT) == ("서울특별시 양천구",)


def test_a_label_that_is_none_of_ours_is_nonsense() -> None:
    with pytest.raises(NonsenseError):
        read(TEXT, answer("order_pizza"), ON)


async def test_no_intent_is_a_fallback() -> None:
    assert read(TEXT, {"intent": {"name": None, "confidence": 0.0}}, ON).intent is Intent.FALLBACK


async def test_a_slow_server_is_not_waited_for(understander: RasaUnderstander, server: Server) -> None:
    server.delay_s = 5.0
    found = await asyncio.wait_for(understander.understand(TEXT, on=ON), 2.0)
    assert found.degraded == "ReadTimeout"


async def test_a_broken_server_says_why(understander: RasaUnderstander, server: Server) -> None:
    server.status = 500
    assert (await understander.understand(TEXT, on=ON)).degraded == "HTTPStatusError"


async def test_a_server_that_is_away_is_no_exception() -> None:
    async with httpx.AsyncClient(timeout=0.5) as client:
        found = await RasaUnderstander(client, "http://127.0.0.1:9").understand(TEXT, on=ON)
    assert found.degraded == "ConnectError"


async def test_after_some_failures_nobody_waits_and_then_it_recovers(
    understander: RasaUnderstander, server: Server, watch: Watch
) -> None:
    server.status = 500
    for _ in range(FAILURES_TO_OPEN):
        await understander.understand(TEXT, on=ON)
    server.status = 200
    assert (await understander.understand(TEXT, on=ON)).degraded == "resting"
    assert len(server.asked) == FAILURES_TO_OPEN
    watch.now += REST_S + 0.1
    assert (await understander.understand(TEXT, on=ON)).degraded == ""
    assert (await understander.understand(TEXT, on=ON)).intent is Intent.SEARCH_OPENINGS


async def test_after_the_rest_one_message_tries_for_all(
    understander: RasaUnderstander, server: Server, watch: Watch
) -> None:
    server.status = 500
    for _ in range(FAILURES_TO_OPEN):
        await understander.understand(TEXT, on=ON)
    server.asked.clear()
    watch.now += REST_S + 0.1
    server.delay_s = 0.05
    found = await asyncio.gather(*(understander.understand(TEXT, on=ON) for _ in range(5)))
    assert len(server.asked) == 1
    assert sorted(u.degraded for u in found) == ["HTTPStatusError", *["resting"] * 4]


async def test_single_failures_do_not_open_the_breaker(understander: RasaUnderstander, server: Server) -> None:
    for status in (500, 200) * FAILURES_TO_OPEN:
        server.status = status
        found = await understander.understand(TEXT, on=ON)
        assert (found.degraded == "") == (status == 200)


async def test_words_of_people_are_never_logged(
    understander: RasaUnderstander, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="nlu")
    server.body = json.dumps(answer("양천구 경비"))
    for _ in range(FAILURES_TO_OPEN):
        await understander.understand(TEXT, on=ON)
    assert caplog.records
    assert not any("양천구" in record.getMessage() for record in caplog.records)
