"""Facts about programs: what it is, what it pays, who, when, papers, how to apply, phone; two programs side by side."""

from dataclasses import replace

from bot.desk import Desk, Flow
from bot.flows.parts import line_in, line_message, person_button, program_button, recent
from bot.program_text import Answer, about, compared, family
from bot.route import squeeze as squeezed
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from knowledge.catalog import ASPECTS, Program
from knowledge.model import Family
from nlu.labels import EntityName, Intent

GUESSES = 2
OFFERED = ("amount", "who", "when", "apply", "documents")
"""Aspects that stand as buttons under an answer, most asked first."""
MOST_BUTTONS = 4
MOST_COMMON = 2
"""Names of up to so many characters say nothing about which member of a family is meant."""


async def ask(turn: Turn, state: State, desk: Desk) -> Step:
    """A question about a named, described or just shown program."""
    named = _named(turn, desk)
    family_ = _family(turn, desk)
    if family_ is not None and len(named) < 2:
        return _told_together(family_, turn, state, desk)
    if len(named) > 1 and _wants_both(turn):
        return _compare(named[0], named[1], state, desk, turn)
    if named:
        return _answer(named[0], turn.aspect, state, desk, turn)
    focused = recent(state, desk)
    if focused and (turn.aspect or turn.found.abstained) and _leans_on_talk(turn):
        return _answer(focused, turn.aspect or "what", state, desk, turn)
    if not turn.found.abstained and turn.found.hits and turn.found.hits[0].id in desk.catalog.programs:
        return _answer(desk.catalog.programs[turn.found.hits[0].id], turn.aspect, state, desk, turn)
    return _unsure(turn, state, desk)


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """A program by its button."""
    return _by_id(turn, state, desk, "")


async def aspect(turn: Turn, state: State, desk: Desk) -> Step:
    """One aspect of a program by its button; the argument is "id.aspect" or "id.aspect.from"."""
    return _by_id(turn, state, desk, "what")


async def compare(turn: Turn, state: State, desk: Desk) -> Step:
    """Two programs side by side; the argument is "id.id"."""
    first, _, second = (turn.tap.arg if turn.tap else "").partition(".")
    programs = desk.catalog.programs
    if first not in programs or second not in programs:
        return _unsure(turn, state, desk)
    return _compare(programs[first], programs[second], state, desk, turn)


def _by_id(turn: Turn, state: State, desk: Desk, default: str) -> Step:
    id_, _, rest = (turn.tap.arg if turn.tap else "").partition(".")
    name, _, start = rest.partition(".")
    program = desk.catalog.programs.get(id_)
    if program is None:
        return _unsure(turn, state, desk)
    return _answer(program, name or default, state, desk, turn, int(start) if start.isdigit() else 0)


def _named(turn: Turn, desk: Desk) -> list[Program]:
    ids = dict.fromkeys(str(v) for v in turn.understanding.values(EntityName.PROGRAM))
    return [desk.catalog.programs[i] for i in ids if i in desk.catalog.programs]


def _family(turn: Turn, desk: Desk) -> Family | None:
    """The family that a message names by its common name, unless it names one of the members more closely."""
    text = squeezed(turn.text)
    for family_ in desk.catalog.families.values():
        if not any(squeezed(alias) in text for alias in family_.aliases):
            continue
        names = {squeezed(a) for a in family_.aliases}
        members = [desk.catalog.programs[i] for i in family_.members]
        own = {squeezed(n) for p in members for n in (p.name, p.short, *p.aliases)} - names
        return None if any(name in text for name in own if len(name) > MOST_COMMON) else family_
    return None


def _told_together(family_: Family, turn: Turn, state: State, desk: Desk) -> Step:
    members = [desk.catalog.programs[i] for i in family_.members]
    answer = family(family_.name, members, turn.aspect, desk, turn.at.date())
    tap = [Tap("programs", "aspect", f"{p.id}.{turn.aspect or 'what'}") for p in members]
    buttons = (*(Button(p.short, t) for p, t in zip(members, tap, strict=True)), person_button(desk.words, "programs"))
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), _turned(state, turn.aspect, *family_.members))


def _wants_both(turn: Turn) -> bool:
    return turn.understanding.intent in (Intent.ASK_PROGRAM, Intent.RECOMMEND_PROGRAM, Intent.FALLBACK)


def _leans_on_talk(turn: Turn) -> bool:
    """Whether a question has no subject of its own: short, or pointing back."""
    return turn.points_back or len(turn.text) <= 25


def _answer(program: Program, aspect_: str, state: State, desk: Desk, turn: Turn, start: int = 0) -> Step:
    name = aspect_ if aspect_ in ASPECTS else ""
    answer = about(program, name, desk, turn.at.date(), start)
    buttons = _buttons(program, name, answer, state, desk)
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), _turned(state, name, program.id))


def _turned(state: State, aspect_: str, *ids: str) -> State:
    return replace(state.about(*ids), aspect=aspect_ or "what")


def _buttons(program: Program, name: str, answer: Answer, state: State, desk: Desk) -> tuple[Button, ...]:
    words = desk.words
    if program.over:
        heirs = [desk.catalog.programs[i] for i in program.successors if i in desk.catalog.programs]
        return (*(program_button(p) for p in heirs[:3]), person_button(words, "programs"))
    out = []
    if answer.more:
        rest = f"{program.id}.{name or 'what'}.{answer.more}"
        out.append(words.button("programs.more", Tap("programs", "aspect", rest)))
    out.append(words.button("programs.eligible", Tap("eligibility", "check", program.id)))
    for other in OFFERED:
        if other != name and program.statements(other, answer.on):  # type: ignore[arg-type]
            out.append(words.button(f"programs.button_{other}", Tap("programs", "aspect", f"{program.id}.{other}")))
    return tuple(out[:MOST_BUTTONS])


def _compare(first: Program, second: Program, state: State, desk: Desk, turn: Turn) -> Step:
    answer = compared(first, second, turn.aspect, desk, turn.at.date())
    buttons = (program_button(first), program_button(second), person_button(desk.words, "programs"))
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), _turned(state, turn.aspect, first.id, second.id))


def _unsure(turn: Turn, state: State, desk: Desk) -> Step:
    """Not sure: a phone line that is named, else say so, with the two best guesses and a person."""
    if line := line_in(desk, turn.text):
        return Step(Reply((line_message(desk, line, "programs"),)), state)
    guesses = [desk.catalog.programs[h.id] for h in turn.found.hits if h.id in desk.catalog.programs][:GUESSES]
    key = "programs.unsure" if guesses else "programs.unknown"
    buttons = (*(program_button(p, turn.aspect) for p in guesses), person_button(desk.words, "programs"))
    return Step(Reply((desk.words.say(key, *buttons),)), state)


FLOW = Flow(
    name="programs",
    actions={"ask": ask, "show": show, "aspect": aspect, "compare": compare},
    intents={Intent.ASK_PROGRAM: "ask"},
)
