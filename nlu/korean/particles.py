"""The particle that fits a word: 은/는, 이/가, 을/를, 과/와, 으로/로, 이에요/예요, 이나/나, 아/야, 이라/라, 이랑/랑."""

import re

HANGUL_FIRST, HANGUL_LAST = 0xAC00, 0xD7A3
FINALS = 28
"""A Hangul syllable's number modulo 28 is its final consonant; 0 is none, 8 is ㄹ."""
RIEUL = 8
DIGIT_FINALS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
"""Final consonants of the digits as they are read: 영 일 이 삼 사 오 육 칠 팔 구."""
LETTER_FINALS = dict.fromkeys("LRlr", RIEUL) | dict.fromkeys("MNmn", 16)
"""Letters whose Korean names end in a consonant: 엘, 알, 엠, 엔."""
CLOSING = re.compile(r"[\s)\]}>\"'”’」』》〉.!?~]+$|\([^)]*\)$")


def final_of(word: str) -> int:
    """The final consonant of a word as it is read aloud (0: none). Brackets and marks at the end are not read."""
    bare = word
    while (shorter := CLOSING.sub("", bare)) != bare and shorter:
        bare = shorter
    last = bare[-1:] or " "
    if HANGUL_FIRST <= ord(last) <= HANGUL_LAST:
        return (ord(last) - HANGUL_FIRST) % FINALS
    return DIGIT_FINALS.get(last, LETTER_FINALS.get(last, 0))


def with_particle(word: str, pair: str) -> str:
    """A word with the fitting one of two particles, written as "은/는" (after a consonant first).

    "으로/로" follows its own rule: after ㄹ it is 로.
    """
    after_consonant, _, after_vowel = pair.partition("/")
    final = final_of(word)
    if after_consonant.startswith("으로") and final == RIEUL:
        return word + after_vowel
    return word + (after_consonant if final else after_vowel)
