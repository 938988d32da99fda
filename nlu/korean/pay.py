"""Wages and benefits: 3백만원, 월 250, 시급 만천원, 일당 15만, 연봉 3천, 한 이백 벌고 싶어요."""

import re
from collections.abc import Iterator

from nlu.korean.numbers import read_number
from nlu.korean.span import Find, Span, page
from nlu.labels import EntityName

# Sino-Korean syllables also begin other words: "이백 이상", "월 이백 일자리", "오전".
_SYLLABLE = (
    r"(?:일(?![당해하을이자주])|이(?![상하나요에고면니라란었정])|삼(?!교)|사(?![람장무는시])|오(?![전후늘면시])"
    r"|육(?!아)|칠|팔|구(?![청직하인에])"
    r"|십(?!니)|백(?![수화])|천(?!만에)|만(?!에)|억)"
)
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = (
    rf"(?:(?<![\d.,:/-]){_DIGITS}|(?<![가-힣\d]){_SYLLABLE}"
    rf"|(?<=[월급당봉한달에루은는도])(?!이\s){_SYLLABLE})(?:\s?(?:{_DIGITS}|{_SYLLABLE}))*"
)
_AMOUNT = re.compile(rf"(?P<n>{_NUMBER})(?![\d:/]|[.,-]\d)(?P<won>\s?원(?![하해룸서래격칙생장활님무]|버스|어민))?")
_NOT_MONEY = re.compile(
    r"(?:\s?[~-]\s?\d+)?\s?(?:명|개|번|보(?![다장])|평|살|세(?![전후])|시|분|일(?!당)|월(?!급)|년|주|점|%|퍼|프로|호"
    r"|층|킬로|회|곳|가지|가구|km|차|등|급|단지"
    r"|동|학|기|대|단계|플러스|\+)"
)
_AMID = (
    r"[은는이로도가만에을]?\s?(?:으로\s?)?(?:그래도|그냥)?\s?(?:최소한?|적어도|못해도|약|대략|세후|세전|실수령액?"
    r"|평균|기본|겨우|딱|고작|많아야)?\s?(?:한\s?)?$"
)
_MONTHLY = (
    r"(?:월급여?|월수입|월보수|(?<![가-힣])급여|봉급|매월|매달|다달이|(?:한|1)\s?달에?|달에|월에|(?<![가-힣\d])월)"
)
_PERIODS = (
    ("hour", re.compile(r"(?:시급|시간당|시간급|(?:한|1)\s?시간에)" + _AMID)),
    ("day", re.compile(r"(?:일당|일급|하루에?)" + _AMID)),
    ("year", re.compile(r"(?:연봉|년봉|연수입|(?:일|1)\s?년에|연간|(?<![가-힣])연)" + _AMID)),
    ("month", re.compile(_MONTHLY + _AMID)),
)
_ABOUT = re.compile(r"(?<![가-힣])(?:한|약|대략)\s$|(?<![가-힣])한$")
_ONLY = re.compile(r"[급달루]\s?만(?!\s?[\d천백이삼사오육칠팔구])")
_MONTH_AFTER = re.compile(r"\s?(?:씩\s?)?(?:매달|매월|다달이|한\s?달에)|\s?(?:짜리\s?)?월급")
_TO = r"\s?(?:만\s?)?(?:원\s?)?(?:~|-|에서|부터)\s?"
_RANGE_BEFORE = re.compile(rf"{_NUMBER}{_TO}$")
_RANGE_AFTER = re.compile(rf"{_TO}{_NUMBER}\s?(?:만|원)|{_TO}[\d백십오]+만")
_EARNED = re.compile(
    r"\s?(?:(?:은|는|만|이라도|이나|이|정도|쯤|이상|넘게|가까이|씩)\s?)*(?:벌|받(?![침아]쓰)|줬|주면|주는|준다|줘"
    r"|주나|되면|됐으면|나오|나와|원해|원하|필요|생각하)"
)
_WAGE_TALK = re.compile(r"벌|월급|급여|봉급|보수|페이|받")
_WHOLE_BEFORE = re.compile(r"\s*(?:(?:음+|저는|그냥|한|약|대략|세후|세전|실수령|희망\s?급여|최소|적어도|네)[\s,]*)*")
_WHOLE_AFTER = re.compile(
    r"\s?(?:(?:만|정도|쯤|이상|은|선)\s?)*(?:이?요|이?에요|이?예요|입니다|이면\s?(?:돼요|좋겠어요)"
    r"|됐으면\s?해요)?[\s.!~?]*"
)
_OTHER_MONEY = re.compile(
    r"(?:재산|자산|빚|대출금?|전세금?|보증금|집값|땅값|수강료|학원비|교육비|응시료|카드값|병원비|약값|월세|과태료"
    r"|벌금|회비|통장에?|예금|적금|보험료?"
    r"|차값|교통비|관리비|참가비|자부담|본인부담)[은는이가도]?\s?(?:한\s?)?$"
)
_OWED = re.compile(r"\s?(?:빚|대출|짜리\s?집|전세)")
_MYRIAD = 10_000
_BARE = {"month": range(10, _MYRIAD), "day": range(5, 1000), "year": range(100, 10 * _MYRIAD), "hour": range(0)}
"""Bare numbers that are said in 만 원; others are said in won."""

_BARE_MONTHLY = range(30, 1000)


def find_pay(text: str) -> list[Span]:
    """Amounts as {"won": whole won, "period": "month", "hour", "day", "year" or None where it is not said}.

    A bare number counts in 만 원 where people do so ("월 250", "한 이백 벌어요", "연봉 3천"); hourly wages are in won.
    """
    read = page(text)
    return read.spans(EntityName.PAY.value, _readings(read.plain))


def _readings(text: str) -> Iterator[Find]:
    for found in _AMOUNT.finditer(text):
        start, (number, end) = found.start(), _leading_number(found.group("n"), found.end("n"))
        end = found.end() if end == found.end("n") else end
        before = text[max(0, start - 24) : start]
        if number is None or _OTHER_MONEY.search(before) or _OWED.match(text, end):
            continue
        said_won = found.group("won") is not None and end == found.end()
        value = _exact(number, text, before, end) if said_won else _bare(number, text, start, end, before)
        if value is not None:
            yield Find(start - _lead(before), end, value)


def _leading_number(told: str, end: int) -> tuple[int | None, int]:
    """The number, or that of its first words where the rest does not belong to it."""
    words = told.split(" ")
    for count in range(len(words), 0, -1):
        part = " ".join(words[:count])
        number = read_number(part)
        if number is not None:
            return number, end - len(told) + len(part)
    return None, end


def _lead(before: str) -> int:
    """How far back the amount begins, with its period ("월급이 한 이백", "시급 만천원") or its "about" ("한 이백")."""
    found = next((m for _, pattern in _PERIODS if (m := pattern.search(before))), None) or _ABOUT.search(before)
    return len(before) - found.start() if found else 0


def _period(text: str, before: str, end: int) -> str | None:
    before = _RANGE_BEFORE.sub("", before)
    named = (name for name, pattern in _PERIODS if pattern.search(before))
    return next(named, "month" if _MONTH_AFTER.match(text, end) else None)


def _exact(number: int, text: str, before: str, end: int) -> dict[str, object] | None:
    return {"won": number, "period": _period(text, before, end)} if number >= 100 else None


def _bare(number: int, text: str, start: int, end: int, before: str) -> dict[str, object] | None:
    """An amount without 원: with a period, a verb of earning, up to another amount, or as the whole message."""
    if _NOT_MONEY.match(text, end) or (text[start:end] == "만" and "시" not in before):
        return None
    period = _period(text, before, end)
    if period is not None and not _ONLY.search(text[max(0, start - 2) : start + 4]):
        return _scaled(number, period)
    if number < _MYRIAD and number not in _BARE_MONTHLY:
        return None
    won = number if number >= _MYRIAD else number * _MYRIAD
    if _EARNED.match(text, end):
        return {"won": won, "period": "month" if _WAGE_TALK.search(text) and won >= 300_000 else None}
    answer = _plain_answer(number, text[start:end]) and _WHOLE_BEFORE.fullmatch(text, 0, start)
    if (answer and _WHOLE_AFTER.fullmatch(text, end)) or _RANGE_AFTER.match(text, end):
        return {"won": won, "period": None}
    return None


def _plain_answer(number: int, told: str) -> bool:
    """Whether a number alone may answer a question for pay: "이백", "200", "백만", not "67" or "11111"."""
    return len(told) > 1 and (100 <= number < 1000 or "만" in told or "억" in told)


def _scaled(number: int, period: str) -> dict[str, object] | None:
    if number in _BARE[period]:
        return {"won": number * _MYRIAD, "period": period}
    return {"won": number, "period": period} if number >= 1000 else None
