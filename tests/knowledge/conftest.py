"""The real catalog and rules, loaded once for all tests of the room."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.catalog import Catalog, load_catalog
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook

FACTS = Path(__file__).parents[2] / "knowledge" / "facts"
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(FACTS)


@pytest.fixture(scope="session")
def book(catalog: Catalog) -> RuleBook:
    return load_rules(FACTS, catalog)
