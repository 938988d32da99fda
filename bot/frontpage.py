"""The page with the addresses, and the health of each part. On this computer only; loads nothing from outside."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bot.services import Services
from bot.settings import Settings
from nlu.server import probe
from storage import outbox, turns, updates

TEMPLATES = Path(__file__).parent / "templates"
LAST = timedelta(hours=1)
"""How far back messages are counted that were answered without Rasa."""


@dataclass(frozen=True, slots=True)
class Address:
    """Something that can be opened or asked."""

    name: str
    url: str
    what: str


class PageServer(uvicorn.Server):
    """A server inside a process that has its own way of stopping."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the caller's business."""
        yield


async def health(settings: Settings, services: Services) -> dict[str, Any]:
    """What answers, what waits, what was parked."""
    async with httpx.AsyncClient() as client:
        model = await probe(client, settings.rasa, 2.0)
    async with services.database.transaction() as session:
        inbox, sending = await updates.counts(session), await outbox.counts(session)
        without = await turns.degraded_since(session, services.clock.now() - LAST)
    return {
        "rasa": bool(model),
        "without_rasa": without,
        "database": services.database.engine.dialect.name,
        "catalog": services.catalog.version[:12],
        "programs": len(services.catalog.programs),
        "waiting": inbox.get("waiting", 0),
        "parked": inbox.get("parked", 0),
        "to_send": sending.get("queued", 0),
        "not_sent": sending.get("failed", 0),
    }


@asynccontextmanager
async def serve_page(settings: Settings, addresses: Sequence[Address], services: Services) -> AsyncIterator[None]:
    """Serves the page as long as the block."""
    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)

    async def page(request: Request) -> Response:
        found = await health(settings, services)
        return HTMLResponse(pages.get_template("addresses.html").render(addresses=addresses, health=found))

    async def as_json(request: Request) -> Response:
        return JSONResponse(await health(settings, services))

    starlette = Starlette(routes=[Route("/", page), Route("/health", as_json)])
    config = uvicorn.Config(starlette, "127.0.0.1", settings.page_port, log_level="warning", access_log=False)
    server = PageServer(config)
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task
