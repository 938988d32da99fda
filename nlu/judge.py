"""Whether the values found in held-out messages are the expected ones. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from nlu.client import Entity

BY_FAMILY = frozenset({"program", "occupation", "schedule"})
"""Labels whose expected value may be left open: then finding the words is enough."""


def right_value(wanted: dict[str, Any], found: Sequence[Entity]) -> bool:
    """Whether an expected entity (`entity`, `value`, perhaps `also`) was found with one of its right values."""
    values = [e.value for e in found if e.entity == wanted["entity"]]
    if wanted["value"] is None and wanted["entity"] in BY_FAMILY:
        return bool(values)
    allowed = [wanted["value"], *wanted.get("also", ())]
    return any(value in allowed for value in values) or (None in allowed and not values)


def value_scores(rows: Iterable[tuple[dict[str, Any], Sequence[Entity]]]) -> dict[str, float]:
    """The share of exactly right values of each label; rows of values.jsonl with what was found in them."""
    judged: dict[str, list[bool]] = defaultdict(list)
    for wanted, found in rows:
        judged[wanted["entity"]].append(right_value(wanted, found))
    return {label: sum(flags) / len(flags) for label, flags in sorted(judged.items())}


def entity_scores(rows: Iterable[tuple[list[dict[str, Any]], Sequence[Entity]]]) -> dict[str, dict[str, float]]:
    """Of each label, in whole messages: the share of expected entities with the right value, how many there are, and
    how many were found where the message has none of that label."""
    hits, wanted_of, extra = Counter[str](), Counter[str](), Counter[str]()
    for expected, found in rows:
        wanted_of.update(e["entity"] for e in expected)
        hits.update(e["entity"] for e in expected if right_value(e, found))
        labels = {e["entity"] for e in expected}
        extra.update(e.entity for e in found if e.entity not in labels)
    return {
        label: {"right": hits[label] / n, "n": n, "needless": extra[label]} for label, n in sorted(wanted_of.items())
    }
