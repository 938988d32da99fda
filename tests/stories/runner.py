"""Plays a story: a whole conversation that a counselor can read and correct, on the real parts.

A story has a `title`, a `talk`, and may have `at` (its day and time in Seoul), `consented: false` (the person said no
at the start), `known: false` (nobody has spoken yet) or `staff` (counselors, see bookings.py). A line of the talk is
what happens (`says` one message, or a list of messages right after each other; `taps` a button, `times`; `presses` a
button's code; `edits`; `shares`, with a `text` under it; `moves` the clock; `counselor`; `rasa` goes `away` or comes
`back`) with what must be heard after it (see CHECKS), or only the latter.
"""

import json
import string
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.clock import SEOUL
from bot.words import Words, load_words
from counsel import cases as counsel
from nlu.client import Understander, Understanding, nothing
from storage import cases, conversation, people
from storage.cases import Case
from tests.stories import bookings
from tests.support import telegram
from tests.support.chat import Chat
from tests.support.tables import read_table
from tests.support.traces import traces

FOLDER = Path(__file__).parent
WORDS: Words = load_words()
KEYS = {"title", "at", "known", "consented", "talk", "staff", "kinds", "plan"}
COUNSELOR = "이○○"
_FILE = {"file_id": "a", "file_unique_id": "a"}
MEDIA: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{**_FILE, "width": 9, "height": 9}]},
    "voice": {"voice": {**_FILE, "duration": 3}},
    "sticker": {
        "sticker": {**_FILE, "width": 9, "height": 9, "is_animated": False, "is_video": False, "type": "regular"}
    },
    "document": {"document": _FILE},
    "location": {"location": {"longitude": 126.9, "latitude": 37.5}},
    "contact": {"contact": {"phone_number": "+821055550123", "first_name": "박○수", "user_id": 999}},
    "own contact": {"contact": {"phone_number": "821055550124", "first_name": "김○자", "user_id": Chat.number}},
}


def stories() -> list[tuple[str, dict[str, Any]]]:
    """All stories by file and title."""
    found = []
    for path in sorted(FOLDER.glob("*.yml")):
        for story in read_table(path):
            found.append((f"{path.stem}: {story['title']}", story))
    return found


async def play(story: dict[str, Any], chat: Chat) -> None:
    """Plays every line. Raises AssertionError with the line that went wrong."""
    assert set(story) <= KEYS, f"a story has no {sorted(set(story) - KEYS)}"
    if "at" in story:
        chat.clock.time = datetime.fromisoformat(str(story["at"])).replace(tzinfo=SEOUL)
    await bookings.prepare(story, chat)
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
    unknown = set(line) - set(HAPPENINGS) - set(CHECKS) - {"times", "text"}
    assert not unknown, f"a line has no {sorted(unknown)}"
    for name, happens in HAPPENINGS.items():
        if name in line:
            await happens(line, chat)
    for name, check in CHECKS.items():
        if name in line:
            await check(line[name], chat)


async def _says(line: dict[str, Any], chat: Chat) -> None:
    await chat.says(*_as_list(line["says"]))


async def _taps(line: dict[str, Any], chat: Chat) -> None:
    await chat.taps(line["taps"], line.get("times", 1))


async def _presses(line: dict[str, Any], chat: Chat) -> None:
    await chat.sends(telegram.taps(chat.number, line["presses"]))
    await chat.listens()


async def _edits(line: dict[str, Any], chat: Chat) -> None:
    await chat.sends(telegram.edits(chat.number, line["edits"]))
    await chat.listens()


async def _shares(line: dict[str, Any], chat: Chat) -> None:
    caption = {"caption": line["text"]} if "text" in line else {}
    await chat.sends(telegram.update(message=telegram.message(chat.number, **MEDIA[line["shares"]], **caption)))
    await chat.listens()


async def _moves(line: dict[str, Any], chat: Chat) -> None:
    chat.clock.move(**line["moves"])


async def _counselor(line: dict[str, Any], chat: Chat) -> None:
    """What a counselor does at the desk, with the words that the desk sends."""
    action, text, now = line["counselor"], str(line.get("text", "")), chat.clock.now()
    case = await _case_of(chat)
    assert case is not None, "no case is open"
    async with chat.services.database.transaction() as session:
        if action == "claims":
            await counsel.claim(session, case.id, COUNSELOR, now)
            await counsel.tell(session, case, WORDS.say("handover.counselor_here", name=COUNSELOR).text, now)
        elif action == "answers":
            html = WORDS.say("handover.counselor_says", name=COUNSELOR, text=text).text
            await counsel.answer(session, case.id, COUNSELOR, text, html, now)
        else:
            assert action == "closes", f"a counselor does not {action}"
            await counsel.close(session, case.id, COUNSELOR, WORDS.say("handover.counselor_left").text, now)
    await chat.listens()


class Away:
    """Rasa, not reached; `real` is the one that is away."""

    def __init__(self, real: Understander) -> None:
        self.real = real

    async def understand(self, text: str, *, on: date) -> Understanding:
        """What the client answers when it cannot ask."""
        return nothing(text, "ConnectError", on)


async def _rasa(line: dict[str, Any], chat: Chat) -> None:
    now = chat.services.understander
    if line["rasa"] == "away":
        chat.services = replace(chat.services, understander=Away(now))
    else:
        assert isinstance(now, Away), "Rasa is there"
        chat.services = replace(chat.services, understander=now.real)


HAPPENINGS: dict[str, Callable[[dict[str, Any], Chat], Awaitable[None]]] = {
    "says": _says,
    "taps": _taps,
    "presses": _presses,
    "edits": _edits,
    "shares": _shares,
    "moves": _moves,
    "counselor": _counselor,
    "rasa": _rasa,
    **bookings.HAPPENINGS,
}


def _as_list(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def is_heard(key: str, text: str) -> bool:
    """Whether a text of `words/` occurs: its fixed parts, in order, around the blanks."""
    start = 0
    for part, *_ in string.Formatter().parse(WORDS.texts[key].text):
        found = text.find(part.strip(), start)
        if found < 0:
            return False
        start = found + len(part.strip())
    return True


async def _hears(keys: Any, chat: Chat) -> None:
    missing = [key for key in _as_list(keys) if not is_heard(key, chat.text)]
    assert not missing, f"did not hear {missing}"


async def _never_hears(keys: Any, chat: Chat) -> None:
    there = [key for key in _as_list(keys) if is_heard(key, chat.text)]
    assert not there, f"heard {there}"


async def _contains(parts: Any, chat: Chat) -> None:
    for part in _as_list(parts):
        assert part in chat.text, f"did not hear {part!r}"


async def _lacks(parts: Any, chat: Chat) -> None:
    for part in _as_list(parts):
        assert part not in chat.text, f"heard {part!r}"


def _labels(chat: Chat) -> list[str]:
    return [label for h in chat.heard for label in h.buttons]


async def _buttons(labels: Any, chat: Chat) -> None:
    for label in _as_list(labels):
        assert label in _labels(chat), f"no button {label!r} among {_labels(chat)}"


async def _lacks_buttons(labels: Any, chat: Chat) -> None:
    for label in _as_list(labels):
        assert label not in _labels(chat), f"a button {label!r}"


async def _silence(_: Any, chat: Chat) -> None:
    assert not chat.heard, "the bot spoke"


async def _messages(count: int, chat: Chat) -> None:
    assert len(chat.heard) == count, f"heard {len(chat.heard)} messages"


async def _case_of(chat: Chat) -> Case | None:
    async with chat.services.database.transaction() as session:
        person = await people.by_chat(session, chat.number)
        return await cases.open_of(session, person.id) if person else None


async def _case(wanted: Any, chat: Chat) -> None:
    """The open case: `none`, or what it is about (`why`, `lane`, and words that its facts hold)."""
    case = await _case_of(chat)
    if wanted is None:
        assert case is None, "a case is open"
        return
    assert case is not None, "no case is open"
    facts = json.dumps(case.facts, ensure_ascii=False)
    for name, value in wanted.items():
        there = facts if name == "facts" else getattr(case, name)
        good = all(v in facts for v in _as_list(value)) if name == "facts" else there == value
        assert good, f"the case's {name} is {there}"


async def _passed_on(texts: Any, chat: Chat) -> None:
    """Words that stand in the thread once, with the case that a counselor has."""
    async with chat.services.database.transaction() as session:
        person = await people.by_chat(session, chat.number)
        assert person is not None
        thread = await conversation.thread(session, person.id)
    for text in _as_list(texts):
        found = [entry for entry in thread if entry.text == text]
        assert len(found) == 1 and found[0].case_id is not None, f"{text!r} stands {len(found)} times in the thread"


async def _keeps(parts: Any, chat: Chat) -> None:
    for part in _as_list(parts):
        assert await traces(chat.services.database, [part]), f"nothing is kept of {part!r}"


async def _forgets(parts: Any, chat: Chat) -> None:
    found = await traces(chat.services.database, _as_list(parts))
    assert not found, f"still there: {found}"


CHECKS: dict[str, Callable[[Any, Chat], Awaitable[None]]] = {
    "hears": _hears,
    "never_hears": _never_hears,
    "contains": _contains,
    "lacks": _lacks,
    "buttons": _buttons,
    "lacks_buttons": _lacks_buttons,
    "silence": _silence,
    "messages": _messages,
    "case": _case,
    "passed_on": _passed_on,
    "keeps": _keeps,
    "forgets": _forgets,
    **bookings.CHECKS,
}
"""What can be asked of what was heard last (texts by key of `words/` or by their words), and of what is kept."""
