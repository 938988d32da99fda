"""Whoever changes bookings locks them all before a single row: in one order, nobody waits for each other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select

from counsel import appointments, leave, outcomes, waiting_list
from counsel.appointments import Actor
from counsel.availability import Request, Wish
from counsel.cells import Span
from counsel.kinds import KindName
from counsel.outcomes import Outcome
from storage import staff
from storage.appointments import Appointment
from storage.database import Database
from storage.waiting import Waiter
from tests.support.databases import emptied
from tests.support.staff import NOW, at, furnish, slot

ACTS: dict[str, Callable[[Any, Any], Awaitable[Any]]] = {
    "mark": lambda s, p: outcomes.mark(s, p.booked.id, Outcome.CANCELLED_BY_US, NOW),
    "cancel": lambda s, p: appointments.cancel(s, p.booked.id, NOW, by=Actor.STAFF),
    "move": lambda s, p: appointments.move(s, p.booked.id, slot("11-26 10:00"), NOW, by=Actor.STAFF),
    "hold": lambda s, p: appointments.hold(s, p.three, slot("11-26 10:00"), NOW),
    "release": lambda s, p: appointments.release(s, p.three, p.held.id, NOW),
    "confirm": lambda s, p: appointments.confirm(s, p.three, p.held.id, NOW),
    "wait": lambda s, p: waiting_list.join(s, p.two, Request(KindName.PHONE), Wish(), NOW),
    "decline": lambda s, p: waiting_list.decline(s, p.two, p.waits.id, NOW),
    "leave": lambda s, p: waiting_list.leave(s, p.two, p.waits.id, NOW),
    "away": lambda s, p: leave.counselor_leaves(s, "kim", Span(at("11-24 00:00"), at("11-25 00:00")), NOW),
    "sweep": lambda s, p: leave.sweep(s, at("11-23 11:00")),
}


class People:
    """Who has what: the first a booking, the second a place on the list, the third a hold."""

    booked: Appointment
    waits: Waiter
    held: Appointment
    two: int
    three: int


@pytest.fixture
async def postgresql(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    try:
        await emptied(database)
        yield database
    finally:
        await database.close()


@pytest.mark.parametrize("act", ACTS)
async def test_all_bookings_are_locked_before_any_row(postgresql: Database, act: str) -> None:
    people = People()
    one, people.two, people.three = await furnish(postgresql, "kim", "lee")
    async with postgresql.transaction() as session:
        people.booked = await appointments.book(session, one, slot("11-24 14:00"), NOW, by=Actor.STAFF)
        people.held = await appointments.hold(session, people.three, slot("11-25 14:00"), NOW)
        wish = Wish((Span(at("11-24 14:00"), at("11-24 14:01")),))
        people.waits = await waiting_list.join(
            session, people.two, Request(KindName.PHONE, counselor_id="kim"), wish, NOW
        )

    async def acts() -> None:
        async with postgresql.transaction() as session:
            await ACTS[act](session, people)

    async with postgresql.transaction() as session:
        await staff.lock_bookings(session)
        other = asyncio.create_task(acts())
        done, _ = await asyncio.wait([other], timeout=0.5)
        assert not done, "it does not wait for the lock"
        for table in (Appointment, Waiter):
            # Raises where the other has locked one of them.
            assert (await session.scalars(select(table).with_for_update(nowait=True))).all()
    await asyncio.wait_for(other, 10)
