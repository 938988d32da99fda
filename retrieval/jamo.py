"""Korean letters: a typing error changes one letter of a syllable, so likeness is counted in letters."""

import unicodedata

from retrieval.text import squeeze


def jamo_grams(text: str) -> list[str]:
    """Runs of three to five letters (consonants and vowels apart), blanks and marks ignored."""
    letters = unicodedata.normalize("NFD", squeeze(text))
    return [letters[i : i + n] for n in (3, 4, 5) for i in range(len(letters) - n + 1)]
