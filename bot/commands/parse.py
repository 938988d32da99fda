"""`ieum parse`: what a text means, through the real Rasa server; one is started when none answers."""

import argparse
import asyncio
from datetime import date
from typing import Any

import httpx

from bot.commands import prepare
from bot.commands.common import OperatorError, day, lines, logs, read_settings, show
from bot.safety import check
from bot.settings import Settings
from nlu.client import RasaUnderstander
from nlu.errors import NluError
from nlu.parse import parse_document
from nlu.server import serving


def arguments(parser: argparse.ArgumentParser) -> None:
    """TEXT or `--file F.jsonl`, `--on DATE`, `--json`."""
    parser.add_argument("text", nargs="?", help="what a person wrote")
    parser.add_argument("--file", metavar="F.jsonl", help='lines {"id","text"}; one JSON line each')
    parser.add_argument("--on", metavar="DATE", help="as if written on this day")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Prints what was understood."""
    if bool(arguments.text) == bool(arguments.file):
        raise OperatorError("give a text, or --file F.jsonl.")
    logs("ERROR")
    rows = list(lines(arguments.file)) if arguments.file else [{"text": arguments.text}]
    try:
        asyncio.run(_run(read_settings(), rows, day(arguments.on), as_json=arguments.json or bool(arguments.file)))
    except NluError as error:
        raise OperatorError(str(error)) from None
    return 0


async def _run(settings: Settings, rows: list[dict[str, Any]], on: date, *, as_json: bool) -> None:
    async with httpx.AsyncClient(timeout=30) as client:
        if settings.rasa_url:
            await _answer(RasaUnderstander(client, settings.rasa_url), rows, on, as_json=as_json)
            return
        async with serving(prepare.plan(settings), client) as url:
            await _answer(RasaUnderstander(client, url), rows, on, as_json=as_json)


async def _answer(understander: RasaUnderstander, rows: list[dict[str, Any]], on: date, *, as_json: bool) -> None:
    for row in rows:
        found = await parse_document(understander, _lane, str(row.get("text", "")), on)
        show({"id": row["id"], **found} if "id" in row else found, as_json=as_json, text=_for_people)


def _lane(text: str) -> str | None:
    lane = check(text)
    return lane.value if lane else None


def _for_people(found: dict[str, Any]) -> str:
    head = f"{found['intent']}  {found['confidence']:.2f}" + (f"  safety: {found['safety']}" if found["safety"] else "")
    return "\n".join([head, *(f"  {e['entity']}: {e['text']} = {e['value']}" for e in found["entities"])])
