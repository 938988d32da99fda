"""Values as people read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import first_day, is_stale, last_day, months_after
from knowledge.rendering import UNITS, day, phone, render, wants_text, won


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0원"),
        (5_000, "5,000원"),
        (10_000, "1만 원"),
        (10_320, "10,320원"),
        (300_000, "30만 원"),
        (349_700, "349,700원"),
        (438_543, "438,543원"),
        (634_000, "634,000원"),
        (1_500_000, "150만 원"),
        (2_390_124, "2,390,124원"),
        (25_000_000, "2,500만 원"),
        (100_000_000, "1억 원"),
        (241_000_000, "2억 4,100만 원"),
        (400_000_000, "4억 원"),
        (499_000_000, "4억 9,900만 원"),
        (1_200_000_000, "12억 원"),
    ],
)
def test_won(amount: int, text: str) -> None:
    assert won(amount) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (65, "age", "65세"),
        (3, "months", "3개월"),
        (12, "weeks", "12주"),
        (180, "days", "180일"),
        (30.5, "hours", "30.5시간"),
        (60, "percent", "60%"),
        (1.5, "years", "1년 6개월"),
        (3, "years", "3년"),
        (6598, "count", "6,598"),
        ("2026-12-15", "date", "2026년 12월 15일"),
        ("2026-09", "date", "2026년 9월"),
        ("2025", "date", "2025년"),
        ("1544-3388", "phone", "1544-3388"),
        ("115만 2,000개", "text", "115만 2,000개"),
    ],
)
def test_each_unit(value: float | str, unit: str, text: str) -> None:
    assert render(value, unit) == text


@pytest.mark.parametrize(
    ("dialled", "shown"),
    [
        ("0221335459", "02-2133-5459"),
        ("021234567", "02-123-4567"),
        ("0311234567", "031-123-4567"),
        ("1350", "1350"),
        ("02-120", "02-120"),
        ("15443388", "15443388"),
    ],
)
def test_phone_lines(dialled: str, shown: str) -> None:
    assert phone(dialled) == shown


def test_a_whole_day() -> None:
    assert day(date(2026, 1, 2)) == "2026년 1월 2일"


@pytest.mark.parametrize(("value", "unit"), [("30만 원", "won"), (1350, "phone"), (2026, "date")])
def test_a_value_that_does_not_suit_its_unit_is_refused(value: int | str, unit: str) -> None:
    with pytest.raises(TypeError):
        render(value, unit)


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        render(3, "acres")


@given(st.integers(min_value=0, max_value=10**12))
def test_no_won_is_lost(amount: int) -> None:
    text = won(amount).removesuffix("원").strip()
    eok, _, rest = text.rpartition("억") if "억" in text else ("", "", text)
    man, _, one = rest.rpartition("만") if "만" in rest else ("", "", rest)
    parts = [int(part.replace(",", "").strip() or 0) for part in (eok, man, one)]
    assert parts[0] * 10**8 + parts[1] * 10**4 + parts[2] == amount


@given(st.sampled_from([unit for unit in UNITS if not wants_text(unit)]), st.integers(1, 1000))
def test_every_number_has_words(unit: str, value: int) -> None:
    assert any(letter.isdigit() for letter in render(value, unit))


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-09-17", date(2026, 9, 17), date(2026, 9, 17)),
    ],
)
def test_partial_dates(partial: str, first: date, last: date) -> None:
    assert (first_day(partial), last_day(partial)) == (first, last)


@pytest.mark.parametrize("wrong", ["2026-13", "2026-02-30"])
def test_a_day_that_never_was_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        last_day(wrong)


@pytest.mark.parametrize(
    ("as_of", "on", "stale"),
    [
        ("2025", date(2027, 2, 28), False),  # counts from 31 December 2025; fourteen months later, clamped
        ("2025", date(2027, 3, 1), True),
        ("2025-09-21", date(2026, 11, 21), False),
        ("2025-09-20", date(2026, 11, 21), True),
        ("2025-09", date(2026, 11, 30), False),
    ],
)
def test_fourteen_months(as_of: str, on: date, stale: bool) -> None:
    assert is_stale(as_of, on) is stale


def test_months_are_clamped() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 11, 30), 14) == date(2028, 1, 30)
