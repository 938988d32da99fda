"""The confusion matrix and the reliability of confidence as one picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def draw(pairs: dict[tuple[str, str], int], bins: Sequence[dict[str, float]], file: Path) -> bool:
    """Writes a PNG; `pairs` counts (label, answer), `bins` are those of `measure.reliability`.

    False, and no file, where matplotlib is not installed: figures are worth having without it.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(17, 11), dpi=90, layout="constrained")
    matrix, calibration = figure.subplots(1, 2, width_ratios=[3, 1])
    _matrix(matrix, pairs)
    _calibration(calibration, bins)
    figure.savefig(file)
    return True


def _matrix(axes: Any, pairs: dict[tuple[str, str], int]) -> None:
    rows = sorted({label for label, _ in pairs})
    columns = sorted({*rows, *(said for _, said in pairs)})
    totals = {row: sum(n for (label, _), n in pairs.items() if label == row) for row in rows}
    shares = [[pairs.get((row, column), 0) / totals[row] for column in columns] for row in rows]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (label, said), n in pairs.items():
        dark = n / totals[label] > 0.5
        place = (columns.index(said), rows.index(label))
        axes.text(*place, str(n), ha="center", va="center", fontsize=7, color="white" if dark else "black")
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set(xlabel="answer", ylabel="label", title="held-out messages: label against answer")


def _calibration(axes: Any, bins: Sequence[dict[str, float]]) -> None:
    axes.plot([0, 1], [0, 1], color="grey", linewidth=1)
    axes.plot([b["confidence"] for b in bins], [b["right"] for b in bins], marker="o")
    for held in bins:
        axes.annotate(f"{held['n']:.0f}", (held["confidence"], held["right"]), fontsize=8)
    axes.set(
        xlabel="confidence", ylabel="share right", title="reliability (number of messages)", xlim=(0, 1), ylim=(0, 1)
    )
    axes.set_aspect("equal")
