"""Everything that the playground's Telegram knows, in memory: chats, messages, queries, files, updates, calls."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from bot.playground.clock import MovableClock
from bot.playground.errors import Json, WorldError, bad, forbidden, moved
from bot.playground.faults import Faults
from bot.playground.feed import Feed
from bot.playground.files import Files
from bot.playground.limits import Limits, Rates
from bot.playground.people import Person
from bot.playground.updates import Updates

BOT_ID = 7_000_000_001


@dataclass
class Chat:
    """A private chat (its id is the person's), a group or a supergroup.

    `keyboard` is the reply keyboard that it shows.
    """

    id: int
    type: str
    title: str
    message_id: int
    started: bool = False
    blocked: bool = False
    bot_in: bool = True
    migrated_to: int | None = None
    keyboard: Json | None = None
    messages: "dict[int, Stored]" = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.type == "private"

    def brief(self) -> Json:
        """Telegram's Chat object."""
        return {"id": self.id, "type": self.type, "first_name" if self.private else "title": self.title}


@dataclass
class Stored:
    """A message as Telegram keeps it.

    `ever` is every button that stood under it, data to label: an old screen can still send it. `update_ids` are the
    updates that carried it, `tapped` the label of the button for those that were taps.
    """

    body: Json
    by_bot: bool
    sent_at: datetime
    markup: Json | None = None
    deleted: bool = False
    ever: dict[str, str] = field(default_factory=dict)
    update_ids: list[int] = field(default_factory=list)
    tapped: dict[int, str] = field(default_factory=dict)

    def public(self) -> Json:
        """Telegram's Message object as it is now."""
        inline = {"reply_markup": self.markup} if self.markup and "inline_keyboard" in self.markup else {}
        return {**self.body, **inline}

    def show(self, markup: Json | None) -> None:
        """Put a keyboard under the message, or none."""
        self.markup = markup
        rows = (markup or {}).get("inline_keyboard", [])
        self.ever.update({b["callback_data"]: b["text"] for row in rows for b in row if "callback_data" in b})


@dataclass
class Query:
    """A tap that waits for its answer."""

    id: str
    chat_id: int
    at: datetime
    answer: Json | None = None


@dataclass(frozen=True)
class Call:
    """One call of the bot and what it was told.

    `answer` is the whole body; None when the connection was broken on purpose.
    """

    method: str
    params: Json
    answer: Json | None
    at: datetime


class State:
    """The stores. People act on it (`acts.py`) and so does the bot (`methods/`)."""

    def __init__(
        self,
        clock: MovableClock,
        *,
        people: Iterable[Person] = (),
        rates: Rates | None = None,
        first_update_id: int = 1,
        first_message_id: int = 1,
        query_life_s: float = 15.0,
    ) -> None:
        self.clock = clock
        self.feed = Feed()
        self.faults = Faults()
        self.files = Files()
        self.limits = Limits(rates or Rates(), time.monotonic)
        self.updates = Updates(clock, first_update_id)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.calls: list[Call] = []
        self.understood: list[Json] = []
        self.settings: dict[str, Json] = {}
        self.query_life_s = query_life_s
        self._first_message_id = first_message_id
        for person in people:
            self.add(person)

    def add(self, person: Person) -> Chat:
        """Let a person exist, with an empty private chat that they have not started."""
        if person.id <= 0:
            raise WorldError("a person's id is positive")
        self.people[person.id] = person
        self.feed.tell("people")
        return self.chats.setdefault(person.id, Chat(person.id, "private", person.name, self._first_message_id))

    def bot(self) -> Json:
        """The bot as Telegram's User object."""
        return {"id": BOT_ID, "is_bot": True, "first_name": "이음", "username": "ieum_playground_bot"}

    def stamp(self) -> int:
        """Now, in seconds since 1970."""
        return int(self.clock.now().timestamp())

    def chat(self, chat_id: int) -> Chat:
        """The chat of this id; a person that nobody has met yet comes to life.

        Raises WorldError for an unknown group.
        """
        if chat_id not in self.chats:
            if chat_id < 0:
                raise WorldError(f"there is no group {chat_id}")
            self.add(Person(chat_id, f"시험 {chat_id}"))
        return self.chats[chat_id]

    def new_group(self, chat_id: int, kind: str, title: str) -> Chat:
        """A group or supergroup with the bot in it."""
        self.chats[chat_id] = Chat(chat_id, kind, title, self._first_message_id, started=True)
        return self.chats[chat_id]

    def open_chat(self, chat_id: int) -> Chat:
        """A chat that the bot may write to. Raises ApiError as Telegram refuses the others."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        if chat.migrated_to:
            raise moved(chat.migrated_to)
        if not chat.bot_in:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def store(self, chat: Chat, sender: Json, content: Json, *, by_bot: bool) -> Stored:
        """A new message at the end of a chat."""
        message_id = chat.message_id
        chat.message_id += 1
        body = {"message_id": message_id, "from": sender, "chat": chat.brief(), "date": self.stamp(), **content}
        stored = Stored(body, by_bot, self.clock.now())
        chat.messages[message_id] = stored
        self.feed.tell("message", chat.id, message_id=message_id)
        return stored

    def emit(self, kind: str, payload: Json, chat_id: int, stored: Stored | None = None) -> int | None:
        """An update for the bot, if it asked for this kind. Returns its update_id."""
        if not self.updates.wants(kind):
            return None
        update_id = self.updates.put({kind: payload}, chat_id)
        if stored:
            stored.update_ids.append(update_id)
        return update_id

    def messages(self, chat_id: int) -> list[Json]:
        """The messages of a chat as they stand now, deleted ones left out, oldest first."""
        return [one.public() for one in self.chat(chat_id).messages.values() if not one.deleted]

    def said_by_bot(self, chat_id: int) -> list[Json]:
        """Only the bot's messages of a chat."""
        return [one.public() for one in self.chat(chat_id).messages.values() if one.by_bot and not one.deleted]

    def called(self, method: str) -> list[Call]:
        """The bot's calls of one method, oldest first; the name in any case."""
        return [call for call in self.calls if call.method.lower() == method.lower()]
