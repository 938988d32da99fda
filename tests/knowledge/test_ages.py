"""Ages, birthdays and months, to the day: 29 February, clamped months, every birth date of a year or an age."""

from datetime import date

import pytest

from knowledge.ages import age_on, birthday, births_of_age, months_since, next_month_end, turning_points


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("1961-11-20", "2026-11-21", 65),
        ("1961-11-21", "2026-11-21", 65),
        ("1961-11-22", "2026-11-21", 64),
        ("1964-02-29", "2029-02-28", 64),
        ("1964-02-29", "2029-03-01", 65),
        ("1964-02-29", "2028-02-28", 63),
        ("1964-02-29", "2028-02-29", 64),
        ("1964-02-28", "2029-02-28", 65),
        ("2026-11-21", "2026-11-21", 0),
    ],
)
def test_age(born: str, on: str, age: int) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(on)) == age


def test_birthday_of_29_february() -> None:
    assert birthday(date(1964, 2, 29), 65) == date(2029, 3, 1)
    assert birthday(date(1964, 2, 29), 64) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("start", "on", "months"),
    [
        ("2026-05-21", "2026-11-21", 6),
        ("2026-05-22", "2026-11-21", 5),
        ("2026-08-31", "2027-02-28", 6),
        ("2026-08-31", "2027-02-27", 5),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-02-29", "2025-02-27", 11),
        ("2026-11-22", "2026-11-21", -1),
        ("2026-11-21", "2026-11-21", 0),
        ("2026-10-31", "2026-11-30", 1),
    ],
)
def test_months_since(start: str, on: str, months: int) -> None:
    assert months_since(date.fromisoformat(start), date.fromisoformat(on)) == months


@pytest.mark.parametrize(
    "on",
    [date(2026, 11, 21), date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1), date(2027, 1, 31), date(2026, 1, 1)],
)
def test_turning_points_stand_for_every_birth_date(on: date) -> None:
    for first, last in [(date(1960, 1, 1), date(1961, 12, 31)), births_of_age(64, 64, on), births_of_age(0, 1, on)]:
        points = turning_points(first, last, on)
        ages = {age_on(date.fromordinal(day), on) for day in range(first.toordinal(), last.toordinal() + 1)}
        assert ages == {age_on(point, on) for point in points}
        soon = next_month_end(on)
        ages = {age_on(date.fromordinal(day), soon) for day in range(first.toordinal(), last.toordinal() + 1)}
        assert ages == {age_on(point, soon) for point in points}


@pytest.mark.parametrize("age", [0, 15, 34, 64, 65, 100])
@pytest.mark.parametrize("on", [date(2026, 11, 21), date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1)])
def test_births_of_an_age_are_exact(age: int, on: date) -> None:
    first, last = births_of_age(age, age, on)
    assert age_on(first, on) == age_on(last, on) == age
    assert age_on(date.fromordinal(first.toordinal() - 1), on) == age + 1
    assert last == on or age_on(date.fromordinal(last.toordinal() + 1), on) < age or age == 0
