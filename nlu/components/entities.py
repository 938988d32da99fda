"""Rasa entity extractor: its conditional random field, stored as it was learned."""

import shutil
from collections import OrderedDict
from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.crf_entity_extractor import CRFEntityExtractor, CRFToken
from rasa.shared.utils.io import dump_obj_as_json_to_file, read_json_file
from sklearn_crfsuite import CRF

ORDER = "order.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class StoredCRFEntityExtractor(CRFEntityExtractor):
    """Rasa's extractor, which since 3.6.21 stores the training sentences and learns anew whenever a server starts.

    That was 20 of the 27 seconds of a start. CRFsuite's own file holds numbers only: loading it runs no code either.
    """

    def persist(self, dataset: list[list[CRFToken]]) -> None:
        """Stores the taggers in CRFsuite's format, and their order."""
        with self._model_storage.write_to(self._resource) as folder:
            for tag, tagger in self.entity_taggers.items():
                shutil.copyfile(tagger.modelfile.name, folder / f"{tag}.crfsuite")
            dump_obj_as_json_to_file(folder / ORDER, self.crf_order)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "StoredCRFEntityExtractor":
        """The extractor that was trained."""
        with model_storage.read_from(resource) as folder:
            order = read_json_file(folder / ORDER)
            taggers = OrderedDict((tag, CRF(model_filename=str(folder / f"{tag}.crfsuite"))) for tag in order)
            for tagger in taggers.values():
                # Opened here, because the folder goes when the model is loaded.
                assert tagger.tagger_ is not None
        extractor = cls(config, model_storage, resource, taggers)
        extractor.crf_order = order
        return extractor
