"""Buttons of events, also old, foreign and broken ones: always an answer, never somebody else's sign-up."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import SEOUL
from bot.flows import events, signups
from bot.services import Services
from counsel import events as signing
from knowledge.catalog import Catalog
from storage import people
from storage.events import GOING, Signup
from storage.updates import parked
from tests.support import telegram
from tests.support.chat import Chat
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_sqlite_url
from tests.support.standins import quick_services

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SEOUL)
ODD = ("", "0", "1", "9" * 15, "9" * 30, "-1", "1.yes", "x.yes", "no", "yes", ".yes", "photo-day", "photo-day.s1")
MORE = ("photo-day.s1.yes", "photo-day.s99.yes", "1.photo-day.s2.yes", "photo-day.x", "senior-fair.9", "²", "½.yes")
ACTIONS = [(flow.name, action) for flow in (events.FLOW, signups.FLOW) for action in flow.actions]


@pytest.fixture
async def services(tmp_path: Path, clock: StillClock, catalog: Catalog) -> AsyncIterator[Services]:
    async with migrated(new_sqlite_url(tmp_path)) as database:
        yield quick_services(database, clock, catalog)


async def somebodys_seat(services: Services) -> int:
    """A seat of somebody else."""
    event = services.catalog.events["photo-day"]
    async with services.database.transaction() as session:
        other = await people.seen(session, 77, 77, NOW)
        return (await signing.sign_up(session, other.id, event, event.sittings[0], NOW)).id


@pytest.mark.parametrize(("flow", "action"), ACTIONS)
async def test_any_code_is_answered(services: Services, clock: StillClock, flow: str, action: str) -> None:
    clock.time = NOW
    assert await somebodys_seat(services) == 1
    chat = Chat(services, clock)
    await chat.says("/start")
    for arg in (*ODD, *MORE):
        await chat.sends(telegram.taps(chat.number, f"v1:{flow}:{action}:{arg}"))
        await chat.listens()
        assert chat.heard, f"silence after {arg!r}"
        clock.move(seconds=30)
    async with services.database.transaction() as session:
        assert not await parked(session, 10)
        theirs = await session.get_one(Signup, 1)
        assert theirs.status == GOING and theirs.coming_at is None
        mine = (await session.scalars(select(Signup).where(Signup.id != 1))).all()
    assert mine == [], "nobody is signed up who has not agreed to that being kept"


async def test_an_old_button_after_the_time(services: Services, clock: StillClock) -> None:
    clock.time = NOW
    chat = Chat(services, clock)
    await chat.says("/start")
    await chat.taps("네, 좋아요")
    clock.time = datetime(2026, 12, 16, 9, 0, tzinfo=SEOUL)
    await chat.sends(telegram.taps(chat.number, "v1:signups:confirm:photo-day.s1.yes"))
    await chat.listens()
    assert "신청 받는 때가 지났어요" in chat.text
    clock.time = datetime(2027, 1, 16, 9, 0, tzinfo=SEOUL)
    await chat.sends(telegram.taps(chat.number, "v1:signups:join:photo-day"))
    await chat.listens()
    assert "2026년 12월 16일에 끝난 행사예요" in chat.text


async def test_the_last_seat_goes_and_the_second_one_waits(services: Services, clock: StillClock) -> None:
    clock.time = NOW
    first, second = Chat(services, clock, 501), Chat(services, clock, 502)
    for chat in (first, second):
        await chat.says("/start")
        await chat.taps("네, 좋아요")
        await chat.sends(telegram.taps(chat.number, "v1:signups:sitting:photo-day.s1"))
        await chat.listens()
        assert "이 시간으로 신청할까요?" in chat.text, "both were asked while the seat was free"
    await first.taps("네, 신청할게요")
    assert "신청됐어요" in first.text
    await second.taps("네, 신청할게요")
    assert "줄 맨 앞에 서셨어요" in second.text
    await second.taps("내 신청 보기")
    assert "줄 서 있어요" in second.text
    third = Chat(services, clock, 503)
    await third.says("/start")
    await third.taps("네, 좋아요")
    await third.sends(telegram.taps(third.number, "v1:signups:sitting:photo-day.s1"))
    await third.listens()
    assert "줄을 설까요?" in third.text
    await third.taps("네, 줄을 설게요")
    assert "앞에 1분이 계세요" in third.text
