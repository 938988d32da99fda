"""A linear classifier over several blocks of features, with probabilities that mean what they say. Plain arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

Array = Any
"""A numpy array; the stubs of numpy 1.23 and of today's disagree, so it is not named closer."""


@dataclass(frozen=True)
class Scales:
    """How raw features are made comparable.

    `idf`: one weight per count; counts of a block stand together, `ends` are the blocks' last columns + 1.
    `mean` and `std`: of the dense numbers; `dense_weight`: how much these count beside the rest.
    """

    idf: Array
    ends: Array
    mean: Array
    std: Array
    dense_weight: float

    def apply(self, counts: Any, dense: Array) -> Any:
        """Rows of features: each block of counts as tf-idf (sublinear) of length 1, then the dense numbers."""
        weighted = csr_matrix(counts, dtype=np.float64)
        weighted.data = 1.0 + np.log(weighted.data)
        weighted = (weighted @ _diagonal(self.idf)).tocsr()
        starts = [0, *self.ends[:-1]]
        blocks = [_unit(weighted[:, start:end]) for start, end in zip(starts, self.ends, strict=True)]
        if dense.shape[1]:
            near = (dense - self.mean) / self.std / np.sqrt(dense.shape[1])
            blocks.append(csr_matrix(near * self.dense_weight))
        return hstack(blocks).tocsr()


@dataclass(frozen=True)
class Linear:
    """A trained classifier: one weight row and one offset per class, and how steeply scores become probabilities."""

    classes: list[str]
    weights: Array
    offsets: Array
    steepness: float

    def probabilities(self, rows: Any) -> Array:
        """One row of probabilities per row of features, in the order of `classes`."""
        return softmax(self.steepness * (rows @ self.weights.T + self.offsets))


def fit_scales(counts: Any, ends: Array, dense: Array, dense_weight: float) -> Scales:
    """Scales learned from training rows (smooth idf as in scikit-learn)."""
    seen = np.bincount(csr_matrix(counts).indices, minlength=counts.shape[1])
    idf = np.log((1 + counts.shape[0]) / (1 + seen)) + 1
    std = dense.std(axis=0) if dense.shape[1] else dense[0]
    return Scales(idf, np.asarray(ends), dense.mean(axis=0), np.where(std > 0, std, 1.0), dense_weight)


def fit_linear(rows: Any, labels: list[str], *, c: float, folds: int) -> Linear:
    """A linear support vector machine, one class against the rest, rare classes weighted up.

    Its scores are made into probabilities by one number, found on held-out folds: fitted on the training rows
    themselves it would be far too sure.
    """
    names = np.asarray(labels)
    machine = _machine(c).fit(rows, names)
    classes = [str(name) for name in machine.classes_]
    scores, truth = _held_out(rows, names, classes, c, folds)
    return Linear(classes, machine.coef_, machine.intercept_, _steepness(scores, truth))


def reweighted(linear: Linear, rows: Any, odds: Mapping[str, float]) -> Array:
    """Probabilities where labels are met more often than in training by a factor each."""
    factors = np.asarray([odds.get(name, 1.0) for name in linear.classes])
    chances = linear.probabilities(rows) * factors
    return chances / chances.sum(axis=1, keepdims=True)


def softmax(scores: Array) -> Array:
    """Scores as probabilities, row by row."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def lifted(chances: Any, wholes: Sequence[int], classes: Sequence[str], grave: Mapping[str, float]) -> Any:
    """The chances, float [n, labels], where a whole message has a grave label from the sentence that says it most.

    `wholes`: for each row, the row of the message that it is a sentence of, or its own; `grave`: of a label, from which
    chance in a sentence on it counts. The other labels of the message share what is left.
    """
    out = np.array(chances, dtype=float)
    for label, least in grave.items():
        column = classes.index(label)
        for row, whole in enumerate(wholes):
            most = out[row, column]
            if most >= least and most > out[whole, column]:
                out[whole] *= (1 - most) / (1 - out[whole, column])
                out[whole, column] = most
    return out


def _machine(c: float) -> LinearSVC:
    return LinearSVC(C=c, class_weight="balanced", random_state=7)


def _held_out(rows: Any, names: Array, classes: list[str], c: float, folds: int) -> tuple[Array, Array]:
    scores, truth = [], []
    for learn, hold in StratifiedKFold(folds, shuffle=True, random_state=7).split(rows, names):
        machine = _machine(c).fit(rows[learn], names[learn])
        scores.append(machine.decision_function(rows[hold]))
        truth += [classes.index(str(name)) for name in names[hold]]
    return np.vstack(scores), np.asarray(truth)


def _steepness(scores: Array, truth: Array) -> float:
    def surprise(log_steepness: float) -> float:
        chances = softmax(np.exp(log_steepness) * scores)[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(chances, 1e-12)).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-2.0, 4.0), method="bounded").x))


def _diagonal(weights: Array) -> Any:
    size = len(weights)
    return csr_matrix((weights, (np.arange(size), np.arange(size))), shape=(size, size))


def _unit(block: Any) -> Any:
    lengths = np.sqrt(np.asarray(block.multiply(block).sum(axis=1)).ravel())
    return _diagonal(1.0 / np.where(lengths > 0, lengths, 1.0)) @ block
