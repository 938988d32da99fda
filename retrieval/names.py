"""Whether a question calls a program by a name: exactly, or with typing errors."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import CountVectorizer

from retrieval.jamo import jamo_grams
from retrieval.text import squeeze

Floats = NDArray[np.float32]

_SHORTEST = 2
_SHORTEST_FUZZY = 4


class Names:
    """Names of the owners. Blanks, marks and case are ignored; a name that several owners share counts for less."""

    def __init__(self, named: Sequence[tuple[int, str]], owners: int) -> None:
        pairs = sorted({(owner, squeeze(name)) for owner, name in named if len(squeeze(name)) >= _SHORTEST})
        shared = Counter(name for _, name in pairs)
        self._pairs = [(owner, name, 1.0 / shared[name]) for owner, name in pairs]
        self._owners = owners
        fuzzy = [(owner, name) for owner, name in pairs if len(name) >= _SHORTEST_FUZZY]
        self._fuzzy_owner = np.array([owner for owner, _ in fuzzy], dtype=np.int64)
        self._vectorizer = CountVectorizer(analyzer=jamo_grams, binary=True)
        grams = self._vectorizer.fit_transform([name for _, name in fuzzy]).astype(np.float32)
        self._grams = (sparse.diags(1.0 / np.asarray(grams.sum(axis=1)).ravel()) @ grams).tocsr()

    def scores(self, text: str) -> Floats:
        """float32 [owners, 3], each 0 to 1.

        Length of the longest name that the text holds, as a share of the longest one found for any owner; how much such
        a name is the owner's alone; and the largest share of a name's letters that the text has.
        """
        squeezed = squeeze(text)
        out = np.zeros((self._owners, 3), dtype=np.float32)
        for owner, name, share in self._pairs:
            if name in squeezed:
                out[owner, 0] = max(out[owner, 0], len(name))
                out[owner, 1] = max(out[owner, 1], share)
        out[:, 0] /= max(float(out[:, 0].max()), 1.0)
        query = self._vectorizer.transform([squeezed]).astype(np.float32)
        np.maximum.at(out[:, 2], self._fuzzy_owner, np.asarray((self._grams @ query.T).todense()).ravel())
        return out
