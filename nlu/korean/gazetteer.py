"""Words of a list in a message: longest first, spaces inside do not matter, one wrong letter in long ones forgiven."""

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from nlu.korean.endings import ends_well, word_rest
from nlu.korean.jamo import sound, within_one
from nlu.korean.span import Span

LOOKUPS = Path(__file__).parent.parent / "data" / "lookups"
"""Where the lists are, all written by knowledge.lookups; program.json only when the model is trained."""
_CAREFUL = Path(__file__).parent / "data" / "careful.json"
_FORGIVEN = 4
"""Shortest word, in syllables, that may have one wrong letter: shorter ones are too near to other words."""

_TOUCHED = 2
"""One letter put in, left out or changed touches two syllables at most."""
_HEARD = 3
"""Shortest word that may be written with a vowel that sounds the same (국취재)."""


def squeezed(text: str) -> str:
    """`text` as it is compared: without spaces, small letters."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)).casefold()


@cache
def careful_words(entity: str) -> frozenset[str]:
    """Words of a list that also mean something else (안내, 전기, 교대), squeezed; kept in data/careful.json."""
    return frozenset(json.loads(_CAREFUL.read_text(encoding="utf-8"))[entity])


@dataclass(frozen=True)
class Manner:
    """How the words of one list stand in a message.

    `nouns`: regex of nouns that may follow within the same word; `heads`: regex of what may stand before in the same
    word ("아파트|건물"); `careful`: words that count only where `work` (regex) follows, or alone in the message.
    """

    entity: str
    nouns: str = ""
    heads: str = ""
    careful: frozenset[str] = frozenset()
    work: str = ""
    unfit: dict[str, str] = field(default_factory=dict)
    free_from: int = 99
    """Words of this many syllables or more may be followed by anything ("국민취업지원제도수당")."""


@dataclass(frozen=True)
class _Words:
    """A list as it is searched: `by_sound` by the sound of a word, `by_end` by its last syllable and length.

    `reach`: the longest word that has a syllable at its first (0) or second (1) place; others need no look.
    """

    ids: dict[str, str]
    reach: dict[tuple[int, str], int]
    by_sound: dict[str, str]
    by_end: dict[tuple[str, int], tuple[str, ...]]


@dataclass(frozen=True)
class _Line:
    """A message and its squeezed form, with the place and the sound of each squeezed character."""

    text: str
    plain: str
    places: tuple[int, ...]
    sounds: tuple[str, ...]


@lru_cache(maxsize=8)
def _read(path: Path, _stamp: float) -> _Words:
    ids = {squeezed(word): found for word, found in json.loads(path.read_text(encoding="utf-8")).items()}
    by_end: dict[tuple[str, int], tuple[str, ...]] = {}
    for word in ids:
        if len(word) >= _FORGIVEN:
            key = (word[-1], len(word))
            by_end[key] = (*by_end.get(key, ()), word)
    heard = {sound(word): word for word in ids if len(word) >= _HEARD}
    reach: dict[tuple[int, str], int] = {}
    for word in ids:
        for place in (0, 1):
            key_at = (place, word[place : place + 1])
            reach[key_at] = max(reach.get(key_at, 0), len(word))
    return _Words(ids, reach, heard, by_end)


def find_words(text: str, path: Path, manner: Manner) -> list[Span]:
    """Words of the list at `path` ({word: id}) in a message, in order, not overlapping; none without a list."""
    if not path.exists():
        return []
    words = _read(path, path.stat().st_mtime)
    line = _line(text)
    found: list[Span] = []
    at = 0
    while at < len(line.plain):
        span = _at(line, at, words, manner)
        if span is not None:
            found.append(span)
        at = bisect_left(line.places, span.end) if span is not None else at + 1
    return found


def _line(text: str) -> _Line:
    whole = unicodedata.normalize("NFC", text)
    places = tuple(i for i, char in enumerate(whole) if not char.isspace())
    plain = "".join(whole[i].casefold()[:1] for i in places)
    return _Line(whole, plain, places, tuple(map(sound, plain)))


def _at(line: _Line, at: int, words: _Words, manner: Manner) -> Span | None:
    start = line.places[at]
    if start > 0 and line.text[start - 1].isalnum() and not _headed(line.text[:start], manner):
        return None
    for size, word in _candidates(line, at, words):
        end = line.places[at + size - 1] + 1
        if _fits(line.text, start, end, word, manner):
            return Span(manner.entity, start, end, line.text[start:end], words.ids[word])
    return None


def _headed(before: str, manner: Manner) -> bool:
    return bool(manner.heads) and re.search(rf"(?:{manner.heads})$", before[-8:]) is not None


def _candidates(line: _Line, at: int, words: _Words) -> Iterator[tuple[int, str]]:
    """Words that stand at `at`, longest first, with their size there; right ones before wrong ones of a size."""
    first, second = line.plain[at], line.plain[at + 1 : at + 2]
    longest = max(words.reach.get((0, first), 0), words.reach.get((1, second), 0))
    for size in range(min(longest + 1, len(line.plain) - at) if longest else 0, 1, -1):
        here = line.plain[at : at + size]
        if here in words.ids:
            yield size, here
            continue
        heard = words.by_sound.get("".join(line.sounds[at : at + size])) if size >= _HEARD else None
        if heard:
            yield size, heard
        elif size >= _FORGIVEN - 1:
            yield from ((size, word) for word in _nearly(here, words))


def _nearly(here: str, words: _Words) -> list[str]:
    sizes = range(max(_FORGIVEN, len(here) - 1), len(here) + 2)
    close = [word for size in sizes for word in words.by_end.get((here[-1], size), ()) if _slip(word, here)]
    return sorted(close) if len({words.ids[word] for word in close}) == 1 else []


def _slip(word: str, here: str) -> bool:
    """Whether `here` is `word` with one wrong letter: not in the last syllable, which is where endings begin, nor, in a
    word of four, in the first, and never in a number."""
    if len(word) == _FORGIVEN and word[0] != here[0]:
        return False
    if len(set(word) - set(here)) > _TOUCHED or re.findall(r"\d", word) != re.findall(r"\d", here):
        return False
    return within_one(word, here)


def _fits(text: str, start: int, end: int, word: str, manner: Manner) -> bool:
    if len(word) < 3 and end - start > len(word):
        return False
    rest = word_rest(text, end)
    if len(word) < manner.free_from and not ends_well(rest, manner.nouns):
        return False
    unfit = manner.unfit.get(word)
    if unfit and re.match(unfit, text[end:]):
        return False
    return word not in manner.careful or _meant(text, start, end + len(rest), end, manner)


def _meant(text: str, start: int, rest_end: int, end: int, manner: Manner) -> bool:
    alone = not re.sub(r"[\s.,!~?ㅎㅋ]", "", text[:start] + text[rest_end:])
    return alone or re.match(rf"\s?(?:{manner.work})", text[end:]) is not None
