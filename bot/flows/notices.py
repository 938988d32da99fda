""" "때가 되면 알림": told once when a day has come or a program opens; kept with consent, cancelled at any time."""

from datetime import date, datetime

from bot.desk import Desk, Flow
from bot.flows.parts import person_button
from bot.korean_dates import day_of
from bot.turn import Message, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from knowledge.catalog import Program
from storage import notices


async def ask(turn: Turn, state: State, desk: Desk) -> Step:
    """The wish: noted at once with consent, else after a yes to keeping just this. Argument: "id" or "id.YYYYMMDD"."""
    program, day = _meant(turn, desk)
    if program is None:
        return Step(Reply((desk.words.say("notices.none"),)), state)
    if turn.visitor.consented:
        return await _note(program, day, turn, state, desk)
    words, arg = desk.words, turn.tap.arg if turn.tap else ""
    buttons = (
        words.button("notices.button_yes", Tap("notices", "note", arg)),
        words.button("notices.button_no", Tap("notices", "leave")),
    )
    question = words.say("notices.may_i", *buttons, name=program.name)
    return Step(Reply((question,)), state.ask("notices", "note", wish=arg))


async def note(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to whether this may be kept."""
    pressed = turn.tap is not None and bool(turn.tap.arg)
    program, day = _meant(turn, desk, str(state.data.get("wish", "")))
    if program is None or not (pressed or strict(turn) == "yes"):
        return await leave(turn, state, desk)
    return await _note(program, day, turn, state.settled(), desk)


async def leave(turn: Turn, state: State, desk: Desk) -> Step:
    """No notice."""
    return Step(Reply((desk.words.say("notices.left"),)), state.settled())


async def _note(program: Program, day: date | None, turn: Turn, state: State, desk: Desk) -> Step:
    iso = day.isoformat() if day else None
    await notices.ask(desk.session, turn.visitor.id, program.id, iso, turn.at)
    cancel_ = desk.words.button("notices.button_cancel", Tap("notices", "cancel", program.id))
    said = _promise(program, day, turn.at.date(), desk)
    return Step(
        Reply((Message(said.key, said.text, said.simple, (cancel_, person_button(desk.words, "notices"))),)), state
    )


def _promise(program: Program, day: date | None, on: date, desk: Desk) -> Message:
    """What will happen, and no more: a known day, a season that is only usual, or a day that nobody knows yet."""
    words, window = desk.words, program.window_on(on)
    if day is not None:
        return words.say("notices.noted_day", when=day_of(day, on), name=program.name)
    if window is not None and window.opens is not None and window.opens > on:
        return words.say("notices.noted_opens", when=day_of(window.opens, on), name=program.name)
    month = (window.expected or "").split("-")[1:2] if window is not None else []
    if month:
        return words.say("notices.noted_expected", month=int(month[0]), name=program.name)
    return words.say("notices.noted_unknown", name=program.name)


async def cancel(turn: Turn, state: State, desk: Desk) -> Step:
    """No notice any more: of one program, or of none at all."""
    gone = await notices.cancel(desk.session, turn.visitor.id, turn.tap.arg if turn.tap else "")
    return Step(Reply((desk.words.say("notices.cancelled" if gone else "notices.none"),)), state)


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """What somebody waits to be told, each to be cancelled by its button."""
    words, found = desk.words, await notices.of_person(desk.session, turn.visitor.id)
    programs = [(wish, desk.catalog.programs[wish.program]) for wish in found if wish.program in desk.catalog.programs]
    if not programs:
        return Step(Reply((words.say("notices.none"),)), state)
    lines = [_line(program, wish.day, turn.at.date(), desk) for wish, program in programs]
    buttons = [
        words.button("notices.button_cancel_one", Tap("notices", "cancel", p.id), name=p.short) for _, p in programs[:4]
    ]
    return Step(Reply((words.say("notices.list", *buttons, lines="\n".join(lines)),)), state)


def _line(program: Program, day: str | None, on: date, desk: Desk) -> str:
    if day is None:
        return desk.words.plain("notices.line_opens", name=program.name)
    return desk.words.plain("notices.line_day", name=program.name, when=day_of(date.fromisoformat(day), on))


def _meant(turn: Turn, desk: Desk, wish: str = "") -> tuple[Program | None, date | None]:
    """The program and the day of a wish; the day is None for its opening."""
    id_, _, told = ((turn.tap.arg if turn.tap else "") or wish).partition(".")
    try:
        day = datetime.strptime(told, "%Y%m%d").date() if told else None  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None, None
    return desk.catalog.programs.get(id_), day


FLOW = Flow(
    name="notices",
    actions={"ask": ask, "note": note, "leave": leave, "cancel": cancel, "show": show},
    questions={"note": frozenset()},
)
