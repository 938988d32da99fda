"""What people do in Telegram: they write, tap, share, edit, block, make groups.

`World` is the whole playground in memory. Tests drive it in-process, the web page over `/playground/api`. It only
lets people do what Telegram's apps allow; anything else raises WorldError.
"""

import secrets

from bot.playground.entities import clean, find, trim
from bot.playground.errors import Json, WorldError
from bot.playground.files import Upload, shape
from bot.playground.people import Person
from bot.playground.state import Chat, Query, State, Stored

MEDIA = ("photo", "voice", "document", "sticker")


class World(State):
    """Every verb returns what it made: the message_id, the query id, the new chat's id."""

    def person(self, name: str, *, about: str = "", story: str = "", phone: str = "+821000000000") -> Person:
        """Someone new, with a free id."""
        made = Person(max(self.people, default=100_000) + 1, name, about, story, phone)
        self.add(made)
        return made

    def says(self, chat_id: int, text: str, *, by: int | None = None, reply_to: int | None = None) -> int:
        """Write a text (1-4096 characters). In a group, `by` is the person who writes."""
        text, _ = trim(clean(text), [])
        if not 1 <= len(text) <= 4096:
            raise WorldError("a message has 1 to 4096 characters")
        content: Json = {"text": text, "entities": find(text, [])}
        if not content["entities"]:
            del content["entities"]
        if reply_to is not None:
            content["reply_to_message"] = self._seen(self.chat(chat_id), reply_to).public()
        return self._write(chat_id, content, by)

    def edits(self, chat_id: int, message_id: int, text: str) -> None:
        """Change one's own text."""
        stored = self._seen(self._usable(chat_id), message_id)
        if stored.by_bot or "text" not in stored.body:
            raise WorldError("only one's own text can be edited")
        text, _ = trim(clean(text), [])
        if not 1 <= len(text) <= 4096 or text == stored.body["text"]:
            raise WorldError("an edit changes the text to 1 to 4096 other characters")
        stored.body.update(text=text, edit_date=self.stamp())
        stored.body.pop("entities", None)
        if entities := find(text, []):
            stored.body["entities"] = entities
        self.emit("edited_message", stored.public(), chat_id, stored)
        self.feed.tell("edited", chat_id, message_id=message_id)

    def taps(self, chat_id: int, message_id: int, data: str, *, by: int | None = None) -> str:
        """Tap an inline button. One that was taken away meanwhile can still be tapped: the screen may be older."""
        chat = self._usable(chat_id)
        stored = chat.messages.get(message_id)
        if stored is None or data not in stored.ever:
            raise WorldError(f"there was never a button {data!r} under message {message_id}")
        query = Query(str(secrets.randbits(62)), chat_id, self.clock.now())
        self.queries[query.id] = query
        gone: Json = {"chat": chat.brief(), "message_id": message_id, "date": 0}
        payload: Json = {
            "id": query.id,
            "from": self._sender(chat, by),
            "message": gone if stored.deleted else stored.public(),
            "chat_instance": str(chat_id * 7919),
            "data": data,
        }
        update_id = self.emit("callback_query", payload, chat_id, stored)
        if update_id is not None:
            stored.tapped[update_id] = stored.ever[data]
        self.feed.tell("tap", chat_id, message_id=message_id, data=data)
        return query.id

    def taps_label(self, chat_id: int, label: str) -> str:
        """Tap the newest inline button that reads `label`."""
        for stored in reversed(self.chat(chat_id).messages.values()):
            for row in (stored.markup or {}).get("inline_keyboard", []) if not stored.deleted else []:
                for button in row:
                    if button["text"] == label and "callback_data" in button:
                        return self.taps(chat_id, stored.body["message_id"], button["callback_data"])
        raise WorldError(f"no button reads {label!r}")

    def shares_contact(self, chat_id: int, *, phone: str | None = None, own: bool = True) -> int:
        """Share a contact card: one's own, or somebody else's (without user_id)."""
        person = self.people[chat_id]
        card: Json = {"phone_number": phone or person.phone, "first_name": person.name, "user_id": person.id}
        if not own:
            card = {"phone_number": phone or "+821000000099", "first_name": "다른 사람"}
        return self._write(chat_id, {"contact": card})

    def sends_location(self, chat_id: int, latitude: float = 37.5169, longitude: float = 126.8664) -> int:
        """Share a place; by default the office of Yangcheon-gu."""
        return self._write(chat_id, {"location": {"latitude": latitude, "longitude": longitude}})

    def sends_photo(self, chat_id: int, content: bytes, *, name: str = "photo.jpg", caption: str = "") -> int:
        """Send a picture."""
        return self.sends_file(chat_id, "photo", Upload(name, content), caption=caption)

    def sends_voice(self, chat_id: int, content: bytes, *, name: str = "voice.ogg", caption: str = "") -> int:
        """Send a voice message."""
        return self.sends_file(chat_id, "voice", Upload(name, content, "audio/ogg"), caption=caption)

    def sends_document(self, chat_id: int, content: bytes, *, name: str = "file.pdf", caption: str = "") -> int:
        """Send a file."""
        return self.sends_file(chat_id, "document", Upload(name, content), caption=caption)

    def sends_sticker(self, chat_id: int, emoji: str = "👍") -> int:
        """Send a sticker."""
        kept = self.files.keep("sticker", Upload("sticker.webp", emoji.encode()))
        return self._write(chat_id, {"sticker": {**_object(shape("sticker", kept)), "emoji": emoji}})

    def sends_file(self, chat_id: int, kind: str, upload: Upload, *, caption: str = "") -> int:
        """Send a file as a photo, voice message or document."""
        if kind not in MEDIA:
            raise WorldError(f"{kind!r} is not one of {', '.join(MEDIA)}")
        content: Json = {kind: shape(kind, self.files.keep(kind, upload))}
        if caption:
            content["caption"] = caption
        return self._write(chat_id, content)

    def deletes(self, chat_id: int, message_id: int) -> None:
        """Delete a message. Telegram does not tell bots."""
        self._seen(self.chat(chat_id), message_id).deleted = True
        self.feed.tell("deleted", chat_id, message_id=message_id)

    def blocks(self, chat_id: int) -> None:
        """Block the bot."""
        chat = self._usable(chat_id)
        chat.blocked = chat.started = True
        self._membership(chat, self.people[chat_id].user(), "member", "kicked")

    def unblocks(self, chat_id: int) -> None:
        """Let the bot write again."""
        chat = self.chat(chat_id)
        if not chat.blocked:
            raise WorldError("the bot is not blocked")
        chat.blocked = False
        self._membership(chat, self.people[chat_id].user(), "kicked", "member")

    def adds_to_group(self, title: str = "우리 모임", *, by: int) -> int:
        """Put the bot into a new group; returns the group's id."""
        self.chat(by)
        chat = self.new_group(min([0, *self.chats]) - 1001, "group", title)
        person = self.people[by].user()
        self._membership(chat, person, "left", "member")
        joined = self.store(chat, person, {"new_chat_members": [self.bot()]}, by_bot=False)
        self.emit("message", joined.public(), chat.id, joined)
        return chat.id

    def migrates(self, chat_id: int) -> int:
        """Turn a group into a supergroup; returns its new id."""
        old = self.chat(chat_id)
        if old.type != "group" or old.migrated_to:
            raise WorldError("only a group becomes a supergroup, and once")
        new = self.new_group(-1_000_000_000_000 + chat_id, "supergroup", old.title)
        new.bot_in = old.bot_in
        bot = self.bot()
        leaving = self.store(old, bot, {"migrate_to_chat_id": new.id}, by_bot=False)
        arriving = self.store(new, bot, {"migrate_from_chat_id": old.id}, by_bot=False)
        old.migrated_to = new.id
        self.emit("message", leaving.public(), old.id, leaving)
        self.emit("message", arriving.public(), new.id, arriving)
        return new.id

    def leaves(self, chat: Chat) -> None:
        """The bot leaves a group."""
        chat.bot_in = False
        self._membership(chat, self.bot(), "member", "left")

    def emits(self, content: Json, *, queue: int = 0) -> int:
        """Any update at all, as JSON without update_id: kinds and shapes that nobody here can cause."""
        return self.updates.put(content, queue)

    def emits_malformed(self, chat_id: int = 0) -> int:
        """An update that python-telegram-bot cannot parse."""
        return self.emits({"message": {"message_id": 1, "date": "yesterday", "text": "?"}}, queue=chat_id)

    def redelivers(self, update_id: int, content: Json, *, queue: int = 0) -> None:
        """The same update once more, as Telegram does when an acknowledgement got lost."""
        self.updates.repeat(update_id, content, queue)

    def _write(self, chat_id: int, content: Json, by: int | None = None) -> int:
        chat = self._usable(chat_id)
        chat.started = True
        stored = self.store(chat, self._sender(chat, by), content, by_bot=False)
        self.emit("message", stored.public(), chat_id, stored)
        message_id: int = stored.body["message_id"]
        if (chat.keyboard or {}).get("one_time_keyboard"):
            chat.keyboard = None
        return message_id

    def _usable(self, chat_id: int) -> Chat:
        chat = self.chat(chat_id)
        if chat.blocked:
            raise WorldError("the bot is blocked: unblock it first")
        return chat

    def _sender(self, chat: Chat, by: int | None) -> Json:
        if chat.private:
            return self.people[chat.id].user()
        if by is None:
            raise WorldError("say who writes in the group")
        self.chat(by)
        return self.people[by].user()

    def _seen(self, chat: Chat, message_id: int) -> Stored:
        stored = chat.messages.get(message_id)
        if stored is None or stored.deleted:
            raise WorldError(f"there is no message {message_id}")
        return stored

    def _membership(self, chat: Chat, by: Json, old: str, new: str) -> None:
        payload = {
            "chat": chat.brief(),
            "from": by,
            "date": self.stamp(),
            "old_chat_member": _member(self.bot(), old),
            "new_chat_member": _member(self.bot(), new),
        }
        self.emit("my_chat_member", payload, chat.id)
        self.feed.tell("membership", chat.id)


def _member(user: Json, status: str) -> Json:
    return {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}
