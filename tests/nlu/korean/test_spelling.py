"""Spelling as typed, by table; right spelling stays."""

from pathlib import Path

import pytest

from nlu.korean.spelling import normalise_spelling
from tests.support.tables import read_table

_TABLE = read_table(Path(__file__).parent / "places" / "spelling.yml")


@pytest.mark.parametrize(("typed", "meant"), _TABLE["typed"].items())
def test_typed_spelling_becomes_usual(typed: str, meant: str) -> None:
    assert normalise_spelling(typed) == meant


@pytest.mark.parametrize("text", _TABLE["right"])
def test_right_spelling_stays(text: str) -> None:
    assert normalise_spelling(text) == text


@pytest.mark.parametrize("text", [*_TABLE["typed"], *_TABLE["right"]])
def test_a_second_time_changes_nothing(text: str) -> None:
    once = normalise_spelling(text)
    assert normalise_spelling(once) == once


def test_a_message_of_letters_only_is_not_emptied() -> None:
    assert normalise_spelling("ㅋㅋㅋ") == "ㅋㅋㅋ"
    assert normalise_spelling("   ") == ""
