"""`ieum run` as an operator meets it: ready soon, one sentence for what is wrong, and nothing left when it ends."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from bot.playground.server import running
from tests.conftest import free_port
from tests.support.databases import migrated, new_sqlite_url
from tests.support.processes import Command, ieum, settings_env
from tests.support.rasa import rasa_standin
from tests.support.waiting import until

pytestmark = pytest.mark.integration

JA = 680001
READY_S = 30.0
"""The goal for a second start on two cores that do nothing else."""


def allowed(seconds: float) -> float:
    """The same time on a machine whose cores do much else: as much longer as they have to share."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def ports() -> dict[str, int]:
    return {name: free_port() for name in ("page_port", "playground_port", "rasa_port")}


class House:
    """A running `ieum run`, by its addresses."""

    def __init__(self, command: Command, env: dict[str, str], client: httpx.AsyncClient) -> None:
        self.command, self._client = command, client
        self._page = f"http://127.0.0.1:{env['IEUM_PAGE_PORT']}"
        self._playground = f"http://127.0.0.1:{env['IEUM_PLAYGROUND_PORT']}/playground/api"

    async def health(self) -> dict[str, object]:
        return dict((await self._client.get(f"{self._page}/health")).json())

    async def has_rasa(self) -> bool:
        return bool((await self.health())["rasa"])

    async def asks(self, text: str) -> None:
        """Says something and waits until this very text is answered: a first meeting's messages come one by one."""
        turns, messages = len(await self._turns()), len(await self._heard())
        await self._client.post(f"{self._playground}/says", json={"chat_id": JA, "text": text})

        async def answered() -> bool:
            return len(await self._turns()) > turns and len(await self._heard()) > messages

        await until(answered, allowed(30), f"an answer to {text}")

    async def _heard(self) -> list[object]:
        chat = (await self._client.get(f"{self._playground}/chats/{JA}")).json()
        return [m for m in chat.get("messages", []) if m["by_bot"]]

    async def last_degraded(self) -> str:
        """Why Rasa could not be asked about the last text; empty when it was."""
        return str(json.loads((await self._turns())[-1])["degraded"])

    async def _turns(self) -> list[str]:
        """What was understood in every turn so far, a JSON line each."""
        return (await self._client.get(f"{self._playground}/understood?chat_id={JA}")).text.splitlines()


@asynccontextmanager
async def house(env: dict[str, str]) -> AsyncIterator[tuple[House, float]]:
    """A started house and the seconds that the start took."""
    async with httpx.AsyncClient(timeout=20) as client, ieum("run", env=env) as command:
        took = await command.says("addresses", 300)
        yield House(command, env, client), took


async def test_a_second_start_is_quick_rasa_is_kept_up_and_ctrl_c_ends_all(data: Path) -> None:
    env = settings_env(data, **ports())
    async with house(env) as (first, _):
        await first.asks("안녕하세요")
        assert await first.has_rasa()
        await check_rasa_comes_back(first)
        await check_nothing_is_left(first.command, env)
    async with house(env) as (second, took):
        await second.asks("구직지원금 얼마예요?")
        assert await second.last_degraded() == ""
        await check_nothing_is_left(second.command, env)
    assert took <= allowed(READY_S), f"ready after {took:.1f} s:\n{second.command.output}"
    assert "Traceback" not in second.command.output


async def check_rasa_comes_back(it: House) -> None:
    """Rasa is killed in the middle of a chat: replies go on, and it comes back by itself."""
    (rasa,) = [p for p in it.command.family() if "nlu.launch" in " ".join(p.cmdline())]
    rasa.kill()
    await it.asks("실업급여 얼마예요?")
    assert await it.last_degraded()
    await until(it.has_rasa, allowed(90), "Rasa is back")

    async def understood() -> bool:
        await it.asks("구직지원금 얼마예요?")
        return await it.last_degraded() == ""

    await until(understood, allowed(40), "Rasa is asked again")


async def check_nothing_is_left(command: Command, env: dict[str, str]) -> None:
    family = command.family()
    assert len(family) >= 2
    command.send(signal.SIGINT)
    assert await command.ends(allowed(40)) in (0, 130), command.output
    await until(lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family), 5)
    for name in ("PAGE", "PLAYGROUND", "RASA"):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(env[f"IEUM_{name}_PORT"])))


@contextmanager
def taken(port: int) -> Iterator[None]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


async def refused(*arguments: str, env: dict[str, str], words: str) -> None:
    """The command ends with one sentence that holds these words, and a code that is not 0."""
    async with ieum(*arguments, env=env) as command:
        assert await command.ends(allowed(60)) == 2, command.output
    told = [line for line in command.output.splitlines() if line.startswith("ieum: ")]
    assert len(told) == 1 and words in told[0], command.output
    assert "Traceback" not in command.output


@pytest.mark.parametrize("name", ["page_port", "playground_port", "rasa_port"])
async def test_a_busy_port(tmp_path: Path, name: str) -> None:
    chosen = ports()
    with taken(chosen[name]):
        env = settings_env(tmp_path, **chosen)
        await refused("run", env=env, words=f"port {chosen[name]} is used by another program")


async def test_a_missing_model(data: Path) -> None:
    (data / "models").unlink()
    url = new_sqlite_url(data)
    async with migrated(url):
        env = settings_env(data, database_url=url, **ports())
        await refused("run", "--no-prepare", env=env, words="ieum train")


@pytest.mark.parametrize("token", ["1:wrong", "no-token", "1:wrong and a space"])
@pytest.mark.parametrize("command", [("bot",), ("run", "--no-prepare")])
async def test_a_bad_token(data: Path, token: str, command: tuple[str, ...]) -> None:
    url = new_sqlite_url(data)
    async with migrated(url), running() as telegram, rasa_standin() as rasa:
        env = settings_env(data, database_url=url, rasa_url=rasa.address, bot_api_url=telegram.address, **ports())
        await refused(*command, env={**env, "TELEGRAM_BOT_TOKEN": token}, words="TELEGRAM_BOT_TOKEN")


async def test_no_token_and_no_playground(tmp_path: Path) -> None:
    await refused("bot", env=settings_env(tmp_path), words="set TELEGRAM_BOT_TOKEN")


async def test_a_database_without_tables(data: Path) -> None:
    async with running() as playground:
        env = settings_env(data, rasa_url="http://127.0.0.1:1")
        await refused("bot", "--playground", playground.address, env=env, words="ieum migrate")


async def test_a_database_that_is_away(data: Path) -> None:
    async with running() as playground:
        env = settings_env(data, database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none")
        await refused("bot", "--playground", playground.address, env=env, words="IEUM_DATABASE_URL")


async def test_a_webhook_without_address_or_port(data: Path) -> None:
    url, port = new_sqlite_url(data), free_port()
    async with migrated(url), running() as playground:
        env = settings_env(data, database_url=url, receive="webhook", webhook_port=port)
        await refused("bot", "--playground", playground.address, env=env, words="IEUM_WEBHOOK_URL")
        with taken(port):
            env["IEUM_WEBHOOK_URL"] = f"http://127.0.0.1:{port}"
            await refused("bot", "--playground", playground.address, env=env, words=f"port {port} is used")
        env["IEUM_WEBHOOK_URL"] = "http://far.example"
        await refused("bot", "--playground", playground.address, env=env, words="refuses the webhook")


async def test_ctrl_c_while_everything_still_loads(data: Path) -> None:
    env = settings_env(data, **ports())
    for seconds in (0.5, 2.0, 5.0):
        async with ieum("run", "--no-prepare", env=env) as command:
            await asyncio.sleep(seconds)
            family = command.family()
            command.send(signal.SIGINT)
            code = await command.ends(allowed(40))
            assert code in (0, 1, 2, 130, -signal.SIGINT), command.output
        assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in family)
