"""`ieum doctor`: what is installed, reachable and stale, and what to do about it."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import httpx

from bot.clock import SEOUL
from bot.commands import prepare
from bot.commands.common import NLU_PYTHON, OperatorError, read_settings, show
from bot.settings import Settings
from knowledge import checking
from nlu import training
from nlu.client import RasaUnderstander
from nlu.server import probe
from storage import migrate, outbox, updates
from storage.database import Database

QUESTION = "기초연금 얼마예요"
"""What Rasa is asked, to see that it understands and does not only listen."""
LOOK = "run the command for this part alone, it says more"
Health = Literal["ok", "warning", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, what was seen, and what to do ("" where nothing needs doing)."""

    name: str
    health: Health
    seen: str
    do: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Prints the findings; 1 when something is broken."""
    findings = asyncio.run(examine(read_settings()))
    show([asdict(f) for f in findings], as_json=arguments.json, text=lambda _: "\n".join(map(_line, findings)))
    return 1 if any(f.health == "broken" for f in findings) else 0


def _line(finding: Finding) -> str:
    mark = {"ok": "ok     ", "warning": "warning", "broken": "BROKEN "}[finding.health]
    return f"{mark}  {finding.name:<12} {finding.seen}" + (f"\n           -> {finding.do}" if finding.do else "")


async def examine(settings: Settings) -> list[Finding]:
    """Looks at every part. A part that cannot be looked at is a finding, never an error."""
    looks: Mapping[str, Callable[[Settings], Awaitable[Finding]]] = {
        "Python": _pythons,
        "disk": _disk,
        "catalog": _catalog,
        "model": _model,
        "index": _index,
        "database": _database,
        "queues": _queues,
        "Rasa": _rasa,
        "Telegram": _telegram,
    }
    return [await _finding(name, look(settings)) for name, look in looks.items()]


async def _finding(name: str, look: Awaitable[Finding]) -> Finding:
    try:
        return await look
    except Exception as error:
        return Finding(name, "broken", f"cannot be looked at ({type(error).__name__})", LOOK)


async def _pythons(settings: Settings) -> Finding:
    seen = f"app {sys.version.split()[0]}, Rasa environment {'there' if NLU_PYTHON.exists() else 'missing'}"
    return Finding("Python", "ok", seen) if NLU_PYTHON.exists() else Finding("Python", "broken", seen, "make setup")


async def _disk(settings: Settings) -> Finding:
    try:
        prepare.check_disk(settings)
    except (OperatorError, OSError) as error:
        return Finding("disk", "broken", str(error), "make room, or set IEUM_DATA to another disk")
    return Finding("disk", "ok", f"{shutil.disk_usage(settings.data).free / 1e9:.1f} GB free")


async def _catalog(settings: Settings) -> Finding:
    found = checking.check(settings.facts, datetime.now(SEOUL).date())
    errors = sum(f.level == "error" for f in found)
    seen = f"{errors} mistakes, {len(found) - errors} things to look at"
    health: Health = "broken" if errors else ("warning" if found else "ok")
    return Finding("catalog", health, seen, "ieum check" if found else "")


async def _model(settings: Settings) -> Finding:
    stamp = training.read_stamp(settings.models_folder)
    if settings.rasa_url:
        return Finding("model", "ok", "on another server")
    if stamp is None:
        return Finding("model", "broken", "not trained", "ieum train")
    if stamp.fingerprint != training.fingerprint():
        return Finding("model", "warning", f"trained {stamp.at} on older data", "ieum train")
    return Finding("model", "ok", f"trained {stamp.at}")


async def _index(settings: Settings) -> Finding:
    from retrieval.encode import EncoderError
    from retrieval.index import IndexMismatchError
    from retrieval.search import ground_of, load_reader

    try:
        ground_of(prepare.read_catalog(settings), settings.index_folder, load_reader(settings.encoder))
    except EncoderError as error:
        return Finding("index", "broken", str(error), "set IEUM_ENCODER to a model that is there")
    except (IndexMismatchError, OperatorError, OSError) as error:
        return Finding("index", "warning", f"not of today's catalog ({type(error).__name__})", "ieum index")
    return Finding("index", "ok", f"of today's catalog, encoder {settings.encoder}")


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.url)
    try:
        yield database
    finally:
        await database.close()


async def _database(settings: Settings) -> Finding:
    try:
        async with _opened(settings) as database:
            current, name = await migrate.is_current(database), "SQLite" if database.is_sqlite else "PostgreSQL"
    except Exception as error:
        return Finding("database", "broken", f"not reached ({type(error).__name__})", "check IEUM_DATABASE_URL")
    return (
        Finding("database", "ok", name) if current else Finding("database", "warning", f"{name}, older", "ieum migrate")
    )


async def _queues(settings: Settings) -> Finding:
    try:
        async with _opened(settings) as database, database.transaction() as session:
            parked = (await updates.counts(session)).get(updates.PARKED, 0)
            failed = (await outbox.counts(session)).get(outbox.FAILED, 0)
    except Exception as error:
        return Finding("queues", "broken", f"not read ({type(error).__name__})", "ieum migrate")
    health: Health = "warning" if parked or failed else "ok"
    return Finding(
        "queues", health, f"{parked} updates parked, {failed} replies refused", "ieum inbox" if parked else ""
    )


async def _rasa(settings: Settings) -> Finding:
    async with httpx.AsyncClient(timeout=settings.rasa_timeout_s) as client:
        if not await probe(client, settings.rasa, 2.0):
            return Finding("Rasa", "warning", f"does not answer at {settings.rasa}", "make run, or ieum rasa")
        asked = await RasaUnderstander(client, settings.rasa).understand(QUESTION, on=datetime.now(SEOUL).date())
    if asked.degraded:
        seen = f"runs at {settings.rasa}, but does not answer a question as it should ({asked.degraded})"
        return Finding("Rasa", "warning", seen, "read var/log/rasa.log, then start it again")
    return Finding("Rasa", "ok", f"answers at {settings.rasa}")


async def _telegram(settings: Settings) -> Finding:
    if not settings.telegram_bot_token:
        return Finding("Telegram", "ok", "no token: the playground is used")
    url = f"{settings.bot_api_url}/bot{settings.telegram_bot_token.get_secret_value()}/getMe"
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            status = (await client.get(url)).status_code
    except httpx.HTTPError as error:
        return Finding("Telegram", "broken", f"not reached ({type(error).__name__})", "check the network")
    if status == 200:
        return Finding("Telegram", "ok", "knows this bot")
    return Finding("Telegram", "broken", f"answered {status}", "check TELEGRAM_BOT_TOKEN with @BotFather")
