"""What must be there before anything starts: schema, model, index. Each does nothing when nothing has changed."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from bot.commands.common import OperatorError, nlu_python
from bot.commands.migrate import migrate
from bot.commands.steps import Step, told
from bot.settings import ROOT, Settings
from knowledge.catalog import Catalog, CatalogError, load_catalog
from knowledge.lookups import write_lookups
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook
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


@contextmanager
def sound_facts() -> Iterator[None]:
    """What is done with the facts inside it raises OperatorError with each mistake's file and line."""
    try:
        yield
    except CatalogError as error:
        raise OperatorError(f"the catalog has mistakes, run `ieum check`:\n{error}") from None


@contextmanager
def sound_search(settings: Settings) -> Iterator[None]:
    """What is done with the search inside it raises OperatorError when encoder or index cannot be used."""
    from retrieval.encode import EncoderError

    try:
        yield
    except EncoderError as error:
        raise OperatorError(str(error)) from None
    except OSError as error:
        why = f"{type(error).__name__}: {settings.index_folder}"
        raise OperatorError(f"the index cannot be read or written ({why}): check IEUM_DATA.") from None


def read_catalog(settings: Settings) -> Catalog:
    """The catalog. Raises OperatorError."""
    with sound_facts():
        return load_catalog(settings.facts)


def read_rules(settings: Settings, catalog: Catalog) -> RuleBook:
    """The rules of eligibility. Raises OperatorError."""
    with sound_facts():
        return load_rules(settings.facts, catalog)


def train(settings: Settings, step: Step, *, force: bool = False) -> training.TrainReport:
    """The model of today's data. Raises OperatorError."""
    _write_names(settings)  # the server reads them when it starts
    try:
        return training.train(nlu_python(), settings.models_folder, step.tell, force=force)
    except NluError as error:
        raise OperatorError(str(error)) from None


def _write_names(settings: Settings) -> Catalog:
    """The names by which messages are read, of a catalog that was looked through first."""
    catalog = read_catalog(settings)
    write_lookups(settings.facts, LOOKUPS)
    return catalog


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
    from retrieval.search import build_index

    catalog = _write_names(settings)
    with sound_search(settings):
        build_index(catalog, settings.index_folder, settings.encoder, step.passage)
