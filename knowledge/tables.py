"""Yearly tables: median income, wages, benefit amounts. One row, many years, no guess for a year that is missing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from knowledge.fact import Dated, Entry, FactValue

LARGEST_LISTED = 7
"""Households up to this size have their own figure; each further person adds a fixed sum (복지부 고시 2025-135)."""


def percent_of(won: int, percent: int) -> int:
    """The percentage of a sum, rounded to the won, halves up: the way programs.md 0.3 computes the lines."""
    return (won * percent + 50) // 100


class IncomeYear(Dated):
    """기준중위소득 of one year: won a month by household size 1 to 7, and what each person from the eighth adds."""

    by_size: Mapping[int, int]
    add_per_person: int

    def won(self, size: int) -> int:
        """100 % for a household of `size`. ValueError below 1."""
        if size < 1:
            raise ValueError("a household has at least one person")
        more = max(0, size - LARGEST_LISTED)
        return self.by_size[min(size, LARGEST_LISTED)] + more * self.add_per_person


class IncomeTable(Entry):
    """The median income table over the years."""

    name: str
    announced: int | None = Field(None, ge=1, le=12)
    years: tuple[IncomeYear, ...]

    def year(self, on: date) -> IncomeYear | None:
        """The year's figures that hold on the day."""
        return next((year for year in self.years if year.holds(on)), None)


class AmountRow(Entry):
    """One amount over the years. `announced`: month by whose end the coming year's value should be known."""

    name: str
    unit: str = "won"
    announced: int | None = Field(None, ge=1, le=12)
    values: tuple[FactValue, ...] = Field(min_length=1)

    def on(self, day: date) -> FactValue | None:
        """The value of the day, or None when it is not known."""
        return next((item for item in self.values if item.holds(day) and item.grade.shown), None)


class AmountTable(Entry):
    """Rows of amounts that change together, year by year."""

    name: str
    rows: Mapping[str, AmountRow]


class Tables(Entry):
    """All yearly tables."""

    median_income: IncomeTable | None = None
    amounts: Mapping[str, AmountTable] = Field(default_factory=dict)

    def row(self, reference: str) -> AmountRow:
        """The row "table.row". ValueError when there is none."""
        table, _, row = reference.partition(".")
        if table not in self.amounts or row not in self.amounts[table].rows:
            raise ValueError(f"no row {reference!r} in the yearly tables")
        return self.amounts[table].rows[row]

    def values(self, reference: str, size: int = 1, percent: int = 100) -> list[dict[str, Any]]:
        """The values of a row as facts are written, for a fact that refers to it. ValueError when there is none."""
        if reference != "median_income":
            return [_written(item, item.value) for item in self.row(reference).values]
        if self.median_income is None:
            raise ValueError("no median income table")
        return [_written(year, percent_of(year.won(size), percent)) for year in self.median_income.years]


def _written(item: Dated, value: object) -> dict[str, Any]:
    return {
        "value": value,
        "starts": item.starts,
        "until": item.until,
        "grade": item.grade,
        "source": item.source,
        "as_of": item.as_of,
    }
