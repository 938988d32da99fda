"""A reply as calls to Telegram. Splitting is by paragraph, where no mark can be cut in two."""

import html
import re
from typing import Any

from bot.incoming import Incoming
from bot.keyboards import markup
from bot.turn import Kind, Message, Reply
from bot.words import Words
from storage.outbox import Call

LIMIT = 4096
"""Telegram's limit of a message, in characters."""
EXIT_KEYS = ("menu.exit_home", "menu.exit_simpler", "menu.exit_person")


def calls(words: Words, incoming: Incoming, reply: Reply) -> list[Call]:
    """What is to be called for a reply: the tap's answer and echo first, then each message in order."""
    out = _tapped(words, incoming, reply) if incoming.kind is Kind.TAP else []
    for message in reply.messages:
        out += _message(words, message, forget=reply.forget)
    return out


def unasked(words: Words, message: Message) -> list[Call]:
    """What is to be called for a message that answers nothing: a notice, a reminder."""
    return _message(words, message, forget=False)


def _tapped(words: Words, incoming: Incoming, reply: Reply) -> list[Call]:
    answered = Call("answer_callback_query", {"callback_query_id": incoming.callback_id}, ordered=False, forget=True)
    if not reply.messages or not incoming.message_id:
        return [answered]
    edit: dict[str, Any] = {"message_id": incoming.message_id}
    chosen = words.say("menu.chosen", label=incoming.label).text
    text = f"{incoming.shown_html}\n\n{chosen}"
    if not incoming.shown_html or len(plain(text)) > LIMIT:
        return [answered, Call("edit_message_reply_markup", edit, ordered=False, forget=reply.forget)]
    edit["text"] = text
    return [answered, Call("edit_message_text", edit, ordered=False, forget=reply.forget)]


def _message(words: Words, message: Message, *, forget: bool) -> list[Call]:
    exits = tuple(plain(words.say(key).text) for key in EXIT_KEYS)
    keys = markup(message, exits)
    parts = split(message.text)
    out = [Call("send_message", {"text": part}, forget=forget) for part in parts[:-1]]
    last: dict[str, Any] = {"text": parts[-1], **({"reply_markup": keys} if keys else {})}
    out.append(Call("send_message", last, forget=forget))
    if message.file is not None:
        file = {"name": message.file.name, "content": message.file.content, "caption": message.file.caption}
        out.append(Call("send_document", file, forget=forget))
    return out


def split(text: str, limit: int = LIMIT) -> list[str]:
    """A text in parts that Telegram takes: cut between paragraphs, then lines, and only then inside one."""
    parts: list[str] = []
    for paragraph in re.split(r"(?<=\n)", text):
        if parts and len(parts[-1]) + len(paragraph) <= limit:
            parts[-1] += paragraph
        else:
            parts += _cut(paragraph, limit)
    return [part.strip("\n") for part in parts if part.strip()] or [text]


def _cut(paragraph: str, limit: int) -> list[str]:
    if len(paragraph) <= limit:
        return [paragraph]
    bare = plain(paragraph)
    # An escaped "&" grows to five characters, so pieces are cut small enough for that.
    size = limit // 5
    return [html.escape(bare[i : i + size], quote=False) for i in range(0, len(bare), size)]


def plain(text: str) -> str:
    """A marked-up text as bare characters."""
    return html.unescape(re.sub(r"</?[a-z-]+>", "", text))
