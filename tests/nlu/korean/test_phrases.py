"""The readers on tables of phrases (phrases/*.yml): the value each must give, and what must give none."""

import unicodedata
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nlu.korean import find_all
from nlu.korean.ages import find_ages
from nlu.korean.dates import find_dates
from nlu.korean.durations import find_career_gaps
from nlu.korean.numbers import read_number
from nlu.korean.pay import find_pay
from nlu.korean.phones import find_phones
from nlu.korean.span import Span
from nlu.korean.times import find_times
from tests.support.tables import read_table

FOLDER = Path(__file__).parent / "phrases"
READERS: dict[str, Any] = {
    "age": find_ages,
    "date": find_dates,
    "career_gap": find_career_gaps,
    "pay": lambda text, on: find_pay(text),
    "phone": lambda text, on: find_phones(text),
    "time": lambda text, on: find_times(text),
}
TODAY = date(2026, 11, 21)


class Phrase(NamedTuple):
    """One line of a table."""

    entity: str
    on: date
    text: str
    values: list[Any]
    words: str | None


def _value(told: Any, entity: str) -> Any:
    """A value as the readers give it, from its short form in the table."""
    if isinstance(told, str) and ".." in told:
        first, last = told.split("..")
        return {"from": first, "to": last}
    if entity == "pay" and told is not None:
        won, period = told.split("/")
        return {"won": int(won), "period": None if period == "-" else period}
    return told.isoformat() if isinstance(told, date) else told


def _phrases() -> list[Phrase]:
    phrases = []
    for path in sorted(FOLDER.glob("*.yml")):
        table = read_table(path)
        if "entity" not in table:
            continue
        for day, lines in table["days"].items():
            for text, told, *words in lines:
                values = [_value(each, table["entity"]) for each in (told if isinstance(told, list) else [told])]
                text = text.isoformat() if isinstance(text, date) else text
                phrases.append(Phrase(table["entity"], day, text, values, words[0] if words else None))
    return phrases


def _negatives() -> list[tuple[str, str]]:
    table = read_table(FOLDER / "negatives.yml")
    return [(entity, str(text)) for entity, texts in table.items() for text in texts]


PHRASES = _phrases()


def _best_first(spans: list[Span]) -> list[Span]:
    return sorted(spans, key=lambda s: (s.value is None, s.start))


@pytest.mark.parametrize("phrase", PHRASES, ids=[f"{p.entity}-{p.on}-{p.text}" for p in PHRASES])
def test_phrase_has_its_value(phrase: Phrase) -> None:
    if phrase.entity == "number":
        assert read_number(phrase.text) == phrase.values[0]
        return
    spans = _best_first(READERS[phrase.entity](phrase.text, phrase.on))
    assert [s.value for s in spans] == phrase.values
    assert phrase.words is None or spans[0].text == phrase.words


@pytest.mark.parametrize("phrase", [p for p in PHRASES if p.entity != "number"], ids=lambda p: f"{p.entity}-{p.text}")
def test_all_readers_together_leave_it_standing(phrase: Phrase) -> None:
    found = [s.value for s in find_all(phrase.text, phrase.on) if s.entity == phrase.entity]
    assert found == phrase.values


@pytest.mark.parametrize("phrase", [p for p in PHRASES if p.entity != "number"], ids=lambda p: f"{p.entity}-{p.text}")
def test_hangul_in_pieces_reads_the_same(phrase: Phrase) -> None:
    in_pieces = unicodedata.normalize("NFD", phrase.text)
    assert READERS[phrase.entity](in_pieces, phrase.on) == READERS[phrase.entity](phrase.text, phrase.on)


@pytest.mark.parametrize(("entity", "text"), _negatives())
def test_nothing_is_found_where_nothing_is(entity: str, text: str) -> None:
    kinds = READERS if entity == "any" else {entity: READERS[entity]}
    assert {kind: spans for kind, read in kinds.items() if (spans := read(text, TODAY))} == {}


def test_the_tables_are_long_enough() -> None:
    assert len({(p.entity, p.on, p.text) for p in PHRASES}) >= 330
