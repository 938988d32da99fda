"""When a model is trained and when not, with a quick stand-in for Rasa's Python; and the figures of the report."""

import shutil
from pathlib import Path

import pytest

from nlu.errors import RasaMissingError, TrainingError
from nlu.training import MODEL, STAMP, fingerprint, read_stamp, train
from tests.nlu.fake_rasa import fake_rasa

REAL = Path(__file__).parent.parent.parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the few files that a model is made of."""
    for name in ("nlu/data/intents", "nlu/data/lookups", "nlu/components", "nlu/korean"):
        (tmp_path / "project" / name).mkdir(parents=True)
    shutil.copy(REAL / "config.yml", tmp_path / "project" / "config.yml")
    (tmp_path / "project" / "nlu" / "data" / "intents" / "greet.yml").write_text("greet")
    return tmp_path / "project"


@pytest.fixture
def python(tmp_path: Path) -> Path:
    return fake_rasa(tmp_path / "bin")


def test_it_trains_once_and_then_not_again(root: Path, python: Path, tmp_path: Path) -> None:
    told: list[str] = []
    first = train(python, tmp_path / "out", told.append, root=root)
    second = train(python, tmp_path / "out", told.append, root=root)
    assert (first.trained, second.trained) == (True, False)
    assert first.model == second.model == tmp_path / "out" / MODEL
    assert told == ["Starting to train component 'Sounds'."]


@pytest.mark.parametrize("changed", ["config.yml", "nlu/data/intents/greet.yml", "nlu/components/new.py"])
def test_it_trains_again_when_something_changed(root: Path, python: Path, tmp_path: Path, changed: str) -> None:
    train(python, tmp_path / "out", print, root=root)
    (root / changed).write_text("other")
    assert train(python, tmp_path / "out", print, root=root).trained


def test_new_names_in_the_catalog_need_no_training(root: Path) -> None:
    before = fingerprint(root)
    (root / "nlu" / "data" / "lookups" / "program.json").write_text("{}")
    assert fingerprint(root) == before


def test_a_failure_keeps_the_last_good_model(root: Path, python: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = train(python, out, print, root=root).model.read_bytes()
    (python.parent / "mode").write_text("broken")
    with pytest.raises(TrainingError, match=r"no sentences\. The last good model is kept\."):
        train(python, out, print, root=root, force=True)
    assert (out / MODEL).read_bytes() == old
    assert read_stamp(out) is not None
    assert sorted(p.name for p in out.iterdir()) == sorted([MODEL, STAMP])


def test_a_training_without_a_model_is_a_failure(root: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no older model"):
        train(fake_rasa(tmp_path / "bin", "empty"), tmp_path / "out", print, root=root)


def test_a_lost_model_is_trained_again(root: Path, python: Path, tmp_path: Path) -> None:
    train(python, tmp_path / "out", print, root=root).model.unlink()
    assert train(python, tmp_path / "out", print, root=root).trained


def test_no_rasa_is_one_sentence(root: Path, tmp_path: Path) -> None:
    with pytest.raises(RasaMissingError, match="make setup"):
        train(tmp_path / "nowhere" / "python", tmp_path / "out", print, root=root)
