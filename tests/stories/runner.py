"""Plays a story: a whole conversation that a counselor can read and correct, on the real parts."""

import string
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.clock import SEOUL
from bot.words import load_words
from counsel import cases as counsel
from storage import cases, people
from tests.support import telegram
from tests.support.chat import Chat

FOLDER = Path(__file__).parent
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}]},
    "voice": {"voice": {"file_id": "a", "file_unique_id": "a", "duration": 3}},
    "sticker": {
        "sticker": {
            "file_id": "a",
            "file_unique_id": "a",
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
    },
    "document": {"document": {"file_id": "a", "file_unique_id": "a"}},
    "location": {"location": {"longitude": 126.9, "latitude": 37.5}},
}


def stories() -> list[tuple[str, dict[str, Any]]]:
    """All stories by file and title."""
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for story in yaml.safe_load(path.read_text("utf-8")):
            found.append((f"{path.stem}: {story['title']}", story))
    return found


async def play(story: dict[str, Any], chat: Chat) -> None:
    """Plays every line. Raises AssertionError with the line that went wrong."""
    if "on" in story:
        chat.clock.time = datetime.fromisoformat(str(story["on"])).replace(tzinfo=SEOUL)
    if story.get("known", True):
        await chat.says("/start")
        await chat.taps("네, 좋아요" if story.get("consented", True) else "아니요")
        chat.clock.move(minutes=1)
    for number, line in enumerate(story["talk"], 1):
        try:
            await _line(line, chat)
        except AssertionError as error:
            said = "\n---\n".join(f"{h.text}\n{list(h.buttons)}" for h in chat.heard)
            raise AssertionError(f"line {number} {line}: {error}\nheard:\n{said}") from None


async def _line(line: dict[str, Any], chat: Chat) -> None:
    if "says" in line:
        texts = line["says"] if isinstance(line["says"], list) else [line["says"]]
        await chat.says(*(str(t) for t in texts))
    elif "taps" in line:
        await chat.taps(line["taps"], line.get("times", 1))
    elif "edits" in line:
        await chat.sends(telegram.edits(chat.number, line["edits"]))
        await chat.listens()
    elif "shares" in line:
        await chat.sends(telegram.update(message=telegram.message(chat.number, **MEDIA[line["shares"]])))
        await chat.listens()
    elif "moves" in line:
        chat.clock.move(**line["moves"])
    elif "counselor" in line:
        await _counselor(line, chat)
    _check(line, chat)


async def _counselor(line: dict[str, Any], chat: Chat) -> None:
    name, now = "이○○", chat.clock.now()
    async with chat.services.database.transaction() as session:
        person = await people.by_chat(session, chat.number)
        assert person is not None, "nobody is known in this chat"
        case = await cases.open_of(session, person.id)
        assert case is not None, "no case is open"
        if line["counselor"] == "claims":
            await counsel.claim(session, case.id, name, now)
        elif line["counselor"] == "answers":
            await counsel.answer(session, case.id, name, line["text"], line["text"], now)
        elif line["counselor"] == "closes":
            await counsel.close(session, case.id, name, "끝", now)
        if "why" in line:
            assert case.why == line["why"], f"the case is about {case.why}"
        if "lane" in line:
            assert case.lane == line["lane"], f"the case's lane is {case.lane}"
    await chat.listens()


def _check(line: dict[str, Any], chat: Chat) -> None:
    checks: dict[str, Callable[[Any], None]] = {
        "hears": lambda key: _hears(key, chat),
        "contains": lambda parts: _contains(parts, chat),
        "lacks": lambda parts: _lacks(parts, chat),
        "buttons": lambda labels: _buttons(labels, chat),
        "silence": lambda _: _silence(chat),
        "messages": lambda count: _count(count, chat),
    }
    for name, check in checks.items():
        if name in line:
            check(line[name])


def _as_list(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def _hears(key: Any, chat: Chat) -> None:
    """Each key's text occurs in what was heard: its fixed parts, around the blanks."""
    words = load_words()
    for one in _as_list(key):
        text = words.texts[one].text
        parts = [p for p, *_ in string.Formatter().parse(text) if p.strip()]
        missing = [p.strip() for p in parts if p.strip() not in chat.text]
        assert not missing, f"did not hear {one}: {missing[:1]}"


def _contains(parts: Any, chat: Chat) -> None:
    for part in _as_list(parts):
        assert part in chat.text, f"did not hear {part!r}"


def _lacks(parts: Any, chat: Chat) -> None:
    for part in _as_list(parts):
        assert part not in chat.text, f"heard {part!r}"


def _buttons(labels: Any, chat: Chat) -> None:
    there = [label for h in chat.heard for label in h.buttons]
    for label in _as_list(labels):
        assert label in there, f"no button {label!r} among {there}"


def _silence(chat: Chat) -> None:
    assert not chat.heard, "the bot spoke"


def _count(count: int, chat: Chat) -> None:
    assert len(chat.heard) == count, f"heard {len(chat.heard)} messages"
