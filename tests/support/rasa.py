"""A stand-in for the Rasa server: speaks its `POST /model/parse` and `GET /status`, and can be slow, away or mad.

Tests that are about something else than understanding use it, because the real one takes 20 s and 1.2 GB to start. What
it answers is held against the real server by tests/integration/test_standin.py.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.frontpage import PageServer
from nlu.labels import Intent

SIGNS: dict[Intent, str] = {
    Intent.TALK_TO_COUNSELOR: "상담원|사람과",
    Intent.GREET: "안녕",
    Intent.THANK: "고마|감사",
    Intent.ASK_PROGRAM: "지원금|급여|연금|일자리|인턴|얼마|서류",
    Intent.FIND_CENTER: "센터|어디",
    Intent.AFFIRM: "^(네|예|응)",
    Intent.DENY: "^아니",
}


@dataclass
class StandIn:
    """A running stand-in. `delay_s` makes it slow; `mode` is "well", "nonsense" or "broken"."""

    address: str
    delay_s: float = 0.0
    mode: str = "well"
    asked: list[str] = field(default_factory=list)


def parse(text: str, names: Sequence[str] = ()) -> dict[str, Any]:
    """What Rasa answers, in its shape. `names` are programs that it knows."""
    intent = next((i for i, sign in SIGNS.items() if re.search(sign, text)), Intent.FALLBACK)
    confidence = 0.0 if intent is Intent.FALLBACK else 0.93
    others = [{"name": i.value, "confidence": 0.007} for i in Intent if i is not intent][:9]
    ranking = [{"name": intent.value, "confidence": confidence}, *others]
    return {
        "text": text,
        "intent": {"name": intent.value, "confidence": confidence},
        "entities": [_program(text, name) for name in names if name in text],
        "text_tokens": [[0, len(text)]],
        "intent_ranking": ranking,
    }


def _program(text: str, name: str) -> dict[str, Any]:
    start = text.index(name)
    place = {"start": start, "end": start + len(name)}
    learned = {"confidence_entity": 0.99, "extractor": "StoredCRFEntityExtractor"}
    return {"entity": "program", **place, "value": name, **learned}


@asynccontextmanager
async def rasa_standin(port: int = 0, names: Sequence[str] = ()) -> AsyncIterator[StandIn]:
    """A stand-in on loopback as long as the block."""
    standin = StandIn("")

    async def answer(request: Request) -> Response:
        text = (await request.json())["text"]
        standin.asked.append(text)
        if standin.delay_s:
            await asyncio.sleep(standin.delay_s)
        if standin.mode == "nonsense":
            return JSONResponse({"version": "3.6.21", "status": "failure"})
        if standin.mode == "broken":
            return PlainTextResponse("oops", 500)
        return JSONResponse(parse(text, names))

    async def status(request: Request) -> Response:
        return JSONResponse({"model_file": "standin.tar.gz", "model_id": "standin", "num_active_training_jobs": 0})

    routes = [Route("/model/parse", answer, methods=["POST"]), Route("/status", status)]
    server = PageServer(uvicorn.Config(Starlette(routes=routes), "127.0.0.1", port, log_level="error"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    standin.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield standin
    finally:
        server.should_exit = True
        await task
