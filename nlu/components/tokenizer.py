"""Rasa tokenizer over Kiwi: morphemes with their true places in the text; texts without spaces are read as well."""

import unicodedata
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.components.morphemes import Piece, kiwi, pieces


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class KiwiTokenizer(Tokenizer):
    """Splits Korean into morphemes. `lemma` is the dictionary form, which featurizers count; `pos` is the tag."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The settings that Rasa's tokenizers have; intents are never split."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "prefix_separator_symbol": None,
            "token_pattern": None,
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Loads Kiwi's model."""
        super().__init__(config)
        self._kiwi = kiwi()

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["kiwipiepy"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Tokenizes; a text whose Hangul came in pieces (NFD) is put together first, for all components after this."""
        for message in messages:
            if message.get(TEXT):
                message.set(TEXT, unicodedata.normalize("NFC", str(message.get(TEXT))), add_to_output=True)
        return list(super().process(messages))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """The tokens of one text; never empty for a text that is not."""
        text = str(message.get(attribute))
        return [_token(piece) for piece in pieces(self._kiwi, text)]


def _token(piece: Piece) -> Token:
    return Token(piece.text, piece.start, piece.end, data={"pos": piece.tag}, lemma=piece.lemma)
