"""Sums and counts that people tell of themselves."""

import pytest

from nlu.korean import amounts


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("월급은 없고 연금 30만원 받아요", 300_000),
        ("빚은 없고 3억이요", 300_000_000),
        ("집은 없고 통장에 오백", 5_000_000),
        ("300만원은 없고 200만원이요", 2_000_000),
        ("연금 30만원밖에 없어요", 300_000),
        ("0.5억이요", 50_000_000),
        ("대출 1억 끼고 3억짜리 집이요", 300_000_000),
        ("월세 50만원 받아요", 500_000),
        ("이백은 없어요", None),
        ("빚만 3억이에요", None),
        ("연금만 받아요", None),
        ("재산은 없고 빚만 3억이요", 0),
        ("소득은 없고 월세 30만원 내요", 0),
        ("한 푼도 없어요", 0),
        ("0원이요", 0),
        ("없어요", 0),
    ],
)
def test_none_is_said_of_all_only_where_no_sum_is_named(text: str, won: int | None) -> None:
    assert amounts.won(text) == won


@pytest.mark.parametrize(
    ("text", "grade"), [("중학교 1학년이요", 7), ("고1", 10), ("7학년이요", 7), ("유치원 다녀요", 0), ("3학년", 3)]
)
def test_school_grades(text: str, grade: int) -> None:
    assert amounts.grade(text) == grade
