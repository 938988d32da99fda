"""`ieum eligibility`: what a profile qualifies for, program by program."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from bot.commands import prepare
from bot.commands.common import OperatorError, day, lines, read_settings, show
from knowledge.catalog import Catalog, CatalogError
from knowledge.eligibility import eligibility_document
from knowledge.profile import ProfileError
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--profile F.json` or `--file F.jsonl`, `--on DATE`, `--json`."""
    parser.add_argument("--profile", metavar="F.json", help="one profile, as JSON by field")
    parser.add_argument("--file", metavar="F.jsonl", help='lines {"id","on","profile"}; one JSON line each')
    parser.add_argument("--on", metavar="DATE", help="judged on this day instead of today")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Prints the outcome of every program."""
    if bool(arguments.profile) == bool(arguments.file):
        raise OperatorError("give --profile F.json, or --file F.jsonl.")
    settings = read_settings()
    catalog = prepare.read_catalog(settings)
    try:
        rules = load_rules(settings.facts, catalog)
    except CatalogError as error:
        raise OperatorError(f"the rules have mistakes:\n{error}") from None
    if arguments.profile:
        try:
            found = _judge(_profile(arguments.profile), day(arguments.on), catalog, rules)
        except ProfileError as error:
            raise OperatorError(f"{arguments.profile}: {error}.") from None
        show(found, as_json=arguments.json, text=_for_people)
        return 0
    return _file(arguments, catalog, rules)


def _file(arguments: argparse.Namespace, catalog: Catalog, rules: RuleBook) -> int:
    """One line out for each line in. A profile that cannot be read gets its error, and the rest is still judged."""
    wrong = 0
    for row in lines(arguments.file):
        try:
            profile, on = row.get("profile") or {}, day(row.get("on") or arguments.on)
            found = _judge(profile, on, catalog, rules)
        except (ProfileError, OperatorError) as error:
            wrong += 1
            found = {"error": str(error)}
        show({"id": row.get("id"), **found}, as_json=True)
    return 1 if wrong else 0


def _profile(path: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise OperatorError(f"{path} cannot be read as JSON ({type(error).__name__}).") from None
    return found if isinstance(found, dict) else {}


def _judge(profile: dict[str, Any], on: date, catalog: Catalog, rules: RuleBook) -> dict[str, Any]:
    return dict(eligibility_document(profile, on, rules, catalog.tables))


def _for_people(found: dict[str, Any]) -> str:
    rows = []
    for program, verdict in found.items():
        ask = f"  ask {verdict['next_question']}" if verdict["next_question"] else ""
        rows.append(f"{verdict['rule']:<9} {verdict['window']:<8} {program}{ask}")
    return "\n".join(rows)
