"""Reads `facts/rules/*.yml`: typed, frozen, or refused with file and line.

A file names its program, lists its lines under `all` (must hold), `none` (may not hold) and `ask` (the office may
refuse), and may include lines of `facts/rules/shared/`. Numbers are facts of the program, so text and rule share them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from knowledge.catalog import Catalog
from knowledge.dates import PartialDate
from knowledge.fact import Entry, Fact, Grade, SourceRef
from knowledge.loading import CatalogError, Document, Problem, Steps, read, validate
from knowledge.model import blanks
from knowledge.profile import Fields, load_fields
from knowledge.rule_text import RuleReader
from knowledge.rulebook import Detour, Group, Line, Rule, RuleBook
from knowledge.rules import Every, Node, Office, by_birth, fields_of, negate

FOLDER = "rules"
SHARED = "shared"
GROUPS: tuple[Group, ...] = ("all", "none", "ask")
STANDS_FOR = {"household_income_month": ("household_income_pct",), "birth_date": ("age_next_month",)}
"""Fields of `must_know` and those of rule lines that follow from them."""

ALWAYS = Every(())
"""A condition without lines: it holds for everyone."""


class LineEntry(Entry):
    """A line as written. `text` says the condition; `bar`, as a phrase, when it bars ("생계급여를 받는 경우").

    `ask` is said when the office decides. `required`: whether `eligible` needs it known: a bool, or an expression that
    holds; when left out, whether it has a field of `must_know`. `unless`: it needs it known too while this does not
    hold. `presume`: what counts while a field is not told, if `presume_if` holds.
    """

    id: str
    when: Any
    text: str
    bar: str = ""
    ask: str = ""
    grade: Grade | None = None
    source: SourceRef | None = None
    as_of: PartialDate | None = None
    required: Any = None
    unless: Any = None
    presume: Mapping[str, Any] = Field(default_factory=dict)
    presume_if: Any = None
    detour: Detour | None = None


class Lines(Entry):
    """What rule files and shared files have in common."""

    facts: Mapping[str, Fact] = Field(default_factory=dict)
    all: tuple[LineEntry, ...] = ()
    none: tuple[LineEntry, ...] = ()
    ask: tuple[LineEntry, ...] = ()


class SecondReading(Entry):
    """On which day somebody who had not written the rule held it against the reference, and against what of it."""

    on: date
    read: str = Field(min_length=1)


class RuleEntry(Lines):
    """A rule file. `worth` 0 to 10: what the program is worth to a person. `must_know`: the program's row of 3.7.

    `siblings`: what to look at instead. `second_reading` is missing until somebody else has read the rule.
    """

    program: str
    grade: Grade
    source: SourceRef
    as_of: PartialDate
    worth: float = Field(ge=0, le=10)
    must_know: tuple[str, ...]
    include: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    second_reading: SecondReading | None = None


def load_rules(folder: Path, catalog: Catalog) -> RuleBook:
    """Read every rule under the facts folder. CatalogError lists each mistake with file and line."""
    fields = load_fields(folder)
    loader = _Loader(folder / FOLDER, catalog, fields)
    rules = {rule.program: rule for rule in loader.rules()}
    if loader.problems:
        raise CatalogError(loader.problems)
    return RuleBook(rules, fields, catalog.version)


@dataclass
class _Loader:
    folder: Path
    catalog: Catalog
    fields: Fields
    problems: list[Problem] = field(default_factory=list)

    @property
    def context(self) -> dict[str, object]:
        return {"sources": self.catalog.sources, "tables": self.catalog.tables}

    def rules(self) -> Iterator[Rule]:
        for path in sorted(self.folder.glob("*.yml")):
            name = f"{FOLDER}/{path.name}"
            try:
                document = read(path, name)
                entry = validate(document, RuleEntry, self.context)
                if path.stem != entry.program or entry.program not in self.catalog.programs:
                    message = f"{entry.program!r} is no program, or not this file's"
                    raise CatalogError([document.problem(("program",), message)])
                yield self._rule(document, entry)
            except CatalogError as error:
                self.problems += error.problems

    def _rule(self, document: Document, entry: RuleEntry) -> Rule:
        program = self.catalog.programs[entry.program]
        facts: dict[str, Fact] = {**program.facts, **entry.facts}
        must_know = tuple(self._must_know(document, entry))
        lines: list[Line] = []
        for shared in entry.include:
            other, more = self._shared(document, shared)
            facts = {**more.facts, **facts}
            lines += self._lines(other, more, facts, entry, must_know)
        lines = self._lines(document, entry, facts, entry, must_know) + lines
        self._check_ids(document, entry, lines)
        return Rule(
            program=entry.program,
            lines=tuple(lines),
            facts=facts,
            grade=entry.grade,
            source=entry.source,
            as_of=entry.as_of,
            worth=entry.worth,
            siblings=entry.siblings,
            windows=program.windows,
            second_reading=entry.second_reading.on if entry.second_reading else None,
        )

    def _must_know(self, document: Document, entry: RuleEntry) -> Iterator[str]:
        for index, name in enumerate(entry.must_know):
            if name in self.fields:
                yield from (name, *STANDS_FOR.get(name, ()))
            else:
                self.problems.append(document.problem(("must_know", index), f"unknown field {name!r}"))

    def _check_ids(self, document: Document, entry: RuleEntry, lines: list[Line]) -> None:
        ids = [line.id for line in lines]
        for twice in sorted({name for name in ids if ids.count(name) > 1}):
            self.problems.append(document.problem(("program",), f"two lines are called {twice!r}"))
        for index, name in enumerate(entry.siblings):
            if name not in self.catalog.programs:
                self.problems.append(document.problem(("siblings", index), f"there is no program {name!r}"))

    def _shared(self, document: Document, name: str) -> tuple[Document, Lines]:
        path = self.folder / SHARED / f"{name}.yml"
        if not path.exists():
            raise CatalogError([document.problem(("include",), f"there is no {SHARED}/{name}.yml")])
        other = read(path, f"{FOLDER}/{SHARED}/{name}.yml")
        return other, validate(other, Lines, self.context)

    def _lines(
        self, document: Document, lines: Lines, facts: Mapping[str, Fact], entry: RuleEntry, must_know: tuple[str, ...]
    ) -> list[Line]:
        reader = RuleReader(document, self.fields, facts, self.problems)
        found = []
        for group in GROUPS:
            for index, line in enumerate(getattr(lines, group)):
                found.append(_line(reader, line, group, (group, index), entry, must_know))
        return found


def _line(
    reader: RuleReader, entry: LineEntry, group: Group, path: Steps, rule: RuleEntry, must_know: tuple[str, ...]
) -> Line:
    written = reader.node(entry.when, (*path, "when"))
    node = {"all": written, "none": negate(written), "ask": negate(Every((written, Office())))}[group]
    fields = fields_of(node)
    _check_line(reader, entry, group, path)
    return Line(
        id=entry.id,
        group=group,
        node=node,
        fields=fields,
        births=by_birth(node),
        wants=_wants(reader, entry, path, wanted=bool(set(fields) & set(must_know))),
        spares=None if entry.unless is None else reader.node(entry.unless, (*path, "unless")),
        presume=entry.presume,
        presume_if=None if entry.presume_if is None else reader.node(entry.presume_if, (*path, "presume_if")),
        text=entry.text,
        bar=entry.bar,
        ask=entry.ask,
        grade=entry.grade or rule.grade,
        source=entry.source or rule.source,
        as_of=entry.as_of or (entry.source.date if entry.source else rule.as_of),
        detour=entry.detour,
    )


def _wants(reader: RuleReader, entry: LineEntry, path: Steps, *, wanted: bool) -> Node | None:
    """When the answer needs the line known: always, never, or while a condition holds."""
    if entry.required is None and entry.unless is None:
        return ALWAYS if wanted else None
    if isinstance(entry.required, bool):
        return ALWAYS if entry.required else None
    return None if entry.required is None else reader.node(entry.required, (*path, "required"))


def _check_line(reader: RuleReader, entry: LineEntry, group: Group, path: Steps) -> None:
    if (group != "all" or entry.required is False) and not entry.bar:
        reader.problems.append(reader.document.problem(path, f"{entry.id!r} needs `bar`, the phrase for when it bars"))
    for name in entry.presume:
        if name not in reader.fields:
            reader.problems.append(reader.document.problem((*path, "presume"), f"unknown field {name!r}"))
    for name in blanks(entry.text + entry.bar + entry.ask):
        if name not in reader.facts:
            reader.problems.append(reader.document.problem((*path, "text"), f"no fact {{{name}}}"))
