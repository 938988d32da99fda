"""The parts of the Rasa pipeline: the pure ones here, all of them together inside Rasa's own Python."""

import json
import subprocess
import tarfile
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu.components.linear import Linear, fit_linear, fit_scales, lifted, reweighted
from nlu.components.morphemes import Piece, kiwi, pieces, sentences
from nlu.components.sound import sound
from nlu.environment import rasa_python, variables
from nlu.labels import Intent

ROOT = Path(__file__).parent.parent.parent

SAME_SOUND = [
    ("할 수 있나요", "할수잇나여"),
    ("있어요", "이써여"),
    ("좋은 하루 되세요", "조은하루 대세여"),
    ("영어 가르칠 수 있는데", "영어 가르칠수 인는데"),
    ("어떻게 됐어요", "어떠케 대써여"),
    ("감사합니다", "감사함니다"),
    ("먹고 싶어요", "먹꼬시퍼요"),
    ("같이 가요", "가치 가여"),
    ("전화로 연락 주세요", "저놔로 열락 주세염"),
]
TEXTS = [
    "양천구에경비자리있어요",
    "  애 낳고 쭉 쉬었는데 뭐 했더라",
    "ㅋㅋㅋ 😀 hello 123",
    "ㅠㅠ",
    "모르겄네 우짜면 됩니까",
    "010-0000-1234로 전화했는데 안 받아요!!",
    "가" * 300,
    ".",
]


@pytest.mark.parametrize(("written", "heard"), SAME_SOUND)
def test_what_sounds_the_same_is_the_same(written: str, heard: str) -> None:
    assert sound(written) == sound(heard) or _likeness(sound(written), sound(heard)) > 0.8


@pytest.mark.parametrize(
    ("one", "other"), [("네", "아니요"), ("예약", "예약 취소"), ("가요", "와요"), ("사요", "살아요")]
)
def test_what_sounds_different_stays_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@pytest.mark.parametrize("text", TEXTS)
def test_sound_reads_everything_and_both_forms_of_hangul_alike(text: str) -> None:
    assert sound(unicodedata.normalize("NFD", text)) == sound(text)
    assert " " not in sound(text)


def _likeness(one: str, other: str) -> float:
    runs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other)]
    return len(runs[0] & runs[1]) / max(len(runs[0] | runs[1]), 1)


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_stand_where_they_say_and_do_not_overlap(text: str) -> None:
    found = pieces(kiwi(), text)
    assert found
    assert all(text[p.start : p.end] == p.text and p.text for p in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    covered = {i for p in found for i in range(p.start, p.end)}
    assert all(char.isspace() or i in covered for i, char in enumerate(text))


def test_two_morphemes_in_one_syllable_are_one_piece() -> None:
    assert Piece("했", 0, 1, "하 었", "VV") in pieces(kiwi(), "했더라")


def test_pieces_of_nothing() -> None:
    assert pieces(kiwi(), "") == []
    assert [p.text for p in pieces(kiwi(), "   ")] == ["   "]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("상담 취소해 주세요. 약도 모아놨고요", ["상담 취소해 주세요.", "약도 모아놨고요"]),
        ("상담취소해주세요살기싫어요", ["상담취소해주세요", "살기싫어요"]),
        ("다음에 올게요, 몸이 안 좋아서요", ["다음에 올게요,", "몸이 안 좋아서요"]),
        ("3.5시 됩니까!! ㅋㅋ", ["3.5시 됩니까!!", "ㅋㅋ"]),
        ("네", ["네"]),
        ("  ", []),
    ],
)
def test_sentences_are_cut_where_one_ends(text: str, parts: list[str]) -> None:
    assert sentences(kiwi(), text) == parts


@pytest.mark.parametrize("text", TEXTS)
def test_sentences_lose_no_letter(text: str) -> None:
    assert "".join("".join(sentences(kiwi(), text)).split()) == "".join(text.split())


def _toy() -> tuple[Any, Any, list[str]]:
    """Three labels that two counts tell apart, and numbers that tell nothing."""
    random = np.random.default_rng(3)
    labels = ["greet", "deny", "thank"] * 30
    counts = np.array([[3 if label == "greet" else 0, 3 if label == "deny" else 0, 1] for label in labels])
    return csr_matrix(counts), random.normal(size=(90, 2)), labels


def test_the_classifier_learns_and_its_chances_add_up() -> None:
    counts, dense, labels = _toy()
    scales = fit_scales(counts, [2, 3], dense, 0.5)
    rows = scales.apply(counts, dense)
    linear = fit_linear(rows, labels, c=1.0, folds=3)
    chances = linear.probabilities(rows)
    said = [linear.classes[i] for i in chances.argmax(axis=1)]
    assert np.allclose(chances.sum(axis=1), 1)
    assert np.mean([a == b for a, b in zip(said, labels, strict=True)]) > 0.9


def test_each_block_of_counts_has_length_one() -> None:
    counts, dense, _ = _toy()
    rows = fit_scales(counts, [2, 3], dense, 0.5).apply(counts, dense).toarray()
    assert rows.shape == (90, 5)
    lengths = np.linalg.norm(rows[:, :2], axis=1)
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))


def test_an_empty_row_has_chances_too() -> None:
    counts, dense, labels = _toy()
    scales = fit_scales(counts, [2, 3], dense, 0.5)
    linear = fit_linear(scales.apply(counts, dense), labels, c=1.0, folds=3)
    assert np.isfinite(linear.probabilities(scales.apply(csr_matrix((1, 3)), np.zeros((1, 2))))).all()


def test_training_twice_gives_the_same() -> None:
    counts, dense, labels = _toy()
    rows = fit_scales(counts, [2, 3], dense, 0.5).apply(counts, dense)
    first, second = (fit_linear(rows, labels, c=1.0, folds=3) for _ in range(2))
    assert first.steepness == second.steepness
    assert np.array_equal(first.weights, second.weights)


def test_odds_make_a_label_likelier() -> None:
    linear = Linear(["a", "b"], np.array([[1.0], [0.0]]), np.zeros(2), 1.0)
    rows = csr_matrix(np.array([[0.5]]))
    plain, raised = linear.probabilities(rows), reweighted(linear, rows, {"b": 4.0})
    assert plain[0, 0] > plain[0, 1]
    assert raised[0, 1] > raised[0, 0]
    assert raised.sum() == pytest.approx(1)


def test_a_grave_sentence_decides_what_the_whole_message_is_about() -> None:
    chances = np.array([[0.9, 0.1], [0.97, 0.03], [0.02, 0.98], [0.5, 0.5], [0.1, 0.9]])
    out = lifted(chances, [0, 0, 0, 3, 3], ["search", "distress"], {"distress": 0.95})
    assert out[0] == pytest.approx([0.02, 0.98])
    assert np.array_equal(out[1:], chances[1:]), "a sentence below the limit, and messages of one sentence, stay"
    assert np.array_equal(lifted(chances, [0, 0, 0, 3, 3], ["search", "distress"], {}), chances)


def _in_rasa(texts: list[str], folder: Path) -> list[dict[str, Any]]:
    python = rasa_python(ROOT)
    done = subprocess.run(
        [python, "-m", "tests.nlu.rasa_side", str(folder)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=variables(threads=2),
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return answers


@pytest.mark.integration
def test_the_pipeline_trains_and_answers_inside_rasa(tmp_path: Path) -> None:
    pieces_of_hangul = unicodedata.normalize("NFD", "강서구에 청소 자리 있나요")
    several = "안녕하세요. 예약을 취소해 주세요! 서울 살아요"
    texts = ["안녕하세요", "예약취소해주세여", "68살인데 신청되나요", pieces_of_hangul, several, "ㅋㅋㅋ 😀", "."]
    answers = _in_rasa(texts, tmp_path)
    labels = {intent.value for intent in Intent}
    assert all(a["intent"]["name"] in labels and 0 <= a["intent"]["confidence"] <= 1 for a in answers)
    assert [a["intent"]["name"] for a in answers[:2]] == ["greet", "cancel_appointment"]
    age = answers[2]["entities"][0]
    assert (age["entity"], age["start"], age["end"], age["extractor"]) == ("age", 0, 3, "ValueExtractor")
    whole = answers[3]["text"]
    assert [whole[e["start"] : e["end"]] for e in answers[3]["entities"]] == ["강서구", "청소"]
    assert answers[4]["text"] == several, "its sentences are looked at, but the answer is the message's"
    for answer in answers:
        places = [(e["start"], e["end"]) for e in answer["entities"]]
        assert all(left[1] <= right[0] for left, right in pairwise(places))
    with tarfile.open(tmp_path / "few.tar.gz") as model:
        files = {Path(member.name).name: member.size for member in model.getmembers()}
    assert files["entity.crfsuite"] > 0, "the field is stored as learned, a start learns nothing anew"
    assert "crf_dataset.json" not in files
