"""Rasa featurizers that count what a message is made of, after its spelling has been made usual.

Sentence features only. Rasa's own `CountVectorsFeaturizer` does the counting. Tokens are not touched, so that entities
keep their true places.
"""

from abc import abstractmethod
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.morphemes import kiwi
from nlu.components.sound import sound
from nlu.korean.spelling import normalise_spelling


class _WholeMessage(CountVectorsFeaturizer):
    """Counts over one view of the whole message instead of over its tokens."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Runs after a tokenizer, as all featurizers do."""
        return [Tokenizer]

    @staticmethod
    @abstractmethod
    def view(text: str) -> str:
        """What is counted of a text in usual spelling."""

    def _get_message_tokens_by_attribute(self, message: Message, attribute: str) -> list[str]:
        text = message.get(attribute)
        return [self.view(normalise_spelling(str(text)))] if attribute == TEXT and text else []

    def _create_features(self, attribute: str, all_tokens: list[list[str]]) -> tuple[list[Any], list[Any]]:
        sequences, sentences = super()._create_features(attribute, all_tokens)
        return [None] * len(sequences), sentences


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SoundFeaturizer(_WholeMessage):
    """Runs of letters in how a message sounds: spelling and spacing matter little."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Runs of 2 to 7 letters (one to three syllables) that occur in at least two training sentences."""
        defaults = CountVectorsFeaturizer.get_default_config()
        return {**defaults, "analyzer": "char", "min_ngram": 2, "max_ngram": 7, "min_df": 2}

    @staticmethod
    def view(text: str) -> str:
        """The sound."""
        return sound(text)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MorphemeFeaturizer(_WholeMessage):
    """Morphemes in their dictionary form, alone and in pairs."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Words are what Kiwi takes apart."""
        return {**CountVectorsFeaturizer.get_default_config(), "max_ngram": 2}

    @staticmethod
    def view(text: str) -> str:
        """Dictionary forms with spaces between."""
        return " ".join(token.form for token in kiwi().tokenize(text))
