"""The last seats of an event under 200 attempts at once: exactly the seats are given, all others wait, no errors."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from bot.settings import ROOT
from counsel import events as signing
from storage import people, personal_data
from storage.database import Database
from storage.events import GOING, OFFERED, WAITING, Signup
from tests.counsel.test_events import NOW, ROOM, event
from tests.support.databases import emptied

PEOPLE, SEATS = 200, 3
WALK = event({**ROOM, "seats": SEATS})


async def prepared(database: Database) -> list[int]:
    """Everybody who will try, and one seat already taken: the others are the last ones."""
    async with database.transaction() as session:
        found = [(await people.seen(session, 5000 + n, 5000 + n, NOW)).id for n in range(PEOPLE + 1)]
        await signing.sign_up(session, found[0], WALK, WALK.sittings[0], NOW)
    return found[1:]


async def attempts(database: Database, ids: list[int]) -> Counter[str]:
    """All of them at once, each in a transaction of its own, as turns are; every second one taps twice."""

    async def one(person: int) -> str:
        async with database.transaction() as session:
            return (await signing.sign_up(session, person, WALK, WALK.sittings[0], NOW)).status

    tries = [one(person) for person in ids for _ in range(1 + person % 2)]
    return Counter(await asyncio.gather(*tries))


async def check(database: Database, ids: list[int]) -> None:
    async with database.transaction() as session:
        rows = (await session.scalars(select(Signup).order_by(Signup.id))).all()
    assert Counter(row.status for row in rows) == {GOING: SEATS, WAITING: PEOPLE + 1 - SEATS}
    assert sorted(row.seat for row in rows if row.seat) == [*range(1, SEATS + 1)]
    assert len({row.person_id for row in rows}) == PEOPLE + 1, "everybody has exactly one place"
    assert {row.person_id for row in rows} >= set(ids)


async def test_one_process(database: Database) -> None:
    ids = await prepared(database)
    said = await attempts(database, ids)
    assert set(said) == {GOING, WAITING}
    await check(database, ids)


async def test_leaving_and_coming_at_once(database: Database) -> None:
    """Seats are given back, offered, erased and asked for at the same time: never more of them than there are."""
    ids = await prepared(database)
    await attempts(database, ids[:50])
    async with database.transaction() as session:
        rows = (await session.scalars(select(Signup).order_by(Signup.id))).all()

    async def leave(row: Signup) -> None:
        async with database.transaction() as session:
            if row.id % 3 == 0:
                await personal_data.erase(session, row.person_id)
            else:
                await signing.withdraw(session, row.person_id, row.id, NOW)

    async def sweep() -> None:
        async with database.transaction() as session:
            await signing.sweep(session, {"walk": WALK}, NOW)

    leavers = [*rows[:3], *rows[10:20]]
    await asyncio.gather(*(leave(row) for row in leavers), attempts(database, ids[50:]), *(sweep() for _ in range(5)))
    await sweep()
    async with database.transaction() as session:
        rows = (await session.scalars(select(Signup).order_by(Signup.id))).all()
    counts = Counter(row.status for row in rows)
    assert counts[GOING] + counts[OFFERED] == SEATS, "no seat lies empty while somebody waits"
    assert len([row for row in rows if row.status in (GOING, OFFERED, WAITING)]) == PEOPLE + 1 - len(leavers)
    offered = [row.id for row in rows if row.status == OFFERED]
    first = min(row.id for row in rows if row.status == WAITING)
    assert all(id_ < first for id_ in offered), "whoever waits longest is offered first"


async def test_two_processes(postgres_url: str) -> None:
    database = Database(postgres_url)
    try:
        await emptied(database)
        ids = await prepared(database)
        await asyncio.gather(*(_process(postgres_url, part) for part in (ids[::2], ids[1::2])))
        await check(database, ids)
    finally:
        await database.close()


async def _process(url: str, ids: list[int]) -> None:
    """A process of its own that makes its attempts and says how they ended."""
    words = [sys.executable, str(Path(__file__)), url, *map(str, ids)]
    run = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await run.communicate()
    assert run.returncode == 0, err.decode()[-2000:]
    assert set(out.decode().split()) <= {GOING, WAITING}


async def _alone(url: str, ids: list[int]) -> None:
    database = Database(url)
    try:
        print(*(await attempts(database, ids)))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_alone(sys.argv[1], [int(word) for word in sys.argv[2:]]))
