"""How the parts' scores become one probability for each catalog entry, and one for "nothing of it"."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.channels import FEATURES

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

FILE = Path(__file__).parent / "data" / "fusion.json"


@dataclass(frozen=True)
class Fusion:
    """A softmax over all owners and NOTHING.

    An owner's logit is `weights` · its features. The logit of NOTHING is `own` · its features + `best` · the best value
    of each feature among the owners + `bias`. Features are first centred and scaled. Below `threshold`, the summed
    probability of all owners, a search abstains.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    own: tuple[float, ...]
    best: tuple[float, ...]
    bias: float
    threshold: float
    trained: Mapping[str, Any] = field(default_factory=dict)
    features: tuple[str, ...] = FEATURES

    def probabilities(self, features: Floats) -> Doubles:
        """float64 [owners]: what `Channels.features` [owners, FEATURES] says, NOTHING last; they sum to 1."""
        scaled = (features - np.array(self.mean)) / np.array(self.scale)
        logits = scaled @ np.array(self.weights)
        logits[-1] = scaled[-1] @ np.array(self.own) + scaled[:-1].max(axis=0) @ np.array(self.best) + self.bias
        powers = np.exp(logits - logits.max())
        return np.asarray(powers / powers.sum(), dtype=np.float64)


def read_fusion(encoder: str, file: Path = FILE) -> Fusion | None:
    """The fusion trained for the encoder; None when there is none or it was trained on other features."""
    if not file.exists():
        return None
    data = json.loads(file.read_text(encoding="utf-8")).get(encoder)
    if data is None or tuple(data["features"]) != FEATURES:
        return None
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Fusion(**values)


def write_fusion(encoder: str, fusion: Fusion, file: Path = FILE) -> None:
    """Write the fusion beside those of other encoders."""
    data = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    data[encoder] = asdict(fusion)
    file.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def plain_fusion() -> Fusion:
    """Equal weights for every part: what is used to measure the parts without learning."""
    size = len(FEATURES)
    zeros, ones = (0.0,) * size, (1.0,) * size
    return Fusion(zeros, ones, ones, ones, zeros, 0.0, 0.0)
