"""The routing table, made from the flows and the word lists, and checked at start."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from bot.desk import Flow
from bot.leaning import squeeze
from bot.route import Table
from bot.turn import Tap
from nlu.labels import Intent

ROUTING = Path(__file__).parent / "words" / "routing.yml"


class TableError(Exception):
    """Two flows claim the same thing, or nobody answers something."""


def make_table(flows: Sequence[Flow], routing: Path = ROUTING) -> Table:
    """The table. Raises TableError when an intent has no flow or two, or a word leads to nobody."""
    named = {flow.name: flow for flow in flows}
    if len(named) != len(flows):
        raise TableError("two flows have the same name")
    words = yaml.safe_load(routing.read_text("utf-8"))
    exits = {squeeze(phrase): Tap(*goal.split(".", 2)) for goal, list_ in words["exits"].items() for phrase in list_}
    aspects = {name: re.compile("|".join(list_)) for name, list_ in words["aspects"].items()}
    topics = {name: re.compile("|".join(list_)) for name, list_ in words["topics"].items()}
    plain = {Intent(name): re.compile("|".join(list_)) for name, list_ in words["plainly"].items()}
    table = Table(named, exits, aspects, re.compile("|".join(words["pointing"])), topics, plain)
    _check_intents(flows)
    for tap in exits.values():
        if not table.has(tap):
            raise TableError(f"{routing.name}: nobody answers {tap.flow}.{tap.action}")
    return table


def _check_intents(flows: Sequence[Flow]) -> None:
    claims = [intent for flow in flows for intent in flow.intents]
    for intent in Intent:
        if claims.count(intent) != 1 and intent is not Intent.FALLBACK:
            raise TableError(f"{intent.value} belongs to {claims.count(intent)} flows")
    for flow in flows:
        for name in (*flow.intents.values(), *flow.questions):
            if name not in flow.actions:
                raise TableError(f"{flow.name} has no action {name}")
