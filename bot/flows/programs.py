"""Facts about programs: what it is, what it pays, who, when, papers, how to apply, phone; two programs side by side."""

import re
from dataclasses import replace

from bot import meant
from bot.desk import Desk, Flow
from bot.flows.parts import family_in, heir_buttons, line_in, line_message, person_button, program_button
from bot.keyboards import number_in
from bot.leaning import is_bare, names_program, squeeze
from bot.program_text import Answer, about, compared, family, together
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from knowledge.catalog import ASPECTS, Program
from knowledge.model import Family
from nlu.labels import Intent

GUESSES = 2
OFFERED = ("amount", "who", "when", "apply", "documents")
"""Aspects that stand as buttons under an answer, most asked first."""
OF_A_PLACE = ("phone", "where", "what", "apply")
MOST_BUTTONS = 4
TINY = 3
"""Characters of a message up to which a guess needs more than the search."""
TINY_LADDER = ("menu.missed_first", "menu.missed_second")
APPLYING = re.compile("신청|접수|등록|가입|방법|절차")


async def ask(turn: Turn, state: State, desk: Desk) -> Step:
    """A question about a named, described or just shown program."""
    found = meant.named(turn, desk)
    if pair := meant.pair(found, turn, state, desk):
        return _side_by_side(*pair, state, desk, turn)
    family_ = family_in(turn, desk)
    if family_ is not None and all(p.id in family_.members for p in found):
        return _told_together(family_, turn, state, desk)
    program = _one(found, turn, state, desk)
    return _answer_all(program, state, desk, turn) if program else _unsure(turn, state, desk)


def _one(found: list[Program], turn: Turn, state: State, desk: Desk) -> Program | None:
    """The program of a question: named, found for sure, or the one just talked about."""
    names = names_program(turn)
    if not names and line_in(desk, turn.text):
        return None
    talked = meant.talked_about(turn, state, desk)
    if talked and not names and (turn.points_back or is_bare(turn)):
        return talked
    if found and names:
        return meant.by_sum(found[0], turn, desk)
    if found:
        return meant.found_by_sum(found[0], turn, desk)
    return talked


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
    return _answer(program, name or default, state, desk, turn, number_in(start))


def _told_together(family_: Family, turn: Turn, state: State, desk: Desk) -> Step:
    members = [desk.catalog.programs[i] for i in family_.members]
    answer = family(family_.name, members, turn.aspect, desk, turn.at.date())
    tap = [Tap("programs", "aspect", f"{p.id}.{turn.aspect or 'what'}") for p in members]
    buttons = (*(Button(p.short, t) for p, t in zip(members, tap, strict=True)), person_button(desk.words, "programs"))
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), _turned(state, turn.aspect, *family_.members))


def _answer(program: Program, aspect_: str, state: State, desk: Desk, turn: Turn, start: int = 0) -> Step:
    name = _asked_of(program, aspect_, turn)
    answer = about(program, name, desk, turn.at.date(), start)
    buttons = _buttons(program, name, answer, state, desk)
    message = Message(answer.key, answer.text, answer.simple, buttons)
    way = Tap("programs", "aspect", f"{program.id}.{name}") if name else Tap("programs", "show", program.id)
    return Step(Reply((message,)), _turned(state, name, program.id).visited(way))


def _asked_of(program: Program, aspect_: str, turn: Turn) -> str:
    """The aspect; "어디예요" asks of a place where it is, and of anything else where one applies."""
    on, typed = turn.at.date(), not (turn.tap and turn.tap.arg)
    if program.kind == "body":
        asks_place = aspect_ == "apply" and typed and not APPLYING.search(turn.text)
        aspect_ = "where" if asks_place and program.statements("where", on) else aspect_
    elif aspect_ == "where" and program.statements("apply", on):
        return "apply"
    return aspect_ if aspect_ in ASPECTS else ""


def _answer_all(program: Program, state: State, desk: Desk, turn: Turn) -> Step:
    """Everything that a question asks of a program: one aspect, or two in two messages."""
    asked = turn.aspect or ("apply" if "proxy" in turn.topics else "")
    if "more" in turn.topics and asked in ("", "what") and state.focus[:1] == (program.id,):
        asked = _next_aspect(program, state.aspect, turn)
    first = _answer(program, asked, state, desk, turn)
    if not turn.also:
        return first
    second = _answer(program, turn.also, first.state, desk, turn)
    bare = tuple(replace(message, buttons=()) for message in first.reply.messages)
    return Step(Reply(bare) + second.reply, second.state)


def _next_aspect(program: Program, last: str, turn: Turn) -> str:
    """What has not been told yet, for somebody who wants to know more."""
    order = ("what", *OFFERED)
    rest = order[order.index(last) + 1 :] if last in order else OFFERED
    return next((a for a in rest if program.statements(a, turn.at.date())), "phone")  # type: ignore[arg-type]


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
    if program.id in desk.rules.rules and program.kind != "body":
        out.append(words.button("programs.eligible", Tap("eligibility", "check", program.id)))
    for other in OF_A_PLACE if program.kind == "body" else OFFERED:
        if other != name and program.statements(other, answer.on):  # type: ignore[arg-type]
            out.append(words.button(f"programs.button_{other}", Tap("programs", "aspect", f"{program.id}.{other}")))
    return tuple(out[:MOST_BUTTONS])


def _side_by_side(first: Program, second: Program, state: State, desk: Desk, turn: Turn) -> Step:
    if meant.wants_together(turn):
        return _both_at_once(first, second, state, desk, turn)
    return _compare(first, second, state, desk, turn)


def _both_at_once(first: Program, second: Program, state: State, desk: Desk, turn: Turn) -> Step:
    """Whether two programs go together, as far as the catalog knows who blocks whom."""
    ids = _kin(first, desk) | _kin(second, desk)
    answer = together(first, second, ids, desk, turn.at.date())
    buttons = (program_button(first), program_button(second), person_button(desk.words, "programs"))
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), _turned(state, "", first.id, second.id))


def _kin(program: Program, desk: Desk) -> frozenset[str]:
    """A program with all that people call by the same name."""
    families = (f.members for f in desk.catalog.families.values() if program.id in f.members)
    return frozenset(next(families, (program.id,)))


def _compare(first: Program, second: Program, state: State, desk: Desk, turn: Turn) -> Step:
    answer = compared(first, second, turn.aspect, desk, turn.at.date())
    buttons = (program_button(first), program_button(second), person_button(desk.words, "programs"))
    message = Message(answer.key, answer.text, answer.simple, buttons)
    way = Tap("programs", "compare", f"{first.id}.{second.id}")
    return Step(Reply((message,)), _turned(state, turn.aspect, first.id, second.id).visited(way))


def _unsure(turn: Turn, state: State, desk: Desk) -> Step:
    """Not sure: a phone line that is named, else say so, with the two best guesses and a person."""
    if line := line_in(desk, turn.text):
        return Step(Reply((line_message(desk, line, "programs", turn.aspect),)), state)
    guesses = _guesses(turn, desk)
    if not guesses and len(squeeze(turn.text)) <= TINY:
        return Step(Reply((desk.words.say(TINY_LADDER[state.misses % 2], *_starts(desk)),)), _missed(state))
    kind = "unsure" if guesses else "unknown"
    # Guesses, guesses in other words, then a person: never the same sentence twice.
    ladder = (f"programs.first_{kind}", f"programs.again_{kind}", "programs.person")
    key = ladder[state.misses % len(ladder)]
    if key == ladder[0] and turn.names_unknown:
        key = "programs.not_ours" if guesses else "programs.not_ours_alone"
    if key == ladder[0] and turn.aspect and (is_bare(turn) or turn.points_back) and turn.found.abstained:
        return Step(Reply((desk.words.say("programs.of_which", *_starts(desk)),)), _missed(state))
    shown = () if key == ladder[-1] else tuple(program_button(p, turn.aspect) for p in guesses)
    message = desk.words.say(key, *shown, person_button(desk.words, "programs"))
    return Step(Reply((message,)), _missed(state))


def _missed(state: State) -> State:
    return replace(state, misses=state.misses + 1)


def _guesses(turn: Turn, desk: Desk) -> list[Program]:
    """The two best guesses; for a word or less only what has it in its name."""
    found = [desk.catalog.programs[h.id] for h in turn.found.hits if h.id in desk.catalog.programs]
    bare = squeeze(turn.text)
    if len(bare) <= TINY:
        found = [p for p in found if any(bare in squeeze(name) for name in (p.name, p.short, *p.aliases))]
    return found[:GUESSES]


def _starts(desk: Desk) -> tuple[Button, ...]:
    return (
        desk.words.button("menu.button_programs", Tap("menu", "programs")),
        desk.words.button("menu.button_fits_me", Tap("eligibility", "recommend")),
        person_button(desk.words, "programs"),
    )


FLOW = Flow(
    name="programs",
    actions={"ask": ask, "show": show, "aspect": aspect, "compare": compare},
    intents={Intent.ASK_PROGRAM: "ask"},
)
