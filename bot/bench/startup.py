"""A second start of everything, as an operator sees it, and what it then holds in memory."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from pathlib import Path
from typing import Any

import httpx
import psutil

from bot.bench.figures import Start
from bot.errors import OperatorError
from bot.settings import ROOT

LONGEST_S = 300.0
CHAT = 680_001
QUESTION = "구직지원금 얼마예요?"


async def measure_start(env: dict[str, str], playground: str) -> Start:
    """Starts `ieum run` twice with these settings and measures the second. Raises OperatorError."""
    await _once(env, playground)
    return await _once(env, playground)


async def _once(env: dict[str, str], playground: str) -> Start:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.commands",
        "run",
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONUNBUFFERED": "1"},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    try:
        return await _read(process, playground)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()


async def _read(process: Process, playground: str) -> Start:
    began = time.monotonic()
    seen = {"bot": 0.0, "Rasa": 0.0, "addresses": 0.0}
    last: list[str] = []
    assert process.stdout is not None
    async with asyncio.timeout(LONGEST_S):
        while not seen["addresses"]:
            line = (await process.stdout.readline()).decode(errors="replace")
            if not line:
                raise OperatorError(f"`ieum run` did not start: {' '.join(last[-2:])}")
            last.append(line.strip())
            name = line.split()[0] if line.strip() else ""
            if name in seen and ("done in" in line or name == "addresses"):
                seen[name] = round(time.monotonic() - began, 1)
    reading = asyncio.create_task(process.stdout.read())
    await _ask(playground)
    answered = round(time.monotonic() - began, 1)
    app_mb, rasa_mb = _memory(process.pid)
    process.send_signal(signal.SIGINT)
    await reading
    return Start(seen["bot"], seen["Rasa"], seen["addresses"], answered, app_mb, rasa_mb)


async def _ask(playground: str) -> None:
    """Asks something and waits for the answer."""
    async with httpx.AsyncClient(timeout=20) as client, asyncio.timeout(LONGEST_S):
        await client.post(f"{playground}/playground/api/says", json={"chat_id": CHAT, "text": QUESTION})
        while not await _answered(client, playground):  # noqa: ASYNC110 - the playground tells nobody
            await asyncio.sleep(0.1)


async def _answered(client: httpx.AsyncClient, playground: str) -> bool:
    chat: Any = (await client.get(f"{playground}/playground/api/chats/{CHAT}")).json()
    return any(message["by_bot"] for message in chat["messages"])


def _memory(pid: int) -> tuple[float, float]:
    """Resident memory of the app, and of the Rasa server below it, in MB."""
    app = psutil.Process(pid)
    rasa = sum(child.memory_info().rss for child in app.children(recursive=True))
    return round(app.memory_info().rss / 1e6), round(rasa / 1e6)


def index_and_models(data: Path, settings_data: Path) -> None:
    """Lets a data folder of its own use the project's trained model and built index."""
    for name in ("index", "models"):
        (data / name).symlink_to(settings_data / name)
