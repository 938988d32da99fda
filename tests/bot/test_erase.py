"""`ieum erase`: the office erases somebody who asked in writing, and nobody by accident."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.commands import main
from knowledge.catalog import Catalog
from storage.conversation import Entry
from storage.database import Database
from storage.people import Person
from tests.support.chat import Chat
from tests.support.clocks import StillClock
from tests.support.standins import quick_services
from tests.support.traces import traces

JA, OTHER = 680001, 680002
SAID = "해바라기빌라에 사는데 기초연금 얼마예요"


async def talks(database: Database, clock: StillClock, catalog: Catalog, number: int) -> None:
    """Agrees, asks, and waits for a counselor: the first one is person 1 with case 1."""
    chat = Chat(quick_services(database, clock, catalog), clock, number=number)
    await chat.says("/start")
    await chat.taps("네, 좋아요")
    await chat.says(SAID)
    await chat.says("상담원 바꿔 주세요")


async def people_left(database: Database) -> list[int]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Person.chat_id).order_by(Person.chat_id)))


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The settings of an office whose database this is."""
    monkeypatch.setenv("IEUM_DATABASE_URL", database.engine.url.render_as_string(hide_password=False))
    yield database


async def command(*words: str) -> int:
    """The command, in a thread of its own: it brings its own loop."""
    return await asyncio.to_thread(main, ["erase", *words])


@pytest.mark.parametrize("which", [("1",), ("1", "--case"), (str(JA), "--chat")], ids=["person", "case", "chat"])
async def test_a_person_is_erased_and_nobody_else(
    office: Database, clock: StillClock, catalog: Catalog, which: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    await talks(office, clock, catalog, JA)
    await talks(office, clock, catalog, OTHER)
    assert await command(*which, "--yes", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["erased"] and told["rows"]["entries"] > 0
    assert await people_left(office) == [OTHER]
    assert await traces(office, [JA]) == []
    async with office.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Entry).where(Entry.text == SAID)) == 1


async def test_without_the_yes_nothing_is_changed(
    office: Database, clock: StillClock, catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    await talks(office, clock, catalog, JA)
    assert await command(str(JA), "--chat") == 0
    assert "Nothing was changed" in capsys.readouterr().out
    assert await people_left(office) == [JA]
    assert await traces(office, ["해바라기빌라"]) == ["entries.text: 해바라기빌라"]


@pytest.mark.parametrize("which", [("99",), ("99", "--case"), ("99", "--chat")])
async def test_a_number_of_nobody_is_said_in_one_sentence(
    office: Database, which: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command(*which, "--yes") == 2
    assert "there is no" in capsys.readouterr().err


def test_the_handbook_names_it() -> None:
    handbook = Path(__file__).parent.parent.parent / "docs" / "operating.md"
    assert "ieum erase 17 --case --yes" in handbook.read_text("utf-8")
