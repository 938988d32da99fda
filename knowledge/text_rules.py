"""Rules for every text that people read: length, everyday words, numbers only from facts. Pure; the lists are data."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

TEXT_RULES = Path(__file__).with_name("text_rules.yml")

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_BLANK = re.compile(r"\{\w+\}")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z.]*")


class TextRules(BaseModel):
    """The lists of `text_rules.yml`. Lengths are characters; `instead` maps a word to the one to use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest_sentence: int
    longest_text: int
    digits_allowed: tuple[str, ...]
    letters_allowed: tuple[str, ...]
    instead: Mapping[str, str]

    def complaints(self, text: str, rendered: str) -> Iterator[str]:
        """What is wrong with a text; `rendered` is the same text with its facts filled in."""
        yield from self._length(rendered)
        yield from self._words(text)
        if found := re.search(r"\d+", _without(text, self.digits_allowed)):
            yield f"the number {found[0]} is not from a fact"

    def _length(self, rendered: str) -> Iterator[str]:
        if len(rendered) > self.longest_text:
            yield f"{len(rendered)} characters, at most {self.longest_text}"
        for sentence in _SENTENCE_END.split(rendered):
            if len(sentence) > self.longest_sentence:
                yield f"a sentence of {len(sentence)} characters, at most {self.longest_sentence}"

    def _words(self, text: str) -> Iterator[str]:
        for word, better in self.instead.items():
            if re.search(rf"(?<![가-힣]){re.escape(word)}", text):
                yield f"say {better!r} instead of {word!r}"
        if found := _LETTERS.search(_without(text, self.letters_allowed)):
            yield f"letters {found[0]!r}"


def _without(text: str, allowed: tuple[str, ...]) -> str:
    """The text without its blanks and without the allowed names, longest first."""
    text = _BLANK.sub("", text)
    for name in sorted(allowed, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def load_text_rules(path: Path = TEXT_RULES) -> TextRules:
    """The rules as written in the file."""
    return TextRules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
