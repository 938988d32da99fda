"""Turns of phrase in a wish, said in the plain words that the readers know.

"설 쇠러 내려가기 전", "오전에밖에 안 돼요", "12/7이나 8", "일곱 시 전에는 못 끝나요", 니알.
"""

import re
from collections.abc import Callable

_FEAST = r"(?:(?<![가-힣])설|추석|명절|크리스마스|성탄절|[가-힣]{2,4}절|한글날|어린이날|어버이날|현충일|신정)"
_HOME = r"(?:고향|시댁|시골|친정|큰집|본가|처가)(?:집)?(?:에|으로)?"
_GOING = rf"(?:{_HOME}\s?)?(?:내려\s?|올라\s?|다녀\s?)?(?:가|오)기"
_KEEPING = rf"(?:쇠|보내|지내|쉬)(?:기|러\s?{_GOING})"
_TOMORROW = re.compile(r"(?<![가-힣])(?:니알|내얄|니얄|내알|냬일)(?=\s|$|[은이도부까로나,.?!쯤에])")
_BEFORE_FEAST = re.compile(
    rf"(?P<feast>{_FEAST})(?:\s?연휴)?(?:[을를]|에|이?라)?\s?(?:{_KEEPING}|{_GOING})\s?전(?P<week>\s?주(?!말))?"
)
_EVE_OF_EVE = re.compile(
    rf"(?P<feast>{_FEAST})\s?(?P<told>(?:전|다음\s?)날\s?(?:말고|빼고|아니고|아니라|아니면|이나)\s?)"
    r"(?:그\s?)?(?=(?:전\s?전|다다음|다음\s?다음)\s?날)"
)
_END_OF_RANGE = r"\s?(?:이전|까지|전)(?=\s|$|[에,요이으로])"
_DAYS_FROM_TO = re.compile(
    rf"(?<![\d.])(?P<from>\d{{1,2}}일)\s?(?:이후|부터)(?:로|에)?\s?(?P<to>(?:\d{{1,2}}월\s?)?\d{{1,2}}일){_END_OF_RANGE}"
)
_SAME_MONTH = re.compile(
    r"(?<![\d/])(?P<month>\d{1,2}/)(?P<one>\d{1,2})일?(?P<or>이?나|하고|이?랑|,|\s?[~-])\s?"
    r"(?P<two>\d{1,2})일?(?![\d/:시월분]|\s?[시월])"
)
_DAY_OR = re.compile(r"(?P<one>\d{1,2}일(?:이나|하고|이랑|,))\s?(?P<two>\d{1,2})(?=\s?중)")
_ONLY = re.compile(
    r"(?<!집)(?<!집\s)(?<!문\s)밖에[는은]?\s*(?:(?:시간|짬|틈)[이을은]?\s*)?(?:(?:안|못)\s?[가-힣]+|없[가-힣]*)"
)
_DONE = r"(?:끝나|끝낼|끝내|마치|마쳐|마칠|퇴근|파하)"
_HOME_AGAIN = r"집에\s?(?:와|오|옵|도착|들어)"
_NOT_BEFORE = (
    rf"(?:(?:(?:전|이전)에?[는도]?|전엔|까지는?)\s?(?:못\s?{_DONE}|퇴근[을은]?\s?못)"
    rf"|(?:이?나|은|는)?\s?(?:돼야|되어야|넘어야|지나야)\s?(?:{_DONE}|{_HOME_AGAIN}))[가-힣\s]{{0,4}}\s*(?=[.!?]|$)"
)
_DONE_IN_THE_EVENING = re.compile(
    rf"(?<![가-힣])(?<![전침벽밤]\s)(?=(?:일곱|여덟|아홉|[789])\s?시(?:\s?반)?(?:\s?{_NOT_BEFORE}|쯤?에?\s?{_DONE}))"
)
_EARLY_WORK = re.compile(
    r"야간|밤\s?(?:근무|일|샘|새)|새벽|오전|아침|기도|예배|미사|운동|수영|요가|산책|수업|체조|등교|등원"
)
"""What may be over at seven or nine in the morning."""
_DONE_LATE = re.compile(rf"(?P<hour>시(?:\s?반)?)\s?{_NOT_BEFORE}")
_PLAIN: tuple[tuple[re.Pattern[str], str | Callable[["re.Match[str]"], str]], ...] = (
    (_TOMORROW, "내일"),
    (_BEFORE_FEAST, lambda m: f"{m['feast']} 쇠기 전 주" if m["week"] else f"{m['feast']} 전"),
    (_EVE_OF_EVE, r"\g<feast> \g<told>\g<feast> "),
    (_DAYS_FROM_TO, r"\g<from>부터 \g<to>까지"),
    (_SAME_MONTH, r"\g<month>\g<one>\g<or> \g<month>\g<two>"),
    (_DAY_OR, r"\g<one> \g<two>일"),
    (_ONLY, " 괜찮아요"),
    (_DONE_IN_THE_EVENING, lambda m: "" if _EARLY_WORK.search(m.string[: m.start()]) else "저녁 "),
    (_DONE_LATE, r"\g<hour> 이후 괜찮아요"),
)


def in_plain_words(text: str) -> str:
    """The text with such turns of phrase put plainly; all else stays."""
    for words, plain in _PLAIN:
        text = words.sub(plain, text)
    return text
