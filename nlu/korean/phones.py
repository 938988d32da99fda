"""Phone numbers, written (010-1234-5678, 02 123 4567) or spelled (공일공 일이삼사 …), as E.164.

Resident registration, card and account numbers are not phone numbers and are not found.
"""

import re
from collections.abc import Iterator

from nlu.korean.numbers import read_digits
from nlu.korean.span import Find, Span, page
from nlu.labels import EntityName

_ZERO = "[0공영빵]"
_DIGIT = r"(?:\d|[공영령빵일이둘삼사오육륙칠팔구])\s?"
_GAP = r"(?:[-.,~)/·]\s?|\s|(?:에|의|국에|국의|다시)\s?)?"
_ENDING = rf"{_GAP}(?:{_DIGIT}){{3,4}}{_GAP}(?:{_DIGIT}){{3}}(?:\d|[공영령빵일이둘삼사오육륙칠팔구])"
_PREFIXES = (
    rf"\(?(?:\+\s?82[-\s]?\(?0?\)?|{_ZERO}\s?)[1일]\s?(?:{_ZERO}|[16789일육칠팔구])\s?",  # mobile
    rf"\(?{_ZERO}\s?(?:7|칠|5|오)\s?{_ZERO}\s?[2-8]?",  # internet, and the safe numbers of delivery and adverts
    rf"\(?(?:\+\s?82[-\s]?\(?0?\)?|{_ZERO}\s?)(?:[2이둘]|(?:3|삼)\s?[1-3일이삼]|(?:4|사)\s?[1-4일이삼사]|(?:5"
    r"|오)\s?[1-5일이삼사오]|(?:6|육)\s?[1-4일이삼사])\s?",
)
_BEFORE, _AFTER = r"(?<![\d.\-+])(?<!\d\s)", r"(?!\d|\s?[-.]\s?\d|\s\d{3})"
_NUMBERS = tuple(re.compile(_BEFORE + prefix + _ENDING + _AFTER) for prefix in _PREFIXES)
_SERVICE = re.compile(_BEFORE + r"1[568]\d\d[-.\s]?\d{4}" + _AFTER)
_OTHER_NUMBER = re.compile(
    r"(?:계좌|통장|카드|주민(?:등록)?|사업자|농협|국민은행|신한|우리은행|하나은행|기업은행"
    r"|카카오뱅크)\s?(?:번호)?[은는이가로:]?\s?$"
)


def find_phones(text: str) -> list[Span]:
    """Phone numbers as E.164 ("+821012345678"); nationwide numbers without area (1588-1234) as "+8215881234"."""
    read = page(text)
    return read.spans(EntityName.PHONE.value, _readings(read.plain))


def as_written(number: str) -> str:
    """A phone number as it is written here: "+821012345678" is "010-1234-5678"."""
    digits = re.sub(r"\D", "", number)
    if digits.startswith("82"):
        digits = "0" + digits[2:].lstrip("0")
    found = re.fullmatch(r"(02|0\d\d)(\d{3,4})(\d{4})", digits)
    return "-".join(found.groups()) if found else digits


def _readings(text: str) -> Iterator[Find]:
    for pattern in (*_NUMBERS, _SERVICE):
        for found in pattern.finditer(text):
            digits = read_digits(found.group())
            if not _OTHER_NUMBER.search(text[max(0, found.start() - 12) : found.start()]):
                yield Find(*found.span(), "+82" + digits.removeprefix("82").removeprefix("0"))
