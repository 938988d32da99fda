"""How many questions it takes, and how long a check takes, over invented people. For `make bench` and for tests."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from random import Random
from statistics import mean
from typing import Any

from knowledge.eligibility import check_all
from knowledge.known import Between, Known, compare
from knowledge.population import people
from knowledge.profile import read_profile
from knowledge.questions import Asking, Question, begin, question, score
from knowledge.rulebook import RuleBook
from knowledge.scanning import outcomes
from knowledge.tables import Tables

MOST_QUESTIONS = 60

Policy = Callable[[Asking], str | None]
"""Chooses the field to ask next, or None to stop."""


@dataclass(frozen=True)
class Session:
    """One invented person asked to the end: questions asked, and after how many each program was decided."""

    questions: int
    decided_after: tuple[int, ...]


@dataclass(frozen=True)
class Measure:
    """One policy over many people.

    `per_session`: mean questions until nothing can change. `per_program`: mean number of questions after which a
    program was decided. `after_five`: mean programs decided by the fifth question.
    """

    policy: str
    people: int
    per_session: float
    per_program: float
    after_five: float


def best(asking: Asking) -> str | None:
    """The policy of `questions.next_question`."""
    scores = {field: score(field, asking) for field in asking.candidates()}
    field = max(scores, key=lambda name: scores[name], default=None)
    return field if field is not None and scores[field] > 0 else None


def fixed(asking: Asking) -> str | None:
    """The order of the profile, as a paper form would ask."""
    open_fields = set(asking.candidates())
    return next((name for name in asking.fields if name in open_fields), None)


def at_random(random: Random) -> Policy:
    """Any open field."""

    def choose(asking: Asking) -> str | None:
        open_fields = asking.candidates()
        return random.choice(open_fields) if open_fields else None

    return choose


def measure(
    count: int, policies: Mapping[str, Policy], programs: Sequence[str], rules: RuleBook, tables: Tables, on: date
) -> list[Measure]:
    """Every policy on the same people: each knows everything about themselves and answers truly."""
    crowd = list(islice(people(7, on), count))
    found = []
    for name, policy in policies.items():
        sessions = [session(truth, policy, programs, rules, tables, on) for truth in crowd]
        after = [place for item in sessions for place in item.decided_after]
        found.append(
            Measure(
                policy=name,
                people=count,
                per_session=mean(item.questions for item in sessions),
                per_program=mean(after) if after else 0.0,
                after_five=mean(sum(place <= 5 for place in item.decided_after) for item in sessions),
            )
        )
    return found


def session(
    truth: Mapping[str, Any], policy: Policy, programs: Sequence[str], rules: RuleBook, tables: Tables, on: date
) -> Session:
    """Ask one person until nothing is open. What they cannot know counts as not known."""
    told: dict[str, Any] = {}
    open_before: set[str] | None = None
    decided: list[int] = []
    for asked in range(MOST_QUESTIONS):
        asking = begin(told, programs, rules, tables, on)
        still = set(asking.open)
        decided += [asked] * len((open_before or still) - still)
        open_before = still
        field = policy(asking)
        if field is None:
            return Session(asked, tuple(decided))
        told[field] = answer(question(field, asking), truth, rules)
    return Session(MOST_QUESTIONS, tuple(decided))


def answer(asked: Question, truth: Mapping[str, Any], rules: RuleBook) -> Any:
    """The person's true answer: the bracket it lies in, the value itself, or "unknown"."""
    value = truth.get(asked.field)
    if value is None:
        return "unknown"
    spec = {asked.field: rules.fields[asked.field]}
    if spec[asked.field].type not in ("int", "number") or not asked.choices:
        return value
    fitting = (item.value for item in asked.choices if _within(value, read_profile({asked.field: item.value}, spec)))
    return next(fitting, "unknown")


def _within(value: float, read: Mapping[str, Known]) -> bool:
    for known in read.values():
        if isinstance(known, Between):
            low_ok = known.low is None or value >= known.low
            return low_ok and (known.high is None or value <= known.high)
        return compare("==", known, value) is True
    return False


def time_all(count: int, rules: RuleBook, tables: Tables, on: date) -> float:
    """Mean milliseconds of the processor for all programs of one profile, verdicts with every condition included."""
    crowd = list(islice(people(11, on), count))
    check_all(crowd[0], rules, tables, on)
    started = time.process_time()
    for profile in crowd:
        check_all(profile, rules, tables, on)
    return (time.process_time() - started) / count * 1000


def time_scan(profiles: Iterable[Mapping[str, Any]], program: str, rules: RuleBook, tables: Tables, on: date) -> float:
    """Seconds of the processor to judge the profiles for one program, reading each as stored."""
    started = time.process_time()
    scan(profiles, program, rules, tables, on)
    return time.process_time() - started


def scan(
    profiles: Iterable[Mapping[str, Any]], program: str, rules: RuleBook, tables: Tables, on: date
) -> dict[str, int]:
    """How many of the profiles come out eligible, not, need and later: "who qualifies for what opened today?"."""
    counts: dict[str, int] = {"eligible": 0, "not": 0, "need": 0, "later": 0}
    for _, rule in outcomes(enumerate(profiles), program, rules, tables, on):
        if rule is not None:
            counts[rule] += 1
    return counts


def figures(rules: RuleBook, tables: Tables, on: date, *, asked: int = 100, scanned: int = 2_000) -> dict[str, Any]:
    """What `make bench` prints, in plain numbers; about 15 seconds of one core.

    `people_asked` are asked about all `programs` that are not over. `questions`: by the order of asking (`chosen`,
    `fixed` as a form, `random`), the mean questions until nothing is open (`per_session`), until a program is decided
    (`per_program`), and the programs decided by the fifth question (`decided_by_fifth`).
    `all_programs_ms`: all programs of one profile. `scan_100000_s`: 100,000 profiles against one program, over all
    programs the `mean` and the `slowest`. Times are of the processor, so that a busy machine does not change them.
    """
    programs = [program for program, rule in rules.on(on).items() if rule.window != "ended"]
    policies = {"chosen": best, "fixed": fixed, "random": at_random(Random(1))}  # noqa: S311 - a repeatable draw
    crowd = list(islice(people(3, on), scanned))
    seconds = {name: time_scan(crowd, name, rules, tables, on) * 100_000 / scanned for name in rules.rules}
    return {
        "programs": len(programs),
        "people_asked": asked,
        "questions": {
            item.policy: {
                "per_session": round(item.per_session, 1),
                "per_program": round(item.per_program, 1),
                "decided_by_fifth": round(item.after_five, 1),
            }
            for item in measure(asked, policies, programs, rules, tables, on)
        },
        "all_programs_ms": round(time_all(200, rules, tables, on), 2),
        "scan_100000_s": {"mean": round(mean(seconds.values()), 1), "slowest": round(max(seconds.values()), 1)},
    }
