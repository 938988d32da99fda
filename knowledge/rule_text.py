"""Reads rule lines (`age >= {age}`, `months_since(last_job_end_date) < 12`, `ltc_grade in [1, 2]`) and their groups.

Every field must be one of the profile's, every operator and value must suit its type, every {name} must be a fact.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.fact import Fact
from knowledge.known import Op
from knowledge.loading import Document, Problem, Steps
from knowledge.profile import Fields, FieldSpec
from knowledge.rendering import wants_text
from knowledge.rules import Comparison, Every, How, Node, Office, Ref, Some, negate

_LINE = re.compile(
    r"(?:(?P<how>months_since|months_past|days_since)\((?P<since>\w+)\)|(?P<field>\w+))"
    r"\s+(?P<op>==|!=|<=|>=|<|>|not in|in)\s+(?P<value>\S.*)"
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ORDERED = ("<", "<=", ">", ">=", "within")
_GROUPS = ("all", "any", "none", "ask")


@dataclass(frozen=True)
class RuleReader:
    """Reads the expressions of one file. `problems` gathers what is wrong, with its line."""

    document: Document
    fields: Fields
    facts: Mapping[str, Fact]
    problems: list[Problem]

    def node(self, data: Any, path: Steps) -> Node:
        """The expression at the path; `Office()` stands in where it is wrong."""
        try:
            if isinstance(data, str):
                return Every(()) if data == "always" else self._test(data)
            group, parts = self._group(data)
        except ValueError as error:
            self.problems.append(self.document.problem(path, str(error)))
            return Office()
        path = (*path, group)
        if group == "ask":
            return Every((self.node(parts, path), Office()))
        nodes = tuple(self.node(part, (*path, index)) for index, part in enumerate(parts))
        if group == "none":
            return Every(tuple(map(negate, nodes)))
        return Every(nodes) if group == "all" else Some(nodes)

    def _group(self, data: Any) -> tuple[str, Any]:
        if not isinstance(data, dict) or len(data) != 1:
            raise ValueError(f"{data!r} is neither a line nor one of {', '.join(_GROUPS)}")
        group, parts = next(iter(data.items()))
        if group not in _GROUPS:
            raise ValueError(f"unknown group {group!r}; known are {', '.join(_GROUPS)}")
        if group != "ask" and not (isinstance(parts, list) and parts):
            raise ValueError(f"{group!r} needs a list of lines")
        return group, parts

    def _test(self, text: str) -> Comparison:
        found = _LINE.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is not a line: field, operator, value")
        how: How = found["how"] or "value"  # type: ignore[assignment]
        name = found["since"] or found["field"]
        spec = self._spec(name, how)
        kind = "int" if how != "value" else spec.type
        return self._compared(name, how, found["op"], found["value"].strip(), kind, spec)

    def _spec(self, name: str, how: How) -> FieldSpec:
        if name not in self.fields:
            raise ValueError(f"unknown field {name!r}")
        spec = self.fields[name]
        if how != "value" and spec.type != "date":
            raise ValueError(f"{how} needs a day, {name!r} is of type {spec.type}")
        return spec

    def _compared(self, name: str, how: How, op: str, value: str, kind: str, spec: FieldSpec) -> Comparison:
        if value == "empty":
            if op not in ("==", "!=") or kind not in ("text", "list"):
                raise ValueError(f"{name!r} cannot be compared with empty")
            return Comparison(name, "empty" if op == "==" else "filled", True, how)
        if ".." in value:
            return Comparison(name, self._ranged(op), self._range(value, kind, spec, how), how)
        if value.startswith("["):
            return Comparison(name, self._listed(op), frozenset(self._list(value, kind, spec)), how)
        if op in ("in", "not in"):
            raise ValueError(f"{op!r} needs a list [a, b] or a range a..b")
        self._suits(op, kind, name)
        known: Op = op  # type: ignore[assignment]
        return Comparison(name, known, self._value(value, kind, spec, how, last=op in ("<=", ">")), how)

    @staticmethod
    def _ranged(op: str) -> Op:
        if op not in ("in", "not in"):
            raise ValueError(f"a range is written with `in`, not {op!r}")
        return "within" if op == "in" else "outside"

    @staticmethod
    def _listed(op: str) -> Op:
        if op not in ("in", "not in"):
            raise ValueError(f"a list is written with `in`, not {op!r}")
        return "in" if op == "in" else "not in"

    @staticmethod
    def _suits(op: str, kind: str, name: str) -> None:
        if op in _ORDERED and kind not in ("int", "number", "date"):
            raise ValueError(f"{op!r} does not suit {name!r}, which is of type {kind}")

    def _range(self, value: str, kind: str, spec: FieldSpec, how: How) -> tuple[Any, Any]:
        low, _, high = value.partition("..")
        if kind not in ("int", "number", "date"):
            raise ValueError(f"a range does not suit a field of type {kind}")
        return (
            self._value(low.strip(), kind, spec, how, last=False),
            self._value(high.strip(), kind, spec, how, last=True),
        )

    def _list(self, value: str, kind: str, spec: FieldSpec) -> Iterator[Any]:
        if not value.endswith("]") or not value[1:-1].strip():
            raise ValueError(f"{value!r} is not a list")
        for item in value[1:-1].split(","):
            yield self._literal(item.strip(), kind, spec)

    def _value(self, value: str, kind: str, spec: FieldSpec, how: How, *, last: bool) -> Any:
        if value.startswith("{") and value.endswith("}"):
            return self._ref(value[1:-1], kind, how, last=last)
        return self._literal(value, kind, spec)

    def _ref(self, name: str, kind: str, how: How, *, last: bool) -> Ref:
        fact = self.facts.get(name)
        if fact is None:
            raise ValueError(f"no fact {{{name}}}")
        if (kind == "date") != (fact.unit == "date") or kind in ("bool", "enum", "text", "list", "object", "flag"):
            raise ValueError(f"{{{name}}} ({fact.unit}) does not suit a field of type {kind}")
        if wants_text(fact.unit) and fact.unit != "date":
            raise ValueError(f"{{{name}}} is a text and cannot be compared")
        months = how in ("months_since", "months_past")
        if months and fact.unit not in ("months", "years"):
            raise ValueError(f"{{{name}}} is in {fact.unit}, months are compared")
        return Ref(name, fact, factor=12 if months and fact.unit == "years" else 1, last=last)

    @staticmethod
    def _literal(text: str, kind: str, spec: FieldSpec) -> Any:
        text = text.strip('"')
        if kind in ("bool", "flag"):
            if text not in ("true", "false"):
                raise ValueError(f"{text!r} is not true or false")
            return text == "true"
        if kind in ("int", "number"):
            return _number(text)
        if kind == "date":
            return _day(text)
        if kind == "enum" and text not in spec.allowed:
            raise ValueError(f"{text!r} is not one of {', '.join(spec.allowed)}")
        return text


def _number(text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    number = float(text)
    return int(number) if math.floor(number) == number else number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day") from error
