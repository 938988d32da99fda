"""Personal data: erased to the last column, not kept without consent, not logged, handed out whole, deleted in time.

All people, numbers and places are invented.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from telegram import Bot

from bot.app import house_of, make_bot
from bot.commands.common import logs
from bot.deliver import Sender
from bot.jobs import retention
from bot.playground.limits import NO_RATES
from bot.playground.server import running
from bot.services import Services
from bot.settings import Settings
from counsel import appointments, events, waiting_list
from counsel import cases as counsel
from counsel.appointments import Actor
from counsel.availability import Request, Wish
from counsel.holding import Details
from counsel.kinds import KindName
from knowledge.catalog import Catalog
from nlu.client import RasaUnderstander
from retrieval.found import Found
from storage import cases, notices, people, personal_data
from storage.conversation import Entry
from storage.database import Database
from storage.dialogues import Dialogue
from storage.outbox import QUEUED, SENDING, Outgoing
from storage.people import Person, ProfileFact
from storage.tables import metadata
from storage.turns import TurnRecord
from tests.support import telegram
from tests.support.chat import Chat, Heard
from tests.support.clocks import StillClock
from tests.support.rasa import rasa_standin
from tests.support.staffed import YANGCHEON, make_staff
from tests.support.standins import quick_services
from tests.support.traces import traces

JA = 680001
NAME = "김○자"
WORDS = ("해바라기빌라", "국화꽃", "붕어빵", "코스모스", "채송화", "민들레")
"""Words that only the invented person and her counselor say, at least one in every kind of message."""
NUMBERS = ("5555-0123", "55550123", "610512", "2345678")
SECRETS = (JA, NAME, *WORDS, *NUMBERS)
OWN_CARD = {"contact": {"phone_number": "+821055550123", "first_name": NAME, "user_id": JA}}
OF_NOBODY = {
    *("leases", "centers", "counselors", "kind_rules", "leaves", "event_sittings"),
    *("booked_cells", "freed_slots"),  # times and counselors only; a cell goes with its appointment
}
POISON = {"message": {"message_id": 5, "date": "오늘", "chat": {"id": JA, "type": "private"}, "text": "채송화"}}


@dataclass
class Line(Chat):
    """A chat whose answers really go out, by the sender and over HTTP, to a playground."""

    number: int = JA
    bot: Bot | None = None

    async def _read_outbox(self) -> None:
        """Hears what waits in the outbox, then has all of it sent. Not before: what is gone cannot be heard."""
        for row in await self.waiting():
            payload: dict[str, Any] = dict(row.payload or {})
            keys = payload.get("reply_markup", {}).get("inline_keyboard", ())
            buttons = {b["text"]: b["callback_data"] for line in keys for b in line}
            self.heard.append(Heard(payload.get("text") or payload.get("content", ""), buttons, row.method))
        assert self.bot is not None
        sender = Sender(self.bot, self.services.database, self.clock, "test", asyncio.Event())
        task = asyncio.create_task(sender.run())
        try:
            for _ in range(400):
                if not await self.waiting():
                    return
                self.clock.move(seconds=1)
                await asyncio.sleep(0.02)
            raise AssertionError("the outbox does not empty")
        finally:
            sender.stop()
            await asyncio.wait_for(task, 15)

    async def waiting(self) -> Sequence[Outgoing]:
        """What is not sent yet."""
        async with self.services.database.transaction() as session:
            query = select(Outgoing).where(Outgoing.status.in_((QUEUED, SENDING))).order_by(Outgoing.id)
            return (await session.scalars(query)).all()

    async def shares(self, **content: Any) -> None:
        """A message that is no text."""
        await self.sends(telegram.update(message=telegram.message(self.number, **content)))
        await self.listens()


@asynccontextmanager
async def talking(services: Services, clock: StillClock) -> AsyncIterator[Line]:
    """A line to the bot."""
    async with running(rates=NO_RATES) as playground, make_bot(playground.token, playground.address) as bot:
        playground.world.says(JA, "/start")
        yield Line(services, clock, bot=bot)


async def agrees_and_tells(line: Line) -> None:
    """Consent, and something in every kind of message: text, card, picture, number, what cannot be read, a case."""
    await line.says("/start")
    await line.taps("네, 좋아요")
    await line.says("해바라기빌라에 사는데 기초연금 얼마예요")
    await line.says("제 전화는 010-5555-0123이고 주민번호는 610512-2345678이에요")
    await line.shares(**OWN_CARD)
    await line.shares(photo=[{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}], caption="민들레 사진")
    await line.sends(telegram.update(**POISON))
    await line.listens()
    async with line.services.database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None
        await people.learn(session, person.id, {"living_sigungu": "코스모스구"}, line.clock.now())
        await notices.ask(session, person.id, "basic-pension", None, line.clock.now())
    await books_and_signs_up(line)
    await talks_to_a_counselor(line)


async def books_and_signs_up(line: Line) -> None:
    """A visit at home, a place on the waiting list, a seat at an event, and the reminders of all of it."""
    services, now = line.services, line.clock.now()
    event = services.catalog.events["photo-day"]
    await make_staff(services.database)
    async with services.database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None
        at_home = Request(KindName.HOME, district=YANGCHEON)
        slot = (await appointments.offers(session, at_home, Wish(), now, person_id=person.id)).slots[0]
        where = Details(address="채송화아파트 3동", consent=True)
        await appointments.book(session, person.id, slot, now, by=Actor.PERSON, request=at_home, details=where)
        await waiting_list.join(session, person.id, Request(KindName.PHONE), Wish(), now)
        await events.sign_up(session, person.id, event, event.sittings[0], now)


async def talks_to_a_counselor(line: Line) -> None:
    await line.says("상담원 바꿔 주세요 국화꽃 일이에요")
    await line.taps("네, 봐도 돼요")
    await at_the_desk(line, "claims")
    await line.says("붕어빵 장사를 했어요")
    await at_the_desk(line, "answers")
    await at_the_desk(line, "closes")


async def at_the_desk(line: Line, action: str) -> None:
    """What a counselor does with the open case."""
    now = line.clock.now()
    async with line.services.database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None
        case = await cases.open_of(session, person.id)
        assert case is not None
        if action == "claims":
            await counsel.claim(session, case.id, "이○○", now)
        elif action == "answers":
            await counsel.answer(session, case.id, "이○○", "코스모스 이야기군요", "코스모스 이야기군요", now)
        else:
            await counsel.close(session, case.id, "이○○", "마쳤어요", now)
    await line.listens()


async def has_herself_erased(line: Line) -> None:
    await line.says("/me")
    await line.taps("내 정보 더 보기")
    await line.taps("모두 지우기")
    await line.taps("네, 지울게요")


async def counts(database: Database) -> dict[str, int]:
    """Rows of every table that belongs to one person."""
    async with database.transaction() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in personal_data.person_tables()
        }


async def test_erasing_leaves_no_trace_in_any_column(database: Database, clock: StillClock, catalog: Catalog) -> None:
    async with talking(quick_services(database, clock, catalog), clock) as line:
        await agrees_and_tells(line)
        full = await counts(database)
        assert all(full.values()), f"nothing to erase in {[name for name, n in full.items() if not n]}"
        kept = await traces(database, SECRETS)
        assert [word for word in WORDS if not any(word in place for place in kept)] == []
        await has_herself_erased(line)
        assert "모두 지웠어요" in line.text
    assert await traces(database, SECRETS) == []
    assert {name for name, n in (await counts(database)).items() if n} == {"turns"}
    async with database.transaction() as session:
        assert [turn.person_id for turn in await session.scalars(select(TurnRecord))] == [None]


async def test_somebody_else_is_not_touched_by_an_erasure(
    database: Database, clock: StillClock, catalog: Catalog
) -> None:
    services = quick_services(database, clock, catalog)
    other = Chat(services, clock, number=777_000_222)
    await other.says("/start")
    await other.taps("네, 좋아요")
    await other.says("접시꽃 동네 기초연금 얼마예요")
    async with talking(services, clock) as line:
        await line.says("/start")
        await has_herself_erased(line)
    assert await traces(database, [JA]) == []
    assert await traces(database, ["접시꽃"]) == ["entries.text: 접시꽃"]


@pytest.mark.parametrize("answer", ["아니요", None], ids=["refused", "never answered"])
async def test_without_consent_no_words_stay(
    database: Database, clock: StillClock, catalog: Catalog, answer: str | None
) -> None:
    async with talking(quick_services(database, clock, catalog), clock) as line:
        await line.says("/start")
        if answer:
            await line.taps(answer)
        await line.says("해바라기빌라에 사는데 기초연금 얼마예요")
        await line.says("국화꽃", "붕어빵", "010-5555-0123으로 주세요")
        await line.shares(**OWN_CARD)
        await line.shares(photo=[{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}], caption="민들레")
        await line.says("상담원 바꿔 주세요 코스모스 일이에요")
        await line.taps("아니요")
        assert await line.waiting() == []
    assert await traces(database, (NAME, *WORDS, *NUMBERS)) == []
    async with database.transaction() as session:
        assert (await session.scalars(select(ProfileFact))).all() == []
        assert [e for e in (await session.scalars(select(Entry))).all() if e.text] == []


@pytest.fixture
def debug_logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that the bot's own log settings let through at their most talkative."""
    before = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    caplog.set_level(logging.DEBUG)
    logs("DEBUG")
    yield caplog
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).setLevel(before.get(name, logging.NOTSET))


async def test_the_logs_hold_no_words_names_or_numbers(
    database: Database, clock: StillClock, catalog: Catalog, debug_logs: pytest.LogCaptureFixture
) -> None:
    async with rasa_standin() as rasa, httpx.AsyncClient(timeout=5) as client:
        plain = quick_services(database, clock, catalog)

        def find(text: str) -> Found:
            if text.startswith("민들레"):
                raise RuntimeError(text)
            return plain.find(text)

        services = replace(plain, understander=RasaUnderstander(client, rasa.address), find=find)
        async with talking(services, clock) as line:
            await agrees_and_tells(line)
            rasa.mode = "broken"
            await line.says("민들레 기초연금 얼마예요")
            while "멈췄어요" not in line.text:
                await line.listens()
            await has_herself_erased(line)
    said = debug_logs.text
    assert "RuntimeError" in said and "rasa does not answer" in said, "the talk was not logged at all"
    assert [str(word) for word in SECRETS if str(word) in said] == []


async def test_the_file_holds_every_table_of_a_person(database: Database, clock: StillClock, catalog: Catalog) -> None:
    async with talking(quick_services(database, clock, catalog), clock) as line:
        await agrees_and_tells(line)
        await line.says("/me")
        await line.taps("내 정보 더 보기")
        there = await counts(database)
        await line.taps("파일로 받기")
        file = json.loads(next(h.text for h in line.heard if h.method == "send_document"))
    assert set(file) == {"persons", *(table.name for table in personal_data.person_tables())}
    assert {name: len(rows) for name, rows in file.items() if name != "persons"} == there
    content = json.dumps(file, ensure_ascii=False)
    assert all(word in content for word in ("해바라기빌라", "국화꽃", "붕어빵", "코스모스구"))


def test_every_table_is_either_a_persons_or_known_to_hold_nothing_of_one() -> None:
    """A new table has to be thought about: whose is it, and what erases it?"""
    of_people = {table.name for table in personal_data.person_tables()} | personal_data.CHAT_TABLES
    assert {table.name for table in metadata.sorted_tables} - of_people == OF_NOBODY


@pytest.mark.parametrize(("words", "dialogue", "everything"), [(90, 30, 365), (10, 3, 130)])
async def test_retention_deletes_by_its_settings(
    database: Database, clock: StillClock, catalog: Catalog, words: int, dialogue: int, everything: int
) -> None:
    line = Chat(quick_services(database, clock, catalog), clock, number=JA)
    await line.says("/start")
    await line.taps("네, 좋아요")
    await line.says("해바라기빌라에 사는데 기초연금 얼마예요")
    async with database.transaction() as session:
        person = await people.by_chat(session, JA)
        assert person is not None
        await people.learn(session, person.id, {"living_sigungu": "코스모스구"}, clock.now())
    settings = Settings(_env_file=None, keep_words_days=words, keep_days=everything)
    job, start = retention(house_of(settings), dialogue), clock.now()

    async def left(days: float) -> set[str]:
        async with database.transaction() as session:
            await job.run(session, start + timedelta(days=days))
            tables = {"words": Entry, "state": Dialogue, "facts": ProfileFact, "turns": TurnRecord, "person": Person}
            rows = {n: await session.scalar(select(func.count()).select_from(kind)) for n, kind in tables.items()}
            return {name for name, count in rows.items() if count}

    assert await left(dialogue - 0.5) == {"words", "state", "facts", "turns", "person"}
    assert await left(dialogue + 0.5) == {"words", "facts", "turns", "person"}
    assert await left(words - 0.5) == {"words", "facts", "turns", "person"}
    assert await left(words + 0.5) == {"facts", "turns", "person"}
    assert await left(everything - 0.5) == {"facts", "turns", "person"}
    assert await left(everything + 0.5) == set()
    assert await traces(database, SECRETS) == []


async def test_somebody_who_did_not_agree_is_forgotten_after_a_day(
    database: Database, clock: StillClock, catalog: Catalog
) -> None:
    line = Chat(quick_services(database, clock, catalog), clock, number=JA)
    await line.says("/start")
    await line.taps("아니요")
    await line.says("68살이고 양천구 살아요")
    job, start = retention(house_of(Settings(_env_file=None)), 30), clock.now()
    async with database.transaction() as session:
        await job.run(session, start + timedelta(hours=23))
        assert await session.scalar(select(func.count()).select_from(Dialogue)) == 1
        await job.run(session, start + timedelta(hours=25))
        assert await session.scalar(select(func.count()).select_from(Dialogue)) == 0
    assert await traces(database, ["양천구"]) == []
