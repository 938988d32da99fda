"""Days told by their distance from today: 오늘, 낼모레, 그저께, 사흘 뒤, 보름 있다가, 두 달 전."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from nlu.korean.dayterms import Days, DayTerm, month_days, months_later, one
from nlu.korean.numbers import read_number

_NOT_TOMORROW = r"(?!\s?(?:배움|베움|채움|키움|준비|센터|로드|설계|행복|을\s?찾|의\s?일))"
_SOON = (
    r"(?=\s|$|[에은이도부까로나,.?!쯤또]|상담|예약|면접|갈|가도|가면|[월화수목금토일]요일|\d|[한두세네열]\s?시|오전"
    r"|오후|아침|저녁|점심)"
)
_WORDS = (
    (
        0,
        r"(?<!어제)(?<!어제\s)오늘(?!날|\s?내일\s?하|만\s?(?:살|같|버티)|(?:\s?하루)?도\s?(?:좋은|행복|즐거|수고|고생|힘내|화이팅|파이팅))|(?<![가-힣])금일",
    ),
    (4, r"그글피"),
    (2, r"(?:낼|내일)\s?(?:모레|모래)"),
    (3, r"글피"),
    (2, r"(?<![가-힣])(?:모레|모래|모리)(?![가-힣](?<![에는은도쯤나부까로요유여면이오]))"),
    (
        1,
        rf"(?:(?<![가-힣])|(?<=[럼면데]))내일{_NOT_TOMORROW}|(?<![가-힣])(?:낼{_SOON}(?!\s?(?:수|이력서|서류|거|것|돈"
        r"|게)(?:\s|$|를))|명일|익일)",
    ),
    (-3, r"그끄저께|그끄제"),
    (None, r"엊그저께|엊그제|며칠\s?전|(?<![가-힣])그\s?날(?![씨짜]|\s?그\s?날)(?<!그날그날)"),
    (-2, r"그저께|그저깨|(?<![가-힣])그제(?![서야])|그제께"),
    (-1, r"어저께|어저깨|엊저녁|(?<![가-힣])어제(?!\s?오늘\s?일)|(?<![가-힣])작일"),
)
_WORD = re.compile("|".join(f"(?P<d{index}>{words})" for index, (_, words) in enumerate(_WORDS)))
_DAY_COUNTS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8,
    "아흐레": 9, "열흘": 10, "보름": 15, "스무날": 20, "열하루": 11, "열이틀": 12, "열사흘": 13, "열나흘": 14,
}  # fmt: skip
_COUNT = (
    r"(?:\d{1,3}|이?십[일이삼사오육칠팔구]?|삼십|[일이삼사오육칠팔구]|한|두|세|네|석|넉|다섯|여섯|일곱|여덟|아홉|열)"
)
_DISTANCE = re.compile(
    rf"""
    (?<![\d.~-])(?<![가-힣])(?<!마감\s)(?<!시작\s)(?<!면접\s)(?<!예약\s)(?<!행사\s) (?:한\s|딱\s|약\s)?
    (?: (?P<vague>(?:며칠|몇\s?(?:일|주|달|개월|년)|하루\s?이틀|이삼\s?일|사오\s?일|두세\s?달|한두\s?(?:주|달)))
      | (?P<days>{"|".join(_DAY_COUNTS)}) | (?!이\s?달) (?P<count>{_COUNT}) \s? (?P<unit>주일|주|일|개월|달|년) )
    \s? (?:쯤|정도|만)? \s?
    (?: (?P<ago>전(?![화체공문후])) | (?P<within>안에|내에|이내|안으로) | (?P<later>뒤|후(?![기보배])|있다가?
      |이따가?|지나서|지나고|지나면|이후) )
    """,
    re.VERBOSE,
)


def day_terms(text: str, on: date) -> Iterator[DayTerm]:
    """Words like 내일 and distances like "보름 뒤"; months and years ago are that whole month or year."""
    for found in _WORD.finditer(text):
        shift = next(_WORDS[index][0] for index in range(len(_WORDS)) if found.group(f"d{index}"))
        yield DayTerm(*found.span(), None if shift is None else one(on + timedelta(shift)))
    for found in _DISTANCE.finditer(text):
        weeks = (found.group("unit") or "").startswith("주") and not found.group("within")
        yield DayTerm(*found.span(), _distant(found, on), "weeks" if weeks else "fixed")


def _distant(found: "re.Match[str]", on: date) -> Days | None:
    if found.group("vague"):
        return None
    count = read_number(found.group("count")) if found.group("count") else _DAY_COUNTS[found.group("days")]
    unit = found.group("unit") or "일"
    if not count or (unit == "년" and count > _MOST_YEARS):
        return None
    if found.group("ago"):
        return _ago(count, unit, on)
    day = _step(count, unit, on)
    return (on, day) if found.group("within") else one(day)


_MOST_YEARS = 80


def _step(count: int, unit: str, on: date) -> date:
    if unit in ("일", "주", "주일"):
        return on + timedelta(count * (1 if unit == "일" else 7))
    return months_later(on, count * (12 if unit == "년" else 1))


def _ago(count: int, unit: str, on: date) -> Days:
    if unit in ("일", "주", "주일"):
        return one(_step(-count, unit, on))
    if unit == "년":
        return date(on.year - count, 1, 1), date(on.year - count, 12, 31)
    return month_days(on.year, on.month - count)
