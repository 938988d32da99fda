"""The catalog: everything we know, loaded once, frozen, and asked "as of" a day.

>>> catalog = load_catalog(Path("knowledge/facts"))
>>> catalog.programs["basic-pension"].statements("amount", date(2026, 11, 21))
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from knowledge.dates import first_day
from knowledge.events import Event, EventKind
from knowledge.fact import Fact, FactValue, Grade, Source, worst
from knowledge.loading import CatalogError
from knowledge.model import (
    Aspect,
    Block,
    CalendarEntry,
    Center,
    CenterKind,
    Family,
    Hotline,
    ProgramEntry,
    StatementEntry,
    Term,
    Window,
    WithFacts,
    blanks,
)
from knowledge.reading import Shelf, read_shelf
from knowledge.rendering import partial_date, render
from knowledge.tables import Tables, percent_of

__all__ = ["ASPECTS", "Catalog", "CatalogError", "Program", "Statement", "load_catalog", "say", "source_line"]

ASPECTS: tuple[Aspect, ...] = get_args(Aspect)


@dataclass(frozen=True)
class Statement:
    """One thing that can be said on the day: facts filled in, and what it rests on.

    `grade` is the worst of its facts, `as_of` the partial date of its source, `confirm` true where the person must be
    told that it still has to be checked (grade C). `simple` is the text itself where no easier one is written.
    """

    text: str
    simple: str
    grade: Grade
    source: Source
    as_of: str
    confirm: bool


def source_line(statement: Statement) -> str:
    """ "서울시 발표, 2024년 5월 기준"."""
    return f"{statement.source.label}, {partial_date(statement.as_of)} 기준"


def say(entry: StatementEntry, facts: WithFacts, on: date) -> Statement | None:
    """The entry as it is said on the day; None when it does not hold then or a fact in it is not known."""
    values = _known(entry.text, facts, on)
    if values is None or not entry.holds(on) or _known_instead(entry, facts, on) or not _grade(entry, values).shown:
        return None
    simple = _known(entry.simple, facts, on) if entry.simple else None
    grade = _grade(entry, {**values, **(simple or {})})
    text = _filled(entry.text, facts, values)
    source, as_of = _basis(entry, values)
    easier = _filled(entry.simple, facts, simple) if entry.simple and simple is not None else text
    return Statement(text, easier, grade, source, as_of, confirm=grade is Grade.C)


def _known(text: str, facts: WithFacts, on: date) -> dict[str, FactValue] | None:
    found = {name: fact.on(on) if (fact := facts.fact(name)) else None for name in sorted(blanks(text))}
    known = {name: value for name, value in found.items() if value is not None}
    return known if len(known) == len(found) else None


def _known_instead(entry: StatementEntry, facts: WithFacts, on: date) -> bool:
    fact = facts.fact(entry.unless) if entry.unless else None
    return fact is not None and fact.on(on) is not None


def _filled(text: str, facts: WithFacts, values: Mapping[str, FactValue]) -> str:
    for name, value in values.items():
        fact = facts.fact(name)
        unit = fact.unit if fact else "text"
        text = text.replace(f"{{{name}}}", render(value.value, unit))
    return text


def _grade(entry: StatementEntry, values: Mapping[str, FactValue]) -> Grade:
    own = [entry.grade] if entry.grade else []
    return worst(*own, *(value.grade for value in values.values()))


def _basis(entry: StatementEntry, values: Mapping[str, FactValue]) -> tuple[Source, str]:
    """Its own source, else that of its weakest and oldest fact; a phone line counts only where nothing else does."""
    if entry.source is not None:
        return entry.source, entry.as_of or entry.source.date
    solid = [value for name, value in values.items() if not name.startswith("phone")] or list(values.values())
    weakest = max(solid, key=lambda value: (value.grade.rank, -first_day(value.known_as_of).toordinal()))
    return weakest.source, entry.as_of or weakest.known_as_of


class Program(ProgramEntry):
    """A program with the sentences that can be said about it."""

    def statements(self, aspect: Aspect, on: date) -> tuple[Statement, ...]:
        """What is known of the aspect on the day, in the written order. Unknown things are left out."""
        said = (say(entry, self, on) for entry in self.aspects.get(aspect, ()))
        return tuple(statement for statement in said if statement is not None)

    def window_on(self, on: date) -> Window | None:
        """What is known of when to apply, on the day; None when nothing is."""
        return next((window for window in self.windows if window.holds(on)), None)

    def window_statement(self, on: date) -> Statement | None:
        """The sentence about when to apply, on the day."""
        window = self.window_on(on)
        return say(window, self, on) if window else None

    def value(self, name: str, on: date) -> FactValue | None:
        """The value of one of its facts on the day; None when it is not known."""
        fact: Fact | None = self.fact(name)
        return fact.on(on) if fact else None

    @property
    def over(self) -> bool:
        """Whether it must be answered with its date and today's counterpart, and never offered."""
        return self.status in ("ended", "historic")


@dataclass(frozen=True)
class Catalog:
    """Everything we know. `version` changes with every change of a fact."""

    programs: Mapping[str, Program]
    hotlines: Mapping[str, Hotline]
    centers: Mapping[str, Center]
    center_kinds: Mapping[str, CenterKind]
    calendar: Mapping[str, CalendarEntry]
    blocks: Mapping[str, Block]
    families: Mapping[str, Family]
    occupations: Mapping[str, Term]
    schedules: Mapping[str, Term]
    event_kinds: Mapping[str, EventKind]
    events: Mapping[str, Event]
    tables: Tables
    sources: Mapping[str, Source]
    version: str

    def median_income(self, size: int, on: date) -> int | None:
        """기준중위소득, won a month, for a household of `size` on the day; from 8 persons on a sum is added for each.

        None when the table has no figure for the day. ValueError for a household below one person.
        """
        return self.income_line(size, 100, on)

    def income_line(self, size: int, percent: int, on: date) -> int | None:
        """The percentage of the median income, rounded to the won; None when it is not known."""
        year = self.tables.median_income.year(on) if self.tables.median_income else None
        return percent_of(year.won(size), percent) if year else None

    def amount(self, reference: str, on: date) -> FactValue | None:
        """The value of a yearly table's row ("wages.minimum_hourly") on the day; None when it is not known."""
        return self.tables.row(reference).on(on)

    def source_line(self, statement: Statement) -> str:
        """ "서울시 발표, 2024년 5월 기준"."""
        return source_line(statement)

    def lines(self, lane: str) -> tuple[Hotline, ...]:
        """The lines to show for a lane of distress, in the written order."""
        return tuple(line for line in self.hotlines.values() if lane in line.lanes and line.show)

    def blocks_of(self, program: str) -> tuple[Block, ...]:
        """What blocks or bends the program."""
        return tuple(block for block in self.blocks.values() if program in block.blocks)


def load_catalog(folder: Path) -> Catalog:
    """Read and check every file under the facts folder. CatalogError lists each mistake with file and line."""
    shelf: Shelf[Program] = read_shelf(folder, Program)
    if shelf.problems:
        raise CatalogError(shelf.problems)
    return Catalog(
        programs=MappingProxyType(shelf.programs),
        hotlines=MappingProxyType(shelf.hotlines),
        centers=MappingProxyType(dict(shelf.centers.centers)),
        center_kinds=MappingProxyType(dict(shelf.centers.kinds)),
        calendar=MappingProxyType(shelf.calendar),
        blocks=MappingProxyType(shelf.blocks),
        families=MappingProxyType(shelf.families),
        occupations=MappingProxyType(shelf.occupations),
        schedules=MappingProxyType(shelf.schedules),
        event_kinds=MappingProxyType(shelf.event_kinds),
        events=MappingProxyType(shelf.events),
        tables=shelf.tables,
        sources=MappingProxyType(shelf.sources),
        version=_version(sorted(folder.rglob("*.yml")), folder),
    )


def _version(files: Iterable[Path], folder: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
