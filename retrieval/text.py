"""The least that is done to a text before it is searched for or compared."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[\W_]+")
_ROMAN = str.maketrans({"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3"})


def clean(text: str) -> str:
    """NFC, runs of white space as one blank, none at the ends."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def squeeze(text: str) -> str:
    """The text as letters and digits only, lower case: how two spellings of a name are compared."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFC", text).translate(_ROMAN).lower())
