"""Rasa intent classifier: all sentence features of the pipeline, block by block, into one calibrated linear machine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack

from nlu.components.linear import Linear, Scales, fit_linear, fit_scales, lifted, reweighted
from nlu.components.parts import WHOLE

FILE = "linear.npz"
SHOWN = 10
"""How many intents the ranking holds."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """A linear support vector machine over every sparse and dense sentence feature, with calibrated confidence.

    Stored as plain arrays, so that loading a model can run no code.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """At least one featurizer."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["sklearn", "scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The defaults, all measured.

        `c`: how closely the training sentences are followed; `dense_weight`: what sentence vectors count beside
        the rest; `folds`: held-out parts for the calibration; `odds`: of a label, how much more it counts in chats
        than its share of the training sentences tells; `grave`: of a label, from which chance in one sentence of a
        message on it is what the whole message is about.
        """
        return {"c": 0.5, "dense_weight": 0.75, "folds": 3, "odds": {}, "grave": {}}

    def __init__(self, config: dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        """Untrained; `train` or `load` makes it useful."""
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._scales: Scales | None = None
        self._linear: Linear | None = None

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "LinearIntentClassifier":
        """A new, untrained classifier."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from all training messages with an intent and stores what was learned."""
        messages = [m for m in training_data.intent_examples if m.get(INTENT) and m.get(TEXT)]
        counts, ends, dense = matrices(messages)
        config = self._config
        self._scales = fit_scales(counts, ends, dense, float(config["dense_weight"]))
        rows = self._scales.apply(counts, dense)
        labels = [str(m.get(INTENT)) for m in messages]
        self._linear = fit_linear(rows, labels, c=float(config["c"]), folds=int(config["folds"]))
        self._persist()
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is; only messages are classified."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the intent and the ranking of each message; their sentences apart are heard and taken out."""
        known = [m for m in messages if m.get(TEXT)]
        if known and self._scales is not None and self._linear is not None:
            counts, _, dense = matrices(known)
            chances = reweighted(self._linear, self._scales.apply(counts, dense), self._config["odds"])
            chances = lifted(chances, _wholes(known), self._linear.classes, self._config["grave"])
            for message, row in zip(known, chances, strict=True):
                _set(message, self._linear.classes, row)
        return [m for m in messages if m.get(WHOLE) is None]

    def _persist(self) -> None:
        if self._scales is None or self._linear is None:
            return
        linear, scales = self._linear, self._scales
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / FILE,
                classes=np.asarray(linear.classes),
                weights=linear.weights.astype(np.float32),
                offsets=linear.offsets,
                steepness=linear.steepness,
                idf=scales.idf,
                ends=scales.ends,
                mean=scales.mean,
                std=scales.std,
                dense_weight=scales.dense_weight,
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "LinearIntentClassifier":
        """The classifier that was trained."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as stored:
            classes = [str(name) for name in stored["classes"]]
            component._linear = Linear(classes, stored["weights"], stored["offsets"], float(stored["steepness"]))
            idf, ends, mean, std = (stored[key] for key in ("idf", "ends", "mean", "std"))
            component._scales = Scales(idf, ends, mean, std, float(stored["dense_weight"]))
        return component


def matrices(messages: Sequence[Message]) -> tuple[Any, list[int], Any]:
    """The counts of all messages (blocks side by side), where each block ends, and the dense numbers."""
    counts = [_row(message, sparse=True) for message in messages]
    dense = [_row(message, sparse=False) for message in messages]
    ends = np.cumsum([block.shape[1] for block in counts[0]]).tolist() if counts[0] else [0]
    stacked = vstack([hstack([csr_matrix(b) for b in row]) if row else csr_matrix((1, 0)) for row in counts])
    return stacked.tocsr(), ends, np.vstack([np.hstack(row) if row else np.zeros((1, 0)) for row in dense])


def _wholes(messages: Sequence[Message]) -> list[int]:
    """Where the message stands that each of them is, or is a part of."""
    places = {id(message): place for place, message in enumerate(messages)}
    return [places[id(m.get(WHOLE) or m)] for m in messages]


def _row(message: Message, *, sparse: bool) -> list[Any]:
    return [f.features for f in message.features if _counts(f) and f.is_sparse() == sparse]


def _counts(feature: Features) -> bool:
    return bool(feature.attribute == TEXT and feature.type == FEATURE_TYPE_SENTENCE)


def _set(message: Message, classes: list[str], chances: Any) -> None:
    order = np.argsort(-chances)[:SHOWN]
    ranking = [{"name": classes[i], "confidence": float(chances[i])} for i in order]
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
