"""Two matters in one message, and what a message tells about its writer."""

from datetime import datetime
from typing import Any

import pytest

from bot.clock import SEOUL
from bot.learn import facts_in
from bot.turn import Kind, Turn, Visitor
from bot.understand import Meaning, distinct, split
from nlu.client import Entity, Understanding
from nlu.labels import Intent
from retrieval.found import Found


def meaning(intent: Intent, confidence: float = 0.9) -> Meaning:
    return Meaning("가", Understanding("가", intent, confidence), Found("가"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("구직지원금 얼마예요? 상담도 받고 싶어요", ["구직지원금 얼마예요?", "상담도 받고 싶어요"]),
        ("기초연금 알려주세요 그리고 서류는 뭐예요", ["기초연금 알려주세요", "서류는 뭐예요"]),
        ("저는 68살입니다. 신청되나요", ["저는 68살입니다", "신청되나요"]),
        ("한 달에 1.5만 원인가요", ["한 달에 1.5만 원인가요"]),
        ("네. 그래요", ["네. 그래요"]),
    ],
)
def test_splitting(text: str, parts: list[str]) -> None:
    assert [p.rstrip(".") for p in split(text) if len(p) > 4] == [p for p in parts if len(p) > 4]


def test_at_most_three_matters() -> None:
    assert len(split("이거 뭐예요? " * 9)) == 3


def test_two_sure_requests_are_two_matters() -> None:
    found = distinct([meaning(Intent.ASK_PROGRAM), meaning(Intent.TALK_TO_COUNSELOR)])
    assert [m.understanding.intent for m in found] == [Intent.ASK_PROGRAM, Intent.TALK_TO_COUNSELOR]


@pytest.mark.parametrize(
    "others",
    [
        [meaning(Intent.GREET), meaning(Intent.ASK_PROGRAM)],
        [meaning(Intent.ASK_PROGRAM), meaning(Intent.ASK_PROGRAM)],
        [meaning(Intent.ASK_PROGRAM), meaning(Intent.FIND_CENTER, 0.5)],
        [meaning(Intent.INFORM), meaning(Intent.CHECK_ELIGIBILITY)],
    ],
)
def test_one_matter_stays_one(others: list[Meaning]) -> None:
    assert distinct(others) == ()


def test_distress_in_one_part_is_the_only_matter() -> None:
    (found,) = distinct([meaning(Intent.SEARCH_OPENINGS), meaning(Intent.DISTRESS)])
    assert found.understanding.intent is Intent.DISTRESS


def turn(intent: Intent, *values: tuple[str, Any], topics: frozenset[str] = frozenset()) -> Turn:
    entities = tuple(Entity(name, "가", 0, 1, value) for name, value in values)
    return Turn(
        Visitor(1, False, True, False, False),
        datetime(2026, 11, 23, 10, tzinfo=SEOUL),
        Kind.TEXT,
        "가",
        Understanding("가", intent, 0.9, entities=entities),
        Found("가"),
        topics=topics,
    )


YANGCHEON = {"living_sido": "서울특별시", "living_sigungu": "양천구"}


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        (turn(Intent.CHECK_ELIGIBILITY, ("age", 68)), {"age": 68}),
        (turn(Intent.INFORM, ("district", "서울특별시 양천구")), YANGCHEON),
        (turn(Intent.SEARCH_OPENINGS, ("district", "서울특별시 양천구")), {}),
        (turn(Intent.SEARCH_OPENINGS, ("district", "서울특별시 양천구"), topics=frozenset({"living"})), YANGCHEON),
        (turn(Intent.UPDATE_PROFILE, ("district", "서울특별시")), {"living_sido": "서울특별시"}),
        (
            turn(Intent.INFORM, ("district", "서울특별시 중구"), topics=frozenset({"registered"})),
            {"registered_sido": "서울특별시", "registered_sigungu": "중구"},
        ),
        (turn(Intent.RECOMMEND_PROGRAM, ("career_gap", 84)), {"months_out_of_work": 84}),
        (turn(Intent.INFORM, ("age", 60), ("age", 65)), {}),
        (turn(Intent.INFORM, ("age", None)), {}),
    ],
)
def test_what_is_learned(given: Turn, facts: dict[str, Any]) -> None:
    assert facts_in(given) == facts
