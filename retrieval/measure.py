"""Figures of a search: how often the right entry is found, and how often it rightly declines."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """Shares of questions whose first right entry comes first, or in the first three; the mean of 1 / its place."""

    r_at_1: float
    r_at_3: float
    mrr: float

    def as_dict(self) -> dict[str, float]:
        """Rounded to three places."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


def places(scores: Doubles, right: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The place of the best right owner of each question, 0 for the first: scores and right [n, owners]."""
    order = np.argsort(-scores, axis=1, kind="stable")
    return np.asarray(np.take_along_axis(right, order, axis=1).argmax(axis=1), dtype=np.int64)


def finding(scores: Doubles, right: NDArray[np.bool_]) -> Finding:
    """The figures for scores and right owners [n, owners]; NOTHING must not be among the owners."""
    found = places(scores, right)
    return Finding(float((found < 1).mean()), float((found < 3).mean()), float((1 / (found + 1)).mean()))


def declined(sure: Sequence[float] | Doubles, threshold: float) -> float:
    """The share of questions of which the search is less sure than the threshold."""
    return round(float((np.asarray(sure) < threshold).mean()), 3)


def declined_when_answerable_are(share: float, sure: Doubles, unanswerable: Doubles) -> float:
    """The share of unanswerable questions declined at the threshold that declines this share of answerable ones."""
    return declined(unanswerable, float(np.quantile(sure, share)))


def calibration(chance: Doubles, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: the mean distance between the first entry's probability and how often it is right."""
    edges = np.minimum((chance * bins).astype(int), bins - 1)
    groups = [edges == number for number in range(bins)]
    gaps = [abs(float(chance[g].mean()) - float(right[g].mean())) * float(g.mean()) for g in groups if g.any()]
    return round(sum(gaps), 3)
