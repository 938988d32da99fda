"""Rasa extractor: what the Korean readers find, with what the learned extractor before it found besides."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.korean import Span, find_all

Today = Callable[[], date]


def today() -> date:
    """The day in Seoul. It only decides what is a plausible birth year or day; the app reads values for its own day."""
    return datetime.now(ZoneInfo("Asia/Seoul")).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ValueExtractor(GraphComponent, EntityExtractorMixin):
    """Readers first; a learned entity stays where no reader found anything and its extractor was sure."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`labels`: the learned labels that are kept at all; `sure`: the least confidence of a learned entity."""
        return {"labels": ["program", "occupation", "schedule", "career_gap"], "sure": 0.6}

    def __init__(self, config: dict[str, Any], day: Today = today) -> None:
        """`day` answers which day it is."""
        self._labels = frozenset(config["labels"])
        self._sure = float(config["sure"])
        self._day = day

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ValueExtractor":
        """A new extractor; nothing is learned."""
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leaves training data as it is."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the entities of each message: readers' and learned ones, without overlaps, in the order of the text."""
        for message in messages:
            spans = find_all(str(message.get(TEXT) or ""), self._day())
            read = self.add_extractor_name([_entity(span) for span in spans])
            learned = [e for e in message.get(ENTITIES, []) if self._kept(e, spans)]
            entities = sorted(read + learned, key=lambda e: int(e["start"]))
            message.set(ENTITIES, entities, add_to_output=True)
        return messages

    def _kept(self, entity: dict[str, Any], spans: tuple[Span, ...]) -> bool:
        known = entity["entity"] in self._labels and entity.get("confidence_entity", 1.0) >= self._sure
        return known and all(entity["end"] <= s.start or s.end <= entity["start"] for s in spans)


def _entity(span: Span) -> dict[str, Any]:
    value = span.text if span.value is None else span.value
    return {"entity": span.entity, "start": span.start, "end": span.end, "value": value}
