"""Dates that are known only to the month or year: `2026`, `2026-09`, `2026-09-17`."""

import calendar
import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

STALE_AFTER_MONTHS = 14
"""A fact older than this is listed for re-reading; a bare year counts from 31 December of that year."""

_SHAPE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _checked(text: str) -> str:
    if not _SHAPE.fullmatch(text):
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    last_day(text)
    return text


PartialDate = Annotated[str, BeforeValidator(_as_text), AfterValidator(_checked)]
"""YYYY, YYYY-MM or YYYY-MM-DD, kept as written so that an answer never looks more exact than its source."""


def first_day(partial: str) -> date:
    """First day that the partial date may mean. ValueError if there is no such day."""
    year, month, day = [*map(int, partial.split("-")), 1, 1][:3]
    return date(year, month, day)


def last_day(partial: str) -> date:
    """Last day that the partial date may mean. ValueError if there is no such day."""
    parts = [*map(int, partial.split("-"))]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    if not 1 <= month <= 12:
        raise ValueError(f"{partial!r} has no such month")
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def months_after(day: date, months: int) -> date:
    """The same day `months` calendar months later, clamped to the month's end."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_stale(as_of: str, on: date) -> bool:
    """Whether a fact known as of `as_of` must be read again before it is trusted on the day."""
    return on > months_after(last_day(as_of), STALE_AFTER_MONTHS)
