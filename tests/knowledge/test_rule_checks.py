"""`ieum check` on rules: broken ones, those past their review date, those that nobody else has read."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.rule_checks import rule_problems
from knowledge.rulebook import RuleBook
from tests.knowledge.conftest import FACTS, TODAY

NAME = "rules/midlife-naeil-center.yml"
READING = 'second_reading: {on: 2026-11-22, read: "programs.md 0.5, 2.7"}\n'


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """The shipped catalog, to be changed."""
    return Path(shutil.copytree(FACTS, tmp_path / "facts"))


def change(facts: Path, old: str, new: str) -> None:
    text = (facts / NAME).read_text("utf-8")
    assert old in text
    (facts / NAME).write_text(text.replace(old, new), "utf-8")


def found(facts: Path, on: date = TODAY) -> set[tuple[str, str, int]]:
    return {(item.kind, item.file, item.line) for item in rule_problems(facts, on) if item.file == NAME}


def test_a_rule_past_its_review_date_is_listed(facts: Path) -> None:
    assert not found(facts)
    assert found(facts, date(2028, 2, 29)) == set()
    assert found(facts, date(2028, 3, 1)) == {("stale", NAME, 4)}


def test_a_rule_that_nobody_else_has_read_is_listed(facts: Path) -> None:
    change(facts, READING, "")
    assert found(facts) == {("unread", NAME, 1)}


@pytest.mark.parametrize(
    "reading",
    [
        "second_reading: yes\n",
        "second_reading: {on: 2026-13-01, read: x}\n",
        'second_reading: {on: 2026-11-22, read: ""}\n',
        "second_reading: {on: 2026-11-22}\n",
    ],
)
def test_a_second_reading_without_day_or_content_is_refused(facts: Path, reading: str) -> None:
    change(facts, READING, reading)
    assert found(facts) == {("broken", NAME, 5)}


def test_what_is_over_is_not_asked_for(facts: Path) -> None:
    assert not [item for item in rule_problems(facts, TODAY) if item.file == "rules/timeshare-jobs.yml"]


def test_a_broken_catalog_speaks_for_itself(facts: Path) -> None:
    (facts / "sources.yml").write_text("[", "utf-8")
    assert rule_problems(facts, TODAY) == []
    assert rule_problems(facts / "nowhere", TODAY) == []


def test_every_shipped_rule_was_read_by_somebody_else(book: RuleBook) -> None:
    assert [rule.program for rule in book.rules.values() if rule.second_reading is None] == []
