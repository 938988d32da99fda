"""Whose matter a message is, and whose facts it tells. All people are invented."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.clock import SEOUL
from bot.learn import facts_in, learned
from bot.turn import Kind, State, Turn, Visitor
from bot.whose import SELF, plain_speech, sex_of, switched, whose
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
    ("text", "who"),
    [
        ("어머니가 일흔둘이신데 노인일자리 되나요?", "어머니"),
        ("남편이 58살인데 실업급여 받을 수 있나요", "남편"),
        ("친구가 65살인데 뭐 받을 수 있는 거 있어요?", "친구"),
        ("아버지 72세인데 기초연금 되나요", "아버지"),
        ("72살 어머니 일자리", "어머니"),
        ("저희 부모님 일자리 알아보려고요", "부모님"),
        ("우리 영감이 일흔인데 일자리 있어요?", "영감"),
        ("장모님 연세가 70이신데", "장모님"),
        ("제 동생도 되나요", "동생"),
        ("엄마 기초연금 탈 수 있나 궁금해요", "엄마"),
        ("제가 엄마 대신 여쭤보는데요 엄마가 72살이에요", "엄마"),
        ("저 말고 어머니요", "어머니"),
        ("제가 아니라 남편이요", "남편"),
        ("엄마 말고 저요", SELF),
        ("저는요?", SELF),
        ("남편은 직장 다니고 저는 42살인데 저도 되나요", SELF),
        ("딸이 셋인데 저도 되나요", SELF),
        ("동생이 마흔아홉인데 내일배움카드 되나요", "동생"),
        ("68살인데 노인일자리 되나요", ""),
        ("아이가 5살인데 구직지원금 되나요", ""),
        ("아들이 7살인데 되나요", ""),
        ("남편이 한 500 버는데 구직지원금 되나요", ""),
        ("남편 소득이 300이에요", ""),
        ("어머니를 돌보느라 쉬었어요", ""),
        ("친구랑 둘이 살아요", ""),
        ("아들 밑에 있어요", ""),
        ("68이 아니라 66이에요", ""),
    ],
)
def test_who_is_asked_about(text: str, who: str) -> None:
    assert whose(text) == who


@pytest.mark.parametrize(
    ("text", "now", "who"),
    [
        ("아 저 말고 남편이요", "", "남편"),
        ("남편이요", "", "남편"),
        ("어머니는요?", "남편", "어머니"),
        ("저는요?", "어머니", SELF),
        ("제 것도 봐주세요", "어머니", SELF),
        ("아니 저요", "어머니", SELF),
        ("저는요?", "", ""),
        ("어머니요", "어머니", ""),
        ("아니 그게 아니고 66살이요", "", ""),
        ("둘이 살아요", "어머니", ""),
        ("친구가 소개해 줘서 알게 됐는데 조건이 궁금해요", "", ""),
    ],
)
def test_to_whom_the_talk_turns(text: str, now: str, who: str) -> None:
    assert switched(text, now) == who


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


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("쉬고 계세요", "쉬고 있어요"),
        ("안 받으세요", "안 받아요"),
        ("없으세요", "없어요"),
        ("68세시고", "68세이고"),
        ("일흔둘이신데", "일흔둘인데"),
    ],
)
def test_honours_are_heard_as_plain_speech(text: str, plain: str) -> None:
    assert plain_speech(text) == plain


def test_a_name_tells_the_sex_or_nothing() -> None:
    assert [sex_of(name) for name in ("어머니", "남편", "친구", "이모")] == ["female", "male", "", "female"]
