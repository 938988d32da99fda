"""Is the catalog fit to be read out? Lists what is broken, unsourced, stale, unreadable. Behind `ieum check`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from knowledge.catalog import Program
from knowledge.dates import is_stale
from knowledge.fact import Fact, FactValue, Sourced
from knowledge.loading import Problem
from knowledge.model import Window
from knowledge.reading import Place, Shelf, places, read_shelf
from knowledge.rendering import render
from knowledge.rule_checks import rule_problems
from knowledge.tables import AmountRow, IncomeTable
from knowledge.text_rules import TextRules, load_text_rules

Level = Literal["error", "warning"]
Books = Shelf[Program]

EXPECTED_FILES = (
    "sources.yml",
    "hotlines.yml",
    "centers.yml",
    "calendar.yml",
    "blocks.yml",
    "tables/median_income.yml",
    "tables/wages.yml",
    "tables/benefit_amounts.yml",
)


@dataclass(frozen=True)
class Finding:
    """One thing to mend (`error`) or to look at again (`warning`). `kind` is a fixed word, e.g. "stale"."""

    level: Level
    kind: str
    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.kind}: {self.message}"


def check(folder: Path, on: date) -> list[Finding]:
    """Everything found under the facts folder as of the day, errors first, then by file and line."""
    shelf = read_shelf(folder, Program)
    found = [
        *_broken(shelf),
        *_endings(shelf),
        *_shown(shelf),
        *_texts(shelf, on, load_text_rules()),
        *_stale(shelf, on),
        *_stale_texts(shelf, on),
        *_coming_year(shelf, on),
        *_shared_names(shelf),
        *_rules(folder, on),
        *_events(shelf, on, load_text_rules()),
    ]
    return sorted(found, key=lambda item: (item.level, item.file, item.line, item.message))


def report(folder: Path, on: date) -> tuple[str, int]:
    """The findings as text, and the exit code: 1 when there is an error, else 0."""
    findings = check(folder, on)
    errors = sum(finding.level == "error" for finding in findings)
    summary = f"{errors} errors, {len(findings) - errors} warnings on {on.isoformat()}"
    return "\n".join([*map(str, findings), summary]), int(errors > 0)


def _finding(level: Level, kind: str, problem: Problem) -> Finding:
    return Finding(level, kind, problem.file, problem.line, problem.message)


def _broken(shelf: Books) -> Iterator[Finding]:
    for problem in shelf.problems:
        yield _finding("error", problem.kind, problem)
    for name in EXPECTED_FILES:
        if name not in shelf.documents and not any(problem.file == name for problem in shelf.problems):
            yield Finding("error", "missing", name, 1, "the file is not there")


def _endings(shelf: Books) -> Iterator[Finding]:
    for stem, program in shelf.programs.items():
        if program.over and not program.successors:
            problem = shelf.documents[f"programs/{stem}.yml"].problem(("successors",), "nowhere to go today")
            yield _finding("error", "no-successor", problem)


def _shown(shelf: Books) -> Iterator[Finding]:
    """Texts that rest on something unverified, or that only a phone number vouches for."""
    for place in places(shelf):
        facts = _facts(place)
        hidden = [name for name, fact in facts.items() if not any(value.grade.shown for value in fact.values)]
        if hidden or (place.entry.grade and not place.entry.grade.shown):
            yield _finding("error", "unverified-shown", place.problem(f"cannot be shown: {place.entry.text}"))
        about_phone = place.steps[:2] == ("aspects", "phone")
        if place.entry.source is None and not about_phone and all(name.startswith("phone") for name in facts):
            yield _finding("error", "no-source", place.problem(f"only a number vouches for: {place.entry.text}"))


def _facts(place: Place) -> dict[str, Fact]:
    try:
        return place.facts.used(place.entry)
    except ValueError:
        return {}


def _texts(shelf: Books, on: date, rules: TextRules) -> Iterator[Finding]:
    for place in places(shelf):
        for text in filter(None, (place.entry.text, place.entry.simple)):
            for complaint in rules.complaints(text, _rendered(text, place, on)):
                if not (complaint.endswith("not from a fact") and _is_history(place)):
                    yield _finding("error", "text", place.problem(f"{complaint}: {text}"))


def _is_history(place: Place) -> bool:
    """A window of something over may name its year: it never changes again."""
    return isinstance(place.entry, Window) and isinstance(place.facts, Program) and place.facts.over


def _rendered(text: str, place: Place, on: date) -> str:
    for name, fact in _facts(place).items():
        value = fact.on(on) or fact.values[-1]
        text = text.replace(f"{{{name}}}", render(value.value, fact.unit))
    return text


def _stale(shelf: Books, on: date) -> Iterator[Finding]:
    for stem, program in shelf.programs.items():
        document = shelf.documents[f"programs/{stem}.yml"]
        if program.over:
            continue
        for name, fact in program.facts.items():
            for value in [] if fact.settled else _old(fact.values, on):
                yield _finding("warning", "stale", document.problem(("facts", name), _age(name, value)))
        for index, contact in enumerate(program.contacts):
            if is_stale(contact.known_as_of, on):
                yield _finding("warning", "stale", document.problem(("contacts", index), _age(contact.line, contact)))
    for key, line in shelf.hotlines.items():
        if line.show and is_stale(line.known_as_of, on):
            yield _finding("warning", "stale", shelf.documents["hotlines.yml"].problem((key,), _age(key, line)))


def _stale_texts(shelf: Books, on: date) -> Iterator[Finding]:
    """Sentences with an old source of their own: one finding for each source of a file."""
    seen: set[tuple[str, str]] = set()
    for place in places(shelf):
        source = place.entry.source
        over = isinstance(place.facts, Program) and place.facts.over
        if source is None or over or not place.entry.holds(on) or (place.document.file, source.id) in seen:
            continue
        if is_stale(place.entry.as_of or source.date, on):
            seen.add((place.document.file, source.id))
            message = f"a text is as of {place.entry.as_of or source.date}: read again ({source.title})"
            yield _finding("warning", "stale", place.problem(message))


def _old(values: Iterable[FactValue], on: date) -> list[FactValue]:
    return [value for value in values if value.holds(on) and is_stale(value.known_as_of, on)]


def _age(name: str, item: Sourced) -> str:
    return f"{name} is as of {item.known_as_of}: read again ({item.source.title})"


def _coming_year(shelf: Books, on: date) -> Iterator[Finding]:
    """Yearly rows that have no value today, or none for the coming year although it should be known by now."""
    for name, steps, row in _yearly(shelf):
        items = row.years if isinstance(row, IncomeTable) else row.values
        for day in _days_due(row.announced, on):
            if not any(item.holds(day) for item in items):
                problem = shelf.documents[name].problem(steps, f"{row.name} has no value for {day.year}")
                yield _finding("warning", "missing-year", problem)


def _yearly(shelf: Books) -> Iterator[tuple[str, tuple[str | int, ...], AmountRow | IncomeTable]]:
    if shelf.tables.median_income:
        yield "tables/median_income.yml", ("years",), shelf.tables.median_income
    for name, table in shelf.tables.amounts.items():
        for key, row in table.rows.items():
            yield f"tables/{name}.yml", ("rows", key), row


def _days_due(announced: int | None, on: date) -> list[date]:
    coming = [date(on.year + 1, 1, 1)] if announced is not None and on.month > announced else []
    return [on, *coming]


def _shared_names(shelf: Books) -> Iterator[Finding]:
    owners: dict[str, list[str]] = defaultdict(list)
    for stem, program in shelf.programs.items():
        for name in {"".join(name.split()) for name in (program.name, *program.aliases)}:
            owners[name].append(stem)
    for name, ids in owners.items():
        if len(ids) > 1:
            problem = shelf.documents[f"programs/{ids[0]}.yml"].problem(("aliases",), f"{name} names {', '.join(ids)}")
            yield _finding("warning", "shared-name", problem)


def _rules(folder: Path, on: date) -> Iterator[Finding]:
    for problem in rule_problems(folder, on):
        yield _finding("error" if problem.kind == "broken" else "warning", problem.kind, problem)


def _events(shelf: Books, on: date, rules: TextRules) -> Iterator[Finding]:
    """Events: texts as everywhere, nothing unverified, and a reminder to clear away what is long over."""
    for stem, event in shelf.events.items():
        document = shelf.documents[f"events/{stem}.yml"]
        texts = [text for line in event.about for text in (line.text, line.simple) if text]
        for text in [*texts, event.who, event.bring, event.price]:
            for complaint in rules.complaints(text, text):
                if not complaint.endswith("not from a fact"):
                    yield _finding("error", "text", document.problem(("about",), f"{complaint}: {text}"))
        if not event.grade.shown:
            yield _finding("error", "unverified-shown", document.problem(("grade",), f"cannot be shown: {event.name}"))
        last = max(sitting.ends for sitting in event.sittings).date()
        if not event.sample and is_stale(last.isoformat(), on):
            yield _finding("warning", "stale", document.problem(("id",), f"over since {last}: move it to the programs"))
