"""The sender against the playground: real python-telegram-bot, real HTTP, Telegram's refusals and faults on order."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import deliver
from bot.app import make_bot
from bot.clock import SystemClock
from bot.deliver import CHAT_PACE, OVERALL_PACE, Sender
from bot.playground.limits import NO_RATES, Rates
from bot.playground.server import Running, running
from bot.playground.world import World
from bot.render import split
from storage import outbox, people
from storage.database import Database
from storage.outbox import FAILED, GONE, QUEUED, SENT, Call, Outgoing
from tests.support.databases import migrated, new_sqlite_url
from tests.support.waiting import until

JA, BO = 680001, 680002


@dataclass
class Post:
    """An outbox with a running sender, and the playground at the other end."""

    database: Database
    world: World
    wake: asyncio.Event

    async def put(self, chat: int, *texts: str, **more: Any) -> None:
        await self.calls(chat, *(Call("send_message", {"text": text}, **more) for text in texts))

    async def calls(self, chat: int, *calls: Call) -> None:
        async with self.database.transaction() as session:
            await outbox.put(session, chat, calls, SystemClock().now())
        self.wake.set()

    async def rows(self, chat: int = JA) -> list[Outgoing]:
        async with self.database.transaction() as session:
            query = select(Outgoing).where(Outgoing.chat_id == chat).order_by(Outgoing.id)
            return list((await session.scalars(query)).all())

    async def settled(self, chat: int = JA, timeout_s: float = 10) -> list[str]:
        """The statuses of a chat's rows when nothing is under way any more."""

        async def done() -> bool:
            return all(row.status in (SENT, GONE, FAILED) for row in await self.rows(chat))

        await until(done, timeout_s, "the outbox is empty")
        return [row.status for row in await self.rows(chat)]

    def heard(self, chat: int = JA) -> list[str]:
        return [m["text"] for m in self.world.said_by_bot(chat)]


@pytest.fixture
async def playground() -> AsyncIterator[Running]:
    async with running(rates=NO_RATES) as it:
        for chat in (JA, BO):
            it.world.says(chat, "/start")
        yield it


async def send_from(playground: Running, database: Database, owner: str = "test") -> AsyncIterator[Post]:
    wake = asyncio.Event()
    async with make_bot(playground.token, playground.address) as bot:
        sender = Sender(bot, database, SystemClock(), owner, wake)
        task = asyncio.create_task(sender.run())
        yield Post(database, playground.world, wake)
        sender.stop()
        await asyncio.wait_for(task, 15)


@pytest.fixture
async def post(playground: Running, tmp_path: Path) -> AsyncIterator[Post]:
    async with migrated(new_sqlite_url(tmp_path)) as database:
        async for it in send_from(playground, database):
            yield it


@pytest.fixture
async def post_anywhere(playground: Running, database: Database) -> AsyncIterator[Post]:
    async for it in send_from(playground, database):
        yield it


async def test_one_chat_in_order_and_number_kept(post_anywhere: Post) -> None:
    post = post_anywhere
    texts = [f"{n}번째" for n in range(5)]
    await post.put(JA, *texts)
    await post.put(BO, "다른 분께")
    await post.settled()
    assert post.heard() == texts and post.heard(BO) == ["다른 분께"]
    shown = [m["message_id"] for m in post.world.said_by_bot(JA)]
    assert [row.message_id for row in await post.rows()] == shown
    assert all(row.payload is None for row in await post.rows())


async def test_429_holds_back_that_chat_only(post_anywhere: Post) -> None:
    post = post_anywhere
    post.world.faults.add("sendMessage", "429", retry_after=2, chat_id=JA)
    await post.put(JA, "하나", "둘")
    await until(lambda: len(post.world.called("sendMessage")) == 1)
    began = time.monotonic()
    await post.put(BO, "금방")
    await until(lambda: post.heard(BO) == ["금방"])
    assert time.monotonic() - began < 1.5 and post.heard() == []
    await post.settled()
    assert post.heard() == ["하나", "둘"] and time.monotonic() - began > 1.4
    assert [row.attempts for row in await post.rows()] == [1, 1]


@pytest.mark.parametrize("kind", ["500", "502", "reset"])
async def test_telegrams_trouble_is_waited_out_in_order(post: Post, kind: str) -> None:
    post.world.faults.add("sendMessage", kind, times=2)
    await post.put(JA, "하나", "둘")
    assert await post.settled() == [SENT, SENT]
    assert post.heard() == ["하나", "둘"]


async def test_a_broken_connection_after_delivery_repeats_at_most_once(post: Post) -> None:
    post.world.faults.add("sendMessage", "reset_after")
    await post.put(JA, "하나", "둘")
    await post.settled()
    assert post.heard() == ["하나", "하나", "둘"]


async def test_a_call_without_end_is_given_up_and_repeated_once(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "LONGEST_CALL_S", 0.3)
    post.world.faults.add("sendMessage", "timeout")
    await post.put(JA, "하나", "둘")
    await post.settled()
    assert post.heard() == ["하나", "하나", "둘"]


async def test_one_that_never_passes_is_given_up_and_the_next_goes(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "MAX_ATTEMPTS", 2)
    post.world.faults.add("sendMessage", "500", times=2)
    await post.put(JA, "하나", "둘")
    assert await post.settled() == [FAILED, SENT]
    assert post.heard() == ["둘"]


async def test_marks_that_telegram_cannot_read_go_as_plain_text(post: Post) -> None:
    await post.put(JA, "1 < 2 <b>굵게</i> &amp; 끝")
    assert await post.settled() == [SENT]
    assert post.heard() == ["1 < 2 굵게 & 끝"]


async def test_who_blocked_us_is_noted_and_spared_the_rest(post: Post) -> None:
    async with post.database.transaction() as session:
        await people.seen(session, JA, JA, SystemClock().now())
    post.world.blocks(JA)
    await post.put(JA, "하나", "둘", "셋")
    assert await post.settled() == [GONE, GONE, GONE]
    async with post.database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None and person.unreachable_since is not None
    assert len(post.world.called("sendMessage")) == 1


async def test_a_chat_that_telegram_does_not_know(post: Post) -> None:
    await post.put(999_999_001, "여보세요", "여보세요?")
    assert await post.settled(999_999_001) == [GONE, GONE]


async def test_a_group_that_became_a_supergroup(post: Post) -> None:
    group = post.world.adds_to_group(by=JA)
    new = post.world.migrates(group)
    await post.calls(group, Call("send_message", {"text": "안녕히 계세요"}), Call("leave_chat", {}))
    await until(lambda: not post.world.chats[new].bot_in)
    assert await post.settled(new) == [SENT, SENT]
    assert post.heard(new) == ["안녕히 계세요"] and not post.world.chats[new].bot_in
    assert await post.rows(group) == []


async def test_a_group_where_we_may_not_write_is_left_all_the_same(post: Post) -> None:
    group = post.world.adds_to_group(by=JA)
    post.world.chats[group].started = False
    await post.calls(group, Call("send_message", {"text": "안녕"}), Call("leave_chat", {}))
    assert (await post.settled(group))[0] == GONE
    assert len(post.world.called("leaveChat")) == 1


async def shown(post: Post, text: str, *, data: str = "v1:menu:show:") -> int:
    keys = {"inline_keyboard": [[{"text": "네", "callback_data": data}]]}
    await post.calls(JA, Call("send_message", {"text": text, "reply_markup": keys}))
    await post.settled()
    return int(post.world.said_by_bot(JA)[-1]["message_id"])


async def test_buttons_arrive_and_are_taken_away(post: Post) -> None:
    number = await shown(post, "맞나요?")
    assert post.world.said_by_bot(JA)[-1]["reply_markup"]["inline_keyboard"][0][0]["text"] == "네"
    await post.calls(JA, Call("edit_message_text", {"message_id": number, "text": "맞나요?\n\n고르신 것: 네"}))
    await post.settled()
    message = post.world.said_by_bot(JA)[-1]
    assert message["text"].endswith("고르신 것: 네") and "reply_markup" not in message


async def test_the_standing_exits_arrive(post: Post) -> None:
    rows = [[{"text": "내 번호 보내기", "request_contact": True}], [{"text": "처음으로"}]]
    keys = {"keyboard": rows, "is_persistent": True, "resize_keyboard": True}
    await post.calls(JA, Call("send_message", {"text": "안녕하세요", "reply_markup": keys}))
    assert await post.settled() == [SENT]
    assert post.world.chats[JA].keyboard == keys


async def test_a_second_edit_alike_is_no_failure(post: Post) -> None:
    number = await shown(post, "맞나요?")
    edit = Call("edit_message_reply_markup", {"message_id": number}, ordered=False)
    await post.calls(JA, edit, edit)
    assert await post.settled() == [SENT, SENT, SENT]
    refused = [c for c in post.world.called("editMessageReplyMarkup") if c.answer and not c.answer["ok"]]
    assert len(refused) == 1


async def test_an_edit_of_what_was_deleted_is_no_failure(post: Post) -> None:
    number = await shown(post, "맞나요?")
    post.world.deletes(JA, number)
    await post.calls(JA, Call("edit_message_text", {"message_id": number, "text": "새"}, ordered=False))
    assert await post.settled() == [SENT, SENT]


async def test_a_tap_is_answered_and_a_late_answer_is_no_failure(post: Post) -> None:
    number = await shown(post, "맞나요?")
    query = post.world.taps(JA, number, "v1:menu:show:")
    for callback in (query, query, "12345"):
        call = Call("answer_callback_query", {"callback_query_id": callback}, ordered=False, forget=True)
        await post.calls(JA, call)
    await until(lambda: len(post.world.called("answerCallbackQuery")) == 3)

    async def forgotten() -> bool:
        return [row.method for row in await post.rows()] == ["send_message"]

    await until(forgotten)
    assert post.world.queries[query].answer is not None


async def test_a_document_with_its_caption(post: Post) -> None:
    file = {"name": "data.json", "content": '{"이름": "김○자"}', "caption": "담아 두었던 것이에요."}
    await post.calls(JA, Call("send_document", file))
    await post.settled()
    message = post.world.said_by_bot(JA)[0]
    assert message["caption"] == file["caption"] and message["document"]["file_name"] == "data.json"
    assert post.world.files.by_id[message["document"]["file_id"]].content.decode() == file["content"]


async def test_a_reply_longer_than_telegram_allows(post: Post) -> None:
    text = "\n".join(f"{n}째 줄 & <b>굵게</b>".replace("&", "&amp;") for n in range(600))
    parts = split(text)
    assert len(parts) > 1
    await post.put(JA, *parts)
    assert set(await post.settled()) == {SENT}
    assert "\n".join(post.heard()) == "\n".join(f"{n}째 줄 & 굵게" for n in range(600))


async def test_what_telegram_refuses_for_good_does_not_hold_up_the_rest(post: Post) -> None:
    await post.put(JA, " ", "나" * 5000, "하나")
    assert await post.settled() == [FAILED, FAILED, SENT]


async def test_a_row_that_cannot_be_called_does_not_hold_up_the_rest(post: Post) -> None:
    broken = (Call("send_message", {"no": "text"}), Call("a_method_of_next_year", {}))
    await post.calls(JA, *broken, Call("send_message", {"text": "하나"}))
    assert await post.settled() == [FAILED, FAILED, SENT]


async def test_marks_wait_for_a_database_that_is_away(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    real, away = post.database.transaction, 2

    def sometimes() -> Any:
        nonlocal away
        if post.world.said_by_bot(JA) and away:
            away -= 1
            raise OSError("away")
        return real()

    monkeypatch.setattr(post.database, "transaction", sometimes)
    await post.put(JA, "하나")
    await until(lambda: away == 0, what="the database was away while marking")
    monkeypatch.undo()
    await post.settled()
    assert post.heard() == ["하나"]


async def test_what_a_dead_sender_had_claimed_goes_out_after_its_claim(post: Post) -> None:
    await post.put(JA, "앞")
    await post.settled()
    now = SystemClock().now()
    async with post.database.transaction() as session:
        await outbox.put(session, BO, [Call("send_message", {"text": "하나"})], now)
        claimed = {"status": outbox.SENDING, "claimed_by": "dead", "claimed_until": now + timedelta(seconds=1)}
        await session.execute(update(Outgoing).where(Outgoing.status == QUEUED).values(**claimed))
    await post.put(BO, "둘")
    await post.settled(BO)
    assert post.heard(BO) == ["하나", "둘"] and SystemClock().now() - now > timedelta(seconds=1)


def windows(times: list[float], seconds: float) -> int:
    """The most calls in any stretch of so many seconds."""
    return max(sum(1 for other in times if at <= other < at + seconds) for at in times)


async def test_the_pace_of_one_chat(post: Post) -> None:
    began = time.monotonic()
    await post.put(JA, *(f"{n}" for n in range(6)))
    await post.settled()
    took = time.monotonic() - began
    at = [call.at.timestamp() for call in post.world.called("sendMessage")]
    assert took >= (6 - CHAT_PACE.burst) / CHAT_PACE.per_second - 0.1
    assert windows(at, 0.9) == CHAT_PACE.burst
    assert all(later - earlier > 0.8 for earlier, later in pairwise(at[2:]))


@pytest.mark.integration
async def test_the_pace_over_all_chats_meets_no_refusal(tmp_path: Path) -> None:
    """150 chats at once against the playground's own limits, which are Telegram's published ones."""
    async with migrated(new_sqlite_url(tmp_path)) as database, running(rates=Rates()) as playground:
        chats = range(700_001, 700_151)
        for chat in chats:
            playground.world.says(chat, "/start")
        async for post in send_from(playground, database):
            began = time.monotonic()
            for chat in chats:
                await post.put(chat, "안녕하세요")
            await until(lambda: all(playground.world.said_by_bot(chat) for chat in chats), 30)
            took = time.monotonic() - began
    calls = playground.world.called("sendMessage")
    at = [call.at.timestamp() for call in calls]
    assert len(calls) == 150, "Telegram refused some"
    assert took >= (150 - OVERALL_PACE.burst) / OVERALL_PACE.per_second - 0.5
    assert windows(at, 1.0) <= 30


@pytest.mark.integration
async def test_two_senders_share_one_outbox(playground: Running, database: Database) -> None:
    """Each row goes out once and each chat stays in order, whoever sends."""
    if database.is_sqlite:
        return
    other = Database(database.url)
    async for post in send_from(playground, database, "a"):
        async for _ in send_from(playground, other, "b"):
            for chat in range(800_001, 800_021):
                playground.world.says(chat, "/start")
                await post.put(chat, "하나", "둘", "셋")
            for chat in range(800_001, 800_021):
                await post.settled(chat, 30)
    await other.close()
    owners = set()
    for chat in range(800_001, 800_021):
        assert [m["text"] for m in playground.world.said_by_bot(chat)] == ["하나", "둘", "셋"]
        owners |= {row.claimed_by for row in await Post(database, playground.world, asyncio.Event()).rows(chat)}
    assert owners == {"a", "b"}
