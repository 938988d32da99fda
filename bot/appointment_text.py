"""Appointments in words: when, how, with whom, where, what to bring; and the file for a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import Desk
from bot.korean_dates import WEEKDAYS, day_and_time
from bot.turn import Button, File, Message, Tap
from bot.words import Words
from counsel import staff
from counsel.availability import Slot
from counsel.calendar_file import FILE_NAME, Entry, ics
from counsel.cells import SEOUL
from counsel.kinds import KindName
from counsel.staff import Staff
from storage.appointments import Appointment


@dataclass(frozen=True, slots=True)
class Facts:
    """An appointment as it is told."""

    when: str
    how: str
    who: str
    where: str
    phone: str


async def facts_of(appointment: Appointment, desk: Desk, now: datetime, details: Appointment | None = None) -> Facts:
    """What is told of an appointment; `details` is the one that it changes, which knows the number and the address."""
    return told_of(appointment, desk.words, await staff.load(desk.session, now), details)


def told_of(appointment: Appointment, words: Words, everybody: Staff, details: Appointment | None = None) -> Facts:
    """The same, with the staff at hand."""
    plan, center = everybody.plans[appointment.counselor_id], everybody.centers[appointment.center_id]
    kind = KindName(appointment.kind)
    blanks = {
        "name": center.name,
        "address": center.address,
        "home": (details or appointment).address,
        "company": (details or appointment).company,
        "phone": (details or appointment).phone or words.plain("appointments.this_chat"),
    }
    where = words.plain(f"appointments.where_{kind.value}", **blanks)
    how = words.plain(f"appointments.how_{kind.value}")
    return Facts(day_and_time(appointment.start.astimezone(SEOUL)), how, plan.name, where, center.phone)


async def line_of(appointment: Appointment, desk: Desk, now: datetime) -> str:
    """An appointment in one line."""
    facts = await facts_of(appointment, desk, now)
    return desk.words.plain("appointments.line", when=facts.when, how=facts.how)


def slot_line(number: int, slot: Slot, desk: Desk, name: str) -> str:
    """A time on offer in one line, with its weekday and 오전 or 오후."""
    when = day_and_time(slot.start.astimezone(SEOUL))
    return desk.words.plain("appointments.offer_line", number=number, when=when, name=name)


def short_time(at: datetime) -> str:
    """A time on a button: "1일 화 오후 2시 반"."""
    half = "오전" if at.hour < 12 else "오후"
    minutes = " 반" if at.minute == 30 else f" {at.minute}분" if at.minute else ""
    return f"{at.day}일 {WEEKDAYS[at.weekday()]} {half} {at.hour % 12 or 12}시{minutes}"


def slot_buttons(slots: Sequence[Slot]) -> tuple[Button, ...]:
    """The times on offer as buttons."""
    return tuple(Button(short_time(s.start.astimezone(SEOUL)), Tap("appointments", "pick", s.code)) for s in slots)


async def booked(appointment: Appointment, desk: Desk, now: datetime, key: str = "appointments.booked") -> Message:
    """What is said once it is booked or moved: day, weekday, time, place, what to bring, phone; with the file."""
    facts = await facts_of(appointment, desk, now)
    bring = desk.words.plain(f"appointments.bring_{appointment.kind}")
    buttons = change_buttons(appointment, desk)
    blanks = {"when": facts.when, "how": facts.how, "who": facts.who, "where": facts.where}
    message = desk.words.say(key, *buttons, bring=bring, phone=facts.phone, **blanks)
    return replace(message, file=calendar_file(appointment, facts, desk.words, now, desk.house.operator))


def change_buttons(appointment: Appointment, desk: Desk) -> tuple[Button, ...]:
    """The two things that can be done with an appointment."""
    return (
        desk.words.button("appointments.button_change", Tap("appointments", "change", str(appointment.id))),
        desk.words.button("appointments.button_cancel", Tap("appointments", "cancel", str(appointment.id))),
    )


async def cancelled(appointment: Appointment, desk: Desk, now: datetime) -> Message:
    """What is said once it is cancelled; the file takes it out of a calendar."""
    facts = await facts_of(appointment, desk, now)
    again = desk.words.button("appointments.button_book", Tap("appointments", "book"))
    message = desk.words.say("appointments.cancelled", again, when=facts.when, how=facts.how)
    file = calendar_file(appointment, facts, desk.words, now, desk.house.operator, cancelled=True)
    return replace(message, file=file)


def calendar_file(
    appointment: Appointment, facts: Facts, words: Words, now: datetime, organizer: str, *, cancelled: bool = False
) -> File:
    """The file that puts an appointment into a calendar, or takes it out."""
    title = words.plain("appointments.calendar_title", how=facts.how, who=facts.who)
    note = words.plain("appointments.calendar_note", phone=facts.phone)
    # The address of a home stays out of a file that is easily passed on; of what has ended none is known any more.
    place = "" if cancelled or appointment.kind == KindName.HOME.value else facts.where
    entry = Entry(
        appointment.uid, appointment.sequence, appointment.start, appointment.end, title, place, note, cancelled
    )
    key = "appointments.caption_cancelled" if cancelled else "appointments.caption"
    return File(FILE_NAME, ics(entry, now, organizer=organizer), words.say(key).text)
