"""Talks that we could not keep: nobody who waits for another is lost, put back against their will, or sent about."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.booking_messages import appointment_renderer
from bot.words import load_words
from counsel import appointments, leave, outcomes, waiting_list
from counsel.appointments import Actor, Details
from counsel.availability import Request, Wish
from counsel.cells import Span
from counsel.errors import SlotTakenError
from counsel.kinds import KindName
from counsel.outcomes import Outcome
from counsel.reminders import hand_over
from storage import appointments as store
from storage import cases, people
from storage.appointments import Appointment
from storage.database import Database
from storage.outbox import Outgoing
from storage.reminders import Reminder
from storage.waiting import Waiter
from tests.support.staff import KINDS, NOW, at, furnish, hire, slot

PHONE = Request(KindName.PHONE)
MONTHS = Span(NOW, NOW + timedelta(days=61))
TUESDAY = Span(at("11-24 00:00"), at("11-25 00:00"))
INTERVIEW = Details("서울 중구 한빛로 2", "한빛상사", "+821012345678")


async def book(session: Any, person: int, start: str = "11-24 14:00") -> Appointment:
    return await appointments.book(session, person, slot(start), NOW, by=Actor.PERSON)


async def interview(session: Any, person: int) -> Appointment:
    time = slot("11-27 14:15", kind=KindName.ACCOMPANY)
    return await appointments.book(session, person, time, NOW, by=Actor.PERSON, details=INTERVIEW)


async def said(session: Any, now: Any = NOW) -> list[str]:
    """What the appointments' reminders say now."""
    await hand_over(session, {"appointment": appointment_renderer(load_words(), "이음")}, now)
    rows = await session.scalars(select(Outgoing).where(Outgoing.created_at == now).order_by(Outgoing.id))
    return [row.payload["text"] for row in rows if row.payload and "text" in row.payload]


async def test_who_waits_no_longer_is_not_put_back(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        booked = await book(session, one)
        await leave.counselor_leaves(session, "kim", MONTHS, NOW)
        (waits,) = await waiting_list.of_person(session, one)
        await waiting_list.leave(session, one, waits.id, NOW)
        await hire(session, "lee")
        await leave.sweep(session, NOW + timedelta(minutes=1))
        assert await waiting_list.of_person(session, one) == []
        assert (booked.status, await store.of_person(session, one, ("held",))) == ("cancelled", [])
        assert await appointments.upcoming(session, one, NOW) == []
        assert await said(session, NOW + timedelta(minutes=2)) == []


async def test_who_leaves_with_an_offer_gives_it_to_the_next(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    async with database.transaction() as session:
        await book(session, one)
        await leave.counselor_leaves(session, "kim", MONTHS, NOW)
        (waits,) = await waiting_list.of_person(session, one)
        await hire(session, "lee")
        await leave.sweep(session, NOW)
        held = await store.by_id(session, waits.hold_id or 0)
        assert held is not None
        wish = Wish((Span(held.start, held.start + timedelta(minutes=1)),))
        after = await waiting_list.join(session, two, PHONE, wish, NOW)
        await waiting_list.leave(session, one, waits.id, NOW)
        assert after.hold_id is not None


async def test_nobody_is_lost_behind_many_who_wait(database: Database) -> None:
    found = await furnish(database, "kim", people=5)
    starts = [f"11-24 {hour}:00" for hour in ("10", "11", "14", "15", "16")]
    async with database.transaction() as session:
        rows = [await book(session, who, start) for who, start in zip(found, starts, strict=True)]
        for row in rows:
            row.status = store.DISPLACED
            await store.release(session, row.id)
        await waiting_list.join(session, found[0], PHONE, Wish(), NOW, moves_id=rows[0].id)
        assert [row.id for row in await store.displaced_alone(session, 2)] == [rows[1].id, rows[2].id]
        await leave.sweep(session, NOW)
        assert {w.moves_id for w in await session.scalars(select(Waiter))} == {row.id for row in rows}


async def test_whose_old_time_is_over_still_gets_another(database: Database) -> None:
    (one, *_) = await furnish(database, "kim", "lee")
    async with database.transaction() as session:
        booked = await book(session, one)
        await leave.counselor_leaves(session, "kim", TUESDAY, NOW)
        (offer,) = await store.of_person(session, one, ("held",))
        assert offer.held_until is not None
        await leave.sweep(session, at("11-25 10:00"))
        (waits,) = await waiting_list.of_person(session, one)
        assert waits.moves_id == booked.id and waits.hold_id is not None
        moved = await appointments.confirm(session, one, waits.hold_id, at("11-25 10:30"))
        assert (moved.id, moved.status) == (booked.id, "booked")


async def test_two_displaced_talks_of_a_kind_wait_one_after_the_other(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        first, second = await book(session, one), await book(session, one, "11-25 14:00")
        await leave.counselor_leaves(session, "kim", MONTHS, NOW)
        (waits,) = await waiting_list.of_person(session, one)
        mine = waits.moves_id
        for minute in (1, 2):
            await leave.sweep(session, NOW + timedelta(minutes=minute))
            assert waits.moves_id == mine
        await hire(session, "lee")
        await leave.sweep(session, NOW + timedelta(minutes=3))
        await appointments.confirm(session, one, waits.hold_id or 0, NOW + timedelta(minutes=3))
        await leave.sweep(session, NOW + timedelta(minutes=4))
        (other,) = await waiting_list.of_person(session, one)
        assert {mine, other.moves_id} == {first.id, second.id}


async def test_a_new_wish_of_a_displaced_person_is_for_the_same_talk(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    friday = Wish((Span(at("11-27 09:00"), at("11-27 12:00")),))
    async with database.transaction() as session:
        booked = await book(session, one)
        await leave.counselor_leaves(session, "kim", MONTHS, NOW)
        waits = await waiting_list.join(session, one, PHONE, friday, NOW)
        await leave.sweep(session, NOW)
        assert (waits.moves_id, waiting_list.wish_of(waits.wish)) == (booked.id, friday)


async def test_what_became_of_a_displaced_talk_ends_the_waiting(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        booked = await book(session, one)
        await leave.counselor_leaves(session, "kim", MONTHS, NOW)
        await outcomes.mark(session, booked.id, Outcome.MET, at("11-24 15:00"))
        assert await waiting_list.of_person(session, one) == []


async def test_a_freed_time_waits_for_nobody_who_cannot_be_told(database: Database) -> None:
    one, gone, three = await furnish(database, "kim")
    wish = Wish((Span(at("11-24 14:00"), at("11-24 14:01")),))
    async with database.transaction() as session:
        booked = await book(session, one)
        first = await waiting_list.join(session, gone, PHONE, wish, NOW)
        second = await waiting_list.join(session, three, PHONE, wish, NOW + timedelta(minutes=1))
        person = await people.by_id(session, gone)
        assert person is not None
        await people.unreachable(session, person.chat_id, NOW)
        await appointments.cancel(session, booked.id, NOW, by=Actor.PERSON)
        assert (first.hold_id, second.hold_id is not None) == (None, True)
        await waiting_list.leave(session, three, second.id, NOW)
        await people.seen(session, person.telegram_id, person.chat_id, NOW)
        await leave.sweep(session, NOW)
        assert first.hold_id is not None, "whoever comes back is in the line as before"


async def test_only_a_colleague_at_the_very_time_can_come_along(database: Database) -> None:
    (one, *_) = await furnish(database, "kim", "lee")
    day = Span(at("11-27 00:00"), at("11-28 00:00"))
    async with database.transaction() as session:
        booked = await interview(session, one)
        await leave.counselor_leaves(session, booked.counselor_id, day, NOW)
        (offer,) = await store.of_person(session, one, ("held",))
        assert offer.start == booked.start and offer.counselor_id != booked.counselor_id
        (text,) = await said(session)
        assert "바뀌었어요" in text and "상담사가 대신" in text
        assert await cases.open_of(session, one) is None
        moved = await appointments.confirm(session, one, offer.id, NOW)
        assert (moved.id, moved.start, moved.company) == (booked.id, booked.start, "한빛상사")


@pytest.mark.parametrize("colleague", [False, True])
async def test_nobody_can_come_along_so_a_person_looks_for_a_way(database: Database, colleague: bool) -> None:
    (one, *_) = await furnish(database, "kim", *(["lee"] if colleague else []))
    day = Span(at("11-27 00:00"), at("11-28 00:00"))
    async with database.transaction() as session:
        booked = await interview(session, one)
        await leave.counselor_leaves(session, "kim", day, NOW)
        texts = await said(session)
        later = NOW + timedelta(hours=25)
        for minutes in (0, 1):
            await leave.sweep(session, later + timedelta(minutes=minutes))
        texts += await said(session, later + timedelta(minutes=2))
        assert await waiting_list.of_person(session, one) == []
        assert await store.of_person(session, one, ("held",)) == []
        case = await cases.open_of(session, one)
        assert case is not None and case.facts == {"appointment": booked.id, "wants": "companion"}
        handed = [text for text in texts if f"접수 번호는 {case.id}번" in text]
        assert len(handed) == 1 and len(texts) == 1 + colleague
        names = list(await session.scalars(select(Reminder.name).where(Reminder.name.startswith("handed"))))
        assert len(names) == 1


async def test_an_interview_on_the_list_is_offered_at_its_own_time_only(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    time = at("11-27 14:15")
    async with database.transaction() as session:
        await interview(session, one)
        wish = Wish(near=time)
        waits = await waiting_list.join(session, two, Request(KindName.ACCOMPANY), wish, NOW, INTERVIEW)
        await waiting_list.pass_on(session, NOW)
        assert waits.hold_id is None
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, two, slot("11-27 14:15", kind=KindName.ACCOMPANY), NOW, details=INTERVIEW)
        await hire(session, "lee")
        await waiting_list.pass_on(session, NOW)
        held = await store.by_id(session, waits.hold_id or 0)
        assert held is not None and (held.start, held.end) == (time, time + KINDS[KindName.ACCOMPANY].length)


@pytest.mark.parametrize("how", ["hold", "leave", "book", "pass"])
async def test_what_was_told_for_a_talk_goes_with_it(database: Database, how: str) -> None:
    (one, *_) = await furnish(database, "kim")
    details = Details("서울 마포구 가온길 9", "한빛상사", "+821012345678", consent=True)
    request, soon = Request(KindName.HOME), Wish((Span(at("11-26 14:00"), at("11-26 14:01")),))
    async with database.transaction() as session:
        waits = await waiting_list.join(session, one, request, soon, NOW, details)
        await waiting_list.pass_on(session, NOW)
        held = await store.by_id(session, waits.hold_id or 0)
        assert held is not None and held.address and waits.details["address"]
        if how == "hold":
            await leave.sweep(session, NOW + timedelta(hours=3))
            assert waits.status == "waiting" and waits.details["address"], "they still wait"
        elif how == "leave":
            await waiting_list.leave(session, one, waits.id, NOW)
        elif how == "book":
            await appointments.confirm(session, one, held.id, NOW)
            assert held.address == details.address and waits.details == {}
            await appointments.cancel(session, held.id, NOW, by=Actor.PERSON)
        else:
            await waiting_list.decline(session, one, waits.id, NOW)
            await leave.sweep(session, at("11-27 10:00"))
            assert waits.status == "passed"
        held = await store.by_id(session, held.id)
        assert held is None or (held.address, held.company, held.phone) == ("", "", "")
        assert how == "hold" or waits.details == {}
