"""Ages told as a birth year: 58년생, 1961년 12월생, 오팔년생, 58년 개띠."""

import re
from collections.abc import Iterator
from datetime import date

from nlu.korean.feasts import lunar_day
from nlu.korean.numbers import read_digits, read_number
from nlu.korean.span import Find

_YEAR = (
    r"(?:(?<!\d)(?:19|20)?\d\d|(?:천\s?구백\s?)?(?:[삼사오육칠팔구]\s?십\s?)[일이삼사오육칠팔구]?"
    r"|[삼사오육칠팔구][영공일이삼사오육칠팔구])"
)
_MONTH = r"(?:음력\s?|양력\s?)?(?:1[0-2]|0?[1-9]|십일|십이|[일이삼사오육칠팔구십]|유|시|정)\s?월\s?"
_DAY = r"(?:\d{1,2}|[일이삼사오육칠팔구십]{1,3})\s?일\s?"
_BIRTH = (
    r"(?:생(?![활각산일계태기겨])|生|출생|태생|(?:날|에|날에)?\s?(?:태어난?|태여난?|세상에\s?나"
    r"|난\s?사람|났(?=[습어었지고는다소네음구으]|$)))"
)
_BORN = re.compile(
    rf"(?P<lunar>음력(?:으로)?\s?)?(?P<y>{_YEAR})\s?[년年]도?\s?(?:(?P<m>{_MONTH})(?:(?P<d>{_DAY}))?)?(?:"
    rf"(?:봄|여름|가을|겨울)?{_BIRTH}|(?:쥐|소|호랑이|범|토끼|용|뱀|말|양|원숭이|닭|개|돼지)띠)"
)
_WRITTEN = re.compile(
    r"(?:생년월일|생일|출생일?)(?:은|이|:)?\s?(?P<y>(?:19|20)?\d\d)(?:년|[.\-/\s])?\s?(?P<m>\d{1,2})(?:월"
    r"|[.\-/\s])?\s?(?P<d>\d{1,2})(?:일생?)?(?![\d-])"
    r"|생년[은이]?\s?(?P<y3>19\d\d)년?(?!\d)"
    rf"|(?<![\d.])(?P<y2>(?:19)?\d\d)\s?[.\-/]\s?(?P<m2>\d{{1,2}})\s?[.\-/]\s?(?P<d2>\d{{1,2}})\.?\s?{_BIRTH}"
)
_WHOLE = re.compile(r"\s*(?P<y>19[2-9]\d|(?<!\d)[4-9]\d(?=년))(?:년도?)?\s?(?:이?요|이?에요|이?예요|입니다)?[\s.!]*")
_LIMIT_AFTER = re.compile(r"\s?자?\s?(?:부터|까지|이전|이후|이하|이상|만\s)")
_YOUNGEST, _OLDEST = 15, 110


def born(text: str, on: date) -> Iterator[Find]:
    """Birth years as ages on the day `on`: a year alone gives the difference of years, month and day make it exact."""
    whole = _WHOLE.fullmatch(text)
    if whole:
        yield from _aged(whole.span("y"), _year(whole.group("y"), on), None, None, on)
    for found in _BORN.finditer(text):
        if not _LIMIT_AFTER.match(text, found.end()):
            month, day = _count(found.group("m")), _count(found.group("d"))
            year = _year(found.group("y"), on)
            lunar = (found.group("lunar") or "음력" in (found.group("m") or "")) and month and day
            days = lunar_day(year, month or 0, day or 0) if lunar else None
            if days:
                yield from _aged(found.span(), days[0].year, days[0].month, days[0].day, on)
            else:
                yield from _aged(found.span(), year, month, day, on)
    for found in _WRITTEN.finditer(text):
        if found.group("y3"):
            yield from _aged(found.span(), int(found.group("y3")), None, None, on)
            continue
        year_told, month_told, day_told = (found.group(name) or found.group(name + "2") for name in "ymd")
        yield from _aged(found.span(), _year(year_told, on), int(month_told), int(day_told), on)


def _year(told: str, on: date) -> int:
    """The year of birth; of two digits the latest year that is not to come."""
    digits = told if told.isdigit() else _spelled(told)
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) <= on.year % 100 else 1900)


def _spelled(told: str) -> str:
    if "십" in told or "백" in told:
        return str(read_number(told) or 0)
    return read_digits(told)


def _count(told: str | None) -> int | None:
    """A month or day of the month: "12월" 12, "유월" 6, "십오일" 15."""
    if told is None:
        return None
    bare = re.sub(r"음력|양력|\s|월|(?<=[\d일이삼사오육칠팔구십])일\s?$", "", told.strip())
    return {"유": 6, "시": 10, "정": 1}.get(bare) or read_number(bare)


def _aged(place: tuple[int, int], year: int, month: int | None, day: int | None, on: date) -> Iterator[Find]:
    age = on.year - year
    if month is not None and (month, day or 0) > (on.month, on.day if day else 0):
        age -= 1
    if _YOUNGEST <= age <= _OLDEST and (month is None or 1 <= month <= 12):
        yield Find(*place, age)
