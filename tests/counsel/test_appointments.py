"""Booking, moving, cancelling, leave, waiting and marking, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from counsel import appointments, leave, outcomes, waiting_list
from counsel.appointments import Actor, Details
from counsel.availability import Request, Wish
from counsel.cells import Span
from counsel.errors import (
    DetailsError,
    HoldExpiredError,
    NoAppointmentError,
    SlotTakenError,
    TooLateError,
)
from counsel.kinds import KindName
from counsel.outcomes import Outcome
from storage import appointments as store
from storage import personal_data
from storage.appointments import Appointment, BookedCell
from storage.database import Database
from storage.reminders import Reminder
from tests.support.staff import NOW, at, furnish, hire, slot

PHONE = Request(KindName.PHONE)


async def cells(session: Any) -> set[tuple[str, int]]:
    rows = await session.execute(select(BookedCell.resource, BookedCell.cell))
    return {(row[0], row[1]) for row in rows}


async def reminders_of(session: Any, appointment: Appointment) -> dict[str, str]:
    query = select(Reminder).where(Reminder.subject == "appointment", Reminder.subject_id == appointment.id)
    rows = list(await session.scalars(query.order_by(Reminder.id)))
    return {f"{row.version}:{row.name}": row.status for row in rows}


def times(slots: Any) -> list[str]:
    return [f"{s.start:%m-%d %H:%M} {s.counselor_id}" for s in slots]


async def test_a_time_is_offered_held_and_booked(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        found = await appointments.offers(session, PHONE, Wish(near=at("11-24 14:10")), NOW, person_id=one)
        assert times(found.slots) == ["11-24 13:30 kim", "11-24 14:00 kim", "11-24 14:30 kim"]
        read = await appointments.slot_of(session, found.slots[1].code, NOW)
        assert read == found.slots[1]
        held = await appointments.hold(session, one, read, NOW)
        assert held.held_until == NOW + timedelta(minutes=5)
        again = await appointments.hold(session, one, read, NOW + timedelta(minutes=1))
        assert again.id == held.id and again.held_until == NOW + timedelta(minutes=6)
        booked = await appointments.confirm(session, one, held.id, NOW)
        assert (booked.status, booked.sequence) == ("booked", 0)
        assert (await appointments.confirm(session, one, held.id, NOW)).id == booked.id
        assert [a.id for a in await appointments.upcoming(session, one, NOW)] == [booked.id]
        assert await reminders_of(session, booked) == {"0:3h": "waiting"}


async def test_what_one_holds_another_cannot_have(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    async with database.transaction() as session:
        await appointments.hold(session, one, slot("11-24 14:00"), NOW)
        with pytest.raises(SlotTakenError) as refused:
            await appointments.hold(session, two, slot("11-24 14:00"), NOW)
        assert times(refused.value.nearest) == ["11-24 13:00 kim", "11-24 15:00 kim", "11-24 15:30 kim"]
        # A neighbour whose notes would run into it is refused as well.
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, two, slot("11-24 13:30"), NOW)


async def test_anybody_else_may_take_over_where_any_counselor_will_do(database: Database) -> None:
    one, two, three = await furnish(database, "kim", "lee")
    async with database.transaction() as session:
        await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.STAFF)
        held = await appointments.hold(session, two, slot("11-24 14:00"), NOW, request=PHONE)
        assert held.counselor_id == "lee"
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, three, slot("11-24 14:00"), NOW, request=PHONE)


@pytest.mark.parametrize("start", ["11-24 14:15", "11-24 12:00", "11-22 14:00", "11-23 10:30", "11-28 10:00"])
async def test_what_is_not_offered_cannot_be_held(database: Database, start: str) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, one, slot(start), NOW)


async def test_a_hold_ends_after_five_minutes_and_the_nearest_are_offered(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    later = NOW + timedelta(minutes=5)
    async with database.transaction() as session:
        held = await appointments.hold(session, one, slot("11-24 14:00"), NOW)
        with pytest.raises(HoldExpiredError) as expired:
            await appointments.confirm(session, one, held.id, later)
        assert "11-24 14:00 kim" in times(expired.value.nearest)
        await appointments.book(session, two, slot("11-24 14:00"), later, by=Actor.PERSON)
        with pytest.raises(HoldExpiredError) as taken:
            await appointments.confirm(session, one, held.id, later)
        assert times(taken.value.nearest) == ["11-24 13:00 kim", "11-24 15:00 kim", "11-24 15:30 kim"]


async def test_one_person_holds_one_time_and_is_at_one_place(database: Database) -> None:
    (one, *_) = await furnish(database, "kim", "lee")
    async with database.transaction() as session:
        await appointments.hold(session, one, slot("11-24 14:00"), NOW)
        await appointments.hold(session, one, slot("11-24 16:00"), NOW)
        assert len(await store.of_person(session, one, ("held",))) == 1
        await appointments.book(session, one, slot("11-24 16:00"), NOW, by=Actor.PERSON)
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, one, slot("11-24 16:00", "lee"), NOW)


async def test_rooms_and_full_days_are_kept(database: Database) -> None:
    one, two, three = await furnish(database, "kim", "lee", "cho", rooms=2, a_day=1)
    center = KindName.CENTER
    async with database.transaction() as session:
        await appointments.book(session, one, slot("11-24 14:00", "kim", center), NOW, by=Actor.STAFF)
        await appointments.book(session, two, slot("11-24 14:30", "lee", center), NOW, by=Actor.STAFF)
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, three, slot("11-24 14:00", "cho", center), NOW)
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, three, slot("11-24 10:00", "kim"), NOW)
        await appointments.hold(session, three, slot("11-24 15:00", "cho", center), NOW)


async def test_a_move_keeps_the_number_and_takes_its_reminders_along(database: Database) -> None:
    (one, two, _) = await furnish(database, "kim")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-26 14:00"), NOW, by=Actor.PERSON)
        uid = booked.uid
        held = await appointments.hold(session, one, slot("11-26 14:30"), NOW, moving=booked.id)
        assert (booked.start, booked.status) == (at("11-26 14:00"), "booked")
        moved = await appointments.confirm(session, one, held.id, NOW)
        assert (moved.id, moved.uid, moved.sequence, moved.start) == (booked.id, uid, 1, at("11-26 14:30"))
        assert (await appointments.confirm(session, one, held.id, NOW)).id == booked.id
        assert await reminders_of(session, moved) == {
            "0:48h": "dropped",
            "0:3h": "dropped",
            "1:48h": "waiting",
            "1:3h": "waiting",
        }
        assert len(await cells(session)) == 4 + 3
        await appointments.book(session, two, slot("11-26 13:30"), NOW, by=Actor.PERSON)


async def test_after_the_cut_off_a_person_decides(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    late = at("11-24 13:01")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        with pytest.raises(TooLateError):
            await appointments.cancel(session, booked.id, late, by=Actor.PERSON)
        with pytest.raises(TooLateError):
            await appointments.hold(session, one, slot("11-25 14:00"), late, moving=booked.id)
        cancelled = await appointments.cancel(session, booked.id, late, by=Actor.STAFF)
        assert (cancelled.status, cancelled.sequence) == ("cancelled_by_us", 1)
        assert await cells(session) == set()
        with pytest.raises(NoAppointmentError):
            await appointments.cancel(session, booked.id, late, by=Actor.STAFF)


async def test_nobody_changes_anothers_appointment(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    async with database.transaction() as session:
        held = await appointments.hold(session, one, slot("11-24 14:00"), NOW)
        for act in (appointments.confirm, appointments.release, appointments.coming):
            with pytest.raises(NoAppointmentError):
                await act(session, two, held.id, NOW)
        with pytest.raises(NoAppointmentError):
            await appointments.hold(session, two, slot("11-25 14:00"), NOW, moving=held.id)


async def test_the_same_time_for_another_kind_of_talk_is_another_hold(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        call = await appointments.hold(session, one, slot("11-24 14:00"), NOW, request=PHONE)
        video = slot("11-24 14:00", kind=KindName.VIDEO)
        held = await appointments.hold(session, one, video, NOW, request=Request(KindName.VIDEO))
        assert (held.kind, held.end) == ("video", at("11-24 14:40"))
        assert (await appointments.confirm(session, one, held.id, NOW)).kind == "video"
        assert (await appointments.of_person(session, one, call.id)).status == "expired"


async def test_what_is_corrected_while_a_time_is_held_counts(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    details = Details("서울 중구 한빛로 2", "한빛상사", "+821012345678")
    right = Details("서울 중구 한빛로 20", "한빛기업", "+821087654321")
    interview = slot("11-26 14:15", kind=KindName.ACCOMPANY)
    async with database.transaction() as session:
        first = await appointments.hold(session, one, interview, NOW, details=details)
        again = await appointments.hold(session, one, interview, NOW, details=right)
        booked = await appointments.confirm(session, one, again.id, NOW)
        assert first.id == again.id
        assert (booked.address, booked.company, booked.phone) == (right.address, right.company, right.phone)


async def test_a_corrected_district_is_looked_at_anew(database: Database) -> None:
    (one, *_) = await furnish(database, "kim", districts=["서울특별시 마포구"])
    details = Details(address="서울 마포구 가온길 9", consent=True)
    home = slot("11-26 14:00", kind=KindName.HOME)
    async with database.transaction() as session:
        near = Request(KindName.HOME, district="서울특별시 마포구")
        await appointments.hold(session, one, home, NOW, request=near, details=details)
        far = Request(KindName.HOME, district="서울특별시 노원구")
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, one, home, NOW, request=far, details=details)


async def test_a_home_visit_needs_an_address_that_may_be_kept(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    home = slot("11-25 14:00", kind=KindName.HOME)
    async with database.transaction() as session:
        for details in (Details(), Details(address="서울 마포구 가온길 9")):
            with pytest.raises(DetailsError):
                await appointments.hold(session, one, home, NOW, details=details)
        details = Details(address="서울 마포구 가온길 9", consent=True)
        booked = await appointments.book(session, one, home, NOW, by=Actor.PERSON, details=details)
        assert len({c for r, c in await cells(session) if r == "c:kim"}) == 14
        assert booked.address
        await outcomes.mark(session, booked.id, Outcome.MET, at("11-25 15:00"))
        assert booked.address == ""


async def test_an_interview_begins_when_the_company_says(database: Database) -> None:
    (one, two, _) = await furnish(database, "kim", "lee")
    request = Request(KindName.ACCOMPANY)
    details = Details(address="서울 중구 한빛로 2", company="한빛상사")
    async with database.transaction() as session:
        found = await appointments.offers_at(session, request, at("11-25 14:15"), NOW, person_id=one)
        booked = await appointments.book(
            session, one, found.slots[0], NOW, by=Actor.PERSON, request=request, details=details
        )
        other = await appointments.offers_at(session, request, at("11-25 14:15"), NOW, person_id=two)
        assert {booked.counselor_id, other.slots[0].counselor_id} == {"kim", "lee"}
        assert not (await appointments.offers_at(session, request, at("11-25 22:15"), NOW)).fits


async def test_an_erased_person_frees_their_time(database: Database) -> None:
    one, two, _ = await furnish(database, "kim")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        await appointments.coming(session, one, booked.id, NOW)
        await waiting_list.join(session, one, Request(KindName.CENTER), Wish(), NOW)
        exported = await personal_data.export(session, one)
        assert exported["appointments"] and exported["waiting"] and exported["reminders"]
        await personal_data.erase(session, one)
        assert await cells(session) == set()
    async with database.transaction() as session:
        await appointments.book(session, two, slot("11-24 14:00"), NOW, by=Actor.PERSON)


async def fill(session: Any, *people: int) -> list[Appointment]:
    """All of Tuesday afternoon from 16:00 is taken."""
    starts = ("16:00", "17:00")
    return [
        await appointments.book(session, who, slot(f"11-24 {start}"), NOW, by=Actor.STAFF)
        for who, start in zip(people, starts, strict=True)
    ]


TUESDAY_LATE = Wish((Span(at("11-24 15:40"), at("11-24 18:00")),))


async def test_a_freed_time_is_held_for_the_first_who_fits_and_passes_on(database: Database) -> None:
    a, b, first, second, third = await furnish(database, "kim", people=5)
    async with database.transaction() as session:
        four, _five = await fill(session, a, b)
        await waiting_list.join(session, first, Request(KindName.PHONE, counselor_id="lee"), TUESDAY_LATE, NOW)
        two = await waiting_list.join(session, second, PHONE, TUESDAY_LATE, NOW + timedelta(minutes=1))
        three = await waiting_list.join(session, third, PHONE, TUESDAY_LATE, NOW + timedelta(minutes=2))
        assert await waiting_list.pass_on(session, NOW) == []
        await appointments.cancel(session, four.id, NOW, by=Actor.PERSON)
        assert (two.hold_id is not None, three.hold_id) == (True, None)
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, first, slot("11-24 16:00"), NOW)
        later = NOW + timedelta(hours=2)
        await leave.sweep(session, later)
        assert (two.hold_id, two.status, three.hold_id is not None) == (None, "waiting", True)
        await leave.sweep(session, later)
        assert two.hold_id is None, "two offers on one day"
        assert three.hold_id is not None
        booked = await appointments.confirm(session, third, three.hold_id, later)
        assert (booked.start, three.status) == (at("11-24 16:00"), "done")
        names = list(await session.scalars(select(Reminder.name).where(Reminder.subject == "waiting")))
        assert names == ["offer.1", "offer.1"]


async def test_a_declined_offer_passes_on_and_the_person_stays(database: Database) -> None:
    a, b, first, second = await furnish(database, "kim", people=4)
    async with database.transaction() as session:
        four, _ = await fill(session, a, b)
        one = await waiting_list.join(session, first, PHONE, TUESDAY_LATE, NOW)
        two = await waiting_list.join(session, second, PHONE, TUESDAY_LATE, NOW)
        await appointments.cancel(session, four.id, NOW, by=Actor.PERSON)
        await waiting_list.decline(session, first, one.id, NOW)
        assert (one.hold_id, one.status) == (None, "waiting")
        assert two.hold_id is not None
        await waiting_list.leave(session, second, two.id, NOW)
        assert [w.id for w in await waiting_list.of_person(session, first)] == [one.id]
        # The next day the first may be asked again.
        await leave.sweep(session, NOW + timedelta(hours=23))
        assert one.hold_id is not None


async def test_a_time_freed_at_night_is_told_in_the_morning(database: Database) -> None:
    a, b, first = await furnish(database, "kim")
    night = at("11-23 23:30")
    async with database.transaction() as session:
        four, _ = await fill(session, a, b)
        one = await waiting_list.join(session, first, PHONE, TUESDAY_LATE, NOW)
        await appointments.cancel(session, four.id, night, by=Actor.PERSON)
        assert one.hold_id is not None
        held = await appointments.of_person(session, first, one.hold_id)
        assert held.held_until == at("11-24 10:00")
        (word,) = list(await session.scalars(select(Reminder).where(Reminder.subject == "waiting")))
        assert word.due_at == at("11-24 08:00")


async def test_who_waited_in_vain_is_told_once(database: Database) -> None:
    a, b, first = await furnish(database, "kim")
    async with database.transaction() as session:
        await fill(session, a, b)
        one = await waiting_list.join(session, first, PHONE, TUESDAY_LATE, NOW)
        for hours in (40, 41):
            await leave.sweep(session, NOW + timedelta(hours=hours))
        assert one.status == "passed"
        rows = list(await session.scalars(select(Reminder.name).where(Reminder.subject_id == one.id)))
        assert rows.count("passed") == 1


async def test_a_sick_day_moves_everyone_each_with_an_offer(database: Database) -> None:
    one, two, three = await furnish(database, "kim", "lee")
    day = Span(at("11-24 00:00"), at("11-25 00:00"))
    async with database.transaction() as session:
        first = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        second = await appointments.book(session, two, slot("11-24 15:00"), NOW, by=Actor.PERSON)
        await appointments.book(session, three, slot("11-24 15:00", "lee"), NOW, by=Actor.PERSON)
        left = await leave.counselor_leaves(session, "kim", day, NOW)
        assert {a.id for a in left.displaced} == {first.id, second.id}
        (offer,) = await store.of_person(session, one, ("held",))
        assert (offer.counselor_id, offer.start) == ("lee", at("11-24 14:00"))
        (other,) = await store.of_person(session, two, ("held",))
        assert other.counselor_id == "lee" and other.start != at("11-24 15:00")
        assert (await reminders_of(session, first))["-1:displaced.1"] == "waiting"
        moved = await appointments.confirm(session, one, offer.id, NOW)
        assert (moved.id, moved.status, moved.counselor_id, moved.sequence) == (first.id, "booked", "lee", 2)
        with pytest.raises(SlotTakenError):
            await appointments.hold(session, one, slot("11-24 16:00"), NOW)


async def test_without_another_time_the_displaced_wait(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    away = Span(NOW, at("11-24 23:59") + timedelta(days=60))
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        await leave.counselor_leaves(session, "kim", away, NOW)
        (waits,) = await waiting_list.of_person(session, one)
        assert waits.moves_id == booked.id
        await hire(session, "lee")
        await leave.sweep(session, NOW)
        assert waits.hold_id is not None
        moved = await appointments.confirm(session, one, waits.hold_id, NOW)
        assert (moved.id, moved.status, waits.status) == (booked.id, "booked", "done")


async def test_an_unanswered_offer_after_leave_becomes_a_place_on_the_list(database: Database) -> None:
    (one, *_) = await furnish(database, "kim", "lee")
    day = Span(at("11-27 00:00"), at("11-28 00:00"))
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-27 14:00"), NOW, by=Actor.PERSON)
        await leave.counselor_leaves(session, "kim", day, NOW)
        await leave.sweep(session, NOW + timedelta(hours=25))
        (waits,) = await waiting_list.of_person(session, one)
        assert waits.moves_id == booked.id


async def test_a_missed_one_gets_one_message(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    after = at("11-24 14:40")
    async with database.transaction() as session:
        booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.PERSON)
        with pytest.raises(outcomes.NotYetError):
            await outcomes.mark(session, booked.id, Outcome.MISSED, NOW)
        for outcome in (Outcome.MISSED, Outcome.MET, Outcome.MISSED):
            await outcomes.mark(session, booked.id, outcome, after)
        found = await reminders_of(session, booked)
        assert [name for name in found if "missed" in name] == ["-1:missed"]


async def test_the_figures(database: Database) -> None:
    one, two, three = await furnish(database, "kim", "lee")
    async with database.transaction() as session:
        first = await appointments.book(session, one, slot("11-24 10:00"), NOW, by=Actor.PERSON)
        second = await appointments.book(session, two, slot("11-25 10:00"), NOW, by=Actor.PERSON)
        third = await appointments.book(session, three, slot("11-26 10:00"), NOW, by=Actor.PERSON)
        await appointments.coming(session, one, first.id, NOW)
        await appointments.cancel(session, third.id, NOW, by=Actor.PERSON)
        soon = NOW + timedelta(hours=3)
        await appointments.book(session, three, slot("11-26 10:00"), soon, by=Actor.PERSON)
        await outcomes.mark(session, first.id, Outcome.MET, at("11-24 11:00"))
        await outcomes.mark(session, second.id, Outcome.MISSED, at("11-25 11:00"))
        found = await outcomes.figures(session, NOW, NOW + timedelta(days=7))
        assert (found.appointments, found.by_status["cancelled"]) == (4, 1)
        assert found.lead_days == 2.44
        assert found.by_kind["phone"].no_show == 0.5
        assert found.by_answer["coming"].no_show == 0.0 and found.by_answer[""].no_show == 1.0
        assert (found.freed, found.refilled, found.refill_hours) == (1, 1, 3.0)


async def test_whoever_takes_over_a_visit_serves_the_district(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    request = Request(KindName.HOME, district="서울특별시 마포구")
    details = Details(address="서울 마포구 가온길 9", consent=True)
    async with database.transaction() as session:
        await hire(session, "cho", districts=["서울특별시 노원구"])
        home = slot("11-26 14:00", kind=KindName.HOME)
        await appointments.book(session, one, home, NOW, by=Actor.PERSON, request=request, details=details)
        await leave.counselor_leaves(session, "kim", Span(at("11-26 00:00"), at("11-27 00:00")), NOW)
        (offer,) = await store.of_person(session, one, ("held",))
        assert offer.counselor_id == "kim" and offer.start != at("11-26 14:00")
