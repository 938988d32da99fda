"""`ieum bench`: turns, many chats at once, search, eligibility, booking, start-up, memory; into docs/bench/."""

import argparse
import asyncio
import os
import platform
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.bench import startup
from bot.bench.booking import measure_booking
from bot.bench.figures import Figures, Start
from bot.bench.report import table, write
from bot.bench.turns import measure_crowd, measure_turns, open_bench
from bot.clock import SEOUL
from bot.commands import prepare
from bot.commands.common import OperatorError, logs, read_settings, show, whole
from bot.commands.migrate import migrate
from bot.commands.steps import told
from bot.playground.limits import NO_RATES
from bot.playground.server import Running, running
from bot.ports import free_port
from bot.settings import ROOT, Settings
from knowledge import simulate
from nlu.errors import NluError
from nlu.server import serving
from retrieval.encode import load_encoder
from retrieval.evaluate import speed
from retrieval.search import load_search

MESSAGES = ROOT / "bot" / "bench" / "messages.yml"
OUT = ROOT / "docs" / "bench"


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--rounds N`, `--chats N`, `--no-start`, `--out FOLDER`, `--json`."""
    parser.add_argument("--rounds", type=whole(1, 1_000), default=6, help="how often each message is said (default 6)")
    parser.add_argument("--chats", type=whole(1, 1_000), default=50, help="chats that write at once (default 50)")
    parser.add_argument("--no-start", action="store_true", help="leave out the start of everything")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER", help="default docs/bench")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Measures, prints and writes."""
    settings = read_settings()
    logs("ERROR")
    try:
        figures = asyncio.run(_run(settings, arguments))
    except NluError as error:
        raise OperatorError(str(error)) from None
    write(figures, arguments.out)
    show(figures.document(), as_json=arguments.json, text=lambda _: table(figures))
    return 0


async def _run(settings: Settings, wanted: argparse.Namespace) -> Figures:
    load = round(os.getloadavg()[0], 1)
    texts: list[str] = yaml.safe_load(MESSAGES.read_text("utf-8"))
    with tempfile.TemporaryDirectory(prefix="ieum-bench") as folder:
        data = Path(folder)
        startup.index_and_models(data, settings.data)
        measured = settings.model_copy(update={"data": data, "database_url": "", "telegram_bot_token": None})
        start = None if wanted.no_start else await told("start", lambda step: _start(data))
        async with _parts(measured) as (ready, playground), open_bench(ready, playground) as bench:
            turns, times = await told("turns", lambda step: measure_turns(bench, texts, wanted.rounds))
            crowd = await told("crowd", lambda step: measure_crowd(bench, texts, wanted.chats))
        booking = await told("booking", lambda step: measure_booking(data))
    search = await told("search", lambda step: asyncio.to_thread(_search, settings, texts))
    eligibility = await told("eligibility", lambda step: asyncio.to_thread(_eligibility, settings))
    at = datetime.now(SEOUL).strftime("%Y-%m-%d %H:%M")
    return Figures(at, _machine(), load, turns, crowd, start, search, eligibility, booking, times)


def _search(settings: Settings, texts: list[str]) -> dict[str, float]:
    with prepare.sound_search(settings):
        search = load_search(prepare.read_catalog(settings), settings.index_folder, settings.encoder)
        return speed(search, load_encoder(settings.encoder), texts)


def _eligibility(settings: Settings) -> dict[str, Any]:
    catalog = prepare.read_catalog(settings)
    return simulate.figures(prepare.read_rules(settings, catalog), catalog.tables, datetime.now(SEOUL).date())


@asynccontextmanager
async def _parts(settings: Settings) -> AsyncIterator[tuple[Settings, Running]]:
    """A migrated database, a Rasa server (started unless one is set) and a playground without limits."""
    await migrate(settings)
    async with running(rates=NO_RATES) as playground, httpx.AsyncClient(timeout=10) as client:
        if settings.rasa_url:
            yield settings, playground
            return
        port = settings.model_copy(update={"rasa_port": free_port()})
        async with serving(prepare.plan(port), client):
            yield port, playground


async def _start(data: Path) -> Start:
    ports = {name: free_port() for name in ("PAGE", "PLAYGROUND", "RASA")}
    env = {"IEUM_DATA": str(data), **{f"IEUM_{name}_PORT": str(port) for name, port in ports.items()}}
    env |= {"TELEGRAM_BOT_TOKEN": "", "IEUM_DATABASE_URL": "", "IEUM_RASA_URL": ""}
    return await startup.measure_start(env, f"http://127.0.0.1:{ports['PLAYGROUND']}")


def _machine() -> str:
    cpus: Any = os.cpu_count()
    return f"{cpus} cores, {platform.machine()}, Python {platform.python_version()}"
