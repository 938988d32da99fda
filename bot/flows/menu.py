"""The ways around: menu, help, back, simpler, what was not understood, and what is no text."""

import re
from dataclasses import replace

from bot.desk import Desk, Flow
from bot.flows.parts import line_in, line_message, person_button, program_button
from bot.turn import Button, Keyboard, Message, Reply, Said, State, Step, Tap, Turn
from nlu.labels import Intent

LADDER = ("menu.missed_first", "menu.missed_second", "menu.missed_third")
"""First the same in other words, then choices, then a person. Never the same sentence twice."""
OUT_OF_SCOPE = ("menu.out_of_scope", "menu.out_of_scope_again", "menu.out_of_scope_third")
WORD = re.compile("[가-힣]{2}|[A-Za-z]{3}")
SURE = 0.6
"""How sure the classifier must be that a wish is none of ours; below that we have not understood it."""
FAMOUS = {
    "senior": ("senior-job-public", "senior-job-capacity", "senior-internship", "basic-pension"),
    "women": ("womanup-grant", "saeil-center", "saeil-intern", "naeil-card"),
    "midlife": ("kua-type1-review", "seoul50-value-jobs", "naeil-card", "unemployment-benefit"),
}
"""What people of each group ask about most: the programs that are shown when somebody only wants to look around."""


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """The menu."""
    return Step(Reply((desk.words.say("menu.menu", *_choices(desk)),)), state.settled())


async def home(turn: Turn, state: State, desk: Desk) -> Step:
    """Back to the start, keeping what was said."""
    message = desk.words.say("menu.home", *_choices(desk))
    return Step(Reply((message,)), replace(state.settled(), back=()))


async def back(turn: Turn, state: State, desk: Desk) -> Step:
    """The step before, or the menu where there is none."""
    if not state.last or not state.flow:
        return await home(turn, state, desk)
    return Step(Reply((desk.words.say("menu.left_step", *_choices(desk)),)), state.settled())


async def go_on(turn: Turn, state: State, desk: Desk) -> Step:
    """The open question again."""
    if not state.flow or state.asked is None:
        return await show(turn, state, desk)
    return Step(Reply((_again(state.asked, simple=False),)), state)


async def help_(turn: Turn, state: State, desk: Desk) -> Step:
    """What this can do, and how to make letters larger."""
    messages = (
        replace(desk.words.say("menu.help"), keyboard=Keyboard.EXITS),
        desk.words.say("menu.large", *_choices(desk)),
    )
    return Step(Reply(messages), state)


async def programs(turn: Turn, state: State, desk: Desk) -> Step:
    """Programs to look at: first for whom, then the ones most asked about."""
    group = turn.tap.arg if turn.tap else ""
    if group not in FAMOUS:
        buttons = tuple(desk.words.button(f"menu.group_{name}", Tap("menu", "programs", name)) for name in FAMOUS)
        return Step(Reply((desk.words.say("menu.whose", *buttons),)), state)
    found = [desk.catalog.programs[i] for i in FAMOUS[group] if i in desk.catalog.programs]
    buttons = (*(program_button(p) for p in found), person_button(desk.words, "menu"))
    shown = state.visited(Tap("menu", "programs", group))
    return Step(Reply((desk.words.say("menu.famous", *buttons),)), shown)


async def simpler(turn: Turn, state: State, desk: Desk) -> Step:
    """The last answer in easier words; a second time, a person is offered."""
    if not state.last:
        return await show(turn, state, desk)
    if state.last[0].key in ("menu.simpler", "menu.still_not_clear"):
        buttons = (person_button(desk.words, "not_clear"), desk.words.button("menu.exit_home", Tap("menu", "home")))
        return Step(Reply((desk.words.say("menu.still_not_clear", *buttons),)), state)
    intro = desk.words.say("menu.simpler")
    return Step(Reply((intro, *(_again(said, simple=True) for said in state.last))), state)


def _again(said: Said, *, simple: bool) -> Message:
    return Message(said.key, said.simple if simple else said.text, said.simple, said.buttons)


async def thank(turn: Turn, state: State, desk: Desk) -> Step:
    """Thanks."""
    return Step(Reply((desk.words.say("menu.thank"),)), state)


async def goodbye(turn: Turn, state: State, desk: Desk) -> Step:
    """A goodbye. What was open stays open: nobody has to start over."""
    return Step(Reply((desk.words.say("menu.goodbye"),)), state)


async def identity(turn: Turn, state: State, desk: Desk) -> Step:
    """A machine, who runs it, and how to reach a person."""
    message = desk.words.say(
        "menu.identity", person_button(desk.words, "identity"), operator=desk.house.operator, phone=desk.house.phone
    )
    return Step(Reply((message,)), state)


async def free(turn: Turn, state: State, desk: Desk) -> Step:
    """What it costs: nothing, and nobody here asks for money."""
    return Step(Reply((desk.words.say("menu.free", *_choices(desk)),)), state)


async def yes_no(turn: Turn, state: State, desk: Desk) -> Step:
    """A yes or no when nothing was asked."""
    return Step(Reply((desk.words.say("menu.nothing_asked", *_choices(desk)),)), state)


async def value(turn: Turn, state: State, desk: Desk) -> Step:
    """A bare value when nothing was asked: what it may be for."""
    return Step(Reply((desk.words.say("menu.bare_value", *_choices(desk)),)), state)


async def out_of_scope(turn: Turn, state: State, desk: Desk) -> Step:
    """Something that this service does not do; the phone line that does, where one is named."""
    if line := line_in(desk, turn.text):
        return Step(Reply((line_message(desk, line, "out_of_scope", turn.aspect),)), state)
    rung = state.misses % len(OUT_OF_SCOPE)
    unclear = turn.understanding.confidence < SURE or not WORD.search(turn.text)
    if unclear:
        return await missed(turn, state, desk)
    last = rung == len(OUT_OF_SCOPE) - 1
    buttons = (person_button(desk.words, "out_of_scope"),) if last else _choices(desk)
    message = desk.words.say(OUT_OF_SCOPE[rung], *buttons)
    return Step(Reply((message,)), replace(state, misses=state.misses + 1))


async def missed(turn: Turn, state: State, desk: Desk) -> Step:
    """Not understood: three steps, and an open question is asked again in easier words."""
    rung = state.misses % len(LADDER)
    last = rung == len(LADDER) - 1
    key = "menu.degraded" if turn.understanding.degraded and not state.misses else LADDER[rung]
    buttons = (person_button(desk.words, "missed"),) if last else _choices(desk)
    reply = Reply((desk.words.say(key, *buttons),))
    if state.flow and state.asked and not last:
        reply = Reply((desk.words.say(key), _again(state.asked, simple=True)))
    return Step(reply, replace(state, misses=state.misses + 1))


async def old_button(turn: Turn, state: State, desk: Desk) -> Step:
    """A button of an older message that leads nowhere any more."""
    return Step(Reply((desk.words.say("menu.old_button", *_choices(desk)),)), state)


async def media(turn: Turn, state: State, desk: Desk) -> Step:
    """A picture, a voice, a sticker: received, and said honestly what can be done with it."""
    kind = turn.tap.arg if turn.tap else "other"
    key = f"menu.media_{kind}"
    key = key if key in desk.words.texts else "menu.media_other"
    return Step(Reply((desk.words.say(key, person_button(desk.words, "media")),)), state)


def _choices(desk: Desk) -> tuple[Button, ...]:
    return (
        desk.words.button("menu.button_programs", Tap("menu", "programs")),
        desk.words.button("menu.button_fits_me", Tap("eligibility", "recommend")),
        desk.words.button("menu.button_center", Tap("centers", "find")),
        desk.words.button("appointments.button_book", Tap("appointments", "book")),
        person_button(desk.words, "menu"),
    )


FLOW = Flow(
    name="menu",
    actions={
        "show": show,
        "home": home,
        "back": back,
        "go_on": go_on,
        "help": help_,
        "programs": programs,
        "simpler": simpler,
        "thank": thank,
        "goodbye": goodbye,
        "identity": identity,
        "free": free,
        "yes_no": yes_no,
        "no": yes_no,
        "value": value,
        "out_of_scope": out_of_scope,
        "missed": missed,
        "old_button": old_button,
        "media": media,
    },
    intents={
        Intent.ASK_HELP: "help",
        Intent.THANK: "thank",
        Intent.GOODBYE: "goodbye",
        Intent.REPEAT_SIMPLER: "simpler",
        Intent.GO_BACK: "back",
        Intent.ASK_IDENTITY: "identity",
        Intent.AFFIRM: "yes_no",
        Intent.DENY: "no",
        Intent.INFORM: "value",
        Intent.OUT_OF_SCOPE: "out_of_scope",
    },
)
