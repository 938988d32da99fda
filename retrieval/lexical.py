"""Finding by form: Korean morphemes (BM25) and letter n-grams (TF-IDF). Both answer for every passage at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from kiwipiepy import Kiwi
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from retrieval.jamo import jamo_grams
from retrieval.text import clean

Floats = NDArray[np.float32]
Tokens = tuple[str, ...]

_CONTENT = ("NNG", "NNP", "NR", "XR", "SL", "SN", "SH", "VV", "VA", "MAG", "VX")
_K1, _B = 0.9, 0.4


class Morphemes:
    """Content morphemes of a text, typing errors understood as far as Kiwi does."""

    def __init__(self) -> None:
        self._kiwi: Any = Kiwi(num_workers=1)

    def __call__(self, text: str) -> Tokens:
        """Nouns, roots, verbs, adverbs, numbers and Latin words, in order; endings and particles are left out."""
        found = self._kiwi.tokenize(clean(text), normalize_coda=True)
        return tuple(token.form.lower() for token in found if token.tag.split("-")[0] in _CONTENT)


class Bm25:
    """BM25 over token lists, as a share of what the question could score at best (0 to about 1)."""

    def __init__(self, documents: Sequence[Tokens]) -> None:
        self._vectorizer = CountVectorizer(analyzer=_as_it_is)
        counts = self._vectorizer.fit_transform(documents).astype(np.float32)
        seen = np.asarray((counts > 0).sum(axis=0)).ravel()
        total = counts.shape[0]
        self._idf = np.log(1 + (total - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        self._unknown = float(np.log(1 + (total + 0.5) / 0.5))
        self._weights = _saturated(counts, self._idf)

    def scores(self, tokens: Tokens) -> Floats:
        """One score for each document, float32 [n]. A word that no document knows lowers all of them."""
        return np.asarray(self.by_word(tokens).sum(axis=1), dtype=np.float32)

    def by_word(self, tokens: Tokens) -> Floats:
        """What each known word of the question adds to each document's score, float32 [n, words]."""
        terms = list(dict.fromkeys(tokens))
        columns = [self._vectorizer.vocabulary_.get(term) for term in terms]
        known = [column for column in columns if column is not None]
        best = float(self._idf[known].sum()) + self._unknown * (len(columns) - len(known))
        if not known or best <= 0:
            return np.zeros((self._weights.shape[0], 0), dtype=np.float32)
        return np.asarray(self._weights[:, known].toarray(), dtype=np.float32) / best


class NGrams:
    """TF-IDF cosine of letter n-grams (4 to 7, about two to three syllables): forgives spacing and typing errors."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer=_grams, sublinear_tf=True, dtype=np.float32)
        self._texts_of_gram = self._vectorizer.fit_transform(texts).T.tocsr()

    def scores(self, text: str) -> Floats:
        """One cosine for each text, float32 [n]."""
        query = self._vectorizer.transform([text])
        return np.asarray((query @ self._texts_of_gram).todense(), dtype=np.float32).ravel()


def _as_it_is(tokens: Tokens) -> Tokens:
    return tokens


def _grams(text: str) -> list[str]:
    return jamo_grams(text, 4, 7)


def _saturated(counts: sparse.csr_matrix, idf: Floats) -> sparse.csc_matrix:
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1e-9))
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    values = counts.data * (_K1 + 1) / (counts.data + norm[rows]) * idf[counts.indices]
    weights = sparse.csr_matrix((values.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape)
    return weights.tocsc()
