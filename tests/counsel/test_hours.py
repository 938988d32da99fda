"""When counselors answer: weekdays, hours, and Korea's holidays with lunar and substitute days."""

from datetime import datetime, time

import pytest

from bot.clock import SEOUL
from counsel.hours import CounselHours

HOURS = CounselHours(frozenset(range(5)), time(9), time(18))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00"),
        ("2026-11-23T08:59", "2026-11-23T09:00"),
        ("2026-11-23T17:59", "2026-11-23T17:59"),
        ("2026-11-23T18:00", "2026-11-24T09:00"),
        ("2026-11-21T12:00", "2026-11-23T09:00"),
        ("2026-12-24T19:00", "2026-12-28T09:00"),
        ("2027-02-05T18:30", "2027-02-10T09:00"),
        ("2026-09-23T18:30", "2026-09-28T09:00"),
    ],
)
def test_next_opening(now: str, opens: str) -> None:
    assert HOURS.next_open(at(now)) == at(opens)


def test_nobody_is_ever_there() -> None:
    assert CounselHours(frozenset(), time(9), time(18)).next_open(at("2026-11-23T10:00")) is None
