"""Learns how much each part is worth, from the catalog's own questions, each asked while its own passage is hidden."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from scipy.special import logsumexp  # type: ignore[import-untyped]

from retrieval.channels import FEATURES, Channels
from retrieval.encode import Encoder
from retrieval.fusion import Fusion

Doubles = NDArray[np.float64]

_L2 = 2.0
_DECLINED = 0.03
"""The share of answerable questions that may be declined: the threshold is put there."""


@dataclass(frozen=True)
class Examples:
    """Questions: `features` [n, owners, FEATURES], `right` [n, owners] true for the owners that answer."""

    texts: tuple[str, ...]
    features: Doubles
    right: NDArray[np.bool_]

    def take(self, rows: NDArray[np.bool_]) -> "Examples":
        """The examples of the rows."""
        return Examples(
            tuple(text for text, wanted in zip(self.texts, rows, strict=True) if wanted),
            self.features[rows],
            self.right[rows],
        )


def own_questions(channels: Channels, encoder: Encoder) -> Examples:
    """Every question passage, asked while all passages with the same text are hidden."""
    keys: dict[str, set[int]] = defaultdict(set)
    owners: dict[str, set[str]] = defaultdict(set)
    for passage in channels.passages:
        if passage.kind == "question":
            keys[passage.text].add(passage.key)
            owners[passage.text].add(passage.owner)
    texts = tuple(sorted(keys))
    vectors = encoder.encode_queries(list(texts))
    features = [
        channels.features(channels.ask(text, vector), frozenset(keys[text]))
        for text, vector in zip(texts, vectors, strict=True)
    ]
    right = np.array([[owner in owners[text] for owner in channels.owners] for text in texts])
    return Examples(texts, np.array(features, dtype=np.float64), right)


def train_fusion(examples: Examples, trained: dict[str, object]) -> Fusion:
    """The fusion under which the right owners are most probable, with a small penalty on large weights."""
    flat = examples.features.reshape(-1, len(FEATURES))
    mean, scale = flat.mean(axis=0), np.maximum(flat.std(axis=0), 1e-6)
    scaled = (examples.features - mean) / scale
    best = scaled[:, :-1].max(axis=1)
    size = len(FEATURES)

    def logits(point: Doubles) -> Doubles:
        out = scaled @ point[:size]
        out[:, -1] = scaled[:, -1] @ point[size : 2 * size] + best @ point[2 * size : 3 * size] + point[-1]
        return np.asarray(out)

    def loss(point: Doubles) -> tuple[float, Doubles]:
        scores = logits(point)
        total = logsumexp(scores, axis=1)
        right = logsumexp(np.where(examples.right, scores, -np.inf), axis=1)
        slope = np.exp(scores - total[:, None]) - np.where(examples.right, np.exp(scores - right[:, None]), 0)
        gradient = np.concatenate(
            [
                np.einsum("no,nof->f", slope[:, :-1], scaled[:, :-1]),
                slope[:, -1] @ scaled[:, -1],
                slope[:, -1] @ best,
                [slope[:, -1].sum()],
            ]
        )
        penalty = point.copy()
        penalty[-1] = 0
        return float((total - right).sum() + _L2 / 2 * penalty @ penalty), gradient + _L2 * penalty

    point = minimize(loss, np.zeros(3 * size + 1), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    parts = [tuple(np.round(point[i * size : (i + 1) * size], 5).tolist()) for i in range(3)]
    fusion = Fusion(_rounded(mean), _rounded(scale), parts[0], parts[1], parts[2], round(float(point[-1]), 5), 0.0)
    return _with_threshold(fusion, examples, trained)


def answerable(fusion: Fusion, examples: Examples) -> Doubles:
    """How sure the fusion is that each question has an answer, [n]."""
    return np.array([1 - fusion.probabilities(one.astype(np.float32))[-1] for one in examples.features])


def _with_threshold(fusion: Fusion, examples: Examples, trained: dict[str, object]) -> Fusion:
    sure = answerable(fusion, examples.take(~examples.right[:, -1]))
    threshold = round(float(np.quantile(sure, _DECLINED)), 4)
    return Fusion(
        fusion.mean, fusion.scale, fusion.weights, fusion.own, fusion.best, fusion.bias, threshold, dict(trained)
    )


def _rounded(values: Sequence[float] | Doubles) -> tuple[float, ...]:
    return tuple(np.round(values, 6).tolist())
