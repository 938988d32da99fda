"""A small encoder that behaves: like texts have like vectors, and it counts what it was asked."""

import zlib

import numpy as np
from numpy.typing import NDArray

from retrieval.jamo import jamo_grams

Floats = NDArray[np.float32]


class LetterEncoder:
    """Letter runs thrown into 64 boxes. Keeps the passages that it embedded."""

    def __init__(self, name: str = "letters", dimension: int = 64) -> None:
        self.name, self.dimension = name, dimension
        self.embedded: list[str] = []

    def encode_queries(self, texts: list[str]) -> Floats:
        return np.stack([self._one(text) for text in texts])

    def encode_passages(self, texts: list[str]) -> Floats:
        self.embedded += texts
        return self.encode_queries(texts)

    def _one(self, text: str) -> Floats:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for gram in jamo_grams(text, 3, 5):
            vector[zlib.crc32(gram.encode()) % self.dimension] += 1
        return vector / np.linalg.norm(vector)
