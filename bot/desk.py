"""What a flow may use in one turn, and what a flow is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SEOUL
from bot.turn import State, Step, Turn
from bot.words import Words
from counsel.hours import CounselHours
from counsel.terms import STANDARD, Terms
from knowledge.catalog import Catalog
from knowledge.growing import grown
from knowledge.rulebook import RuleBook
from nlu.labels import Intent
from storage import people


@dataclass(frozen=True, slots=True)
class House:
    """What an operator has set and people are told: who runs this, the number to check it, how long things are kept."""

    operator: str
    phone: str
    hours: CounselHours
    keep_days: int
    keep_words_days: int
    terms: Terms = STANDARD


@dataclass(frozen=True, slots=True)
class Desk:
    """A flow's tools: texts, catalog and rules, the house's facts, and the session of this turn's one transaction."""

    words: Words
    catalog: Catalog
    rules: RuleBook
    house: House
    session: AsyncSession

    async def profile(self, turn: Turn) -> dict[str, Any]:
        """What the person of a turn told us, by field, as it is on the turn's day."""
        return as_of(await people.told(self.session, turn.visitor.id), turn.at.astimezone(SEOUL).date())


def as_of(told: Mapping[str, people.Told], on: date) -> dict[str, Any]:
    """A stored profile on a day: ages and elapsed months have grown since they were told."""
    return {field: grown(field, value, at.astimezone(SEOUL).date(), on) for field, (value, at) in told.items()}


Handler: TypeAlias = Callable[[Turn, State, Desk], Awaitable[Step]]


def _reads_nothing(turn: Turn, state: State) -> bool:
    return False


@dataclass(frozen=True)
class Flow:
    """One matter.

    `actions` are what buttons and intents lead to; `intents` name the action that answers an intent; `questions` name
    the actions that also take the answer to an open question of this flow, with the intents that such an answer may
    have besides `inform` (a digression is any other confident intent). `reads` tells of a text whether it answers the
    open question, whatever the classifier made of it. `again` names the action that asks the open question once more
    after a digression. `back` names the action that goes back within an open question. `after` names actions that take
    what sets a finished matter right, with their intents; such a matter is named in the state's data as `after`, with
    no question open. `plain` are yes-or-no questions.
    """

    name: str
    actions: Mapping[str, Handler]
    intents: Mapping[Intent, str] = field(default_factory=dict)
    questions: Mapping[str, frozenset[Intent]] = field(default_factory=dict)
    reads: Callable[[Turn, State], bool] = _reads_nothing
    again: str = ""
    back: str = ""
    after: Mapping[str, frozenset[Intent]] = field(default_factory=dict)
    plain: frozenset[str] = frozenset()
