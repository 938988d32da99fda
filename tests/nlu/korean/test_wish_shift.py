"""Wishes that lean on an appointment: later, earlier, the day after, at the same hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.korean.wish_shift import read_shift

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=SEOUL)
START = datetime(2026, 12, 1, 14, 0, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("한 시간만 늦춰 주세요", "2026-12-01", 900),
        ("30분만 당겨 주세요", "2026-12-01", 810),
        ("반 시간 늦게요", "2026-12-01", 870),
        ("두 시간 앞당길 수 있어요?", "2026-12-01", 720),
        ("한 시간 반 미뤄 주세요", "2026-12-01", 930),
        ("하루만 미뤄 주세요", "2026-12-02", 840),
        ("이틀 당겨 주세요", "2026-11-29", 840),
        ("일주일 뒤로 미룰게요", "2026-12-08", 840),
        ("2주만 연기해 주세요", "2026-12-15", 840),
        ("그 다음 날 같은 시간이요", "2026-12-02", 840),
        ("전날 같은 시간으로요", "2026-11-30", 840),
        ("다음 날 오전으로요", "2026-12-02", None),
    ],
)
def test_leaning_on_the_appointment(text: str, day: str, at: int | None) -> None:
    wish = read_shift(text, START, NOW)
    assert wish is not None
    (window,) = wish["windows"]
    assert (window["first"], window["last"], window.get("at")) == (day, day, at)


def test_the_same_hour_and_weekday_of_another_week() -> None:
    wish = read_shift("다음다음 주 같은 요일 같은 시간", START, NOW)
    assert wish is not None
    assert wish["windows"] == [
        {"first": "2026-12-07", "last": "2026-12-13", "weekdays": [1], "from": 780, "to": 901, "at": 840}
    ]


@pytest.mark.parametrize("text", ["다음 주 화요일 오후", "네", "다른 날로 바꿔 주세요"])
def test_what_stands_by_itself(text: str) -> None:
    assert read_shift(text, START, NOW) is None
