"""Storing what comes in beside sending what goes out: both lock chats, and neither waits for the other for ever."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot import receive
from bot.incoming import arrival
from knowledge.catalog import Catalog
from storage import chats
from storage.database import Database
from tests.support import telegram
from tests.support.clocks import StillClock
from tests.support.standins import quick_services

FIRST, LAST = 680001, 680002
PACE = chats.Pace(1, 3)


async def test_a_batch_for_several_chats_locks_them_in_their_order(
    database: Database, clock: StillClock, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text to the last chat may go on, the command to the first may not: each has its own time, but one lock."""
    services = quick_services(database, clock, catalog)
    found = [arrival(telegram.says(LAST, "지원금 얼마예요")), arrival(telegram.says(FIRST, "/start"))]
    batch = [one for one in found if one is not None]
    await receive.store(services, batch)
    sending: list[asyncio.Task[list[Any]]] = []

    async def send() -> list[Any]:
        async with database.transaction() as session:
            return await chats.take_tokens(session, [FIRST, LAST], PACE, PACE, clock.now())

    async def slowly(session: AsyncSession, *rest: Any) -> None:
        await due(session, *rest)
        sending.append(asyncio.create_task(send()))
        await asyncio.sleep(0.2)

    due = chats.due
    monkeypatch.setattr(chats, "due", slowly)
    await receive.store(services, again(batch))
    assert [await task for task in sending] == [[None, None]]


async def test_a_chat_with_a_text_and_a_command_is_served_at_once(
    database: Database, clock: StillClock, catalog: Catalog
) -> None:
    services = quick_services(database, clock, catalog)
    found = [arrival(telegram.says(FIRST, text)) for text in ("저기", "/start", "저기요")]
    await receive.store(services, [one for one in found if one is not None])
    async with database.transaction() as session:
        assert await chats.next_due(session) == clock.now()


def again(batch: list[Any]) -> list[Any]:
    """The same chats write once more."""
    more = [arrival({**one.raw, "update_id": one.update_id + 1_000_000}) for one in batch]
    return [one for one in more if one is not None]
