"""Working time in a message -> ids of the catalog's schedule list."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from nlu.korean.gazetteer import LOOKUPS, Manner, careful_words, find_words
from nlu.korean.span import Span

_NOUNS = r"일자리|일거리|일|자리|근무자|근무|알바|아르바이트|정도|쯤|만|씩|짜리|쪽|제|가능|직|업무|시간"
_HEADS = r"나|는|은|저|일|경비|청소|사무|미화|주방|요양|간병|로|만|혹시|그냥|에서|알바|아르바이트"
_WORK = (
    r"경비|청소|미화|주방|간병|요양|운전|조리|사무|"
    r"일자리|일(?!\s?(?:요일|단|부|정))|자리|근무|알바|아르바이트|가능|만\s?(?:가능|돼|되|할|일|해|하|근무|요)|"
    r"에만|로\s?(?:일|하|할|해|구|근무|다니)|으로\s?(?:일|하|할|해|구|다니)|도\s?(?:괜찮|좋|가능|돼|되|할|상관)|"
    r"직|쪽|하고\s?싶|할\s?수|하는\s?(?:일|데|거|곳)|되는\s?(?:일|데|곳)|구해|구하|말고|빼고|제공|이면\s?좋|"
    r"면\s?좋|원해|희망|일할|다닐|나갈|나가|에\s?(?:일|하|할|근무|나가|되)|안\s?(?:돼|되|해)|불가|"
    r"은\s?(?:이제|안|못|싫|힘|돼|되|괜)|는\s?(?:이제|안|못|싫|힘|돼|되|괜)"
)
"""What shows that a word with other meanings is meant as working time."""
_A_WEEK = re.compile(r"(?:다음|담|이번|지난|저번|다다음)\s*$")
"""Before 주: one week of the calendar, not a week of work ("다음 주 3일")."""


@cache
def _manner() -> Manner:
    return Manner(
        entity="schedule",
        nouns=_NOUNS,
        heads=_HEADS,
        careful=careful_words("schedule"),
        work=_WORK,
        free_from=5,
    )


def find_schedules(text: str, lookups: Path = LOOKUPS) -> list[Span]:
    """Working times named in a message, in order: "주 3일 오전만" -> days-3, mornings."""
    spans = find_words(text, lookups / "schedule.json", _manner())
    whole = unicodedata.normalize("NFC", text)
    return [span for span in spans if not (span.text[0] == "주" and _A_WEEK.search(whole, 0, span.start))]
