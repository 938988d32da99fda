"""How long a stretch of days is, in the words of people: 사흘, 일주일, 한 달, 2주; and "열흘에서 보름 사이"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from nlu.korean.numbers import read_number
from nlu.korean.wish_marks import Mark

_WORDS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10,
    "보름": 15,
}  # fmt: skip
_UNITS = {"일": 1, "주": 7, "달": 30, "월": 30}
_COUNT = r"(?:\d{1,2}|이?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구]|한|두|세|네)"
LENGTH = rf"(?:{'|'.join(_WORDS)}|{_COUNT}\s?(?:주일|일|주|달|개월)(?!요))"
"""A number of days in words; a regular expression without groups, for `days_in`."""

_LATER = r"(?:뒤|후(?![기보])|있다가?|지나서?|있으면)"
_FROM_TO = re.compile(
    rf"(?<![가-힣\d])(?:한\s)?(?P<least>{LENGTH})\s?(?:쯤|정도)?\s?(?:뒤|후)?(?:에서|내지|~|-|이?나|부터)\s?"
    rf"(?P<most>{LENGTH})\s?(?:쯤|정도)?\s?(?:사이|{_LATER})"
)
_FEW = re.compile(
    rf"(?<![\d.월])(?P<least>\d{{1,2}})\s?(?:~|-|,)\s?(?P<most>\d{{1,2}})\s?(?P<unit>일|주일?|달)\s?{_LATER}"
)
_DAY_OF_MONTH = re.compile(r"(?:\d|[일이삼사오육칠팔구십])\s?일")


def days_in(words: str) -> int:
    """How many days a LENGTH says; a month counts 30."""
    if words in _WORDS:
        return _WORDS[words]
    found = re.match(rf"({_COUNT})\s?(?:개)?([일주달월])", words)
    count = read_number(found[1]) if found else None
    return (count or 0) * _UNITS[found[2]] if found else 0


def between_lengths(text: str, on: date) -> Iterator[Mark]:
    """ "열흘에서 보름 사이", "2~3일 뒤": the days that are so far from the day `on`."""
    for found in _FROM_TO.finditer(text):
        if found[0].endswith("사이") and _DAY_OF_MONTH.search(found[0]):
            continue
        yield _stretch(found, days_in(found["least"]), days_in(found["most"]), on)
    for found in _FEW.finditer(text):
        unit = _UNITS[found["unit"][0]]
        yield _stretch(found, int(found["least"]) * unit, int(found["most"]) * unit, on)


def _stretch(found: "re.Match[str]", least: int, most: int, on: date) -> Mark:
    return Mark(*found.span(), on + timedelta(least), on + timedelta(max(least, most)))
