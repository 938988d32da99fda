"""An adapter: one linear map learnt on top of the frozen encoder, from its space to the catalog's entries.

Kept for measuring (docs/decisions/0004-search.md): beside question passages it did not find more, so the search does
without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Rows = NDArray[np.int64]

_STRENGTH = 10.0
_FOLDS = 5
_LEAST = -12.0


@dataclass(frozen=True)
class Adapter:
    """`weights` [owners, dimension] and `bias` [owners] over vectors moved by `centre` [dimension] to length one."""

    centre: Doubles
    weights: Doubles
    bias: Doubles

    def scores(self, vectors: Floats) -> Doubles:
        """Log probability of each owner, float64 [n, owners]; never below -12."""
        logits = _moved(vectors, self.centre) @ self.weights.T + self.bias
        logits = logits - logits.max(axis=1, keepdims=True)
        shares = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return np.asarray(np.maximum(logits - shares, _LEAST), dtype=np.float64)


def fit_adapter(vectors: Floats, right: NDArray[np.bool_]) -> Adapter:
    """Learnt from questions [n, dimension] and their right owners [n, owners]; several right ones share the weight."""
    centre = np.asarray(vectors.mean(axis=0), dtype=np.float64)
    rows, owners = np.nonzero(right)
    model = LogisticRegression(C=_STRENGTH, max_iter=300)
    model.fit(_moved(vectors, centre)[rows], owners, sample_weight=1.0 / right.sum(axis=1)[rows])
    weights = np.zeros((right.shape[1], vectors.shape[1]))
    bias = np.full(right.shape[1], _LEAST)
    weights[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return Adapter(centre, weights, bias)


def cross_fitted(vectors: Floats, right: NDArray[np.bool_]) -> Doubles:
    """Scores [n, owners] of each question by an adapter that has not seen it."""
    out = np.zeros(right.shape)
    for seen, unseen in _folds(len(vectors)):
        out[unseen] = fit_adapter(vectors[seen], right[seen]).scores(vectors[unseen])
    return out


def _folds(size: int) -> Iterator[tuple[Rows, Rows]]:
    yield from KFold(_FOLDS, shuffle=True, random_state=0).split(np.zeros(size))


def _moved(vectors: Floats, centre: Doubles) -> Doubles:
    moved = vectors - centre
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float64)
