"""Buttons for a question: each choice carries the profile value it stands for. Amounts become brackets, cut exactly
where the open programs' lines cut, so that no number need be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.derive import Facts
from knowledge.known import Op
from knowledge.profile import FieldSpec
from knowledge.rendering import render
from knowledge.rulebook import DayRule
from knowledge.rules import Comparison, comparisons

MOST_CUTS = 4
MAN = 10_000

_YES_NO: Mapping[str | bool, str] = {True: "네", False: "아니요"}
_HAS: tuple[tuple[str, list[str]], ...] = (("있어요", ["있음"]), ("없어요", []))
_SEOUL = "서울특별시"


@dataclass(frozen=True)
class Choice:
    """A button: its words, and the value to store for the field (as `read_profile` takes it)."""

    label: str
    value: Any


@dataclass(frozen=True, order=True)
class _Cut:
    """A border: `upto` is the last amount below it; `named` the number in the words, inside the lower part or not."""

    upto: float
    named: float
    inside: bool


def choices(field: str, spec: FieldSpec, facts: Facts, rules: Iterable[DayRule]) -> tuple[Choice, ...]:
    """The choices of the field's question; none where only a date, a number or words can answer."""
    if spec.type == "bool":
        return tuple(Choice(label, value) for value, label in (spec.labels or _YES_NO).items())
    if spec.type == "enum":
        return tuple(Choice(label, value) for value, label in spec.labels.items())
    if spec.type == "list":
        return tuple(Choice(label, value) for label, value in _HAS)
    if spec.unit == "sido":
        return Choice("서울이에요", _SEOUL), Choice("다른 곳이에요", {"not": [_SEOUL]})
    if spec.type in ("int", "number") and spec.unit != "count":
        return brackets(spec, cuts(field, spec, facts, rules))
    return ()


def cuts(field: str, spec: FieldSpec, facts: Facts, rules: Iterable[DayRule]) -> tuple[_Cut, ...]:
    """Where the rules' lines cut the field: at most four, those of the programs worth most."""
    worth: dict[float, tuple[float, _Cut]] = {}
    for day_rule in rules:
        for test in (test for line in day_rule.lines for test in comparisons(line.node)):
            for cut in _cuts(field, spec, test, facts):
                known = worth.get(cut.upto, (0.0, cut))
                worth[cut.upto] = (max(known[0], day_rule.rule.worth), known[1])
    best = sorted(worth.values(), key=lambda item: -item[0])[:MOST_CUTS]
    return tuple(sorted(cut for _, cut in best))


def _cuts(field: str, spec: FieldSpec, test: Comparison, facts: Facts) -> Iterable[_Cut]:
    operand = test.operand
    if test.field == "household_income_pct" and field == "household_income_month" and operand is not None:
        operand = facts.income_line(operand)
    elif test.field != field or test.how != "value":
        return
    if operand is None or isinstance(operand, bool | str | frozenset):
        return
    step = 1 if spec.type == "int" else 0.1
    low, high = operand if isinstance(operand, tuple) else (operand, operand)
    if _cuts_below(test.op):
        yield _Cut(low - step, low, inside=False)
    if _cuts_above(test.op):
        yield _Cut(high, high, inside=True)


def _cuts_below(op: Op) -> bool:
    return op in ("<", ">=", "within", "outside")


def _cuts_above(op: Op) -> bool:
    return op in ("<=", ">", "within", "outside")


def brackets(spec: FieldSpec, borders: tuple[_Cut, ...]) -> tuple[Choice, ...]:
    """One choice below each border and one above the last; none without a border.

    Won are said in whole 만. What lies between the words and the exact line is in no bracket, so nothing is decided by
    rounding.
    """
    found: list[Choice] = []
    low: float | None = None
    for cut in borders:
        upto, rest = _said(spec, cut)
        exact = upto == cut.upto and not cut.inside
        words = f"{render(cut.named, spec.unit)}보다 적게" if exact else f"{render(upto, spec.unit)}까지"
        found.append(Choice(words, _between(low, upto)))
        low = rest
    if borders:
        upto, rest = _said(spec, borders[-1])
        beyond = borders[-1].inside and upto == borders[-1].upto
        words = f"{render(upto, spec.unit)} 넘게" if beyond else f"{render(rest, spec.unit)}부터"
        found.append(Choice(words, _between(low, None)))
    return tuple(found)


def _said(spec: FieldSpec, cut: _Cut) -> tuple[float, float]:
    """The last amount of the lower bracket and the first of the upper one, as they can be said."""
    first_above = cut.upto + (1 if spec.type == "int" else 0.1)
    if spec.unit != "won" or cut.named % MAN == 0:
        return cut.upto, first_above
    return cut.upto // MAN * MAN, -(-first_above // MAN) * MAN


def _between(low: float | None, high: float | None) -> dict[str, float]:
    return {key: value for key, value in (("min", low), ("max", high)) if value is not None}
