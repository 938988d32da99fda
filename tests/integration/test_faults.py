"""What goes wrong in real life, with a whole bot process: everybody is answered all the same, and in order."""

import asyncio
import itertools
import resource
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.jobs import TICK_S
from bot.settings import Settings
from storage.database import Database
from tests.support.databases import migrated, new_postgres_url, new_sqlite_url
from tests.support.desk import Desk, open_desk
from tests.support.processes import ieum, settings_env
from tests.support.waiting import until

pytestmark = pytest.mark.integration

_people = itertools.count(610_001)


@pytest.fixture
def ja() -> int:
    """Somebody new."""
    return next(_people)


@pytest.fixture
def bo() -> int:
    """Somebody else."""
    return next(_people)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def desk(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    postgres: str,
    built_index: Path,
    settings: Settings,
) -> AsyncIterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "index").symlink_to(built_index)
    url = new_sqlite_url(folder) if request.param == "sqlite" else await new_postgres_url(postgres)
    async with migrated(url) as database, open_desk(database, folder) as it:
        yield it


@pytest.fixture(autouse=True)
async def sound(desk: Desk) -> AsyncIterator[None]:
    """Whatever a test did, the next finds everything in order, and the process was never restarted."""
    yield
    desk.world.faults.clear()
    desk.rasa.mode, desk.rasa.delay_s = "well", 0.0
    desk.world.clock.reset()
    assert desk.bot.process.returncode is None, desk.bot.output
    assert "Traceback" not in desk.bot.output
    await desk.quiet(60)


async def test_429_for_one_chat_holds_up_no_other(desk: Desk, ja: int, bo: int) -> None:
    desk.world.faults.add("sendMessage", "429", retry_after=3, chat_id=ja)
    began = time.monotonic()
    desk.world.says(ja, "/start")
    await until(lambda: bool(desk.world.called("sendMessage")[-1].answer or {}))
    await desk.asks(bo, "/start")
    await until(lambda: len(desk.heard(ja)) == len(desk.heard(bo)), 30)
    assert desk.heard(ja) == desk.heard(bo) and time.monotonic() - began > 2


@pytest.mark.parametrize("kind", ["500", "502", "reset"])
async def test_telegrams_trouble_is_waited_out(desk: Desk, ja: int, bo: int, kind: str) -> None:
    desk.world.faults.add("sendMessage", kind, times=3, chat_id=ja)
    first = await desk.asks(ja, "/start")
    assert first == await desk.asks(bo, "/start")


async def test_trouble_with_polling_loses_nothing(desk: Desk, ja: int) -> None:
    for kind in ("502", "reset", "429", "reset_after"):
        desk.world.faults.add("getUpdates", kind, retry_after=1)
    for n in range(4):
        desk.world.says(ja, f"/start {n}")
        await asyncio.sleep(0.3)
    await desk.quiet(60)
    assert len([t for t in desk.heard(ja) if "운영" in t and "동의" not in t]) >= 4


async def test_a_delivery_whose_answer_is_lost_is_repeated_at_most_once(desk: Desk, ja: int, bo: int) -> None:
    expected = await desk.asks(bo, "/start")
    desk.world.faults.add("sendMessage", "reset_after", chat_id=ja)
    heard = await desk.asks(ja, "/start")
    assert heard in ([expected[0], *expected], expected)


async def test_a_delivery_that_hangs_is_repeated_at_most_once(desk: Desk, ja: int, bo: int) -> None:
    expected = await desk.asks(bo, "/start")
    desk.world.faults.add("sendMessage", "timeout", chat_id=ja)
    desk.world.says(ja, "/start")
    desk.world.says(bo, "/help")
    await until(lambda: len(desk.heard(bo)) > len(expected), 10, "an answer beside one that hangs")
    await until(lambda: len(desk.heard(ja)) == len(expected) + 1, 60)
    assert desk.heard(ja) == [expected[0], *expected]


async def test_a_malformed_update_among_others_is_parked_and_shown(desk: Desk, ja: int, bo: int, data: Path) -> None:
    before = len(await desk.parked())
    desk.world.says(ja, "/start")
    desk.world.emits_malformed()
    desk.world.emits({"message": {"chat": {"id": bo, "type": "private"}, "date": "yesterday", "message_id": 1}})
    desk.world.chat(bo).started = True
    desk.world.says(bo, "/start")
    await desk.quiet()
    assert len(await desk.parked()) == before + 2
    assert len(desk.heard(ja)) >= 3 and len(desk.heard(bo)) >= 4
    async with ieum("inbox", env=settings_env(data, database_url=desk.database.url)) as inbox:
        assert await inbox.ends() == 0
    assert inbox.output.count("unreadable") >= 1 and f"{before + 2} parked" in inbox.output


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    """Nobody else can write while the block runs: another process holds the lock."""
    if database.is_sqlite:
        other = sqlite3.connect(database.url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
        other.execute("PRAGMA busy_timeout=10000")
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE updates, outbox, chats IN ACCESS EXCLUSIVE MODE"))
        yield


async def test_a_locked_database_loses_and_parks_nothing(desk: Desk, ja: int) -> None:
    before = await desk.parked()
    async with locked(desk.database):
        desk.world.says(ja, "/start")
        await asyncio.sleep(4)
        assert desk.heard(ja) == []
    await desk.quiet(60)
    assert len(desk.heard(ja)) == 3 and await desk.parked() == before


async def test_a_full_disk_loses_nothing(desk: Desk, ja: int) -> None:
    """A limit on the size of the process's files makes every write fail as a full disk does, now and then."""
    if not desk.database.is_sqlite:
        return
    pid, before = desk.bot.process.pid, await desk.parked()
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    for n in range(8):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
        desk.world.says(ja, f"/start {n}")
        await asyncio.sleep(0.5)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        await asyncio.sleep(0.2)
    await desk.quiet(90)
    welcome = desk.heard(ja)[0]
    assert desk.heard(ja).count(welcome) == 8, "each start is answered once"
    assert await desk.parked() == before


async def test_connections_that_are_cut_lose_nothing(desk: Desk, ja: int) -> None:
    if desk.database.is_sqlite:
        return
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"
    for n in range(5):
        desk.world.says(ja, f"/start {n}")
        await asyncio.sleep(0.1 * n)
        async with desk.database.transaction() as session:
            await session.execute(text(cut))
    await desk.quiet(90)
    welcome = desk.heard(ja)[0]
    assert 5 <= desk.heard(ja).count(welcome) <= 10, "each start is answered, a cut repeats one reply at most"


async def test_a_clock_that_jumps_strands_nobody(desk: Desk, ja: int) -> None:
    for days in (3, -10, 400, -400):
        desk.world.clock.move(timedelta(days=days))
        await asyncio.sleep(1.2)
        assert await desk.asks(ja, "/help", 20)


async def test_a_clock_that_jumps_in_the_middle_strands_nobody(desk: Desk) -> None:
    people = [next(_people) for _ in range(10)]
    for n, jump in enumerate((1, -2, 30, -29, 0.01, -0.01)):
        for person in people:
            desk.world.says(person, f"/help {n}")
        desk.world.clock.move(timedelta(days=jump))
        await asyncio.sleep(0.7)
    await desk.quiet(60)
    # Six answers and the three messages of a first meeting: what is forgotten after a day may be said once more.
    assert all(len(desk.heard(person)) >= 9 for person in people)


async def test_a_crowd_that_comes_back_after_a_year_is_answered(desk: Desk) -> None:
    """They write while the timer runs that forgets who was silent for a year."""
    people = [next(_people) for _ in range(40)]
    for person in people:
        desk.world.says(person, "/help")
    await desk.quiet(60)
    before = {person: len(desk.heard(person)) for person in people}
    desk.world.clock.move(timedelta(days=400))
    for person in people:
        desk.world.says(person, "/help")
        await asyncio.sleep(2 * TICK_S / len(people))
    await desk.quiet(60)
    assert [person for person in people if len(desk.heard(person)) == before[person]] == []


@pytest.mark.parametrize(("mode", "delay_s"), [("nonsense", 0.0), ("broken", 0.0), ("well", 30.0)])
async def test_rasa_in_trouble_keeps_nobody_waiting_and_is_asked_again(
    desk: Desk, ja: int, mode: str, delay_s: float
) -> None:
    await desk.asks(ja, "구직지원금 얼마예요?")
    desk.rasa.mode, desk.rasa.delay_s = mode, delay_s
    began = time.monotonic()
    assert await desk.asks(ja, "구직지원금 서류는요?")
    assert time.monotonic() - began < 12
    assert (await desk.degraded())[-1]
    for _ in range(3):
        assert await desk.asks(ja, "실업급여 얼마예요?")
    desk.rasa.mode, desk.rasa.delay_s = "well", 0.0

    async def recovered() -> bool:
        await desk.asks(ja, "구직지원금 얼마예요?")
        return (await desk.degraded())[-1] is None

    await until(recovered, 40, "Rasa is asked again")
