"""How Korean text sounds, roughly: "할수잇나여" and "할 수 있나요" come out the same, as do many typing errors.

People over 50 write what they hear. Standard pronunciation rules (표준 발음법: liaison 13-15, ㅎ 12, stops 8-11 and 23,
nasals 18, liquids 20) are applied and then what hardly distinguishes words in chat is merged: tense with plain
consonants, ㅐ with ㅔ and ㅚ, ㅘ with ㅏ. Spaces are dropped. It is for features only, never for reading values.
"""

import re
import unicodedata
from itertools import pairwise

from nlu.korean.jamo import jamo

_ENDING = re.compile(r"(?<=[가-힣])[여염용욤욥윱](?=$|[\s.,?!~^ㅋㅎㅠㅜ])")
_SPACE = re.compile(r"\s+")
_PAIRS = {
    "ㄳ": "ㄱㅅ",
    "ㄵ": "ㄴㅈ",
    "ㄺ": "ㄹㄱ",
    "ㄻ": "ㄹㅁ",
    "ㄼ": "ㄹㅂ",
    "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ",
    "ㄿ": "ㄹㅍ",
    "ㅄ": "ㅂㅅ",
}
_MUTE = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}
_STOPS = {
    "ㄱ": "ㄱㄲㅋㄳㄺ",
    "ㄷ": "ㄷㅅㅆㅈㅊㅌㅎ",
    "ㅂ": "ㅂㅍㅄㄿ",
    "ㄴ": "ㄴㄵㄶ",
    "ㄹ": "ㄹㄼㄽㄾㅀ",
    "ㅁ": "ㅁㄻ",
}
_STOP = {tail: stop for stop, tails in _STOPS.items() for tail in tails}
_BREATHED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅂ": "ㅍ", "ㅈ": "ㅊ"}
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_BEFORE_I = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}
_PLAIN = {"ㄲ": "ㄱ", "ㄸ": "ㄷ", "ㅃ": "ㅂ", "ㅆ": "ㅅ", "ㅉ": "ㅈ"}
_VOWEL = {"ㅢ": "ㅣ", "ㅝ": "ㅓ", "ㅘ": "ㅏ", "ㅟ": "ㅣ", **dict.fromkeys("ㅐㅒㅖㅙㅚㅞ", "ㅔ")}
_AFTER_SIBILANT = {"ㅕ": "ㅓ", "ㅛ": "ㅗ", "ㅑ": "ㅏ", "ㅠ": "ㅜ"}

Syllable = list[str]
"""Lead, vowel, tail (may be empty). A character that is no Hangul syllable is its own lead, with an empty vowel."""


def sound(text: str) -> str:
    """The letters (jamo) of a text as it sounds, without spaces; other characters stay, in lower case."""
    plain = _ENDING.sub("요", unicodedata.normalize("NFC", text))
    syllables = [_syllable(char) for char in _SPACE.sub("", plain)]
    for left, right in pairwise(syllables):
        if left[1] and right[1]:
            _link(left, right)
    return "".join(_merged(lead, vowel, tail) for lead, vowel, tail in syllables)


def _syllable(char: str) -> Syllable:
    letters = jamo(char)
    if len(letters) < 2:
        return [char.lower(), "", ""]
    return [letters[0], letters[1], letters[2:]]


def _link(left: Syllable, right: Syllable) -> None:
    """Carries the end of one syllable into the next."""
    tail, lead = left[2], right[0]
    if tail and lead == "ㅇ" and tail != "ㅇ":
        left[2], right[0] = _carried(tail)
        right[0] = _BEFORE_I.get(right[0], right[0]) if right[1] == "ㅣ" else right[0]
    elif tail in _MUTE and lead in _BREATHED:
        left[2], right[0] = _MUTE[tail], _BREATHED[lead]
    elif lead == "ㅎ" and _STOP.get(tail) in _BREATHED:
        left[2], right[0] = "", _BREATHED[_STOP[tail]]
    _assimilate(left, right)


def _carried(tail: str) -> tuple[str, str]:
    """What stays of a tail before a vowel, and the lead that it becomes."""
    if tail == "ㅎ":
        return "", "ㅇ"
    if tail in _MUTE:
        return "", _MUTE[tail]
    pair = _PAIRS.get(tail, tail)
    return pair[:-1], pair[-1]


def _assimilate(left: Syllable, right: Syllable) -> None:
    tail, lead = _STOP.get(left[2], left[2]), right[0]
    if tail in _NASAL and lead in "ㄴㅁ":
        tail = _NASAL[tail]
    elif tail == "ㄴ" and lead == "ㄹ":
        tail = "ㄹ"
    elif tail == "ㄹ" and lead == "ㄴ":
        right[0] = "ㄹ"
    left[2] = tail


def _merged(lead: str, vowel: str, tail: str) -> str:
    """One syllable with what is easily confused made equal; a ㄷ stop at its end is hardly heard, so it goes."""
    lead, vowel = _PLAIN.get(lead, lead), _VOWEL.get(vowel, vowel)
    if lead in "ㅈㅊㅅ":
        vowel = _AFTER_SIBILANT.get(vowel, vowel)
    tail = _STOP.get(tail, tail)
    return lead + vowel + ("" if tail == "ㄷ" else tail)
