"""Days told by a feast: 설, 추석 연휴, 설 지나고, 크리스마스 전에, 어린이날.

Lunar days and substitute holidays are worked out.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays
from korean_lunar_calendar import KoreanLunarCalendar

from nlu.korean.clauses import told_as_past
from nlu.korean.dayterms import YEAR, Days, DayTerm, coming, named_year, one

_LUNAR = {"설": (1, 1), "추석": (8, 15), "대보름": (1, 15), "단오": (5, 5), "칠석": (7, 7), "초파일": (4, 8)}
_SOLAR = {
    "신정": (1, 1), "삼일절": (3, 1), "식목일": (4, 5), "노동절": (5, 1), "어린이날": (5, 5), "어버이날": (5, 8),
    "스승의날": (5, 15), "현충일": (6, 6), "제헌절": (7, 17), "광복절": (8, 15), "개천절": (10, 3), "한글날": (10, 9),
    "성탄절": (12, 25), "이브": (12, 24),
}  # fmt: skip
_SOLSTICE_ON_21 = (1992, 2029, 2062, 2099)
"""By the year's remainder of four, from when on 동지 is 21 December in Korea and not 22: UTC+9, for 1956 to 2099."""
_SOLSTICE_YEARS = range(1956, 2100)
_AS_A_FEAST = (
    r"(?=\s?(?:에|은|엔|이|연휴|명절|전|지나|지난|쇠|쉬고|끝|후|다음|때|대체|이후|까지|부터|뒤|쯤|빼|말고|$|[,.?!]"
    r"|\s(?:하루|사흘|나흘|닷새|열흘|보름|일주일|한\s?주|두\s?주|\d)))"
    r"(?!에서|이랑)"
)
"""What follows 설 when it is the feast and not the beginning of 설명 or 설비."""

_NOT_A_GIFT = r"(?!\s?(?:떡값|상여|보너스|선물|음식|수당|차례|증후군|인사|세트))"
_NAMES = (
    ("이브", r"(?:크리스마스|성탄절)\s?이브"),
    ("성탄절", r"(?<!메리)(?<!메리\s)크리스마스|크리스마쓰|성탄절|성탄"),
    ("설", rf"(?<![가-힣])(?:음력\s?)?설날|구정|음력\s?설|(?<![가-힣])(?<!\d\s)설{_AS_A_FEAST}"),
    ("추석", rf"(?:추석|한가위|중추절){_NOT_A_GIFT}"),
    ("명절", rf"명절{_NOT_A_GIFT}"),
    ("대보름", r"(?:정월\s?)?대보름"),
    ("단오", r"(?<![가-힣])단오(?!\S*동)"),
    ("칠석", r"(?<![가-힣])칠석"),
    ("초파일", r"초파일|석가\s?탄신일|부처님\s?오신\s?날"),
    (
        "동지",
        r"(?<![가-힣])(?:동짓\s?날|동지\s?날"
        r"|동지(?=\s?(?:에(?!게)|전(?=에|까지|날|\s|$)|지나(?!치)|쇠[고면]|이후|무렵|쯤|까지|부터|다음\s?날)))",
    ),
    ("신정", r"(?<![가-힣])신정(?![동초중네])"),
    ("삼일절", r"삼일절|3\s?[.·]?\s?1절"),
    ("식목일", "식목일"),
    ("노동절", r"노동절|근로자의\s?날"),
    ("어린이날", r"어린이\s?날"),
    ("어버이날", r"어버이\s?날"),
    ("스승의날", r"스승의\s?날"),
    ("현충일", "현충일"),
    ("제헌절", "제헌절"),
    ("광복절", "광복절"),
    ("개천절", "개천절"),
    ("한글날", "한글날"),
)  # fmt: skip
_FEAST = re.compile(
    rf"(?:{YEAR}\s)?(?:" + "|".join(f"(?P<f{index}>{words})" for index, (_, words) in enumerate(_NAMES)) + ")"
    r"(?:\s?(?P<run>연휴|명절))?"
    r"(?:\s?(?:이|가|을|를|은)?\s?(?P<rel>(?P<after>지나고|지나서|지나면|지나야|지난\s?(?:다음|뒤|후)|쇠고|쇠면"
    r"|쇠고\s?나서"
    r"|쇤\s?(?:다음|뒤|후)|쉬고|끝나고|끝나면|넘기고|넘어서|보내고|이후|후(?=에)|뒤(?=에))(?:\s?나서)?"
    r"|(?P<eve>전날)|(?P<morrow>다음\s?날|이튿날)|(?P<week>다음\s?주)|(?P<before>(?:되기\s?|오기\s?)?전(?=에|까지"
    r"|으로|\s|$)|이전)))?"
)
_HOLIDAY_WEEK = 7
"""Days that "설 지나고" stretches over: the week that begins with the first working day after the holidays."""

_SATURDAY = 5
_LUNAR_YEARS = range(1000, 2050)  # what korean_lunar_calendar knows


@lru_cache(maxsize=256)
def lunar_day(year: int, month: int, day: int) -> Days | None:
    """The day in our calendar of a day of the Korean lunar year (no leap months); None where there is none."""
    if year not in _LUNAR_YEARS:
        return None
    calendar = KoreanLunarCalendar()
    if not calendar.setLunarDate(year, month, day, False):
        return None
    return one(date.fromisoformat(calendar.SolarIsoFormat()))


def lunar_month(year: int, month: int) -> Days | None:
    """The days in our calendar of a month of the Korean lunar year."""
    first = lunar_day(year, month, 1)
    following = lunar_day(year + month // 12, month % 12 + 1, 1)
    return (first[0], following[0] - timedelta(1)) if first and following else None


@lru_cache(maxsize=64)
def days_off(year: int) -> frozenset[date]:
    """The public holidays of a year in Korea, with substitute holidays."""
    return frozenset(holidays.country_holidays("KR", years=year))


def feast_terms(text: str, on: date) -> Iterator[DayTerm]:
    """Feasts and the days around them; the next to come, or the last where the clause is in the past."""
    for found in _FEAST.finditer(text):
        name = next(_NAMES[index][0] for index in range(len(_NAMES)) if found.group(f"f{index}"))
        past = not found.group("rel") and told_as_past(text, found.end())
        year = named_year(found.group("year"), on) if found.group("year") else None
        until_run_ends = bool(found.group("run") or found.group("after"))
        feast = _in_year(name, year) if year else _feast(name, on, past=past, until_run_ends=until_run_ends)
        if feast is not None:
            yield DayTerm(*found.span(), _around(feast, found, on), "feast")


def _feast(name: str, on: date, *, past: bool, until_run_ends: bool) -> date | None:
    if name == "명절":
        both = [_feast(each, on, past=past, until_run_ends=until_run_ends) for each in ("설", "추석")]
        return (max if past else min)((day for day in both if day), default=None)

    def days_of(year: int) -> Days | None:
        day = _in_year(name, year)
        return (day, _run(day)[1] if until_run_ends else day) if day else None

    days = coming(days_of, on, past=past)
    return days[0] if days else None


def _in_year(name: str, year: int) -> date | None:
    if name in _SOLAR:
        return date(year, *_SOLAR[name])
    if name == "동지":
        return _solstice(year)
    days = lunar_day(year, *_LUNAR[name]) if name in _LUNAR else None
    return days[0] if days else None


def _solstice(year: int) -> date | None:
    """The winter solstice by Korean time; None beyond the years for which it is known."""
    return date(year, 12, 21 if year >= _SOLSTICE_ON_21[year % 4] else 22) if year in _SOLSTICE_YEARS else None


def _run(feast: date) -> Days:
    """The public holidays around a feast, day by day."""
    first = last = feast
    while first - timedelta(1) in days_off((first - timedelta(1)).year):
        first -= timedelta(1)
    while last + timedelta(1) in days_off((last + timedelta(1)).year):
        last += timedelta(1)
    return first, last


def _around(feast: date, found: "re.Match[str]", on: date) -> Days | None:
    first, last = _run(feast)
    if found.group("after"):
        start = _next_working_day(last)
        return start, start + timedelta(_HOLIDAY_WEEK - 1)
    if found.group("before"):
        return (on, first - timedelta(1)) if first > on else None
    if found.group("week"):
        monday = (last if found.group("run") else feast) + timedelta(7)
        monday -= timedelta(monday.weekday())
        return monday, monday + timedelta(6)
    if found.group("run") and found.group("morrow"):
        return one(_next_working_day(last))
    if found.group("run"):
        return one(first - timedelta(1)) if found.group("eve") else (first, last)
    shift = -1 if found.group("eve") else 1 if found.group("morrow") else 0
    return one(feast + timedelta(shift))


def _next_working_day(day: date) -> date:
    day += timedelta(1)
    while day.weekday() >= _SATURDAY or day in days_off(day.year):
        day += timedelta(1)
    return day
