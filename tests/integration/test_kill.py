"""The kill test: 20 chats write 20 messages each while the app is killed (SIGKILL) at 30 random moments.

Nothing may be lost, each chat is answered in its order, a kill repeats one reply at most, no effect happens twice.
The messages are commands and one call for a counselor, because their replies are known word for word: so each reply can
be matched to its message. Neighbours differ, so that a repeated reply can be told from the next one.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.playground.limits import NO_RATES
from bot.playground.server import Running, running
from bot.render import plain
from bot.settings import Settings
from bot.words import load_words
from storage.cases import Case
from storage.conversation import EVENT, Entry
from storage.database import Database
from storage.outbox import QUEUED, SENDING, Outgoing
from storage.turns import TurnRecord
from storage.updates import ANSWERED, StoredUpdate
from tests.support.databases import migrated, new_postgres_url, new_sqlite_url
from tests.support.processes import Command, ieum, settings_env
from tests.support.rasa import rasa_standin
from tests.support.waiting import until

CHATS, MESSAGES, KILLS = 20, 20, 30
FIRST_CHAT = 880_000
WORDS = load_words()
COMMANDS = ("/help", "/me", "/menu")
CALL = "상담원과 이야기"
START_S = 90.0
"""A process loads its libraries first, on a machine that does much else."""

pytestmark = pytest.mark.integration


def said(key: str, **blanks: object) -> str:
    return plain(WORDS.say(key, **blanks).text)


SHORT = said("start.short", operator=Settings(_env_file=None).operator)
REPLIES = {
    "/help": [said("menu.help"), said("menu.large")],
    "/me": [said("profile.nothing")],
    "/menu": [said("menu.menu")],
    CALL: [said("handover.no_hours", number=0, phone="0").split(".")[0], said("handover.share")],
}


def script(chat: int) -> list[str]:
    """What a chat writes: neighbours differ, and one message in the middle calls a counselor."""
    choose = random.Random(chat)
    out = [choose.choice(COMMANDS)]
    while len(out) < MESSAGES:
        out.append(CALL if len(out) == 9 else choose.choice([c for c in COMMANDS if c != out[-1]]))
    return out


def expected(chat: int) -> list[str]:
    """How each reply must begin, in order."""
    replies = [reply for message in script(chat) for reply in REPLIES[message]]
    return [SHORT, *replies]


def repeats(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """How many replies came twice in a row. Raises AssertionError when one is missing or out of order."""
    position, twice = 0, 0
    for text in heard:
        if position < len(wanted) and text.startswith(wanted[position]):
            position += 1
        elif position and text.startswith(wanted[position - 1]):
            twice += 1
        else:
            raise AssertionError(f"reply {position} should begin {wanted[position : position + 1]}, was {text[:40]!r}")
    assert position == len(wanted), f"{len(wanted) - position} replies are missing"
    return twice


async def write(world: Running) -> None:
    """All chats write at the same time, each at its own pace."""

    async def one(chat: int) -> None:
        wait = random.Random(chat + 1)
        for message in script(chat):
            world.world.says(chat, message)
            await asyncio.sleep(wait.uniform(0.2, 2.2))

    await asyncio.gather(*(one(FIRST_CHAT + n) for n in range(CHATS)))


async def all_done(database: Database) -> bool:
    """Whether every message is answered and every reply is sent."""
    async with database.transaction() as session:
        answered = await session.scalar(
            select(func.count()).select_from(StoredUpdate).where(StoredUpdate.status == ANSWERED)
        )
        waiting = await session.scalar(
            select(func.count()).select_from(Outgoing).where(Outgoing.status.in_((QUEUED, SENDING)))
        )
    return answered == CHATS * MESSAGES and waiting == 0


async def check(database: Database, world: Running) -> None:
    """Everything that the docstring of this file promises."""
    twice = 0
    for n in range(CHATS):
        chat = FIRST_CHAT + n
        heard = [str(message.get("text", "")) for message in world.world.said_by_bot(chat)]
        twice += repeats(expected(chat), heard)
    assert twice <= KILLS
    async with database.transaction() as session:
        turns = (await session.execute(select(TurnRecord.person_id, func.count()).group_by(TurnRecord.person_id))).all()
        assert sorted(count for _, count in turns) == [MESSAGES] * CHATS
        assert await session.scalar(select(func.count()).select_from(Case)) == CHATS
        opened = select(func.count()).select_from(Entry).where(Entry.author == EVENT)
        assert await session.scalar(opened) == CHATS


@asynccontextmanager
async def processes(count: int, start: Callable[[], Awaitable[Command]]) -> AsyncIterator[list[Command]]:
    """So many running bot processes; none is left afterwards."""
    found = [await start() for _ in range(count)]
    try:
        for command in found:
            await command.says("bot runs", START_S)
        yield found
    finally:
        for command in found:
            await command.kill()


async def survive(url: str, data: Path, count: int) -> None:
    """Plays the whole test on one database with so many app processes."""
    dice = random.Random(20261121 + count)
    async with migrated(url) as database, rasa_standin() as rasa, running(rates=NO_RATES) as world:
        env = settings_env(data, database_url=url, rasa_url=rasa.address, log_level="ERROR")

        async def start() -> Command:
            return await ieum("bot", "--playground", world.address, env=env)

        async with processes(count, start) as bots:
            writing = asyncio.create_task(write(world))
            for _ in range(KILLS):
                await asyncio.sleep(dice.uniform(0.05, 1.2))
                victim = dice.randrange(count)
                await bots[victim].kill()
                bots[victim] = await start()
                await bots[victim].says("bot runs", START_S)
            await writing
            await until(lambda: all_done(database), 180, "every message answered and every reply sent")
        await check(database, world)


async def test_one_process_on_sqlite(tmp_path: Path) -> None:
    await survive(new_sqlite_url(tmp_path), tmp_path / "data", 1)


async def test_two_processes_on_postgresql(tmp_path: Path, postgres: str) -> None:
    await survive(await new_postgres_url(postgres), tmp_path / "data", 2)


def test_the_count_of_repeats_can_fail() -> None:
    assert repeats(["a", "b", "c"], ["a", "a", "b", "c"]) == 1
    with pytest.raises(AssertionError, match="missing"):
        repeats(["a", "b"], ["a"])
    with pytest.raises(AssertionError, match="reply 0"):
        repeats(["a", "b"], ["b", "a"])
