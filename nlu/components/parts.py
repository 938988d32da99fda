"""Rasa component: the sentences of a message beside it, so that all components after it look at each alone as well.

In "교육 언제 시작해요? 그거라도 없으면 한강 갈 생각이라서요" the harmless half outvotes the grave one.
The classifier takes the sentences out again.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.morphemes import kiwi, sentences

WHOLE = "whole"
"""What a sentence's message holds: the message that it is a part of."""
MOST = 8
"""Sentences of one message that are looked at, the last ones: what is grave is often said at the end."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceSplitter(GraphComponent):
    """Adds a message for each sentence of a message that has several."""

    def __init__(self) -> None:
        """Loads Kiwi's model."""
        self._kiwi = kiwi()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceSplitter":
        """A new splitter; nothing is learned."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is: whole messages are learned from."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, and behind them their sentences, each with its message under WHOLE."""
        return [*messages, *(part for message in messages for part in self._parts(message))]

    def _parts(self, message: Message) -> list[Message]:
        found = sentences(self._kiwi, str(message.get(TEXT) or ""))
        return [Message({TEXT: text, WHOLE: message}) for text in found[-MOST:]] if len(found) > 1 else []
