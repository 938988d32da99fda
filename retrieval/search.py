"""A question in Korean in, catalog entries with probabilities out, or an honest nothing.

>>> search = load_search(load_catalog(Path("knowledge/facts")), Path("var/index"), "bundled:use-multilingual")
>>> search.find("회사 그만두고 나라에서 받는 돈")
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.catalog import Catalog, Program
from retrieval.channels import Channels
from retrieval.encode import load_encoder
from retrieval.found import Found, Hit
from retrieval.fusion import Fusion, read_fusion, write_fusion
from retrieval.index import BuildReport, IndexMismatchError, Progress, Reader, load, save
from retrieval.lexical import Morphemes
from retrieval.passages import Passage, passages
from retrieval.text import clean
from retrieval.train import learn

log = logging.getLogger(__name__)

_FUSIONS = "fusion.json"
MOST_LETTERS = 400
"""Only so much of a question is searched for."""


def no_progress(done: int, total: int) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Ground:
    """One state of everything that is searched; a reload replaces it as a whole."""

    catalog: Catalog
    channels: Channels
    fusion: Fusion


class Search:
    """Finds catalog entries. Safe to call from many threads; `reload` can run beside `find`."""

    def __init__(self, ground: Ground, reader: Reader, folder: Path) -> None:
        self._ground, self._reader, self._folder = ground, reader, folder

    def find(self, query: str, *, limit: int = 5) -> Found:
        """The entries that most probably answer, best first. `abstained` when none is likely enough to be shown."""
        ground = self._ground
        text = clean(query)[:MOST_LETTERS]
        if not text:
            return Found(query)
        vector = self._reader.encoder.encode_queries([text])[0]
        chances = ground.fusion.probabilities(ground.channels.features(ground.channels.ask(text, vector)))
        order = np.argsort(-chances[:-1], kind="stable")[:limit]
        hits = tuple(_hit(ground.catalog, ground.channels.owners[n], float(chances[n])) for n in order)
        return Found(query, hits, abstained=bool(1 - chances[-1] < ground.fusion.threshold))

    def reload(self, catalog: Catalog) -> None:
        """Take the current index of the folder. IndexMismatchError when it is not of this catalog and encoder."""
        self._ground = ground_of(catalog, self._folder, self._reader)


def load_reader(encoder_name: str) -> Reader:
    """The encoder of that name beside the morphemes. EncoderError when it cannot be loaded."""
    return Reader(load_encoder(encoder_name), Morphemes())


def load_search(catalog: Catalog, folder: Path, encoder_name: str, progress: Progress = no_progress) -> Search:
    """The search over the catalog; the index in the folder is built first when it is missing or of another making.

    EncoderError when the encoder cannot be loaded, OSError when the folder cannot be written.
    """
    reader = load_reader(encoder_name)
    try:
        ground = ground_of(catalog, folder, reader)
    except IndexMismatchError as mismatch:
        log.info("building the search index", extra={"why": str(mismatch)})
        build(catalog, folder, reader, progress)
        ground = ground_of(catalog, folder, reader)
    return Search(ground, reader, folder)


def build_index(catalog: Catalog, folder: Path, encoder_name: str, progress: Progress = no_progress) -> BuildReport:
    """Bring the index in the folder up to the catalog, embedding only what is new, and make it the current one."""
    return build(catalog, folder, load_reader(encoder_name), progress)


def build(catalog: Catalog, folder: Path, reader: Reader, progress: Progress = no_progress) -> BuildReport:
    """As `build_index`, with what reads already loaded. For an encoder that is not bundled, weights are learnt too."""
    found = passages(catalog)
    report = save(folder, catalog.version, found, reader, progress)
    if fusion_of(reader.encoder.name, folder) is None:
        fusion = learn(channels_of(catalog, found, folder, reader), found, reader.encoder)
        write_fusion(reader.encoder.name, fusion, folder / _FUSIONS)
    return report


def relearn(catalog: Catalog, folder: Path, encoder_name: str, progress: Progress = no_progress) -> Fusion:
    """Learn the weights of a bundled encoder anew from the catalog's questions, and write them into the program."""
    reader, found = load_reader(encoder_name), passages(catalog)
    save(folder, catalog.version, found, reader, progress)
    fusion = learn(channels_of(catalog, found, folder, reader), found, reader.encoder)
    write_fusion(encoder_name, fusion)
    return fusion


def ground_of(catalog: Catalog, folder: Path, reader: Reader) -> Ground:
    """What the folder holds, ready to be searched. IndexMismatchError when it is of another making."""
    channels = channels_of(catalog, passages(catalog), folder, reader)
    fusion = fusion_of(reader.encoder.name, folder)
    if fusion is None:
        raise IndexMismatchError("has no weights for this encoder")
    return Ground(catalog, channels, fusion)


def channels_of(catalog: Catalog, found: Sequence[Passage], folder: Path, reader: Reader) -> Channels:
    """The parts of the search over the passages. IndexMismatchError when the index in the folder does not fit."""
    index = load(folder, reader.stamp(catalog.version))
    if any(passage.key not in index.tokens for passage in found):
        raise IndexMismatchError("does not hold every passage")
    return Channels(found, tuple(catalog.programs), index, reader.morphemes)


def fusion_of(encoder_name: str, folder: Path) -> Fusion | None:
    """The weights that come with the program, for bundled encoders, or those learnt when the index was built."""
    return read_fusion(encoder_name) or read_fusion(encoder_name, folder / _FUSIONS)


def _hit(catalog: Catalog, id_: str, chance: float) -> Hit:
    program = catalog.programs[id_]
    return Hit(id_, program.kind, round(chance, 4), _source(program))


def _source(program: Program) -> str:
    """Who says it: the source of the first sentence about the program, else who runs it."""
    for entries in program.aspects.values():
        for entry in entries:
            if entry.source is not None:
                return entry.source.label
    for fact in program.facts.values():
        return fact.values[-1].source.label
    return program.operator
