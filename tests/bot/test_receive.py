"""The one path of every update: merged, in order, each once; what fails is tried again, then parked with an apology."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from bot import receive
from bot.incoming import arrival
from bot.receive import Workers
from bot.services import Services
from knowledge.catalog import Catalog
from storage import cases, chats, outbox, people, updates
from storage.chats import Lease
from storage.database import Database, UnavailableError
from storage.outbox import Outgoing
from storage.turns import TurnRecord
from storage.updates import ANSWERED, PARKED, WAITING, Arrival, StoredUpdate
from tests.support import telegram
from tests.support.clocks import StillClock
from tests.support.standins import QuickUnderstander, quick_services
from tests.support.waiting import until

JA = 680001
LENGTH = timedelta(seconds=30)
PHOTO = {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}]}


@dataclass
class Hall:
    """Updates in, answers out, with a clock that stands."""

    services: Services
    understander: QuickUnderstander
    clock: StillClock
    said: dict[int, list[str]] = field(default_factory=dict)

    async def comes(self, *raws: dict[str, Any]) -> None:
        found = [arrival(raw) for raw in raws]
        await receive.store(self.services, [a for a in found if a is not None])

    async def claims(self, owner: str = "test") -> list[Lease]:
        async with self.services.database.transaction() as session:
            return await chats.claim(session, owner, self.clock.now(), LENGTH, 9)

    async def serves(self, after_s: float = 3.0) -> int:
        """Serves until nothing is due any more; how many times something was served."""
        self.clock.move(seconds=after_s)
        count = 0
        while leases := await self.claims():
            for lease in leases:
                await receive.serve(self.services, lease)
                count += 1
            assert count < 50
        return count

    async def turns(self) -> list[str]:
        """The kinds of all turns so far."""
        async with self.services.database.transaction() as session:
            return list(await session.scalars(select(TurnRecord.kind).order_by(TurnRecord.id)))

    async def calls(self, chat: int = JA) -> list[Outgoing]:
        async with self.services.database.transaction() as session:
            return list(await session.scalars(select(Outgoing).where(Outgoing.chat_id == chat).order_by(Outgoing.id)))

    async def texts(self, chat: int = JA) -> list[str]:
        return [(row.payload or {})["text"] for row in await self.calls(chat) if row.method == "send_message"]

    async def rows(self) -> list[StoredUpdate]:
        async with self.services.database.transaction() as session:
            return list(await session.scalars(select(StoredUpdate).order_by(StoredUpdate.id)))

    async def statuses(self) -> list[str]:
        return [row.status for row in await self.rows()]


@pytest.fixture
def hall(database: Database, clock: StillClock, catalog: Catalog) -> Hall:
    understander = QuickUnderstander()
    return Hall(quick_services(database, clock, catalog, understander=understander), understander, clock)


async def test_what_comes_in_is_answered_and_forgotten(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "안녕하세요"))
    assert await hall.serves() == 1
    (row,) = await hall.rows()
    assert (row.status, row.raw) == (ANSWERED, None) and len(await hall.texts()) >= 1


async def test_texts_that_follow_each_other_are_read_together(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "저기"))
    hall.clock.move(seconds=1.5)
    await hall.comes(telegram.says(JA, "그거 지원금 있잖아요"))
    assert await hall.serves(1.9) == 0
    await hall.serves(0.2)
    assert hall.understander.asked[0] == "저기\n그거 지원금 있잖아요" and await hall.turns() == ["text"]
    assert await hall.statuses() == [ANSWERED, ANSWERED]


async def test_a_late_second_half_is_a_turn_of_its_own(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "지원금 얼마예요"))
    await hall.serves(2.1)
    await hall.comes(telegram.says(JA, "고마워요"))
    await hall.serves(2.1)
    assert await hall.turns() == ["text", "text"]


async def test_what_was_written_long_apart_is_not_read_together(hall: Hall) -> None:
    """After hours without us, everything comes at once; only what was written at once belongs together."""
    raws = [telegram.says(JA, text) for text in ("저기", "지원금 얼마예요", "고마워요")]
    raws[2]["message"]["date"] += 600
    await hall.comes(*raws)
    await hall.serves()
    assert hall.understander.asked[0] == "저기\n지원금 얼마예요" and await hall.turns() == ["text", "text"]


async def test_without_a_window_every_text_is_a_turn(database: Database, clock: StillClock, catalog: Catalog) -> None:
    understander = QuickUnderstander()
    services = quick_services(database, clock, catalog, understander=understander, merge=timedelta())
    hall = Hall(services, understander, clock)
    await hall.comes(telegram.says(JA, "저기"), telegram.says(JA, "지원금 얼마예요"))
    await hall.serves()
    assert await hall.turns() == ["text", "text"]


async def test_a_text_that_comes_while_one_is_answered_waits_for_its_second_half(hall: Hall) -> None:
    """Between claim and answer a first half comes in; its second half, a second later, belongs to it."""
    await hall.comes(telegram.says(JA, "안녕하세요"))
    hall.clock.move(seconds=2.5)
    (lease,) = await hall.claims()
    hall.understander.gate = asyncio.Event()
    serving = asyncio.create_task(receive.serve(hall.services, lease))
    await until(lambda: len(hall.understander.asked) == 1)
    await hall.comes(telegram.says(JA, "저기"))
    hall.understander.gate.set()
    await serving
    assert await hall.serves(1.0) <= 1
    await hall.comes(telegram.says(JA, "지원금 얼마예요"))
    await hall.serves(1.5)
    await hall.serves(1.5)
    assert hall.understander.asked == ["안녕하세요", "저기\n지원금 얼마예요"]


async def test_whoever_never_stops_writing_is_answered_all_the_same(hall: Hall) -> None:
    for n in range(8):
        await hall.comes(telegram.says(JA, f"그리고 {n}"))
        if served := await hall.serves(1.5):
            break
    assert served and n >= 4


async def test_a_tap_or_a_command_waits_for_nothing(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "/start"))
    assert await hall.serves(0) == 1
    await hall.comes(telegram.taps(JA, "v1:menu:show:"))
    assert await hall.serves(0) == 1


async def test_a_tap_after_a_text_ends_the_waiting_and_comes_second(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "지원금 얼마예요"), telegram.taps(JA, "v1:menu:show:"))
    await hall.comes(telegram.says(JA, "고마워요"))
    await hall.serves(0)
    assert await hall.turns() == ["text", "tap"]
    await hall.serves(2.1)
    assert await hall.turns() == ["text", "tap", "text"]


async def test_edits_commands_and_other_peoples_texts_are_not_read_together(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "하나"), telegram.edits(JA, "하나요"), telegram.says(JA, "/help"))
    await hall.comes(telegram.says(JA + 1, "둘"))
    await hall.serves()
    assert sorted(hall.understander.asked)[:1] != ["하나\n하나요"] and len(await hall.turns()) == 4


async def test_an_album_is_answered_once(hall: Hall) -> None:
    def picture(**more: Any) -> dict[str, Any]:
        return telegram.update(message=telegram.message(JA, **PHOTO, media_group_id="7", **more))

    await hall.comes(picture(caption="이 서류예요"), picture())
    hall.clock.move(seconds=1)
    await hall.comes(picture())
    assert await hall.serves(1.5) == 0
    await hall.serves(1)
    assert await hall.turns() == ["photo"] and await hall.statuses() == [ANSWERED] * 3


async def test_a_redelivered_update_is_answered_once(hall: Hall) -> None:
    raw = telegram.says(JA, "안녕하세요")
    for _ in range(3):
        await hall.comes(raw)
        await hall.serves()
    assert await hall.turns() == ["text"]


async def test_many_chats_each_in_order(hall: Hall) -> None:
    for n in range(3):
        for chat in range(JA, JA + 5):
            await hall.comes(telegram.says(chat, f"/start {n}"))
    await hall.serves()
    by_chat: dict[int, list[int]] = {}
    for row in sorted(await hall.rows(), key=lambda r: (r.answered_at, r.id)):
        by_chat.setdefault(row.chat_id or 0, []).append(row.update_id)
    assert len(by_chat) == 5 and all(ids == sorted(ids) for ids in by_chat.values())


async def test_a_failing_turn_is_tried_three_times_then_parked_with_one_apology_and_a_case(hall: Hall) -> None:
    hall.understander.failing = RuntimeError("우리 딸이 한 말")
    await hall.comes(telegram.says(JA, "지원금 얼마예요"))
    for attempt in (1, 2):
        await hall.serves()
        assert [(r.status, r.attempts) for r in await hall.rows()] == [(WAITING, attempt)]
        assert await hall.texts() == []
    await hall.serves()
    await hall.serves()
    (row,) = await hall.rows()
    assert (row.status, row.error) == (PARKED, "RuntimeError") and row.raw is not None
    (sorry,) = await hall.texts()
    assert sorry == hall.services.words.say("menu.sorry").text
    async with hall.services.database.transaction() as session:
        (case,) = await cases.queue(session)
        assert case.why == "failed_turn"
    hall.understander.failing = None
    await hall.comes(telegram.says(JA, "고마워요"))
    await hall.serves()
    assert await hall.statuses() == [PARKED, ANSWERED]


async def test_a_failed_turn_leaves_nothing_behind_and_no_words_in_the_log(
    hall: Hall, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("우리 딸 전화번호")

    monkeypatch.setattr("bot.answer._record", breaks)
    await hall.comes(telegram.says(JA, "우리 딸 전화번호는요"))
    await hall.serves()
    assert await hall.calls() == [] and await hall.turns() == []
    async with hall.services.database.transaction() as session:
        assert await people.by_chat(session, JA) is None
    assert "failed (RuntimeError)" in caplog.text and "전화번호" not in caplog.text


async def test_a_chat_never_hangs_on_one_message_even_without_an_apology(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError

    hall.understander.failing = RuntimeError()
    monkeypatch.setattr("bot.answer.counsel_cases.open_case", breaks)
    await hall.comes(telegram.says(JA, "하나"))
    for _ in range(3):
        await hall.serves()
    assert await hall.statuses() == [PARKED]


UNREADABLE: list[tuple[dict[str, Any], bool]] = [
    ({"message": {"chat": {"id": JA, "type": "private"}, "message_id": 1, "date": "yesterday"}}, True),
    ({"callback_query": {"id": 7, "from": telegram.user(JA), "chat_instance": "1"}}, True),
    ({"message": {"chat": {"id": -5, "type": "group"}, "message_id": 1, "date": "yesterday"}}, False),
    ({"my_chat_member": {"chat": {"id": JA, "type": "private"}}}, False),
    ({"edited_message": {"chat": {"id": JA, "type": "private"}, "date": "yesterday"}}, False),
]


@pytest.mark.parametrize(("body", "is_told"), UNREADABLE)
async def test_the_unreadable_is_parked_and_the_person_told(hall: Hall, body: dict[str, Any], is_told: bool) -> None:
    await hall.comes(telegram.update(**body), telegram.says(JA, "안녕하세요"))
    await hall.serves()
    assert sorted(await hall.statuses()) == [ANSWERED, PARKED]
    sorry = hall.services.words.say("menu.sorry").text
    assert (await hall.texts()).count(sorry) == int(is_told)


async def test_an_update_of_two_chats_is_served_in_neither(hall: Hall) -> None:
    raw = telegram.says(JA, "가") | {"callback_query": telegram.taps(JA + 1, "v1:menu:show:")["callback_query"]}
    await hall.comes(raw)
    await hall.serves()
    assert await hall.statuses() == [PARKED] and await hall.calls(JA + 1) == []


async def test_who_lost_the_lease_keeps_quiet(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "안녕하세요"))
    hall.clock.move(seconds=3)
    (slow,) = await hall.claims("slow")
    hall.understander.gate = asyncio.Event()
    serving = asyncio.create_task(receive.serve(hall.services, slow))
    await until(lambda: len(hall.understander.asked) == 1)
    hall.clock.move(seconds=31)
    (quick,) = await hall.claims("quick")
    hall.understander.gate.set()
    await serving
    assert await hall.turns() == [] and await hall.statuses() == [WAITING]
    await receive.serve(hall.services, quick)
    assert await hall.turns() == ["text"]


async def test_a_claim_that_ran_out_in_this_very_process_is_lost_too(hall: Hall) -> None:
    """After a clock jump one process may serve a chat twice at once; only one turn counts."""
    await hall.comes(telegram.says(JA, "안녕하세요"))
    hall.clock.move(seconds=3)
    first = await hall.claims()
    hall.clock.move(hours=1)
    both = first + await hall.claims()
    assert len(both) == 2
    await asyncio.gather(*(receive.serve(hall.services, lease) for lease in both))
    assert await hall.turns() == ["text"] and await hall.statuses() == [ANSWERED]


@pytest.mark.parametrize("jump", [{"days": -400}, {"seconds": -20}, {"days": 400}])
async def test_a_clock_that_jumps_strands_nobody(hall: Hall, jump: dict[str, float]) -> None:
    await hall.comes(telegram.says(JA, "안녕하세요"))
    hall.clock.move(**jump)
    await hall.comes(telegram.says(JA + 1, "안녕하세요"))
    await hall.serves(2.5)
    assert await hall.statuses() == [ANSWERED, ANSWERED]
    await hall.comes(telegram.says(JA, "고마워요"))
    await hall.serves(2.5)
    assert len(await hall.turns()) == 3
    async with hall.services.database.transaction() as session:
        later = await outbox.claim(session, "test", hall.clock.now(), LENGTH, 99)
    assert {row.chat_id for row in later} >= {JA, JA + 1}


async def test_a_group_is_told_once_and_left(hall: Hall) -> None:
    joined = telegram.in_group(-100, "")
    joined["message"]["new_chat_members"] = [{"id": 1, "is_bot": True, "first_name": "이음"}]
    await hall.comes(telegram.membership(-100, "member", kind="supergroup"), joined, telegram.in_group(-100, "안녕"))
    await hall.serves()
    assert [c.method for c in await hall.calls(-100)] == ["send_message", "leave_chat"]
    assert await hall.turns() == []
    hall.clock.move(hours=1)
    await hall.comes(telegram.membership(-100, "member", kind="supergroup"))
    await hall.serves()
    assert [c.method for c in await hall.calls(-100)] == ["send_message", "leave_chat"] * 2


async def test_a_tap_in_a_group_is_answered(hall: Hall) -> None:
    raw = telegram.taps(JA, "v1:menu:show:")
    raw["callback_query"]["message"]["chat"] = {"id": -100, "type": "supergroup", "title": "모임"}
    await hall.comes(raw)
    await hall.serves()
    methods = [c.method for c in await hall.calls(-100)]
    assert methods == ["answer_callback_query", "send_message", "leave_chat"]


async def test_blocked_and_back(hall: Hall) -> None:
    async def unreachable() -> bool:
        async with hall.services.database.transaction() as session:
            person = await people.by_chat(session, JA)
            assert person is not None
            return person.unreachable_since is not None

    await hall.comes(telegram.says(JA, "안녕하세요"))
    await hall.serves()
    await hall.comes(telegram.membership(JA, "kicked"))
    await hall.serves()
    assert await unreachable()
    assert {row.status for row in await hall.calls()} == {outbox.GONE}
    await hall.comes(telegram.membership(JA, "member"))
    await hall.serves()
    assert not await unreachable()
    await hall.comes(telegram.membership(JA, "kicked"))
    await hall.serves()
    await hall.comes(telegram.says(JA, "다시 왔어요"))
    await hall.serves()
    assert not await unreachable()


def away(times: int, real: Any, error: Exception) -> Any:
    """A `transaction` that fails so often."""
    left = times

    def transaction() -> Any:
        nonlocal left
        if left:
            left -= 1
            raise error
        return real()

    return transaction


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_locked_database_is_waited_for_and_nothing_is_parked(
    hall: Hall, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hall.comes(telegram.says(JA, "안녕하세요"))
    hall.clock.move(seconds=3)
    (lease,) = await hall.claims()
    real = hall.services.database.transaction
    monkeypatch.setattr(hall.services.database, "transaction", away(times, real, UnavailableError("locked")))
    await receive.serve(hall.services, lease)
    monkeypatch.undo()
    await hall.serves(31)
    assert [(r.status, r.attempts) for r in await hall.rows()] == [(ANSWERED, 0)]
    assert await hall.turns() == ["text"]


async def test_a_batch_is_stored_but_for_what_cannot_be(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """No update of Telegram is known that a database refuses; should one come, the others do not wait for it."""
    real = updates.store

    async def picky(session: Any, arrivals: Sequence[Arrival], now: Any) -> int:
        if any("독" in str(a.raw) for a in arrivals):
            await session.execute(text("SELECT poison FROM nowhere"))
        return await real(session, arrivals, now)

    monkeypatch.setattr(updates, "store", picky)
    poison = telegram.says(JA, "독")
    await hall.comes(telegram.says(JA, "하나"), poison, telegram.says(JA + 1, "둘"))
    assert sorted(await hall.statuses()) == [PARKED, WAITING, WAITING]
    await hall.comes(poison)
    assert len(await hall.rows()) == 3


async def test_a_database_that_is_away_refuses_the_batch(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    real = hall.services.database.transaction
    monkeypatch.setattr(hall.services.database, "transaction", away(1, real, UnavailableError("away")))
    with pytest.raises(UnavailableError):
        await hall.comes(telegram.says(JA, "하나"))
    monkeypatch.undo()
    assert await hall.rows() == []


async def test_zero_bytes_and_half_characters_are_stored_on_every_database(hall: Hall) -> None:
    await hall.comes(telegram.says(JA, "가\x00나"), telegram.says(JA + 1, "나\ud83d"), telegram.says(JA + 2, "다"))
    await hall.serves()
    assert await hall.statuses() == [ANSWERED] * 3


async def test_workers_serve_and_wake_the_sender(hall: Hall) -> None:
    wake, mail = asyncio.Event(), asyncio.Event()
    workers = Workers(hall.services, 4, wake, mail)
    running = asyncio.create_task(workers.run())
    for chat in range(JA, JA + 10):
        await hall.comes(telegram.says(chat, "/start"))
    wake.set()

    async def all_answered() -> bool:
        return await hall.statuses() == [ANSWERED] * 10

    await until(all_answered)
    assert mail.is_set()
    workers.stop()
    await asyncio.wait_for(running, 5)


async def test_workers_outlive_a_database_that_goes_away(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    wake, mail = asyncio.Event(), asyncio.Event()
    workers = Workers(hall.services, 4, wake, mail)
    real = hall.services.database.transaction
    monkeypatch.setattr(hall.services.database, "transaction", away(1, real, UnavailableError("away")))
    running = asyncio.create_task(workers.run())
    await asyncio.sleep(0.1)
    await hall.comes(telegram.says(JA, "/start"))
    wake.set()

    async def answered() -> bool:
        return await hall.statuses() == [ANSWERED]

    await until(answered)
    workers.stop()
    await asyncio.wait_for(running, 5)


async def test_stopping_finishes_the_turn_under_way(hall: Hall) -> None:
    hall.understander.gate = asyncio.Event()
    workers = Workers(hall.services, 4, asyncio.Event(), asyncio.Event())
    await hall.comes(telegram.says(JA, "안녕하세요"))
    hall.clock.move(seconds=3)
    running = asyncio.create_task(workers.run())
    await until(lambda: len(hall.understander.asked) == 1)
    workers.stop()
    await hall.comes(telegram.says(JA + 1, "/start"))
    hall.understander.gate.set()
    await asyncio.wait_for(running, 5)
    assert await hall.statuses() == [ANSWERED, WAITING]
