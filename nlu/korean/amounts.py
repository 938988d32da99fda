"""Sums, counts and lengths as people say them, with the room that "쯤" or "넘어요" leaves."""

import re
from datetime import date
from typing import Any

from nlu.korean.dates import find_dates
from nlu.korean.dayterms import months_later
from nlu.korean.durations import read_months
from nlu.korean.numbers import read_number
from nlu.korean.pay import find_pay
from nlu.korean.yes_no import denies

MAN = 10_000
SAID_IN_MAN = 10_000
"""A bare number below this is said in 만 원: "한 이백 돼요"."""
ABOUT = 0.1
BIT_MORE = 0.3
"""How far "쯤" reaches to either side, and "좀 넘어요" upward."""
YEARS_BACK = 60
_HEDGES = re.compile(r"(?:^|\s)(?:한|약|대략|아마|거의)\s|쯤|정도|가량|언저리|안팎")
_A_BIT = re.compile(r"(?:좀|조금|약간|살짝|쪼금|쬐끔)\s?(?:넘|더|웃)|남짓")
_LESS = re.compile(r"안\s?(?:넘|돼|되|됐|됩)|못\s?(?:되|돼|넘|미)|(?:보다|좀)?\s?(?:적|덜)|밑|아래|이하|미만|까지")
_MORE = re.compile(r"넘|이상|초과|더\s?(?:돼|되|많|벌|있)|많아")
_NUMERALS = (
    r"(?:[\d,.]*\d[\d,.]*(?:\s?[십백천만억조])*(?:\s?[\d,.일이삼사오육칠팔구]*[십백천만억]+)*"
    r"|(?<![가-힣])[일이삼사오육칠팔구]?[십백천만억][일이삼사오육칠팔구십백천만억\s]*)"
)
_NUMERAL = re.compile(_NUMERALS)
_MEASURE = r"\s?(?:만\s?)?(?:원|돈)?\s?(?:정도|쯤|가량|씩|짜리)?"
_DENIED = re.compile(rf"(?!\s?0){_NUMERALS}{_MEASURE}\s?(?:은|는|도|이|가)?\s?없\S*")
""" "이백은 없어요": says what it is not, and nothing of what it is."""
_OUTGOING = re.compile(
    r"(?<![가-힣])(?:빚|대출금?|부채|융자|카드값|병원비|약값|월세|관리비|이자|보험료|생활비|교육비|학원비|양육비)"
    rf"\s?(?:은|는|이|가|만|도|로|을|를)?\s?(?:매달|한\s?달에|다달이)?\s?(?:한|약|거의)?\s?(?=(?P<sum>{_NUMERALS}{_MEASURE}))(?P=sum)"
    r"(?!\s?(?:을|를)?\s?(?:받|나와|나오|들어|타))"
)
"""What is owed or paid out, and is no part of what one has or gets: "빚만 3억이요". The sum is not taken in parts."""
_OTHER_UNIT = re.compile(r"\d\s?(?:시간|살|세|명|개월|일)|[가-힣]\s?(?:시간|살)(?![가-힣])|년생|식구")
_NO_DAYS = re.compile(r"없|안\s?(?:했|다녔|나갔)|못\s?(?:했|다녔)|^\s*(?:아니|하나도)|쉬었|놀았")
_NO_WORK = re.compile(r"쉬(?:고|어|는|었)|안\s?(?:해|하)|없|놀(?:고|아)")
_EOK = re.compile(
    r"(?P<e>\d+(?:\.\d+)?|[일이삼사오육칠팔구십]+)\s?억\s?(?:(?P<c>\d|[일이삼사오육칠팔구])\s?천(?!\s?\d)(?:\s?만)?)?"
)
A_MONTH = re.compile(r"한\s?(?:달|해)에?")
"""A "한" that counts, and does not mean "about"."""
_NONE = re.compile(r"없(?:어|습|는|음|다|네|지|고|죠|구)|한\s?푼도|빈\s?손|영원|^\s*0\s?원?")
_COUNTED = re.compile(
    r"(?P<few>한|두|세|네)\s?(?:명|식구|사람|분|가족)"
    r"|(?P<n>(?<!\d)\d{1,2}(?!\d)|하나|혼자|둘|셋|넷|다섯|여섯|일곱|여덟|아홉)(?!\s?(?:살(?![아고지])|세|년|만|번|째))"
)
_HOURS = re.compile(r"(?P<n>\d{1,2}(?:\.5)?|[가-힣]{1,4})\s?시간")
_A_DAY = re.compile(r"하루(?:에|에는)?\s?(?:한\s?)?(?P<h>\d{1,2}|[가-힣]{1,3})\s?시간")
_DAYS_A_WEEK = re.compile(
    r"(?:주|일주일에)\s?(?P<d>[1-7]|[일이삼사오육칠한두세네])\s?(?:일|번|회)?|(?P<d2>[1-7])\s?일(?:씩)?"
)
_DAYS = re.compile(r"(?P<n>\d{1,3}|[가-힣]{1,6})\s?일(?!\s?(?:했|하|년))")


def won(text: str, *, yearly: bool = False) -> Any:
    """A sum in won, a month (or a year), as a number or {"min","max"}; None where the text tells none."""
    if _OTHER_UNIT.search(text):
        return None
    own = _OUTGOING.sub(" ", text)
    rest = _DENIED.sub(" ", own)
    sum_ = _sum(rest, yearly=yearly)
    if sum_ is not None:
        return around(rest, sum_)
    # "월급은 없고 연금 30만원": none is said of all only where no sum is named beside it.
    return 0 if rest == own and _NONE.search(rest) else None


def _sum(text: str, *, yearly: bool) -> int | None:
    if found := _EOK.search(text):
        eok = float(found["e"]) if found["e"][0].isdigit() else read_number(found["e"]) or 0
        thousand = read_number(found["c"]) or 0 if found["c"] else 0
        rest = _rest_of_eok(text[found.end() :])
        return int(eok * 100_000_000) + thousand * 10_000_000 + rest
    for span in find_pay(text):
        if isinstance(span.value, dict):
            return _by_period(int(str(span.value["won"])), span.value["period"], yearly=yearly)
    found = max(_NUMERAL.finditer(text), key=lambda f: len(f.group()), default=None)
    number = read_number(found.group().replace(",", "").strip()) if found else None
    return None if number is None else number * MAN if number < SAID_IN_MAN else number


def _rest_of_eok(rest: str) -> int:
    found = _NUMERAL.match(rest.strip())
    number = read_number(found.group().strip()) if found else None
    return 0 if number is None else number * MAN if number < SAID_IN_MAN else number


def _by_period(sum_: int, period: Any, *, yearly: bool) -> int | None:
    if period in ("hour", "day"):
        return None
    if period == "year":
        return sum_ if yearly else sum_ // 12
    return sum_ * 12 if yearly and period == "month" else sum_


def around(text: str, number: int) -> Any:
    """The number, or the range that the words around it leave: "쯤", "좀 넘어요", "안 돼요", "넘어요"."""
    text = A_MONTH.sub("", text)
    if _A_BIT.search(text):
        return {"min": number, "max": int(number * (1 + BIT_MORE))}
    if _LESS.search(text):
        return {"max": number}
    if _MORE.search(text):
        return {"min": number + 1}
    if _HEDGES.search(text):
        return {"min": int(number * (1 - ABOUT)), "max": int(number * (1 + ABOUT))}
    return number


def people(text: str) -> Any:
    """How many people live together, the speaker included: "둘이 살아요", "세 식구", "4명"."""
    found = _COUNTED.search(text)
    if found is None:
        return None
    told = found["few"] or found["n"]
    count = 1 if told == "혼자" else read_number(told) or 0
    return count if 1 <= count <= 20 else None


def hours(text: str) -> Any:
    """Hours a week: "주 20시간", "하루 4시간씩 5일"."""
    if _NO_WORK.search(text):
        return 0
    day, days = _A_DAY.search(text), _DAYS_A_WEEK.search(text)
    if day:
        a_day, count = _few(day["h"]), _few(days["d"] or days["d2"]) if days else None
        return a_day * count if a_day and count else None
    found = _HOURS.search(text)
    number = _few(found["n"]) if found else int(text) if text.strip().isdigit() else None
    return None if number is None or number > 80 else around(text, number)


def _few(told: str) -> int | None:
    return int(float(told)) if told[0].isdigit() else read_number(told)


def days_of_work(text: str) -> Any:
    """Days worked or insured: "150일", "여섯 달" (20 to 31 days each, as not every day is worked)."""
    if _NO_DAYS.search(text):
        return 0
    found = _DAYS.search(text)
    number = read_number(found["n"]) if found else int(text) if text.strip().isdigit() else None
    if number is not None:
        return around(text, number)
    months = read_months(text)
    if months is None:
        return None
    return {"min": months * 20} if _MORE.search(text) else {"min": months * 20, "max": min(548, months * 31)}


def hours_in_all(text: str) -> Any:
    """Hours of work in all: "900시간쯤"."""
    found = re.search(r"(?P<n>\d{1,5}|[가-힣]{1,8})\s?시간", text)
    number = read_number(found["n"]) if found else int(text) if text.strip().isdigit() else None
    return 0 if number is None and _NO_DAYS.search(text) else None if number is None else around(text, number)


def months(text: str) -> Any:
    """A length of time in months: "3년", "여덟 달"."""
    found = read_months(text)
    return None if found is None else around(text, found)


def years(text: str) -> Any:
    """A length of time in years: "3년", "반년"."""
    found = read_months(text)
    if found is None:
        return 0 if denies(text) else None
    return around(text, found // 12) if found % 12 == 0 else found / 12


def past_day(text: str, on: date) -> Any:
    """A day of the past: "2025-03-05", or {"from","to"} for "작년 봄" or "3년 됐어요"; None where none is told."""
    bare = re.sub(r"(?:쯤|경|이?요|이?에요|이?예요|입니다|까지)[\s.!~]*$", "", text.strip())
    for said in (text, f"{text} 그만뒀어요", f"{bare}에 그만뒀어요"):
        for span in find_dates(said, on):
            if day := _past(span.value, on):
                return day
    return _ago(text, on)


def _past(value: Any, on: date) -> Any:
    first, last = (value["from"], value["to"]) if isinstance(value, dict) else (value, value)
    if first is None or date.fromisoformat(first) > on:
        return None
    last = min(last, on.isoformat())
    return first if first == last else {"from": first, "to": last}


def _ago(text: str, on: date) -> Any:
    """ "3년 됐어요": half a year to either side for years, a month for months; open where it is more."""
    count = read_months(text)
    if count is None:
        return None
    slack = 6 if count % 12 == 0 else 1
    last = months_later(on, -max(0, count - slack))
    first = months_later(on, -(count + slack))
    if _MORE.search(text):
        first, last = months_later(on, -12 * YEARS_BACK), months_later(on, -count)
    return {"from": first.isoformat(), "to": last.isoformat()}


def child_age(text: str) -> Any:
    """A child's age in years: "다섯 살", "18개월", "초등학교 2학년" (8 or 9)."""
    found = re.search(r"(?P<n>\d{1,2}|[가-힣]{1,4}?)\s?(?:살|세)", text)
    number = _few(found["n"]) if found else int(text) if text.strip().isdigit() else None
    if number is not None:
        return number if number <= 80 else None
    if found := re.search(r"(?P<n>\d{1,2})\s?개월|돌", text):
        return int(found["n"]) // 12 if found["n"] else 1
    school = grade(text)
    return None if not school else {"min": school + 6, "max": school + 7}


_SCHOOLS = (("초", 0), ("중", 6), ("고", 9))
_GRADE = re.compile(
    r"(?P<s>초|중|고)\S{0,4}?\s?(?P<n>[1-6]|[일이삼사오육])(?:\s?학년)?|(?<!\d)(?P<only>1[0-2]|[1-9])\s?학년"
)


def grade(text: str) -> Any:
    """A school grade counted from elementary school: "초등학교 2학년" 2, "중1" 7, "유치원" 0."""
    if re.search(r"유치원|어린이집|안\s?다녀|아직", text):
        return 0
    found = _GRADE.search(text)
    if found is None:
        return None
    if found["only"]:
        return int(found["only"])
    return dict(_SCHOOLS)[found["s"]] + (read_number(found["n"]) or 0)


def few(text: str) -> Any:
    """A small count: "하나요" 1, "두 개" 2, "없어요" 0."""
    if _NONE.search(text):
        return 0
    found = re.search(r"(?P<n>\d|하나|둘|셋|한|두|세)\s?(?:개|군데|요|이|예|$)", text)
    return read_number(found["n"]) if found else None
