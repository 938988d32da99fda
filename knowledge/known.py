"""What is known of a value: exactly, as a range, as one of several, as none of some. Comparisons are three-valued."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Truth = bool | None
"""True, False, or None for unknown."""

Op = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "within", "outside", "empty", "filled"]

OPPOSITE: dict[Op, Op] = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    "<=": ">",
    ">": "<=",
    "in": "not in",
    "not in": "in",
    "within": "outside",
    "outside": "within",
    "empty": "filled",
    "filled": "empty",
}

NEVER = date.min
"""A day that stands for "it never happened": ages ago for every rule."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number or day of which only bounds are known, both included; None is open."""

    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these values."""

    values: frozenset[Any]


@dataclass(frozen=True, slots=True)
class Not:
    """None of these values."""

    values: frozenset[Any]


UNKNOWN = Not(frozenset())
"""Asked, and not known: "잘 모르겠어요" or "말하고 싶지 않아요"."""

Known = Any
"""A plain value (bool, int, float, str, date, tuple) or Between, OneOf, Not."""


def compare(op: Op, known: Known, operand: Any) -> Truth:
    """Whether the value compares so with the operand (a value; a set for `in`; a pair for `within`)."""
    if isinstance(known, Between):
        return _compare_range(op, known, operand)
    if isinstance(known, OneOf):
        results = {_COMPARE[op](value, operand) for value in known.values}
        return results.pop() if len(results) == 1 else None
    if isinstance(known, Not):
        return _compare_excluded(op, known, operand)
    return _COMPARE[op](known, operand)


_COMPARE: Mapping[Op, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda value, operand: value in operand,
    "not in": lambda value, operand: value not in operand,
    "within": lambda value, operand: operand[0] <= value <= operand[1],
    "outside": lambda value, operand: not operand[0] <= value <= operand[1],
    "empty": lambda value, _: not value,
    "filled": lambda value, _: bool(value),
}


def _compare_excluded(op: Op, known: Not, operand: Any) -> Truth:
    match op:
        case "==" | "!=":
            return (op == "!=") if operand in known.values else None
        case "in" | "not in":
            return (op == "not in") if operand <= known.values else None
    return None


def _compare_range(op: Op, known: Between, operand: Any) -> Truth:
    if op in ("!=", "outside", ">=", ">", "not in", "filled"):
        opposite = _compare_range(OPPOSITE[op], known, operand)
        return None if opposite is None else not opposite
    if op in ("<", "<="):
        return _below(op, known, operand)
    low, high = operand if op == "within" else (operand, operand)
    if op not in ("within", "=="):
        return None
    if (known.high is not None and known.high < low) or (known.low is not None and known.low > high):
        return False
    inside = known.low is not None and known.high is not None and low <= known.low and known.high <= high
    return True if inside else None


def _below(op: Op, known: Between, operand: Any) -> Truth:
    if known.high is not None and _COMPARE[op](known.high, operand):
        return True
    if known.low is not None and not _COMPARE[op](known.low, operand):
        return False
    return None


def lowest(known: Known) -> float:
    """The least number that it can be; minus infinity when that is open."""
    if isinstance(known, Between):
        return -math.inf if known.low is None else known.low
    return known if isinstance(known, int | float) else -math.inf


def is_exact(known: Known) -> bool:
    """Whether it is a plain value."""
    return not isinstance(known, Between | OneOf | Not)
