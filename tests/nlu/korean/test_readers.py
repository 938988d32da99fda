"""All readers together: order and overlaps, values of marked words, and texts that nobody would write."""

import time
import unicodedata
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.korean import find_all, normalise, normalise_within
from nlu.labels import EntityName

TODAY = date(2026, 11, 21)
_PIECES = (
    "67 예순일곱 살 세 만 년 월 일 시 반 분 전 뒤 다음 주 화요일 월욜 낼 모레 설 지나고 추석 부터 까지 에서 사이 "
    "~ - / . : 시급 월급 원 백 천 억 010 1234 5678 공일공 58년생 쉬었어요 그만뒀어요 애 낳고 쭉 우리 나이로 환갑 "
    "이달 말 둘째 2월 29일 30일 99 00 0 13 25시 빼고 이후"
)
PIECES = _PIECES.split()
DAYS = st.dates(date(2000, 1, 1), date(2045, 12, 31))


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*PIECES, " "]), max_size=14).map("".join)), DAYS)
@settings(max_examples=1500, deadline=None)
def test_any_text_is_read_without_an_error_and_spans_match_it(text: str, on: date) -> None:
    whole = unicodedata.normalize("NFC", text)
    spans = sorted(find_all(text, on), key=lambda s: s.start)
    for span in spans:
        assert 0 <= span.start < span.end <= len(whole)
        assert whole[span.start : span.end] == span.text
        assert span.text == span.text.strip()
    assert all(one.end <= two.start for one, two in pairwise(spans))


@given(st.sampled_from([e.value for e in EntityName]), st.text(max_size=30), DAYS)
@settings(max_examples=300, deadline=None)
def test_any_marked_words_have_a_value_or_none(entity: str, words: str, on: date) -> None:
    normalise(entity, words, on)


@given(st.text(max_size=20), st.text(max_size=20), DAYS)
@settings(max_examples=200, deadline=None)
def test_dates_of_ranges_are_in_order(before: str, after: str, on: date) -> None:
    for span in find_all(f"{before} 다음 주 {after}", on):
        if span.entity == "date" and isinstance(span.value, dict):
            assert str(span.value["from"]) <= str(span.value["to"])


def test_values_come_first_each_in_the_order_of_the_text() -> None:
    spans = find_all("애 낳고 쭉 쉬었고 저 45살인데 다음 주 화요일 오후 두 시에 되나요", TODAY)
    assert [(s.entity, s.value) for s in spans] == [
        ("age", 45),
        ("date", "2026-11-24"),
        ("time", "14:00"),
        ("career_gap", None),
    ]


@pytest.mark.parametrize(
    ("text", "entity", "words"),
    [
        ("낼모레 칠십인데 되나요", "age", "낼모레 칠십"),
        ("2019년부터 쉬었어요", "career_gap", "2019년"),
        ("3년 전에 그만뒀어요", "career_gap", "3년 전"),
        ("시급 만원 넘는 데", "pay", "시급 만원"),
        ("한 달에 30만원 받아요", "pay", "한 달에 30만원"),
        ("010-0000-1234", "phone", "010-0000-1234"),
        ("61년 12월생이에요", "age", "61년 12월생"),
        ("67", "age", "67"),
    ],
)
def test_the_longer_or_likelier_reading_wins(text: str, entity: str, words: str) -> None:
    assert [(s.entity, s.text) for s in find_all(text, TODAY)] == [(entity, words)]


@pytest.mark.parametrize(
    ("entity", "words", "value"),
    [
        ("age", "예순일곱", 67),
        ("age", "68", 68),
        ("age", "65년", 61),
        ("age", "50대 초반", None),
        ("career_gap", "7년", 84),
        ("career_gap", "십 년 넘게", 120),
        ("career_gap", "작년 12월", 11),
        ("career_gap", "2019년", 84),
        ("career_gap", "작년 봄", None),
        ("career_gap", "결혼하고 쭉", None),
        ("pay", "백이십", {"won": 1200000, "period": None}),
        ("pay", "350", {"won": 3500000, "period": None}),
        ("pay", "80", {"won": 800000, "period": None}),
        ("pay", "시급 만천원", {"won": 11000, "period": "hour"}),
        ("date", "27일", "2026-11-27"),
        ("date", "3일", "2026-12-03"),
        ("date", "화", "2026-11-24"),
        ("date", "그날", None),
        ("time", "두 시 반", "14:30"),
        ("phone", "010-0000-1234", "+821000001234"),
        ("phone", "1350", None),
        ("district", "양천구", "서울특별시 양천구"),
        ("nothing", "양천구", None),
    ],
)
def test_words_that_someone_else_marked_are_read_alone(entity: str, words: str, value: object) -> None:
    assert normalise(entity, words, TODAY) == value


@pytest.mark.parametrize(
    ("entity", "message", "words", "value"),
    [
        ("date", "11월 3일에 신청했는데", "11월 3일", "2026-11-03"),
        ("date", "11월 3일에 갈게요", "11월 3일", "2027-11-03"),
        ("date", "다음 주 화요일이나 목요일이요", "목요일", "2026-11-26"),
        ("date", "화요일 말고 목요일로요", "화요일", None),
        ("time", "저녁 7시나 8시요", "8시", "20:00"),
        ("time", "네 시 이후에요", "네 시", {"from": "16:00", "to": "18:00"}),
        ("pay", "월급이 이백이에요", "이백", {"won": 2000000, "period": "month"}),
        ("career_gap", "작년 12월에 퇴직했어요", "작년 12월", 11),
        ("age", "57 아니고 58이거든요", "58", 58),
    ],
)
def test_words_that_someone_else_marked_are_read_in_their_message(
    entity: str, message: str, words: str, value: object
) -> None:
    start = message.index(words)
    assert normalise_within(entity, message, start, start + len(words), TODAY) == value


def test_offsets_are_those_of_the_composed_text() -> None:
    message = "저 예순일곱인데요"
    in_pieces = unicodedata.normalize("NFD", message)
    assert find_all(in_pieces, TODAY) == find_all(message, TODAY)
    assert normalise_within("age", in_pieces, 2, 6, TODAY) == 67


def test_a_usual_message_is_read_within_two_milliseconds() -> None:
    message = "예순일곱인데 다음 주 화요일 두 시에 상담 되나요"
    find_all(message, TODAY)
    best = min(_seconds(message) for _ in range(20))
    assert best < 0.002


def _seconds(message: str) -> float:
    start = time.perf_counter()
    find_all(message, TODAY)
    return time.perf_counter() - start
