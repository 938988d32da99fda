"""Typing errors as people make them, so that the fusion learns how far each part can be trusted in spite of them."""

import random
import unicodedata

_ALIKE = (
    "ᅢᅦ", "ᅬᅫᅰ", "ᅥᅡᅩ", "ᅩᅮ", "ᅭᅧ", "ᅴᅵᅳ", "ᄀᄁᄏ", "ᄃᄄᄐ", "ᄇᄈᄑ", "ᄌᄍᄎ", "ᄉᄊ", "ᄋᄒ",
    "ᆨᆩᆿ", "ᆮᆺᆻᆽᆾ", "ᆸᇁ", "ᆫᆼᆷ", "ᆯᆰ",
)  # fmt: skip
_OTHER = {letter: group.replace(letter, "") for group in _ALIKE for letter in group}
_CODAS = range(0x11A8, 0x11C3)


def misspell(text: str, dice: random.Random, errors: int = 2) -> str:
    """The text with so many letters exchanged for a like one or a final consonant lost, and perhaps without blanks."""
    letters = list(unicodedata.normalize("NFD", text))
    places = [place for place, letter in enumerate(letters) if letter in _OTHER]
    for place in dice.sample(places, min(errors, len(places))):
        lost = ord(letters[place]) in _CODAS and dice.random() < 0.5
        letters[place] = "" if lost else dice.choice(_OTHER[letters[place]])
    out = unicodedata.normalize("NFC", "".join(letters))
    return out.replace(" ", "") if dice.random() < 0.3 else out
