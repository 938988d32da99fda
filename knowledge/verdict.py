"""What comes out of a check: each condition as it stands for the person, and the outcome of the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from knowledge.fact import Grade, Source
from knowledge.rulebook import Detour, WindowState

RuleOutcome = Literal["eligible", "not", "need", "later"]
State = Literal["met", "unmet", "unknown"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a rule for one person.

    `values` are the person's own, by field. `text` says the condition, `bar` (a phrase) when it would bar. `office`:
    the answer is the office's, with `ask` to say so. `later_on`: the day on which time alone meets it. `missing`: the
    fields that could settle it. `presumed`: unmet only while a field is not told, as `ask` says. `detour`: what the
    person can do about it.
    """

    id: str
    state: State
    fields: tuple[str, ...]
    values: Mapping[str, Any]
    text: str
    bar: str
    ask: str
    grade: Grade
    source: Source
    as_of: str
    missing: tuple[str, ...] = ()
    office: bool = False
    presumed: bool = False
    later_on: date | None = None
    detour: Detour | None = None

    @property
    def confirm(self) -> bool:
        """Whether the person must be told that it still has to be checked."""
        return self.grade is Grade.C


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one program on one day.

    `rule` and `window` are kept apart. `unknown` are conditions that lack a fact, `soft` those that only the office can
    settle; both mean `need`. `rare_bars` are unknown too, but only named ("다만 이런 경우는 안 될 수 있어요").
    `missing`: the fields behind `unknown`; `next_question`: the one of them to ask first. `later_on` with `later`.
    `stale`: the rule is past its review date, so nothing is decided.
    """

    program: str
    on: date
    rule: RuleOutcome
    window: WindowState
    met: tuple[Condition, ...]
    unmet: tuple[Condition, ...]
    unknown: tuple[Condition, ...]
    soft: tuple[Condition, ...]
    rare_bars: tuple[Condition, ...]
    missing: tuple[str, ...]
    next_question: str | None
    later_on: date | None
    stale: bool
    grade: Grade
    source: Source
    as_of: str

    @property
    def outcome(self) -> str:
        """One word of programs.md 0.2: as `rule`, or `ended`, or `closed` where the rule is met but nothing is open."""
        if self.window == "ended":
            return "ended"
        return "closed" if self.rule == "eligible" and self.window == "closed" else self.rule

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source that the conditions rest on, the rule's own first."""
        lines = (*self.unmet, *self.unknown, *self.soft, *self.met)
        return tuple({source.id: source for source in (self.source, *(line.source for line in lines))}.values())

    @property
    def only_office(self) -> bool:
        """Whether nothing but someone's discretion is open: a case for a counselor, with the facts attached."""
        return self.rule == "need" and not self.unknown and bool(self.soft)
