"""`ieum cases`: who has a case is told truly, and a long answer arrives whole."""

import asyncio

import pytest
from sqlalchemy import select

from bot import render
from bot.commands import main
from counsel import cases as counsel
from storage import cases, people
from storage.database import Database
from storage.outbox import Outgoing
from tests.support.clocks import StillClock

LONG = "\n".join(f"{n}번째 서류는 <주민센터>에서 받으세요. " + "그리고 " * 40 for n in range(60))


@pytest.fixture
async def office(database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An office in which case 1 waits."""
    monkeypatch.setenv("IEUM_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    async with database.transaction() as session:
        person = await people.seen(session, 680001, 680001, clock.now())
        await counsel.open_case(session, person.id, "asked", clock.now())
    return database


async def command(*words: str) -> int:
    """The command, in a thread of its own: it brings its own loop."""
    return await asyncio.to_thread(main, ["cases", *words])


async def test_a_case_of_nobody_is_to_be_claimed(office: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("answer", "1", "네", "--as", "김상담") == 2
    assert capsys.readouterr().err == "ieum: nobody has case 1 yet: claim it first.\n"


async def test_who_has_a_case_is_named(office: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("claim", "1", "--as", "박상담") == 0
    capsys.readouterr()
    for words in (("claim", "1"), ("answer", "1", "네")):
        assert await command(*words, "--as", "김상담") == 2
        assert capsys.readouterr().err == "ieum: case 1 is not yours: 박상담 has it.\n"


async def test_who_was_slower_is_told_so(
    office: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def lost(*_: object) -> bool:
        return False

    monkeypatch.setattr(cases, "claim", lost)
    assert await command("claim", "1", "--as", "김상담") == 2
    assert "another counselor has just claimed it" in capsys.readouterr().err


async def test_a_long_answer_is_sent_in_parts(office: Database) -> None:
    assert await command("claim", "1", "--as", "김상담") == 0
    assert await command("answer", "1", LONG, "--as", "김상담") == 0
    async with office.transaction() as session:
        rows = (await session.scalars(select(Outgoing).order_by(Outgoing.id))).all()
    texts = [(row.payload or {})["text"] for row in rows[1:]]
    assert len(texts) > 1 and all(len(text) <= render.LIMIT for text in texts)
    said = "".join(render.plain(text) for text in texts).replace("\n", "")
    assert LONG.replace("\n", "").strip() in said


async def test_an_empty_answer_is_none(office: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("claim", "1", "--as", "김상담") == 0
    assert await command("answer", "1", "  ", "--as", "김상담") == 2
    assert "give the answer's text" in capsys.readouterr().err
