"""Profile fields and their values in people's words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.words import Words


def label_of(field: str, words: Words) -> str:
    """The name of a field."""
    key = f"profile.field_{field}"
    return words.plain(key) if key in words.texts else words.plain("profile.field_other")


def whole_of(field: str) -> str:
    """The field that a field is a part of, for reading aloud: 양천구 is said with its 서울특별시. "" for none."""
    return field.replace("_sigungu", "_sido") if field.endswith("_sigungu") else ""


def is_part(field: str, known: Mapping[str, Any]) -> bool:
    """Whether a field is said together with another one of `known`, and not on a line of its own."""
    return field.endswith("_sido") and field.replace("_sido", "_sigungu") in known


def told(known: Mapping[str, Any], words: Words) -> str:
    """What is known, a line each: "나이: 만 68세"."""
    lines = []
    for field, value in known.items():
        if not is_part(field, known):
            before = f"{known[whole_of(field)]} " if whole_of(field) in known else ""
            lines.append(f"{label_of(field, words)}: {before}{said(field, value, words)}")
    return "\n".join(lines)


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
