"""Any order of booking, holding, moving, cancelling, leave, new plans, waiting and erasing keeps what was promised."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.booking_messages import appointment_renderer, waiting_renderer
from bot.words import load_words
from counsel import appointments, leave, outcomes, reminders, waiting_list
from counsel.appointments import Actor
from counsel.availability import Request, Wish
from counsel.cells import SEOUL, Span, busy_cells, first_cell, last_cell
from counsel.errors import NoAppointmentError, SlotTakenError, TooLateError
from counsel.kinds import KindName
from counsel.outcomes import Outcome
from counsel.reminders import Renderer
from storage import appointments as store
from storage import outbox, personal_data, staff
from storage.appointments import Appointment, BookedCell
from storage.database import Database
from storage.outbox import Outgoing
from storage.reminders import Reminder
from storage.waiting import Waiter
from tests.support.databases import migrated
from tests.support.staff import KINDS, NOW, PLAN, counselor_row, furnish, make_people

REFUSALS = (SlotTakenError, TooLateError, NoAppointmentError)
COUNSELORS = ("kim", "lee")
TRIED = (KindName.PHONE, KindName.CENTER)
SHORT = {**PLAN, "week": {"0": [["09:00", "12:00"]], "1": [["09:00", "12:00"]], "2": [["13:00", "15:00"]]}}
numbers = st.integers(0, 11)


class Bookings(RuleBasedStateMachine):
    """Three people, two counselors, one room, and a clock that only goes forward."""

    template: Path
    loop: asyncio.AbstractEventLoop
    renderers: Mapping[str, Renderer]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "machine.db"
        shutil.copy(self.template, file)
        self.database = Database(f"sqlite+aiosqlite:///{file}")
        self.now = NOW
        self.people = [1, 2, 3]
        self.joined: set[int] = set()
        self.offers: set[tuple[int, str]] = set()

    def teardown(self) -> None:
        self.loop.run_until_complete(self.database.close())
        self.folder.cleanup()

    def does(self, act: Callable[[Any], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            async with self.database.transaction() as session:
                try:
                    return await act(session)
                except REFUSALS as refused:
                    return refused

        return self.loop.run_until_complete(run())

    async def _pick(self, session: Any, number: int, statuses: tuple[str, ...]) -> Appointment | None:
        rows = list(
            await session.scalars(select(Appointment).where(Appointment.status.in_(statuses)).order_by(Appointment.id))
        )
        return rows[number % len(rows)] if rows else None

    async def _slot(self, session: Any, kind: KindName, number: int) -> Any:
        free = await appointments.free_times(session, Request(kind), self.now)
        return free[number % len(free)] if free else None

    @rule(who=numbers, kind=st.sampled_from(TRIED), number=numbers, staff_books=st.booleans())
    def books(self, who: int, kind: KindName, number: int, staff_books: bool) -> None:
        person = self.people[who % 3]

        async def act(session: Any) -> None:
            slot = await self._slot(session, kind, number)
            if slot is None:
                return
            if staff_books:
                await appointments.book(session, person, slot, self.now, by=Actor.STAFF)
            else:
                await appointments.hold(session, person, slot, self.now, request=Request(kind))

        self.does(act)

    @rule(number=numbers, other=numbers)
    def takes_what_is_taken(self, number: int, other: int) -> None:
        async def act(session: Any) -> None:
            row = await self._pick(session, number, (store.HELD, store.BOOKED))
            if row is not None:
                person = self.people[other % 3]
                await appointments.book(session, person, appointments.as_slot(row), self.now, by=Actor.STAFF)

        self.does(act)

    @rule(number=numbers)
    def confirms(self, number: int) -> None:
        async def act(session: Any) -> None:
            row = await self._pick(session, number, (store.HELD, store.EXPIRED))
            if row is not None:
                was = row.purpose
                await appointments.confirm(session, row.person_id, row.id, self.now)
                if was == "waiting":
                    self.joined.discard(row.person_id)

        self.does(act)

    @rule(number=numbers, to=numbers, asks=st.booleans())
    def moves(self, number: int, to: int, asks: bool) -> None:
        async def act(session: Any) -> None:
            row = await self._pick(session, number, (store.BOOKED, store.DISPLACED))
            if row is None:
                return
            request = Request(KindName(row.kind))
            free = await appointments.free_times(session, request, self.now, person_id=row.person_id, moving=row.id)
            if free and asks:
                slot = free[to % len(free)]
                await appointments.hold(session, row.person_id, slot, self.now, moving=row.id)
            elif free:
                await appointments.move(session, row.id, free[to % len(free)], self.now, by=Actor.STAFF)

        self.does(act)

    @rule(number=numbers, by=st.sampled_from(list(Actor)))
    def cancels(self, number: int, by: Actor) -> None:
        async def act(session: Any) -> None:
            row = await self._pick(session, number, (store.BOOKED, store.DISPLACED))
            if row is not None:
                await appointments.cancel(session, row.id, self.now, by=by)

        self.does(act)

    @rule(who=st.sampled_from(COUNSELORS), day=st.integers(0, 4), days=st.sampled_from([1, 1, 3]))
    def goes_on_leave(self, who: str, day: int, days: int) -> None:
        start = self.now.replace(hour=0, minute=0) + timedelta(days=day)
        self.does(lambda s: leave.counselor_leaves(s, who, Span(start, start + timedelta(days=days)), self.now))

    @rule(who=st.sampled_from(COUNSELORS), plan=st.sampled_from([PLAN, SHORT]), a_day=st.sampled_from([None, 2]))
    def changes_plan(self, who: str, plan: Any, a_day: int | None) -> None:
        self.does(lambda session: staff.put_counselor(session, counselor_row(who, plan=plan, a_day=a_day)))

    @rule(who=numbers, day=st.integers(0, 3), kind=st.sampled_from(TRIED), any_day=st.booleans())
    def waits(self, who: int, day: int, kind: KindName, any_day: bool) -> None:
        person = self.people[who % 3]
        start = self.now.replace(hour=9, minute=0) + timedelta(days=day)
        wish = Wish() if any_day else Wish((Span(start, start + timedelta(hours=4)),))
        self.does(lambda session: waiting_list.join(session, person, Request(kind), wish, self.now))
        self.joined.add(person)

    @rule(number=numbers, leaves=st.booleans())
    def refuses_an_offer(self, number: int, leaves: bool) -> None:
        async def act(session: Any) -> None:
            rows = list(await session.scalars(select(Waiter).where(Waiter.status == "waiting").order_by(Waiter.id)))
            if rows:
                row = rows[number % len(rows)]
                refuse = waiting_list.leave if leaves else waiting_list.decline
                await refuse(session, row.person_id, row.id, self.now)

        self.does(act)

    @rule(number=numbers, outcome=st.sampled_from(list(Outcome)))
    def is_marked(self, number: int, outcome: Outcome) -> None:
        async def act(session: Any) -> None:
            row = await self._pick(session, number, (store.BOOKED, store.DISPLACED, store.MISSED))
            if row is not None:
                await outcomes.mark(session, row.id, outcome, self.now)

        self.does(act)

    @rule(who=numbers)
    def is_erased(self, who: int) -> None:
        async def act(session: Any) -> None:
            gone = self.people[who % 3]
            await personal_data.erase(session, gone)
            self.joined.discard(gone)
            self.people[who % 3] = (await make_people(session, 3, self.now))[who % 3]

        if who == 0:
            self.does(act)

    @rule(minutes=st.sampled_from([1, 6, 45, 130, 600, 1440]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

        async def act(session: Any) -> None:
            await leave.sweep(session, self.now)
            await reminders.hand_over(session, self.renderers, self.now)
            assert await store.displaced_alone(session) == [], "displaced and forgotten"
            assert await store.expired(session, self.now) == []

        self.does(act)

    @rule()
    def the_sender_sends(self) -> None:
        async def act(session: Any) -> None:
            for row in await session.scalars(select(Outgoing).where(Outgoing.status == "queued")):
                assert not reminders.is_quiet(row.created_at)
                await outbox.sent(session, row.id, 1, self.now)

        if not reminders.is_quiet(self.now):
            self.does(act)

    @invariant()
    def what_was_promised_holds(self) -> None:
        self.does(self._check)

    async def _check(self, session: Any) -> None:
        query = select(Appointment).where(Appointment.status.in_((store.HELD, store.BOOKED)))
        live = list(await session.scalars(query.order_by(Appointment.start)))
        check_times(live)
        await check_cells(session, live)
        await check_reminders(session)
        await self._check_waiters(session)

    async def _check_waiters(self, session: Any) -> None:
        for row in await session.scalars(select(Waiter)):
            if row.hold_id is not None:
                held = await store.by_id(session, row.hold_id)
                assert held is not None and held.status == store.HELD and held.person_id == row.person_id
            if row.status == "passed":
                assert row.until is not None and row.until <= self.now, "given up too early"
            assert (row.status == "waiting") or row.hold_id is None
        waits = set(await session.scalars(select(Waiter.person_id).where(Waiter.status == "waiting")))
        told = set(await session.scalars(select(Waiter.person_id).where(Waiter.status.in_(("done", "left", "passed")))))
        assert self.joined <= waits | told, "somebody who waited is lost"
        offered = list(
            await session.execute(
                select(Reminder.person_id, Reminder.name, Reminder.due_at).where(
                    Reminder.subject == "waiting", Reminder.name.startswith("offer")
                )
            )
        )
        days = [(row[0], row[2].astimezone(SEOUL).date()) for row in offered]
        assert len(days) == len(set(days)), "two offers on one day"


def check_times(live: list[Appointment], rooms: int = 1) -> None:
    for who in COUNSELORS:
        own = [row for row in live if row.counselor_id == who]
        spans = sorted(
            (*busy_cells(row.start, KINDS[KindName(row.kind)]), row.id, row.moves_id or row.id) for row in own
        )
        for before, after in pairwise(spans):
            assert before[1] < after[0] or before[3] == after[3], "two talks at one time"
    for person in {row.person_id for row in live}:
        spans = sorted((row.start, row.end, 0, row.moves_id or row.id) for row in live if row.person_id == person)
        for before, after in pairwise(spans):
            assert before[1] <= after[0] or before[3] == after[3], "a person in two places"
    in_rooms = [row for row in live if row.kind == "center"]
    for row in in_rooms:
        others = {o.moves_id or o.id for o in in_rooms if o.start < row.end and row.start < o.end}
        assert len(others) <= rooms, "more talks than rooms"


async def check_cells(session: Any, live: list[Appointment]) -> None:
    rows = list(await session.execute(select(BookedCell.appointment_id, BookedCell.resource, BookedCell.cell)))
    assert {row[0] for row in rows} <= {row.id for row in live}, "cells of the dead"
    have = {(row[1], row[2]) for row in rows}
    for row in live:
        first, last = busy_cells(row.start, KINDS[KindName(row.kind)])
        assert {(f"c:{row.counselor_id}", cell) for cell in range(first, last + 1)} <= have
        talk = range(first_cell(row.start), last_cell(row.end) + 1)
        assert {(f"p:{row.person_id}", cell) for cell in talk} <= have


async def check_reminders(session: Any) -> None:
    for row in await session.scalars(select(Reminder).where(Reminder.subject == "appointment", Reminder.version >= 0)):
        about = await store.by_id(session, row.subject_id)
        alive = about is not None and about.status == store.BOOKED and about.sequence == row.version
        over = about is not None and about.status in (store.MET, store.MISSED, store.EXCUSED, store.CANCELLED_BY_US)
        if row.status == "waiting":
            assert alive or over, "a reminder of something dead waits"
        if row.status == "queued":
            query = select(Outgoing.id).where(Outgoing.key == row.key, Outgoing.status == "queued")
            assert alive or over or await session.scalar(query) is None, "a reminder of something dead would be sent"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("machine") / "template.db"

    async def make() -> None:
        async with migrated(f"sqlite+aiosqlite:///{file}") as database:
            assert await furnish(database, *COUNSELORS) == [1, 2, 3]

    loop = asyncio.new_event_loop()
    loop.run_until_complete(make())
    loop.close()
    return file


def test_any_order_keeps_what_was_promised(template: Path) -> None:
    loop = asyncio.new_event_loop()
    words = load_words()
    renderers = {"appointment": appointment_renderer(words, "이음"), "waiting": waiting_renderer(words)}
    Machine = type("Machine", (Bookings,), {"template": template, "loop": loop, "renderers": renderers})  # noqa: N806
    try:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
    finally:
        loop.close()


def test_an_overlap_would_be_seen() -> None:
    def talk(number: int, start: datetime) -> Appointment:
        end = start + KINDS[KindName.PHONE].length
        return Appointment(id=number, person_id=number, kind="phone", counselor_id="kim", start=start, end=end)

    check_times([talk(1, NOW), talk(2, NOW + timedelta(minutes=40))])
    with pytest.raises(AssertionError, match="two talks"):
        check_times([talk(1, NOW), talk(2, NOW + timedelta(minutes=30))])
