"""Many people against one program: "who qualifies for what opened today?". Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from knowledge.derive import facts_of
from knowledge.eligibility import brief
from knowledge.profile import ProfileError, read_profile
from knowledge.rulebook import RuleBook
from knowledge.tables import Tables
from knowledge.verdict import RuleOutcome


def outcomes(
    people: Iterable[tuple[int, Mapping[str, Any]]], program_id: str, rules: RuleBook, tables: Tables, on: date
) -> Iterator[tuple[int, RuleOutcome | None]]:
    """Each person's number with the outcome of the program; None for a profile that cannot be read.

    KeyError for a program without a rule.
    """
    day_rule = rules.on(on)[program_id]
    for number, profile in people:
        try:
            yield number, brief(day_rule, facts_of(read_profile(profile, rules.fields), tables, on))[0]
        except ProfileError:
            yield number, None
