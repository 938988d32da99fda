"""The rules of every program, typed and frozen, and the same as of a day. `rule_files` loads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from knowledge.dates import is_stale
from knowledge.fact import Entry, Fact, Grade, Source
from knowledge.model import Window, blanks
from knowledge.profile import Fields
from knowledge.rendering import render
from knowledge.rules import Node, resolve

DAYS_KEPT = 32
"""Days whose rules stay resolved: a file of people judged on many days need not resolve them for each."""

WindowState = Literal["open", "closed", "unknown", "ended"]
Group = Literal["all", "none", "ask"]


class Detour(Entry):
    """What a person can do about an unmet line, and where: a program id or an intent such as `search_training`."""

    text: str
    to: str


@dataclass(frozen=True)
class Line:
    """One condition; `node` holds when it is met.

    The answer needs it known while `wants` holds, and while `spares` is there and does not hold. `presume`: what counts
    while a field is not told, if `presume_if` holds. `text` says the condition, `bar` (a phrase) when it would bar, and
    `ask` what to say when the office decides.
    """

    id: str
    group: Group
    node: Node
    fields: tuple[str, ...]
    births: bool
    wants: Node | None
    spares: Node | None
    presume: Mapping[str, Any]
    presume_if: Node | None
    text: str
    bar: str
    ask: str
    grade: Grade
    source: Source
    as_of: str
    detour: Detour | None


@dataclass(frozen=True)
class Rule:
    """A program's rule with the facts that its lines and texts name.

    `second_reading`: the day on which somebody else held it against the reference; None while nobody has.
    """

    program: str
    lines: tuple[Line, ...]
    facts: Mapping[str, Fact]
    grade: Grade
    source: Source
    as_of: str
    worth: float
    siblings: tuple[str, ...]
    windows: tuple[Window, ...]
    second_reading: date | None


@dataclass(frozen=True)
class DayRule:
    """A rule as of a day: values in place, texts rendered. `window`: open, closed, unknown or ended."""

    rule: Rule
    lines: tuple[Line, ...]
    window: WindowState
    stale: bool


@dataclass(frozen=True)
class RuleBook:
    """All rules and profile fields. `version` is the catalog's."""

    rules: Mapping[str, Rule]
    fields: Fields
    version: str
    _days: dict[date, Mapping[str, DayRule]] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> Mapping[str, DayRule]:
        """Every rule as of the day; the last few days asked for are kept."""
        if day not in self._days:
            while len(self._days) >= DAYS_KEPT:
                self._days.pop(next(iter(self._days)), None)
            self._days[day] = {program: _day_rule(rule, day) for program, rule in self.rules.items()}
        return self._days[day]


def _day_rule(rule: Rule, on: date) -> DayRule:
    lines = tuple(_day_line(line, rule.facts, on) for line in rule.lines)
    return DayRule(rule, lines, _window(rule.windows, on), is_stale(rule.as_of, on))


def _day_line(line: Line, facts: Mapping[str, Fact], on: date) -> Line:
    return Line(
        **{
            **{name: getattr(line, name) for name in Line.__dataclass_fields__},
            "node": resolve(line.node, on),
            "wants": resolve(line.wants, on) if line.wants else None,
            "spares": resolve(line.spares, on) if line.spares else None,
            "presume_if": resolve(line.presume_if, on) if line.presume_if else None,
            "text": _filled(line.text, facts, on),
            "bar": _filled(line.bar, facts, on),
            "ask": _filled(line.ask, facts, on),
        }
    )


def _filled(text: str, facts: Mapping[str, Fact], on: date) -> str:
    for name in blanks(text):
        value = facts[name].on(on)
        text = text.replace(f"{{{name}}}", render(value.value, facts[name].unit) if value else "정해진 기준")
    return text


def _window(windows: tuple[Window, ...], on: date) -> WindowState:
    found = next((window for window in windows if window.holds(on)), None)
    state = found.state_on(on) if found else "unknown"
    return "open" if state == "always" else state
