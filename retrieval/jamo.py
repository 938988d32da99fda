"""Korean letters: a typing error changes one letter of a syllable, so likeness is counted in letters."""

import unicodedata

import numpy as np
from numpy.typing import NDArray

from retrieval.text import squeeze

Letters = NDArray[np.int32]

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_VOWELS, _CODAS = 21, 28


def jamo_grams(text: str, shortest: int, longest: int) -> list[str]:
    """Runs of so many letters (consonants and vowels apart), blanks and marks ignored."""
    letters = unicodedata.normalize("NFD", squeeze(text))
    return [letters[i : i + n] for n in range(shortest, longest + 1) for i in range(len(letters) - n + 1)]


def syllables(text: str) -> Letters:
    """First consonant, vowel and last consonant of each character, int32 [characters, 3].

    A character that is no Korean syllable stands three times for itself: it agrees wholly or not at all.
    """
    codes = np.array([ord(character) for character in text], dtype=np.int32)
    korean = (codes >= _FIRST_SYLLABLE) & (codes <= _LAST_SYLLABLE)
    number = codes - _FIRST_SYLLABLE
    parts = np.stack([number // (_VOWELS * _CODAS), number // _CODAS % _VOWELS, number % _CODAS], axis=1)
    return np.where(korean[:, None], parts, -codes[:, None]).astype(np.int32)
