"""When somebody was born, told of themselves. All people are invented."""

from datetime import date
from typing import Any

import pytest

from nlu.korean.birthdays import birth_facts

ON = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("61년 12월 15일생이에요", {"birth_date": "1961-12-15"}),
        ("육일년 십이월 십오일생이요", {"birth_date": "1961-12-15"}),
        ("오팔년 개띠요", {"birth_year": 1958}),
        ("음력 58년 3월 3일생이요", {"birth_year": 1958}),
        ("올해 환갑이라 일자리 찾아요", {"birth_year": 1966}),
        ("저는 60대예요", {"age": {"min": 60, "max": 69}}),
        ("60대가 많이 하는 일", {}),
        ("61년 12월이요", {}),
        ("2030년생이요", {}),
    ],
)
def test_a_birth_told_unasked(text: str, facts: dict[str, Any]) -> None:
    assert birth_facts(text, ON) == facts


def test_an_answer_to_the_question_needs_fewer_words() -> None:
    month = {"birth_date": {"from": "1961-12-01", "to": "1961-12-31"}}
    assert birth_facts("61년 12월이요", ON, asked=True) == month
    assert birth_facts("611215", ON, asked=True) == {"birth_date": "1961-12-15"}
    assert birth_facts("12월 15일이요", ON, asked=True, year=1961) == {"birth_date": "1961-12-15"}
