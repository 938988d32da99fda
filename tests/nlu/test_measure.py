"""The figures of the report on a handful of outcomes that can be counted by hand; and `ieum parse`'s document."""

from datetime import date
from pathlib import Path

import pytest

from nlu.client import Entity, Understanding
from nlu.judge import entity_scores, right_value, value_scores
from nlu.labels import Intent
from nlu.measure import Outcome, calibration_error, reliability, summary
from nlu.parse import parse_document
from nlu.picture import draw


def outcome(intent: str, said: str, *, guess: str = "", confidence: float = 0.95, danger: bool = False) -> Outcome:
    return Outcome("x", "polite", intent, said, guess or said, confidence, danger, idiom=False, ms=10.0)


OUTCOMES = [
    outcome("greet", "greet"),
    outcome("greet", "nlu_fallback", guess="greet", confidence=0.25),
    outcome("out_of_scope", "nlu_fallback", guess="ask_program", confidence=0.25),
    outcome("out_of_scope", "ask_program"),
    outcome("distress", "distress"),
    outcome("distress", "deny", danger=True),
    outcome("deny", "distress"),
    outcome("deny", "deny"),
]


def test_the_figures() -> None:
    figures = summary(OUTCOMES)
    assert figures["accuracy"] == 4 / 8
    assert figures["accuracy_without_threshold"] == 4 / 8
    assert figures["out_of_scope"] == {"caught": 0.5, "refused": 1 / 6}
    distress = figures["distress"]
    assert isinstance(distress, dict)
    assert (distress["recall"], distress["recall_classifier"], distress["false_alarms"]) == (1.0, 0.5, 1 / 6)
    intents = figures["intents"]
    assert isinstance(intents, dict)
    assert intents["greet"] == pytest.approx({"precision": 1.0, "recall": 0.5, "f1": 2 / 3, "n": 2})


def test_calibration() -> None:
    bins = reliability(OUTCOMES)
    assert [(b["from"], b["n"]) for b in bins] == [(0.2, 2), (0.9, 6)]
    assert calibration_error(bins) == pytest.approx((2 * 0.25 + 6 * 0.45) / 8)


def test_values_that_count_as_right() -> None:
    age = Entity("age", "예순", 0, 2, 60)
    wanted = {"entity": "age", "text": "예순", "value": 60}
    assert right_value(wanted, [age])
    assert not right_value({**wanted, "value": 61}, [age])
    assert right_value({**wanted, "value": 61, "also": [60]}, [age])
    assert right_value({**wanted, "value": None}, [])
    assert right_value({"entity": "program", "value": None}, [Entity("program", "국취제", 0, 3, "kua")])
    assert not right_value({"entity": "program", "value": None}, [])
    assert value_scores([(wanted, [age]), ({**wanted, "value": 61}, [age])]) == {"age": 0.5}


def test_needless_entities_are_counted() -> None:
    day = Entity("date", "내일", 3, 5, "2026-11-22")
    wanted = [{"entity": "age", "value": 60}]
    scores = entity_scores([(wanted, [day]), ([{"entity": "date", "value": "2026-11-22"}], [day])])
    assert scores == {"age": {"right": 0.0, "n": 1, "needless": 0}, "date": {"right": 1.0, "n": 1, "needless": 1}}


def test_the_picture_is_drawn(tmp_path: Path) -> None:
    assert draw({("greet", "greet"): 3, ("greet", "nlu_fallback"): 1}, reliability(OUTCOMES), tmp_path / "c.png")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


class Fixed:
    """An understander that always answers the same."""

    def __init__(self, degraded: str = "") -> None:
        self.degraded = degraded

    async def understand(self, text: str, *, on: date) -> Understanding:
        entity = Entity("age", "예순", 0, 2, 60)
        return Understanding(text, Intent.INFORM, 0.98761, entities=(entity,), degraded=self.degraded)


async def test_the_document_of_a_parse() -> None:
    found = await parse_document(Fixed(), lambda text: "crisis", "예순이요", date(2026, 11, 21))
    assert found == {
        "text": "예순이요",
        "intent": "inform",
        "confidence": 0.9876,
        "safety": "crisis",
        "entities": [{"entity": "age", "text": "예순", "value": 60}],
    }
    assert (await parse_document(Fixed("ConnectError"), lambda text: None, "예", date(2026, 11, 21)))["degraded"]
