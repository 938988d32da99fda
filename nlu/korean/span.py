"""What a reader found in a text, in one shape for all readers, and how a text is made ready to be read."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Value: TypeAlias = int | str | dict[str, object] | None
"""A normalised value; None where it cannot be known exactly ("환갑 지난", "퇴근하고")."""

_LOOKALIKES = (
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
    | dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t"), " ")
    | dict.fromkeys(map(ord, "〜∼˜∽"), "~")
    | dict.fromkeys(map(ord, "‐‑‒–—―−ㅡ"), "-")
)


@dataclass(frozen=True)
class Span:
    """Something found in a text.

    `start` and `end` are character offsets in the NFC text, `text` is what stands there, `entity` an EntityName value.
    """

    entity: str
    start: int
    end: int
    text: str
    value: Value


class Find(NamedTuple):
    """A reading of part of a text, before it is known whether a longer one covers it."""

    start: int
    end: int
    value: Value


@dataclass(frozen=True)
class Page:
    """A text made ready: `whole` is its NFC form, `plain` the same, character by character, without lookalikes."""

    whole: str
    plain: str

    def spans(self, entity: str, finds: Iterable[Find]) -> list[Span]:
        """The longest of overlapping finds, in the order of the text."""
        return [Span(entity, f.start, f.end, self.whole[f.start : f.end], f.value) for f in longest(finds)]


def page(text: str) -> Page:
    """NFC (phones and some keyboards send Hangul in pieces), with full-width digits and odd spaces made plain."""
    whole = unicodedata.normalize("NFC", text)
    return Page(whole, whole.translate(_LOOKALIKES))


def longest(finds: Iterable[Find]) -> list[Find]:
    """Finds that do not overlap, in the order of the text: the longer wins, of equals the earlier given."""
    kept: list[Find] = []
    for find in sorted(finds, key=lambda f: f.start - f.end):
        if all(find.end <= other.start or other.end <= find.start for other in kept):
            kept.append(find)
    return sorted(kept)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch of the text without spaces at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
