"""The winter solstice, which no list of holidays has."""

from datetime import date

import pytest

from nlu.korean.dates import find_dates


# By Korean time: in 2025 three minutes after midnight, in 2029 three quarters of an hour before it.
@pytest.mark.parametrize(
    ("year", "day"),
    [(1988, 22), (1992, 21), (2024, 21), (2025, 22), (2026, 22), (2027, 22), (2028, 21), (2029, 21), (2030, 22)],
)
def test_the_solstice_is_that_of_korea(year: int, day: int) -> None:
    assert [span.value for span in find_dates("동짓날에 갈게요", date(year, 12, 1))] == [f"{year}-12-{day}"]


def test_beyond_the_years_that_are_known_it_has_no_day() -> None:
    assert find_dates("동짓날에 갈게요", date(2130, 12, 1)) == []
