"""Days as people say them: 내일, 담주 월욜, 12월 3일, 삼월 초, 보름 뒤, 설 지나고, 작년 봄, 화요일 빼고.

What names a day is read by `days`, `weeks`, `months`, `seasons` and `feasts`; here the readings are put together.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from nlu.korean.days import day_terms
from nlu.korean.dayterms import Days, DayTerm, months_later, real_day
from nlu.korean.feasts import feast_terms
from nlu.korean.months import month_terms
from nlu.korean.seasons import season_terms
from nlu.korean.span import Find, Span, Value, page
from nlu.korean.weeks import week_terms
from nlu.labels import EntityName

_BORN = re.compile(
    r"\s?(?:\d{1,2}\s?월\s?)?(?:\d{1,2}\s?일\s?)?(?:(?:봄|여름|가을|겨울)에?\s?)?(?:생(?![활각일])|生|출생|태생|(?:에|날"
    r"|날에)?\s?태[어여])|\s?[가-힣]{1,3}띠"
)
_CAME = re.compile(r"(?:날|에|날에)?\s?났")
_YOUNGEST = 15
_BIRTHDAY = re.compile(r"(?:생년월일|생일|출생)(?:은|이|:)?\s?$")
_AND = re.compile(r"\s?(?:이?나|하고|이?랑|와|과|,|아니면|또는|혹은|부터|에서|~|-|도)?\s?")
_TO = re.compile(r"\s?(?:부터|에서|에서부터|~|-)\s?")
_NEXT_TO = re.compile(r"\s?\(?")
_BETWEEN = re.compile(r"\s?사이")
_BUT = re.compile(r"\s?(?:[은는만을를]|에는|엔)?\s?(?:빼고는?|빼곤|빼면|말고는?|제외하고는?|제외)")
_WITHIN = re.compile(r"\s?(?:안에|안으로|내로|내에|이내)")
_SINCE = re.compile(r"\s?(?:이후|지나서|지나고|지나면|넘어서|넘기고)")
_BEFORE = re.compile(r"\s?(?:이전|되기\s?전|전(?=에|까지|으로))")
_THIS_TIME_OF_YEAR = re.compile(r"\s?이맘때")
_OPEN_WEEK = timedelta(6)


def find_dates(text: str, on: date) -> list[Span]:
    """Days seen from the day `on`: "2026-12-03", {"from", "to"} with both days included, or None.

    A day without its year, month or week is the next to come, unless the clause tells of the past. None is what
    nobody can date ("엊그제") and what is shut out
      ("화요일 빼고"). "12월 10일 이후" and "설 지나고" are the week that
    begins then.
    """
    read = page(text)
    terms = _carried_on(read.plain, _chosen(read.plain, on))
    return read.spans(EntityName.DATE.value, (_told(read.plain, term, on) for term in _joined(read.plain, terms)))


def _chosen(text: str, on: date) -> list[DayTerm]:
    """The longest of overlapping terms, in the order of the text, without birthdays."""
    sources = (feast_terms, month_terms, week_terms, day_terms, season_terms)
    terms = [term for source in sources for term in source(text, on)]
    kept: list[DayTerm] = []
    for term in sorted(terms, key=lambda t: t.start - t.end):
        if all(term.end <= other.start or other.end <= term.start for other in kept):
            kept.append(term)
    return [t for t in sorted(kept, key=lambda t: t.start) if not _of_birth(text, t, on)]


def _of_birth(text: str, term: DayTerm, on: date) -> bool:
    if _CAME.match(text, term.end) and term.days and term.days[1].year <= on.year - _YOUNGEST:
        return True
    return bool(_BORN.match(text, term.end) or _BIRTHDAY.search(text[max(0, term.start - 8) : term.start]))


def _carried_on(text: str, terms: list[DayTerm]) -> list[DayTerm]:
    """ "다음 주 화요일이나 목요일", "12월 3일이나 5일": the second is in the week or month of the first."""
    done: list[DayTerm] = []
    for term in terms:
        before = done[-1] if done else None
        if before and before.days and term.days and _AND.fullmatch(text, before.end, term.start):
            term = replace(term, days=_beside(before.days[0], before.kind, term))
        done.append(term)
    return done


def _beside(anchor: date, kind: str, term: DayTerm) -> Days | None:
    if term.days is None:
        return None
    if term.kind == "weekday" and kind == "week":
        day = anchor + timedelta(term.days[0].weekday() - anchor.weekday())
        return day, day
    if term.kind == "monthday" and kind in ("fixed", "monthday"):
        wanted = term.days[0].day
        month = anchor if wanted > anchor.day else months_later(anchor.replace(day=1), 1)
        return real_day(month.year, month.month, wanted)
    return term.days


def _joined(text: str, terms: list[DayTerm]) -> Iterator[DayTerm]:
    """ "화요일부터 목요일까지" as one stretch; "내일 화요일" as one day."""
    at = 0
    while at < len(terms):
        term = terms[at]
        while at + 1 < len(terms) and (both := _both(text, term, terms[at + 1])):
            term, at = both, at + 1
        yield term
        at += 1


def _both(text: str, one: DayTerm, two: DayTerm) -> DayTerm | None:
    if one.days is None or two.days is None:
        return None
    if _NEXT_TO.fullmatch(text, one.end, two.start) and _same_day_twice(one, two):
        return replace(one, end=two.end)
    if one.kind == "weeks" and two.kind == "weekday" and _NEXT_TO.fullmatch(text, one.end, two.start):
        return replace(one, end=two.end, days=_beside(one.days[0], "week", two), kind="week")
    between = _BETWEEN.match(text, two.end)
    if _TO.fullmatch(text, one.end, two.start) or (between and _AND.fullmatch(text, one.end, two.start)):
        last = two.days[1] if two.days[1] >= one.days[0] or two.kind != "weekday" else two.days[1] + timedelta(7)
        if one.days[0] <= last:
            return DayTerm(one.start, between.end() if between else two.end, (one.days[0], last), "fixed")
    return None


def _same_day_twice(one: DayTerm, two: DayTerm) -> bool:
    """Whether the second only repeats what the first says: "내일 일요일", "다음 주 화요일 24일"."""
    if one.days is None or two.days is None or one.days[0] != one.days[1] or two.kind not in ("weekday", "monthday"):
        return False
    return one.days == two.days or (two.kind == "weekday" and one.days[0].weekday() == two.days[0].weekday())


def _told(text: str, term: DayTerm, on: date) -> Find:
    if _BUT.match(text, term.end):
        return Find(term.start, term.end, None)
    same_season = _THIS_TIME_OF_YEAR.match(text, term.end)
    if same_season:
        return Find(term.start, same_season.end(), None)
    if term.days is None or term.kind == "feast":
        return Find(term.start, term.end, _value(term.days))
    for pattern, narrowed in ((_WITHIN, _within), (_SINCE, _since), (_BEFORE, _before)):
        found = pattern.match(text, term.end)
        days = narrowed(term.days, on, found.group().strip()) if found else None
        if found and days:
            return Find(term.start, found.end(), _value(days))
    return Find(term.start, term.end, _value(term.days))


def _within(days: Days, on: date, word: str) -> Days | None:
    return (max(on, days[0]) if days[0] != days[1] else on, days[1]) if days[1] >= on else None


def _since(days: Days, on: date, word: str) -> Days | None:
    first = days[0] if word == "이후" else days[1] + timedelta(1)
    return first, first + _OPEN_WEEK


def _before(days: Days, on: date, word: str) -> Days | None:
    return (on, days[0] - timedelta(1)) if days[0] > on else None


def _value(days: Days | None) -> Value:
    if days is None:
        return None
    first, last = (day.isoformat() for day in days)
    return first if first == last else {"from": first, "to": last}
