"""Whether a question calls a program by a name: exactly, or with typing errors."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import CountVectorizer

from retrieval.jamo import Letters, jamo_grams, syllables
from retrieval.text import squeeze

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FEATURES = ("name.longest", "name.cover", "name.fuzzy", "name.close", "name.closest")

_SHORTEST = 2
_SHORTEST_FUZZY = 4
_SHORTEST_CLOSE = 3
_LONGEST_CLOSE = 12
_UNLIKE = 0.7
"""Names that agree in no more of their letters than this are other names."""


@dataclass(frozen=True)
class _SameLength:
    """Names of one length: whose they are, and their letters [names, length, 3]."""

    owners: Ints
    letters: Letters


class Names:
    """Names of the owners. Blanks, marks and case are ignored."""

    def __init__(self, named: Sequence[tuple[int, str]], owners: int) -> None:
        pairs = sorted({(owner, squeeze(name)) for owner, name in named if len(squeeze(name)) >= _SHORTEST})
        self._pairs = pairs
        self._owners = owners
        fuzzy = [(owner, name) for owner, name in pairs if len(name) >= _SHORTEST_FUZZY]
        self._fuzzy_owner = np.array([owner for owner, _ in fuzzy], dtype=np.int64)
        self._vectorizer = CountVectorizer(analyzer=partial(jamo_grams, shortest=3, longest=5), binary=True)
        grams = self._vectorizer.fit_transform([name for _, name in fuzzy]).astype(np.float32)
        self._names_of_gram = (sparse.diags(1.0 / np.asarray(grams.sum(axis=1)).ravel()) @ grams).T.tocsr()
        self._by_length = _by_length(pairs)

    def scores(self, text: str) -> Floats:
        """float32 [owners, FEATURES], each 0 to 1.

        longest: length of the longest name that the text holds, as a share of the longest one found for any owner.
        cover: the share of the text that this name is. fuzzy: the largest share of a name's runs of letters that the
        text has. close, closest: how nearly a name of the same number of syllables stands in the text, and this
        weighed by its length.
        """
        squeezed = squeeze(text)
        return np.column_stack([self._exact(squeezed), self._fuzzy(squeezed), self._close(squeezed)])

    def _exact(self, text: str) -> Floats:
        out = np.zeros((self._owners, 2), dtype=np.float32)
        for owner, name in self._pairs:
            if name in text:
                out[owner] = np.maximum(out[owner], len(name))
        out /= np.array([max(float(out.max()), 1.0), max(len(text), 1)], dtype=np.float32)
        return out

    def _fuzzy(self, text: str) -> Floats:
        query = self._vectorizer.transform([text]).astype(np.float32)
        out = np.zeros(self._owners, dtype=np.float32)
        np.maximum.at(out, self._fuzzy_owner, np.asarray((query @ self._names_of_gram).todense()).ravel())
        return out

    def _close(self, text: str) -> Floats:
        letters = syllables(text)
        out = np.zeros((self._owners, 2), dtype=np.float32)
        for length, names in self._by_length.items():
            if length > len(letters):
                continue
            windows = np.lib.stride_tricks.sliding_window_view(letters, length, axis=0).transpose(0, 2, 1)
            agree = (names.letters[:, None] == windows[None]).mean(axis=(2, 3)).max(axis=1)
            close = np.maximum(agree - _UNLIKE, 0) / (1 - _UNLIKE)
            np.maximum.at(out[:, 0], names.owners, close)
            np.maximum.at(out[:, 1], names.owners, close * length)
        out[:, 1] /= max(float(out[:, 1].max()), 1.0)
        return out


def _by_length(pairs: Sequence[tuple[int, str]]) -> dict[int, _SameLength]:
    groups: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for owner, name in pairs:
        if _SHORTEST_CLOSE <= len(name) <= _LONGEST_CLOSE:
            groups[len(name)].append((owner, name))
    return {
        length: _SameLength(
            np.array([owner for owner, _ in group], dtype=np.int64),
            np.stack([syllables(name) for _, name in group]),
        )
        for length, group in groups.items()
    }
