"""Two hundred attempts at one time, out of two processes, chat and staff together: one wins, nobody meets an error."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.settings import ROOT
from counsel import appointments
from counsel.appointments import Actor
from counsel.kinds import KindName
from storage.appointments import Appointment
from storage.database import Database
from tests.counsel.test_appointment_machine import check_cells, check_times
from tests.support.staff import NOW, furnish, slot

pytestmark = pytest.mark.integration

WANTED = slot("11-24 14:00")


async def child() -> Process:
    command = [sys.executable, "-m", "tests.support.booking_child"]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE)


async def line(process: Process, sent: str | None = None) -> str:
    assert process.stdin is not None and process.stdout is not None
    if sent is not None:
        process.stdin.write(sent.encode() + b"\n")
    return (await asyncio.wait_for(process.stdout.readline(), 50)).decode()


async def together(plans: list[dict[str, Any]]) -> list[Any]:
    """Runs each plan in a process of its own, all beginning at once. What became of every attempt."""
    processes = [await child() for _ in plans]
    try:
        for process, plan in zip(processes, plans, strict=True):
            assert await line(process, json.dumps(plan)) == "ready\n"
        answers = await asyncio.gather(*(line(process, "go") for process in processes))
        return [one for answer in answers for one in json.loads(answer)]
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def booked(database: Database) -> list[Appointment]:
    async with database.transaction() as session:
        query = select(Appointment).where(Appointment.start == WANTED.start, Appointment.status.in_(("booked", "held")))
        return list(await session.scalars(query))


def plan_of(database: Database, people: list[tuple[int, str]], **more: Any) -> dict[str, Any]:
    return {"url": database.url, "code": WANTED.code, "now": NOW.isoformat(), "people": people, **more}


async def test_two_hundred_attempts_at_one_time(database: Database) -> None:
    people = await furnish(database, "kim", "lee", people=200)
    ways = [(who, "bot" if n % 4 else "staff") for n, who in enumerate(people)]
    found = await together([plan_of(database, ways[:100]), plan_of(database, ways[100:])])
    assert len(found) == 200
    assert found.count("won") == 1
    others = [one for one in found if one != "won"]
    assert all(isinstance(one, list) and one for one in others), [one for one in others if isinstance(one, str)]
    assert WANTED.code not in {code for one in others for code in one}
    assert len(await booked(database)) == 1


async def test_a_hold_that_ends_while_it_is_confirmed(database: Database) -> None:
    people = await furnish(database, "kim", people=60)
    async with database.transaction() as session:
        held = await appointments.hold(session, people[0], WANTED, NOW - timedelta(minutes=5))
    taps: list[tuple[int, str]] = [(people[0], "confirm")] * 20
    ways = [(who, "bot") for who in people[1:]]
    found = await together(
        [
            plan_of(database, taps + ways[:20], hold=held.id),
            plan_of(database, ways[20:], hold=held.id),
        ]
    )
    assert found.count("won") == 1
    assert all(isinstance(one, list) and one for one in found if one != "won"), found
    (row,) = await booked(database)
    assert row.person_id != people[0]


async def test_everybody_moves_at_once(database: Database) -> None:
    """Each of twelve goes after the others' times, again and again: nobody waits for each other, nothing overlaps."""
    people = await furnish(database, "kim", "lee", people=12, rooms=2)
    hours = [f"11-24 {hour}:00" for hour in ("09", "10", "11", "13", "14", "15")]
    slots = [slot(hour, who, KindName.CENTER) for hour in hours for who in ("kim", "lee")]
    free = [slot(f"11-24 {hour}:00", who, KindName.CENTER) for hour in ("16", "17") for who in ("kim", "lee")]
    async with database.transaction() as session:
        pairs = zip(people, slots, strict=True)
        rows = [await appointments.book(session, who, time, NOW, by=Actor.STAFF) for who, time in pairs]
    wanted = [*slots, *free]
    tries = [
        (row.person_id, f"move {row.id} {wanted[(n * 5 + step) % len(wanted)].code}")
        for step in range(6)
        for n, row in enumerate(rows)
    ]
    found = await together([plan_of(database, tries[::2]), plan_of(database, tries[1::2])])
    assert [one for one in found if isinstance(one, str) and one != "won"] == []
    async with database.transaction() as session:
        live = list(await session.scalars(select(Appointment).where(Appointment.status.in_(("booked", "held")))))
        check_times(live, rooms=2)
        await check_cells(session, live)
    assert len(live) == len(people)


async def test_the_reading_of_the_answers_can_fail(database: Database) -> None:
    (one, *_) = await furnish(database, "kim")
    (found,) = await together([plan_of(database, [(one, "confirm")], hold=99)])
    assert found.startswith("NoAppointmentError")
