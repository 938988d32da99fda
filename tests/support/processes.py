"""Bot processes for tests: the very `ieum` commands that operators run, with settings for one test."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot.settings import ROOT


@dataclass
class Command:
    """A running `ieum` command; what it writes is collected line by line, with the seconds since its start."""

    process: Process
    began: float
    lines: list[tuple[float, str]] = field(default_factory=list)
    reading: "asyncio.Task[None] | None" = None

    @property
    def output(self) -> str:
        """All that it wrote."""
        return "\n".join(line for _, line in self.lines)

    async def says(self, words: str, timeout_s: float = 30.0) -> float:
        """Waits until a line holds these words; seconds since the start. Raises AssertionError."""
        end = time.monotonic() + timeout_s
        while True:
            for at, line in self.lines:
                if words in line:
                    return at
            ended = self.process.returncode is not None and (self.reading is None or self.reading.done())
            assert not ended, f"ended with {self.process.returncode} before {words!r}:\n{self.output}"
            assert time.monotonic() < end, f"did not say {words!r} within {timeout_s:.0f} s:\n{self.output}"
            await asyncio.sleep(0.02)

    async def ends(self, timeout_s: float = 40.0) -> int:
        """Waits for its end; the exit code."""
        code = await asyncio.wait_for(self.process.wait(), timeout_s)
        if self.reading is not None:
            await self.reading
        return code

    def send(self, what: signal.Signals) -> None:
        """Sends a signal to this process alone."""
        with suppress(ProcessLookupError):
            self.process.send_signal(what)

    async def kill(self) -> None:
        """SIGKILL, and waits until it is gone."""
        self.send(signal.SIGKILL)
        await self.ends()

    def family(self) -> list[psutil.Process]:
        """This process and its children, while they live."""
        with suppress(psutil.NoSuchProcess):
            me = psutil.Process(self.process.pid)
            return [me, *me.children(recursive=True)]
        return []


@asynccontextmanager
async def ieum(*arguments: str, env: Mapping[str, str]) -> AsyncIterator[Command]:
    """`ieum ARGUMENTS` for the block; whatever is left of it afterwards is killed."""
    command = await start(*arguments, env=env)
    try:
        yield command
    finally:
        for process in command.family():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        await command.ends()


async def start(*arguments: str, env: Mapping[str, str]) -> Command:
    """Starts `ieum ARGUMENTS`. Nothing of the tester's own settings reaches it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("IEUM_") and k != "TELEGRAM_BOT_TOKEN"}
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-u",
        "-m",
        "bot.commands",
        *arguments,
        cwd=ROOT,
        env={**clean, "PYTHONUNBUFFERED": "1", **env},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
    )
    command = Command(process, began)
    command.reading = asyncio.create_task(_read(command))
    return command


async def _read(command: Command) -> None:
    assert command.process.stdout is not None
    async for line in command.process.stdout:
        command.lines.append((time.monotonic() - command.began, line.decode(errors="replace").rstrip()))


def settings_env(data: Path, **more: object) -> dict[str, str]:
    """The environment of a test's process: its own data folder, no waiting for second halves."""
    values = {"data": data, "merge_seconds": 0, **more}
    return {f"IEUM_{name.upper()}": str(value) for name, value in values.items()}
