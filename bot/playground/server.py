"""The playground's door: builds the app, refuses what is unsafe, serves on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import Clock, SystemClock
from bot.playground.api import BotApi
from bot.playground.clock import MovableClock
from bot.playground.control import control_routes
from bot.playground.limits import Rates
from bot.playground.page import page_routes
from bot.playground.people import read_people
from bot.playground.webhook import Webhook, is_loopback
from bot.playground.world import World

TOKEN = "7000000001:playground"  # noqa: S105  any text that looks like a token; it opens nothing
# Ids of one run must not repeat those of the run before: a bot keeps them. Seconds since 2026 leave room for decades.
EPOCH_2026 = 1_767_225_600


class PlaygroundRefusedError(Exception):
    """The playground does not start; the message says why and what to do."""


def refuse_if_real_token(env: Mapping[str, str]) -> None:
    """Raises PlaygroundRefusedError when a real bot's token is set: invented people must never meet real ones."""
    if env.get("TELEGRAM_BOT_TOKEN"):
        raise PlaygroundRefusedError(
            "The playground does not start while TELEGRAM_BOT_TOKEN is set: unset it, or run without a playground."
        )


def refuse_unless_loopback(host: str) -> None:
    """Raises PlaygroundRefusedError when `host` can be reached from another computer."""
    if not is_loopback(host):
        raise PlaygroundRefusedError(f"The playground listens on this computer only: use 127.0.0.1 instead of {host}.")


class Playground(Starlette):
    """The app.

    `state.world` is what it plays. Lends each request a way to cut its own connection, for faults on order.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(send, "__self__", None), "transport", None)
        if transport is not None:
            scope["playground.cut"] = transport.abort
        await super().__call__(scope, receive, send)


class LocalOnly:
    """Turns away requests that a page from elsewhere could make through a visitor's browser: foreign Host or Origin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            origin = headers.get(b"origin", "")
            hosts = [f"//{headers.get(b'host', '')}", origin] if origin else [f"//{headers.get(b'host', '')}"]
            if not all(is_loopback(urlsplit(host).hostname or "") for host in hosts):
                await PlainTextResponse("Only this computer may ask.", 403)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def create_app(
    token: str, *, clock: Clock, world: World | None = None, rates: Rates | None = None, webhook_pause_s: float = 1.0
) -> Playground:
    """The whole playground for the bot with this token. Without `world` it makes one with the invented people."""
    world = world or World(MovableClock(clock), people=read_people(), rates=rates)
    webhook = Webhook(world, first_pause_s=webhook_pause_s)
    api = BotApi(world, token, webhook)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await webhook.stop()

    routes = [
        Route("/bot{token}/{method}", api.call, methods=["GET", "POST"]),
        Route("/file/bot{token}/{path:path}", api.file, methods=["GET"]),
        *control_routes(world, webhook),
        *page_routes(),
    ]
    app = Playground(routes=routes, lifespan=lifespan, middleware=[Middleware(LocalOnly)])
    app.state.world = world
    return app


class LocalServer(uvicorn.Server):
    """Says when it listens, and lets everyone who waits go before it closes: long polls and open pages hold it."""

    def __init__(self, config: uvicorn.Config, world: World) -> None:
        super().__init__(config)
        self.world = world
        self.listens = asyncio.Event()
        self.leave = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the caller's business: the playground is one of several things in a process."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()

    async def main_loop(self) -> None:
        await self.leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.world.feed.close()
        self.world.updates.news.set()
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket on loopback; port 0 takes a free one.

    Raises PlaygroundRefusedError when host or port cannot be had.
    """
    refuse_unless_loopback(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        raise PlaygroundRefusedError(
            f"The playground cannot listen on {host}:{port} ({error.strerror}): free it or choose another port."
        ) from error
    return sock


async def serve(
    host: str,
    port: int,
    *,
    token: str = TOKEN,
    clock: Clock | None = None,
    rates: Rates | None = None,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until cancelled or interrupted. `ready` is told the address once it listens.

    Raises PlaygroundRefusedError before anything is open when host or port cannot be used.
    """
    sock = listen(host, port)
    clock = clock or SystemClock()
    since = int(clock.now().timestamp()) - EPOCH_2026
    world = World(
        MovableClock(clock), people=read_people(), rates=rates, first_update_id=since * 10, first_message_id=since // 10
    )
    app = create_app(token, clock=clock, world=world)
    async with _listening(app, sock) as ended:
        if ready:
            ready(_address(sock))
        await asyncio.shield(ended)


@asynccontextmanager
async def _listening(app: Playground, sock: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Serve the app on the socket until the block ends."""
    server = LocalServer(_config(app), app.state.world)
    task = asyncio.create_task(server.serve([sock]))
    listens = asyncio.create_task(server.listens.wait())
    await asyncio.wait({task, listens}, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield task
    finally:
        listens.cancel()
        server.leave.set()
        await task


def _config(app: Playground) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        date_header=False,
        timeout_graceful_shutdown=3,
        lifespan="on",
        ws="none",
    )


def _address(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@dataclass(frozen=True)
class Running:
    """A playground that listens. Give `base_url` and `file_url` to python-telegram-bot, `token` beside them."""

    world: World
    app: Playground
    address: str
    token: str

    @property
    def base_url(self) -> str:
        return f"{self.address}/bot"

    @property
    def file_url(self) -> str:
        return f"{self.address}/file/bot"


@asynccontextmanager
async def running(
    *, clock: Clock | None = None, world: World | None = None, rates: Rates | None = None, webhook_pause_s: float = 1.0
) -> AsyncIterator[Running]:
    """A playground on a free port of loopback, in this event loop, until the block ends: for tests."""
    clock = clock or SystemClock()
    app = create_app(TOKEN, clock=clock, world=world, rates=rates, webhook_pause_s=webhook_pause_s)
    sock = listen("127.0.0.1", 0)
    async with _listening(app, sock):
        yield Running(app.state.world, app, _address(sock), TOKEN)
