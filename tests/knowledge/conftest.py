"""The real catalog and rules, loaded once for all tests of the room."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.catalog import Catalog, load_catalog
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook
from knowledge.tables import Tables

FACTS = Path(__file__).parents[2] / "knowledge" / "facts"
TODAY = date(2026, 11, 21)


class World:
    """Rules and tables, with a name short enough for the report of a failing example."""

    def __init__(self, book: RuleBook, tables: Tables) -> None:
        self.book, self.tables = book, tables

    def __repr__(self) -> str:
        return "world"


@pytest.fixture(scope="session")
def world(book: RuleBook, catalog: Catalog) -> World:
    return World(book, catalog.tables)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(FACTS)


@pytest.fixture(scope="session")
def book(catalog: Catalog) -> RuleBook:
    return load_rules(FACTS, catalog)
