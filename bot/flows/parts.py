"""Small pieces that several flows use: the same buttons, the same look-ups. No flow, no policy."""

from bot.desk import Desk
from bot.turn import Button, State, Tap
from bot.words import Words
from knowledge.catalog import Program

LABEL_LIMIT = 14
"""Characters on a button that older eyes read at once."""


def person_button(words: Words, why: str) -> Button:
    """ "상담원과 이야기", from whatever matter `why` names."""
    return words.button("menu.exit_person", Tap("handover", "ask", why))


def program_button(program: Program, aspect: str = "") -> Button:
    """A program by its shown name, or its short one where that would not fit."""
    label = program.name if len(program.name) <= LABEL_LIMIT else program.short
    if aspect:
        return Button(label, Tap("programs", "aspect", f"{program.id}.{aspect}"))
    return Button(label, Tap("programs", "show", program.id))


def recent(state: State, desk: Desk) -> Program | None:
    """The program last talked about."""
    return next((desk.catalog.programs[i] for i in state.focus if i in desk.catalog.programs), None)


def hotline_lines(desk: Desk, lane: str, most: int) -> str:
    """The lines of a lane, one below the other: number, name, hours."""
    return "\n".join(
        desk.words.plain(
            "distress.line",
            number=line.number,
            name=line.name,
            hours=desk.words.plain("distress.hours", hours=line.hours) if line.hours else "",
        ).strip()
        for line in desk.catalog.lines(lane)[:most]
    )
