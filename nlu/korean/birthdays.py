"""When somebody was born, as they tell it of themselves: a day, a month, a year, or an age that is only rough.

`births` reads ages out of any message; this reads what was said of the birth itself.
"""

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
_SELF_BEFORE = re.compile(
    r"(?<![가-힣])(?:저는|저도|저만|전|저|제가|나는|나도|난|나|내가|본인은?|(?:제\s?)?나이[가는]?)"
    r"(?:[\s,]+(?:올해|이제|지금|현재|곧|벌써|만|한|막|갓))*[\s,]*$"
)
_PERSON = r"(?:여자|여성|남자|남성|사람|주부|엄마|아줌마|아저씨|할머니|할아버지|노인|가장|직장인)"
_IS = (
    r"(?:이?에요|이?예요|이?여요|인데|이?고(?![가-힣])|이?구요?(?![가-힣])|이?라(?:서|고|\s|$)|이?니까|입니다|임(?![가-힣])"
    r"|이?거든|이?지만|이?면서|이?요(?![가-힣])|[이가도]?\s?(?:다\s?)?(?:됐|되었|됩니다))"
)
_TOLD = re.compile(rf"\s?{_PERSON}?\s?{_IS}")
""" "60대 주부인데": said of somebody, and not of all who are so old."""
_PASSED = re.compile(
    rf"\S{{2,4}}?\s?(?:[가-힣]{{1,2}}\s?)?(?:지났|넘었|넘겼|넘어요|넘습|(?:지난|넘은)\s?(?:지\s|{_PERSON}\s?{_IS}))(?!으면)"
)
_ALONE = re.compile(rf"\s?{_PERSON}?[\s.!~]*")
_ALL_SUCH = re.compile(rf"\s?{_PERSON}?(?:들|을|를|에게|한테|이\s(?!됐|되)|\s?(?:돌보|모시|위한|대상|전용))")
""" "60대 노인을 돌보는": said of all who are so old."""


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
    return _roughly(text, on, asked)


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


def _roughly(text: str, on: date, asked: bool) -> dict[str, Any]:
    """Ages that are no exact number: 환갑 (the year in which one turns 60), "60대", "일흔 넘었어요".

    Unasked they count only where somebody says so of themselves: "40대 여성이 받는 지원금" tells no age.
    """
    for pattern, read in ((_FEAST, _of_feast), (_OVER, _over), (_DECADE, _decade)):
        found = pattern.search(text)
        if found and (asked or _own(found)):
            return read(found, on)
    return {}


def _own(found: re.Match[str]) -> bool:
    """Whether a rough age is said of oneself: after "저는", with "이에요" or "인데", or as the whole message."""
    before, after = found.string[: found.start()], found.string[found.end() :]
    if _ALL_SUCH.match(after):
        return False
    told = _TOLD.match(after) or _PASSED.match(found.group() + after) or _SELF_BEFORE.search(before)
    return bool(told or (not before.strip() and _ALONE.fullmatch(after)))


def _of_feast(found: re.Match[str], on: date) -> dict[str, Any]:
    years = _FEAST_YEARS[found["f"]]
    return {"age": {"min": years}} if found["past"] else {"birth_year": on.year - years}


def _over(found: re.Match[str], on: date) -> dict[str, Any]:
    return {"age": {"min": read_number(found["n"])}}


def _decade(found: re.Match[str], on: date) -> dict[str, Any]:
    tens = read_number(found["n"]) or 0
    low, high = _PARTS.get(found["part"] or "", (0, 9))
    return {"age": {"min": tens + low, "max": tens + high}}
