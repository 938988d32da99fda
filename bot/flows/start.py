"""The first words: who this is, that it is a machine, what it can do, the money warning, and consent."""

from dataclasses import replace
from datetime import timedelta

from bot.desk import Desk, Flow
from bot.flows.parts import program_button, recent
from bot.learn import lasting
from bot.turn import Button, Keyboard, Message, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from nlu.labels import Intent
from storage import people

LONG_AGO = timedelta(hours=12)
"""After so long somebody who says hello is told where the talk stood."""
CONSENT_VERSION = "2026-11"
"""Of the consent text; a changed text needs a new version and new consent."""


async def hello(turn: Turn, state: State, desk: Desk) -> Step:
    """The welcome, and the consent question for those who have not answered it."""
    words, house = desk.words, desk.house
    messages = [replace(words.say("start.hello", operator=house.operator), keyboard=Keyboard.EXITS)]
    messages.append(words.say("start.money", phone=house.phone))
    if turn.visitor.consented:
        messages.append(words.say("start.again", *_examples(desk)))
        return Step(Reply(tuple(messages)), state.settled())
    messages.append(_consent(desk))
    return Step(Reply(tuple(messages)), state.ask("start", "consent"))


async def greet(turn: Turn, state: State, desk: Desk) -> Step:
    """A greeting: answered in kind; somebody new is welcomed; an open question is taken up again."""
    if turn.visitor.is_new:
        return await hello(turn, state, desk)
    if state.flow and state.flow != "start":
        buttons = (
            desk.words.button("menu.go_on", Tap("menu", "go_on")),
            desk.words.button("menu.exit_home", Tap("menu", "home")),
        )
        return Step(Reply((desk.words.say("menu.resume", *buttons),)), state)
    program = recent(state, desk)
    if program is not None and state.seen_at is not None and turn.at - state.seen_at > LONG_AGO:
        buttons = (program_button(program), desk.words.button("menu.exit_home", Tap("menu", "home")))
        return Step(Reply((desk.words.say("start.greet_again", *buttons, name=program.name),)), state)
    return Step(Reply((desk.words.say("start.greet", *_examples(desk)),)), state)


async def consent(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to the consent question; what is neither yes nor no gets the question again, once."""
    choice = turn.tap.arg if turn.tap and turn.tap.arg else strict(turn)
    typed = not (turn.tap and turn.tap.arg)
    if choice == "yes" and typed and not _just_asked(state):
        # A "yes" to something else that was said meanwhile is no consent.
        return Step(Reply((_consent(desk),)), state)
    if choice == "" and _asks_about_it(turn, state) and state.last[-1].key == "start.consent_more":
        easier = _consent(desk)
        return Step(Reply((replace(easier, text=easier.simple),)), state)
    if choice == "more" or (choice == "" and _asks_about_it(turn, state)):
        return Step(Reply((desk.words.say("start.consent_more", *_consent(desk).buttons),)), state)
    if choice not in ("yes", "no"):
        return Step(Reply((desk.words.say("start.greet", *_examples(desk)),)), state.settled())
    person = await people.by_id(desk.session, turn.visitor.id)
    assert person is not None
    agreed = choice == "yes"
    person.consent_asked_at = turn.at
    person.consent_profile_at = turn.at if agreed else None
    person.consent_version = CONSENT_VERSION if agreed else None
    if agreed:
        await people.learn(desk.session, person.id, lasting(state.known), turn.at)
    key = "start.consent_yes" if agreed else "start.consent_no"
    return Step(Reply((desk.words.say(key, *_examples(desk)),)), replace(state.settled(), back=()))


def _just_asked(state: State) -> bool:
    return any(said.key.startswith("start.consent") for said in state.last)


def _asks_about_it(turn: Turn, state: State) -> bool:
    """ "왜요", "그게 뭔데요" right after the question."""
    asks = "why" in turn.topics or (turn.aspect == "what" and turn.understanding.intent is not Intent.REPEAT_SIMPLER)
    return _just_asked(state) and asks and not turn.subject


def _reads(turn: Turn, state: State) -> bool:
    return _asks_about_it(turn, state)


def _consent(desk: Desk) -> Message:
    words = desk.words
    return words.say(
        "start.consent",
        words.button("start.button_yes", Tap("start", "consent", "yes")),
        words.button("start.button_no", Tap("start", "consent", "no")),
        words.button("start.button_more", Tap("start", "consent", "more")),
        words=desk.house.keep_words_days,
        days=desk.house.keep_days,
    )


def _examples(desk: Desk) -> tuple[Button, ...]:
    return (
        desk.words.button("menu.button_programs", Tap("menu", "programs")),
        desk.words.button("menu.button_fits_me", Tap("eligibility", "recommend")),
        desk.words.button("menu.button_center", Tap("centers", "find")),
        desk.words.button("appointments.button_book", Tap("appointments", "book")),
        desk.words.button("menu.exit_person", Tap("handover", "ask", "start")),
    )


FLOW = Flow(
    name="start",
    actions={"hello": hello, "greet": greet, "consent": consent},
    intents={Intent.GREET: "greet"},
    questions={"consent": frozenset()},
    reads=_reads,
    plain=frozenset({"consent"}),
)
