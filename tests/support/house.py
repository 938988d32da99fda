"""The real parts of the bot for tests: catalog, search, Rasa, texts; only the clock and the database are the test's."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, Protocol

from bot.app import house_of
from bot.clock import Clock
from bot.flows import ALL
from bot.safety import check
from bot.services import Services
from bot.settings import Settings
from bot.table import Table, make_table
from bot.words import load_words
from knowledge.catalog import Catalog, load_catalog
from knowledge.rule_files import RuleBook, load_rules
from nlu.client import Understander
from nlu.korean.identifiers import redact
from retrieval.found import Found
from storage.database import Database

SHIPPED = Settings(_env_file=None)


class Finder(Protocol):
    """The search, or what stands in for it."""

    def find(self, query: str) -> Found: ...


# What no test changes is read once in a process: together it takes a third of a second.
words = cache(load_words)


@cache
def table() -> Table:
    return make_table(ALL)


@cache
def shipped_catalog() -> Catalog:
    return load_catalog(SHIPPED.facts)


@cache
def shipped_rules() -> RuleBook:
    return load_rules(SHIPPED.facts, shipped_catalog())


def make_services(
    database: Database,
    clock: Clock,
    catalog: Catalog,
    search: Finder,
    understander: Understander,
    *,
    merge: timedelta = timedelta(seconds=2),
    watch: Callable[[Any], None] = lambda record: None,
    owner: str = "test",
) -> Services:
    return Services(
        database=database,
        understander=understander,
        find=search.find,
        check=check,
        redact=redact,
        catalog=catalog,
        rules=shipped_rules() if catalog is shipped_catalog() else load_rules(SHIPPED.facts, catalog),
        words=words(),
        table=table(),
        house=house_of(SHIPPED),
        clock=clock,
        owner=owner,
        merge=merge,
        watch=watch,
    )
