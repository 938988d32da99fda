""" "제가 아는 것": what is known of a person, each line correctable by button or by saying it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk, Flow
from bot.flows.parts import person_button
from bot.learn import facts_in
from bot.profile_words import is_part, label_of, told, whole_of
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from nlu.labels import Intent
from storage import people

MOST_LINES = 4
"""Lines that can be forgotten by button at once; all are shown as text."""


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """All that is known, from the profile and from this conversation."""
    known = await _known(turn, state, desk)
    if not known:
        return Step(Reply((desk.words.say("profile.nothing", person_button(desk.words, "profile")),)), state)
    lines = told(known, desk.words)
    key = "profile.known" if turn.visitor.consented else "profile.known_for_now"
    forget = tuple(_forget(field, desk) for field in [f for f in known if not is_part(f, known)][: MOST_LINES - 1])
    rest = (desk.words.button("profile.button_all", Tap("privacy", "menu")),)
    return Step(Reply((desk.words.say(key, *forget, *rest, lines=lines),)), state)


def _forget(field: str, desk: Desk) -> Button:
    return desk.words.button("profile.button_fix", Tap("profile", "fix", field), label=label_of(field, desk.words))


async def _known(turn: Turn, state: State, desk: Desk) -> Mapping[str, Any]:
    stored = await people.profile(desk.session, turn.visitor.id)
    return {**stored, **state.known}


async def fix(turn: Turn, state: State, desk: Desk) -> Step:
    """Forgets one line, and asks for it anew."""
    field = turn.tap.arg if turn.tap else ""
    gone = (field, *([whole_of(field)] if whole_of(field) else []))
    await people.learn(desk.session, turn.visitor.id, dict.fromkeys(gone), turn.at)
    known = {k: v for k, v in state.known.items() if k not in gone}
    label = label_of(field, desk.words)
    message = desk.words.say(
        "profile.forgotten", desk.words.button("profile.button_leave", Tap("menu", "home")), label=label
    )
    return Step(Reply((message,)), replace(state, known=known).ask("profile", "update"))


async def update(turn: Turn, state: State, desk: Desk) -> Step:
    """A correction in words: what was understood is said back; what was not goes to a person."""
    facts = facts_in(turn, about_self=True)
    if not facts:
        examples = desk.words.say("profile.say_it", person_button(desk.words, "profile"))
        return Step(Reply((examples,)), state.ask("profile", "update"))
    lines = told(facts, desk.words)
    key = "profile.learned" if turn.visitor.consented else "profile.learned_for_now"
    button = desk.words.button("menu.button_known", Tap("profile", "show"))
    learned = replace(state, known={**state.known, **facts})
    return Step(Reply((_with(desk, key, button, lines),)), learned.settled())


def _with(desk: Desk, key: str, button: Button, lines: str) -> Message:
    return desk.words.say(key, button, lines=lines)


FLOW = Flow(
    name="profile",
    actions={"show": show, "fix": fix, "update": update},
    intents={Intent.UPDATE_PROFILE: "update"},
    questions={"update": frozenset({Intent.UPDATE_PROFILE, Intent.CHECK_ELIGIBILITY})},
)
