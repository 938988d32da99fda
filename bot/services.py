"""What the bot is made of, wired once at the door and passed in from there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.desk import House
from bot.route import Table
from bot.safety import Lane
from bot.words import Words
from knowledge.catalog import Catalog
from knowledge.rulebook import RuleBook
from nlu.client import Understander
from retrieval.found import Found
from storage.database import Database


@dataclass(frozen=True, repr=False)
class Services:
    """Everything that answering needs. `find` is the blocking search; `check` the pure danger check.

    Without a generated repr: asyncio prints what a task returns, and this one would be the whole catalog.
    """

    database: Database
    understander: Understander
    find: Callable[[str], Found]
    check: Callable[[str], Lane | None]
    redact: Callable[[str], tuple[str, tuple[str, ...]]]
    catalog: Catalog
    rules: RuleBook
    words: Words
    table: Table
    house: House
    clock: Clock
    owner: str
    merge: timedelta = timedelta()
    watch: Callable[[Mapping[str, Any]], None] = field(default=lambda record: None)
    """Told of every turn: labels, times, and the values found with the words that name them. The playground's side view
    is the only one that listens."""
