"""The tables of a second reader, written from programs.md alone: `second_reading/<program>.yml`.

A table has a `base` profile with what it must `expect`, and `rows`: [line of programs.md, what differs from the base,
expected], or with {field: {value: expected}} last. `~` takes a field away, `day` is the day of judging. Expected is a
rule outcome, and where they matter its day and the window: "later 2026-12-15", "eligible closed".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.eligibility import check
from knowledge.rulebook import RuleBook
from knowledge.verdict import Verdict
from tests.knowledge.conftest import TODAY, World
from tests.support.tables import read_table

FOLDER = Path(__file__).with_name("second_reading")
WINDOWS = {"open", "closed", "unknown", "ended"}
FEWEST = 500


@dataclass(frozen=True)
class Case:
    """One profile on a day, and what must come out."""

    program: str
    why: str
    profile: Mapping[str, Any]
    expect: str


def cases(path: Path) -> Iterator[Case]:
    table = read_table(path)
    program, base = table["program"], table["base"]
    yield Case(program, "base", base, table["expect"])
    for why, changes, expect in table["rows"]:
        profile = {**base, **changes}
        if isinstance(expect, str):
            yield Case(program, why, profile, expect)
            continue
        for field, outcomes in expect.items():
            for value, each in outcomes.items() if isinstance(outcomes, dict) else outcomes:
                yield Case(program, f"{why}: {field} {value}", {**profile, field: value}, each)


def plain(value: Any) -> Any:
    """As JSON would bring it: days as text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def judged(case: Case, world: World) -> Verdict:
    told = {name: plain(value) for name, value in case.profile.items() if name != "day"}
    return check(told, case.program, world.book, world.tables, case.profile.get("day", TODAY))


def differs(case: Case, verdict: Verdict) -> bool:
    words = case.expect.split()
    day = verdict.later_on.isoformat() if verdict.later_on else ""
    found = {"rule": verdict.rule, "window": verdict.window, "later": day}
    wanted = {"rule": words[0]}
    for word in words[1:]:
        wanted["window" if word in WINDOWS else "later"] = word
    return any(found[name] != value for name, value in wanted.items())


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_second_reading(path: Path, world: World) -> None:
    wrong = []
    for case in cases(path):
        verdict = judged(case, world)
        if differs(case, verdict):
            wrong.append(
                f"{case.why}: expected {case.expect}, is {verdict.rule} {verdict.later_on or ''} {verdict.window}"
            )
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_rule_has_its_table(book: RuleBook) -> None:
    assert {path.stem for path in FOLDER.glob("*.yml")} == set(book.rules)


def test_the_tables_are_large_enough() -> None:
    assert sum(1 for path in FOLDER.glob("*.yml") for _ in cases(path)) >= FEWEST
