"""What to ask next: the field that settles most, for its worth to the person, against how hard and sensitive it is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from knowledge.asking import cost, source, sources
from knowledge.choices import Choice, choices
from knowledge.dates import months_after
from knowledge.derive import Facts, facts_of
from knowledge.eligibility import brief, undecided_fields
from knowledge.known import UNKNOWN, Known
from knowledge.profile import Fields, FieldSpec, read_profile
from knowledge.rulebook import DayRule, RuleBook
from knowledge.tables import Tables

PROGRESS = 0.4
"""How much a question that only shortens the way to a decision counts beside one that decides."""

WINDOW_WEIGHT = {"open": 1.0, "unknown": 0.8, "closed": 0.5, "ended": 0.05}


@dataclass(frozen=True)
class Question:
    """One question. `text` and the easier `simple`; `why` is said with it, and for sensitive ones `keeps`.

    `choices` may be empty: then a date, a number or words answer it. `at_most`: questions left, this one included.
    `programs`: the open programs that it helps to settle, best first.
    """

    field: str
    text: str
    simple: str
    why: str
    keeps: str
    sensitivity: int
    type: str
    choices: tuple[Choice, ...]
    at_most: int
    programs: tuple[str, ...]


@dataclass(frozen=True)
class Asking:
    """One person's open matters: the programs that are not settled with their missing fields, and what is known.

    `undecided`: every field of a line that may still have to be known, whatever the answers are.
    """

    profile: Mapping[str, Known]
    facts: Facts
    open: Mapping[str, tuple[str, ...]]
    undecided: frozenset[str]
    day: Mapping[str, DayRule]
    fields: Fields
    tables: Tables

    def candidates(self) -> tuple[str, ...]:
        """Fields that can be asked now."""
        return sources((name for names in self.open.values() for name in names), self.facts, self.fields)

    def helped(self, field: str) -> tuple[str, ...]:
        """The open programs that wait for the field, itself or through it; those worth most first."""
        found = [
            program
            for program, names in self.open.items()
            if any(field in (name, source(name, self.facts, self.fields)) for name in names)
        ]
        return tuple(sorted(found, key=lambda program: -self.worth(program)))

    def worth(self, program: str) -> float:
        """What it is worth to settle the program."""
        return self.day[program].rule.worth * WINDOW_WEIGHT[self.day[program].window]

    def with_answer(self, field: str, value: Known) -> Facts:
        """The facts if the field were so."""
        return facts_of({**self.profile, field: value}, self.tables, self.facts.on)


def next_question(
    profile: Mapping[str, Any],
    program_ids: Iterable[str],
    rules: RuleBook,
    tables: Tables,
    on: date,
    *,
    skipped: Collection[str] = (),
) -> Question | None:
    """The best question for the programs; None when no answer can change an outcome.

    `skipped`: fields that the person did not know or did not want to tell; they are never asked again. ProfileError for
    a wrong profile, KeyError for a program without a rule.
    """
    asking = begin(profile, program_ids, rules, tables, on, skipped=skipped)
    scores = {field: score(field, asking) for field in asking.candidates()}
    best = max(scores, key=lambda field: scores[field], default=None)
    return None if best is None or scores[best] <= 0 else question(best, asking)


def begin(
    profile: Mapping[str, Any],
    program_ids: Iterable[str],
    rules: RuleBook,
    tables: Tables,
    on: date,
    *,
    skipped: Collection[str] = (),
) -> Asking:
    """What is open for the person among the programs."""
    known = read_profile(profile, rules.fields)
    known = {**{name: UNKNOWN for name in skipped if name in rules.fields}, **known}
    facts, day = facts_of(known, tables, on), rules.on(on)
    briefs = {program: brief(day[program], facts) for program in program_ids}
    open_programs = {program: names for program, (rule, names) in briefs.items() if rule == "need" and names}
    alive = [day[program] for program, (rule, _) in briefs.items() if rule in ("need", "eligible")]
    undecided = frozenset(name for day_rule in alive for name in undecided_fields(day_rule, facts))
    return Asking(known, facts, open_programs, undecided, day, rules.fields, tables)


def question(field: str, asking: Asking) -> Question:
    """The question about the field, with its buttons."""
    spec = asking.fields[field]
    helped = asking.helped(field)
    return Question(
        field=field,
        text=spec.question,
        simple=spec.simple or spec.question,
        why=spec.why,
        keeps=spec.keeps,
        sensitivity=spec.sensitivity,
        type=spec.type,
        choices=choices(field, spec, asking.facts, (asking.day[program] for program in helped)),
        at_most=at_most(asking),
        programs=helped,
    )


def at_most(asking: Asking) -> int:
    """How many questions the programs can take in all, whatever the answers are. It never rises."""
    fields, facts = asking.fields, asking.facts
    names = {other for name in asking.undecided for other in (name, *fields[name].through)}
    return len([name for name in names if fields[name].ask and not fields[name].derived and name not in facts.told])


def score(field: str, asking: Asking) -> float:
    """The expected worth of the answer, for what it costs to give it; 0 when no answer changes anything."""
    helped = asking.helped(field)
    total = 0.0
    for value, share in samples(asking.fields[field], asking.facts):
        facts = asking.with_answer(field, value)
        total += share * sum(_gain(program, facts, asking) for program in helped)
    return total / cost(asking.fields[field])


def _gain(program: str, facts: Facts, asking: Asking) -> float:
    rule, names = brief(asking.day[program], facts)
    worth = asking.worth(program)
    if rule != "need" or not names:
        return worth
    before = len(asking.open[program])
    return worth * PROGRESS * max(0, before - len(names)) / before


def samples(spec: FieldSpec, facts: Facts) -> tuple[tuple[Known, float], ...]:
    """Typical answers to the question, typed, with their shares."""
    if spec.type == "list":
        return (((), 0.5), (("있음",), 0.5))
    if spec.samples:
        return tuple((_typed(value, spec, facts), share) for value, share in spec.samples.items())
    words = spec.allowed or (True, False)
    return tuple((word, 1 / len(words)) for word in words)


def _typed(value: Any, spec: FieldSpec, facts: Facts) -> Known:
    if spec.type != "date":
        return value
    if spec.unit == "years":
        return months_after(facts.on, -12 * value) - timedelta(days=100)
    return months_after(facts.on, -value) - timedelta(days=10)
