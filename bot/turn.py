"""What one turn of a conversation is made of: frozen values, no Telegram, no SQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

from nlu.client import Understanding
from nlu.labels import EntityName
from retrieval.found import Found, Hit

BACK_STEPS = 8
"""How many answers "뒤로" can go back."""


SURE_HIT = 0.6
"""The search's own chance from which its best entry counts like a program that was named."""
CERTAIN_HIT = 0.97
"""The chance from which it counts though a name was heard that is written in no catalog."""


class Kind(str, Enum):
    """How a person spoke to us."""

    TEXT = "text"
    TAP = "tap"
    CONTACT = "contact"
    LOCATION = "location"
    PHOTO = "photo"
    VOICE = "voice"
    STICKER = "sticker"
    DOCUMENT = "document"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Tap:
    """What a button means: a flow, one of its actions, and an argument (ids joined by "." or empty)."""

    flow: str
    action: str
    arg: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message."""

    label: str
    tap: Tap


class Keyboard(str, Enum):
    """What stands where the letters are: nothing new, or the standing exits."""

    KEEP = "keep"
    EXITS = "exits"


@dataclass(frozen=True, slots=True)
class File:
    """A file to hand out: its name, its content, its caption."""

    name: str
    content: str
    caption: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a person. `text` and `simple` are HTML as Telegram knows it, inserted values escaped.

    `key` names the text for stories and records; `simple` is what `repeat_simpler` says instead.
    """

    key: str
    text: str
    simple: str
    buttons: tuple[Button, ...] = ()
    keyboard: Keyboard = Keyboard.KEEP
    file: File | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything that one turn says, in order. An empty one is silence: only right while a person answers.

    `forget` says that the person was erased in this turn: nothing of it is kept.
    """

    messages: tuple[Message, ...] = ()
    forget: bool = False

    def __add__(self, other: "Reply") -> "Reply":
        return Reply(self.messages + other.messages, self.forget or other.forget)


@dataclass(frozen=True, slots=True)
class Said:
    """The last reply, kept so that it can be said again in simpler words."""

    key: str
    text: str
    simple: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation stands.

    `flow` and `step` name the open question ("" when none is open) and `data` what has been gathered for it.
    `focus` holds the catalog ids last talked about, newest first: what "그거" means. `aspect` is what was last asked of
    them. `shown` are the choices last offered, in order. `last` is the last reply. `back` keeps the steps
    that "뒤로" returns to. `misses` counts what was not understood in a row. `known` is what the person told
    us in this conversation, by profile field; it is copied to the profile only with consent. `echo` is the last tap, by
    which a trembling hand's second one is known. `asked` is the open question as it was said, however long ago.
    """

    flow: str = ""
    step: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    aspect: str = ""
    shown: tuple[Button, ...] = ()
    last: tuple[Said, ...] = ()
    back: tuple[Tap, ...] = ()
    misses: int = 0
    known: Mapping[str, Any] = field(default_factory=dict)
    echo: str = ""
    seen_at: datetime | None = None
    asked: Said | None = None

    def ask(self, flow: str, step: str, **data: Any) -> "State":
        """This state with a question open."""
        return replace(self, flow=flow, step=step, data=data)

    def settled(self) -> "State":
        """This state with no question open."""
        return replace(self, flow="", step="", data={})

    def visited(self, tap: Tap) -> "State":
        """This state with an answer that "뒤로" can return to; `tap` leads to it."""
        return self if self.back[-1:] == (tap,) else replace(self, back=(*self.back, tap)[-BACK_STEPS:])

    def about(self, *ids: str) -> "State":
        """This state with the talk turned to these catalog entries."""
        rest = tuple(i for i in self.focus if i not in ids)
        return replace(self, focus=(*ids, *rest)[:5])


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a flow may know of the person without asking the database. `waits`: a case of theirs is open."""

    id: int
    is_new: bool
    consented: bool
    may_share: bool
    counselor_answers: bool
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that a person said or did, understood. `at` is in Asia/Seoul.

    `aspect` is what a text asks of a program ("" for nothing special) and `also` a second thing that it asks;
    `points_back` says that it leans on what was just shown ("그거"); `topics` name the word groups of `routing.yml`
    that occur in it.
    """

    visitor: Visitor
    at: datetime
    kind: Kind
    text: str
    understanding: Understanding
    found: Found
    tap: Tap | None = None
    phone: str | None = None
    aspect: str = ""
    points_back: bool = False
    topics: frozenset[str] = frozenset()
    also: str = ""

    @property
    def names_unknown(self) -> bool:
        """Whether it names a program that is none of the catalog's: what the search finds is not that program.

        A name that the search is certain of is one of ours, misspelt: "실업급영".
        """
        named = any(e.entity == EntityName.PROGRAM.value and e.value is None for e in self.understanding.entities)
        return named and not (self._best and self._best.score >= CERTAIN_HIT)

    @property
    def subject(self) -> str:
        """What a text is about: the first program named, else one that the search is sure of; "" for none."""
        named = self.understanding.values(EntityName.PROGRAM)
        if named:
            return str(named[0])
        if self.names_unknown:
            return ""
        return self._best.id if self._best and self._best.score >= SURE_HIT else ""

    @property
    def _best(self) -> Hit | None:
        return self.found.hits[0] if self.found.hits and not self.found.abstained else None


@dataclass(frozen=True, slots=True)
class Step:
    """What a flow decided: what is said, and where the conversation then stands."""

    reply: Reply
    state: State
