"""Reads the whole facts folder in the right order: sources, yearly tables, then everything that refers to them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import Field

from knowledge.events import Event, EventKind
from knowledge.fact import Entry, Source
from knowledge.loading import CatalogError, Document, Problem, Steps, read, validate
from knowledge.model import (
    Block,
    CalendarEntry,
    Center,
    CenterKind,
    Family,
    Hotline,
    ProgramEntry,
    StatementEntry,
    Term,
    WithFacts,
)
from knowledge.tables import AmountTable, IncomeTable, Tables

P = TypeVar("P", bound=ProgramEntry)
Read = TypeVar("Read")


class Centers(Entry):
    """The file of centers: kinds with the line that finds one, and single centers."""

    kinds: Mapping[str, CenterKind] = Field(default_factory=dict)
    centers: Mapping[str, Center] = Field(default_factory=dict)


@dataclass
class Shelf(Generic[P]):
    """Everything that was read, and every mistake met on the way."""

    sources: dict[str, Source] = field(default_factory=dict)
    tables: Tables = field(default_factory=Tables)
    programs: dict[str, P] = field(default_factory=dict)
    hotlines: dict[str, Hotline] = field(default_factory=dict)
    centers: Centers = field(default_factory=Centers)
    calendar: dict[str, CalendarEntry] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    occupations: dict[str, Term] = field(default_factory=dict)
    schedules: dict[str, Term] = field(default_factory=dict)
    event_kinds: dict[str, EventKind] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_shelf(folder: Path, program: type[P]) -> Shelf[P]:
    """Read all files; mistakes are collected in `problems`, and what could be read is there beside them."""
    shelf: Shelf[P] = Shelf()
    reader = _FolderReader(folder, shelf)
    shelf.sources = reader.sources()
    shelf.tables = Tables(
        median_income=reader.file("tables/median_income.yml", IncomeTable | None, None),
        amounts=reader.folder("tables", AmountTable, skip="median_income"),
    )
    shelf.programs = reader.folder("programs", program)
    shelf.hotlines = reader.file("hotlines.yml", dict[str, Hotline], {})
    shelf.centers = reader.file("centers.yml", Centers, Centers())
    shelf.calendar = reader.file("calendar.yml", dict[str, CalendarEntry], {})
    shelf.blocks = reader.file("blocks.yml", dict[str, Block], {})
    shelf.families = reader.file("families.yml", dict[str, Family], {})
    shelf.occupations = reader.file("occupations.yml", dict[str, Term], {})
    shelf.schedules = reader.file("schedules.yml", dict[str, Term], {})
    shelf.event_kinds = reader.file("event_kinds.yml", dict[str, EventKind], {})
    shelf.events = reader.folder("events", Event)
    shelf.problems += [*_names(shelf), *_references(shelf), *_event_kinds(shelf)]
    shelf.problems += [problem for place in places(shelf) for problem in _sayable(place)]
    return shelf


class _FolderReader(Generic[P]):
    def __init__(self, folder: Path, shelf: Shelf[P]) -> None:
        self.root, self.shelf = folder, shelf

    def file(self, name: str, shape: Any, default: Read, prepare: Callable[[Any], Any] | None = None) -> Read:
        """The file as the shape; the default when it is not there or wrong."""
        path = self.root / name
        if not path.exists():
            return default
        try:
            document = self.shelf.documents[name] = read(path, name)
            data = prepare(document.data) if prepare else document.data
            context = {"sources": self.shelf.sources, "tables": self.shelf.tables}
            result: Read = validate(document, shape, context, data)
        except CatalogError as error:
            self.shelf.problems.extend(error.problems)
            return default
        return result

    def sources(self) -> dict[str, Source]:
        """`sources.yml` and every file of `sources/` together; an id written in two of them is a problem."""
        found: dict[str, Source] = {}
        for path in (self.root / "sources.yml", *sorted((self.root / "sources").glob("*.yml"))):
            name = path.relative_to(self.root).as_posix()
            more: dict[str, Source] = self.file(name, dict[str, Source], {}, prepare=_with_ids)
            twice = sorted(found.keys() & more.keys())
            self.shelf.problems += [
                self.shelf.documents[name].problem((key,), f"{key!r} is a source already") for key in twice
            ]
            found |= more
        return found

    def folder(self, name: str, shape: type[Read], skip: str = "") -> dict[str, Read]:
        """Every YAML file of a folder by its stem."""
        stems = [path.stem for path in sorted((self.root / name).glob("*.yml")) if path.stem != skip]
        found: dict[str, Read | None] = {stem: self.file(f"{name}/{stem}.yml", shape, None) for stem in stems}
        return {stem: entry for stem, entry in found.items() if entry is not None}


def _with_ids(data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    return {key: {"id": key, **entry} if isinstance(entry, dict) else entry for key, entry in data.items()}


def _names(shelf: Shelf[P]) -> Iterator[Problem]:
    for name, document in shelf.documents.items():
        named = name.startswith(("programs/", "events/")) and isinstance(document.data, dict)
        written = document.data.get("id") if named else None
        if written is not None and written != Path(name).stem:
            yield document.problem(("id",), f"the file of {written!r} must be named {written}.yml")


def _references(shelf: Shelf[P]) -> Iterator[Problem]:
    for name, steps, target in _referred(shelf):
        if target not in shelf.programs:
            yield shelf.documents[name].problem(steps, f"there is no program {target!r}", "unknown-id")


def _referred(shelf: Shelf[P]) -> Iterator[tuple[str, Steps, str]]:
    for stem, program in shelf.programs.items():
        for field_name, targets in (("successors", program.successors), ("see_also", program.see_also)):
            for target in targets:
                yield f"programs/{stem}.yml", (field_name,), target
    for key, line in shelf.calendar.items():
        yield from (("calendar.yml", (key,), target) for target in line.programs)
    for key, kind in shelf.centers.kinds.items():
        yield from (("centers.yml", ("kinds", key), target) for target in kind.programs)
    for key, family in shelf.families.items():
        yield from (("families.yml", (key,), target) for target in family.members)
    for key, block in shelf.blocks.items():
        yield from (("blocks.yml", (key,), target) for target in (*block.blocks, *block.held))
    for stem, event in shelf.events.items():
        for field_name, targets in (
            ("earlier", event.earlier),
            ("programs", event.programs),
            ("explains", event.explains),
        ):
            yield from ((f"events/{stem}.yml", (field_name,), target) for target in targets)


def _event_kinds(shelf: Shelf[P]) -> Iterator[Problem]:
    for stem, event in shelf.events.items():
        for kind in event.kinds:
            if kind not in shelf.event_kinds:
                yield shelf.documents[f"events/{stem}.yml"].problem(
                    ("kinds",), f"there is no kind {kind!r}", "unknown-id"
                )


@dataclass(frozen=True)
class Place:
    """A text with its facts, and where it is written."""

    document: Document
    steps: Steps
    entry: StatementEntry
    facts: WithFacts

    def problem(self, message: str, kind: str = "broken") -> Problem:
        """A problem with this text."""
        return self.document.problem(self.steps, message, kind)


def places(shelf: Shelf[P]) -> Iterator[Place]:
    """Every text of the catalog that names facts: statements, windows, calendar lines, blocks."""
    for stem, program in shelf.programs.items():
        document = shelf.documents[f"programs/{stem}.yml"]
        for aspect, entries in program.aspects.items():
            for index, entry in enumerate(entries):
                yield Place(document, ("aspects", aspect, index), entry, program)
        for index, window in enumerate(program.windows):
            yield Place(document, ("window", index), window, program)
    for name, group in (("calendar.yml", shelf.calendar), ("blocks.yml", shelf.blocks)):
        for key, line in group.items():
            yield Place(shelf.documents[name], (key, "text"), line, line)


def _sayable(place: Place) -> Iterator[Problem]:
    try:
        used = place.facts.used(place.entry)
    except ValueError as error:
        yield place.problem(str(error))
        return
    if place.entry.source is None and not used:
        yield place.problem(f"no source for: {place.entry.text}", "no-source")
