"""What may stand behind a noun inside the same word: particles, the copula in its spoken forms, missing spaces."""

import re
from functools import cache

_JOSA = (
    "에서부터|에서는|에서도|에서만|에서의|에서|에선|에는|에도|에만|에다가|에다|에|엔|으로는|으로도|으로|로는|로도|로|은요|는요|은|는|이랑|랑|이나|나|"
    "이든지|든지|이든|든|이라도|라도|이며|이가|이|가|을|를|과|와|의|도요|도|만요|만|까지만|까지도|까지|부터|하고는|하고|하구|보다는|보다|"
    "처럼|같이|마다|조차|밖에|한테|께|뿐|대로|쯤|정도"
)
_COPULA = (
    "입니다만|입니다|입니더|임다|임니다|이니다|입니까|인데요|인데도|인데여|인데|인디요|인디|인가요|인가|인지|인데다|인|이에요|이예요|예요|에요|이여요|여요|"
    "이어요|이요|이여|요|여|유|이유|이구요|구요|이고요|이구|이고|고요|구|고|이거든요|거든요|이거든|거든|이잖아요|잖아요|이죠|죠|이지요|지요|이지|지|"
    "이네요|네요|이라서요|이라서|라서요|라서|이라고요|이라고|라고요|라고|이라는|라는|이란|란|이라|라|이니까요|이니까|니까요|니까|이니|"
    "이지만|지만|이던데|던데|이었는데|였는데|이었어요|였어요|이었고|였고|이신데|신데|이세요|세요|이야|야|임|이다|다|일까요|일까|이면|면|이랍니다|랍니다|"
    "이라더니|라더니|이라던데|라던데|이라면서|라면서|이우다|우다|이래요|래요|이드래요|드래요|라예|이라예|이더라|이라카|아이가|입죠|이옵니다"
)
_VERB = (
    "(?:살아|살고|살며|살지|살던|살거|살구|살았|살어|살면|살죠|살기|사는|사시|사세|사라요|삽니|산다|거주|있|없|잇|업(?!무)|다니|일하|일할|일을|근무|출근|찾|구해|구하|"
    "원해|원하|희망|가능|가까|말고|말구|빼고|하는|하던|하다|하시|하셨|했|할|해|되|관련|같은|구함|모집)"
)


@cache
def _pattern(nouns: str) -> re.Pattern[str]:
    head = f"(?:{nouns}){{0,3}}" if nouns else ""
    return re.compile(f"{head}(?:(?:{_JOSA})(?:{_COPULA})?|{_COPULA})?(?:{_VERB}[가-힣]*)?")


def ends_well(rest: str, nouns: str = "") -> bool:
    """Whether `rest`, the Hangul that follows a noun within its word, is only particles, copula or a run-on verb.

    `nouns`, a regex alternation, are further nouns that may come in between ("양천구|민|이에요").
    """
    return _pattern(nouns).fullmatch(rest) is not None


def word_rest(text: str, at: int) -> str:
    """The Hangul from `at` to the end of its word; empty at a space, a sign, a digit."""
    stop = at
    while stop < len(text) and "가" <= text[stop] <= "힣":
        stop += 1
    return text[at:stop]


def starts_word(text: str, at: int) -> bool:
    """Whether no letter or digit stands directly before `at`."""
    return at == 0 or not text[at - 1].isalnum()
