"""How the parts' scores become one probability for each catalog entry, and one for "nothing of it"."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import FEATURES

Doubles = NDArray[np.float64]

FILE = Path(__file__).parent / "data" / "fusion.json"
"""Fusions of the bundled encoders, trained beforehand."""


@dataclass(frozen=True)
class Fusion:
    """A softmax over all owners and NOTHING.

    An owner's logit is `weights` · its features. The logit of NOTHING is `own` · its features + `best` · the best value
    of each feature among the owners + `bias`. Features are first centred and scaled. Below `threshold`, the summed
    probability of all owners, a search abstains. `trained` says on what it was trained.
    """

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    own: tuple[float, ...]
    best: tuple[float, ...]
    bias: float
    threshold: float
    trained: Mapping[str, Any] = field(default_factory=dict)

    def probabilities(self, features: NDArray[Any]) -> Doubles:
        """float64 [..., owners], NOTHING last, summing to 1, for features [..., owners, features]."""
        scaled = (np.asarray(features, dtype=np.float64) - np.array(self.mean)) / np.array(self.scale)
        logits = scaled @ np.array(self.weights)
        best = scaled[..., :-1, :].max(axis=-2) @ np.array(self.best)
        logits[..., -1] = scaled[..., -1, :] @ np.array(self.own) + best + self.bias
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float64)


def read_fusion(encoder: str, file: Path = FILE) -> Fusion | None:
    """The fusion trained for the encoder; None when there is none or it was trained on other features."""
    data = _read(file).get(encoder)
    if data is None or tuple(data["features"]) != FEATURES:
        return None
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Fusion(**values)


def write_fusion(encoder: str, fusion: Fusion, file: Path = FILE) -> None:
    """Write the fusion beside those of other encoders. OSError when the file cannot be written."""
    data = {**_read(file), encoder: asdict(fusion)}
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    fresh.replace(file)


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}
