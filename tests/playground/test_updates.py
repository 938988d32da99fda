"""getUpdates: numbers, confirmation, waiting, conflicts, what is asked for, what is forgotten."""

import asyncio
import time
from datetime import timedelta

import httpx
import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.playground.server import Running
from bot.playground.world import World


async def test_unconfirmed_updates_come_again(bot: Bot, world: World, ja: int) -> None:
    for text in ("하나", "둘", "셋"):
        world.says(ja, text)
    first = await bot.get_updates()
    again = await bot.get_updates()
    assert [u.update_id for u in first] == [u.update_id for u in again]
    ids = [u.update_id for u in first]
    assert ids == list(range(ids[0], ids[0] + 3))
    rest = await bot.get_updates(offset=ids[1] + 1)
    assert [u.message.text for u in rest if u.message] == ["셋"]
    assert await bot.get_updates(offset=ids[2] + 1) == ()
    assert await bot.get_updates() == ()


async def test_limit_and_negative_offset(bot: Bot, world: World, ja: int) -> None:
    for number in range(120):
        world.says(ja, f"{number}번")
    assert len(await bot.get_updates()) == 100
    assert len(await bot.get_updates(limit=7)) == 7
    newest = await bot.get_updates(offset=-2)
    assert [u.message.text for u in newest if u.message] == ["118번", "119번"]
    assert len(world.updates.waiting()) == 2


async def test_a_long_poll_wakes_for_the_first_update(bot: Bot, world: World, ja: int) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    assert not poll.done()
    started = time.monotonic()
    world.says(ja, "왔어요")
    (update,) = await poll
    assert time.monotonic() - started < 2
    assert update.message is not None
    assert update.message.text == "왔어요"


async def test_a_long_poll_ends_empty_after_its_timeout(bot: Bot, ja: int) -> None:
    started = time.monotonic()
    assert await bot.get_updates(timeout=1) == ()
    assert 0.9 < time.monotonic() - started < 5


async def test_of_two_waiting_polls_the_older_is_sent_away(playground: Running, bot: Bot, ja: int) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    async with Bot(playground.token, base_url=playground.base_url) as twin:
        newer = asyncio.create_task(twin.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot inst"):
            await older
        playground.world.says(ja, "안녕")
        assert len(await newer) == 1


async def test_no_polling_beside_a_webhook(bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_allowed_updates_are_remembered(bot: Bot, world: World, ja: int) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    world.says(ja, "안 들려요")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    world.says(ja, "들려요")
    assert len(await bot.get_updates()) == 1


async def test_wrong_allowed_updates(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.get(method + "getUpdates", params={"allowed_updates": "message"})
    assert answer.json()["description"] == "Bad Request: can't parse allowed updates JSON array"
    answer = await http.get(method + "getUpdates", params={"allowed_updates": "5"})
    assert answer.json()["description"] == "Bad Request: expected an Array of String as allowed updates"


async def test_updates_are_kept_for_a_day(bot: Bot, world: World, ja: int) -> None:
    world.says(ja, "오래된 말")
    world.clock.move(timedelta(hours=23))
    world.says(ja, "새 말")
    world.clock.move(timedelta(hours=2))
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "새 말"


async def test_after_a_quiet_week_numbers_start_anywhere(bot: Bot, world: World, ja: int) -> None:
    world.says(ja, "하나")
    (first,) = await bot.get_updates()
    world.clock.move(timedelta(days=8))
    world.says(ja, "둘")
    (second,) = await bot.get_updates()
    assert second.update_id != first.update_id + 1


async def test_a_lost_confirmation_brings_the_same_update_again(bot: Bot, world: World, ja: int) -> None:
    world.says(ja, "한 번만")
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    world.redelivers(update.update_id, update.to_dict(), queue=ja)
    (again,) = await bot.get_updates()
    assert again.update_id == update.update_id


async def test_open_pages_and_polls_do_not_hold_up_the_end(playground: Running, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0.1)
    playground.world.feed.close()
    playground.world.updates.news.set()
    assert await asyncio.wait_for(poll, 2) == ()
