"""The patterns of `words/answers.yml`: what words mean for the profile's fields, asked or told unasked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "words" / "answers.yml"


@dataclass(frozen=True, slots=True)
class Told:
    """A statement about oneself: the field, its value as the profile takes it, and the words that say so."""

    field: str
    value: Any
    words: re.Pattern[str]


@dataclass(frozen=True)
class AnswerWords:
    """All patterns. `values` holds, by field, what a word means there: of an enum, or of a yes or no."""

    kinds: Mapping[str, re.Pattern[str]]
    values: Mapping[str, tuple[tuple[Any, re.Pattern[str]], ...]]
    told: tuple[Told, ...]

    def has(self, kind: str, text: str) -> bool:
        """Whether a text has words of a kind, such as asks, dont, wont, receives, turns."""
        return self.kinds[kind].search(text) is not None

    def value(self, field: str, text: str) -> Any:
        """What the words of a text mean for a field; None where they say nothing of it."""
        return next((value for value, words in self.values.get(field, ()) if words.search(text)), None)


@cache
def answer_words() -> AnswerWords:
    """The patterns, read on first use."""
    raw = yaml.safe_load(FILE.read_text("utf-8"))
    tables = {**raw.pop("bools"), **raw.pop("enums")}
    told = tuple(Told(entry["field"], entry["value"], _any(entry["words"])) for entry in raw.pop("told"))
    values = {field: tuple((value, _any(words)) for value, words in table.items()) for field, table in tables.items()}
    return AnswerWords({kind: _any(words) for kind, words in raw.items()}, values, told)


def _any(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(words))
