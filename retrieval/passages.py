"""What is searched through: short texts, each belonging to one catalog entry, or to nothing we can answer."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml

import knowledge
from knowledge.catalog import Catalog, Program
from knowledge.fact import Fact
from knowledge.model import WithFacts, blanks
from knowledge.rendering import render
from retrieval.text import clean

PassageKind = Literal["name", "fact", "question"]

NOTHING = ""
"""The owner of questions that the catalog does not answer."""

QUESTIONS = Path(knowledge.__file__).parent / "facts" / "questions"
UNANSWERABLE = Path(__file__).parent / "data" / "unanswerable_train.yml"


@dataclass(frozen=True)
class Passage:
    """One text. `owner` is the id of its catalog entry, or NOTHING."""

    owner: str
    kind: PassageKind
    text: str

    @cached_property
    def key(self) -> int:
        """A number of 63 bits made from the content: the same passage has the same key in every index."""
        content = "\0".join((self.owner, self.kind, self.text)).encode()
        return int.from_bytes(hashlib.sha256(content).digest()[:8], "big") >> 1


def passages(catalog: Catalog, questions: Path = QUESTIONS, unanswerable: Path = UNANSWERABLE) -> tuple[Passage, ...]:
    """Every passage once, in the order of the catalog: names, what is known, what people ask; then what has no answer.

    OSError or yaml.YAMLError for a question file that cannot be read.
    """
    found = [*_of_catalog(catalog, asked(catalog, questions)), *_without_answer(unanswerable)]
    return tuple(dict.fromkeys(passage for passage in found if passage.text))


def asked(catalog: Catalog, folder: Path = QUESTIONS) -> Mapping[str, tuple[str, ...]]:
    """Questions that people ask, by the id of the program that answers; programs without a file are left out."""
    files = {id_: folder / f"{id_}.yml" for id_ in catalog.programs}
    return {id_: _lines(file) for id_, file in files.items() if file.exists()}


def _of_catalog(catalog: Catalog, questions: Mapping[str, tuple[str, ...]]) -> Iterator[Passage]:
    for id_, program in catalog.programs.items():
        yield from (Passage(id_, "name", clean(name)) for name in names(program))
        yield from (Passage(id_, "fact", clean(text)) for text in _facts(program))
        yield from (Passage(id_, "question", clean(text)) for text in questions.get(id_, ()))


def names(program: Program) -> tuple[str, ...]:
    """Everything that the program is called."""
    return (program.name, program.short, *program.aliases)


def _facts(program: Program) -> Iterator[str]:
    for entries in program.aspects.values():
        for entry in entries:
            yield f"{program.name}: {_filled(entry.text, program)}"


def _filled(text: str, facts: WithFacts) -> str:
    """The text with the newest value of each fact: a passage is found by its words on any day."""
    for name in blanks(text):
        fact = facts.fact(name)
        text = text.replace(f"{{{name}}}", _newest(fact) if fact else "")
    return text


def _newest(fact: Fact) -> str:
    return render(fact.values[-1].value, fact.unit)


def _without_answer(file: Path) -> Iterator[Passage]:
    return (Passage(NOTHING, "question", clean(text)) for text in _lines(file))


def _lines(file: Path) -> tuple[str, ...]:
    """The strings of a YAML list, or of a mapping of lists."""
    data = yaml.safe_load(file.read_text(encoding="utf-8")) or []
    groups = data.values() if isinstance(data, dict) else [data]
    return tuple(str(line) for group in groups for line in group)
