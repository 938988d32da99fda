"""What was told on one day as it is on a later one: ages and elapsed months grow by themselves."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from knowledge.ages import age_on, births_of_age, months_since

AGES = frozenset({"age", "youngest_child_age"})
"""Profile fields in full years of life."""
MONTHS = "months_out_of_work"
GRADE = "youngest_child_grade"
"""School years, from the first of elementary school on; 0 before it. A new one begins on 1 March."""
LAST_GRADE = 12
GROWING = AGES | {MONTHS, GRADE}
"""Profile fields that do not stay as they were told."""


def grown(field: str, value: Any, told: date, on: date) -> Any:
    """A profile field's value on the day `on`, of what was told on the day `told`. Other fields stay as they are.

    An age becomes {"min", "max"} where a birthday may have come meanwhile: a missing birthday is never guessed.

    >>> grown("age", 59, date(2026, 11, 22), date(2027, 1, 20))
    {'min': 59, 'max': 60}
    """
    if on <= told or field not in GROWING:
        return value
    if isinstance(value, Mapping):
        ends = {end: _later(field, number, told, on)[end] for end, number in value.items() if end in ("min", "max")}
        return {**value, **ends}
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    span = _later(field, value, told, on)
    return span["min"] if span["min"] == span["max"] else span


def _later(field: str, value: int, told: date, on: date) -> dict[str, int]:
    if field == MONTHS:
        return dict.fromkeys(("min", "max"), value + months_since(told, on))
    if field == GRADE:
        grade = min(value + _school_years(told, on), LAST_GRADE)
        return {"min": grade if value else 0, "max": grade}
    first, last = births_of_age(value, value, told)
    return {"min": age_on(last, on), "max": age_on(first, on)}


def _school_years(told: date, on: date) -> int:
    """How many school years have begun since."""
    return on.year - told.year + (on.month >= 3) - (told.month >= 3)


__all__ = ["GROWING", "grown"]
