"""What somebody who waits wished for, as the waiting list keeps it."""

from datetime import date, timedelta

import pytest

from bot.appointment_draft import Draft
from bot.appointment_times import waiting_wish
from nlu.korean.wishes import read_wish
from tests.support.staff import NOW, at

HORIZON = timedelta(days=56)


@pytest.mark.parametrize(
    ("text", "first", "last", "days"),
    [
        ("설 지나고 화요일 오전", date(2027, 2, 16), date(2027, 3, 9), 4),
        ("2월 중순이요", date(2027, 2, 11), date(2027, 2, 20), 10),
        ("2월 둘째 주 화요일", date(2027, 2, 9), date(2027, 2, 9), 1),
    ],
)
def test_a_wish_beyond_what_can_be_booked_stays_a_wish(text: str, first: date, last: date, days: int) -> None:
    wished = read_wish(text, NOW.date())
    assert wished is not None
    found = waiting_wish(Draft(kind="phone", wish=dict(wished)), NOW, HORIZON)
    starts = [span.start.date() for span in found.spans]
    assert (starts[0], starts[-1], len(starts)) == (first, last, days)


def test_a_wish_for_any_tuesday_ends_with_what_can_be_booked() -> None:
    wished = read_wish("화요일 오전", NOW.date())
    assert wished is not None
    found = waiting_wish(Draft(kind="phone", wish=dict(wished)), NOW, HORIZON)
    assert found.spans[0].start == at("11-24 09:00") and len(found.spans) == 8
