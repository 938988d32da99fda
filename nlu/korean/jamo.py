"""Hangul syllables taken apart, for typing errors of one letter."""

from functools import lru_cache

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_BASE = 0xAC00
_LAST = 0xD7A3


def jamo(text: str) -> str:
    """The letters of `text`, each syllable as lead, vowel and, if any, tail; other characters stay."""
    out: list[str] = []
    for char in text:
        code = ord(char)
        if _BASE <= code <= _LAST:
            lead, rest = divmod(code - _BASE, 588)
            vowel, tail = divmod(rest, 28)
            out += (_LEADS[lead], _VOWELS[vowel], _TAILS[tail])
        else:
            out.append(char)
    return "".join(out)


def has_tail(char: str) -> bool:
    """Whether the Hangul syllable `char` ends in a consonant."""
    return _BASE <= ord(char) <= _LAST and (ord(char) - _BASE) % 28 != 0


def tail_of(char: str) -> str:
    """The final consonant of a syllable, empty if there is none or `char` is no syllable."""
    return _TAILS[(ord(char) - _BASE) % 28] if _BASE <= ord(char) <= _LAST else ""


def within_one(first: str, second: str) -> bool:
    """Whether one inserted, dropped or changed letter (jamo) at most separates two texts."""
    left, right = jamo(first), jamo(second)
    if abs(len(left) - len(right)) > 1:
        return False
    if len(left) > len(right):
        left, right = right, left
    at = next((i for i, char in enumerate(left) if char != right[i]), len(left))
    if len(left) == len(right):
        return left[at + 1 :] == right[at + 1 :]
    return left[at:] == right[at + 1 :]


_SAME_SOUND = {"ㅐ": "ㅔ", "ㅒ": "ㅖ", "ㅙ": "ㅞ", "ㅚ": "ㅞ"}


@lru_cache(maxsize=4096)
def sound(text: str) -> str:
    """The letters of `text` with the vowels that sound alike today written alike: 국취재 = 국취제, 쎈타 stays."""
    return "".join(_SAME_SOUND.get(letter, letter) for letter in jamo(text))


def one_letter_off(word: str) -> set[str]:
    """Every other word of as many syllables that one changed letter makes of `word`, a tail put on or left out too."""
    return {word[:at] + char + word[at + 1 :] for at in range(len(word)) for char in _near(word[at])} - {word}


def _near(char: str) -> set[str]:
    lead, rest = divmod(ord(char) - _BASE, 588)
    vowel, tail = divmod(rest, 28)
    codes = {other * 588 + rest for other in range(len(_LEADS))}
    codes |= {lead * 588 + other * 28 + tail for other in range(len(_VOWELS))}
    codes |= {lead * 588 + vowel * 28 + other for other in range(len(_TAILS))}
    return {chr(_BASE + code) for code in codes}
