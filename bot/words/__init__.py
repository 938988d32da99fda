"""Every Korean text that Ieum says, in YAML, one file a matter; loaded and checked at start.

A key holds `text` and, where easier words exist, `simple`; or a `label` for a button. Blanks are `{name}`; with
`{name:은/는}` the particle that fits the inserted word follows it. `<b>` marks the one or two words that matter.
"""

import html
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.turn import Button, Message, Tap
from nlu.korean.particles import with_particle

FOLDER = Path(__file__).parent
NOT_TEXTS = frozenset({"answers.yml", "routing.yml", "safety_signs.yml"})


class WordsError(Exception):
    """A text is missing, stands twice, or is not written as a text."""


@dataclass(frozen=True, slots=True)
class Text:
    """One entry: what is said, the easier way to say it, and the blanks that both may use."""

    key: str
    text: str
    simple: str
    is_label: bool

    @property
    def blanks(self) -> frozenset[str]:
        """The names of the blanks in either version."""
        return blanks_in(self.text) | blanks_in(self.simple)


class _Fill(string.Formatter):
    """Fills blanks with escaped values, and picks the particle that a blank asks for."""

    def format_field(self, value: Any, format_spec: str) -> str:
        word = str(value)
        return html.escape(with_particle(word, format_spec) if format_spec else word, quote=False)


@dataclass(frozen=True)
class Words:
    """All texts by key."""

    texts: Mapping[str, Text]

    def say(self, key: str, *buttons: Button, **blanks: Any) -> Message:
        """The message of a key, its blanks filled. Raises WordsError for an unknown key or a missing blank."""
        text = self._text(key)
        return Message(key, fill(text.text, blanks), fill(text.simple, blanks), buttons)

    def plain(self, key: str, **blanks: Any) -> str:
        """The text of a key, for use inside another one."""
        return html.unescape(fill(self._text(key).text, blanks))

    def button(self, key: str, tap: Tap, **blanks: Any) -> Button:
        """A button with the label of a key."""
        return Button(html.unescape(fill(self._text(key).text, blanks)), tap)

    def _text(self, key: str) -> Text:
        try:
            return self.texts[key]
        except KeyError:
            raise WordsError(f"no text has the key {key}") from None


def fill(template: str, blanks: Mapping[str, Any]) -> str:
    """The template with its blanks filled. Values are escaped; the template's own marks stand."""
    try:
        return _Fill().vformat(template, (), blanks)
    except KeyError as error:
        raise WordsError(f"a text needs the blank {error}") from None


def blanks_in(template: str) -> frozenset[str]:
    """The names of a template's blanks."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def load_words(folder: Path = FOLDER) -> Words:
    """Reads all texts. Raises WordsError, naming file and key."""
    texts: dict[str, Text] = {}
    for path in sorted(folder.glob("*.yml")):
        if path.name in NOT_TEXTS:
            continue
        for key, entry in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
            if key in texts:
                raise WordsError(f"{path.name}: {key} stands twice")
            texts[key] = _entry(path.name, key, entry)
    return Words(texts)


def _entry(file: str, key: str, entry: Any) -> Text:
    if not isinstance(entry, dict) or not set(entry) <= {"text", "simple", "label"}:
        raise WordsError(f"{file}: {key} needs text (and simple), or label")
    if "label" in entry:
        return Text(key, _tidy(entry["label"]), _tidy(entry["label"]), True)
    if "text" not in entry:
        raise WordsError(f"{file}: {key} has no text")
    return Text(key, _tidy(entry["text"]), _tidy(entry.get("simple", entry["text"])), False)


def _tidy(text: Any) -> str:
    return re.sub(r"[ \t]+\n", "\n", str(text).strip())
