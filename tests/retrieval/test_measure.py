"""Figures on small tables that can be counted by hand."""

import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.evaluate import held_out, unseen
from retrieval.measure import calibration, declined, declined_when_answerable_are, finding
from retrieval.passages import NOTHING, Passage

SCORES = np.array([[0.9, 0.5, 0.1, 0.0], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1]])


def test_finding() -> None:
    right = np.array([[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=np.bool_)
    found = finding(SCORES, right)
    assert found.r_at_1 == pytest.approx(1 / 3)
    assert found.r_at_3 == pytest.approx(2 / 3)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 4) / 3)


def test_declining() -> None:
    assert declined([0.1, 0.5, 0.9, 0.95], 0.6) == 0.5
    sure, unsure = np.linspace(0, 1, 101), np.array([0.01, 0.2])
    assert declined_when_answerable_are(0.05, sure, unsure) == 0.5


def test_calibration() -> None:
    chance = np.full(100, 0.75)
    assert calibration(chance, np.arange(100) < 75) == 0
    assert calibration(chance, np.arange(100) < 25) == 0.5


def test_held_out_sets_and_what_is_hidden(tmp_path: Path) -> None:
    lines = {
        "questions": {"id": "q1", "query": "학원비  얼마 나와요?", "answers": ["card"], "style": "aspect"},
        "unanswerable": {"id": "u1", "query": "비 와요", "why": "weather"},
    }
    for name, line in lines.items():
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    same, other = Passage("card", "question", "학원비 얼마 나와요"), Passage("card", "question", "카드 만드는 곳")
    asked = unseen(held_out(tmp_path).questions, [same, other, Passage("card", "name", "학원비 얼마 나와요")])
    assert asked[0].text == "학원비 얼마 나와요?"
    assert asked[0].keys == {same.key}
    assert asked[1].owners == {NOTHING}
    assert not asked[1].keys
