"""Morphemes, letters and names."""

import random

import numpy as np
import pytest

from retrieval.jamo import jamo_grams, syllables
from retrieval.lexical import Bm25, Morphemes, NGrams
from retrieval.misspell import misspell
from retrieval.names import FEATURES, Names
from retrieval.text import clean, squeeze


@pytest.fixture(scope="module")
def morphemes() -> Morphemes:
    return Morphemes()


def test_clean_and_squeeze() -> None:
    decomposed = "가격".encode().decode()
    assert clean(" 국취제\n\n  신청 ") == "국취제 신청"
    assert clean("가") == "가"
    assert squeeze("국취제 Ⅰ유형, 신청!") == "국취제1유형신청"
    assert squeeze(decomposed) == "가격"


@pytest.mark.parametrize(
    ("text", "has", "has_not"),
    [
        ("연금을 신청하려고요", {"연금", "신청"}, {"을", "요"}),
        ("일자리를 찾고 있는데요", {"일자리", "찾"}, {"를", "고", "요"}),
        ("AI 역량검사 2번", {"ai", "역량", "검사", "2"}, set()),
    ],
)
def test_morphemes_keep_what_carries_meaning(morphemes: Morphemes, text: str, has: set[str], has_not: set[str]) -> None:
    found = set(morphemes(text))
    assert has <= found
    assert not has_not & found


def test_bm25_counts_rare_words_for_more() -> None:
    index = Bm25([("연금", "신청"), ("카드", "신청"), ("수당", "신청")])
    scores = index.scores(("카드", "신청"))
    assert scores.argmax() == 1
    assert scores[0] == pytest.approx(scores[2])
    assert scores[1] == pytest.approx(1)
    assert scores[0] < 0.5


def test_bm25_a_word_that_nobody_knows_lowers_all() -> None:
    index = Bm25([("연금", "신청"), ("카드",)])
    assert index.scores(("연금", "우주선"))[0] < index.scores(("연금",))[0]
    assert not index.scores(("우주선",)).any()
    assert not index.scores(()).any()


def test_ngrams_forgive_spacing_and_typing_errors() -> None:
    index = NGrams(["내일배움카드 신청", "기초연금 신청", "시니어클럽"])
    assert index.scores("내일 베움 카드").argmax() == 0
    assert index.scores("기초연굼신청").argmax() == 1
    assert index.scores("내일배움카드신청")[0] == pytest.approx(1, abs=1e-3)


def test_syllables_agree_by_letter() -> None:
    right, wrong = syllables("급여"), syllables("급야")
    assert (right == wrong).sum() == 5
    assert (syllables("a1") == syllables("b1")).tolist() == [[False] * 3, [True] * 3]


def test_jamo_grams_see_letters() -> None:
    assert set(jamo_grams("연금", 3, 3)) & set(jamo_grams("연굼", 3, 3))


def test_names_exact_and_nearly() -> None:
    names = Names([(0, "실업급여"), (0, "구직급여"), (1, "생계급여"), (2, "급여")], owners=4)
    columns = {name: number for number, name in enumerate(FEATURES)}
    exact = names.scores("실업급여 신청")
    assert exact[0, columns["name.longest"]] == 1
    assert exact[2, columns["name.longest"]] == pytest.approx(0.5)
    assert exact[0, columns["name.cover"]] == pytest.approx(4 / 6)
    assert not exact[3].any()
    nearly = names.scores("시럽 급여 신청")
    assert nearly[0, columns["name.longest"]] == 0
    assert nearly[:, columns["name.close"]].argmax() == 0
    assert names.scores("").shape == (4, len(FEATURES))


def test_misspell_is_repeatable_and_stays_near() -> None:
    text = "실업급여 신청하려면 어떻게 해요"
    spelled = [misspell(text, random.Random(seed)) for seed in range(20)]
    assert spelled == [misspell(text, random.Random(seed)) for seed in range(20)]
    assert all(one != text for one in spelled)
    likeness = [np.mean([a == b for a, b in zip(squeeze(one), squeeze(text), strict=False)]) for one in spelled]
    assert min(likeness) > 0.7
