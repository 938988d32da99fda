"""Reminders: never at night, once, none for what is dead; what each says."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject
from sqlalchemy import select

from bot import jobs
from bot.booking_messages import appointment_renderer, waiting_renderer
from bot.keyboards import decode
from bot.words import load_words
from counsel import appointments, leave, outcomes, reminders, waiting_list
from counsel.appointments import Actor, Details
from counsel.availability import Request, Wish
from counsel.cells import Span
from counsel.kinds import KindName
from counsel.outcomes import Outcome
from counsel.reminders import due_times, hand_over, is_quiet
from counsel.terms import STANDARD
from storage import outbox, people, staff
from storage.database import Database
from storage.outbox import Call, Outgoing
from storage.reminders import Reminder
from tests.support.clocks import StillClock
from tests.support.staff import NOW, PLAN, at, counselor_row, furnish, slot

WORDS = load_words()
RENDERERS = {"appointment": appointment_renderer(WORDS, "이음"), "waiting": waiting_renderer(WORDS)}
BEFORE = (timedelta(hours=48), timedelta(hours=3))


@pytest.mark.parametrize(
    ("start", "now", "due"),
    [
        ("11-27 14:00", "11-23 10:00", ["48h 11-25 14:00", "3h 11-27 11:00"]),
        ("11-27 09:00", "11-23 10:00", ["48h 11-25 09:00", "3h 11-27 08:00"]),
        ("11-27 08:00", "11-23 10:00", ["48h 11-25 08:00", "3h 11-26 20:30"]),
        ("11-27 08:20", "11-23 10:00", ["48h 11-25 08:20", "3h 11-26 20:30"]),
        ("11-27 22:00", "11-23 10:00", ["48h 11-26 08:00", "3h 11-27 19:00"]),
        ("11-24 14:00", "11-23 10:00", ["3h 11-24 11:00"]),
        ("11-23 12:00", "11-23 10:00", []),
        ("11-24 08:10", "11-23 20:40", []),
    ],
)
def test_when_people_are_reminded(start: str, now: str, due: list[str]) -> None:
    found = due_times(at(start), BEFORE, at(now))
    assert [f"{d.name} {d.at:%m-%d %H:%M}" for d in found] == due
    assert not any(is_quiet(d.at) for d in found)


@pytest.mark.parametrize(
    ("time", "quiet"), [("20:59", False), ("21:00", True), ("00:10", True), ("07:59", True), ("08:00", False)]
)
def test_the_night(time: str, quiet: bool) -> None:
    assert is_quiet(at(f"11-23 {time}")) is quiet
    assert not is_quiet(reminders.soon(at(f"11-23 {time}")))


async def queued(session: Any) -> list[Outgoing]:
    return list(await session.scalars(select(Outgoing).order_by(Outgoing.id)))


def taps(row: Outgoing) -> list[str]:
    assert row.payload is not None
    keys = row.payload["reply_markup"]["inline_keyboard"]
    found = [decode(key["callback_data"]) for line in keys for key in line]
    return [f"{tap.flow}.{tap.action}" for tap in found if tap]


async def test_each_reminder_is_queued_once(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        await appointments.book(session, one, slot("11-27 14:00"), NOW, by=Actor.PERSON)
    for moment in (
        "11-25 13:59",
        "11-25 14:00",
        "11-25 14:00",
        "11-24 10:00",
        "11-25 15:00",
        "11-27 11:00",
        "11-27 13:00",
    ):
        async with database.transaction() as session:
            await hand_over(session, RENDERERS, at(moment))
    async with database.transaction() as session:
        rows = await queued(session)
        assert [row.created_at for row in rows] == [at("11-25 14:00"), at("11-27 11:00")]
        assert {row.priority for row in rows} == {outbox.REMINDER}
        assert taps(rows[0]) == ["appointments.coming", "appointments.change", "appointments.cancel"]
        assert rows[0].payload and "11월 27일 금요일 오후 2시" in rows[0].payload["text"]


async def test_after_a_long_sleep_the_last_word_is_enough(database: Database) -> None:
    (one, two, _) = await furnish(database, "kim")
    async with database.transaction() as session:
        await appointments.book(session, one, slot("11-27 14:00"), NOW, by=Actor.PERSON)
        await appointments.book(session, two, slot("11-27 10:00"), NOW, by=Actor.PERSON)
        await hand_over(session, RENDERERS, at("11-27 11:30"))
        rows = await queued(session)
        assert [row.person_id for row in rows] == [one]
        assert set(await session.scalars(select(Reminder.status))) == {"dropped", "queued"}


async def test_nothing_is_said_at_night(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        await appointments.book(session, one, slot("11-27 14:00"), NOW, by=Actor.PERSON)
        assert await hand_over(session, RENDERERS, at("11-25 22:00")) == 0
        assert await hand_over(session, RENDERERS, at("11-26 08:00")) == 1


async def test_what_is_queued_waits_for_the_morning_and_holds_up_no_answer(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        person = await people.by_id(session, one)
        assert person is not None
        reminder, answer = Call("send_message", {"text": "a"}), Call("send_message", {"text": "b"})
        await outbox.put(session, person.chat_id, [reminder], NOW, person_id=one, priority=outbox.REMINDER)
        await outbox.put(session, person.chat_id, [answer], NOW, person_id=one)
        night = await outbox.claim(session, "me", NOW, timedelta(minutes=1), 9, quiet=True)
        assert [row.payload for row in night] == [{"text": "b"}]
        await outbox.sent(session, night[0].id, 1, NOW)
        day = await outbox.claim(session, "me", NOW, timedelta(minutes=1), 9)
        assert [row.payload for row in day] == [{"text": "a"}]


@pytest.mark.parametrize("change", ["cancel", "move", "leave"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_changed_appointment_takes_its_reminders_along(database: Database, change: str, when: str) -> None:
    (one, *_) = await furnish(database, "kim", "lee")
    due = at("11-25 14:00")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-27 14:00"), NOW, by=Actor.PERSON)
        if when == "after":
            await hand_over(session, RENDERERS, due)
            assert len(await queued(session)) == 1
        if change == "cancel":
            await appointments.cancel(session, booked.id, due, by=Actor.PERSON)
        elif change == "move":
            await appointments.move(session, booked.id, slot("12-04 14:00"), due, by=Actor.PERSON)
        else:
            await leave.counselor_leaves(session, "kim", Span(at("11-27 00:00"), at("11-28 00:00")), due)
        await hand_over(session, {"appointment": RENDERERS["appointment"]}, due + timedelta(minutes=1))
        rows = await queued(session)
        assert len(rows) == (1 if change == "leave" else 0)
        if change == "leave":
            assert taps(rows[0]) == ["appointments.accept", "appointments.other", "appointments.cancel"]


async def test_a_missed_one_brings_new_times(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    after = at("11-24 14:40")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        await outcomes.mark(session, booked.id, Outcome.MISSED, after)
        await hand_over(session, RENDERERS, after)
        (row,) = [row for row in await queued(session) if row.created_at == after]
        assert taps(row) == ["appointments.pick"] * 3 + ["appointments.book"]


@pytest.mark.parametrize("way", ["mark", "cancel", "mark displaced"])
async def test_what_we_call_off_is_told_with_new_times(database: Database, way: str) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        if way == "cancel":
            await appointments.cancel(session, booked.id, NOW, by=Actor.STAFF)
        else:
            if way == "mark displaced":
                away = Span(NOW, at("11-24 23:59") + timedelta(days=60))
                await leave.counselor_leaves(session, "kim", away, NOW)
            await outcomes.mark(session, booked.id, Outcome.CANCELLED_BY_US, NOW)
        await hand_over(session, RENDERERS, NOW + timedelta(minutes=1))
        said, file = await queued(session)
        assert said.payload and "11월 24일 화요일 오후 2시 상담을 저희가 지킬 수 없게" in said.payload["text"]
        picks = [] if way == "mark displaced" else ["appointments.pick"] * 3
        assert taps(said) == [*picks, "appointments.book"]
        starts = {key["text"] for line in said.payload["reply_markup"]["inline_keyboard"] for key in line}
        assert "24일 오후 2시" not in starts, "not the time that we have just taken back"
        calendar = vobject.readOne((file.payload or {})["content"])
        assert calendar.method.value == "CANCEL" and calendar.vevent.uid.value == booked.uid
        assert int(calendar.vevent.sequence.value) == booked.sequence
        await hand_over(session, RENDERERS, NOW + timedelta(minutes=2))
        assert len(await queued(session)) == 2, "once"


async def test_what_is_called_off_at_night_is_told_in_the_morning(database: Database) -> None:
    (one, two, *_) = await furnish(database, "kim")
    early = {**PLAN, "week": {str(day): [["08:00", "18:00"]] for day in range(5)}}
    night = at("11-23 22:00")
    async with database.transaction() as session:
        await staff.put_counselor(session, counselor_row("kim", plan=early))
        rows = [
            await appointments.book(session, one, slot("11-24 08:00"), NOW, by=Actor.PERSON),
            await appointments.book(session, two, slot("11-24 09:00"), NOW, by=Actor.PERSON),
        ]
        for row in rows:
            await outcomes.mark(session, row.id, Outcome.CANCELLED_BY_US, night)
        await hand_over(session, RENDERERS, at("11-24 08:00"))
        assert {row.person_id for row in await queued(session)} == {one, two}


async def test_an_interview_that_we_call_off_has_no_other_time(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    details = Details("서울 중구 한빛로 2", "한빛상사")
    async with database.transaction() as session:
        time = slot("11-27 14:15", kind=KindName.ACCOMPANY)
        booked = await appointments.book(session, one, time, NOW, by=Actor.PERSON, details=details)
        await outcomes.mark(session, booked.id, Outcome.CANCELLED_BY_US, NOW)
        await hand_over(session, RENDERERS, NOW)
        said, _ = await queued(session)
        assert said.payload and "면접에 저희가 같이 못 가게" in said.payload["text"]
        assert "02-000-1000" in said.payload["text"] and "reply_markup" not in said.payload


@pytest.mark.parametrize("outcome", [Outcome.EXCUSED, Outcome.CANCELLED_BY_US])
async def test_who_called_off_themselves_or_whose_hour_is_over_is_not_told(
    database: Database, outcome: Outcome
) -> None:
    (one, *_) = await furnish(database, "kim")
    when = NOW if outcome is Outcome.EXCUSED else at("11-24 14:40")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        await outcomes.mark(session, booked.id, outcome, when)
        await hand_over(session, RENDERERS, when)
        assert await queued(session) == []


async def test_an_offer_from_the_list_is_told(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    wish = Wish((Span(at("11-24 16:00"), at("11-24 16:01")),))
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 16:00"), NOW, by=Actor.PERSON)
        await waiting_list.join(session, two, Request(KindName.PHONE), wish, NOW)
        await appointments.cancel(session, booked.id, NOW, by=Actor.PERSON)
        await hand_over(session, RENDERERS, NOW)
        (row,) = await queued(session)
        assert (row.person_id, taps(row)) == (
            two,
            ["appointments.accept", "appointments.decline", "appointments.leave"],
        )
        await leave.sweep(session, NOW + timedelta(hours=31))
        await hand_over(session, RENDERERS, NOW + timedelta(hours=31))
        assert taps((await queued(session))[-1]) == ["appointments.book"]


@pytest.mark.parametrize("kind", list(KindName))
async def test_a_reminder_says_how(database: Database, kind: KindName) -> None:
    (one, *_) = await furnish(database, "kim")
    details = Details("서울 마포구 가온길 9", "한빛상사", consent=True)
    async with database.transaction() as session:
        time = slot("11-27 14:00", kind=kind)
        await appointments.book(session, one, time, NOW, by=Actor.PERSON, details=details)
        await hand_over(session, RENDERERS, at("11-27 11:00"))
        (row,) = await queued(session)
        text = (row.payload or {})["text"]
        marks = {"phone": "전화", "center": "가온길 1", "home": "댁", "accompany": "한빛상사", "video": "화면"}
        assert marks[kind.value] in text
        assert "{" not in text
        assert "가온길 9" not in text, "a home's address stands in no message"


async def test_whoever_cannot_be_reached_and_whatever_is_unknown_is_dropped(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")

    async def nothing(session: Any, rows: Sequence[Reminder], now: datetime) -> Mapping[int, Sequence[Call]]:
        return {row.id: [Call("send_message", {"text": "x"})] for row in rows if row.subject_id == 1}

    async with database.transaction() as session:
        person = await people.by_id(session, two)
        assert person is not None
        await people.unreachable(session, person.chat_id, NOW)
        later = NOW + timedelta(days=1)
        for who, number in ((one, 1), (two, 1), (one, 2)):
            await reminders.once(session, who, f"thing{who}", number, "word", NOW, not_after=later)
        assert not await reminders.once(session, one, f"thing{one}", 1, "word", NOW, not_after=later)
        await hand_over(session, {f"thing{one}": nothing, f"thing{two}": nothing}, NOW)
        assert [row.person_id for row in await queued(session)] == [one]
        assert list(await session.scalars(select(Reminder.status).order_by(Reminder.id))) == [
            "queued",
            "dropped",
            "dropped",
        ]


async def test_the_job_goes_on_until_nothing_is_due(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    clock = StillClock(NOW)
    asked: list[int] = []

    async def word(session: Any, rows: Sequence[Reminder], now: datetime) -> Mapping[int, Sequence[Call]]:
        asked.append(len(rows))
        return {row.id: [Call("send_message", {"text": "x"})] for row in rows}

    async with database.transaction() as session:
        for number in range(jobs.REMINDERS_AT_ONCE * 2 + 3):
            await reminders.once(session, one, "thing", number, "word", NOW, not_after=NOW + timedelta(days=1))
    job = jobs.remind({"thing": word})
    assert await jobs.run_if_due(job, database, clock, "me")
    assert asked == [jobs.REMINDERS_AT_ONCE, jobs.REMINDERS_AT_ONCE, 3]
    assert not await jobs.run_if_due(job, database, clock, "another")
    clock.move(seconds=11)
    assert await jobs.run_if_due(job, database, clock, "another")
    async with database.transaction() as session:
        assert len(await queued(session)) == sum(asked)


async def test_the_booking_job_ends_holds(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    clock = StillClock(NOW)
    async with database.transaction() as session:
        held = await appointments.hold(session, one, slot("11-24 14:00"), NOW)
    clock.move(minutes=5)
    assert await jobs.run_if_due(jobs.booking(STANDARD), database, clock, "me")
    async with database.transaction() as session:
        assert (await appointments.of_person(session, one, held.id)).status == "expired"
        await appointments.hold(session, two, slot("11-24 14:00"), clock.now())
