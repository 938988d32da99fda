"""The speaker's own age: 67세, 예순일곱, 만 62, 저 68인데, 58년생.

Not found at all: somebody else's age ("우리 애가 다섯살"), a general limit ("65세 이상만 뽑나요") and an age of the
past ("55세에 퇴직했어요"). What says an age without its exact years has the value None: "일흔 넘은", "우리 나이로",
"낼모레 칠십".
"""

import re
from collections.abc import Iterator
from datetime import date

from nlu.korean.births import born
from nlu.korean.clauses import of_someone_else
from nlu.korean.numbers import JOINT, ONES, TENS, read_number
from nlu.korean.slips import mended
from nlu.korean.span import Find, Page, Span, page
from nlu.labels import EntityName

_ONES_ALONE = "하나|한나|둘|셋|넷|다섯|다섰|여섯|여섰|일곱|일굽|일곲|닐곱|여덟|여덜|여덞|여덥|아홉|아홒"
_COPULA = (
    r"(?:인[데대디]|이에요|이예요|에요|예요|입니다|임니다|이요|이여|이고|이라|이래|이오|이우|우다|임(?![가-힣])|임더"
    r"|입니더|이야|이거든|거든|여요|이유|이구|이네|인\s?사람|먹은|먹었|묵은|묵었|맞[습아]|라고|라는|이면|(?:쯤|정도)\s?(?:됐|돼|[이예요])|구[먼만]|라(?:서|\s)"
    r"|이?\s?맞|이?(?:지만|니까|라도|래도|면서|잖아|던데|거등|랑께|당께)|이(?:지[요예]?|죠|었|다\s?보)|여라|라우|어라|마씸|[가이은는]?\s?(?:됐"
    r"|됬|됏|되었|되는\s?해|됩니다)|밖에"
    r"|다(?![가-힣])|로\s?(?:고쳐|바꿔|수정)|으로\s?(?:고쳐|바꿔|수정))"
)
# "육십이요" is sixty with a polite ending: sixty-two would be told apart as "육십둘" or "육십이 세".
_SINO_TWO = r"이(?!\s?(?:에요|예요|요|여요|여|야|고|라|거든|구|네|유|ㅇ|지|니|면|래|잖|었|다|랑|당|\s[됐되돼다넘가]))"
_DIGITS = r"(?<![\d.,~:/-])\d{2,3}(?![\d.,:/-]\d)(?!\d)"
_SINO_TENS = r"(?:[이삼사오육륙칠팔구]\s?)?십"
_COUNT = (
    rf"(?:{_DIGITS}|(?:{TENS})(?:{JOINT}(?:(?:{ONES})|[1-9](?!\d)))?"
    rf"|{_SINO_TENS}(?:{JOINT}(?:[일이삼사오육륙칠팔구](?!십)|(?:{ONES})|[1-9](?!\d)))?)"
)
_NATIVE_ALONE = rf"(?:{TENS})(?:{JOINT}(?:(?:{_ONES_ALONE})|[1-9](?!\d)))?"
_SINO_ALONE = rf"{_SINO_TENS}(?:{JOINT}(?:[일삼사오육륙칠팔구](?!십)|{_SINO_TWO}|(?:{_ONES_ALONE})|[1-9](?!\d)))?"
_ALONE = rf"(?:{_DIGITS}|{_NATIVE_ALONE}|{_SINO_ALONE})"

_SELF = (
    r"(?:(?<![가-힣])(?:저는|저도|저|전|제가|제|나는|난|나도|나|내가|내|본인은?|올해|금년에?|이제|현재|지금)"
    r"|나이[는가도]?|나인)\s{0,2}"
)
_VAGUE_TAIL = (
    r"(?:을|를|이|가|은|도)?\s?(?:조금|좀|훌쩍|막|한참|갓|이미|벌써|약간|훨씬)?\s?"
    r"(?:넘(?:은|었|어도|어서|어갑|어가|어간|어갔|긴|겼|는|으니)|지났|지난|다\s?(?:되어|돼|됐|된|되)|가까[이운워]|바라[보봐]\S?|코앞|줄에"
    r"|줄이|언저리|문턱|초반|중반|후반|[몇멫]|아직\s?안\s?[되됐됏돼]|평생)"
)
_VAGUE_LEAD = (
    r"(?:낼\s?모레|내일\s?모레|곧(?:\s?있으면)?|머지않아|조금\s?있으면|내년|내후년|거의"
    r"|(?:우리|한국|세는|집|전통)\s?나이)(?:으?로)?(?:에는|에|엔|이면|면|는|은|가|이)?\s?"
)
_COUNTERS = (
    r"(?:명|개|번|시|분|가지|군데|곳|마리|장|권|날|달|주|해|년|회|건|평|줄|원|만|가구|집|킬로|퍼|프로|호|층|점|%|km"
    r"|칸|켤레|벌(?!써)|채|통|그릇|페이지|플러스|\+)"
)
_END = r"(?:[,.!?)~]|요(?![가-힣])|$)"
_ASKS = r"(?:된|되|됐|이\s?[됐되돼]|신청|지원|가능|여[자성]|남[자성]|할\s|취업|도\s)"

_COUNTED = re.compile(
    rf"(?:(?<![가-힣])만\s?)?(?P<n>{_COUNT})\s?(?:살(?![림펴짝])|세(?![대금탁무계상트부]|\s시대)|샬|셰|쎄"
    r"|쌀(?![장가집통]|\s?(?:\d+|한|두|세|네|몇)?\s?(?:가마|포대|킬로|키로|말|되|자루))|사르(?![르륵])"
    r"|(?<=\S)새(?=$|[\s.,!?]|[이입예인]|요(?:$|[\s.!?])))"
)
_UNCOUNTED = (
    re.compile(rf"{_SELF}(?P<n>(?:만\s?)?{_ALONE})(?=\s?(?:{_COPULA}|{_ASKS}|{_END}|{_VAGUE_TAIL}))"),
    re.compile(
        rf"(?P<n>(?<![가-힣])(?:만(?:으로는?|으론)?\s?)?(?<![가-힣\d]){_ALONE})(?=\s?(?:{_COPULA}|{_VAGUE_TAIL}))"
    ),
    re.compile(rf"(?P<n>(?<![가-힣])만(?:으로는?|으론)?\s?{_ALONE})(?=\s?(?:{_COPULA}|{_ASKS}|{_END}|{_VAGUE_TAIL}))"),
    re.compile(rf"^\s*(?P<n>{_DIGITS})(?=\s(?:신청|되|됩|돼|가능|지원|할\s수))"),
    re.compile(rf"(?<![가-힣])(?:남자?|여자?|남성|여성)\s?(?P<n>{_DIGITS})(?=\s|,|$)"),
    re.compile(rf"{_VAGUE_LEAD}(?P<n>(?:만\s?)?{_ALONE})(?!\s?{_COUNTERS})"),
    re.compile(
        rf"(?P<n>(?<![가-힣])(?:만\s?)?{_NATIVE_ALONE})(?!\s?{_COUNTERS}|\s?[살세쌀])(?=[^가-힣]|$"
        r"|[이인입임예에요된됐되먹묵도은가를을라디랑]|구[먼만유]|네요|여라|어라|마씸|당께|우다|지만|니까|다(?:[\s.!]|$)|[우유여](?:$|[\s.!?]))"
    ),
)
_WHOLE = re.compile(
    rf"\s*(?:(?:저는?|나는?|제가|음+|어+|네|예|한)[\s,.]+)*(?P<n>(?:만\s?)?{_ALONE})\s?(?:이?요|이?여|임|입니다"
    r"|이?에요|이?예요|이유)?[\s.!~?]*"
)
_NATIVE = re.compile(rf"(?:만\s?)?(?:{TENS})")
_RESTED = re.compile(
    r"(?:만\s?)?쉰(?!\s?(?:(?:한|두|세|네)\s?살|하나|둘|셋|넷|다섯|여섯|일곱|여덟|여덜|아홉|이에|이요|인데|입니|넘|됐"
    r"|이고|이라|살|세|먹|이\s?[됐되돼넘]|이[지니면잖거래었]))"
)

_VAGUE_BEFORE = re.compile(rf"{_VAGUE_LEAD}$")
_VAGUE_AFTER = re.compile(_VAGUE_TAIL)
_KOREAN_AGE_AFTER = re.compile(r"\S{0,4}\s?\(?(?:우리|한국|세는|집)\s?나이(?:로|로요|로는|예요|입니다)?[\s.)!]*$")
_OWN_LIMIT = re.compile(r"\s?이상(?=인데|이에요|예요|입니다|이고|이라(?!야)|이요)")
_OWN_DECADE = re.compile(
    r"(?P<n>(?<![\d~-])(?:[4-9]0|[사오육칠팔구]십\s?)대(?:\s?(?:초반|중반|후반))?)(?!\s(?:\d|[사오육칠]십)|\s?(?:상사|팀장|사장|부장|직원|젊은|할머니들|할아버지들|노인|아들|딸|어머니)|\s?(?:이상|이하|까지|부터|만\s"
    r"|위한|대상|전용|를|에게|들|(?:여자|남자|여성|남성|분)들)|[~-])"
)
_LIMIT_AFTER = re.compile(
    r"\s?(?:(?:넘|지)은\s?(?:사람|분)들?만|이상|이하|미만|초과|까지|부터|제한|기준|정년|넘으면|넘기|되기|(?:[이가]\s?)?(?:넘어야|돼야|되어야)|되면"
    r"|[이가은는]\s?(?:정년|기준|제한)"
    r"|에서\s?\d|[~-]\s?\d)"
)
_LIMIT_BEFORE = re.compile(
    r"(?:정년|연령|나이\s?제한|제한|최고|최대|최소|커트라인|기준)(?:[이은는가도])?\s?$|[~-]\s?$|\d[세살]?에서\s?$"
)
_BACK_THEN = re.compile(r"\s?(?:즈음|때|무렵|적에|되던|이던|였을)|(?:쯤)?에는?(?P<then>\s)")
_LIFE_EVENT = re.compile(
    r"\s?\S{0,6}\s?(?:낳|결혼|시집|장가|첫|그만|퇴직|은퇴|입사|시작했|들어갔|나왔|나와서|관두|관뒀|잘렸|과부|혼자)"
)
_OTHER_MATTER = re.compile(
    r"(?:월급|급여|시급|일당|연봉|수당|달에|월|번호|전화|호선|버스|하루|주에|체중|몸무게|키|점수"
    r"|매달|뒷자리|[월전]세|관리비|보증금|식대|교통비|혈압|수치|비밀번호|직원|인원|정원|식구|회원|학생|[십\d]\s?대)[이은는가]?\s?(?:한\s?)?$"
)
_FEASTS = re.compile(
    r"(?<![가-힣])(?:환갑|회갑|진갑|칠순|팔순|고희|희수|산수)(?!\s?(?:잔치|여행|선물|기념|노모|노부|어머|아버|부모|엄마|할머))"
    r"(?:(?:[이도을은]|은\s?이미)?\s?(?:다\s?)?(?:지난|넘은|지났|넘었|넘긴|된|돼|됐|지나))?"
)
_YOUNGEST, _OLDEST = 15, 110
_UNCOUNTED_FROM, _NATIVE_FROM = 40, 20


def find_ages(text: str, on: date) -> list[Span]:
    """Ages that the speaker tells of themselves on the day `on`, in whole years."""
    read = page(text)
    return read.spans(EntityName.AGE.value, _own(read, on))


def _own(read: Page, on: date) -> Iterator[Find]:
    usual = mended(read.plain)
    for find in (*map(usual.back, _readings(usual.text)), *born(read.plain, on)):
        if not of_someone_else(read.plain, find.start, find.end):
            yield find


def _readings(text: str) -> Iterator[Find]:
    whole = _WHOLE.fullmatch(text)
    if whole and not _RESTED.match(whole.group("n")):
        yield from _judged(text, *whole.span("n"))
        return
    for found in _COUNTED.finditer(text):
        if not _RESTED.match(found.group()):
            yield from _judged(text, found.start(), found.end())
    for pattern in _UNCOUNTED:
        for found in pattern.finditer(text):
            if _plainly_an_age(text, *found.span("n")):
                yield from _judged(text, *found.span("n"))
    for pattern in (_OWN_DECADE, _FEASTS):
        for found in pattern.finditer(text):
            yield Find(found.start("n") if "n" in pattern.groupindex else found.start(), found.end(), None)


def _plainly_an_age(text: str, start: int, end: int) -> bool:
    """Whether a number without 살 or 세 is an age: not "시급 60인데", not a rest ("푹 쉰 다음에")."""
    value = _years(text[start:end])
    lowest = _NATIVE_FROM if _NATIVE.match(text, start) else _UNCOUNTED_FROM
    if value is None or value < lowest or _RESTED.match(text, start):
        return False
    return not _OTHER_MATTER.search(text[max(0, start - 12) : start])


def _judged(text: str, start: int, end: int) -> Iterator[Find]:
    """The age at `start`..`end`, without value where it is vague; nothing where it is a limit or long ago."""
    before = text[max(0, start - 20) : start]
    own_limit = _OWN_LIMIT.match(text, end)
    if own_limit:
        yield Find(start, own_limit.end(), None)
    elif not (_LIMIT_AFTER.match(text, end) or _LIMIT_BEFORE.search(before) or _long_ago(text, end)):
        yield from _valued(text, start, end, before)


def _valued(text: str, start: int, end: int, before: str) -> Iterator[Find]:
    lead, tail = _VAGUE_BEFORE.search(before), _VAGUE_AFTER.match(text, end)
    if lead or tail or _KOREAN_AGE_AFTER.match(text, end):
        yield Find(start - len(lead.group()) if lead else start, tail.end() if tail else end, None)
        return
    value = _years(text[start:end])
    if value is not None and _YOUNGEST <= value <= _OLDEST:
        yield Find(start, end, value)


def _long_ago(text: str, end: int) -> bool:
    then = _BACK_THEN.match(text, end)
    if then is None:
        return False
    return then.group("then") is None or bool(_LIFE_EVENT.match(text, then.end()))


def _years(told: str) -> int | None:
    return read_number(re.sub(r"^만(?:으로는?|으론)?\s?|\s?(?:[살세쌀샬셰쎄새]|사르)$", "", told.strip()))
