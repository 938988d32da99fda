"""Ages as people say or mistype them, put into the usual words: 예순서이 -> 예순셋이, 예슨아옵 -> 예순아홉."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nlu.korean.jamo import one_letter_off
from nlu.korean.span import Find

_TENS = {
    "스물": "수물 시물 스믈 스뮬", "서른": "서런 서룬 스른 스룬 설은 설른 설흔",
    "마흔": "마은 마훈 마헌 마흥 마혼 마안 매흔",
    "쉰": "쉬흔 쉬은 쉔 쒼", "예순": "예슨 예슌 예숨 예쑨 예숀 에슨 에순 얘순",
    "일흔": "일훈 일흥 일헌 닐흔 이른 일은", "여든": "여던 야든 야던 여등 여뜬", "아흔": "아훈 아헌 아흥 아은",
}  # fmt: skip
"""Native tens and how they are said or typed instead."""

_ONES = {
    "하나": "한나 하내 항나", "하나이": "하내이", "하나인": "하난", "둘이": "두리", "둘인": "두린", "셋": "싯",
    "셋이": "서이 스이 세이", "셋인": "서인 스인", "넷": "닛", "넷이": "너이 느이 네이", "넷인": "너인",
    "다섯": "다스 다슷 다서 다싯 다섰", "다섯이": "다서이 다스이", "여섯": "여서 여스 여슷 여싯 으섯 여섰",
    "여섯이": "여서이 여스이", "일곱": "닐곱 일굽 일곲 닐굽", "일곱이": "일고비 일구비", "일곱인": "일고빈",
    "여덟": "야달 여달 여덜 야덜 으덜 요덜 여덞 여덥 야닯", "여덟이": "야다리 여다리",
    "아홉": "아옵 아흡 아후 아홒 아옴", "아홉이": "아호비 아오비", "아홉인": "아호빈",
}  # fmt: skip
"""Native ones as they sound in the provinces, some with their ending (서이 is 셋 and 셋이)."""

_WORDS_OF_THEIR_OWN = frozenset(
    {
        "여성",
        "어른",
        "서론",
        "마른",
        "예술",
        "예산",
        "예선",
        "예수",
        "예문",
        "여는",
        "여튼",
        "이든",
        "아는",
        "사물",
        "그물",
    }
)
"""Words one letter away from a number that are words themselves."""

_ALSO_A_WORD = frozenset(("이른", "일은", "아은", "설은"))
"""Slips that are words too: numbers only where a one and an ending follow without a space."""

_START = re.compile(r"(?:(?<![가-힣])|(?<=[만저난나해이는가제도]))(?=[가-힣])")
_SINO_TEN = re.compile("[이삼사오육칠팔구]십")
_JOINT = re.compile(r"\s?(?:하고도?|하구도?|허고도?)?\s?")
_AFTER = re.compile(
    r"(?!이서)(?:[^가-힣]|$|[이인입임예에요여유라우구거됐되돼먹묵살세쌀새쎄셰샬도가네디데랑당지죠잖짜니였다마은])"
)
_SURELY_AFTER = re.compile(r"\s?(?:[살세쌀]|[인이입임예][데디요에니고라지구유]|[요유여]|먹|묵|됐|$)(?!서)")
_SINO = re.compile(
    r"(?<![가-힣])(?:만\s?)?(?P<six>[윢윾욱])?(?P<of>[이삼사오육륙칠팔구])?\s?(?P<ten>십|[싶씹싑쉽심])"
    r"(?=\s?[일이삼사오육칠팔구]?\s?(?:[세살쌀새쎄셰]|[일삼사오육칠팔구](?:인|입|이[요에고라지])))"
)
_MOST_SYLLABLES = 3


class Mended(NamedTuple):
    """A text in the usual words, and where in the text that was typed each of its characters began and ended."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def back(self, find: Find) -> Find:
        """A find in the mended text, at its place in the text that was typed."""
        return Find(self.starts[find.start], self.ends[find.end - 1], find.value)


class _Edit(NamedTuple):
    start: int
    end: int
    to: str


@lru_cache(maxsize=1)
def _tens() -> dict[str, str]:
    told = {slip: ten for ten, slips in _TENS.items() for slip in (ten, *slips.split())}
    for ten in _TENS:
        if len(ten) > 1:
            told |= {slip: ten for slip in one_letter_off(ten) - _WORDS_OF_THEIR_OWN if slip not in told}
    return told


@lru_cache(maxsize=1)
def _said_tens() -> frozenset[str]:
    return frozenset(slip for ten, slips in _TENS.items() for slip in (ten, *slips.split()))


@lru_cache(maxsize=1)
def _ones() -> dict[str, str]:
    usual = ("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
    told = {one: one for one in usual} | {slip: one for one, slips in _ONES.items() for slip in slips.split()}
    for one in usual[4:]:
        told |= {slip: one for slip in one_letter_off(one) - _WORDS_OF_THEIR_OWN if slip not in told}
    return told


def mended(text: str) -> Mended:
    """`text` with slips in the words of ages (20 to 99) put right. A word that may be another word stays."""
    edits = sorted([*_native(text), *_sino(text)])
    if not edits:
        return Mended(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    return _applied(text, edits)


def _applied(text: str, edits: list[_Edit]) -> Mended:
    out, starts, ends, at = "", list[int](), list[int](), 0
    for edit in (*edits, _Edit(len(text), len(text), "")):
        starts += [*range(at, edit.start), *[edit.start] * len(edit.to)]
        ends += [*range(at + 1, edit.start + 1), *[edit.end] * len(edit.to)]
        out, at = out + text[at : edit.start] + edit.to, edit.end
    return Mended(out, tuple(starts), tuple(ends))


def _native(text: str) -> Iterator[_Edit]:
    tens = _tens()
    for found in _START.finditer(text):
        at = found.start()
        for size in (2, 1):
            word = text[at : at + size]
            ten = tens.get(word) or (word if _SINO_TEN.fullmatch(word) else None)
            if ten is not None:
                yield from _from_ten(text, at, word, ten)
                break


def _from_ten(text: str, at: int, word: str, ten: str) -> Iterator[_Edit]:
    joint = _JOINT.match(text, at + len(word))
    start = joint.end() if joint else at + len(word)
    slip = _one_at(text, start)
    if slip is None:
        if word != ten and word in _said_tens() - _ALSO_A_WORD and _SURELY_AFTER.match(text, at + len(word)):
            yield _Edit(at, at + len(word), ten)
        return
    one, end = slip
    joined = start == at + len(word)
    doubtful = word in _ALSO_A_WORD or word not in _said_tens()
    if doubtful and not (joined and _SURELY_AFTER.match(text, end)):
        return
    if word != ten:
        yield _Edit(at, start if joined else at + len(word), ten)
    if text[start:end] != one:
        yield _Edit(start, end, one)


def _one_at(text: str, start: int) -> tuple[str, int] | None:
    ones = _ones()
    for end in range(min(start + _MOST_SYLLABLES, len(text)), start, -1):
        one = ones.get(text[start:end])
        if one is not None and (_AFTER.match(text, end) or one[-1] == "인"):
            return one, end
    return None


def _sino(text: str) -> Iterator[_Edit]:
    for found in _SINO.finditer(text):
        if found.group("six") and not found.group("of"):
            yield _Edit(*found.span("six"), "육")
        if found.group("ten") != "십" and (found.group("six") or found.group("of")):
            yield _Edit(*found.span("ten"), "십")
