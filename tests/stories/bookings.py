"""What a story of booking needs besides talk: counselors, others who book, what the clock says, what is booked."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.booking_messages import appointment_renderer, waiting_renderer
from bot.clock import SEOUL
from bot.jobs import booking, remind
from counsel import appointments, leave, waiting_list
from counsel.appointments import Actor
from counsel.availability import Request, Slot
from counsel.cells import Span
from counsel.holding import Details
from counsel.kinds import KindName
from storage import appointments as store
from storage import people
from storage.appointments import Appointment
from tests.support.chat import Chat
from tests.support.staffed import make_staff

SOMEBODY = 777_001
DETAILS = Details("양천구 목동로 1", "시험 회사", "010-0000-0000", consent=True)


async def prepare(story: dict[str, Any], chat: Chat) -> None:
    """The house's counselors, if the story has some."""
    if "staff" in story:
        kinds = story.get("kinds", ["phone", "center", "home", "accompany", "video"])
        await make_staff(chat.services.database, story["staff"], kinds, **story.get("plan", {}))


def moment(text: Any) -> datetime:
    """A time in Seoul, as a story writes it."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=SEOUL)


async def somebody_books(line: dict[str, Any], chat: Chat) -> None:
    """Another person takes a time, or all times of some days."""
    wanted = line["somebody books"]
    now = chat.clock.now()
    async with chat.services.database.transaction() as session:
        other = await people.seen(session, SOMEBODY, SOMEBODY, now)
        kind = KindName(wanted.get("kind", "center"))
        free = await appointments.free_times(session, Request(kind, counselor_id=wanted.get("with", "")), now)
        for slot in _meant(free, wanted):
            details = DETAILS if kind in (KindName.HOME, KindName.ACCOMPANY) else Details()
            try:
                await appointments.book(session, other.id, slot, now, by=Actor.STAFF, details=details)
            except appointments.SlotTakenError:
                assert "at" not in wanted, f"{slot.start} was not free"


def _meant(free: list[Slot], wanted: dict[str, Any]) -> list[Slot]:
    if "at" in wanted:
        found = [slot for slot in free if slot.start == moment(wanted["at"])]
        assert found, f"nothing is free at {wanted['at']}"
        return found
    first, last = moment(wanted["from"]), moment(wanted["until"])
    return [slot for slot in free if first <= slot.start < last]


async def somebody_cancels(line: dict[str, Any], chat: Chat) -> None:
    """The other person gives a time back."""
    async with chat.services.database.transaction() as session:
        other = await people.by_chat(session, SOMEBODY)
        assert other is not None
        rows = await appointments.upcoming(session, other.id, chat.clock.now())
        row = next(row for row in rows if row.start == moment(line["somebody cancels"]))
        await appointments.cancel(session, row.id, chat.clock.now(), by=Actor.STAFF)


async def counselor_leaves(line: dict[str, Any], chat: Chat) -> None:
    """A counselor is away for some days: those who have appointments then are moved."""
    told = line["counselor leaves"]
    span = Span(moment(told["from"]), moment(told["until"]))
    async with chat.services.database.transaction() as session:
        await leave.counselor_leaves(session, told["who"], span, chat.clock.now())


async def clock_strikes(line: dict[str, Any], chat: Chat) -> None:
    """The time moves on, and what is due by then is said."""
    chat.clock.time = moment(line["clock"])
    services = chat.services
    renderers = {
        appointments.SUBJECT: appointment_renderer(services.words, services.house.operator),
        waiting_list.SUBJECT: waiting_renderer(services.words),
    }
    for job in (booking(services.house.terms), remind(renderers)):
        async with services.database.transaction() as session:
            await job.run(session, chat.clock.now())
    await chat.listens()


async def booked(wanted: Any, chat: Chat) -> None:
    """What this person has booked: `none`, or start, kind, and more fields of it."""
    rows = await _upcoming(chat)
    if wanted is None:
        assert not rows, f"{rows[0].start} is booked"
        return
    assert rows, "nothing is booked"
    for name, value in wanted.items():
        there = getattr(rows[0], name)
        there = there.astimezone(SEOUL) if name == "start" else there
        expected = moment(value) if name == "start" else value
        assert there == expected, f"the appointment's {name} is {there}"


async def count_booked(count: int, chat: Chat) -> None:
    """How many appointments this person has."""
    assert len(await _upcoming(chat)) == count


async def _upcoming(chat: Chat) -> list[Appointment]:
    async with chat.services.database.transaction() as session:
        person = await people.by_chat(session, chat.number)
        assert person is not None
        rows = await store.of_person(session, person.id, (store.BOOKED, store.DISPLACED))
        return [row for row in rows if row.end > chat.clock.now() - timedelta(hours=1)]


async def waits(wanted: bool, chat: Chat) -> None:
    """Whether this person is on the waiting list."""
    async with chat.services.database.transaction() as session:
        person = await people.by_chat(session, chat.number)
        assert person is not None
        assert bool(await waiting_list.of_person(session, person.id)) is wanted


HAPPENINGS: dict[str, Callable[[dict[str, Any], Chat], Awaitable[None]]] = {
    "somebody books": somebody_books,
    "somebody cancels": somebody_cancels,
    "counselor leaves": counselor_leaves,
    "clock": clock_strikes,
}
CHECKS: dict[str, Callable[[Any, Chat], Awaitable[None]]] = {
    "booked": booked,
    "count_booked": count_booked,
    "waits": waits,
}
