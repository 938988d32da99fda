"""Telegram's HTML, read as Telegram reads it: text with entities, or a refusal that names the byte.

After `parse_html` in github.com/tdlib/td, td/telegram/MessageEntity.cpp; core.telegram.org/bots/api#html-style.
"""

import html
import re
from dataclasses import dataclass, field

from bot.playground.entities import utf16
from bot.playground.errors import ApiError, Json, bad

SIMPLE = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "blockquote": "blockquote",
}  # fmt: skip
TAGS = frozenset(SIMPLE) | {"a", "pre", "code", "tg-emoji", "tg-time"}
CHARACTER = re.compile(r"&(?:#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot);?")
SPACE = " \t\r\n\v\f"
ARGUMENT = {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix")}
LINK = re.compile(r"^(?:https?://|tg://)\S+$|^[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?$", re.IGNORECASE)
USER_LINK = re.compile(r"^tg://user\?id=(\d+)$", re.IGNORECASE)


@dataclass
class Open:
    """A tag that waits for its end."""

    name: str
    offset: int
    start: int
    argument: str = ""
    extra: Json = field(default_factory=dict)


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The text and its entities. Raises ApiError 400 "can't parse entities: ..."."""
    return HtmlReader(source).read()


class HtmlReader:
    """One pass over one text."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                self._tag()
            elif character == "&":
                self._reference()
            else:
                self._append(character, 1)
        if self.open:
            raise unreadable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return "".join(self.out), self.entities

    def _append(self, text: str, consumed: int) -> None:
        self.out.append(text)
        self.offset += utf16(text)
        self.at += consumed

    def _reference(self) -> None:
        match = CHARACTER.match(self.source, self.at)
        if match is None:
            self._append("&", 1)
            return
        written = match.group()
        self._append(html.unescape(written if written.endswith(";") else written + ";"), len(written))

    def _tag(self) -> None:
        begin = self.at
        if self.source.startswith("</", begin):
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        self.at += 1
        name = self._until(SPACE + ">").lower()
        if self.at >= len(self.source):
            raise self._error("Unclosed start tag", begin)
        if name not in TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        tag = Open(name, self.offset, len(self.out))
        while (attribute := self._attribute(name, begin)) is not None:
            self._take(tag, *attribute)
        self.at += 1
        if name == "span" and tag.argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(tag)

    def _take(self, tag: Open, name: str, value: str) -> None:
        if (tag.name, name) in ARGUMENT:
            tag.argument = value
        elif tag.name == "code" and name == "class" and value.startswith("language-"):
            tag.argument = value.removeprefix("language-")
        elif tag.name == "span" and name == "class" and value.startswith("tg-"):
            tag.argument = value.removeprefix("tg-")
        elif tag.name == "blockquote" and name == "expandable":
            tag.argument = "expandable"
        elif tag.name == "tg-time" and name == "format":
            tag.extra["date_time_format"] = value

    def _attribute(self, tag: str, begin: int) -> tuple[str, str] | None:
        self._skip_space()
        if self._peek() == ">":
            return None
        name = self._until(SPACE + "=>")
        if not name:
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        self._skip_space()
        if self._peek() != "=":
            if tag == "blockquote" and name.lower() == "expandable" and self._peek():
                return "expandable", ""
            raise self._error(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
        self.at += 1
        self._skip_space()
        value = self._value()
        if not self._peek():
            raise self._error("Unclosed start tag", begin)
        return name.lower(), value

    def _value(self) -> str:
        quote = self._peek()
        if quote not in ("'", '"') or not quote:
            begin = self.at
            token = re.compile(r"[A-Za-z0-9.-]*").match(self.source, begin)
            self.at = token.end() if token else begin
            if self._peek() and self._peek() not in SPACE + ">":
                raise self._error("Unexpected end of name token", begin)
            return self.source[begin : self.at].lower()
        self.at += 1
        value = self._until(quote)
        self.at += 1
        return html.unescape(value)

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise self._error("Unexpected end tag", begin)
        self.at += 2
        name = self._until(SPACE + ">").lower()
        self._skip_space()
        if self._peek() != ">":
            raise self._error("Unclosed end tag", begin)
        self.at += 1
        tag = self.open[-1]
        if name and name != tag.name:
            problem = (
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{tag.name}>", found "</{name}>"'
            )
            raise unreadable(problem)
        self.open.pop()
        if self.offset > tag.offset:
            self._close(tag)

    def _close(self, tag: Open) -> None:
        place = {"offset": tag.offset, "length": self.offset - tag.offset}
        if tag.name in SIMPLE:
            expandable = tag.name == "blockquote" and tag.argument
            self.entities.append({"type": "expandable_blockquote" if expandable else SIMPLE[tag.name], **place})
        elif tag.name == "a":
            self.entities.extend(_link(tag.argument or "".join(self.out[tag.start :]), place))
        elif tag.name in ("pre", "code"):
            self._code(tag, place)
        elif tag.name == "tg-time":
            self.entities.append({"type": "date_time", **place, "unix_time": _number(tag, "date"), **tag.extra})
        else:
            self.entities.append(
                {"type": "custom_emoji", **place, "custom_emoji_id": str(_number(tag, "custom emoji"))}
            )

    def _code(self, tag: Open, place: Json) -> None:
        last = self.entities[-1] if self.entities else {}
        nested = {k: last.get(k) for k in ("offset", "length")} == place
        if tag.name == "pre" and nested and last.get("type") == "code":
            last["type"] = "pre"
        elif tag.name == "code" and nested and last.get("type") == "pre":
            last.update({"language": tag.argument} if tag.argument else {})
        else:
            language = {"language": tag.argument} if tag.argument and tag.name == "code" else {}
            self.entities.append({"type": tag.name, **place, **language})

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _skip_space(self) -> None:
        while self._peek() and self._peek() in SPACE:
            self.at += 1

    def _until(self, stops: str) -> str:
        begin = self.at
        while self._peek() and self._peek() not in stops:
            self.at += 1
        return self.source[begin : self.at]

    def _bytes(self, at: int) -> int:
        return len(self.source[:at].encode())

    def _error(self, problem: str, at: int) -> ApiError:
        return unreadable(f"{problem} at byte offset {self._bytes(at)}")


def _link(url: str, place: Json) -> list[Json]:
    """A link to a person or an address; one that is neither leaves plain text, as in Telegram."""
    if user := USER_LINK.match(url):
        person = {"id": int(user.group(1)), "is_bot": False, "first_name": ""}
        return [{"type": "text_mention", **place, "user": person}]
    if not LINK.match(url):
        return []
    whole = url if "://" in url else f"http://{url}"
    if whole.count("/") == 2:
        whole += "/"
    return [{"type": "text_link", **place, "url": whole}]


def _number(tag: Open, what: str) -> int:
    if not tag.argument.isdecimal():
        raise bad(f"invalid {what} identifier specified")
    return int(tag.argument)


def unreadable(problem: str) -> ApiError:
    """Telegram's refusal of a text that it cannot parse."""
    return bad(f"can't parse entities: {problem}")
