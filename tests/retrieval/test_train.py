"""The fusion learns which part tells the truth, and where to decline."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import check_grad  # type: ignore[import-untyped]

from retrieval.adapter import cross_fitted, fit_adapter
from retrieval.channels import FEATURES
from retrieval.examples import Examples, misspelled, own_questions
from retrieval.fusion import read_fusion, write_fusion
from retrieval.passages import NOTHING, Passage
from retrieval.train import _Objective, train_fusion

OWNERS = 5
NAMES = ("truth", "noise", "more noise")


@pytest.fixture
def invented() -> Examples:
    """Questions whose right owner has a high first feature; the other two say nothing. The last owner is NOTHING."""
    dice = np.random.default_rng(3)
    right = np.eye(OWNERS, dtype=np.bool_)[dice.integers(0, OWNERS, 400)]
    features = dice.normal(size=(400, OWNERS, len(NAMES)))
    features[:, :, 0] += 4 * right
    return Examples(np.zeros((400, 2), dtype=np.float32), features, right)


def test_it_trusts_the_part_that_knows(invented: Examples) -> None:
    fusion = train_fusion(invented, {}, NAMES)
    assert abs(fusion.weights[0]) > 10 * max(abs(weight) for weight in fusion.weights[1:])
    chances = fusion.probabilities(invented.features)
    assert np.allclose(chances.sum(axis=1), 1)
    assert (chances.argmax(axis=1) == invented.right.argmax(axis=1)).mean() > 0.9


def test_probabilities_are_honest(invented: Examples) -> None:
    """Among answers of about 70 %, about 70 % are right: learnt on half of the questions, counted on the rest."""
    features = invented.features.copy()
    features[:, :, 0] -= 2 * invented.right
    half = Examples(invented.vectors[:200], features[:200], invented.right[:200])
    chances = train_fusion(half, {}, NAMES).probabilities(features[200:])
    assert chances.max(axis=1).mean() == pytest.approx(
        (chances.argmax(axis=1) == invented.right[200:].argmax(axis=1)).mean(), abs=0.08
    )


def test_the_threshold_declines_seven_in_a_hundred_of_its_own(invented: Examples) -> None:
    fusion = train_fusion(invented, {}, NAMES)
    sure = 1 - fusion.probabilities(invented.features[invented.answerable])[:, -1]
    assert (sure < fusion.threshold).mean() == pytest.approx(0.07, abs=0.01)


def test_the_slope_is_that_of_the_loss(invented: Examples) -> None:
    few = _Objective(invented.features[:20], invented.right[:20])
    point = np.random.default_rng(1).normal(size=few.start.shape)
    assert check_grad(lambda at: few(at)[0], lambda at: few(at)[1], point) < 1e-3


def test_one_question_or_many(invented: Examples) -> None:
    fusion = train_fusion(invented, {}, NAMES)
    assert np.allclose(fusion.probabilities(invented.features)[7], fusion.probabilities(invented.features[7]))


def test_written_and_read(tmp_path: Path, invented: Examples) -> None:
    file = tmp_path / "fusion.json"
    fusion = replace(train_fusion(invented, {"questions": 400}, NAMES), features=FEATURES)
    write_fusion("one", fusion, file)
    write_fusion("two", replace(fusion, threshold=0.9), file)
    assert read_fusion("one", file) == fusion
    assert read_fusion("two", file) == replace(fusion, threshold=0.9)
    assert read_fusion("three", file) is None
    write_fusion("one", replace(fusion, features=("another",)), file)
    assert read_fusion("one", file) is None


def test_the_same_words_under_two_owners_are_one_question() -> None:
    passages = [
        Passage("가", "question", "얼마 줘요"),
        Passage("나", "question", "얼마 줘요"),
        Passage(NOTHING, "question", "비 와요"),
        Passage("가", "name", "얼마"),
    ]
    questions = own_questions(passages)
    assert [(one.text, one.owners, len(one.keys)) for one in questions] == [
        ("비 와요", {NOTHING}, 1),
        ("얼마 줘요", {"가", "나"}, 2),
    ]
    worse = misspelled(questions)
    assert [one.keys for one in worse] == [one.keys for one in questions]
    assert all(one.text != other.text for one, other in zip(worse, questions, strict=True))


def test_the_adapter_learns_a_map_and_cross_fitting_hides_the_answer() -> None:
    dice = np.random.default_rng(5)
    right = np.eye(4, dtype=np.bool_)[dice.integers(0, 3, 300)]
    vectors = (right @ dice.normal(size=(4, 16)) + 0.3 * dice.normal(size=(300, 16))).astype(np.float32)
    scores = fit_adapter(vectors[:200], right[:200]).scores(vectors[200:])
    assert (scores.argmax(axis=1) == right[200:].argmax(axis=1)).mean() > 0.95
    assert scores[:, 3].max() < -5, "nothing was ever right for the fourth"
    shuffled = dice.permutation(right)
    assert (cross_fitted(vectors, shuffled).argmax(axis=1) == shuffled.argmax(axis=1)).mean() < 0.5
