"""The index on disk: change lists, refusals, and swapping with no gap."""

import threading
from pathlib import Path

import numpy as np
import pytest

from retrieval.index import IndexMismatchError, Reader, Stamp, load, save
from retrieval.lexical import Morphemes
from retrieval.passages import Passage
from tests.retrieval.letters import LetterEncoder

PASSAGES = tuple(Passage(owner, "question", f"{owner} {text}") for owner in ("연금", "카드") for text in "가나다라마")


def quiet(done: int, total: int) -> None:
    assert 0 < done <= total


@pytest.fixture(scope="module")
def morphemes() -> Morphemes:
    return Morphemes()


@pytest.fixture
def reader(morphemes: Morphemes) -> Reader:
    return Reader(LetterEncoder(), morphemes)


def embedded(reader: Reader) -> list[str]:
    assert isinstance(reader.encoder, LetterEncoder)
    return reader.encoder.embedded


def build(folder: Path, passages: tuple[Passage, ...], reader: Reader, version: str = "1") -> Stamp:
    save(folder, version, passages, reader, quiet)
    return reader.stamp(version)


def test_only_what_changed_is_embedded(tmp_path: Path, reader: Reader) -> None:
    build(tmp_path, PASSAGES, reader)
    assert len(embedded(reader)) == len(PASSAGES)
    embedded(reader).clear()

    new = Passage("수당", "name", "구직 수당")
    report = save(tmp_path, "2", (*PASSAGES[3:], new), reader, quiet)

    assert embedded(reader) == ["구직 수당"]
    assert (report.added, report.removed, report.kept) == (1, 3, len(PASSAGES) - 3)
    index = load(tmp_path, reader.stamp("2"))
    assert index.faiss.ntotal == len(index.tokens) == len(PASSAGES) - 2
    assert PASSAGES[0].key not in index.tokens
    assert index.tokens[new.key] == ("구직", "수당")


def test_the_same_after_many_small_changes_as_after_one_build(tmp_path: Path, reader: Reader) -> None:
    for end in range(2, len(PASSAGES) + 1):
        stamp = build(tmp_path / "steps", PASSAGES[end % 3 : end], reader, str(end))
    whole = build(tmp_path / "once", PASSAGES[len(PASSAGES) % 3 :], reader, str(len(PASSAGES)))
    keys = np.array(sorted(one.key for one in PASSAGES[len(PASSAGES) % 3 :]), dtype=np.int64)
    vector = reader.encoder.encode_queries(["연금 나"])[0]
    steps, once = load(tmp_path / "steps", stamp), load(tmp_path / "once", whole)
    assert np.allclose(steps.likeness(vector, keys), once.likeness(vector, keys))
    assert dict(steps.tokens) == dict(once.tokens)


def test_likeness_is_the_cosine(tmp_path: Path, reader: Reader) -> None:
    index = load(tmp_path, build(tmp_path, PASSAGES, reader))
    ordered = sorted(PASSAGES, key=lambda one: one.key)[:4]
    vector = reader.encoder.encode_queries(["카드 다"])[0]
    found = index.likeness(vector, np.array([one.key for one in ordered], dtype=np.int64))
    assert np.allclose(found, reader.encoder.encode_passages([one.text for one in ordered]) @ vector, atol=1e-5)


@pytest.mark.parametrize(
    ("encoder", "version", "why"),
    [
        (LetterEncoder("other"), "1", "encoder"),
        (LetterEncoder(dimension=32), "1", "dimension"),
        (LetterEncoder(), "2", "catalog"),
    ],
)
def test_another_making_is_refused(
    tmp_path: Path, reader: Reader, encoder: LetterEncoder, version: str, why: str
) -> None:
    build(tmp_path, PASSAGES, reader)
    with pytest.raises(IndexMismatchError, match=rf"another {why} .*ieum index"):
        load(tmp_path, Reader(encoder, reader.morphemes).stamp(version))


def test_another_encoder_starts_afresh(tmp_path: Path, reader: Reader) -> None:
    build(tmp_path, PASSAGES, reader)
    other = Reader(LetterEncoder("other", dimension=32), reader.morphemes)
    stamp = build(tmp_path, PASSAGES, other)
    assert len(embedded(other)) == len(PASSAGES)
    assert load(tmp_path, stamp).faiss.d == 32


@pytest.mark.parametrize("broken", ["vectors.faiss", "tokens.json", "stamp.json"])
def test_a_damaged_index_is_refused_and_can_be_rebuilt(tmp_path: Path, reader: Reader, broken: str) -> None:
    stamp = build(tmp_path, PASSAGES, reader)
    next(tmp_path.glob(f"v-*/{broken}")).write_bytes(b"\0\1\2")
    with pytest.raises(IndexMismatchError, match="cannot be read"):
        load(tmp_path, stamp)
    build(tmp_path, PASSAGES, reader)
    assert load(tmp_path, stamp).faiss.ntotal == len(PASSAGES)


def test_no_index_is_refused(tmp_path: Path, reader: Reader) -> None:
    with pytest.raises(IndexMismatchError, match="missing"):
        load(tmp_path / "none", reader.stamp("1"))


def test_readers_see_whole_versions_while_it_is_built(tmp_path: Path, reader: Reader) -> None:
    """A reader that loads again and again beside a builder always gets one of the two states, and never an error."""
    stamp = build(tmp_path, PASSAGES, reader)
    seen: set[int] = set()
    errors: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(len(load(tmp_path, stamp).tokens))
            except Exception as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=read, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(10):
        build(tmp_path, PASSAGES[: 4 + number % 2], reader)
    done.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert seen <= {4, 5, len(PASSAGES)}


def test_old_versions_are_swept(tmp_path: Path, reader: Reader) -> None:
    for number in range(5):
        build(tmp_path, PASSAGES[: number + 2], reader)
    assert len(list(tmp_path.glob("v-*"))) == 2
