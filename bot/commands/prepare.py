"""What must be there before anything starts: schema, model, index. Each does nothing when nothing has changed."""

import asyncio
import shutil

from bot.commands.common import OperatorError, nlu_python
from bot.commands.migrate import migrate
from bot.commands.steps import Step, told
from bot.settings import ROOT, Settings
from knowledge.catalog import Catalog, CatalogError, load_catalog
from knowledge.lookups import write_lookups
from nlu import training
from nlu.errors import NluError
from nlu.server import Plan

NEEDED_BYTES = 500_000_000
"""Models, index and database need less than this together."""
LOOKUPS = ROOT / "nlu" / "data" / "lookups"


def check_disk(settings: Settings) -> None:
    """Raises OperatorError when the data folder's disk is nearly full."""
    settings.data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data).free
    if free < NEEDED_BYTES:
        raise OperatorError(
            f"the disk has {free / 1e6:.0f} MB free, {NEEDED_BYTES / 1e6:.0f} are needed: make room first."
        )


def read_catalog(settings: Settings) -> Catalog:
    """The catalog. Raises OperatorError with each mistake's file and line."""
    try:
        return load_catalog(settings.facts)
    except CatalogError as error:
        raise OperatorError(f"the catalog has mistakes, run `ieum check`:\n{error}") from None


def train(settings: Settings, step: Step, *, force: bool = False) -> training.TrainReport:
    """The model of today's data. Raises OperatorError."""
    write_lookups(settings.facts, LOOKUPS)  # the server reads the catalog's names when it starts
    try:
        return training.train(nlu_python(), settings.models_folder, step.tell, force=force)
    except NluError as error:
        raise OperatorError(str(error)) from None


def plan(settings: Settings) -> Plan:
    """How the Rasa server is run here."""
    model = training.model_file(settings.models_folder)
    return Plan(nlu_python(), ROOT, model, settings.rasa_port, settings.data / "log" / "rasa.log")


async def for_rasa(settings: Settings) -> None:
    """Schema and model, told step by step: with these the Rasa server can start."""
    check_disk(settings)
    await told("database", lambda step: migrate(settings))
    if not settings.rasa_url:
        await told("model", lambda step: asyncio.to_thread(train, settings, step))


async def for_search(settings: Settings) -> None:
    """The index, told as it grows."""
    await told("index", lambda step: asyncio.to_thread(index, settings, step))


def index(settings: Settings, step: Step) -> None:
    """The search index of today's catalog, and the names by which messages are read. Raises OperatorError."""
    from retrieval.encode import EncoderError
    from retrieval.search import build_index

    write_lookups(settings.facts, LOOKUPS)
    try:
        build_index(read_catalog(settings), settings.index_folder, settings.encoder, step.passage)
    except EncoderError as error:
        raise OperatorError(str(error)) from None


__all__ = ["check_disk", "for_rasa", "for_search", "index", "plan", "read_catalog", "train"]
