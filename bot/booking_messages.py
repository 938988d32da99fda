"""What is said of appointments without being asked: reminders, a missed one, another time for one that we called off,
offers from the waiting list. Made when they are due, out of what is true then; of what is dead nothing is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointment_text import calendar_file, told_of
from bot.korean_dates import day_and_time
from bot.render import unasked
from bot.turn import Button, Message, Tap
from bot.words import Words
from counsel import appointments, staff
from counsel.availability import Request, Wish
from counsel.cells import SEOUL, Span
from counsel.kinds import KindName
from counsel.reminders import Renderer
from counsel.staff import Staff
from storage import appointments as store
from storage import cases
from storage import waiting as waiting_store
from storage.appointments import Appointment
from storage.outbox import Call
from storage.reminders import Reminder
from storage.waiting import Waiter

FLOW = "appointments"
RIGHT_FOR = {
    "missed": store.MISSED,
    "cancelled": store.CANCELLED_BY_US,
    "handed": store.DISPLACED,
    "displaced": store.DISPLACED,
}
"""How an appointment must stand for a message about what became of it still to be true."""


def appointment_renderer(words: Words, organizer: str) -> Renderer:
    """The words of reminders of appointments. `organizer` stands in the calendar file of what we call off."""

    async def render(session: AsyncSession, rows: Sequence[Reminder], now: datetime) -> Mapping[int, Sequence[Call]]:
        there = await store.by_ids(session, [row.subject_id for row in rows])
        everybody = await staff.load(session, now)
        out: dict[int, Sequence[Call]] = {}
        for row in rows:
            appointment = there.get(row.subject_id)
            message = await _of(session, row, appointment, words, everybody, now) if appointment else None
            if message is not None and appointment and appointment.status == store.CANCELLED_BY_US:
                facts = told_of(appointment, words, everybody)
                file = calendar_file(appointment, facts, words, now, organizer, cancelled=True)
                message = replace(message, file=file)
            if message is not None:
                out[row.id] = unasked(words, message)
        return out

    return render


async def _of(
    session: AsyncSession, row: Reminder, appointment: Appointment, words: Words, everybody: Staff, now: datetime
) -> Message | None:
    name = row.name.partition(".")[0]
    if name in RIGHT_FOR:
        right = appointment.status == RIGHT_FOR[name]
        return await _afterwards(session, name, appointment, words, everybody, now) if right else None
    if appointment.status != store.BOOKED or row.version != appointment.sequence or appointment.start <= now:
        return None
    return _before(appointment, words, everybody)


async def _afterwards(
    session: AsyncSession, name: str, appointment: Appointment, words: Words, everybody: Staff, now: datetime
) -> Message | None:
    match name:
        case "missed":
            return await _missed(session, appointment, words, now)
        case "cancelled":
            return await _called_off(session, appointment, words, everybody, now)
        case "handed":
            return await _handed(session, appointment, words)
    return await _displaced(session, appointment, words, everybody, now)


def _before(appointment: Appointment, words: Words, everybody: Staff) -> Message:
    buttons = (
        _button(words, "reminders.button_coming", "coming", appointment.id),
        _button(words, "reminders.button_change", "change", appointment.id),
        _button(words, "reminders.button_cancel", "cancel", appointment.id),
    )
    center = everybody.centers[appointment.center_id]
    who = everybody.plans[appointment.counselor_id].name
    blanks = {"center": center.name, "address": center.address, "company": appointment.company}
    how = words.plain(f"reminders.how_{appointment.kind}", **blanks)
    return words.say("reminders.before", *buttons, when=_when(appointment.start), who=who, how=how)


async def _missed(session: AsyncSession, appointment: Appointment, words: Words, now: datetime) -> Message:
    buttons = await _new_times(session, appointment, Wish(), now)
    return words.say("reminders.missed" if buttons else "reminders.missed_alone", *buttons, _book(words))


async def _called_off(
    session: AsyncSession, appointment: Appointment, words: Words, everybody: Staff, now: datetime
) -> Message:
    """We called it off: new times near the old one, but not that one."""
    if appointment.kind == KindName.ACCOMPANY.value:
        phone = everybody.centers[appointment.center_id].phone
        return words.say("reminders.called_off_interview", was=_when(appointment.start), phone=phone)
    wish = Wish(near=max(appointment.start, now), without=(Span(appointment.start, appointment.end),))
    buttons = await _new_times(session, appointment, wish, now)
    key = "reminders.called_off" if buttons else "reminders.called_off_alone"
    return words.say(key, *buttons, _book(words), was=_when(appointment.start))


async def _new_times(session: AsyncSession, appointment: Appointment, wish: Wish, now: datetime) -> list[Button]:
    """Free times as buttons; none where others set the time."""
    request = Request(KindName(appointment.kind), appointment.center_id, district=appointment.district)
    if request.kind is KindName.ACCOMPANY:
        return []
    found = await appointments.offers(session, request, wish, now, person_id=appointment.person_id)
    return [Button(short(slot.start), Tap(FLOW, "pick", slot.code)) for slot in found.slots]


async def _handed(session: AsyncSession, appointment: Appointment, words: Words) -> Message | None:
    """Nobody can come along; what a person who closed the case has said since is enough."""
    case = await cases.open_of(session, appointment.person_id)
    if case is None:
        return None
    return words.say("reminders.displaced_interview", was=_when(appointment.start), number=case.id)


async def _displaced(
    session: AsyncSession, appointment: Appointment, words: Words, everybody: Staff, now: datetime
) -> Message:
    change = _button(words, "reminders.button_other", "other", appointment.id)
    cancel = _button(words, "reminders.button_cancel", "cancel", appointment.id)
    was = _when(appointment.start)
    held = [row for row in await store.holds_for(session, appointment.id) if _is_open(row, now)]
    if not held:
        return words.say("reminders.displaced_waits", change, cancel, was=was)
    accept = _button(words, "reminders.button_accept", "accept", held[0].id)
    if held[0].start == appointment.start:
        who = everybody.plans[held[0].counselor_id].name
        buttons = (accept, cancel) if appointment.kind == KindName.ACCOMPANY.value else (accept, change, cancel)
        return words.say("reminders.displaced_colleague", *buttons, was=was, who=who)
    return words.say("reminders.displaced", accept, change, cancel, was=was, when=_when(held[0].start))


def _is_open(held: Appointment, now: datetime) -> bool:
    return held.status == store.HELD and held.held_until is not None and held.held_until > now


def waiting_renderer(words: Words) -> Renderer:
    """The words of offers from the waiting list."""

    async def render(session: AsyncSession, rows: Sequence[Reminder], now: datetime) -> Mapping[int, Sequence[Call]]:
        waiters = await waiting_store.by_ids(session, [row.subject_id for row in rows])
        holds = await store.by_ids(session, [w.hold_id for w in waiters.values() if w.hold_id is not None])
        out: dict[int, Sequence[Call]] = {}
        for row in rows:
            waiter = waiters.get(row.subject_id)
            message = _offer(row, waiter, holds, words, now) if waiter else None
            if message is not None:
                out[row.id] = unasked(words, message)
        return out

    return render


def _offer(
    row: Reminder, waiter: Waiter, holds: Mapping[int, Appointment], words: Words, now: datetime
) -> Message | None:
    if row.name == "passed":
        return words.say("reminders.passed", _book(words)) if waiter.status == waiting_store.PASSED else None
    held = holds.get(waiter.hold_id or 0)
    if waiter.status != waiting_store.WAITING or held is None or not _is_open(held, now):
        return None
    if row.name != f"offer.{waiter.offers}":
        return None
    buttons = (
        _button(words, "reminders.button_accept", "accept", held.id),
        _button(words, "reminders.button_decline", "decline", waiter.id),
        _button(words, "reminders.button_leave", "leave", waiter.id),
    )
    assert held.held_until is not None
    return words.say("reminders.offer", *buttons, when=_when(held.start), until=_when(held.held_until))


def _button(words: Words, key: str, action: str, number: int) -> Button:
    return words.button(key, Tap(FLOW, action, str(number)))


def _book(words: Words) -> Button:
    return words.button("reminders.button_book", Tap(FLOW, "book"))


def _when(at: datetime) -> str:
    return day_and_time(at.astimezone(SEOUL))


def short(at: datetime) -> str:
    """A time on a button: "24일 오후 2:30"."""
    here = at.astimezone(SEOUL)
    half = "오전" if here.hour < 12 else "오후"
    minutes = f":{here.minute:02}" if here.minute else "시"
    return f"{here.day}일 {half} {here.hour % 12 or 12}{minutes}"
