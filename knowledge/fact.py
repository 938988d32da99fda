"""A fact: one value with its validity, grade, source and date. Everything that is shown rests on these."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from knowledge.dates import PartialDate
from knowledge.rendering import UNITS, Value, render


class Entry(BaseModel):
    """Base of everything read from YAML: frozen, and an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Grade(StrEnum):
    """How far a fact can be trusted, best first. S: stated in a source given with the project."""

    A = "A"
    S = "S"
    B = "B"
    C = "C"
    UNVERIFIED = "unverified"

    @property
    def rank(self) -> int:
        """0 is the best grade."""
        return list(Grade).index(self)

    @property
    def shown(self) -> bool:
        """Whether people may read it as a fact."""
        return self is not Grade.UNVERIFIED


def worst(*grades: Grade) -> Grade:
    """The least trusted of the grades."""
    return max(grades, key=lambda grade: grade.rank)


class Source(Entry):
    """Where facts come from. `label` is what people read: "<label>, 2026년 9월 기준"."""

    id: str
    title: str
    publisher: str
    date: PartialDate
    read: Literal["law", "page", "press", "guide", "code", "seed", "audit", "own"]
    label: str
    url: str | None = None


def _find_source(value: object, info: ValidationInfo) -> object:
    sources: Mapping[str, Source] = (info.context or {}).get("sources", {})
    if not isinstance(value, str):
        return value
    if value not in sources:
        raise ValueError(f"unknown source {value!r}")
    return sources[value]


SourceRef = Annotated[Source, BeforeValidator(_find_source)]
"""A source written by its id; the validation context holds all sources under "sources"."""


class Sourced(Entry):
    """Something with a grade, a source and a date. Without `as_of` the source's own date counts."""

    grade: Grade
    source: SourceRef
    as_of: PartialDate | None = None

    @property
    def known_as_of(self) -> str:
        """The partial date that stands behind "…기준"."""
        return self.as_of or self.source.date


class Dated(Sourced):
    """A sourced thing that holds from one day to another, both included; an open end is None."""

    starts: date | None = Field(None, alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts and self.until and self.until < self.starts:
            raise ValueError("`until` is before `from`")
        return self

    def holds(self, on: date) -> bool:
        """Whether it is valid on the day."""
        return within(self.starts, self.until, on)


def within(starts: date | None, until: date | None, on: date) -> bool:
    """Whether the day lies between the two, both included; None is open."""
    return (starts is None or starts <= on) and (until is None or on <= until)


class FactValue(Dated):
    """One value of a fact and the days on which it holds."""

    value: Value


def overlap(items: Iterable[Dated]) -> bool:
    """Whether two of them hold on the same day."""
    spans = sorted((item.starts or date.min, item.until or date.max) for item in items)
    return any(later[0] <= earlier[1] for earlier, later in pairwise(spans))


def _closed(value: FactValue, values: Iterable[FactValue]) -> FactValue:
    begins = value.starts or date.min
    later = [other.starts for other in values if other.starts and other.starts > begins]
    if value.until is not None or not later:
        return value
    return value.model_copy(update={"until": min(later) - timedelta(days=1)})


def _find_table(data: object, info: ValidationInfo) -> object:
    """Replace `table: wages.minimum_hourly` by the values of that row."""
    if not isinstance(data, dict) or "table" not in data:
        return data
    options = {key: value for key, value in data.items() if key in ("size", "percent")}
    rest = {key: value for key, value in data.items() if key not in ("table", "size", "percent")}
    tables = (info.context or {}).get("tables")
    if tables is None:
        raise ValueError("no yearly tables to look in")
    return {"values": tables.values(data["table"], **options), **rest}


class Fact(Entry):
    """A value over time. `unit` decides how it is read aloud.

    Written with `values`, or with `table` naming a row of a yearly table (`wages.minimum_hourly`, or `median_income`
    with `size` and `percent`). No value for a day means that it is not known; the last known value never stands in. A
    value without `until` ends the day before the next one begins, so that a new year is one new line.
    `settled` marks a thing of the past that cannot change any more (a round that was held): it never gets old.
    """

    unit: str
    settled: bool = False
    values: tuple[FactValue, ...] = Field(min_length=1)

    _table = model_validator(mode="before")(_find_table)

    @model_validator(mode="after")
    def _suits_unit(self) -> Self:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}")
        for item in self.values:
            try:
                render(item.value, self.unit)
            except TypeError as error:
                raise ValueError(str(error)) from error
        return self

    @field_validator("values")
    @classmethod
    def _closed_by_the_next(cls, values: tuple[FactValue, ...]) -> tuple[FactValue, ...]:
        return tuple(_closed(value, values) for value in values)

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        if overlap(self.values):
            raise ValueError("two values hold on the same day")
        return self

    def on(self, day: date) -> FactValue | None:
        """The value that holds on the day and may be shown, or None."""
        found = [item for item in self.values if item.holds(day) and item.grade.shown]
        return found[-1] if found else None
