"""The keeper of the Rasa server, with a quick stand-in for Rasa's Python: start, death, port, environment, end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from nlu.environment import variables
from nlu.errors import ModelMissingError, NotReadyError, PortTakenError, RasaMissingError
from nlu.server import Plan, RasaServer, listens, probe, serving
from tests.nlu.fake_rasa import fake_rasa

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    model = tmp_path / "ieum.tar.gz"
    model.write_bytes(b"model")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Plan(fake_rasa(tmp_path / "bin"), ROOT, model, port, tmp_path / "log" / "rasa.log")


@asynccontextmanager
async def running(plan: Plan) -> AsyncIterator[RasaServer]:
    async with httpx.AsyncClient() as client:
        server = RasaServer(plan, client)
        task = asyncio.create_task(server.run())
        try:
            yield server
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_it_starts_answers_and_ends_with_its_keeper(plan: Plan) -> None:
    async with running(plan) as server:
        await server.ready(20)
        async with httpx.AsyncClient() as client:
            assert await probe(client, plan.url) == "ieum.tar.gz"
        assert server.is_ready
        assert (plan.python.parent / "asked").exists(), "the first, slow question is asked before people ask theirs"
    assert not await listens(plan.port)
    assert server.pid is None


async def test_it_starts_again_when_it_is_killed(plan: Plan) -> None:
    async with running(plan) as server:
        await server.ready(20)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        await asyncio.sleep(0.5)
        assert not server.is_ready
        await server.ready(20)
        assert server.starts == 2


async def test_one_that_cannot_live_is_tried_again_with_growing_waits(plan: Plan) -> None:
    (plan.python.parent / "mode").write_text("dies")
    async with running(plan) as server:
        await asyncio.sleep(2.4)
        assert server.starts == 2
        assert not server.is_ready


async def test_one_that_is_loading_is_not_ready(plan: Plan) -> None:
    (plan.python.parent / "mode").write_text("loading")
    async with running(plan) as server:
        with pytest.raises(NotReadyError, match=r"rasa\.log"):
            await server.ready(1.5)


async def test_a_busy_port_is_one_sentence(plan: Plan) -> None:
    async with (
        await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", plan.port),
        httpx.AsyncClient() as client,
    ):
        with pytest.raises(PortTakenError, match="IEUM_RASA_PORT"):
            await RasaServer(plan, client).run()


async def test_no_rasa_and_no_model_are_told_before_the_start(plan: Plan) -> None:
    async with httpx.AsyncClient() as client:
        plan.model.unlink()
        with pytest.raises(ModelMissingError, match="ieum train"):
            await RasaServer(plan, client).run()
        (plan.python.parent / "rasa").unlink()
        with pytest.raises(RasaMissingError, match="make setup"):
            await RasaServer(plan, client).run()


async def test_serving_uses_the_one_that_answers(plan: Plan) -> None:
    async with running(plan) as server, httpx.AsyncClient() as client:
        await server.ready(20)
        async with serving(plan, client) as url:
            assert url == plan.url
        assert server.is_ready


async def test_serving_starts_one_and_ends_it(plan: Plan) -> None:
    async with httpx.AsyncClient() as client:
        async with serving(plan, client) as url:
            assert await probe(client, url) == "ieum.tar.gz"
        assert not await listens(plan.port)


async def test_serving_says_at_once_what_is_missing(plan: Plan) -> None:
    plan.model.unlink()
    async with httpx.AsyncClient() as client:
        with pytest.raises(ModelMissingError):
            async with asyncio.timeout(5), serving(plan, client):
                pytest.fail("there is no model")


def test_rasa_sees_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    told = variables(threads=2)
    assert "TELEGRAM_BOT_TOKEN" not in told
    assert (told["RASA_TELEMETRY_ENABLED"], told["OMP_NUM_THREADS"]) == ("false", "2")


def test_the_launcher_ends_when_its_parent_is_gone() -> None:
    code = "from nlu.launch import end_with_parent; end_with_parent()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, cwd=ROOT) as child:
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.5)
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(5) == -signal.SIGTERM
