"""How long booking takes: free times of a large center, and many reminders that are due at once."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.bench.figures import Spread
from bot.booking_messages import appointment_renderer
from bot.clock import SEOUL
from bot.jobs import REMINDERS_AT_ONCE
from bot.words import load_words
from counsel import appointments, reminders
from counsel.availability import Request, Wish
from counsel.cells import busy_cells
from counsel.kinds import KindName, default_kinds
from counsel.reminders import Due
from storage import appointments as store
from storage import migrate, outbox, people, staff
from storage.database import Database

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=SEOUL)
COUNSELORS, WEEKS, ROUNDS = 20, 8, 30
TAKEN = 4000
"""Talks that are booked already: half of what twenty counselors hold in eight weeks, an hour for each."""
WARM_UP = 5
DUE = 10_000
PEOPLE = 500
LIVE_EVERY_S = 0.02


async def measure_booking(folder: Path, due: int = DUE) -> dict[str, Any]:
    """Plain figures: milliseconds of offers, seconds of reminders handed over, and how long answers waited meanwhile.

    `folder` takes the databases that are made for it.
    """
    return {"offers": await measure_offers(folder), "reminders": await measure_reminders(folder, due)}


async def measure_offers(folder: Path) -> dict[str, Any]:
    """Three free times out of those of twenty counselors in eight weeks, read from the tables each time."""
    database = await _database(folder / "offers-bench.db")
    times: list[float] = []
    async with database.transaction() as session:
        await _furnish(session, TAKEN, minutes=60)
    for number in range(-WARM_UP, ROUNDS):
        wish = Wish(near=MONDAY + timedelta(days=abs(number) * WEEKS * 7 // ROUNDS, hours=number % 7))
        async with database.transaction() as session:
            began = time.perf_counter()
            found = await appointments.offers(session, Request(KindName.PHONE), wish, MONDAY, person_id=1)
            if number >= 0:
                times.append((time.perf_counter() - began) * 1000)
        if not found.slots:
            raise RuntimeError("nothing is free in the bench")
    await database.close()
    return {"counselors": COUNSELORS, "weeks": WEEKS, "taken": TAKEN, "ms": asdict(Spread.of(times))}


async def measure_reminders(folder: Path, due: int = DUE) -> dict[str, Any]:
    """So many reminders due at one moment, while every 20 ms an answer to somebody is stored."""
    database = await _database(folder / "reminders-bench.db")
    async with database.transaction() as session:
        for row in await _furnish(session, due, minutes=30):
            first = [Due("48h", MONDAY)]
            await reminders.plan(session, row.person_id, "appointment", row.id, 0, first, MONDAY, not_after=row.start)
    waits: list[float] = []
    answering = asyncio.create_task(_answer(database, waits))
    began = time.perf_counter()
    handed = await _hand_over(database)
    seconds = time.perf_counter() - began
    answering.cancel()
    async with database.transaction() as session:
        queued = (await outbox.counts(session)).get("queued", 0)
    await database.close()
    return {
        "due": handed,
        "queued": queued - len(waits),
        "seconds": round(seconds, 1),
        "answers": asdict(Spread.of(waits)),
    }


async def _hand_over(database: Database) -> int:
    renderers = {"appointment": appointment_renderer(load_words(), "이음")}
    handed, count = 0, REMINDERS_AT_ONCE
    while count == REMINDERS_AT_ONCE:
        async with database.transaction() as session:
            count = await reminders.hand_over(session, renderers, MONDAY, REMINDERS_AT_ONCE)
        handed += count
        await asyncio.sleep(0)
    return handed


async def _answer(database: Database, waits: list[float]) -> None:
    """Stores answers, and notes how long each had to wait for the database, in milliseconds."""
    while True:
        await asyncio.sleep(LIVE_EVERY_S)
        began = time.perf_counter()
        async with database.transaction() as session:
            await outbox.put(session, 1, [outbox.Call("send_message", {"text": "네."})], MONDAY)
        waits.append((time.perf_counter() - began) * 1000)


async def _database(file: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{file}")
    await migrate.upgrade(database)
    return database


async def _furnish(session: Any, talks: int, *, minutes: int) -> Sequence[store.Appointment]:
    """A center, its counselors, people, and so many talks that are booked."""
    center = {"id": "bench", "name": "가온센터", "address": "서울 마포구 가온길 1", "phone": "02-000-1000"}
    await staff.put_center(session, {**center, "rooms": None, "districts": [], "active": True})
    week = {str(day): [["09:00", "18:00"]] for day in range(5)}
    plan = {"week": week, "lunch": ["12:00", "13:00"], "days": {}}
    some: dict[str, Any] = {"skills": [], "languages": [], "districts": [], "a_day": None, "active": True}
    for number in range(COUNSELORS):
        who = {"id": f"bench{number:02}", "name": f"박○{number}", "center_id": "bench", "plan": plan}
        await staff.put_counselor(session, {**who, "kinds": [KindName.PHONE.value], **some})
    for number in range(PEOPLE):
        await people.seen(session, number + 1, number + 1, MONDAY)
    return [await _talk(session, number, minutes) for number in range(talks)]


async def _talk(session: Any, number: int, minutes: int) -> store.Appointment:
    kind = default_kinds()[KindName.PHONE]
    a_day = 8 * 60 // minutes
    round_, who = divmod(number, COUNSELORS)
    day, hour = divmod(round_, a_day)
    start = MONDAY.replace(hour=9) + timedelta(days=1 + day // 5 * 7 + day % 5, minutes=hour * minutes)
    first, last = busy_cells(start, kind)
    row = {
        "uid": f"bench{number}@ieum",
        "person_id": number % PEOPLE + 1,
        "kind": kind.name.value,
        "counselor_id": f"bench{who:02}",
        "center_id": "bench",
        "start": start,
        "end": start + kind.length,
        "busy_from": first,
        "busy_until": last,
        "status": store.BOOKED,
        "booked_at": MONDAY,
    }
    found = await store.take(session, row, [])
    if found is None:
        raise RuntimeError("the bench books a time twice")
    return found
