"""The Rasa server as a child of the app: started, watched, started again when it dies, ended with the app."""

import asyncio
import contextlib
import logging
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from nlu.environment import require, variables
from nlu.errors import ModelMissingError, NotReadyError, PortTakenError

log = logging.getLogger(__name__)

READY_S = 180.0
"""A server that does not answer so long after its start is started anew."""
POLL_S = 0.4
"""Between two looks at a server that is starting."""
WATCH_S = 5.0
"""Between two looks at a server that runs, and how long each may take."""
DEAF = 6
"""So many looks in a row without an answer, and the server counts as hung."""
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
STEADY_S = 120.0
"""A server that ran so long died of something new: the waits between starts begin again at the shortest."""
WARM_UP = "안녕하세요, 양천구에 경비 자리 있어요?"
WARM_S = 30.0
"""How long the first answer may take."""
END_S = 8.0
"""How long a server may take to end before it is killed."""
LOG_BYTES = 5_000_000
"""A log larger than this is put aside (one older is kept) at the next start."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the server is run. `root` is the project's folder; the server listens on loopback only."""

    python: Path
    root: Path
    model: Path
    port: int
    log: Path
    threads: int = 2

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def command(self) -> list[str]:
        """The command line; quiet, because Rasa's talkative levels would log what people write."""
        words = [str(self.python), "-m", "nlu.launch", "run", "--quiet", "--enable-api", "--model", str(self.model)]
        return [*words, "--interface", "127.0.0.1", "--port", str(self.port)]

    def check(self) -> None:
        """Raises RasaMissingError or ModelMissingError when the server could not start."""
        require(self.python)
        if not self.model.exists():
            raise ModelMissingError(self.model)


async def probe(client: httpx.AsyncClient, url: str, timeout_s: float = WATCH_S) -> str | None:
    """The file name of the model that a Rasa server has loaded; None when none answers there or none is loaded."""
    try:
        answer = await client.get(f"{url}/status", timeout=timeout_s)
        return str(answer.json()["model_file"]) if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return None


async def warm(client: httpx.AsyncClient, url: str) -> None:
    """Asks once, so that word lists are loaded before a person waits for the first answer, which takes seconds."""
    with contextlib.suppress(httpx.HTTPError):
        await client.post(f"{url}/model/parse", json={"text": WARM_UP}, timeout=WARM_S)


async def listens(port: int) -> bool:
    """Whether anything accepts connections on a port of this machine."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 2.0)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


class RasaServer:
    """One Rasa server. `run` keeps it alive until it is cancelled; `ready` waits until it understands messages."""

    def __init__(self, plan: Plan, client: httpx.AsyncClient) -> None:
        """`client` asks for the server's health only."""
        self.plan = plan
        self.starts = 0
        self._client = client
        self._ready = asyncio.Event()
        self._process: Process | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it answered when last looked at."""
        return self._ready.is_set()

    @property
    def pid(self) -> int | None:
        """The child's process id while there is one."""
        return self._process.pid if self._process is not None else None

    async def ready(self, timeout_s: float = READY_S) -> None:
        """Waits until the model is loaded. Raises NotReadyError."""
        try:
            await asyncio.wait_for(self._ready.wait(), timeout_s)
        except asyncio.TimeoutError as error:
            raise NotReadyError(timeout_s, self.plan.log) from error

    async def run(self) -> None:
        """Serves until cancelled. Raises RasaMissingError, ModelMissingError, PortTakenError before the first start."""
        self.plan.check()
        if await listens(self.plan.port):
            raise PortTakenError(self.plan.port)
        wait = FIRST_WAIT_S
        while True:
            began = time.monotonic()
            code = await self._serve()
            wait = FIRST_WAIT_S if time.monotonic() - began > STEADY_S else wait
            log.warning("the Rasa server ended (%s); it starts again in %.0f s, see %s", code, wait, self.plan.log)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_S)

    async def _serve(self) -> int | str:
        """One life of the child; answers how it ended."""
        self.starts += 1
        process = await self._start()
        self._process = process
        died, watched = asyncio.ensure_future(process.wait()), asyncio.ensure_future(self._watch())
        try:
            done, _ = await asyncio.wait({died, watched}, return_when=asyncio.FIRST_COMPLETED)
            return f"code {process.returncode}" if died in done else "it did not answer"
        finally:
            self._ready.clear()
            watched.cancel()
            await asyncio.shield(_end(process))
            self._process = None

    async def _start(self) -> Process:
        with _open_log(self.plan.log) as out:
            return await asyncio.create_subprocess_exec(
                *self.plan.command,
                cwd=self.plan.root,
                env=variables(self.plan.threads),
                stdin=PIPE,
                stdout=out or DEVNULL,
                stderr=out or DEVNULL,
            )

    async def _watch(self) -> None:
        """Returns when the child should be given up: it did not come up, or it no longer answers."""
        if not await self._came_up():
            return
        deaf = 0
        while deaf < DEAF:
            await asyncio.sleep(WATCH_S)
            deaf = 0 if await probe(self._client, self.plan.url) else deaf + 1

    async def _came_up(self) -> bool:
        began = time.monotonic()
        while time.monotonic() - began < READY_S:
            if await probe(self._client, self.plan.url, POLL_S * 5):
                await warm(self._client, self.plan.url)
                log.info("the Rasa server is ready after %.1f s", time.monotonic() - began)
                self._ready.set()
                return True
            await asyncio.sleep(POLL_S)
        return False


@contextlib.asynccontextmanager
async def serving(plan: Plan, client: httpx.AsyncClient) -> AsyncIterator[str]:
    """The address of a Rasa server: the one that answers on the plan's port, or one that lives as long as this block.

    Raises what `RasaServer.run` raises, and NotReadyError.
    """
    if await probe(client, plan.url):
        yield plan.url
        return
    server = RasaServer(plan, client)
    running = asyncio.ensure_future(server.run())
    waiting = asyncio.ensure_future(server.ready())
    try:
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        await (running if running.done() else waiting)
        yield plan.url
    finally:
        for task in (waiting, running):
            task.cancel()
        await asyncio.gather(waiting, running, return_exceptions=True)


async def _end(process: Process) -> None:
    """Ends a child, gently first. Closing its standard input alone would do, see `nlu.launch`."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), END_S)
    except asyncio.TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _open_log(path: Path) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")
