"""What the fusion learns from: the catalog's own questions, each asked while its own passages are hidden."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import Channels
from retrieval.encode import Encoder
from retrieval.misspell import misspell
from retrieval.passages import Passage

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_ERRORS = (1, 1, 2)
_SEED = 20261121


@dataclass(frozen=True)
class Question:
    """One thing asked: the owners that answer it, and the keys of the passages that say the same."""

    text: str
    owners: frozenset[str]
    keys: frozenset[int]


@dataclass(frozen=True)
class Examples:
    """Questions: `vectors` [n, dimension], `features` [n, owners, features], `right` [n, owners] true where right."""

    vectors: Floats
    features: Doubles
    right: NDArray[np.bool_]

    @property
    def answerable(self) -> NDArray[np.bool_]:
        """Which of them have an answer, [n]."""
        return ~self.right[:, -1]


def own_questions(passages: Sequence[Passage]) -> tuple[Question, ...]:
    """Every question passage once; the same text under several owners is one question that each of them answers."""
    same: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.kind == "question":
            same[passage.text].append(passage)
    return tuple(
        Question(text, frozenset(one.owner for one in found), frozenset(one.key for one in found))
        for text, found in sorted(same.items())
    )


def own_names(passages: Sequence[Passage]) -> tuple[Question, ...]:
    """Every name asked by itself, as people do who know what they want; nothing is hidden from these."""
    same: dict[str, set[str]] = defaultdict(set)
    for passage in passages:
        if passage.kind == "name":
            same[passage.text].add(passage.owner)
    return tuple(Question(text, frozenset(owners), frozenset()) for text, owners in sorted(same.items()))


def misspelled(questions: Sequence[Question]) -> tuple[Question, ...]:
    """The same questions with typing errors; the same errors on every run."""
    dice = random.Random(_SEED)  # noqa: S311 - not for secrets
    return tuple(Question(misspell(one.text, dice, dice.choice(_ERRORS)), one.owners, one.keys) for one in questions)


def examples(channels: Channels, questions: Sequence[Question], encoder: Encoder) -> Examples:
    """The questions as the channels see them."""
    vectors = encoder.encode_queries([question.text for question in questions])
    features = [
        channels.features(channels.ask(question.text, vector), question.keys)
        for question, vector in zip(questions, vectors, strict=True)
    ]
    right = [[owner in question.owners for owner in channels.owners] for question in questions]
    return Examples(vectors, np.array(features, dtype=np.float64), np.array(right, dtype=np.bool_))


def together(*parts: Examples) -> Examples:
    """All of them as one."""
    return Examples(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.right for part in parts]),
    )
