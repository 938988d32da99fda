"""The inbox and the leases: nothing twice, nothing lost, one chat served by one process."""

from datetime import timedelta

from storage import chats, updates
from storage.database import Database
from storage.updates import Arrival
from tests.support.clocks import StillClock

LENGTH = timedelta(seconds=30)
CAP = timedelta(seconds=8)


def arrival(update_id: int, chat_id: int | None = 1) -> Arrival:
    return Arrival(update_id, chat_id, "message", {"update_id": update_id, "message": {"text": "가"}})


async def put(database: Database, clock: StillClock, *arrivals: Arrival) -> int:
    async with database.transaction() as session:
        new = await updates.store(session, arrivals, clock.now())
        found = {a.chat_id for a in arrivals if a.chat_id is not None}
        await chats.due(session, dict.fromkeys(found, clock.now()), clock.now(), CAP)
    return new


async def claim(database: Database, clock: StillClock, owner: str, limit: int = 5) -> list[int]:
    async with database.transaction() as session:
        return [lease.chat_id for lease in await chats.claim(session, owner, clock.now(), LENGTH, limit)]


async def test_a_repeat_is_dropped_in_any_order(database: Database, clock: StillClock) -> None:
    assert await put(database, clock, arrival(10), arrival(11)) == 2
    assert await put(database, clock, arrival(11), arrival(9)) == 1
    async with database.transaction() as session:
        assert [u.update_id for u in await updates.waiting_in(session, 1)] == [10, 11, 9]


async def test_what_belongs_to_no_chat_is_parked(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1, None))
    async with database.transaction() as session:
        (parked,) = await updates.parked(session)
        assert parked.update_id == 1 and parked.error
        assert await updates.release(session, parked.id) is None


async def test_a_chat_is_served_by_one(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1, 1), arrival(2, 2))
    assert sorted(await claim(database, clock, "a")) == [1, 2]
    assert await claim(database, clock, "b") == []
    clock.move(seconds=31)
    assert sorted(await claim(database, clock, "b")) == [1, 2]


async def test_who_lost_the_lease_may_not_finish(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1))
    async with database.transaction() as session:
        (lease,) = await chats.claim(session, "slow", clock.now(), LENGTH)
    clock.move(seconds=31)
    assert await claim(database, clock, "quick") == [1]
    async with database.transaction() as session:
        assert not await chats.still_ours(session, lease, clock.now(), LENGTH)
        await chats.finish(session, lease, clock.now())
    assert await claim(database, clock, "third") == []


async def test_a_finished_chat_stays_due_while_something_waits(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1), arrival(2))
    async with database.transaction() as session:
        (lease,) = await chats.claim(session, "a", clock.now(), LENGTH)
        first = (await updates.waiting_in(session, 1))[0]
        await updates.answered(session, [first.id], clock.now())
        await chats.finish(session, lease, clock.now())
    assert await claim(database, clock, "a") == [1]
    async with database.transaction() as session:
        second = (await updates.waiting_in(session, 1))[0]
        await updates.answered(session, [second.id], clock.now())
        await chats.release_all(session, "a")
        (lease,) = await chats.claim(session, "a", clock.now(), LENGTH)
        await chats.finish(session, lease, clock.now())
    assert await claim(database, clock, "a") == []


async def test_words_go_when_answered_and_the_number_stays(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1))
    async with database.transaction() as session:
        (row,) = await updates.waiting_in(session, 1)
        await updates.answered(session, [row.id], clock.now())
    assert await put(database, clock, arrival(1)) == 0
    async with database.transaction() as session:
        await session.refresh(row := await session.get_one(updates.StoredUpdate, row.id))
        assert row.raw is None


async def test_texts_wait_for_each_other_but_not_for_ever(database: Database, clock: StillClock) -> None:
    window = timedelta(seconds=2)
    for _ in range(4):
        async with database.transaction() as session:
            await chats.due(session, {1: clock.now() + window}, clock.now(), CAP)
        assert await claim(database, clock, "a") == []
        clock.move(seconds=1.9)
    async with database.transaction() as session:
        await chats.due(session, {1: clock.now() + window}, clock.now(), CAP)
    assert await claim(database, clock, "a") == []
    clock.move(seconds=0.4)
    assert await claim(database, clock, "a") == [1]


async def test_a_chat_that_is_due_is_not_put_off_by_what_follows(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1))
    clock.move(seconds=1)
    async with database.transaction() as session:
        await chats.due(session, {1: clock.now() + timedelta(seconds=2)}, clock.now(), CAP)
    assert await claim(database, clock, "a") == [1]


async def test_a_claim_that_ran_out_is_known_in_its_own_process(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1))
    async with database.transaction() as session:
        (slow,) = await chats.claim(session, "a", clock.now(), LENGTH)
    clock.move(seconds=31)
    async with database.transaction() as session:
        (again,) = await chats.claim(session, "a", clock.now(), LENGTH)
        assert not await chats.still_ours(session, slow, clock.now(), LENGTH)
        await chats.finish(session, slow, clock.now())
        assert await chats.still_ours(session, again, clock.now(), LENGTH)


async def test_nothing_waits_for_a_clock_that_was_set_back(database: Database, clock: StillClock) -> None:
    async with database.transaction() as session:
        await updates.store(session, [arrival(1, 1), arrival(2, 2)], clock.now())
        await chats.due(session, dict.fromkeys((1, 2), clock.now() + timedelta(seconds=2)), clock.now(), CAP)
    clock.move(seconds=2)
    assert await claim(database, clock, "a", 1) == [1]
    clock.move(days=-300)
    assert sorted(await claim(database, clock, "b")) == [1, 2]


async def test_a_neighbours_clock_that_runs_ahead_takes_no_lease(database: Database, clock: StillClock) -> None:
    await put(database, clock, arrival(1))
    clock.move(seconds=5)
    assert await claim(database, clock, "ahead") == [1]
    clock.move(seconds=-5)
    assert await claim(database, clock, "a") == []


async def test_the_next_time_to_look(database: Database, clock: StillClock) -> None:
    async with database.transaction() as session:
        assert await chats.next_due(session) is None
        await updates.store(session, [arrival(1)], clock.now())
        await chats.due(session, {1: clock.now() + timedelta(seconds=2)}, clock.now(), CAP)
        assert await chats.next_due(session) == clock.now() + timedelta(seconds=2)
    clock.move(seconds=2)
    assert await claim(database, clock, "a") == [1]
    async with database.transaction() as session:
        assert await chats.next_due(session) is None
