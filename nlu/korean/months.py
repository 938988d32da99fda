"""Days told by month: 12월 3일, 삼월 초, 이달 말, 다음 달 5일, 12월 둘째 주 화요일, 25일에, 2026-12-03, 12/3."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from nlu.korean.clauses import told_as_past
from nlu.korean.dayterms import (
    ANY_WEEKDAY,
    SINO_DAY,
    WEEKDAY,
    YEAR,
    Days,
    DayTerm,
    coming,
    month_days,
    months_later,
    named_year,
    one,
    real_day,
)
from nlu.korean.feasts import lunar_day, lunar_month
from nlu.korean.numbers import read_number

_RELATIVE_MONTH = (
    r"(?:(?:이번|요번)\s?달|(?<![가-힣])이달|다다음\s?달|다음\s?달|담\s?달|내달|지지난\s?달|지난\s?달"
    r"|저번\s?달)(?![라려])"
)
_MONTH = (
    rf"(?P<month>{_RELATIVE_MONTH}"
    r"|(?:(?<!\d)(?:1[0-2]|0?[1-9])|(?:(?<![가-힣])|(?<=[년해]))(?:십일|십이"
    r"|[일이삼사오육칠팔구십유시]))\s?월(?![급세요화례드남]|동(?!안)))"
)
_DAY = rf"(?:3[01]|[12]\d|0?[1-9]|{SINO_DAY})"
_NAMED_DAY = rf"(?:\s?\(?{ANY_WEEKDAY}\)?|\s?\([월화수목금토일]\))?"
_DATE = re.compile(
    rf"""
    (?: {YEAR}\s? )? (?P<lunar>음력\s?)? {_MONTH}
    (?: \s?
      (?: (?P<day>{_DAY}) \s?일(?!자리|할|하) {_NAMED_DAY}
        | (?P<first>초하룻\s?날|초하루|첫\s?날)
        | (?P<part>초순|상순|초(?![등과반대코])|중순|하순|중반|말일|마지막\s?날|말(?![고씀하해씨]))
        | (?P<ordinal>첫\s?째?|둘째|두\s?번째|셋째|세\s?번째|넷째|네\s?번째|다섯째|[1-5]째|마지막) \s?
          (?: 주(?![소말])차? (?:\s?{WEEKDAY})? | (?P<nth>{ANY_WEEKDAY}) )
      )
    )?
    """,
    re.VERBOSE,
)
_DAYS = re.compile(
    rf"(?:(?:{YEAR}\s?)?{_MONTH}\s?)?(?<!\d)(?P<a>{_DAY})(?P<both>일)?\s?[~-]\s?(?P<b>{_DAY})일(?!자리|\s?동안"
    r"|간)(?P<amid>\s?(?:사이|중(?=에|\s))|에)?"
)
_MONTH_DAY = re.compile(
    rf"""
    (?<![\d월.,~-]) (?<!주\s) (?<!주) (?<!일주일에\s) (?<!매[달월]\s) (?<!매[달월]) (?P<whole>(?P<day>\d{{1,2}}
      |(?<![가-힣])(?:이?십[일이삼사오육칠팔구]?|삼십일?)) \s?일)
    (?= 에(?!\s?(?:한|두|1|2)\s?번) | 날 | 로(?=\s) | 이요 | 이에요 | 부터 | 까지 | 쯤에 | 경에 | 이나 | \s같은
      | 은\s?(?:어때|어떠|되|안|돼|괜찮)
      | \s?(?:오전|오후|아침|저녁|낮|\d{{1,2}}시|[한두세네열]\s?시|\(?{ANY_WEEKDAY}) | (?<=^\d\d일)[\s.!?]*$ )
    """,
    re.VERBOSE,
)
_ANOTHER_DAY = re.compile(
    rf"(?<=일)\s?(?:이나|하고|이랑|과|,|아니면|에서|부터|~)\s?(?P<whole>(?P<day>\d{{1,2}}|{SINO_DAY})\s?일)(?!자리"
    r"|\s?동안|간"
    r"|\s?하)"
)
_ISO = re.compile(
    r"(?<![\d.-])(?P<y>20\d\d"
    r"|2\d)\s?[-./]\s?(?P<m>\d{1,2})\s?[-./]\s?(?P<d>\d{1,2})(?![\d-])" + _NAMED_DAY
)
_SLASH = re.compile(
    r"(?<![\d/.-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/])(?!\s?(?:정도|이상|만"
    r"|쯤))일?" + _NAMED_DAY
)
_NTH_ALONE = re.compile(rf"(?<![가-힣])(?P<ordinal>첫\s?째?|둘째|셋째|넷째|마지막)\s?주\s?{WEEKDAY}(?P<nth>)")
_POINT = re.compile(
    r"(?<![\d.])(?P<m>1[0-2]|0?[1-9])\.\s?(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)(?:일|\.?\s?\([월화수목금토일]\)"
    r"|\.?(?=에(?!서\s?\d)|까지|로\s|날|부터)|\.(?=\s?(?:$|오전|오후|상담|예약)))"
)
_THIRDS = {
    "초": (1, 10), "초순": (1, 10), "상순": (1, 10), "중순": (11, 20), "중반": (11, 20), "하순": (21, 31),
    "말": (21, 31),
}  # fmt: skip
_STEPS = (("다다음", 2), ("다음", 1), ("담", 1), ("내달", 1), ("지지난", -2), ("지난", -1), ("저번", -1))
_ORDINALS = {"첫": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다": 5}
_LETTERS = "월화수목금토일"


def month_terms(text: str, on: date) -> Iterator[DayTerm]:
    """Dates with a month, and days of this or the next month without one ("25일에")."""
    for found in _DATE.finditer(text):
        days = _resolved(found, text, on, partial(_in_month, found))
        wide = not (found.group("day") or found.group("first") or found.group("part") or found.group("ordinal"))
        yield DayTerm(*found.span(), days, "wide" if wide else "fixed")
    for found in _DAYS.finditer(text):
        if found.group("month") or found.group("both") or found.group("amid"):
            yield DayTerm(*found.span(), _resolved(found, text, on, partial(_from_to, found)))
    for pattern in (_MONTH_DAY, _ANOTHER_DAY):
        for found in pattern.finditer(text):
            day = read_number(found.group("day")) or 0
            days = _this_month_or_next(day, on, told_as_past(text, found.end()))
            yield DayTerm(found.start("whole"), found.end("whole"), days, "monthday")
    for found in _NTH_ALONE.finditer(text):
        choices = (_nth(found, *month_days(on.year, on.month + step)) for step in range(3))
        yield DayTerm(*found.span(), next((days for days in choices if days and days[0] >= on), None))
    yield from _in_figures(text, on)


def _resolved(found: "re.Match[str]", text: str, on: date, days_in: "partial[Days | None]") -> Days | None:
    """The days that `days_in(year, month)` gives in the month that was said, or in the next such month to come."""
    told = found.group("month")
    if told is None:
        candidates = (days_in(*_year_and_month(on, step)) for step in range(13))
        return next((days for days in candidates if days and days[0] >= on), None)
    steps = next((step for word, step in _STEPS if told.startswith(word)), 0)
    if told.endswith("달"):
        return days_in(*_year_and_month(on, steps))
    month = _month_number(told)
    if found.group("year"):
        return days_in(named_year(found.group("year"), on), month)
    return coming(lambda year: days_in(year, month), on, past=told_as_past(text, found.end()))


def _year_and_month(on: date, steps: int) -> tuple[int, int]:
    first = months_later(on.replace(day=1), steps)
    return first.year, first.month


def _month_number(told: str) -> int:
    bare = told.removesuffix("월").strip()
    return {"유": 6, "시": 10}.get(bare) or read_number(bare) or 0


def _in_month(found: "re.Match[str]", year: int, month: int) -> Days | None:
    if found.group("day"):
        day = read_number(found.group("day").replace(" ", "")) or 0
        return lunar_day(year, month, day) if found.group("lunar") else real_day(year, month, day)
    first, last = month_days(year, month)
    if found.group("first"):
        return one(first)
    if found.group("part"):
        return one(last) if found.group("part")[-1] in "일날" else _third(first, last, found.group("part"))
    if found.group("ordinal"):
        return _nth(found, first, last)
    return lunar_month(year, month) if found.group("lunar") else (first, last)


def _third(first: date, last: date, part: str) -> Days:
    start, end = _THIRDS[part]
    return first.replace(day=start), first.replace(day=min(end, last.day))


def _nth(found: "re.Match[str]", first: date, last: date) -> Days | None:
    """ "둘째 주 화요일" is the second Tuesday; "둘째 주" the week that holds the second Thursday."""
    told, weekday = found.group("ordinal"), found.group("weekday") or found.group("nth")
    count = _ORDINALS.get(told[0]) or (int(told[0]) if told[0].isdigit() else 0)
    if weekday:
        days = _all_such(first, last, _LETTERS.index(weekday.strip()[0]))
        return one(days[count - 1]) if count <= len(days) else None
    thursdays = _all_such(first, last, 3)
    if count > len(thursdays):
        return None
    monday = thursdays[count - 1] - timedelta(3)
    return max(monday, first) if count == 1 else monday, monday + timedelta(6)


def _all_such(first: date, last: date, weekday: int) -> list[date]:
    start = first + timedelta((weekday - first.weekday()) % 7)
    return [start + timedelta(weeks=week) for week in range(5) if start + timedelta(weeks=week) <= last]


def _from_to(found: "re.Match[str]", year: int, month: int) -> Days | None:
    first, last = (real_day(year, month, read_number(found.group(name)) or 0) for name in "ab")
    return (first[0], last[0]) if first and last and first < last else None


def _this_month_or_next(day: int, on: date, past: bool) -> Days | None:
    candidates = (real_day(*_year_and_month(on, -step if past else step), day) for step in range(4))
    return next((days for days in candidates if days and (days[0] <= on if past else days[0] >= on)), None)


def _in_figures(text: str, on: date) -> Iterator[DayTerm]:
    for found in _ISO.finditer(text):
        year, month, day = (int(found.group(name)) for name in "ymd")
        if 1 <= month <= 12:
            yield DayTerm(*found.span(), real_day(year if year > 99 else 2000 + year, month, day))
    for found in (*_SLASH.finditer(text), *_POINT.finditer(text)):
        month, day = int(found.group("m")), int(found.group("d"))
        days = coming(lambda year, m=month, d=day: real_day(year, m, d), on, past=told_as_past(text, found.end()))  # type: ignore[misc]
        yield DayTerm(*found.span(), days)
