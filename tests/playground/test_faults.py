"""Faults on order, and the flood limits."""

import asyncio
import time

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.playground.errors import ApiError
from bot.playground.limits import Limits, Rates
from bot.playground.server import running
from bot.playground.world import World


async def test_429_on_order(bot: Bot, world: World, ja: int) -> None:
    world.faults.add("sendMessage", "429", times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(RetryAfter) as refusal:
            await bot.send_message(ja, "안녕")
        assert refusal.value.retry_after == 7
    assert await bot.send_message(ja, "안녕")
    assert [call.answer["ok"] for call in world.called("sendMessage") if call.answer] == [False, False, True]


@pytest.mark.parametrize(("kind", "text"), [("500", "Internal Server Error"), ("502", "Bad Gateway")])
async def test_telegrams_own_trouble(bot: Bot, world: World, ja: int, kind: str, text: str) -> None:
    world.faults.add("*", kind)
    with pytest.raises(NetworkError, match=text):
        await bot.send_message(ja, "안녕")
    assert world.said_by_bot(ja) == []
    assert await bot.send_message(ja, "안녕")


async def test_a_timeout_after_delivery(bot: Bot, world: World, ja: int) -> None:
    world.faults.add("sendMessage", "timeout")
    with pytest.raises(TimedOut):
        await bot.send_message(ja, "갔을까요", read_timeout=0.2)
    assert [m["text"] for m in world.said_by_bot(ja)] == ["갔을까요"]


async def test_a_broken_connection_before_and_after_delivery(bot: Bot, world: World, ja: int) -> None:
    world.faults.add("sendMessage", "reset")
    world.faults.add("sendMessage", "reset_after")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(ja, "안녕")
    assert len(world.said_by_bot(ja)) == 1
    assert await bot.send_message(ja, "다시")


async def test_a_fault_for_one_chat_leaves_the_others_alone(bot: Bot, world: World, ja: int) -> None:
    world.says(900, "안녕")
    world.faults.add("sendMessage", "500", chat_id=900)
    assert await bot.send_message(ja, "안녕")
    with pytest.raises(NetworkError):
        await bot.send_message(900, "안녕")
    world.faults.add("sendMessage", "500", times=5)
    world.faults.clear()
    assert await bot.send_message(900, "안녕")


async def test_an_update_that_cannot_be_parsed(
    bot: Bot, http: httpx.AsyncClient, method: str, world: World, ja: int
) -> None:
    world.says(ja, "앞")
    broken = world.emits_malformed()
    world.says(ja, "뒤")
    with pytest.raises((TelegramError, TypeError, KeyError, ValueError)):
        await bot.get_updates()
    raw = (await http.get(method + "getUpdates")).json()["result"]
    assert [update["update_id"] for update in raw][1] == broken
    assert raw[2]["message"]["text"] == "뒤"


class Watch:
    """A monotonic clock that stands still until told."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


def _spend(limits: Limits, chat_id: int, times: int, *, group: bool = False) -> int:
    """How many of so many messages pass."""
    passed = 0
    for _ in range(times):
        try:
            limits.spend(chat_id, group=group)
        except ApiError:
            break
        passed += 1
    return passed


def test_one_message_a_second_with_a_burst() -> None:
    watch = Watch()
    limits = Limits(Rates(chat_per_s=1, chat_burst=3), watch)
    assert _spend(limits, 1, 10) == 3
    assert _spend(limits, 2, 10) == 3
    watch.at = 0.5
    with pytest.raises(ApiError) as refusal:
        limits.spend(1, group=False)
    assert refusal.value.parameters == {"retry_after": 1}
    watch.at = 2.0
    assert _spend(limits, 1, 10) == 2
    watch.at = 100.0
    assert _spend(limits, 1, 10) == 3


def test_a_refused_chat_stays_closed_until_the_named_time() -> None:
    watch = Watch()
    limits = Limits(Rates(chat_per_s=0.1, chat_burst=1), watch)
    assert _spend(limits, 1, 2) == 1
    watch.at = 9.0
    with pytest.raises(ApiError) as refusal:
        limits.spend(1, group=False)
    assert refusal.value.parameters == {"retry_after": 1}
    watch.at = 10.0
    assert _spend(limits, 1, 1) == 1


def test_thirty_a_second_over_all() -> None:
    watch = Watch()
    limits = Limits(Rates(all_per_s=30, all_burst=30), watch)
    passed = sum(_spend(limits, chat_id, 1) for chat_id in range(100))
    assert passed == 30
    watch.at = 2.0
    assert sum(_spend(limits, chat_id, 1) for chat_id in range(100, 140)) == 30


def test_twenty_a_minute_for_a_group() -> None:
    watch = Watch()
    limits = Limits(Rates(), watch)
    passed = 0
    for second in range(30):
        watch.at = float(second)
        passed += _spend(limits, -5, 1, group=True)
    assert passed == 20
    watch.at = 60.5
    assert _spend(limits, -5, 5, group=True) == 1


def test_no_rates_no_refusal() -> None:
    limits = Limits(Rates(chat_per_s=0, all_per_s=0, group_minute=0), Watch())
    assert _spend(limits, 1, 500) == 500
    assert _spend(limits, -1, 500, group=True) == 500


async def test_a_fast_bot_meets_429_edits_count_and_waiting_helps() -> None:
    async with running(rates=Rates(chat_per_s=1, chat_burst=2)) as it, Bot(it.token, base_url=it.base_url) as bot:
        it.world.says(1, "안녕")
        sent = await bot.send_message(1, "하나")
        await bot.edit_message_text("하나 반", 1, sent.message_id)
        with pytest.raises(RetryAfter) as refusal:
            await bot.send_message(1, "둘")
        assert refusal.value.retry_after == 1
        started = time.monotonic()
        await asyncio.sleep(1.01)
        assert await bot.send_message(1, "둘")
        assert time.monotonic() - started < 3
