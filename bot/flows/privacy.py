"""A person's own data: see it, take it along, erase it, withdraw consent. Nothing final happens without a yes."""

import json
from dataclasses import replace

from bot.desk import Desk, Flow
from bot.turn import Button, File, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from nlu.labels import Intent
from storage import cases, conversation, dialogues, notices, people, personal_data

FILE_NAME = "ieum-my-data.json"


async def request(turn: Turn, state: State, desk: Desk) -> Step:
    """The wish as its words name it; the choices where they name none."""
    if "erase" in turn.topics:
        return await erase(turn, state, desk)
    if "withdraw" in turn.topics:
        return await withdraw(turn, state, desk)
    if "export" in turn.topics:
        return await export(turn, state, desk)
    if "id_number" in turn.topics:
        return Step(Reply((desk.words.say("privacy.no_numbers"),)), state)
    if "data_where" in turn.topics:
        return Step(Reply((desk.words.say("privacy.where", *_choices(desk)),)), state)
    return await menu(turn, state, desk)


async def menu(turn: Turn, state: State, desk: Desk) -> Step:
    """What can be done with one's data."""
    key = "privacy.menu" if turn.visitor.consented else "privacy.menu_nothing"
    blanks = {"words": desk.house.keep_words_days, "days": desk.house.keep_days}
    return Step(Reply((desk.words.say(key, *_choices(desk), **blanks),)), state)


def _choices(desk: Desk) -> tuple[Button, ...]:
    words = desk.words
    return (
        words.button("privacy.button_see", Tap("profile", "show")),
        words.button("privacy.button_export", Tap("privacy", "export")),
        words.button("privacy.button_withdraw", Tap("privacy", "withdraw")),
        words.button("privacy.button_erase", Tap("privacy", "erase")),
    )


async def export(turn: Turn, state: State, desk: Desk) -> Step:
    """Everything that is kept, as one file."""
    data = await personal_data.export(desk.session, turn.visitor.id)
    content = json.dumps(data, ensure_ascii=False, indent=2)
    message = desk.words.say("privacy.export")
    file = File(FILE_NAME, content, desk.words.say("privacy.export_caption").text)
    return Step(Reply((replace(message, file=file),)), state)


async def erase(turn: Turn, state: State, desk: Desk) -> Step:
    """Asks back before anything is erased."""
    buttons = _confirm(desk, "privacy.button_yes_erase", "erase_now")
    return Step(Reply((desk.words.say("privacy.erase", *buttons),)), state.ask("privacy", "erase_now"))


async def erase_now(turn: Turn, state: State, desk: Desk) -> Step:
    """Erases after a yes. What is said afterwards is sent and then forgotten, too."""
    if _says_again(turn):
        return await erase(turn, state, desk)
    if not _agreed(turn):
        return Step(Reply((desk.words.say("privacy.kept"),)), state.settled())
    await personal_data.erase(desk.session, turn.visitor.id)
    return Step(Reply((desk.words.say("privacy.erased"),), forget=True), State())


async def withdraw(turn: Turn, state: State, desk: Desk) -> Step:
    """Asks back before consent is withdrawn."""
    buttons = _confirm(desk, "privacy.button_yes_withdraw", "withdraw_now")
    return Step(Reply((desk.words.say("privacy.withdraw", *buttons),)), state.ask("privacy", "withdraw_now"))


async def withdraw_now(turn: Turn, state: State, desk: Desk) -> Step:
    """Ends consent after a yes: profile, words, what cases hold of them, and notices go; the conversation goes on."""
    if _says_again(turn):
        return await withdraw(turn, state, desk)
    if not _agreed(turn):
        return Step(Reply((desk.words.say("privacy.kept"),)), state.settled())
    person = await people.by_id(desk.session, turn.visitor.id)
    assert person is not None
    person.consent_profile_at = person.consent_share_at = person.consent_version = None
    await people.forget_profile(desk.session, person.id)
    await cases.forget_told(desk.session, person.id)
    await notices.cancel(desk.session, person.id)
    await conversation.forget_words(desk.session, person.id)
    await dialogues.forget(desk.session, person.id)
    return Step(Reply((desk.words.say("privacy.withdrawn"),)), State())


def _confirm(desk: Desk, yes: str, action: str) -> tuple[Button, ...]:
    return (
        desk.words.button(yes, Tap("privacy", action, "yes")),
        desk.words.button("privacy.button_no", Tap("privacy", action, "no")),
    )


def _agreed(turn: Turn) -> bool:
    if turn.tap and turn.tap.arg:
        return turn.tap.arg == "yes"
    return strict(turn) == "yes"


def _says_again(turn: Turn) -> bool:
    """The wish repeated without a clear yes or no: it is asked once more, nothing final happens by guess."""
    wish = not (turn.tap and turn.tap.arg) and turn.understanding.intent is Intent.PRIVACY_REQUEST
    return wish and not strict(turn)


FLOW = Flow(
    name="privacy",
    actions={
        "request": request,
        "menu": menu,
        "export": export,
        "erase": erase,
        "erase_now": erase_now,
        "withdraw": withdraw,
        "withdraw_now": withdraw_now,
    },
    intents={Intent.PRIVACY_REQUEST: "request"},
    questions={
        "erase_now": frozenset({Intent.PRIVACY_REQUEST}),
        "withdraw_now": frozenset({Intent.PRIVACY_REQUEST}),
    },
    plain=frozenset({"erase_now", "withdraw_now"}),
)
