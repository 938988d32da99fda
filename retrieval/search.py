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
from retrieval.encode import Encoder, load_encoder
from retrieval.found import Found, Hit
from retrieval.fusion import Fusion, read_fusion, write_fusion
from retrieval.index import BuildReport, IndexMismatchError, Progress, load, save, stamp_of
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

    def __init__(self, ground: Ground, encoder: Encoder, folder: Path) -> None:
        self._ground, self._encoder, self._folder = ground, encoder, folder

    def find(self, query: str, *, limit: int = 5) -> Found:
        """The entries that most probably answer, best first. `abstained` when none is likely enough to be shown."""
        ground = self._ground
        text = clean(query)[:MOST_LETTERS]
        if not text:
            return Found(query)
        asked = ground.channels.ask(text, self._encoder.encode_queries([text])[0])
        chances = ground.fusion.probabilities(ground.channels.features(asked))
        order = np.argsort(-chances[:-1], kind="stable")[:limit]
        hits = tuple(_hit(ground.catalog, ground.channels.owners[n], float(chances[n])) for n in order)
        return Found(query, hits, abstained=bool(1 - chances[-1] < ground.fusion.threshold))

    def reload(self, catalog: Catalog) -> None:
        """Take the current index of the folder. IndexMismatchError when it is not of this catalog and encoder."""
        self._ground = ground_of(catalog, self._folder, self._encoder)


def load_search(catalog: Catalog, folder: Path, encoder_name: str, progress: Progress = no_progress) -> Search:
    """The search over the catalog; the index in the folder is built first when it is missing or of another making.

    EncoderError when the encoder cannot be loaded, OSError when the folder cannot be written.
    """
    encoder = load_encoder(encoder_name)
    try:
        ground = ground_of(catalog, folder, encoder)
    except IndexMismatchError as mismatch:
        log.info("building the search index", extra={"why": str(mismatch)})
        build(catalog, folder, encoder, progress)
        ground = ground_of(catalog, folder, encoder)
    return Search(ground, encoder, folder)


def build_index(catalog: Catalog, folder: Path, encoder_name: str, progress: Progress = no_progress) -> BuildReport:
    """Bring the index in the folder up to the catalog, embedding only what is new, and make it the current one."""
    return build(catalog, folder, load_encoder(encoder_name), progress)


def build(catalog: Catalog, folder: Path, encoder: Encoder, progress: Progress = no_progress) -> BuildReport:
    """As `build_index`, with a loaded encoder."""
    found = passages(catalog)
    report = save(folder, stamp_of(encoder, catalog.version), found, encoder, progress)
    if fusion_of(encoder.name, folder) is None:
        fusion = learn(channels_of(catalog, found, folder, encoder), found, encoder)
        write_fusion(encoder.name, fusion, folder / _FUSIONS)
    return report


def relearn(catalog: Catalog, folder: Path, encoder_name: str, progress: Progress = no_progress) -> Fusion:
    """Learn the weights of a bundled encoder anew from the catalog's questions, and write them into the program."""
    encoder = load_encoder(encoder_name)
    found = passages(catalog)
    save(folder, stamp_of(encoder, catalog.version), found, encoder, progress)
    fusion = learn(channels_of(catalog, found, folder, encoder), found, encoder)
    write_fusion(encoder_name, fusion)
    return fusion


def ground_of(catalog: Catalog, folder: Path, encoder: Encoder) -> Ground:
    """What the folder holds, ready to be searched. IndexMismatchError when it is of another making."""
    channels = channels_of(catalog, passages(catalog), folder, encoder)
    fusion = fusion_of(encoder.name, folder)
    if fusion is None:
        raise IndexMismatchError("has no weights for this encoder")
    return Ground(catalog, channels, fusion)


def channels_of(catalog: Catalog, found: Sequence[Passage], folder: Path, encoder: Encoder) -> Channels:
    """The parts of the search over the passages. IndexMismatchError when the index in the folder does not fit."""
    index = load(folder, stamp_of(encoder, catalog.version))
    if any(passage.key not in index.tokens for passage in found):
        raise IndexMismatchError("does not hold every passage")
    return Channels(found, tuple(catalog.programs), index, Morphemes())


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
