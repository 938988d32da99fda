"""What a dead process had claimed is free again within seconds; a living one keeps what it has."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.pulse import SILENCE, Pulse
from storage import chats, leases, outbox, updates
from storage.database import Database
from storage.outbox import Call
from storage.updates import Arrival
from tests.support.clocks import StillClock

LENGTH = timedelta(hours=1)


@pytest.fixture
async def claimed(database: Database, clock: StillClock) -> AsyncIterator[Database]:
    """A process "host:1:a" that has claimed a chat, a row and the intake, for an hour."""
    now = clock.now()
    async with database.transaction() as session:
        await updates.store(session, [Arrival(1, 5, "message", {})], now)
        await chats.due(session, {5: now}, now, timedelta())
        await chats.claim(session, "host:1:a", now, LENGTH)
        await outbox.put(session, 5, [Call("send_message", {"text": "가"})], now)
        await outbox.claim(session, "host:1:a", now, LENGTH, 1)
        await leases.take(session, "intake", "host:1:a", now, LENGTH)
    await Pulse(database, clock, "host:1:a").beat()
    yield database


async def free(database: Database, clock: StillClock) -> tuple[int, int, bool]:
    """How many chats and rows another process can claim, and whether it can take the intake."""
    async with database.transaction() as session:
        served = await chats.claim(session, "host:2:b", clock.now(), LENGTH, 9)
        rows = await outbox.claim(session, "host:2:b", clock.now(), LENGTH, 9)
        return len(served), len(rows), await leases.take(session, "intake", "host:2:b", clock.now(), LENGTH)


async def test_a_living_process_keeps_what_it_claimed(claimed: Database, clock: StillClock) -> None:
    for _ in range(10):
        clock.move(seconds=5)
        await Pulse(claimed, clock, "host:1:a").beat()
        await Pulse(claimed, clock, "host:2:b").beat()
    assert await free(claimed, clock) == (0, 0, False)


async def test_a_dead_ones_work_is_taken_over(claimed: Database, clock: StillClock) -> None:
    clock.move(seconds=SILENCE.total_seconds() + 1)
    assert await free(claimed, clock) == (0, 0, False)
    await Pulse(claimed, clock, "host:2:b").beat()
    assert await free(claimed, clock) == (1, 1, True)


async def test_who_ends_in_order_leaves_chats_and_intake_at_once(claimed: Database, clock: StillClock) -> None:
    """A row that is being sent is not given back: whoever ends in order has marked what it sent."""
    await Pulse(claimed, clock, "host:1:a").end()
    assert await free(claimed, clock) == (1, 0, True)


async def test_a_sleeper_that_wakes_gives_signs_again(claimed: Database, clock: StillClock) -> None:
    clock.move(minutes=5)
    other, sleeper = Pulse(claimed, clock, "host:2:b"), Pulse(claimed, clock, "host:1:a")
    await other.beat()
    await sleeper.beat()
    async with claimed.transaction() as session:
        assert await leases.take(session, "intake", "host:1:a", clock.now(), LENGTH)
    clock.move(seconds=5)
    await other.beat()
    async with claimed.transaction() as session:
        assert not await leases.take(session, "intake", "host:2:b", clock.now(), LENGTH)


async def test_names_that_begin_alike_are_not_mixed_up(claimed: Database, clock: StillClock) -> None:
    await Pulse(claimed, clock, "host:1:ab").beat()
    await Pulse(claimed, clock, "host:1:ab").end()
    assert await free(claimed, clock) == (0, 0, False)


async def test_the_first_of_a_single_process_forgets_earlier_ones(claimed: Database, clock: StillClock) -> None:
    async with claimed.transaction() as session:
        await Pulse(claimed, clock, "host:2:b").forget_others(session)
    clock.move(days=1)
    async with claimed.transaction() as session:
        assert await leases.run_out(session, "process:", clock.now()) == []
