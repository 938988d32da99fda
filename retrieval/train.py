"""Learns how much each part of the search is worth, and below which probability to decline."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import logsumexp  # type: ignore[import-untyped]

from retrieval.channels import FEATURES, Channels
from retrieval.encode import Encoder
from retrieval.examples import Examples, examples, misspelled, own_names, own_questions, together
from retrieval.fusion import Fusion
from retrieval.passages import Passage

Doubles = NDArray[np.float64]

_L2 = 2.0
_DECLINED = 0.07
"""The share of its own answerable questions, half of them misspelled, that may be declined: the threshold's place."""


def learn(channels: Channels, passages: Sequence[Passage], encoder: Encoder) -> Fusion:
    """The fusion learnt from the passages' own questions, spelled well and badly."""
    questions, names = own_questions(passages), own_names(passages)
    asked = examples(channels, (*questions, *misspelled(questions)), encoder)
    trained = {
        "encoder": encoder.name,
        "questions": sum("" not in question.owners for question in questions),
        "unanswerable": sum("" in question.owners for question in questions),
        "misspelled": len(questions),
        "names": len(names),
        "penalty": _L2,
        "declined": _DECLINED,
    }
    return with_threshold(train_fusion(together(asked, examples(channels, names, encoder)), trained), asked)


def train_fusion(seen: Examples, trained: dict[str, Any], features: tuple[str, ...] = FEATURES) -> Fusion:
    """The fusion under which the right owners are most probable, with a small penalty on large weights."""
    flat = seen.features.reshape(-1, len(features))
    mean, scale = flat.mean(axis=0), np.maximum(flat.std(axis=0), 1e-6)
    objective = _Objective((seen.features - mean) / scale, seen.right)
    point = minimize(objective, objective.start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    weights, own, best = (_rounded(part) for part in np.split(point[:-1], 3))
    bias = round(float(point[-1]), 5)
    return with_threshold(
        Fusion(features, _rounded(mean), _rounded(scale), weights, own, best, bias, 0.0, trained), seen
    )


def with_threshold(fusion: Fusion, asked: Examples) -> Fusion:
    """The fusion with the threshold that declines as many of these answerable questions as may be declined."""
    sure = 1 - fusion.probabilities(asked.features[asked.answerable])[:, -1]
    return replace(fusion, threshold=round(float(np.quantile(sure, _DECLINED)), 4))


class _Objective:
    """Minus log probability of the right owners plus the penalty, with its slope. A point is [3 * features + 1]."""

    def __init__(self, scaled: Doubles, right: NDArray[np.bool_]) -> None:
        self._scaled, self._right = scaled, right
        self._best = scaled[:, :-1].max(axis=1)
        self._size = scaled.shape[2]
        self.start = np.zeros(3 * self._size + 1)

    def __call__(self, point: Doubles) -> tuple[float, Doubles]:
        scores = self._logits(point)
        total = logsumexp(scores, axis=1)
        right = logsumexp(np.where(self._right, scores, -np.inf), axis=1)
        slope = np.exp(scores - total[:, None]) - np.where(self._right, np.exp(scores - right[:, None]), 0)
        penalised = np.append(point[:-1], 0)
        loss = float((total - right).sum() + _L2 / 2 * penalised @ penalised)
        return loss, self._gradient(slope) + _L2 * penalised

    def _logits(self, point: Doubles) -> Doubles:
        weights, own, best = np.split(point[:-1], 3)
        scores = self._scaled @ weights
        scores[:, -1] = self._scaled[:, -1] @ own + self._best @ best + point[-1]
        return np.asarray(scores)

    def _gradient(self, slope: Doubles) -> Doubles:
        owners, nothing = slope[:, :-1], slope[:, -1]
        weights = np.tensordot(owners, self._scaled[:, :-1], axes=([0, 1], [0, 1]))
        return np.concatenate([weights, nothing @ self._scaled[:, -1], nothing @ self._best, [nothing.sum()]])


def _rounded(values: Doubles) -> tuple[float, ...]:
    return tuple(np.round(values, 6).tolist())
