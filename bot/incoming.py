"""A loose update of Telegram becomes an exact Incoming, once, at the threshold. Nothing deeper sees an Update."""

import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from telegram import Chat, ChatMember, Message, Update

from bot.turn import Kind
from storage.updates import Arrival

KNOWN = ("message", "edited_message", "callback_query", "my_chat_member")
"""The update kinds that we ask Telegram for."""
MEDIA = {
    "photo": Kind.PHOTO,
    "voice": Kind.VOICE,
    "audio": Kind.VOICE,
    "video_note": Kind.VOICE,
    "video": Kind.PHOTO,
    "sticker": Kind.STICKER,
    "animation": Kind.STICKER,
    "document": Kind.DOCUMENT,
    "location": Kind.LOCATION,
    "venue": Kind.LOCATION,
    "contact": Kind.CONTACT,
}


SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "write_access_allowed",
    "connected_website",
    "proximity_alert_triggered",
    "users_shared",
    "chat_shared",
    "chat_background_set",
    "boost_added",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
)
"""What Telegram writes into a private chat by itself: nobody said anything."""
LARGEST = 2**62
"""Numbers from here on are none of Telegram's (52 bits at most) and none that a database keeps."""
DEEPEST = 40
"""JSON nested deeper than any update of Telegram."""
NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
"""Characters that JSON may hold and PostgreSQL refuses: zero bytes and halves of surrogate pairs."""


UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Characters that nobody sees and that break words: zero width, marks of direction. (Emoji need the joiner U+200D.)"""


class UnreadableUpdateError(Exception):
    """An update has not the shape that Telegram documents."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update, exactly.

    `chat` is "private", "group", or "gone" / "back" when a person blocked or unblocked the bot. `data` is a button's
    code, `label` what stands on it and `callback_id` what to answer it with; `message_id` and `shown_html` tell the
    message under which it stands. `album` is the number that the pictures of one album share,
    `sent_at` the second at which a message was sent, as Telegram counts (since 1970).
    """

    chat_id: int
    user_id: int
    chat: str
    kind: Kind
    text: str = ""
    data: str = ""
    callback_id: str = ""
    message_id: int = 0
    shown_html: str = ""
    label: str = ""
    phone: str | None = None
    edited: bool = False
    album: str = ""
    sent_at: int = 0
    update_id: int = 0

    @property
    def is_plain_text(self) -> bool:
        """Whether this can be read together with the text before and after it."""
        return self.kind is Kind.TEXT and not self.text.startswith("/") and not self.edited and self.chat == "private"


def arrival(raw: Any) -> Arrival | None:
    """What can be stored of raw JSON without trusting its shape. None when it has not even a number."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not _is_number(number):
        return None
    kept = _storable(raw, DEEPEST)
    kind = next((k for k in kept if k in KNOWN), next((k for k in kept if k != "update_id"), "empty"))
    return Arrival(number, _chat_id(kept.get(kind)), kind[:30], kept)


def _is_number(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 < abs(value) < LARGEST


def _storable(value: Any, depth: int) -> Any:
    """The same JSON without what a database refuses."""
    if isinstance(value, str):
        return NOT_STORABLE.sub("\ufffd", value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if depth == 0 and isinstance(value, dict | list):
        return None
    if isinstance(value, dict):
        return {_storable(str(k), 0): _storable(v, depth - 1) for k, v in value.items()}
    return [_storable(v, depth - 1) for v in value] if isinstance(value, list) else value


def _chat_id(body: Any) -> int | None:
    if not isinstance(body, dict):
        return None
    holder = body.get("message") if isinstance(body.get("message"), dict) else body
    chat = holder.get("chat") if isinstance(holder, dict) else None
    if not isinstance(chat, dict):
        chat = body.get("from")
    found = chat.get("id") if isinstance(chat, dict) else None
    return found if _is_number(found) else None


def read(raw: dict[str, Any]) -> Incoming | None:
    """The exact form of an update; None for one that needs no answer. Raises UnreadableUpdateError."""
    if not any(kind in raw for kind in KNOWN):
        return None
    try:
        update = Update.de_json(raw, None)
        incoming = _read(update)
        return replace(_checked(incoming), update_id=update.update_id) if incoming else None
    except Exception as error:
        # The library promises no set of exceptions for a shape that Telegram does not document.
        raise UnreadableUpdateError(type(error).__name__) from error


def _checked(incoming: Incoming) -> Incoming:
    """The same, its types being what they say. Raises TypeError: the library does not look at them."""
    texts = (incoming.text, incoming.data, incoming.callback_id, incoming.label, incoming.shown_html, incoming.album)
    if not all(isinstance(text, str) for text in (*texts, incoming.phone or "")):
        raise TypeError("a text is none")
    if not (_is_number(incoming.chat_id) and _is_number(incoming.user_id) and type(incoming.message_id) is int):
        raise TypeError("a number is none")
    if incoming.chat != "group" and incoming.chat_id != incoming.user_id:
        raise TypeError("a private chat has the number of its person")
    return incoming


def _read(update: Update) -> Incoming | None:
    if update.callback_query:
        return _tapped(update)
    if update.my_chat_member:
        return _membership(update)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    return _message(message, edited=update.edited_message is not None)


def _tapped(update: Update) -> Incoming | None:
    query = update.callback_query
    assert query is not None
    chat = query.message.chat if query.message else None
    message = query.message if isinstance(query.message, Message) else None
    return Incoming(
        chat.id if chat else query.from_user.id,
        query.from_user.id,
        "group" if chat and chat.type != Chat.PRIVATE else "private",
        Kind.TAP,
        data=query.data or "",
        callback_id=query.id,
        message_id=query.message.message_id if query.message else 0,
        shown_html=message.text_html or "" if message else "",
        label=_label(message, query.data),
    )


def _label(message: Message | None, data: str | None) -> str:
    rows = message.reply_markup.inline_keyboard if message and message.reply_markup else ()
    return next((button.text for row in rows for button in row if button.callback_data == data), "")


def _membership(update: Update) -> Incoming | None:
    change = update.my_chat_member
    assert change is not None
    status = change.new_chat_member.status
    away = status in (ChatMember.BANNED, ChatMember.LEFT)
    if change.chat.type != Chat.PRIVATE:
        return None if away else Incoming(change.chat.id, change.from_user.id, "group", Kind.OTHER)
    return Incoming(change.chat.id, change.from_user.id, "gone" if away else "back", Kind.OTHER)


def _message(message: Message, *, edited: bool) -> Incoming | None:
    user = message.from_user
    assert user is not None
    if message.chat.type != Chat.PRIVATE:
        is_service = message.left_chat_member or message.migrate_to_chat_id or message.migrate_from_chat_id
        return None if is_service else Incoming(message.chat.id, user.id, "group", Kind.OTHER)
    kind, text = _kind(message), message.text or message.caption or ""
    is_service = any(getattr(message, name) is not None for name in SERVICE)
    if is_service or (edited and kind is not Kind.TEXT):
        # A shared place that moves is edited every few seconds.
        return None
    contact = message.contact
    own = contact is not None and contact.user_id == user.id
    return Incoming(
        message.chat.id,
        user.id,
        "private",
        kind,
        text=unicodedata.normalize("NFC", UNSEEN.sub("", text)).strip(),
        message_id=message.message_id,
        phone=_e164(contact.phone_number) if contact is not None and own else None,
        edited=edited,
        album=message.media_group_id or "",
        sent_at=int(message.date.timestamp()),
    )


def _e164(number: str) -> str:
    """A shared number as "+821012345678": Telegram's apps send it with and without the plus."""
    digits = re.sub(r"\D", "", number)
    return "+" + (digits if not digits.startswith("0") else "82" + digits[1:])


def _kind(message: Message) -> Kind:
    if message.text is not None:
        return Kind.TEXT
    return next((kind for name, kind in MEDIA.items() if getattr(message, name)), Kind.OTHER)
