"""The index on disk: FAISS vectors and morphemes of every passage, built by change list, swapped with no gap.

A folder holds whole versions (`v-…/`) and the file `current`, which names the one to read. A build writes a new version
and then replaces `current` in one step, so a reader sees the old index or the new one and never a half.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.encode import Encoder
from retrieval.lexical import Morphemes, Tokens
from retrieval.passages import Passage

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]
"""Called with passages done and passages to do."""

FORMAT = 1
_CURRENT = "current"
_BATCH = 64
_KEPT_VERSIONS = 2
_LEAST_LIKENESS = -2.0


class IndexMismatchError(Exception):
    """The index does not belong to this catalog, encoder or program: run `ieum index`."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The search index {why}: run `ieum index`.")


@dataclass(frozen=True)
class Stamp:
    """What an index was made from. An index with another stamp is refused."""

    encoder: str
    dimension: int
    catalog: str
    package: str
    kiwi: str
    format: int = FORMAT

    @property
    def reusable(self) -> tuple[str, int, str, int]:
        """What must be the same for single passages to be taken over from an older index."""
        return (self.encoder, self.dimension, self.kiwi, self.format)


@dataclass(frozen=True)
class Reader:
    """What reads passages and questions alike. Loading it takes seconds, so it is made once and passed on."""

    encoder: Encoder
    morphemes: Morphemes

    def stamp(self, catalog: str) -> Stamp:
        """The stamp of an index that it builds of this version of the catalog."""
        return Stamp(self.encoder.name, self.encoder.dimension, catalog, _version("ieum"), _version("kiwipiepy"))


@dataclass(frozen=True)
class Index:
    """A loaded index: `faiss` holds the vectors under the passages' keys, `tokens` their morphemes."""

    stamp: Stamp
    faiss: faiss.IndexIDMap2
    tokens: Mapping[int, Tokens]

    def likeness(self, vector: Floats, keys: NDArray[np.int64]) -> Floats:
        """Cosine of the vector [dimension] with the passage of each key, float32 [len(keys)]; keys must be sorted."""
        faiss.omp_set_num_threads(1)  # counts for the calling thread; more of them wait longer than they compute
        _, scores, found = self.faiss.range_search(vector[None, :], _LEAST_LIKENESS)
        places = np.minimum(np.searchsorted(keys, found), len(keys) - 1)
        wanted = keys[places] == found
        out = np.zeros(len(keys), dtype=np.float32)
        out[places[wanted]] = scores[wanted]
        return out


@dataclass(frozen=True)
class BuildReport:
    """What a build did: passages by what happened to them, and seconds."""

    added: int
    removed: int
    kept: int
    seconds: float
    version: str


def save(folder: Path, catalog: str, passages: Sequence[Passage], reader: Reader, progress: Progress) -> BuildReport:
    """Build the index of the passages of this version of the catalog in the folder and make it the current one.

    Only passages whose key the current index does not hold are embedded; those that are gone are removed. OSError when
    the folder cannot be written; what was there before then still is.
    """
    started, stamp = time.monotonic(), reader.stamp(catalog)
    old = _reusable(folder, stamp)
    wanted = {passage.key: passage for passage in passages}
    gone = [key for key in old.tokens if key not in wanted]
    new = [passage for key, passage in wanted.items() if key not in old.tokens]
    if gone:
        old.faiss.remove_ids(faiss.IDSelectorBatch(np.array(gone, dtype=np.int64)))
    tokens = {key: old.tokens[key] for key in wanted if key in old.tokens} | _add(old.faiss, new, reader, progress)
    name = _write(folder, Index(stamp, old.faiss, tokens))
    return BuildReport(len(new), len(gone), len(wanted) - len(new), round(time.monotonic() - started, 3), name)


def load(folder: Path, stamp: Stamp) -> Index:
    """The current index. IndexMismatchError when there is none, it cannot be read, or its stamp is another one."""
    try:
        index = _read(folder)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise IndexMismatchError("is missing or cannot be read") from error
    for name, value in asdict(stamp).items():
        if getattr(index.stamp, name) != value:
            raise IndexMismatchError(f"was made with another {name} ({getattr(index.stamp, name)}, not {value})")
    return index


def _reusable(folder: Path, stamp: Stamp) -> Index:
    try:
        index = _read(folder)
        if index.stamp.reusable == stamp.reusable:
            return index
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        pass
    return Index(stamp, faiss.IndexIDMap2(faiss.IndexFlatIP(stamp.dimension)), {})


def _add(index: faiss.IndexIDMap2, new: Sequence[Passage], reader: Reader, progress: Progress) -> dict[int, Tokens]:
    tokens: dict[int, Tokens] = {}
    for start in range(0, len(new), _BATCH):
        batch = new[start : start + _BATCH]
        vectors = reader.encoder.encode_passages([passage.text for passage in batch])
        index.add_with_ids(vectors, np.array([passage.key for passage in batch], dtype=np.int64))
        tokens.update((passage.key, reader.morphemes(passage.text)) for passage in batch)
        progress(start + len(batch), len(new))
    return tokens


def _write(folder: Path, index: Index) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="v-", dir=folder))
    faiss.write_index(index.faiss, str(made / "vectors.faiss"))
    (made / "tokens.json").write_text(
        json.dumps({str(key): tokens for key, tokens in index.tokens.items()}, ensure_ascii=False), encoding="utf-8"
    )
    (made / "stamp.json").write_text(json.dumps(asdict(index.stamp), ensure_ascii=False), encoding="utf-8")
    pointer = made / _CURRENT
    pointer.write_text(made.name, encoding="utf-8")
    pointer.replace(folder / _CURRENT)
    _sweep(folder, made.name)
    return made.name


def _read(folder: Path) -> Index:
    """The current version; read again when it was replaced, and perhaps swept, in the meantime."""
    name = _current(folder)
    try:
        return _read_version(folder / name)
    except (OSError, RuntimeError):
        if _current(folder) == name:
            raise
        return _read(folder)


def _current(folder: Path) -> str:
    return (folder / _CURRENT).read_text(encoding="utf-8").strip()


def _read_version(home: Path) -> Index:
    stamp = Stamp(**json.loads((home / "stamp.json").read_text(encoding="utf-8")))
    tokens = json.loads((home / "tokens.json").read_text(encoding="utf-8"))
    index = faiss.read_index(str(home / "vectors.faiss"))
    if not isinstance(index, faiss.IndexIDMap2):
        raise ValueError("not an index of passages")
    return Index(stamp, index, {int(key): tuple(value) for key, value in tokens.items()})


def _sweep(folder: Path, current: str) -> None:
    """Remove old versions; the newest old one stays for a reader that has just read its name."""
    versions = sorted(folder.glob("v-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for stale in [path for path in versions if path.name != current][_KEPT_VERSIONS - 1 :]:
        shutil.rmtree(stale, ignore_errors=True)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
