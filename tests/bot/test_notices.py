"""Told once, by day, what was asked for: when a day has come, when a program is open. Cancelled, erased, withdrawn."""

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.clock import SEOUL
from bot.notices import telling
from bot.settings import Settings
from bot.words import load_words
from knowledge.catalog import Catalog
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook
from storage import notices, outbox, people
from storage.database import Database
from storage.outbox import Outgoing

JA = 680001
WORDS = load_words()
NOON = datetime(2026, 12, 15, 12, 0, tzinfo=SEOUL)
DAY, OPENS, OPEN = "senior-job-public", "womanup-grant", "basic-pension"


@pytest.fixture(scope="module")
def rules(catalog: Catalog) -> RuleBook:
    return load_rules(Settings(_env_file=None).facts, catalog)


async def wishes(database: Database, program: str, day: str | None) -> None:
    async with database.transaction() as session:
        person = await people.seen(session, JA, JA, NOON)
        await notices.ask(session, person.id, program, day, NOON)


async def said(database: Database, catalog: Catalog, rules: RuleBook, now: datetime) -> list[str]:
    """What the job queues at a time, in all."""
    job = telling(catalog, rules, WORDS)
    async with database.transaction() as session:
        await job.run(session, now)
    async with database.transaction() as session:
        rows = (await session.scalars(select(Outgoing).order_by(Outgoing.id))).all()
        return [str((row.payload or {})["text"]) for row in rows]


async def left(database: Database) -> list[str]:
    async with database.transaction() as session:
        person = await people.by_chat(session, JA)
        return [wish.program for wish in await notices.of_person(session, person.id)] if person else []


async def test_a_day_is_told_on_that_day_and_once(database: Database, catalog: Catalog, rules: RuleBook) -> None:
    await wishes(database, DAY, "2026-12-15")
    assert await said(database, catalog, rules, NOON.replace(day=14)) == []
    (text,) = await said(database, catalog, rules, NOON)
    assert "노인공익활동" in text and "조건이 맞을 수 있어요" in text
    assert await said(database, catalog, rules, NOON.replace(hour=15)) == [text]
    assert await left(database) == []


@pytest.mark.parametrize("hour", [0, 3, 7, 8, 20, 21, 23])
async def test_nobody_is_woken(database: Database, catalog: Catalog, rules: RuleBook, hour: int) -> None:
    await wishes(database, DAY, "2026-12-15")
    assert await said(database, catalog, rules, NOON.replace(hour=hour)) == []
    assert await left(database) == [DAY]
    assert len(await said(database, catalog, rules, NOON.replace(day=16, hour=9))) == 1


async def test_an_opening_is_told_only_once_it_is_known(database: Database, catalog: Catalog, rules: RuleBook) -> None:
    await wishes(database, OPENS, None)
    assert await said(database, catalog, rules, NOON) == []
    assert await left(database) == [OPENS]
    await wishes(database, OPEN, None)
    (text,) = await said(database, catalog, rules, NOON)
    assert "기초연금" in text and "지금 받고 있어요" in text
    assert await left(database) == [OPENS]


async def test_a_newer_wish_takes_the_place_and_cancelling_ends_it(database: Database) -> None:
    await wishes(database, DAY, "2026-12-15")
    await wishes(database, DAY, "2027-01-15")
    await wishes(database, OPENS, None)
    async with database.transaction() as session:
        person = await people.seen(session, JA, JA, NOON)
        assert [w.day for w in await notices.of_person(session, person.id) if w.program == DAY] == ["2027-01-15"]
        assert await notices.cancel(session, person.id, DAY) == 1
        assert await notices.cancel(session, person.id, DAY) == 0
        assert await notices.cancel(session, person.id) == 1


async def test_who_cannot_be_reached_is_not_written_to(database: Database, catalog: Catalog, rules: RuleBook) -> None:
    await wishes(database, DAY, "2026-12-15")
    async with database.transaction() as session:
        await people.unreachable(session, JA, NOON)
    assert await said(database, catalog, rules, NOON) == []
    assert await left(database) == []


async def test_a_program_that_is_gone_is_not_announced(database: Database, catalog: Catalog, rules: RuleBook) -> None:
    await wishes(database, "no-such-program", "2026-12-15")
    assert await said(database, catalog, rules, NOON) == []
    assert await left(database) == []


async def test_a_notice_waits_behind_answers(database: Database, catalog: Catalog, rules: RuleBook) -> None:
    await wishes(database, DAY, "2026-12-15")
    await said(database, catalog, rules, NOON)
    async with database.transaction() as session:
        assert {row.priority for row in await session.scalars(select(Outgoing))} == {outbox.REMINDER}


def test_a_promise_fits_what_is_known(catalog: Catalog) -> None:
    """Each text of a promise has one sentence of what happens; none names a day that is only expected."""
    for key in ("notices.noted_expected", "notices.noted_unknown"):
        text = WORDS.texts[key].text
        assert "자료에 들어오면" in text and "{when}" not in text
