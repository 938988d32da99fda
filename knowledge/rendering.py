"""Values as Korean people read them. Pure; the only place that turns a fact into words."""

import re
from collections.abc import Callable
from datetime import date

Value = int | float | str

_MAN = 10_000
_EOK = 100_000_000
_MOBILE_OR_AREA = re.compile(r"(02|0\d{2})(\d{3,4})(\d{4})")


def won(amount: float) -> str:
    """300000 -> "30만 원", 241000000 -> "2억 4,100만 원"; sums that are not whole 만 are exact: "349,700원"."""
    whole = int(amount)
    if whole < _MAN or whole % _MAN:
        return f"{whole:,}원"
    eok, man = divmod(whole // _MAN, _EOK // _MAN)
    parts = [f"{eok}억"] * bool(eok) + [f"{man:,}만"] * bool(man)
    return " ".join(parts) + " 원"


def number(value: float) -> str:
    """1936 -> "1,936", 30.5 -> "30.5"."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def years(value: float) -> str:
    """3 -> "3년", 1.5 -> "1년 6개월"."""
    whole, part = divmod(round(value * 12), 12)
    return " ".join([f"{whole}년"] * bool(whole) + [f"{part}개월"] * bool(part)) or "0년"


def partial_date(text: str) -> str:
    """ "2026-12-15" -> "2026년 12월 15일", "2026-12" -> "2026년 12월", "2026" -> "2026년"."""
    return " ".join(f"{int(part)}{unit}" for part, unit in zip(text.split("-"), "년월일", strict=False))


def day(value: date) -> str:
    """A whole date: "2026년 12월 15일"."""
    return partial_date(value.isoformat())


def phone(number_text: str) -> str:
    """A line as people dial it: "021234567" -> "02-123-4567"; short and already hyphened lines stay."""
    found = _MOBILE_OR_AREA.fullmatch(number_text)
    return "-".join(found.groups()) if found else number_text


_UNITS: dict[str, Callable[[float], str]] = {
    "won": won,
    "percent": lambda value: f"{number(value)}%",
    "years": years,
    "months": lambda value: f"{number(value)}개월",
    "weeks": lambda value: f"{number(value)}주",
    "days": lambda value: f"{number(value)}일",
    "hours": lambda value: f"{number(value)}시간",
    "count": number,
    "age": lambda value: f"{number(value)}세",
}
_TEXT_UNITS: dict[str, Callable[[str], str]] = {"date": partial_date, "phone": phone, "text": str}

UNITS = (*_UNITS, *_TEXT_UNITS)


def wants_text(unit: str) -> bool:
    """Whether values of the unit are written as text (dates, phones, words) and not as numbers."""
    return unit in _TEXT_UNITS


def render(value: Value, unit: str) -> str:
    """The value in Korean. KeyError for an unknown unit, TypeError when the value does not suit it."""
    if wants_text(unit) != isinstance(value, str):
        raise TypeError(f"{value!r} does not suit the unit {unit}")
    return _TEXT_UNITS[unit](value) if isinstance(value, str) else _UNITS[unit](value)
