""" "제가 아는 것": what is known of a person, each line correctable by button or by saying it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk, Flow
from bot.flows.parts import person_button
from bot.learn import facts_in, told_by
from bot.profile_words import is_named, is_part, label_of, told, whole_of
from bot.turn import Button, Reply, State, Step, Tap, Turn
from nlu.labels import Intent
from storage import notices, people

MOST_LINES = 3
"""Lines that can be forgotten by button at once; all are shown as text."""
MOST_TOLD = 12
"""Lines in one message; the rest stands in the file that "내 정보 더 보기" gives out."""


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """All that is known, from the profile and from this conversation; the argument is where the buttons begin."""
    known, waits = await _known(turn, state, desk), await _waits(turn, desk)
    if not known:
        buttons = (
            *waits,
            desk.words.button("profile.button_all", Tap("privacy", "menu")),
            person_button(desk.words, "profile"),
        )
        return Step(Reply((desk.words.say("profile.nothing", *buttons),)), state)
    start = int(turn.tap.arg) if turn.tap and turn.tap.arg.isdigit() else 0
    lines = "\n".join(told(known, desk.words).split("\n")[:MOST_TOLD])
    key = "profile.known" if turn.visitor.consented else "profile.known_for_now"
    fields = [f for f in known if not is_part(f, known)]
    end = start + MOST_LINES - len(waits)
    forget = [_forget(field, desk) for field in fields[start:end]]
    if end < len(fields):
        forget.append(desk.words.button("profile.button_others", Tap("profile", "show", str(end))))
    rest = (*waits, desk.words.button("profile.button_all", Tap("privacy", "menu")))
    return Step(Reply((desk.words.say(key, *forget, *rest, lines=lines),)), state)


async def _waits(turn: Turn, desk: Desk) -> tuple[Button, ...]:
    """The button to what the person waits to be told, if there is anything."""
    found = await notices.of_person(desk.session, turn.visitor.id)
    return (desk.words.button("profile.button_notices", Tap("notices", "show")),) if found else ()


def _forget(field: str, desk: Desk) -> Button:
    return desk.words.button("profile.button_fix", Tap("profile", "fix", field), label=label_of(field, desk.words))


async def _known(turn: Turn, state: State, desk: Desk) -> Mapping[str, Any]:
    stored = await people.profile(desk.session, turn.visitor.id)
    known = told_by(state.known, stored)
    return {field: value for field, value in known.items() if is_named(field, desk.words)}


async def fix(turn: Turn, state: State, desk: Desk) -> Step:
    """Forgets one line, and asks for it anew. A check that is answered is judged again afterwards."""
    field = turn.tap.arg if turn.tap else ""
    gone = (field, *([whole_of(field)] if whole_of(field) else []))
    await people.learn(desk.session, turn.visitor.id, dict.fromkeys(gone), turn.at)
    known = {k: v for k, v in state.known.items() if k not in gone}
    label = label_of(field, desk.words)
    leave = desk.words.button("profile.button_leave", Tap("menu", "home"))
    message = desk.words.say("profile.forgotten", leave, label=label)
    programs = list(state.data.get("programs", ()))
    return Step(Reply((message,)), replace(state, known=known).ask("profile", "update", programs=programs))


async def update(turn: Turn, state: State, desk: Desk) -> Step:
    """A correction in words: what was understood is said back; what was not goes to a person."""
    facts = facts_in(turn, about_self=True)
    if not facts:
        examples = desk.words.say("profile.say_it", person_button(desk.words, "profile"))
        return Step(Reply((examples,)), state.ask("profile", "update", **state.data))
    lines = told(facts, desk.words)
    key = "profile.learned" if turn.visitor.consented else "profile.learned_for_now"
    message = desk.words.say(key, *_after(state, desk), lines=lines)
    return Step(Reply((message,)), replace(state, known={**state.known, **facts}).settled())


def _after(state: State, desk: Desk) -> tuple[Button, ...]:
    """Back to what is known, and to the check that the correction may change."""
    known = desk.words.button("menu.button_known", Tap("profile", "show"))
    programs = state.data.get("programs", ())
    if not programs:
        return (known,)
    goal = Tap("eligibility", "check", programs[0]) if len(programs) == 1 else Tap("eligibility", "recommend")
    return desk.words.button("profile.button_judge", goal), known


FLOW = Flow(
    name="profile",
    actions={"show": show, "fix": fix, "update": update},
    intents={Intent.UPDATE_PROFILE: "update"},
    questions={"update": frozenset({Intent.UPDATE_PROFILE, Intent.CHECK_ELIGIBILITY})},
)
