"""Days told by the week: 다음 주 화요일, 담주 월욜, 이번 주말, 화요일 (the next to come), 지난주 금요일."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from nlu.korean.clauses import told_as_past
from nlu.korean.dayterms import WEEKDAY, Days, DayTerm, one

_WEEKS = (
    (2, r"다{2}음\s?주|담{2}\s?주|다담\s?주|다음\s?다음\s?주"),
    (-2, r"지지난\s?주|저저번\s?주|지난\s?지난\s?주"),
    (
        0,
        r"(?:이번|요번|(?<![가-힣])[이요])\s?(?:주|쭈|쥬)(?=[말중에나가는도\s안초인월화수목금토일까부로는은쯤]|$)"
        r"|(?:이번|요번)\s?(?:주|쭈|쥬)(?=[,.?!~])|(?<![가-힣])금주(?=[에중\s]|$)",
    ),
    (
        1,
        r"(?<!그\s)(?:다음|다믐|다움|담|오는)\s?(?:주|쭈|쥬)|(?<![가-힣])(?:내주|차주)(?=[에초\s월화수목금토일]|$"
        r"|중(?!에))",
    ),
    (-1, r"(?:지난|저번|지나간)\s?(?:주|쭈)"),
)
_WEEK = "|".join(f"(?P<w{index}>{words})" for index, (_, words) in enumerate(_WEEKS))
_NOT_A_WEEK = r"(?!(?:[소택식민제문유방차사]|인(?![지데가]))(?!말))"
_IN_WEEK = re.compile(
    rf"""
    (?:{_WEEK}) {_NOT_A_WEEK}
    (?: \s? (?:의\s)? (?: {WEEKDAY} | (?P<letter>[월화수목금토])(?=\s\S|$|,) | (?P<weekend>주?말)
      | (?P<workdays>평일|주중)|(?P<amid>중)(?=[에으\s]|$)|(?P<opening>첫\s?날) | (?P<early>초) | (?P<later>후반) ) )?
    """,
    re.VERBOSE,
)
_WEEKEND = re.compile(
    r"(?:(?P<which>이번|요번|다다음|다음|담|지난|저번|돌아오는|오는)\s?"
    r"|(?<![가-힣])(?<!좋은\s)(?<!즐거운\s)(?<!행복한\s))주말(?!부부|농장|인데도|\s잘|\s?보내|마다|반|근무|알바"
    r"|\s?(?:만|에만|근무|알바|일자리|반|수당|특근)|(?:에는|엔|은|에)?\s?(?:쉬고|쉬어야|쉬면|쉬는|쉬었으면))"
)
_BARE = re.compile(
    r"(?:(?P<every>매주|매달|격주)\s?|(?P<next>돌아오는|다가오는|오는)\s?|(?P<this>이번|요번|금)\s?|(?P<after>다음"
    rf"|담)\s?|(?P<last>지난|저번)\s?)?{WEEKDAY}(?P<each>마다)?"
)
_LETTER = re.compile(
    r"(?<![가-힣])(?P<weekday>[월화수목금토])(?=\s(?:오전|오후|아침|저녁|\d{1,2}\s?시(?!간)|(?:한|두|세|네|열|열한)\s?시))"
)
_LETTERS = "월화수목금토일"


def week_terms(text: str, on: date) -> Iterator[DayTerm]:
    """Weeks, weekends and days of the week in a text of the day `on`; weeks begin on Monday."""
    for found in _IN_WEEK.finditer(text):
        steps = next(_WEEKS[index][0] for index in range(len(_WEEKS)) if found.group(f"w{index}"))
        yield _in_week(found, _monday(on) + timedelta(weeks=steps))
    for found in _WEEKEND.finditer(text):
        yield DayTerm(*found.span(), _weekend(found.group("which"), on, told_as_past(text, found.end())))
    for found in _BARE.finditer(text):
        if not (found.group("every") or found.group("each")):
            yield _bare(found, on, told_as_past(text, found.end()))
    for found in _LETTER.finditer(text):
        yield DayTerm(*found.span(), one(_next(_LETTERS.index(found.group()), on)), "weekday")


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _in_week(found: "re.Match[str]", monday: date) -> DayTerm:
    named = found.group("weekday") or found.group("letter")
    first, last = 0, 6
    if named:
        first = last = _LETTERS.index(named[0])
    elif found.group("weekend"):
        first, last = 5, 6
    elif found.group("workdays"):
        first, last = 0, 4
    elif found.group("opening"):
        first = last = 0
    elif found.group("early") or found.group("later"):
        first, last = (0, 1) if found.group("early") else (3, 4)
    kind = "week" if named else "wide"
    return DayTerm(*found.span(), (monday + timedelta(first), monday + timedelta(last)), kind)


def _weekend(which: str | None, on: date, past: bool) -> Days:
    steps = {"다다음": 2, "다음": 1, "담": 1, "지난": -1, "저번": -1}.get(which or "", 0)
    saturday = _monday(on) + timedelta(5, weeks=steps)
    if which is None and past and on < saturday:
        saturday -= timedelta(7)
    return saturday, saturday + timedelta(1)


def _bare(found: "re.Match[str]", on: date, past: bool) -> DayTerm:
    weekday = _LETTERS.index(found.group("weekday")[0])
    this_week = _monday(on) + timedelta(weekday)
    if found.group("after"):
        day = this_week + timedelta(7)
    elif found.group("this"):
        day = this_week if this_week >= on or past else this_week + timedelta(7)
    elif found.group("last") or (past and not found.group("next")):
        day = on - timedelta((on.weekday() - weekday - 1) % 7 + 1)
    else:
        day = _next(weekday, on)
    plain = found.group().startswith(found.group("weekday"))
    return DayTerm(*found.span(), one(day), "weekday" if plain else "week")


def _next(weekday: int, on: date) -> date:
    return on + timedelta((weekday - on.weekday() - 1) % 7 + 1)
