"""Seats, the waiting list, offers, and what people are told when the catalog changes. On both databases."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from counsel import event_changes
from counsel import events as signing
from counsel.events import FullError, NoIntakeError, NoSignupError, OneSittingError
from counsel.terms import Terms
from knowledge.events import SEOUL, Event
from knowledge.fact import Grade, Source
from storage import events, people, personal_data
from storage.database import Database
from storage.events import CANCELLED, GOING, LAPSED, OFFERED, WAITING, WITHDRAWN, Signup
from storage.reminders import WAITING as TO_SAY
from storage.reminders import Reminder

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SEOUL)
SOURCE = Source(id="a", title="안내", publisher="이음", date="2026-11", read="own", label="이음")
HALL = {"id": "a", "starts": "2026-12-10T10:00", "ends": "2026-12-10T12:00", "seats": 2}
ROOM = {"id": "b", "starts": "2026-12-10T14:00", "ends": "2026-12-10T16:00", "seats": 1}


def event(*sessions: Mapping[str, object], **changes: object) -> Event:
    fields: dict[str, object] = {
        "id": "walk",
        "name": "걷기 모임",
        "short": "걷기",
        "kinds": ("fair",),
        "audience": ("everyone",),
        "host": "이음",
        "place": {"name": "회관", "area": "서울특별시 양천구"},
        "about": ({"text": "함께 걸어요."},),
        "who": "누구나 오세요.",
        "price": "무료예요.",
        "sessions": sessions or (HALL, ROOM),
        "grade": Grade.B,
        "source": SOURCE,
    }
    return Event.model_validate(fields | changes)


async def persons(session: AsyncSession, count: int) -> list[int]:
    return [(await people.seen(session, 1000 + n, 1000 + n, NOW)).id for n in range(count)]


async def all_signups(session: AsyncSession) -> Sequence[Signup]:
    query = select(Signup).order_by(Signup.id).execution_options(populate_existing=True)
    return (await session.scalars(query)).all()


async def statuses(session: AsyncSession) -> list[str]:
    return [s.status for s in await all_signups(session)]


async def to_say(session: AsyncSession) -> list[tuple[int, str]]:
    query = select(Reminder).where(Reminder.status == TO_SAY).order_by(Reminder.subject_id, Reminder.due_at)
    return [(r.subject_id, r.name) for r in (await session.scalars(query)).all()]


async def test_seats_are_given_in_order_and_the_rest_wait(database: Database) -> None:
    walk = event()
    async with database.transaction() as session:
        made = [await signing.sign_up(session, p, walk, walk.sittings[0], NOW) for p in await persons(session, 4)]
        assert [(s.status, s.seat) for s in made] == [(GOING, 1), (GOING, 2), (WAITING, None), (WAITING, None)]
        assert [await events.waiting_before(session, s) for s in made[2:]] == [0, 1]
        assert await signing.left(session, walk.sittings) == {"walk.a": 0, "walk.b": 1}
        assert await to_say(session) == [(s.id, name) for s in made[:2] for name in ("48h", "3h")]


async def test_asking_twice_is_one_sign_up(database: Database) -> None:
    walk = event()
    async with database.transaction() as session:
        (person,) = await persons(session, 1)
        first = await signing.sign_up(session, person, walk, walk.sittings[0], NOW)
        again = await signing.sign_up(session, person, walk, walk.sittings[0], NOW)
        assert first.id == again.id
        other = await signing.sign_up(session, person, walk, walk.sittings[1], NOW)
        assert other.id != first.id, "two sittings of an event that allows it"


async def test_an_event_that_allows_one_sitting(database: Database) -> None:
    walk = event(once=True)
    async with database.transaction() as session:
        mine, other, late = await persons(session, 3)
        first = await signing.sign_up(session, mine, walk, walk.sittings[0], NOW)
        with pytest.raises(OneSittingError) as error:
            await signing.sign_up(session, mine, walk, walk.sittings[1], NOW)
        assert error.value.signup.id == first.id
        changed = await signing.change(session, mine, first.id, walk, walk.sittings[1], NOW)
        assert (changed.sitting_key, changed.status) == ("walk.b", GOING)
        assert await statuses(session) == [WITHDRAWN, GOING]
        stays = await signing.sign_up(session, other, walk, walk.sittings[0], NOW)
        with pytest.raises(FullError):
            await signing.change(session, other, stays.id, walk, walk.sittings[1], NOW)
        assert (await all_signups(session))[-1].status == GOING, "whoever cannot change keeps what they have"
        assert (await signing.sign_up(session, late, walk, walk.sittings[1], NOW)).status == WAITING


@pytest.mark.parametrize(
    ("changes", "at", "why"),
    [
        ({"signup": {"opens": "2026-12-01"}}, NOW, "early"),
        ({}, datetime(2026, 12, 10, 11, 0, tzinfo=SEOUL), "late"),
        ({}, datetime(2026, 12, 11, 11, 0, tzinfo=SEOUL), "over"),
        ({"sessions": ({**HALL, "seats": None},)}, NOW, "entry"),
        ({"sessions": ({**HALL, "cancelled": "비"},)}, NOW, "cancelled"),
    ],
)
async def test_what_takes_no_sign_up(database: Database, changes: dict[str, object], at: datetime, why: str) -> None:
    walk = event(**changes)
    async with database.transaction() as session:
        (person,) = await persons(session, 1)
        with pytest.raises(NoIntakeError) as error:
            await signing.sign_up(session, person, walk, walk.sittings[0], at)
        assert error.value.why == why
        assert await statuses(session) == []


async def full(session: AsyncSession, walk: Event, waiting: int) -> list[int]:
    """A sitting of one seat that is taken, and a line behind it."""
    found = await persons(session, 1 + waiting)
    for person in found:
        await signing.sign_up(session, person, walk, walk.sittings[-1], NOW)
    return found


async def test_a_freed_seat_is_offered_held_and_passed_on(database: Database) -> None:
    walk = event(hold_hours=5)
    catalog = {"walk": walk}
    async with database.transaction() as session:
        owner, second, third, late = [*await full(session, walk, 2), (await people.seen(session, 7, 7, NOW)).id]
        rows = await all_signups(session)
        await signing.withdraw(session, owner, rows[0].id, NOW)
        assert (await signing.sign_up(session, late, walk, walk.sittings[1], NOW)).status == WAITING, "no pushing in"
        rows = await all_signups(session)
        assert [s.status for s in rows] == [WITHDRAWN, OFFERED, WAITING, WAITING]
        assert rows[1].held_until == NOW + timedelta(hours=5)
        assert (rows[1].id, "offer") in await to_say(session)

        await signing.sweep(session, catalog, NOW + timedelta(hours=4, minutes=59))
        assert (await statuses(session))[1] == OFFERED
        await signing.sweep(session, catalog, NOW + timedelta(hours=5))
        assert await statuses(session) == [WITHDRAWN, LAPSED, OFFERED, WAITING]
        assert {(rows[1].id, "lapsed"), (rows[2].id, "offer")} <= set(await to_say(session))
        with pytest.raises(NoSignupError):
            await signing.accept(session, second, rows[1].id, NOW + timedelta(hours=5))
        taken = await signing.accept(session, third, rows[2].id, NOW + timedelta(hours=6))
        assert (taken.status, taken.seat, taken.held_until) == (GOING, 1, None)
        assert await signing.accept(session, third, rows[2].id, NOW + timedelta(hours=6)) is taken, "a second tap"
        await signing.sweep(session, catalog, NOW + timedelta(days=2))
        assert await statuses(session) == [WITHDRAWN, LAPSED, GOING, WAITING]


async def test_an_offer_made_at_night_is_held_from_the_morning(database: Database) -> None:
    walk = event(hold_hours=5)
    night = datetime(2026, 11, 24, 23, 0, tzinfo=SEOUL)
    async with database.transaction() as session:
        owner, _ = await full(session, walk, 1)
        await signing.withdraw(session, owner, (await all_signups(session))[0].id, night)
        await signing.sweep(session, {"walk": walk}, night)
        offered = (await all_signups(session))[1]
        assert offered.held_until == datetime(2026, 11, 25, 13, 0, tzinfo=SEOUL)


async def test_people_are_reminded_when_the_house_has_set(database: Database) -> None:
    walk = event(ROOM)
    terms = Terms(remind=(timedelta(hours=24), timedelta(hours=2)))
    later = {**ROOM, "starts": "2026-12-11T14:00", "ends": "2026-12-11T16:00"}
    async with database.transaction() as session:
        (person,) = await persons(session, 1)
        signup = await signing.sign_up(session, person, walk, walk.sittings[0], NOW, terms=terms)
        assert await to_say(session) == [(signup.id, "24h"), (signup.id, "2h")]
        await event_changes.sync(session, {"walk": event(later)}, NOW, terms)
        assert {name for _, name in await to_say(session)} == {"24h", "2h", "moved.1"}


@pytest.mark.parametrize(("starts", "offered"), [("09:00", False), ("09:30", False), ("09:31", True)])
async def test_a_seat_freed_at_night_is_offered_with_time_to_answer(
    database: Database, starts: str, offered: bool
) -> None:
    """Whoever is told at 8 needs half an hour to answer, and an hour to come."""
    walk = event({**ROOM, "starts": f"2026-12-10T{starts}"})
    night = datetime(2026, 12, 9, 23, 0, tzinfo=SEOUL)
    async with database.transaction() as session:
        owner, _ = await full(session, walk, 1)
        await signing.withdraw(session, owner, (await all_signups(session))[0].id, night)
        await signing.sweep(session, {"walk": walk}, night)
        assert await statuses(session) == [WITHDRAWN, OFFERED if offered else WAITING]
        new = (await people.seen(session, 7, 7, night)).id
        got = await signing.sign_up(session, new, walk, walk.sittings[0], night)
        assert got.status == (WAITING if offered else GOING), "else the seat would stay empty"


async def test_a_seat_waits_for_nobody_who_cannot_be_told(database: Database) -> None:
    walk = event()
    async with database.transaction() as session:
        owner, gone, _ = await full(session, walk, 2)
        person = await people.by_id(session, gone)
        assert person is not None
        await people.unreachable(session, person.chat_id, NOW)
        rows = await all_signups(session)
        await signing.withdraw(session, owner, rows[0].id, NOW)
        await signing.sweep(session, {"walk": walk}, NOW)
        assert await statuses(session) == [WITHDRAWN, WAITING, OFFERED]


async def test_nobody_is_offered_a_seat_too_late_to_come(database: Database) -> None:
    walk = event()
    begins = walk.sittings[1].starts
    async with database.transaction() as session:
        owner, _ = await full(session, walk, 1)
        rows = await all_signups(session)
        await signing.withdraw(session, owner, rows[0].id, begins - timedelta(hours=3))
        await signing.sweep(session, {"walk": walk}, begins - timedelta(hours=3))
        assert (await all_signups(session))[1].held_until == begins - timedelta(hours=1)
        await signing.sweep(session, {"walk": walk}, begins - timedelta(minutes=50))
        assert await statuses(session) == [WITHDRAWN, LAPSED]


async def test_erasing_a_person_frees_the_seat_for_the_next(database: Database) -> None:
    walk = event()
    async with database.transaction() as session:
        owner, _ = await full(session, walk, 1)
        assert (await personal_data.export(session, owner))["event_signups"][0]["sitting_key"] == "walk.b"
        await personal_data.erase(session, owner)
        await signing.sweep(session, {"walk": walk}, NOW)
        assert await statuses(session) == [OFFERED]


async def test_another_persons_sign_up_is_out_of_reach(database: Database) -> None:
    walk = event()
    async with database.transaction() as session:
        mine, other = await persons(session, 2)
        signup = await signing.sign_up(session, mine, walk, walk.sittings[0], NOW)
        for act in (signing.withdraw, signing.accept, signing.coming):
            with pytest.raises(NoSignupError):
                await act(session, other, signup.id, NOW)
            with pytest.raises(NoSignupError):
                await act(session, mine, 999_999, NOW)
        assert await statuses(session) == [GOING]


async def test_withdrawing_twice_and_coming(database: Database) -> None:
    walk = event()
    async with database.transaction() as session:
        (person,) = await persons(session, 1)
        signup = await signing.sign_up(session, person, walk, walk.sittings[0], NOW)
        assert (await signing.coming(session, person, signup.id, NOW)).coming_at == NOW
        await signing.withdraw(session, person, signup.id, NOW)
        await signing.withdraw(session, person, signup.id, NOW)
        assert await to_say(session) == [], "a withdrawn sign-up is not reminded of"
        assert await signing.of_person(session, person, NOW) == []
        with pytest.raises(NoSignupError):
            await signing.coming(session, person, signup.id, NOW)


async def synced(session: AsyncSession, walk: Event, now: datetime = NOW) -> bool:
    return await event_changes.sync(session, {"walk": walk}, now)


CHANGES: Mapping[str, tuple[Callable[[], Event], str]] = {
    "moved in time": (lambda: event({**ROOM, "starts": "2026-12-10T13:00"}), "moved.1"),
    "moved in place": (lambda: event({**ROOM, "place": {"name": "도서관"}}), "moved.1"),
    "called off": (lambda: event({**ROOM, "cancelled": "눈이 많이 와서"}), "cancelled"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_told_to_everybody_once(database: Database, change: str) -> None:
    make, name = CHANGES[change]
    async with database.transaction() as session:
        walk = event(ROOM)
        assert await synced(session, walk) and not await synced(session, walk)
        await full(session, walk, 1)
        assert await synced(session, make()), "the change is seen"
        assert not await synced(session, make()), "and seen once"
        said = await to_say(session)
        ids = [s.id for s in await all_signups(session)]
        assert [i for i, n in said if n == name] == ids
        going = ["48h", "3h"] if name != "cancelled" else []
        assert [n for i, n in said if i == ids[0] and n != name] == going
        assert await statuses(session) == ([CANCELLED] * 2 if name == "cancelled" else [GOING, WAITING])


async def test_reminders_follow_a_moved_sitting(database: Database) -> None:
    async with database.transaction() as session:
        walk = event(ROOM)
        await full(session, walk, 0)
        await synced(session, event({**ROOM, "starts": "2026-12-11T09:00", "ends": "2026-12-11T10:00"}))
        query = select(Reminder).where(Reminder.status == TO_SAY, Reminder.name == "48h")
        (reminder,) = (await session.scalars(query)).all()
        assert reminder.due_at == datetime(2026, 12, 9, 9, 0, tzinfo=SEOUL)


async def test_what_is_not_a_change_is_told_to_nobody(database: Database) -> None:
    async with database.transaction() as session:
        await full(session, event(ROOM), 1)
        assert await synced(session, event({**ROOM, "seats": 2}, about=({"text": "천천히 걸어요."},)))
        names = {name for _, name in await to_say(session)}
        assert names == {"48h", "3h"}
        await signing.sweep(session, {"walk": event({**ROOM, "seats": 2})}, NOW)
        assert await statuses(session) == [GOING, OFFERED], "a larger room is offered to who waits"


async def test_a_sitting_gone_from_the_catalog_keeps_its_people(database: Database) -> None:
    async with database.transaction() as session:
        await full(session, event(HALL, ROOM), 1)
        await synced(session, event(HALL))
        assert await statuses(session) == [GOING, WAITING]


async def test_a_called_off_sitting_takes_nobody(database: Database) -> None:
    """Another process may still have the catalog of yesterday."""
    walk = event(ROOM)
    async with database.transaction() as session:
        await synced(session, event({**ROOM, "cancelled": "비"}))
        (person,) = await persons(session, 1)
        with pytest.raises(NoIntakeError):
            await signing.sign_up(session, person, walk, walk.sittings[0], NOW)


async def test_sign_ups_are_forgotten_a_month_after(database: Database) -> None:
    walk = event(ROOM)
    async with database.transaction() as session:
        await full(session, walk, 1)
        ended = walk.sittings[0].ends
        await signing.sweep(session, {"walk": walk}, ended + timedelta(days=30))
        assert len(await statuses(session)) == 2
        await signing.sweep(session, {"walk": walk}, ended + timedelta(days=30, seconds=1))
        assert await statuses(session) == []
