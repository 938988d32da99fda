"""`ieum eligibility`: what a profile qualifies for, program by program; or who of the stored people does."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import prepare
from bot.commands.common import OperatorError, day, read_settings, show
from bot.commands.store import opened
from bot.desk import as_of
from knowledge.catalog import Catalog
from knowledge.eligibility import eligibility_document
from knowledge.profile import ProfileError, unknown_fields
from knowledge.rulebook import RuleBook
from knowledge.scanning import outcomes
from storage import people
from storage.database import Database

OUTCOMES = ("eligible", "need", "later", "not")
AT_ONCE = 1_000
"""Stored people read in one transaction, so that nobody who writes meanwhile has to wait."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--profile F.json`, `--file F.jsonl` or `--stored PROGRAM`, `--outcome`, `--on DATE`, `--json`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--profile", metavar="F.json", help="one profile, as JSON by field")
    what.add_argument("--file", metavar="F.jsonl", help='lines {"id","on","profile"}; one JSON line each')
    what.add_argument("--stored", metavar="PROGRAM", help="numbers of the people who let counselors see their profile")
    parser.add_argument("--outcome", choices=OUTCOMES, default="eligible", help="with --stored (default eligible)")
    parser.add_argument("--on", metavar="DATE", help="judged on this day instead of today")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Prints the outcome of every program, or the people with the outcome."""
    settings = read_settings()
    catalog = prepare.read_catalog(settings)
    rules = prepare.read_rules(settings, catalog)
    on = _day(arguments.on)
    if arguments.stored:
        return asyncio.run(_stored(settings.url, arguments, on, catalog, rules))
    if arguments.file:
        return _file(arguments.file, on, catalog, rules)
    found = _one(arguments.profile, on, catalog, rules)
    show(found, as_json=arguments.json, text=_for_people)
    return 0


def _day(told: Any) -> date:
    """The day of judging. OperatorError when it is none, or outside the years of which we know anything."""
    if told is not None and not isinstance(told, str):
        raise OperatorError(f"{told!r} is not a date: write it as 2026-11-21.")
    return day(told)


def _one(path: str, on: date, catalog: Catalog, rules: RuleBook) -> dict[str, Any]:
    try:
        profile = json.loads(Path(path).read_text("utf-8-sig"))
        found = _judge(profile, on, catalog, rules)
    except ProfileError as error:
        raise OperatorError(f"{path}: {error}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise OperatorError(f"{path} cannot be read as JSON ({type(error).__name__}).") from None
    _warn(unknown_fields(profile, rules.fields))
    return found


def _judge(profile: Any, on: date, catalog: Catalog, rules: RuleBook) -> dict[str, Any]:
    if not isinstance(profile, dict):
        raise ProfileError("a profile is one JSON object, by field")
    return dict(eligibility_document(profile, on, rules, catalog.tables))


def _file(path: str, on: date, catalog: Catalog, rules: RuleBook) -> int:
    """One line out for each line in, in order. A line that cannot be read gets its error; the rest is still judged."""
    if not Path(path).is_file():
        raise OperatorError(f"there is no file {path}.")
    count = wrong = 0
    unknown: set[str] = set()
    for number, line in _lines(path):
        count += 1
        row: dict[str, Any] = {}
        try:
            row = _row(line, number)
            told = row.get("profile")
            profile = {} if told is None else told
            found = _judge(profile, on if row.get("on") is None else _day(row["on"]), catalog, rules)
            unknown |= unknown_fields(profile, rules.fields)
        except (ProfileError, OperatorError) as error:
            wrong += 1
            found = {"error": str(error)}
        show({"id": _printable(row.get("id")), **found}, as_json=True)
    _warn(unknown)
    if wrong:
        print(f"ieum: {wrong} of {count} lines could not be judged; each says why.", file=sys.stderr)
    return 1 if wrong else 0


def _lines(path: str) -> Iterator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers, one at a time."""
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _row(line: bytes, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        what = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise OperatorError(f"line {number} is not JSON ({what}).") from None
    if not isinstance(found, dict):
        raise OperatorError(f"line {number} is not one JSON object.")
    return found


def _printable(value: Any) -> Any:
    """The id, without half characters that cannot be written out."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _warn(unknown: set[str]) -> None:
    if unknown:
        print(f"ieum: left out, as no field is called so: {', '.join(sorted(map(repr, unknown)))}.", file=sys.stderr)


async def _stored(url: str, wanted: argparse.Namespace, on: date, catalog: Catalog, rules: RuleBook) -> int:
    """Numbers of the stored people for whom the program comes out as wanted, one a line."""
    if wanted.stored not in rules.rules:
        raise OperatorError(f"{wanted.stored} has no rule: {', '.join(sorted(rules.rules))}.")
    found: list[int] = []
    async with opened(url) as database:
        async for some in _shared(database):
            profiles = {number: as_of(told, on) for number, told in some.items()}
            judged = outcomes(profiles.items(), wanted.stored, rules, catalog.tables, on)
            found += [number for number, rule in judged if rule == wanted.outcome]
    document = {"program": wanted.stored, "on": on.isoformat(), "window": rules.on(on)[wanted.stored].window}
    document |= {"rule": wanted.outcome, "people": found}
    show(document, as_json=wanted.json, text=lambda _: "\n".join(map(str, found)))
    return 0


async def _shared(database: Database) -> AsyncIterator[dict[int, dict[str, people.Told]]]:
    """The profiles that counselors may see, some at once, each time in a transaction of its own."""
    last = 0
    while True:
        async with database.transaction() as session:
            some = await people.shared_profiles(session, last, AT_ONCE)
        if not some:
            return
        yield some
        last = max(some)


def _for_people(found: dict[str, Any]) -> str:
    rows = []
    for program, verdict in found.items():
        ask = f"  ask {verdict['next_question']}" if verdict["next_question"] else ""
        rows.append(f"{verdict['rule']:<9} {verdict['window']:<8} {program}{ask}")
    return "\n".join(rows)
