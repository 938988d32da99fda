"""Whose facts a message tells. All people are invented."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.clock import SEOUL
from bot.learn import facts_in, learned
from bot.turn import Kind, State, Turn, Visitor
from nlu.client import Entity, Understanding
from nlu.korean import find_all
from nlu.labels import Intent
from retrieval.found import Found

AT = datetime(2026, 11, 21, 10, tzinfo=SEOUL)
OTHERS = State(data={"who": "어머니"})


def turn(text: str, *, reads_all: bool = False) -> Turn:
    """A message; `reads_all`: also ages that are said of others are found, as a careless reader would."""
    heard = text
    for name in ("어머니가", "남편은", "아버지", "친구가", "딸이", "아이가", "엄마"):
        heard = heard.replace(name, " " * len(name)) if reads_all else heard
    spans = find_all(heard, AT.date())
    entities = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in spans)
    understanding = Understanding(text, Intent.CHECK_ELIGIBILITY, 0.9, entities=entities)
    return Turn(Visitor(1, False, True, False, False), AT, Kind.TEXT, text, understanding, Found(text))


@pytest.mark.parametrize(
    ("text", "own", "other"),
    [
        ("어머니가 일흔둘이신데 양천구 사세요", {}, {"age": 72}),
        ("저는 63살이고 남편은 67살인데", {"age": 63}, {"age": 67}),
        ("남편은 67살이고 저는 63살인데", {"age": 63}, {"age": 67}),
        ("72살 엄마가 하실 일자리", {}, {"age": 72}),
        ("68살인데 남편도 되나요", {"age": 68}, {}),
        ("아이가 5살인데 되나요", {}, {}),
        ("어머니가 생계급여 받고 계세요", {}, {"livelihood_benefit": True}),
    ],
)
@pytest.mark.parametrize("reads_all", [False, True])
def test_nobodys_facts_are_taken_for_anothers(
    text: str, own: dict[str, Any], other: dict[str, Any], reads_all: bool
) -> None:
    said = turn(text, reads_all=reads_all)
    assert facts_in(said) == own
    theirs = facts_in(said, other=True)
    assert {name: theirs.get(name) for name in other if name != "livelihood_benefit"} == {
        name: value for name, value in other.items() if name != "livelihood_benefit"
    }
    assert set(other) <= set(theirs)
    assert "age" in other or "age" not in theirs


def test_while_somebody_else_is_talked_of_only_what_names_the_writer_is_learned() -> None:
    assert learned(turn("일흔셋이에요"), OTHERS) == {}
    assert learned(turn("양천구 살아요"), OTHERS) == {}
    assert learned(turn("저는 64살이에요"), OTHERS) == {"age": 64}
    assert learned(turn("일흔셋이에요"), replace(OTHERS, data={})) == {"age": 73}


def test_when_the_last_job_ended_is_learned_where_it_is_told() -> None:
    left = {"from": "2025-01-01", "to": "2025-12-31"}
    assert facts_in(turn("작년에 그만뒀는데 실업급여 되나요")) == {"last_job_end_date": left}
    assert facts_in(turn("작년에 국취제 그만뒀어요")) == {}
    assert facts_in(turn("남편이 작년에 그만뒀어요")) == {}


def test_two_places_are_kept_apart() -> None:
    found = facts_in(turn("마포구 살고 주민등록은 수원이에요"))
    assert (found["living_sigungu"], found["registered_sido"]) == ("마포구", "경기도")
