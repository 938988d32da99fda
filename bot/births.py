"""A day of birth as people tell it: pure, from words to the profile's `birth_date` or `birth_year`, or an age range."""

import re
from datetime import date
from typing import Any

from nlu.korean.numbers import read_digits, read_number

_SPOKEN = r"[삼사오육칠팔구][영공일이삼사오육칠팔구]"
_YEAR = rf"(?P<y>(?<!\d)(?:19|20)\d\d|(?<!\d)\d\d|{_SPOKEN})"
_MONTH = r"(?P<m>1[0-2]|0?[1-9]|십일|십이|[일이삼사오육칠팔구십유시])"
_DAY = r"(?P<d>3[01]|[12]\d|0?[1-9]|[이삼]?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구])"
_DIGITS = r"(?:3[01]|[12]\d|0?[1-9])(?!\d)"
"""A day may stand without its 일 only in digits: the 이 of "12월이요" is no second."""
_WHOLE = re.compile(
    rf"{_YEAR}\s?(?:년도?|[.\-/])\s?(?:음력\s?|양력\s?)?{_MONTH}\s?(?:월|[.\-/])\s?"
    rf"(?:(?={_DIGITS}|\S{{1,3}}\s?일){_DAY}(?:\s?일)?(?!\d))?"
)
_TOGETHER = re.compile(r"(?<!\d)(?P<y>(?:19|20)?\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?!\d)")
_BORN = r"(?:생(?![활각산일계])|출생|에?\s?태어|(?:쥐|소|호랑이|범|토끼|용|뱀|말|양|원숭이|닭|개|돼지)띠)"
_YEAR_BORN = re.compile(rf"{_YEAR}\s?(?:년도?)?\s?{_BORN}")
_YEAR_ALONE = re.compile(
    rf"\s*(?:저는?\s|음+\s|한\s)?{_YEAR}\s?(?:년도?(?:생)?)\s?(?:이?요|이?에요|이?예요|입니다)?[\s.!]*$"
)
_FULL_YEAR = re.compile(r"(?<!\d)(?P<y>19[1-9]\d|200\d)(?!\d)")
_DAY_OF_YEAR = re.compile(rf"(?:음력\s?|양력\s?)?{_MONTH}\s?월\s?{_DAY}\s?일")
_BIRTH_WORDS = re.compile(rf"{_BORN}|생년월일|생일")
_FEAST = re.compile(
    r"(?<![가-힣])(?P<f>환갑|회갑|진갑|칠순|고희|팔순)(?P<past>\S{0,3}\s?(?:다\s?)?(?:지났|지난|넘|한참))?"
)
_FEAST_YEARS = {"환갑": 60, "회갑": 60, "진갑": 61, "칠순": 69, "고희": 69, "팔순": 79}
_DECADE = re.compile(
    r"(?<![\d~-])(?P<n>[2-9]0|[이삼사오육칠팔구]십)\s?대\s?(?P<part>초반|중반|후반)?(?!\s?(?:이상|이하|까지|부터|만\s))"
)
_OVER = re.compile(
    r"(?P<n>[5-9]0|[오육칠팔구]십|쉰|예순|일흔|여든|아흔)\s?(?:살|세)?(?:은|이|도)?\s?(?:좀|조금|훌쩍|한참)?\s?넘(?:었|은|어요|습)"
)
_PARTS = {"초반": (0, 3), "중반": (4, 6), "후반": (7, 9)}


def birth_facts(text: str, on: date, *, asked: bool = False, year: int | None = None) -> dict[str, Any]:
    """`birth_date` (a day, or {"from","to"} for a month), `birth_year`, or an `age` range; empty for none.

    `asked`: the text answers the question about it, so that "1961년" needs no 생. `year`: the year that is known
    already, so that "12월 15일" is enough.
    """
    if asked or _BIRTH_WORDS.search(text):
        for read in (_written, _with_year):
            if facts := read(text, on, asked):
                return facts
        found = _DAY_OF_YEAR.search(text)
        if asked and year and found:
            return _dated(year, found, on)
    return _roughly(text, on)


def _written(text: str, on: date, asked: bool) -> dict[str, Any]:
    found = _WHOLE.search(text) or (_TOGETHER.search(text) if asked else None)
    year = _year(found["y"], on) if found else None
    return _dated(year, found, on) if found and year else {}


def _with_year(text: str, on: date, asked: bool) -> dict[str, Any]:
    found = _YEAR_BORN.search(text) or (asked and (_YEAR_ALONE.match(text) or _FULL_YEAR.search(text)))
    year = _year(found["y"], on) if found else None
    return {"birth_year": year} if year else {}


def _dated(year: int, found: re.Match[str], on: date) -> dict[str, Any]:
    month, day = _number(found["m"]), _number(found["d"]) if found["d"] else None
    try:
        first = date(year, month, day or 1)
    except ValueError:
        return {"birth_year": year}
    if "음력" in found.string or first > on:
        return {"birth_year": year} if first <= on else {}
    if day:
        return {"birth_date": first.isoformat()}
    last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
    return {"birth_date": {"from": first.isoformat(), "to": date.fromordinal(last).isoformat()}}


def _number(told: str) -> int:
    return {"유": 6, "시": 10}.get(told) or read_number(told) or 0


def _year(told: str, on: date) -> int | None:
    digits = told if told.isdigit() else read_digits(told)
    year = int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) <= on.year % 100 else 1900)
    return year if 15 <= on.year - year <= 110 else None


def _roughly(text: str, on: date) -> dict[str, Any]:
    """Ages that are no exact number: 환갑 (the year in which one turns 60), "60대", "일흔 넘었어요"."""
    if found := _FEAST.search(text):
        years = _FEAST_YEARS[found["f"]]
        return {"age": {"min": years}} if found["past"] else {"birth_year": on.year - years}
    if found := _OVER.search(text):
        return {"age": {"min": read_number(found["n"])}}
    if found := _DECADE.search(text):
        tens = read_number(found["n"]) or 0
        low, high = _PARTS.get(found["part"] or "", (0, 9))
        return {"age": {"min": tens + low, "max": tens + high}}
    return {}
