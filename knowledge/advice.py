"""After the verdicts: which programs first, what else to do, what fits instead, and which ones block each other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from knowledge.catalog import Catalog
from knowledge.model import Block
from knowledge.rulebook import RuleBook
from knowledge.verdict import Condition, Verdict

_RULE_RANK = {"eligible": 0, "later": 1, "need": 2, "not": 3}
_WINDOW_RANK = {"open": 0, "unknown": 1, "closed": 2, "ended": 3}
_SIBLINGS = 2


@dataclass(frozen=True)
class Detour:
    """A way on after a verdict.

    `later`: wait until `on`. `do`: something the person can do, as `text` says, at `to` (a program id, or an intent
    such as `search_training`). `sibling`: the program `to` fits now, or may.
    """

    kind: Literal["later", "do", "sibling"]
    to: str = ""
    text: str = ""
    on: date | None = None


@dataclass(frozen=True)
class Conflict:
    """Of two recommended programs, having `held` blocks or bends `blocked`, as the block says."""

    held: str
    blocked: str
    block: Block


def ranked(verdicts: Mapping[str, Verdict], rules: RuleBook) -> tuple[Verdict, ...]:
    """The verdicts worth showing, best first: those that fit and are open, then by worth. What fails is left out."""
    shown = [item for item in verdicts.values() if item.rule != "not" and item.window != "ended"]
    return tuple(sorted(shown, key=lambda item: _rank(item, rules)))


def _rank(verdict: Verdict, rules: RuleBook) -> tuple[int, int, float]:
    return _RULE_RANK[verdict.rule], _WINDOW_RANK[verdict.window], -rules.rules[verdict.program].worth


def already(profile: Mapping[str, Any]) -> frozenset[str]:
    """The programs that the person has, so that they are not recommended."""
    return frozenset(program for program, field, values in _HAD if profile.get(field) in values)


_HAD: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("basic-pension", "basic_pension", ("receiving",)),
    ("livelihood-benefit", "livelihood_benefit", ("recipient", "conditional", "conditional_deferred")),
    ("unemployment-benefit", "unemployment_benefit", ("receiving",)),
    ("kua-type1-review", "kua_history", ("active",)),
    ("kua-type1-select", "kua_history", ("active",)),
    ("kua-type2", "kua_history", ("active",)),
)


def near_miss(verdict: Verdict) -> Condition | None:
    """The one condition that a person misses, when it is only one."""
    return verdict.unmet[0] if verdict.rule == "not" and len(verdict.unmet) == 1 else None


def detours(verdict: Verdict, verdicts: Mapping[str, Verdict], rules: RuleBook) -> tuple[Detour, ...]:
    """What to do when it is not a plain yes: the day to wait for, what can be done, at most two programs that fit."""
    if verdict.rule == "eligible":
        return ()
    found = [Detour("later", on=verdict.later_on)] if verdict.later_on else []
    return (*found, *_to_do(verdict, verdicts), *_siblings(verdict, verdicts, rules))


def _to_do(verdict: Verdict, verdicts: Mapping[str, Verdict]) -> Iterator[Detour]:
    for condition in (*verdict.unmet, *verdict.soft):
        way = condition.detour
        if way and not (way.to in verdicts and verdicts[way.to].rule == "not"):
            yield Detour("do", way.to, way.text)


def _siblings(verdict: Verdict, verdicts: Mapping[str, Verdict], rules: RuleBook) -> Iterator[Detour]:
    known = [verdicts[name] for name in rules.rules[verdict.program].siblings if name in verdicts]
    fitting = [item for item in known if item.rule in ("eligible", "need") and item.window != "ended"]
    for item in sorted(fitting, key=lambda item: _RULE_RANK[item.rule])[:_SIBLINGS]:
        yield Detour("sibling", item.program)


def conflicts(program_ids: Collection[str], catalog: Catalog) -> tuple[Conflict, ...]:
    """The pairs among the programs of which one blocks or bends the other (programs.md 2.12), hard ones first."""
    pairs = (
        Conflict(held, blocked, block)
        for block in catalog.blocks.values()
        for held in block.held
        for blocked in block.blocks
        if held in program_ids and blocked in program_ids and held != blocked
    )
    return tuple(sorted(pairs, key=lambda pair: pair.block.kind != "hard"))
