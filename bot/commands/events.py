"""`ieum events`: every sitting ahead, and how it fills. Who signed up stays in the chats."""

import argparse
import asyncio
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from bot.clock import SEOUL
from bot.commands import prepare
from bot.commands.common import read_settings, show, whole
from bot.commands.store import opened
from counsel.event_figures import figures


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--past DAYS` shows what is over, too."""
    past = "also what ended in the last DAYS days"
    parser.add_argument("--past", type=whole(0, 3_650), default=0, metavar="DAYS", help=past)
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Prints the list."""
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    catalog = prepare.read_catalog(settings)
    since = datetime.now(SEOUL) - timedelta(days=arguments.past)
    async with opened(settings.url) as database, database.transaction() as session:
        found = await figures(session, catalog.events, since=since)
    rows = [{**asdict(row), "starts": row.starts.astimezone(SEOUL).isoformat(timespec="minutes")} for row in found]
    show({"sittings": rows}, as_json=arguments.json, text=for_people)
    return 0


def for_people(document: dict[str, Any]) -> str:
    """One line a sitting."""
    return "\n".join(_line(row) for row in document["sittings"]) or "no events ahead."


def _line(row: dict[str, Any]) -> str:
    seats = "open to all" if row["seats"] is None else f"{row['going']} of {row['seats']} seats"
    more = [f"{row[name]} {name}" for name in ("offered", "waiting", "withdrawn", "coming") if row[name]]
    marks = ["called off"] * row["called_off"] + ["not in the catalog"] * (not row["known"])
    return "  ".join(
        [row["starts"].replace("T", " ")[:16], row["key"], row["title"], ", ".join([seats, *more, *marks])]
    )
