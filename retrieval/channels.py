"""The parts of the search, each scoring every passage, and their scores gathered for each owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from retrieval.index import Index
from retrieval.lexical import Bm25, Morphemes, NGrams, Tokens
from retrieval.names import FEATURES as NAME_FEATURES
from retrieval.names import Names
from retrieval.passages import NOTHING, Passage, PassageKind

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

PARTS = ("dense", "morphemes", "ngrams")
KINDS: tuple[PassageKind, ...] = get_args(PassageKind)
_POOLED = tuple(f"{part}.{kind}{top}" for part in PARTS for kind in KINDS for top in ("", "3"))
FEATURES = (*_POOLED, "dense.vote", "morphemes.together", *NAME_FEATURES)
"""Names of the columns that `Channels.features` answers with."""


_SHARPNESS = 3.0
_LEAST_SHARE = 1e-4


@dataclass(frozen=True)
class Asked:
    """A question as the parts read it."""

    text: str
    vector: Floats
    tokens: Tokens


class Channels:
    """Everything that is searched in. `owners` are the ids of the catalog entries; the last one is NOTHING."""

    def __init__(self, passages: Sequence[Passage], owners: Sequence[str], index: Index, morphemes: Morphemes) -> None:
        self.passages = tuple(sorted(passages, key=lambda passage: passage.key))
        self.owners = (*owners, NOTHING)
        self._index, self._morphemes = index, morphemes
        self._keys = np.array([passage.key for passage in self.passages], dtype=np.int64)
        tokens = [index.tokens[passage.key] for passage in self.passages]
        row = {owner: number for number, owner in enumerate(self.owners)}
        self._owner = np.array([row[passage.owner] for passage in self.passages], dtype=np.int64)
        self._bm25, self._ngrams = Bm25(tokens), NGrams([passage.text for passage in self.passages])
        named = [(row[passage.owner], passage.text) for passage in self.passages if passage.kind == "name"]
        self._names = Names(named, len(self.owners))
        self._members = {kind: self._padded(kind) for kind in KINDS}

    def ask(self, text: str, vector: Floats) -> Asked:
        """The question with its morphemes; `vector` is its embedding, float32 [dimension]."""
        return Asked(text, vector, self._morphemes(text))

    def scores(self, asked: Asked) -> Mapping[str, Floats]:
        """For each of PARTS one score for every passage, float32 [passages]."""
        return {
            "dense": self._index.likeness(asked.vector, self._keys),
            "morphemes": self._bm25.scores(asked.tokens),
            "ngrams": self._ngrams.scores(asked.text),
        }

    def features(self, asked: Asked, without: frozenset[int] = frozenset()) -> Floats:
        """float32 [owners, FEATURES]. Passages whose key is in `without` are treated as if they were not there."""
        scores = self.scores(asked)
        hidden = np.isin(self._keys, np.fromiter(without, dtype=np.int64)) if without else None
        columns = [column for part in PARTS for kind in KINDS for column in self._best(scores[part], kind, hidden)]
        together = self._together(self._bm25.by_word(asked.tokens), hidden)
        return np.column_stack(
            [*columns, self._votes(scores["dense"], hidden), together, self._names.scores(asked.text)]
        ).astype(np.float32)

    def _best(self, scores: Floats, kind: PassageKind, hidden: NDArray[np.bool_] | None) -> tuple[Floats, Floats]:
        """The best score of each owner's passages of the kind, and the mean of the best three; 0 where none is."""
        usable = scores if hidden is None else np.where(hidden, 0, scores)
        members = self._members[kind]
        padded = np.where(members >= 0, usable[members], 0)
        top = -np.partition(-padded, 2, axis=1)[:, :3]
        return top.max(axis=1), top.mean(axis=1)

    def _votes(self, scores: Floats, hidden: NDArray[np.bool_] | None) -> Floats:
        """All passages vote for their owner, near ones far more than others: log of the owner's share."""
        usable = scores if hidden is None else np.where(hidden, -1, scores)
        steps = _SHARPNESS * (usable - usable.max()) / max(float(scores.std()), 1e-6)
        shares = np.bincount(self._owner, weights=np.exp(steps), minlength=len(self.owners))
        return np.asarray(np.log(np.maximum(shares / shares.sum(), _LEAST_SHARE)), dtype=np.float32)

    def _together(self, words: Floats, hidden: NDArray[np.bool_] | None) -> Floats:
        """How much of the question all passages of an owner say together: each word counts where it is said best."""
        usable = words if hidden is None else np.where(hidden[:, None], 0, words)
        best = np.zeros((len(self.owners), words.shape[1]), dtype=np.float32)
        np.maximum.at(best, self._owner, usable)
        return np.asarray(best.sum(axis=1), dtype=np.float32)

    def _padded(self, kind: PassageKind) -> Ints:
        """Passage numbers of each owner, int64 [owners, most passages], filled up with -1."""
        lists = [
            [n for n, passage in enumerate(self.passages) if passage.kind == kind and self._owner[n] == owner]
            for owner in range(len(self.owners))
        ]
        width = max(3, *(len(numbers) for numbers in lists))
        return np.array([numbers + [-1] * (width - len(numbers)) for numbers in lists], dtype=np.int64)
