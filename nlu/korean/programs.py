"""Programs in a message, by any of their names -> catalog ids."""

from pathlib import Path

from nlu.korean.gazetteer import LOOKUPS, Manner, find_words
from nlu.korean.span import Span

_MANNER = Manner(
    entity="program",
    nouns=(
        "신청서|신청자격|신청|지원금|지원|접수|자격|조건|서류|방법|기간|금액|참여자|참여|수급자|수급|대상자|대상|나이|담당자|전화번호|전화|번호|홈페이지|"
        "사이트|센터|제도|사업|프로그램|일자리|교육|훈련|과정|수당|급여|카드|관련|직원|선생님|문의|안내|설명|발급|연장|중|때|전|후|용|쪽"
    ),
    heads="나|는|은|저|서울시|서울|구청|국민|혹시|그|이번",
    free_from=4,
)


def find_programs(text: str, lookups: Path = LOOKUPS) -> list[Span]:
    """Programs named in a message, in order; none before program.json is written (knowledge.lookups.write_lookups)."""
    return find_words(text, lookups / "program.json", _MANNER)
