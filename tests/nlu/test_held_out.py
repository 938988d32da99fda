"""The held-out messages stay apart from the training sentences, and have the styles and labels that are measured."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from nlu.labels import Intent
from tests.support.tables import read_table

_NLU = Path(__file__).parent.parent.parent / "nlu"
_MARK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
_SETS = ("messages.jsonl", "fresh.jsonl", "last.jsonl", "fourth.jsonl", "fifth.jsonl")


def _same(text: str) -> str:
    """What is compared: letters and digits only; a text without any, as it is."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[^가-힣ㄱ-ㅎㅏ-ㅣa-z0-9]", "", plain) or plain


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_NLU / "dev" / name).read_text(encoding="utf-8").splitlines()]


def _training() -> set[str]:
    files = [*(_NLU / "data" / "intents").glob("*.yml"), *(_NLU / "data" / "extra").glob("*.yml")]
    blocks = [block for file in files for block in read_table(file)["nlu"]]
    lines = [line.strip() for block in blocks for line in block.get("examples", "").splitlines()]
    return {_same(_MARK.sub(r"\1", line[2:])) for line in lines if line.startswith("- ")}


@pytest.mark.parametrize("name", _SETS)
def test_no_held_out_message_is_a_training_sentence(name: str) -> None:
    known = _training()
    assert len(known) > 5000
    assert [row["text"] for row in _rows(name) if _same(row["text"]) in known] == []


def test_the_sets_do_not_repeat_each_other() -> None:
    count = Counter(_same(row["text"]) for name in _SETS for row in _rows(name))
    assert [text for text, times in count.items() if times > 1] == []


def test_the_second_set_has_every_label_and_enough_of_each_style() -> None:
    rows = _rows("fresh.jsonl")
    assert {row["intent"] for row in rows} == {intent.value for intent in Intent} - {Intent.FALLBACK.value}
    assert min(Counter(row["style"] for row in rows).values()) >= 12
    assert len(rows) >= 400
