"""Rasa featurizer: counts of letter runs in how a message sounds, so that spelling and spacing matter little."""

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.sound import sound


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SoundFeaturizer(CountVectorsFeaturizer):
    """Rasa's own n-gram counter over the sound of the whole message; sentence features only."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Runs after a tokenizer, as all featurizers do."""
        return [Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Runs of 2 to 7 letters (one to three syllables) that occur in at least two training sentences."""
        defaults = CountVectorsFeaturizer.get_default_config()
        return {**defaults, "analyzer": "char", "min_ngram": 2, "max_ngram": 7, "min_df": 2}

    def _get_message_tokens_by_attribute(self, message: Message, attribute: str) -> list[str]:
        text = message.get(attribute)
        return [sound(text)] if attribute == TEXT and text else []

    def _create_features(self, attribute: str, all_tokens: list[list[str]]) -> tuple[list[Any], list[Any]]:
        sequences, sentences = super()._create_features(attribute, all_tokens)
        return [None] * len(sequences), sentences
