"""The outbox: order within a chat, priorities, pauses, claims that run out, pace."""

from datetime import timedelta

from storage import chats, outbox
from storage.chats import Pace
from storage.database import Database
from storage.outbox import Call
from tests.support.clocks import StillClock

CLAIM = timedelta(seconds=40)


async def put(database: Database, clock: StillClock, chat: int, *texts: str, priority: int = outbox.ANSWER) -> None:
    async with database.transaction() as session:
        calls = [Call("send_message", {"text": t}) for t in texts]
        await outbox.put(session, chat, calls, clock.now(), priority=priority)


async def claim(database: Database, clock: StillClock, owner: str = "a", limit: int = 10) -> list[tuple[int, str]]:
    async with database.transaction() as session:
        rows = await outbox.claim(session, owner, clock.now(), CLAIM, limit)
        return [(row.id, (row.payload or {}).get("text", "")) for row in rows]


async def sent(database: Database, clock: StillClock, row_id: int) -> None:
    async with database.transaction() as session:
        await outbox.sent(session, row_id, 1, clock.now())


async def test_one_chat_in_order_many_at_once(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "하나", "둘")
    await put(database, clock, 2, "셋")
    first = await claim(database, clock)
    assert [text for _, text in first] == ["하나", "셋"]
    assert await claim(database, clock) == []
    await sent(database, clock, first[0][0])
    assert [text for _, text in await claim(database, clock)] == ["둘"]


async def test_answers_go_ahead_of_reminders(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "알림", priority=outbox.REMINDER)
    await put(database, clock, 2, "답")
    assert [text for _, text in await claim(database, clock, limit=1)] == ["답"]


async def test_a_dead_senders_row_is_taken_again_after_its_claim(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "하나")
    await claim(database, clock, "dead")
    clock.move(seconds=39)
    assert await claim(database, clock) == []
    clock.move(seconds=2)
    assert [text for _, text in await claim(database, clock)] == ["하나"]


async def test_words_go_when_sent(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "하나")
    ((row_id, _),) = await claim(database, clock)
    await sent(database, clock, row_id)
    async with database.transaction() as session:
        row = await session.get_one(outbox.Outgoing, row_id)
        assert row.status == outbox.SENT and row.payload is None


async def test_a_row_to_forget_is_gone_when_sent(database: Database, clock: StillClock) -> None:
    async with database.transaction() as session:
        await outbox.put(session, 1, [Call("send_message", {"text": "끝"}, forget=True)], clock.now())
    ((row_id, _),) = await claim(database, clock)
    await sent(database, clock, row_id)
    async with database.transaction() as session:
        assert await session.get(outbox.Outgoing, row_id) is None


async def test_the_same_key_twice_is_one_row(database: Database, clock: StillClock) -> None:
    for _ in range(2):
        async with database.transaction() as session:
            await outbox.put(session, 1, [Call("send_message", {"text": "한 번"}, key="k")], clock.now())
    assert len(await claim(database, clock)) == 1


async def test_a_paused_chat_waits_and_others_do_not(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "하나")
    await put(database, clock, 2, "둘")
    async with database.transaction() as session:
        await chats.due(session, {1: clock.now()}, clock.now(), timedelta())
        await chats.pause(session, 1, clock.now() + timedelta(seconds=3))
    assert [text for _, text in await claim(database, clock)] == ["둘"]
    clock.move(seconds=3)
    assert [text for _, text in await claim(database, clock)] == ["하나"]


PACE, OVERALL_PACE = Pace(per_second=1, burst=3), Pace(per_second=25, burst=5)


async def take(database: Database, clock: StillClock, *chats_: int) -> list[float]:
    """Seconds that each call has to wait."""
    async with database.transaction() as session:
        times = await chats.take_tokens(session, chats_, PACE, OVERALL_PACE, clock.now())
    return [round((at - clock.now()).total_seconds(), 2) if at else 0.0 for at in times]


async def test_tokens_come_back_with_time(database: Database, clock: StillClock) -> None:
    assert await take(database, clock, 1, 1, 1, 1) == [0, 0, 0, 1]
    assert await take(database, clock, 1) == [1]
    clock.move(seconds=1)
    assert await take(database, clock, 1, 1) == [0, 1]


async def test_the_whole_bot_has_a_pace_of_its_own(database: Database, clock: StillClock) -> None:
    assert await take(database, clock, 1, 2, 3, 4, 5, 6) == [0, 0, 0, 0, 0, 0.04]
    clock.move(seconds=0.04)
    assert await take(database, clock, 6, 7) == [0, 0.04]
    clock.move(hours=1)
    assert await take(database, clock, chats.OVERALL, *range(1, 6)) == [0, 0, 0, 0, 0, 0.04]


async def test_a_call_that_the_bot_may_not_make_costs_its_chat_nothing(database: Database, clock: StillClock) -> None:
    await take(database, clock, 1, 2, 3, 4, 5)
    assert await take(database, clock, 9, 9, 9) == [0.04, 0.04, 0.04]
    clock.move(seconds=1)
    assert await take(database, clock, 9, 9, 9, 9) == [0, 0, 0, 1]


async def test_tokens_survive_a_clock_that_is_set_back(database: Database, clock: StillClock) -> None:
    await take(database, clock, 1, 1, 1)
    clock.move(days=-30)
    assert await take(database, clock, 1) == [1]
    clock.move(seconds=1)
    assert await take(database, clock, 1) == [0]


async def test_nothing_waits_for_a_clock_that_was_set_back(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "하나")
    await put(database, clock, 2, "둘")
    async with database.transaction() as session:
        await chats.due(session, {2: clock.now()}, clock.now(), timedelta())
        await chats.take_tokens(session, [2], PACE, OVERALL_PACE, clock.now())
        await chats.pause(session, 2, clock.now() + timedelta(hours=1))
    assert [text for _, text in await claim(database, clock)] == ["하나"]
    clock.move(days=-300)
    assert [text for _, text in await claim(database, clock)] == ["하나", "둘"]


async def test_nothing_waits_for_a_clock_that_ran_ahead_for_a_while(database: Database, clock: StillClock) -> None:
    """The row is older than the time it is now; the time until which it waits was written by the clock ahead."""
    await put(database, clock, 1, "하나")
    ((row_id, _),) = await claim(database, clock)
    clock.move(days=30)
    async with database.transaction() as session:
        await outbox.later(session, row_id, clock.now() + timedelta(seconds=2), clock.now(), "TimedOut")
    assert await claim(database, clock) == []
    clock.move(days=-30, seconds=1)
    assert [text for _, text in await claim(database, clock)] == ["하나"]


async def test_waiting_on_request_is_no_failed_attempt(database: Database, clock: StillClock) -> None:
    await put(database, clock, 1, "하나")
    ((row_id, _),) = await claim(database, clock)
    async with database.transaction() as session:
        await outbox.later(session, row_id, clock.now(), clock.now(), "asked to wait", counts=False)
    async with database.transaction() as session:
        assert (await session.get_one(outbox.Outgoing, row_id)).attempts == 0
