"""Days told by year and season: 내년 봄, 작년 가을, 하반기, 연말, 월초, 새해, 2019년."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from nlu.korean.clauses import told_as_past
from nlu.korean.dayterms import YEAR, Days, DayTerm, coming, month_days, named_year, one

_SEASONS = {"봄": 3, "여름": 6, "가을": 9, "겨울": 12}
_SEASON = re.compile(
    rf"(?:(?:{YEAR}|(?P<which>(?<![가-힣])올|지난|이번|돌아오는|다음|오는))\s?|(?<![가-힣]))(?P<season>봄|여름|가을"
    r"|겨울)"
    r"(?=에|쯤|부터|까지|이[나면요었]|학기|방학|엔|철|\s|$|[,.?!])(?!\s?휴가|[엔에]는?\s?(?:손|춥|추워|덥|더워|미끄))"
)
_IN_YEAR = re.compile(
    rf"{YEAR}(?:\s?(?P<part>상반기|하반기|초(?![등과반])|말(?![고씀로도하해])|연초|연말|년말|년초|중반))?"
    r"|(?<![가-힣])(?P<half>상반기|하반기)"
)
_AGE_FOLLOWS = re.compile(r"\s?(?:나이|만\s|몇\s?살|[2-9]\d(?!\d)|예순|일흔|쉰|마흔|서른|여든|[삼사오육칠팔]십)")
_EDGE = re.compile(
    r"(?:(?<![가-힣])올\s?|(?<![가-힣]))(?P<edge>연말연시|[연년]말(?!정산)|[연년]초(?!록)|월말|월초|말일"
    r"|새해(?!\s?(?:복|인사|덕담))|해\s?바뀌[면고])(?![가-힣](?<![에쯤이은는까부로엔도요]))"
)
_PARTS = {
    "상반기": (1, 6), "하반기": (7, 12), "초": (1, 1), "연초": (1, 1), "년초": (1, 1), "말": (12, 12),
    "연말": (12, 12), "년말": (12, 12), "중반": (5, 8),
}  # fmt: skip


def season_terms(text: str, on: date) -> Iterator[DayTerm]:
    """Years and their parts. Without a year it is the one to come, or the last where the clause tells of the past."""
    for found in _SEASON.finditer(text):
        yield DayTerm(*found.span(), _season(found, on, told_as_past(text, found.end())))
    for found in _IN_YEAR.finditer(text):
        if found.group("part") or found.group("half") or not _AGE_FOLLOWS.match(text, found.end()):
            yield _in_year(found, on, told_as_past(text, found.end()))
    for found in _EDGE.finditer(text):
        yield DayTerm(*found.span(), _edge(found.group("edge"), on, told_as_past(text, found.end())), "wide")


def _months_of(first: int, last: int) -> Callable[[int], Days]:
    return lambda year: (month_days(year, first)[0], month_days(year, last)[1])


def _season(found: "re.Match[str]", on: date, past: bool) -> Days | None:
    start = _SEASONS[found.group("season")]
    days_of = _months_of(start, start + 2)
    if found.group("year"):
        return days_of(named_year(found.group("year"), on))
    which = found.group("which")
    if which == "지난":
        return next(days for year in (on.year, on.year - 1, on.year - 2) if (days := days_of(year))[1] < on)
    if which == "올":
        in_last_winter = days_of(on.year - 1)[1] >= on
        return days_of(on.year - 1 if in_last_winter else on.year)
    return coming(days_of, on, past=past and which is None)


def _in_year(found: "re.Match[str]", on: date, past: bool) -> DayTerm:
    part = found.group("part") or found.group("half")
    days_of = _months_of(*_PARTS.get(part, (1, 12)))
    if found.group("year"):
        return DayTerm(*found.span(), days_of(named_year(found.group("year"), on)), "wide")
    return DayTerm(*found.span(), coming(days_of, on, past=past), "wide")


def _edge(word: str, on: date, past: bool) -> Days | None:
    if word == "말일":
        return one(month_days(on.year, on.month)[1])
    if word in ("월말", "월초"):
        return _edge_of_month(word, on)
    if word == "연말연시":
        return coming(lambda year: (date(year, 12, 21), date(year + 1, 1, 10)), on, past=past)
    return coming(_months_of(12, 12) if word.endswith("말") else _months_of(1, 1), on, past=past)


def _edge_of_month(word: str, on: date) -> Days:
    third = partial(_third_of, last=word == "월말")
    this = third(on.year, on.month)
    return this if this[1] >= on else third(on.year, on.month + 1)


def _third_of(year: int, month: int, *, last: bool) -> Days:
    first, end = month_days(year, month)
    return (first.replace(day=21), end) if last else (first, first.replace(day=10))
