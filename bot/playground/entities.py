"""Entities of a text: what Telegram finds by itself, and how a text is cleaned.

Offsets and lengths count UTF-16 code units, as Telegram and JavaScript do.
"""

import re

from bot.playground.errors import Json

ENTITIES_MAX = 100
# Inside these Telegram looks for nothing further.
OPAQUE = frozenset({"pre", "code", "text_link", "text_mention"})
FOUND = (
    ("url", re.compile(r"(?:https?://|www\.)[^\s<>\"']+[^\s<>\"'.,;:!?)\]]", re.IGNORECASE)),
    ("email", re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)
ORDER = (
    "text_link", "text_mention", "pre", "code", "blockquote", "expandable_blockquote", "bold", "italic", "underline",
)  # fmt: skip


def utf16(text: str) -> int:
    """Length of `text` in UTF-16 code units."""
    return len(text) + sum(1 for c in text if ord(c) > 0xFFFF)


def clean(text: str) -> str:
    """Without carriage returns; other control characters become spaces."""
    return "".join(c if c == "\n" or ord(c) >= 32 else " " for c in text.replace("\r", ""))


def trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without blanks around, as Telegram stores it; entities move along, and empty ones go."""
    first = min((e["offset"] for e in entities), default=None)
    lead = len(text) - len(text.lstrip())
    if first is not None:
        lead = min(lead, first)
    text = text[lead:].rstrip()
    end = utf16(text)
    kept = []
    for entity in entities:
        start = entity["offset"] - lead
        length = min(entity["length"], end - start)
        if length > 0:
            kept.append({**entity, "offset": start, "length": length})
    return text, kept


def find(text: str, given: list[Json]) -> list[Json]:
    """`given` and what Telegram finds beside it (addresses, commands, mentions, hashtags), in Telegram's order."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    result = list(given)
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            start, length = utf16(text[: match.start()]), utf16(match.group())
            if all(start + length <= a or start >= b for a, b in taken):
                taken.append((start, start + length))
                result.append({"type": kind, "offset": start, "length": length})
    return sort(result)[:ENTITIES_MAX]


def sort(entities: list[Json]) -> list[Json]:
    """By place, the longer first, the outer kind first."""
    return sorted(entities, key=lambda e: (e["offset"], -e["length"], _rank(e["type"])))


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
