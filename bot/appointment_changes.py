"""Appointments that are there: which one, told, changed, cancelled; and the buttons under reminders and offers."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.appointment_asking import go_on, gone, taken, too_late
from bot.appointment_draft import FLOW, Draft, wish_in
from bot.appointment_text import booked, cancelled, change_buttons, facts_of, line_of, short_time
from bot.desk import Desk
from bot.keyboards import number_in
from bot.turn import Button, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from counsel import appointments, waiting_list
from counsel.appointments import Actor
from counsel.cells import SEOUL
from counsel.errors import HoldExpiredError, NoAppointmentError, TooLateError
from counsel.wishes import narrowed
from nlu.korean.talk_ways import read_way
from storage import appointments as store
from storage.appointments import Appointment

MOST_LINES = 4


async def chosen(task: str, turn: Turn, state: State, desk: Desk) -> Appointment | Step:
    """The appointment that is meant, or the question which one; the word that there is none."""
    rows = await appointments.upcoming(desk.session, turn.visitor.id, turn.at)
    number = _number(turn)
    if not number and (state.flow, state.step) == (FLOW, task) and strict(turn) == "no":
        return kept(state, desk)
    if number:
        found = next((row for row in rows if row.id == number), None)
        return found or gone(state, desk)
    rows = _named(rows, turn) or rows
    if not rows:
        book = desk.words.button("appointments.button_book", Tap(FLOW, "book"))
        return Step(Reply((desk.words.say("appointments.none", book),)), state.ask(FLOW, "book"))
    if len(rows) == 1:
        return rows[0]
    buttons = [Button(short_time(row.start.astimezone(SEOUL)), Tap(FLOW, task, str(row.id))) for row in rows[:4]]
    lines = "\n".join([await line_of(row, desk, turn.at) for row in rows[:MOST_LINES]])
    said = desk.words.say("appointments.which", *buttons, lines=lines)
    return Step(Reply((said,)), state.ask(FLOW, task))


def _number(turn: Turn) -> int:
    return number_in(turn.tap.arg if turn.tap else "")


def _named(rows: Sequence[Appointment], turn: Turn) -> list[Appointment]:
    """The appointments on a day that the message names: "화요일 예약 취소해 주세요"."""
    days = {w.get("first") for w in (wish_in(turn) or {}).get("windows", ()) if w.get("first") == w.get("last")}
    return [row for row in rows if row.start.astimezone(SEOUL).date().isoformat() in days]


def kept(state: State, desk: Desk) -> Step:
    """Nothing is changed or cancelled."""
    return Step(Reply((desk.words.say("appointments.kept"),)), state.settled())


async def _too_late(appointment_id: int, turn: Turn, desk: Desk) -> bool:
    """Whether an appointment is too near to be changed here; one that is gone is not."""
    try:
        await appointments.check_change(desk.session, turn.visitor.id, appointment_id, turn.at, terms=desk.house.terms)
    except NoAppointmentError:
        return False
    except TooLateError:
        return True
    return False


async def check(turn: Turn, state: State, desk: Desk) -> Step:
    """ "제 상담이 언제였죠": what is booked, and where somebody waits."""
    rows = await appointments.upcoming(desk.session, turn.visitor.id, turn.at)
    waits = await waiting_list.of_person(desk.session, turn.visitor.id)
    if not rows:
        leave = [desk.words.button("appointments.button_leave", Tap(FLOW, "leave", str(w.id))) for w in waits[:1]]
        book = desk.words.button("appointments.button_book", Tap(FLOW, "book"))
        key = "appointments.only_waiting" if waits else "appointments.none"
        open_ = state if waits or state.flow else state.ask(FLOW, "book")
        return Step(Reply((desk.words.say(key, *leave, book),)), open_)
    if len(rows) == 1:
        facts = await facts_of(rows[0], desk, turn.at)
        buttons = change_buttons(rows[0], desk)
        said = desk.words.say(
            "appointments.mine", *buttons, when=facts.when, how=facts.how, who=facts.who, where=facts.where
        )
        return Step(Reply((said,)), state)
    lines = "\n".join([await line_of(row, desk, turn.at) for row in rows[:MOST_LINES]])
    change = desk.words.button("appointments.button_change", Tap(FLOW, "change"))
    cancel_ = desk.words.button("appointments.button_cancel", Tap(FLOW, "cancel"))
    said = desk.words.say("appointments.mine_several", change, cancel_, count=len(rows), lines=lines)
    return Step(Reply((said,)), state)


async def change(turn: Turn, state: State, desk: Desk) -> Step:
    """Another time, place or kind for an appointment."""
    found = await chosen("change", turn, state, desk)
    if isinstance(found, Step):
        return found
    if await _too_late(found.id, turn, desk):
        return await too_late(found.id, "change", turn, state, desk)
    was = found.start.astimezone(SEOUL).isoformat()
    draft = Draft(kind=found.kind, agreed=True, moving=found.id, center=found.center_id, was=was)
    draft = replace(draft, keeps=found.counselor_id)
    kind = read_way(turn.text) if turn.text else ""
    if kind and kind != found.kind:
        draft = Draft(kind=kind, agreed=True, replaces=found.id, phone=found.phone, was=was)
    wish = _new_time(turn, found, was)
    if wish is not None:
        draft = replace(draft, wish=narrowed({}, wish))
    facts = await facts_of(found, desk, turn.at)
    before = desk.words.plain("appointments.now", when=facts.when, how=facts.how) + "\n"
    return await go_on(draft, turn, state, desk, before)


def _new_time(turn: Turn, found: Appointment, was: str) -> dict[str, object] | None:
    """The wished time; of "화요일 예약을 목요일로" not the day that is booked."""
    wish = wish_in(turn, was)
    if wish is None:
        return None
    day = found.start.astimezone(SEOUL).date().isoformat()
    windows = [w for w in wish["windows"] if not (w.get("first") == w.get("last") == day)] or wish["windows"]
    return {**wish, "windows": windows}


async def cancel(turn: Turn, state: State, desk: Desk) -> Step:
    """Asks back before an appointment is cancelled; a booking that is only talked about just ends."""
    draft = Draft.of(state)
    by_name = turn.tap is not None and turn.tap.arg
    talked = state.flow == FLOW and state.step not in ("sure", "change", "cancel", "book")
    if talked and not draft.moving and not by_name:
        await release(draft.hold, turn, desk)
        return Step(Reply((desk.words.say("appointments.left"),)), state.settled())
    found = await chosen("cancel", turn, state, desk)
    if isinstance(found, Step):
        return found
    facts = await facts_of(found, desk, turn.at)
    yes = desk.words.button("appointments.button_yes_cancel", Tap(FLOW, "sure", f"yes.{found.id}"))
    no = desk.words.button("appointments.button_no_cancel", Tap(FLOW, "sure", f"no.{found.id}"))
    said = desk.words.say("appointments.sure", yes, no, when=facts.when, how=facts.how)
    return Step(Reply((said,)), state.ask(FLOW, "sure", cancels=found.id))


async def cancel_now(appointment_id: int, turn: Turn, state: State, desk: Desk) -> Step:
    """Cancels after a yes."""
    try:
        await appointments.of_person(desk.session, turn.visitor.id, appointment_id)
        row = await appointments.cancel(desk.session, appointment_id, turn.at, by=Actor.PERSON, terms=desk.house.terms)
    except TooLateError:
        return await too_late(appointment_id, "cancel", turn, state, desk)
    except NoAppointmentError:
        return gone(state, desk)
    return Step(Reply((await cancelled(row, desk, turn.at),)), state.settled())


async def release(hold_id: int, turn: Turn, desk: Desk) -> None:
    """Gives a held time back; nothing where none is held, or not for this person."""
    with suppress(NoAppointmentError):
        if hold_id:
            await appointments.release(desk.session, turn.visitor.id, hold_id, turn.at, terms=desk.house.terms)


async def give_back(hold_id: int, turn: Turn, state: State, desk: Desk) -> Step:
    """ "아니요, 다른 때" under an older message: its time is given back, and the talk goes on where it stands."""
    try:
        row = await appointments.of_person(desk.session, turn.visitor.id, hold_id)
    except NoAppointmentError:
        return gone(state, desk)
    if row.status in (store.BOOKED, store.DONE):
        return await check(turn, state, desk)
    await release(hold_id, turn, desk)
    return await go_on(Draft.of(state) if state.flow == FLOW and state.data else _draft_of(row), turn, state, desk)


def _draft_of(row: Appointment) -> Draft:
    """The draft as far as a held time tells it, for the talk that is over."""
    draft = Draft(kind=row.kind, agreed=True, moving=row.moves_id or 0, center=row.center_id, district=row.district)
    return replace(draft, phone=row.phone, company=row.company, address=row.address, address_ok=bool(row.address))


async def confirm_hold(hold_id: int, turn: Turn, state: State, desk: Desk, replaces: int = 0) -> Step:
    """Books or moves what is held; what is held no longer gives the nearest times. `replaces`: what ends in its place.

    Where that one is too near to be ended, nothing is booked beside it: a person decides.
    """
    draft = Draft.of(state)
    replaces = replaces or draft.replaces
    if replaces and await _too_late(replaces, turn, desk):
        await release(hold_id, turn, desk)
        return await too_late(replaces, "change", turn, state, desk)
    try:
        was_moving = (await appointments.of_person(desk.session, turn.visitor.id, hold_id)).moves_id
        row = await appointments.confirm(desk.session, turn.visitor.id, hold_id, turn.at, terms=desk.house.terms)
    except HoldExpiredError as error:
        if not draft.kind:
            draft = _draft_of(await appointments.of_person(desk.session, turn.visitor.id, hold_id))
            draft = replace(draft, replaces=replaces)
        return await taken(draft, error.nearest, "appointments.expired", turn, state, desk)
    except NoAppointmentError:
        return gone(state, desk)
    if replaces:
        await _end(replaces, turn, desk)
    key = "appointments.moved" if was_moving or replaces else "appointments.booked"
    return Step(Reply((await booked(row, desk, turn.at, key),)), state.settled())


async def _end(old: int, turn: Turn, desk: Desk) -> None:
    """Ends the appointment in whose place another was booked, unless it has ended already."""
    with suppress(NoAppointmentError):
        await appointments.of_person(desk.session, turn.visitor.id, old)
        await appointments.cancel(desk.session, old, turn.at, by=Actor.PERSON, terms=desk.house.terms)


async def coming(turn: Turn, state: State, desk: Desk) -> Step:
    """갈게요, under a reminder."""
    try:
        row = await appointments.coming(desk.session, turn.visitor.id, _number(turn), turn.at)
    except NoAppointmentError:
        return gone(state, desk)
    facts = await facts_of(row, desk, turn.at)
    said = desk.words.say("appointments.coming", when=facts.when, where=facts.where, phone=facts.phone)
    return Step(Reply((said,)), state)


async def accept(turn: Turn, state: State, desk: Desk) -> Step:
    """A time that was offered from the waiting list, or in place of one that fell through."""
    return await confirm_hold(_number(turn), turn, replace(state, flow="", step="", data={}), desk)


async def decline(turn: Turn, state: State, desk: Desk) -> Step:
    """Not this time; the person goes on waiting."""
    try:
        await waiting_list.decline(desk.session, turn.visitor.id, _number(turn), turn.at, terms=desk.house.terms)
    except NoAppointmentError:
        return gone(state, desk)
    leave_ = desk.words.button("appointments.button_leave", Tap(FLOW, "leave", str(_number(turn))))
    return Step(Reply((desk.words.say("appointments.declined", leave_),)), state)


async def leave(turn: Turn, state: State, desk: Desk) -> Step:
    """Waits no longer."""
    try:
        await waiting_list.leave(desk.session, turn.visitor.id, _number(turn), turn.at, terms=desk.house.terms)
    except NoAppointmentError:
        return gone(state, desk)
    book = desk.words.button("appointments.button_book", Tap(FLOW, "book"))
    return Step(Reply((desk.words.say("appointments.waits_no_more", book),)), state)
