"""Whether somebody qualifies, and what could suit them: what the catalog says of who, from what is known so far."""

from dataclasses import replace

from bot.desk import Desk, Flow
from bot.flows.parts import person_button, program_button, recent
from bot.program_text import about
from bot.turn import Message, Reply, State, Step, Tap, Turn
from knowledge.catalog import Program
from nlu.labels import EntityName, Intent
from storage import people


async def check(turn: Turn, state: State, desk: Desk) -> Step:
    """ "저도 되나요": who a program is for, as its source says it."""
    program = _program(turn, state, desk)
    if program is None:
        return await recommend(turn, state, desk)
    answer = about(program, "who", desk, turn.at.date())
    buttons = (
        desk.words.button("programs.button_apply", Tap("programs", "aspect", f"{program.id}.apply")),
        person_button(desk.words, "eligibility"),
    )
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), replace(state.about(program.id), aspect="who"))


def _program(turn: Turn, state: State, desk: Desk) -> Program | None:
    programs = desk.catalog.programs
    if turn.tap and turn.tap.arg in programs:
        return programs[turn.tap.arg]
    named = [str(v) for v in turn.understanding.values(EntityName.PROGRAM)]
    return next((programs[i] for i in named if i in programs), None) or recent(state, desk)


async def recommend(turn: Turn, state: State, desk: Desk) -> Step:
    """Programs for the group that is known so far; the group is asked for when it is not."""
    known = {**await people.profile(desk.session, turn.visitor.id), **state.known}
    age = known.get("age")
    buttons = tuple(
        desk.words.button(f"menu.group_{name}", Tap("menu", "programs", name))
        for name in ("senior", "women", "midlife")
    )
    if not isinstance(age, int):
        return Step(Reply((desk.words.say("menu.whose", *buttons),)), state)
    group = "senior" if age >= 60 else "midlife"
    fitting = [p for p in desk.catalog.programs.values() if group in p.audience and p.status == "continuing"][:4]
    message = desk.words.say(
        "menu.famous", *(program_button(p) for p in fitting), person_button(desk.words, "recommend")
    )
    return Step(Reply((message,)), state)


FLOW = Flow(
    name="eligibility",
    actions={"check": check, "recommend": recommend},
    intents={Intent.CHECK_ELIGIBILITY: "check", Intent.RECOMMEND_PROGRAM: "recommend"},
)
