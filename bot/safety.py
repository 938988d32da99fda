"""Danger first: whether a message shows that its writer, or somebody near, is in danger. Looked at before all else.

The signs are data (words/safety_signs.yml). A missed cry costs more than a needless kind word, so the signs reach wide;
idioms ("아파 죽겠는데") and talk of jobs ("자살예방센터 채용") are taken out first.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import yaml

from nlu.korean.spelling import normalise_spelling

_SIGNS = Path(__file__).parent / "words" / "safety_signs.yml"
_NOT_TEXT = re.compile(r"[^가-힣a-z0-9]+")
_GAP = "·"


class Lane(str, Enum):
    """Which help a message calls for first."""

    DANGER_NOW = "danger_now"
    """A life at risk this minute: 119, 112."""
    CRISIS = "crisis"
    """Despair or self-harm: 109, 1577-0199."""
    VIOLENCE = "violence"
    """At home, sexual, stalking, against the old: 1366, 112, 1577-1389."""
    NEED = "need"
    """Hunger, no roof, no money today: 129."""


@dataclass(frozen=True)
class Signs:
    """Compiled signs: what is taken out first, then each lane with its pattern, in the order of asking."""

    harmless: re.Pattern[str]
    lanes: tuple[tuple[Lane, re.Pattern[str]], ...]


def load_signs(path: Path) -> Signs:
    """Signs from a YAML file. Raises KeyError on an unknown part or lane, re.error on a broken pattern."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts: dict[str, str] = {}
    for name, pattern in data["parts"].items():
        parts[name] = _filled(pattern, parts)
    return Signs(
        harmless=_compiled([*data["idioms"], *data["work"]], parts),
        lanes=tuple((Lane(name), _compiled(patterns, parts)) for name, patterns in data["lanes"].items()),
    )


def _filled(pattern: str, parts: dict[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda match: parts[match[1]], pattern)


def _compiled(patterns: list[str], parts: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_filled(pattern, parts)})" for pattern in patterns))


@cache
def _default_signs() -> Signs:
    return load_signs(_SIGNS)


def check(text: str, signs: Signs | None = None) -> Lane | None:
    """The lane that a message calls for, or None.

    `signs` are those of words/safety_signs.yml unless given. Decides by the text alone: the classifier's `distress`
    is asked besides and either is enough.
    """
    known = signs or _default_signs()
    plain = _NOT_TEXT.sub("", normalise_spelling(text).casefold())
    left = known.harmless.sub(_GAP, plain)
    return next((lane for lane, pattern in known.lanes if pattern.search(left)), None)
