"""`ieum run`: everything, and a page with the addresses."""

import argparse
import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from bot import app
from bot.commands import prepare
from bot.commands.common import OperatorError, logs, read_settings
from bot.commands.steps import Step, told
from bot.frontpage import Address, serve_page
from bot.playground.server import TOKEN, PlaygroundRefusedError, refuse_if_real_token, serve
from bot.ports import require_free
from bot.settings import Settings
from nlu.errors import NluError
from nlu.server import RasaServer


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--no-prepare`."""
    parser.add_argument("--no-prepare", action="store_true", help="start at once: schema, model and index are there")


def run(arguments: argparse.Namespace) -> int:
    """Runs until Ctrl-C."""
    settings = read_settings()
    logs(settings.log_level)
    try:
        with prepare.sound_facts():
            asyncio.run(_run(settings, prepared=arguments.no_prepare))
    except app.BadTokenError:
        raise OperatorError("Telegram does not know this token: check TELEGRAM_BOT_TOKEN with @BotFather.") from None
    except (NluError, PlaygroundRefusedError) as error:
        raise OperatorError(str(error)) from None
    return 0


@dataclass(frozen=True, slots=True)
class RasaBeside:
    """The Rasa server, and the task that keeps it up."""

    server: RasaServer
    up: "asyncio.Task[None]"


@dataclass(frozen=True, slots=True)
class Telegram:
    """Where the bot finds Telegram: the real one, or the playground (`playground` is its address)."""

    settings: Settings
    token: str
    playground: str = ""


async def _run(settings: Settings, *, prepared: bool) -> None:
    stop = asyncio.Event()
    app.stop_on_signals(stop)
    _check_ports(settings)
    if not prepared:
        await _unless_stopped(prepare.for_rasa(settings), stop)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=5))
        # Rasa takes longest: while its models load, the rest is made ready.
        rasa = await stack.enter_async_context(_rasa(settings, http))
        if not prepared:
            await _unless_stopped(prepare.for_search(settings), stop)
        telegram = await stack.enter_async_context(_telegram(settings))
        running = await _opened(stack, telegram)
        if rasa is not None:
            await _unless_stopped(told("Rasa", lambda step: _first(rasa.up, rasa.server.ready())), stop)
        # Until then the first question would wait for models that load.
        await _unless_stopped(told("search", lambda step: running.search.ready()), stop)
        addresses = _addresses(settings, telegram)
        await stack.enter_async_context(serve_page(settings, addresses, running.services))
        for address in addresses:
            print(f"  {address.name:<12} {address.url}", flush=True)
        await app.run(running, stop)


async def _opened(stack: AsyncExitStack, telegram: Telegram) -> app.App:
    async def work(step: Step) -> app.App:
        opening = app.open_app(telegram.settings, telegram.token, telegram.playground)
        return await stack.enter_async_context(opening)

    return await told("bot", work)


async def _unless_stopped(step: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Waits for a step of the start; Ctrl-C ends it."""
    work, stopping = asyncio.create_task(step), asyncio.create_task(stop.wait())
    either: set[asyncio.Task[Any]] = {work, stopping}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not work.done():
        work.cancel()
        raise KeyboardInterrupt
    work.result()


def _check_ports(settings: Settings) -> None:
    require_free(settings.page_port, "IEUM_PAGE_PORT")
    if not settings.telegram_bot_token:
        require_free(settings.playground_port, "IEUM_PLAYGROUND_PORT")
    if not settings.rasa_url:
        require_free(settings.rasa_port, "IEUM_RASA_PORT")


@asynccontextmanager
async def _rasa(settings: Settings, http: httpx.AsyncClient) -> AsyncIterator[RasaBeside | None]:
    if settings.rasa_url:
        yield None
        return
    server = RasaServer(prepare.plan(settings), http)
    async with _beside(server.run()) as up:
        yield RasaBeside(server, up)


async def _first(up: "asyncio.Task[None]", ready: Coroutine[Any, Any, None]) -> None:
    """Waits until Rasa is ready, or raises at once why it cannot be started."""
    waiting = asyncio.create_task(ready)
    await asyncio.wait({up, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if up.done():
        waiting.cancel()
        up.result()
    await waiting


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Something that runs as long as the block."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        # Its error, if it had one, was raised where somebody waited for it.
        with suppress(asyncio.CancelledError, Exception):
            await task


@asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[Telegram]:
    if settings.telegram_bot_token:
        yield Telegram(settings, settings.telegram_bot_token.get_secret_value())
        return
    refuse_if_real_token(os.environ)
    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with _beside(serve("127.0.0.1", settings.playground_port, ready=listening.set_result)) as up:
        either: set[asyncio.Future[Any]] = {up, listening}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if up.done():
            up.result()
        address = await listening
        yield Telegram(settings.model_copy(update={"bot_api_url": address}), TOKEN, address)


def _addresses(settings: Settings, telegram: Telegram) -> list[Address]:
    page = Address("addresses", f"http://127.0.0.1:{settings.page_port}", "this page")
    rasa = Address("Rasa", settings.rasa, "understands messages")
    if telegram.playground:
        return [Address("playground", telegram.playground, "try the bot in your browser"), rasa, page]
    return [Address("Telegram", settings.bot_api_url, "the bot talks to this server"), rasa, page]
