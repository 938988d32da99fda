"""What was told grows with time: nobody stays 59 for ever."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.ages import age_on
from knowledge.growing import grown

TOLD = date(2026, 11, 22)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("field", "value", "on", "later"),
    [
        ("age", 59, date(2026, 11, 22), 59),
        ("age", 59, date(2026, 11, 23), {"min": 59, "max": 60}),
        ("age", 59, date(2027, 11, 21), {"min": 59, "max": 60}),
        ("age", 59, date(2027, 11, 22), 60),
        ("age", {"min": 60, "max": 69}, date(2027, 1, 1), {"min": 60, "max": 70}),
        ("age", {"min": 60}, date(2028, 1, 1), {"min": 61}),
        ("age", "unknown", date(2027, 1, 1), "unknown"),
        ("youngest_child_age", 0, date(2027, 1, 1), {"min": 0, "max": 1}),
        ("months_out_of_work", 5, date(2026, 12, 21), 5),
        ("months_out_of_work", 5, date(2026, 12, 22), 6),
        ("months_out_of_work", {"min": 12}, date(2027, 11, 22), {"min": 24}),
        ("youngest_child_grade", 6, date(2027, 2, 28), 6),
        ("youngest_child_grade", 6, date(2027, 3, 1), 7),
        ("youngest_child_grade", 12, date(2029, 3, 1), 12),
        ("youngest_child_grade", 0, date(2027, 3, 1), {"min": 0, "max": 1}),
        ("household_size", 2, date(2030, 1, 1), 2),
        ("living_sido", "서울특별시", date(2030, 1, 1), "서울특별시"),
        ("age", 59, date(2026, 1, 1), 59),
    ],
)
def test_what_was_told_on_a_later_day(field: str, value: object, on: date, later: object) -> None:
    assert grown(field, value, TOLD, on) == later


@given(born=st.dates(date(1930, 1, 1), date(2010, 12, 31)), told=DAYS, days=st.integers(0, 3000))
def test_the_true_age_is_never_left_out(born: date, told: date, days: int) -> None:
    on = told + timedelta(days=days)
    later = grown("age", age_on(born, told), told, on)
    low, high = (later, later) if isinstance(later, int) else (later["min"], later["max"])
    assert low <= age_on(born, on) <= high <= low + 1
