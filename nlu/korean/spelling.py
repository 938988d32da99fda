"""Light normalisation before the classifier and the search: how people type what they say, written as usual.

Not for entities: readers of ages, dates and places take the message as it is, so that their offsets stay true.
"""

import re
import unicodedata
from functools import cache

from nlu.korean.jamo import tail_of
from nlu.korean.spelling_rules import ABBREVIATIONS, ENDINGS, TENSES, WORDS

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ODD = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad")) | dict.fromkeys(map(ord, "\u3000\u00a0\u2009\t"), " ")
_LETTERS = re.compile(r"[ㄱ-ㅎㅏ-ㅣ]+")
_SIGNS = re.compile(r"([!?.,~^;])\1+")
_WAVE = re.compile(r"(?<=[가-힣])[~^]+(?=\s|$|[!?.])")
_SPACES = re.compile(r" {2,}")
_THRICE = re.compile(r"([아어으에네예응하호히흐크와])\1{2,}")
_DRAWN_OUT = re.compile(
    r"(?:(?<=[요여])오+|(?<=(?<![가-힣])[네예])에+|(?<=[네예데세가까나아])[에아]{2,})(?=$|[^가-힣])"
)
_NASAL = re.compile(r"([가-힣])(?=니다|니까)")
_LIQUID = re.compile(r"([가-힣])께(?=[요여]?(?:$|[^가-힣]))")


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), to) for pattern, to in (*TENSES, *ENDINGS, *WORDS))


def normalise_spelling(text: str) -> str:
    """`text` in usual spelling, one line, meaning unchanged: "할수잇나여~~ ㅠㅠ" -> "할수있나요".

    NFC, full-width signs, laughing and crying letters, repeated signs, drawn-out and phonetic endings, short forms.
    Missing spaces stay missing. A text in right spelling comes back as it was, but for repeated signs and spaces.
    """
    plain = unicodedata.normalize("NFC", text).translate(_FULL_WIDTH).translate(_ODD)
    plain = _LETTERS.sub(_letters, plain)
    plain = _WAVE.sub("", _SIGNS.sub(r"\1", plain))
    plain = _THRICE.sub(r"\1", _DRAWN_OUT.sub("", plain))
    plain = _LIQUID.sub(_soft, _NASAL.sub(_stopped, plain))
    for pattern, to in _rules():
        plain = pattern.sub(to, plain)
    return _SPACES.sub(" ", plain.replace("\n", " ")).strip() or text.strip()


def _letters(match: re.Match[str]) -> str:
    """Loose letters: a known short form, or a laugh, a sob, a slip of the finger, which say nothing."""
    half = match[0][: len(match[0]) // 2]
    known = ABBREVIATIONS.get(match[0]) or (ABBREVIATIONS.get(half) if half * 2 == match[0] else None)
    return known or (" " if len(match[0]) > 1 else "")


def _stopped(match: re.Match[str]) -> str:
    """함니다 -> 합니다: only ㅂ stands before 니다."""
    return chr(ord(match[1]) + 1) if tail_of(match[1]) == "ㅁ" else match[1]


def _soft(match: re.Match[str]) -> str:
    """할께요 -> 할게요, but 선생님께 stays."""
    return f"{match[1]}{'게' if tail_of(match[1]) == 'ㄹ' else '께'}"
