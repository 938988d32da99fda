"""How long someone has been away from work: 7년 쉬었어요, 육 개월, 2019년부터 쉬었어요, 애 낳고 쭉."""

import re
from collections.abc import Iterator
from datetime import date

from nlu.korean.numbers import read_number
from nlu.korean.span import Find, Span, page, trimmed
from nlu.labels import EntityName

_FEW = (
    r"한두|두세|두서너|서너|세네|네다섯|너덧|너댓|대여섯|예닐곱|일고여덟|두어|일이|이삼|삼사|사오|오륙|육칠|칠팔|팔구"
    r"|몇|\d{1,2}\s?[~-]\s?\d{1,2}"
)
"""Counts that are no exact number."""

_COUNT = (
    r"(?:\d{1,3}(?:\.5)?|이십[일이삼사오육칠팔구]?|삼십[일이삼사오육칠팔구]?|사십|십[일이삼사오육칠팔구]?"
    r"|[일이삼사오육칠팔구]|열(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)?"
    r"|스무|서른|한|두|세|네|석|넉|다섯|여섯|일곱|여덟|여덜|아홉)"
)
_YEARS = (
    rf"(?P<years>{_COUNT})\s?(?:년|연(?=\s|[을이간째])"
    r"|(?<![일이삼사오육칠팔구십])(?<![일이삼사오육칠팔구십]\s)해(?![고서결당도]))"
)
_MONTHS = rf"(?P<months>{_COUNT})\s?(?:개월|게월|갤|달(?![라력])|월간)"
_LENGTH = (
    rf"(?:(?<![가-힣])한\s?)?(?<![\d.,~-])(?:{_YEARS}(?:\s?(?P<half>반)(?=[을이은동간째정쯤\s,.]|$)"
    rf"|\s?(?:하고\s?)?{_MONTHS.replace('months', 'more')})?"
    rf"|{_MONTHS}|(?P<halfyear>반\s?년)|(?P<vague>(?:{_FEW}|십여|수|몇\s?십)\s?(?:년|개월|달|해)))"
)
_LENGTH_FOUND = re.compile(rf"(?:(?<![가-힣\d])|(?<=[고느라지단절백쭉후만은이가])){_LENGTH}")

_AROUND = (
    r"(?:\s?(?:정도|쯤|가까이|넘게|넘도록|동안|간|째|이나|을|를|은|이|여|내내|만|가량|가까운|세월|시간|기간|꼬박|그냥"
    r"|계속|쭉|푹|내리|가|됐고|돼서|되도록))*"
)
_CARE = (
    r"(?:애|아이|애기|아기|아들|딸|손주|손자|손녀|부모님?|시부모님?|시어머니|어머니|남편|엄마)(?:들)?(?:만|를"
    r"|을)?\s?(?:키|보(?!내)|돌|기르|간병|모시|모셨|병)"
)
_NOT_WORKING = re.compile(
    _AROUND
    + r"\s?(?:집(?:에|안)(?:서|에만)?만?\s?)?(?:일을?\s?)?(?:쉬(?!운|워|울|이)|쉰|쉼|쉴|놀(?!라)|논(?!란)|집에(?:만"
    r"|서만)?\s?(?:있|지)|집안일|집에서만|집에서\s?(?:애|살림|놀|쉬)|집에서?\s?"
    + r"|경력\s?단절|경단|단절|공백|백수|(?:일|직장|회사|경제\s?활동)\S?\s?(?:안|못|없|그만|놓|떠나|손)|(?:안"
    rf"|못)\s?(?:했|하|다녔|다니|나갔)|살림|전업|육아|{_CARE}|무직|실업|실직|휴직|병수발|간병|손\s?놓|주부)"
)
_BACK_AFTER = re.compile(
    r"\s?(?:정도|쯤)?\s?만에\s?.{0,8}(?:다시|복직|취업|일|나가|나와|나오|돌아|시작|구직|도전|면접|출근)"
)
_LEFT_AGO = re.compile(
    r"\s?(?:정도|쯤)?\s?전(?:쯤)?(?:에|까지)?(?:는|만)?\s?.{0,10}?(?:그만|관두|관뒀|관둔|퇴직|퇴사|은퇴|나왔|나온"
    r"|끝났|짤렸|잘렸|잘리|해고|접었|폐업|다녔|다니다|(?<=까지).{0,3}일|마지막|놨|놓)"
)
_AGO = re.compile(r"\s?(?:정도|쯤)?\s?전(?![화체])")
_SINCE = re.compile(
    r"(?:(?:쉰|놀은|논|쉬고\s?있은|그만둔|그만\s?둔|관둔|퇴사한|퇴직한|은퇴한|안\s?한|못\s?한|놓은|떠난|끊긴|폐업한"
    r"|단절된|단절한|나온|없은|잘린|짤린|해고된|실직한|있은|접은|된|일한|다닌|안\s?다닌)"
    r"\s?(?:지|게|것이|건|때가|날이|뒤로?|후로?|이후로?)|(?:그만두|관두|퇴사하|퇴직하|은퇴하|실직하|애\s?낳|아이\s?낳"
    r"|결혼하|출산하"
    r"|임신하)고(?:\s?나서)?|경력\s?단절(?:\s?기간|\s?여성)?|단절\s?기간|경단녀?|공백\s?(?:기간|기)?"
    r"|휴직|육아\s?휴직|출산\s?후|결혼\s?후|퇴직\s?후|퇴사\s?후|육아로|육아하느라|집에만\s?있은\s?지|전업주부(?:로)?"
    r"|쉬었|놀았|쉬는\s?(?:게|기간)|쉰\s?기간"
    r"|(?:애들?|아이들?|손주|부모님|시부모님|어머니)\s?(?:만|를)?\s?(?:키우느라고?|키운다고|보느라고?|돌보느라고?"
    r"|키우면서|키우다\s?보니|낳고\s?키우느라)|살림하느라|살림만|집에서만?|간병하느라|병수발하느라)"
    r"(?:은|는|이|가|도|만|하고|으로|로|한|을|를)?\s?(?:벌써|한|거의|약|어느새|이제|딱|꼬박|만|한참|쭉|내리|일을?"
    r"|이제는|집에서)?\s?(?:한\s?)?$"
)
_WORKING = re.compile(
    _AROUND + r"\s?(?:일(?:하|했)|다녔|다니|근무|근속|일\s?했|경력(?!\s?단절)|해왔|했어"
    r"|했는데\s?지금)"
)
_BOUND = re.compile(_AROUND + r"\s?(?:이상|이하|미만|이내|안에|뒤|후|쉬어야|쉬면)")
_CHILD = r"(?:애들?|아이들?|애기|아기|첫째|첫애|둘째|셋째|큰애|작은애|막내)(?:를|을)?"
_OPEN = re.compile(
    rf"""
    (?: (?: {_CHILD}\s?(?:둘\s?|셋\s?)? (?:낳고|낳은\s?(?:뒤|후)|키우느라고?|키우면서|보느라) | (?:결혼|출산|임신
      |퇴직|은퇴)(?:하고|\s?후|한\s?(?:뒤|후)) | 그만두고 )
        (?: \s?나서 )?
        (?: 부터(?:는)?(?!\s?\d)(?:\s?(?:쭉|계속|내내))? | (?:로|에)?(?:는)? \s? (?:쭉|계속|내내|줄곧|내리|지금까지
          |여태)(?!\s?\d) )
      | (?:오래|오랫동안|오랜\s?기간|한참(?:을|동안)?|수년간|꽤\s?오래|코로나\s?때부터) \s?(?:동안)? \s?(?:쉬었|쉬어
        |쉬다|쉬고|쉰|놀았|일을?\s?안|일을?\s?못)
      | 쉰\s?지\s?(?:가\s?)?(?:꽤\s?)?(?:오래|한참)
    )
    """,
    re.VERBOSE,
)
_ALL_ALONG = re.compile(r"(?:쭉|계속|내내|여태)\s?(?:쉬었|쉬고|놀았|놀고|집에만\s있)")
_WHOLE = re.compile(
    rf"\s*(?:(?:음+|한|네|아마|거의|약)[\s,]*)*(?P<n>{_LENGTH})\s?(?:정도|쯤|가까이|넘게|째)?\s?(?:됐어요|됐죠|됐지요"
    r"|됐네요|됐나|됐습니다|되었어요|된\s?것\s?같아요|돼요|이?요|이?에요|이?예요|입니다|쯤\s?됐어요)?[\s.!~]*"
)
_LAST_WORK = re.compile(
    r"(?P<when>(?:(?P<y>(?:19|20)\d\d)\s?년도?|(?P<word>작년|재작년|지난해|올해|올))\s?(?:(?P<m>1[0-2]|[1-9])\s?월)?)"
    r"\s?(?:말|초)?(?:부터|(?P<later>\s?이(?:후|래))로?|에\s?(?:퇴사|퇴직|그만두|관두|은퇴"
    r"|실직)하?고\s?(?:나서\s?)?(?=계속|쭉|지금까지|여태|내내))(?:는)?\s?(?:(?:쭉|계속|일을?|집에서|그냥|지금까지"
    r"|여태|내내)\s?)*(?:쉬|쉰|놀"
    r"|안\s?[했하다]|못\s?[했하다]|없|집에|살림|백수|경력\s?단절|단절)"
)
_YEARS_AGO = {"올해": 0, "올": 0, "작년": 1, "지난해": 1, "재작년": 2}
_LONGEST = 12 * 39  # a longer one is a year of birth: 58년이요


def find_career_gaps(text: str, on: date) -> list[Span]:
    """Time away from work in whole months up to the day `on`; None where it is not said how long ("애 낳고 쭉")."""
    read = page(text)
    return read.spans(EntityName.CAREER_GAP.value, _read_or_open(read.plain, on))


def read_months(text: str) -> int | None:
    """The months of a length of time: "7년" 84, "육 개월" 6, "2년 반" 30; None where it is none or not exact."""
    found = re.search(_LENGTH, page(text).plain)
    return _months(found) if found else None


def _readings(text: str, on: date) -> Iterator[Find]:
    whole = _WHOLE.fullmatch(text)
    if whole and (whole.group("vague") or _months(whole)):
        yield Find(*whole.span("n"), _months(whole))
        return
    for found in _LENGTH_FOUND.finditer(text):
        if _away(text, *found.span()):
            ago = _AGO.match(text, found.end())
            yield Find(found.start(), ago.end() if ago else found.end(), _months(found))
    for found in _LAST_WORK.finditer(text):
        yield from _since(found, on)
    for found in _OPEN.finditer(text):
        yield Find(*found.span(), None)


def _read_or_open(text: str, on: date) -> list[Find]:
    """The readings, or where there is none "쭉 쉬었어요", which says a gap and nothing else."""
    return list(_readings(text, on)) or [Find(*found.span(), None) for found in _ALL_ALONG.finditer(text)]


def _away(text: str, start: int, end: int) -> bool:
    """Whether a length of time is one without work."""
    if _NOT_WORKING.match(text, end) or _BACK_AFTER.match(text, end) or _LEFT_AGO.match(text, end):
        return not _BOUND.match(text, end)
    before = text[max(0, start - 24) : start]
    return bool(_SINCE.search(before)) and not (_WORKING.match(text, end) or _BOUND.match(text, end))


def _months(found: "re.Match[str]") -> int | None:
    parts = found.groupdict()
    if parts["vague"]:
        return None
    if parts["halfyear"]:
        return 6
    months = _twelfths(parts["years"], 12) + _twelfths(parts["more"] or parts["months"], 1)
    months += 6 if parts["half"] else 0
    return months if 0 < months <= _LONGEST else None


def _twelfths(count: str | None, each: int) -> int:
    if count is None:
        return 0
    whole, _, half = count.partition(".")
    return (read_number(whole) or 0) * each + (each // 2 if half else 0)


def _since(found: "re.Match[str]", on: date) -> Iterator[Find]:
    year = int(found.group("y")) if found.group("y") else on.year - _YEARS_AGO[found.group("word")]
    months = (on.year - year) * 12
    if found.group("m"):
        months += on.month - int(found.group("m"))
    if 0 < months <= _LONGEST:
        end = found.end("later") if found.group("later") else found.end("when")
        yield Find(*trimmed(found.string, found.start("when"), end), months)
