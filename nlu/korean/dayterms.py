"""What the readers of days have in common: a term of a date, steps from month to month, the words for years."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from nlu.korean.numbers import read_number

Days: TypeAlias = tuple[date, date]
"""The first and the last day of a stretch; twice the same for one day."""

SINO_DAY = r"(?:이?십[일이삼사오육칠팔구]?|삼십일?|[일이삼사오육칠팔구])"
"""1 to 31 in Sino-Korean; a regular expression."""

WEEKDAY = r"(?P<weekday>[월화수목금토일](?:\s?요일날?|욜날?|요닐|요날|(?<=[\s주][월화목금토])요(?=\s|$)))"
"""A day of the week, short and misspelled ones too; a regular expression with the group `weekday`."""

ANY_WEEKDAY = WEEKDAY.replace("?P<weekday>", "?:")
"""The same without a group."""

YEAR = (
    r"(?P<year>(?<![가-힣])(?:올해|금년|이번\s?해|내년|명년|다음\s?해|내후년|후년|작년|지난해|재재작년|재작년|그러께"
    r"|올(?=\s?\d))"
    r"|(?<!\d)(?:19|20)\d\d\s?년도?|(?<!\d)\d\d\s?년(?:도(?=\s?\d|에)|(?=\s?\d{1,2}\s?월))"
    r"|이천\s?[일이삼사오육칠팔구십]{1,4}\s?년도?)"
)
"""A year that is said; a regular expression with the group `year`, for `named_year`."""

_YEAR_WORDS = {
    "올해": 0, "금년": 0, "올": 0, "이번해": 0, "내년": 1, "명년": 1, "다음해": 1, "후년": 2, "내후년": 2,
    "작년": -1, "지난해": -1, "전년": -1, "재작년": -2, "그러께": -2, "재재작년": -3,
}  # fmt: skip


@dataclass(frozen=True)
class DayTerm:
    """Part of a text that says a day or days; `days` is None where nobody can say which.

    `kind`: "weekday" and "monthday" go on from the term before
      ("다음 주 화요일이나 목요일", "3일이나 5일"); "week" is a
    day of a named week; "weeks" a week by its distance, of which a day may follow
      ("2주 뒤 화요일"); "wide" a month, a
    year or a week; "feast" and "fixed" stand alone.
    """

    start: int
    end: int
    days: Days | None
    kind: str = "fixed"


def one(day: date) -> Days:
    return day, day


def month_days(year: int, month: int) -> Days:
    """All of a month; months beyond 12 or below 1 are those of later or earlier years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def months_later(day: date, months: int) -> date:
    """The same day of a later or earlier month, or that month's last."""
    first, last = month_days(day.year, day.month + months)
    return min(first + timedelta(day.day - 1), last)


def real_day(year: int, month: int, day: int) -> Days | None:
    """The day, or None where the calendar has none (31 June)."""
    first, last = month_days(year, month)
    return one(first.replace(day=day)) if 1 <= day <= last.day else None


def coming(days_of: Callable[[int], Days | None], on: date, *, past: bool) -> Days | None:
    """Of something yearly the next that is not over on the day `on`, or with `past` the last that has begun by then."""
    years = range(on.year, on.year - 9, -1) if past else range(on.year - 1, on.year + 9)
    for days in map(days_of, years):
        if days is not None and (days[0] <= on if past else days[1] >= on):
            return days
    return None


def named_year(told: str, on: date) -> int:
    """The year that the group `year` of YEAR says on the day `on`; of two digits the one nearest to come or past."""
    bare = re.sub(r"\s|년도?$" if told[0] in "이012" or told[0].isdigit() else r"\s", "", told)
    if bare in _YEAR_WORDS:
        return on.year + _YEAR_WORDS[bare]
    year = read_number(bare) or on.year
    if year > 99:
        return year
    return 2000 + year if 2000 + year <= on.year + 10 else 1900 + year
