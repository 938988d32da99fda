"""Kiwi's morphemes as pieces that do not overlap: two morphemes in one syllable ("했" = 하 + 었) are one piece.

Its dictionary form then holds both, with a space between, and featurizers count them as two words.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from kiwipiepy import Kiwi

ENDS = frozenset({"EF", "SF"})
"""Kiwi's tags of what ends a sentence: a final ending, and . ? !"""
POLITE_COMMA = re.compile(r"[요죠]\s*,")
"""Kiwi takes an ending before a comma for one that goes on; after 요 and 죠 it does not."""


@cache
def kiwi() -> Kiwi:
    """The analyser, loaded once in a process; its model comes with its package."""
    return Kiwi(num_workers=1)


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: `start` and `end` in characters, the dictionary form, and the tag of its first morpheme."""

    text: str
    start: int
    end: int
    lemma: str
    tag: str


def pieces(analyser: Any, text: str) -> list[Piece]:
    """The pieces of a text in order; the whole text as one piece where Kiwi finds nothing in it."""
    found: list[Piece] = []
    for token in analyser.tokenize(text):
        start, end = token.start, token.start + max(token.len, 1)
        if found and start < found[-1].end:
            found[-1] = _joined(found[-1], text, end, token.form)
        else:
            found.append(Piece(text[start:end], start, end, token.form, token.tag))
    return found or _whole(text)


def sentences(analyser: Any, text: str) -> list[str]:
    """The sentences of a text, cut after final endings and full stops, also where somebody wrote without any."""
    ends = {_end(text, token.start + token.len) for token in analyser.tokenize(text) if token.tag in ENDS}
    commas = {match.end() for match in POLITE_COMMA.finditer(text)}
    parts = (text[start:end].strip() for start, end in pairwise([0, *sorted(ends | commas), len(text)]))
    return [part for part in parts if part]


def _end(text: str, end: int) -> int:
    """The place behind the punctuation that follows."""
    while end < len(text) and not text[end].isalnum() and not text[end].isspace():
        end += 1
    return end


def _joined(piece: Piece, text: str, end: int, form: str) -> Piece:
    until = max(end, piece.end)
    return Piece(text[piece.start : until], piece.start, until, f"{piece.lemma} {form}", piece.tag)


def _whole(text: str) -> list[Piece]:
    words = text.strip()
    start = text.index(words) if words else 0
    return [Piece(words or text, start, start + len(words or text), words or text, "")] if text else []
