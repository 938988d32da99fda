"""The real parts of the bot for tests: catalog, search, Rasa, texts; only the clock and the database are the test's."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.app import house_of
from bot.clock import Clock
from bot.flows import ALL
from bot.safety import check
from bot.services import Services
from bot.settings import Settings
from bot.table import make_table
from bot.words import load_words
from knowledge.catalog import Catalog
from knowledge.rule_files import load_rules
from nlu.client import Understander
from nlu.korean.identifiers import redact
from retrieval.search import Search
from storage.database import Database


def make_services(
    database: Database,
    clock: Clock,
    catalog: Catalog,
    search: Search,
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
        rules=load_rules(Settings(_env_file=None).facts, catalog),
        words=load_words(),
        table=make_table(ALL),
        house=house_of(Settings(_env_file=None)),
        clock=clock,
        owner=owner,
        merge=merge,
        watch=watch,
    )
