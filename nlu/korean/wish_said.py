"""What of a wish is taken back or only said beside it: "내일 아니 모레", "오늘은 일요일이니 놀 테고 내일"."""

import re
from collections.abc import Sequence

from nlu.korean.wish_marks import Mark

_TAKEN_BACK = re.compile(
    r"(?:[은는이가에로요]|으로|쯤|이요)*[\s,.…]*(?:[아어]\s)?(?:아뇨|아니다?(?:아니)?요?|아냐|아닌가|아참|아\s참)[\s,.]*(?:그냥|차라리|그게|그러지\s?말고|저기)?[\s,]*"
)
_NOT_REFUSED = re.compile(r"\s?(?:말고|빼고)(?:가|는|라는\s?게)?\s?아니[라고]\s?")
_WEEKDAY_OF_IT = re.compile(r"\s?(?:[은이]|도)\s?")
_BECAUSE = re.compile(r"\s?(?:이?라서?|이니까?|이고|이어서|인데|이잖아)(?=\s|,|요|$)")
_TODAY = re.compile(r"오늘|금일")
_SAID_OF_IT = re.compile(r"\s?[은이]\s(?=[^\s,])")
_LET_IT_BE = re.compile(r"좋|괜찮|[되돼될됩]|가능|비어|아니면")


def wished(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The marks of a text, in its order, without those that its speaker takes back or only tells of a day."""
    return _without_weekday_of_it(text, _corrected(text, marks))


def _corrected(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """Of "내일 아니 모레" the last: it takes the place of the days, or the hours, that stand just before it."""
    kept: list[Mark] = []
    for number, mark in enumerate(marks):
        between = text[marks[number - 1].end : mark.start] if number else ""
        if _NOT_REFUSED.fullmatch(between):
            kept.pop()
        elif number and _TAKEN_BACK.fullmatch(between):
            fresh = {m.is_day for m in _clause(text, marks, number)}
            while kept and kept[-1].is_day in fresh:
                kept.pop()
        kept.append(mark)
    return kept


def _clause(text: str, marks: Sequence[Mark], number: int) -> list[Mark]:
    """The mark of that number and those that stand next to it."""
    clause = [marks[number]]
    for before, after in zip(marks[number:], marks[number + 1 :], strict=False):
        if text[before.end : after.start].strip():
            break
        clause.append(after)
    return clause


def _without_weekday_of_it(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """ "오늘은 일요일이니", "내일은 토요일이라": the weekday only says which the day is."""
    kept: list[Mark] = []
    for mark in marks:
        before = kept[-1] if kept else None
        told = before and before.dated and before.first == before.last and mark.weekly and len(mark.weekdays) == 1
        if (
            told
            and before
            and before.first.weekday() in mark.weekdays
            and _WEEKDAY_OF_IT.fullmatch(text, before.end, mark.start)
            and _BECAUSE.match(text, mark.end)
        ):
            continue
        kept.append(mark)
    return kept


def only_said_of_today(text: str, phrase: Sequence[Mark], others: Sequence[Mark]) -> bool:
    """Whether a phrase is no wish: "오늘은 놀 테고 내일", what is said of today before another day is named."""
    after = others[0] if others else None
    if after is None or not after.is_day or len(phrase) > 1 or not _TODAY.match(text, phrase[0].start):
        return False
    between = text[phrase[0].end : after.start]
    return bool(_SAID_OF_IT.match(between)) and not _LET_IT_BE.search(between)
