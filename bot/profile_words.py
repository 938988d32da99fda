"""Profile fields and their values in people's words."""

from datetime import date
from typing import Any

from bot.words import Words


def label_of(field: str, words: Words) -> str:
    """The name of a field."""
    key = f"profile.field_{field}"
    return words.plain(key) if key in words.texts else words.plain("profile.field_other")


def said(field: str, value: Any, words: Words) -> str:
    """A value as a person would say it."""
    key = f"profile.value_{field}_{value}".lower()
    if key in words.texts:
        return words.plain(key)
    if isinstance(value, bool):
        return words.plain("profile.yes" if value else "profile.no")
    if isinstance(value, int | float) and (form := f"profile.form_{field}") in words.texts:
        return words.plain(form, value=f"{value:,}")
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return _day(value) or str(value)


def _day(value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return ""
    return f"{day.year}년 {day.month}월 {day.day}일"
