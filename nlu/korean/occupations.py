"""Kinds of work in a message -> ids of the catalog's occupation list."""

from functools import cache
from pathlib import Path

from nlu.korean.gazetteer import LOOKUPS, Manner, careful_words, find_words
from nlu.korean.span import Span

_NOUNS = (
    r"일자리|일거리|일|자리|직종|직업|직|쪽|원|업무|업|알바|아르바이트|분야|경력자|경력|구인|채용|모집|공고|구직|"
    r"보조|근무|관련|계통|도우미|담당|자격증|자격|학원|반|교육|과정|선생님|아저씨|이모|아줌마|여사님|업체|회사|"
    r"사무실"
)
_HEADS = (
    r"아파트|빌딩|건물|학교|병원|야간|주간|사무실|상가|공원|지하철|호텔|회사|공장|어린이집|유치원|마트|식당|"
    r"시니어|노인|여성|실버|중장년|재택|공공|시간제|단순|방문|시설|재가|입주|오전|오후|새벽|단기|무료|초등|구청|"
    r"동네|카페|대형|전문|프리랜서|희망|직종은|일은|나|는|은|시"
)
_WORK = (
    r"일자리|일(?!\s?(?:요일|단|부|정|찍))|자리|직\s|직이|직을|직도|쪽|업무|알바|아르바이트|보조|담당|분야|경력|"
    r"출신|하고\s?싶|하던|했|하다가|할\s?수|할\s?줄|할만|할\s?만|해\s?봤|해\s?보|하는\s?(?:일|데|곳)|구인|구함|"
    r"구해|구하|채용|모집|뽑|다녔|다니|다닌|로\s?일|으로\s?일|에서\s?(?:일|근무|오래|\d)|나\s|이나\s|자격증|공고|"
    r"구직|취업|원\s?(?:구|모|일)|도\s?(?:괜찮|좋|가능|할|해)|같은\s?(?:일|거|데)|말고|빼고|만\s?\d|"
    r"[을를]?\s?\d+년|일을|원해|희망|근무|기술|면허|이모|분류|관련|배우|가르|나가|자격|추가|은\s?자신|"
    r"\s[가-힣]{1,2}십?\s?년|으로\s?바꾸|으로\s?바꿀|퇴직|만졌|인력"
)
"""What shows that a word with other meanings is meant as work."""
_UNFIT = {
    "안내": r"했|해|하|받|가|를|문|서|도\s?(?:틀|잘)|대로",
    "접수": r"했|해|하|되|됐|됫|기간|가|를|증|중|받",
    "인사": r"드|했|하|를",
    "광고": r"했|하|보|가|를|에|랑|처럼",
    "강의": r"신청|듣|들|를|가|시간|했|은|는",
    "경비": r"(?:가|를|는|도)?\s?(?:많이|얼마|좀)?\s?(?:들|드[는나]|부담|처리|아끼)",
    "조리": r"대|있|도구",
    "교정": r"시설|기|치료",
    "회계": r"연도",
    "청소": r"년|기(?!업)",
    "운전": r"면허",
    "미용": r"실\s?(?:가|예약)",
    "간호": r"해\s?드",
}


@cache
def _manner() -> Manner:
    return Manner(
        entity="occupation",
        nouns=_NOUNS,
        heads=_HEADS,
        careful=careful_words("occupation"),
        work=_WORK,
        unfit=_UNFIT,
    )


def find_occupations(text: str, lookups: Path = LOOKUPS) -> list[Span]:
    """Occupations named in a message, in order: "경비나 청소 자리" -> guard, cleaner.

    Words that mean much else (안내, 전기, 마트) count only before words of work, or alone as an answer.
    """
    return find_words(text, lookups / "occupation.json", _manner())
