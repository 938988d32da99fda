"""Profile fields and their values in people's words."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot.words import Words
from knowledge.rendering import render

MONTHS_A_YEAR = 12


def label_of(field: str, words: Words) -> str:
    """The name of a field."""
    return words.plain(f"profile.field_{field}") if is_named(field, words) else words.plain("profile.field_other")


def is_named(field: str, words: Words) -> bool:
    """Whether a field has a name that people read; computed ones have none."""
    return f"profile.field_{field}" in words.texts


def whole_of(field: str) -> str:
    """The field that a field is a part of, for reading aloud: 양천구 is said with its 서울특별시. "" for none."""
    return field.replace("_sigungu", "_sido") if field.endswith("_sigungu") else ""


def is_part(field: str, known: Mapping[str, Any]) -> bool:
    """Whether a field is said together with another one of `known`, and not on a line of its own."""
    return field.endswith("_sido") and bool(known.get(field.replace("_sido", "_sigungu")))


def told(known: Mapping[str, Any], words: Words) -> str:
    """What is known, a line each: "나이: 만 68세". What was taken back is left out."""
    lines = []
    for field, value in known.items():
        if value is not None and not is_part(field, known):
            before = f"{known[whole_of(field)]} " if known.get(whole_of(field)) else ""
            lines.append(f"{label_of(field, words)}: {before}{said(field, value, words)}")
    return "\n".join(lines)


def said(field: str, value: Any, words: Words) -> str:
    """A value as a person would say it: a word, a number with its unit, a day, a range or one of several."""
    if isinstance(value, Mapping):
        return _roughly(field, value, words)
    key = f"profile.value_{field}_{value}".lower()
    if key in words.texts:
        return words.plain(key)
    if isinstance(value, bool):
        return words.plain("profile.yes" if value else "profile.no")
    if isinstance(value, int | float):
        return _number(field, value, words)
    if isinstance(value, list | tuple):
        return ", ".join(str(v) for v in value) or words.plain("profile.none")
    return _day(value) or str(value) or words.plain("profile.none")


def _number(field: str, value: float, words: Words) -> str:
    if f"profile.length_{field}" in words.texts:
        return words.plain(f"profile.length_{field}", value=_length(int(value), words))
    if f"profile.won_{field}" in words.texts:
        return words.plain(f"profile.won_{field}", value=render(int(value), "won"))
    form = f"profile.form_{field}"
    number = str(value) if field == "birth_year" else f"{value:,}"
    return words.plain(form, value=number) if form in words.texts else number


def _length(months: int, words: Words) -> str:
    """Months as years and months: 84 is "7년"."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    parts = [words.plain("profile.years", value=years)] if years else []
    return " ".join([*parts, *([words.plain("profile.months", value=rest)] if rest or not years else [])])


def _roughly(field: str, value: Mapping[str, Any], words: Words) -> str:
    """A range, a span of days, or some of several words."""
    if ("not" in value or "one_of" in value) and f"profile.some_{field}" in words.texts:
        return words.plain(f"profile.some_{field}")
    if "not" in value:
        return words.plain("profile.not", value=said(field, value["not"][0], words))
    if whole := _whole(value):
        return whole
    if "one_of" in value:
        return words.plain("profile.or").join(said(field, word, words) for word in value["one_of"])
    low, high = (
        _bound(field, value.get(name, value.get(other)), words) for name, other in (("min", "from"), ("max", "to"))
    )
    key = "profile.between" if low and high else "profile.at_least" if low else "profile.at_most"
    return words.plain(key, **{name: text for name, text in (("low", low), ("high", high)) if text})


def _whole(value: Mapping[str, Any]) -> str:
    """ "2026년 5월" for all of its days, "2025년" for all of a year; "" for another span."""
    first, last = value.get("from", ""), value.get("to", "")
    if not first or not last or first[:4] != last[:4]:
        return ""
    day = date.fromisoformat(last)
    if first[5:] == "01-01" and last[5:] == "12-31":
        return f"{day.year}년"
    same_month = first[:7] == last[:7] and first.endswith("01") and (day + timedelta(days=1)).day == 1
    return f"{day.year}년 {day.month}월" if same_month else ""


def _bound(field: str, value: Any, words: Words) -> str:
    return "" if value is None else said(field, value, words)


def _day(value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return ""
    return f"{day.year}년 {day.month}월 {day.day}일"
