"""Facts about programs: what it is, what it pays, who, when, papers, how to apply, phone; two programs side by side."""

import re
from dataclasses import replace

from bot.desk import Desk, Flow
from bot.flows.parts import family_in, heir_buttons, line_in, line_message, person_button, program_button, recent
from bot.program_text import Answer, about, compared, family
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from knowledge.catalog import ASPECTS, Program
from knowledge.model import Family
from nlu.labels import EntityName, Intent

GUESSES = 2
OFFERED = ("amount", "who", "when", "apply", "documents")
"""Aspects that stand as buttons under an answer, most asked first."""
MOST_BUTTONS = 4


async def ask(turn: Turn, state: State, desk: Desk) -> Step:
    """A question about a named, described or just shown program."""
    named = _named(turn, desk)
    if pair := _pair(named, turn, state, desk):
        return _compare(*pair, state, desk, turn)
    family_ = family_in(turn, desk)
    if family_ is not None and all(p.id in family_.members for p in named):
        return _told_together(family_, turn, state, desk)
    meant = next(iter(named), None) or _meant(turn, state, desk)
    return _answer_all(meant, state, desk, turn) if meant else _unsure(turn, state, desk)


def _meant(turn: Turn, state: State, desk: Desk) -> Program | None:
    """The program of a question that names none: the one just talked about, or the one that the search found."""
    if line_in(desk, turn.text):
        return None
    focused = recent(state, desk)
    if focused and (turn.aspect or turn.found.abstained) and _leans_on_talk(turn):
        return focused
    best = turn.found.hits[0].id if turn.found.hits and not turn.found.abstained else ""
    return desk.catalog.programs.get(best)


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
    """The programs that a question names; for a name that we cannot place, the one that the search is sure of."""
    ids = dict.fromkeys(str(v) for v in turn.understanding.values(EntityName.PROGRAM)) or {turn.subject: None}
    return [desk.catalog.programs[i] for i in ids if i in desk.catalog.programs]


def _told_together(family_: Family, turn: Turn, state: State, desk: Desk) -> Step:
    members = [desk.catalog.programs[i] for i in family_.members]
    answer = family(family_.name, members, turn.aspect, desk, turn.at.date())
    tap = [Tap("programs", "aspect", f"{p.id}.{turn.aspect or 'what'}") for p in members]
    buttons = (*(Button(p.short, t) for p, t in zip(members, tap, strict=True)), person_button(desk.words, "programs"))
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), _turned(state, turn.aspect, *family_.members))


def _wants_both(turn: Turn) -> bool:
    return turn.understanding.intent in (Intent.ASK_PROGRAM, Intent.RECOMMEND_PROGRAM, Intent.FALLBACK)


def _pair(named: list[Program], turn: Turn, state: State, desk: Desk) -> tuple[Program, Program] | None:
    """The two programs that a question sets side by side: named, just talked about, or found for the second name."""
    if len(named) > 1 and _wants_both(turn):
        return named[0], named[1]
    if "compare" not in turn.topics:
        return None
    common = family_in(turn, desk)
    if named and common and named[0].id not in common.members:
        return named[0], desk.catalog.programs[common.members[0]]
    talked = state.focus if turn.points_back or not named else ()
    related = _relatives(named[0], turn, desk) if named else ()
    found = (h.id for h in turn.found.hits if named or turn.points_back)
    ids = dict.fromkeys((*talked, *(p.id for p in named), *related, *found))
    first, second, *_ = (*(desk.catalog.programs[i] for i in ids if i in desk.catalog.programs), None, None)
    return (first, second) if first and second else None


def _relatives(program: Program, turn: Turn, desk: Desk) -> list[str]:
    """Programs that belong to one and whose name shares a word with the question: "인턴십" beside 구직지원금."""
    words = {word[:end] for word in re.findall("[가-힣]{2,}", turn.text) for end in range(2, len(word) + 1)}
    near = [desk.catalog.programs[i] for i in program.see_also if i in desk.catalog.programs]
    return [p.id for p in near if any(word in p.name and word not in program.name for word in words)]


def _leans_on_talk(turn: Turn) -> bool:
    """Whether a question has no subject of its own: short, or pointing back."""
    return turn.points_back or len(turn.text) <= 25


def _answer(program: Program, aspect_: str, state: State, desk: Desk, turn: Turn, start: int = 0) -> Step:
    name = aspect_ if aspect_ in ASPECTS else ""
    answer = about(program, name, desk, turn.at.date(), start)
    buttons = _buttons(program, name, answer, state, desk)
    message = Message(answer.key, answer.text, answer.simple, buttons)
    way = Tap("programs", "aspect", f"{program.id}.{name}") if name else Tap("programs", "show", program.id)
    return Step(Reply((message,)), _turned(state, name, program.id).visited(way))


def _answer_all(program: Program, state: State, desk: Desk, turn: Turn) -> Step:
    """Everything that a question asks of a program: one aspect, or two in two messages."""
    first = _answer(program, turn.aspect, state, desk, turn)
    if not turn.also:
        return first
    second = _answer(program, turn.also, first.state, desk, turn)
    bare = tuple(replace(message, buttons=()) for message in first.reply.messages)
    return Step(Reply(bare) + second.reply, second.state)


def _turned(state: State, aspect_: str, *ids: str) -> State:
    return replace(state.about(*ids), aspect=aspect_ or "what")


def _buttons(program: Program, name: str, answer: Answer, state: State, desk: Desk) -> tuple[Button, ...]:
    words = desk.words
    if program.over:
        return heir_buttons(program, desk, "programs")
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
    way = Tap("programs", "compare", f"{first.id}.{second.id}")
    return Step(Reply((message,)), _turned(state, turn.aspect, first.id, second.id).visited(way))


def _unsure(turn: Turn, state: State, desk: Desk) -> Step:
    """Not sure: a phone line that is named, else say so, with the two best guesses and a person."""
    if line := line_in(desk, turn.text):
        return Step(Reply((line_message(desk, line, "programs"),)), state)
    guesses = [desk.catalog.programs[h.id] for h in turn.found.hits if h.id in desk.catalog.programs][:GUESSES]
    kind = "unsure" if guesses else "unknown"
    # Guesses, guesses in other words, then a person: never the same sentence twice.
    ladder = (f"programs.first_{kind}", f"programs.again_{kind}", "programs.person")
    key = ladder[state.misses % len(ladder)]
    shown = () if key == ladder[-1] else tuple(program_button(p, turn.aspect) for p in guesses)
    message = desk.words.say(key, *shown, person_button(desk.words, "programs"))
    return Step(Reply((message,)), replace(state, misses=state.misses + 1))


FLOW = Flow(
    name="programs",
    actions={"ask": ask, "show": show, "aspect": aspect, "compare": compare},
    intents={Intent.ASK_PROGRAM: "ask"},
)
