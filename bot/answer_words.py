"""The patterns of `words/answers.yml`: how people answer, and what they tell of themselves unasked."""

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
    """All patterns. `values` holds, by field, what a word means there: of an enum, or of a yes or no.

    `kin` finds people by what they are to the writer (`name`, or `child`), `sexes` tells the sex that a name implies.
    `plain` turns honours into plain speech.
    """

    kinds: Mapping[str, re.Pattern[str]]
    values: Mapping[str, tuple[tuple[Any, re.Pattern[str]], ...]]
    told: tuple[Told, ...]
    kin: re.Pattern[str]
    sexes: Mapping[str, str]
    plain: tuple[tuple[re.Pattern[str], str], ...]

    def has(self, kind: str, text: str) -> bool:
        """Whether a text has words of a kind, such as asks, dont, wont, agrees, denies, hedges, less, more, others."""
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
    kin: Mapping[str, list[str]] = raw.pop("kin")
    people = _people([name for names in kin.values() for name in names], raw.pop("children"))
    plain = tuple((re.compile(pattern), to) for pattern, to in raw.pop("plain"))
    sexes = {name: sex for sex, names in kin.items() for name in names}
    return AnswerWords({kind: _any(words) for kind, words in raw.items()}, values, told, people, sexes, plain)


def _people(names: list[str], children: list[str]) -> re.Pattern[str]:
    """People by name, the longest names first, with what may stand before: "저희 시어머니"."""
    adults, young = ("|".join(sorted(words, key=len, reverse=True)) for words in (names, children))
    return re.compile(
        rf"(?<![가-힣])(?:저희|우리|울|제|내|친정|큰|작은|막내|친한|그)?\s?(?:(?P<name>{adults})|(?P<child>{young}))"
    )


def _any(words: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(words))
