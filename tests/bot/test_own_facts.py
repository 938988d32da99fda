"""What people tell of themselves, and what only sounds so. All people are invented."""

from typing import Any

import pytest

from bot.eligibility_answers import read_answer
from bot.eligibility_questions import choices_of
from bot.learn import UNKNOWN, corrected, facts_in, home_of
from bot.words import load_words
from knowledge.questions import Question
from knowledge.rulebook import RuleBook
from tests.bot.test_eligibility_flow import ON, asking, rules, turn

__all__ = ["rules"]


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("저는 60대예요", {"min": 60, "max": 69}),
        ("60대 여자인데 일자리 있어요?", {"min": 60, "max": 69}),
        ("50대 후반 주부예요", {"min": 57, "max": 59}),
        ("저 50대 후반이고 양천구 살아요", {"min": 57, "max": 59}),
        ("60대 여자", {"min": 60, "max": 69}),
        ("일흔 넘었는데 되나요", {"min": 70}),
        ("환갑 한참 지났어요", {"min": 60}),
        ("40대 여성이 받는 지원금 뭐 있어요?", None),
        ("저는 60대 노인 돌보는 일 하고 싶어요", None),
        ("60대가 많이 하는 일", None),
        ("환갑 지난 사람도 되나요", None),
        ("일흔 넘은 분들 도시락 드리는 일", None),
    ],
)
def test_a_rough_age_counts_where_it_is_ones_own(text: str, age: Any) -> None:
    assert facts_in(turn(text)).get("age") == age


def test_a_feast_of_others_is_no_birth() -> None:
    assert "birth_year" not in facts_in(turn("팔순 잔치 하는 곳 알려 주세요"))
    assert facts_in(turn("올해 환갑이라 일자리 찾아요"))["birth_year"] == 1966


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("독거노인 돌보는 일자리", None),
        ("혼자 사는 노인 지원", None),
        ("혼자 살고 계신 분 돌보는 일", None),
        ("혼자 지내는 노인 찾아가는 일", None),
        ("혼자 살아도 되나요", None),
        ("독거노인이에요", 1),
        ("혼자 사는 사람이에요", 1),
        ("혼자 사는데 되나요", 1),
        ("혼자 살고 있어요", 1),
    ],
)
def test_who_looks_after_the_lonely_does_not_live_alone(text: str, size: int | None) -> None:
    assert facts_in(turn(text)).get("household_size") == size


def test_a_rough_age_replaces_none_that_is_known_to_the_year() -> None:
    forties, sixties = {"age": {"min": 40, "max": 49}}, {"age": {"min": 60, "max": 69}}
    assert corrected({"age": 68}, {}, forties, ON) == {"age": 68}
    assert corrected({"age": 68}, {}, sixties, ON) == {"age": 68}
    assert corrected({}, {"birth_date": "1958-03-05"}, forties, ON) == {}
    assert corrected({}, {"birth_year": 1958}, forties, ON) == {}
    assert corrected(sixties, {}, forties, ON) == forties
    assert corrected({"age": UNKNOWN}, {}, sixties, ON) == sixties
    assert corrected(sixties, {}, {"age": 68}, ON) == {"age": 68}


def test_what_a_husband_earns_is_no_own_income(rules: RuleBook) -> None:
    own, all_ = asking("own_income_month", rules), asking("household_income_month", rules)
    assert read_answer(turn("저는 없고 남편이 300 벌어요"), own) == {"own_income_month": 0}
    assert read_answer(turn("저는 없고 남편이 300 벌어요"), all_) == {"household_income_month": 3_000_000}


def test_where_somebody_lives_is_what_they_told_and_did_not_take_back() -> None:
    stored = {"living_sido": "서울특별시", "living_sigungu": "양천구"}
    assert home_of(stored) == home_of({}, stored) == "서울특별시 양천구"
    assert home_of({"living_sido": "강원특별자치도", "living_sigungu": None}, stored) == "강원특별자치도"
    assert home_of({"living_sido": UNKNOWN}) == home_of({}) == ""


def test_a_place_that_was_not_told_is_no_address(rules: RuleBook) -> None:
    untold = asking("registered_sido", rules, known={"living_sido": UNKNOWN})
    assert read_answer(turn("네 같아요"), untold) == {}
    found = Question("registered_sido", "어느 시예요?", "어느 시예요?", "", "", 1, "text", (), 1, ())
    named = [c.value for c in choices_of(found, untold.known, rules, ON, load_words(), finer=False)]
    assert named == []
    told = {"living_sido": "서울특별시", "living_sigungu": "양천구"}
    assert [c.value for c in choices_of(found, told, rules, ON, load_words(), finer=False)] == ["same", "differs"]
