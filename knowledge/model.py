"""What the catalog's YAML files say, as frozen objects. One class per kind of file or part of it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from knowledge.dates import PartialDate
from knowledge.fact import Entry, Fact, FactValue, Grade, Sourced, SourceRef, within

Aspect = Literal["what", "amount", "who", "when", "documents", "apply", "phone", "length", "where", "note"]
ProgramKind = Literal["program", "event", "service", "body", "employer", "definition"]
Audience = Literal["women", "senior", "midlife", "youth", "everyone", "employer"]
Status = Literal["continuing", "uncertain", "historic", "ended"]
WindowState = Literal["open", "closed", "unknown", "ended", "always"]

_BLANK = re.compile(r"\{(\w+)\}")


def blanks(text: str) -> frozenset[str]:
    """Names of the facts that a text has room for."""
    return frozenset(_BLANK.findall(text))


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


class Contact(Sourced):
    """A phone line of a program: as dialled, and for what."""

    line: str
    purpose: str = Field("", alias="for")

    def as_fact(self) -> Fact:
        """The line as a fact, so that a text can name it as {phone}, {phone2}, …"""
        return Fact(
            unit="phone", values=(FactValue(value=self.line, grade=self.grade, source=self.source, as_of=self.as_of),)
        )


class StatementEntry(Entry):
    """One thing to say about an aspect. Numbers stand in {blanks}; `simple` says it in easier words.

    Needs a source and a grade of its own unless a fact in it brings them. `unless` names a fact: the statement is said
    only on days on which that fact is not known ("올해 금액은 아직 몰라요").
    """

    text: str
    simple: str = ""
    grade: Grade | None = None
    source: SourceRef | None = None
    as_of: PartialDate | None = None
    unless: str = ""
    starts: date | None = Field(None, alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if self.source is not None and self.grade is None and not blanks(self.text):
            raise ValueError("a statement with its own source needs a grade")
        return self

    def holds(self, on: date) -> bool:
        """Whether it is to be said on the day."""
        return within(self.starts, self.until, on)


class Ended(Entry):
    """When something ended, and the sentence that says so."""

    on: PartialDate
    text: str


class Window(StatementEntry):
    """When one can apply: what is known of it, and the sentence that says it."""

    state: WindowState
    opens: date | None = None
    closes: date | None = None
    expected: PartialDate | None = None

    def state_on(self, on: date) -> WindowState:
        """The state on the day; known opening and closing days count more than the state as written."""
        if self.state in ("ended", "unknown") or (self.opens is None and self.closes is None):
            return self.state
        if self.opens is None or self.closes is None:
            return "closed" if self.closes and on > self.closes else self.state
        return "open" if self.opens <= on <= self.closes else "closed"


class WithFacts(Entry):
    """An entry whose texts may name facts and contact lines."""

    facts: Mapping[str, Fact] = Field(default_factory=dict)
    contacts: tuple[Contact, ...] = ()

    def fact(self, name: str) -> Fact | None:
        """A fact by its name in a text; {phone}, {phone2}, … are the contact lines in order."""
        if name in self.facts:
            return self.facts[name]
        found = re.fullmatch(r"phone(\d*)", name)
        index = int(found[1] or 1) - 1 if found else -1
        return self.contacts[index].as_fact() if 0 <= index < len(self.contacts) else None

    def used(self, entry: StatementEntry) -> dict[str, Fact]:
        """The facts in the entry's text. ValueError for a blank that no fact fills."""
        names = blanks(entry.text + entry.simple) | ({entry.unless} if entry.unless else set())
        found = {name: self.fact(name) for name in sorted(names)}
        missing = [name for name, fact in found.items() if fact is None]
        if missing:
            raise ValueError(f"no fact {{{missing[0]}}} for: {entry.text}")
        return {name: fact for name, fact in found.items() if fact is not None and name != entry.unless}


class ProgramEntry(WithFacts):
    """A file of `facts/programs/`: a program, event, service, body or word that people ask about."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str
    short: str = Field(max_length=10)
    aliases: tuple[str, ...] = ()
    kind: ProgramKind
    part: int
    audience: tuple[Audience, ...] = Field(min_length=1)
    area: str = ""
    status: Status
    ended: Ended | None = None
    successors: tuple[str, ...] = ()
    operator: str
    aspects: Mapping[Aspect, tuple[StatementEntry, ...]]
    windows: Annotated[tuple[Window, ...], BeforeValidator(_as_list)] = Field((), alias="window")
    see_also: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _ended_says_when(self) -> Self:
        if self.status == "ended" and self.ended is None:
            raise ValueError("an ended program needs `ended` with its date")
        return self


class Hotline(Sourced):
    """A number of Part 5. One with `show: false` is known and never shown; `reason` says why."""

    number: str
    name: str
    purpose: str = Field(alias="for")
    hours: str | None = None
    lanes: tuple[str, ...] = ()
    area: str = ""
    aliases: tuple[str, ...] = ()
    show: bool = True
    reason: str = ""

    @model_validator(mode="after")
    def _says_why_hidden(self) -> Self:
        if not self.show and not self.reason:
            raise ValueError("a line that is not shown needs a `reason`")
        return self


class CenterKind(Entry):
    """A kind of center, and the line that finds the nearest one."""

    name: str
    find: str
    aliases: tuple[str, ...] = ()
    purpose: str = Field("", alias="for")
    programs: tuple[str, ...] = ()


class Center(Sourced):
    """One center, as far as its particulars have a source."""

    name: str
    kind: str
    area: str = ""
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    note: str = ""
    aliases: tuple[str, ...] = ()


class CalendarEntry(WithFacts, Window):
    """A line of 0.4: what opens when, and how well that is known."""

    programs: tuple[str, ...] = ()


class Family(Entry):
    """A name for several programs at once; `members` in the order in which they are told."""

    name: str
    aliases: tuple[str, ...] = Field(min_length=1)
    members: tuple[str, ...] = Field(min_length=2, max_length=4)


class Block(WithFacts, StatementEntry):
    """A line of 2.12: having or having had one thing blocks or bends another.

    `has` says in words what the person has; `held` are the programs among it. `kind`: hard bars, soft may bar, allowed
    goes together with a side effect.
    """

    has: str
    held: tuple[str, ...] = ()
    blocks: tuple[str, ...] = Field(min_length=1)
    kind: Literal["hard", "soft", "allowed"]


class Term(Entry):
    """A word of the occupation or schedule list, with the other words that people use for it."""

    name: str
    aliases: tuple[str, ...] = ()
