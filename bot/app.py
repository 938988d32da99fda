"""The bot process: everything wired in one place, its tasks started together and stopped together."""

import asyncio
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import uvicorn
from nlu.korean.identifiers import redact
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import jobs, receive
from bot.clock import Clock, MovedClock, SystemClock, follow
from bot.deliver import Sender
from bot.desk import House
from bot.flows import ALL
from bot.incoming import KNOWN
from bot.intake import BadTokenError, Polling, webhook_app
from bot.receive import Workers
from bot.safety import check
from bot.services import Services
from bot.settings import Settings
from bot.table import make_table
from bot.words import load_words
from counsel.hours import CounselHours
from knowledge.catalog import load_catalog
from nlu.client import RasaUnderstander
from retrieval.search import load_search
from storage import chats, leases, outbox
from storage.database import Database
from storage.updates import Arrival

log = logging.getLogger(__name__)

COMMANDS = (("start", "menu.command_start"), ("help", "menu.command_help"), ("me", "menu.command_me"))
INTAKE_LEASE = timedelta(seconds=45)
LONGEST_STOP_S = 25


@dataclass(frozen=True)
class App:
    """The running parts of one bot process."""

    settings: Settings
    token: str
    services: Services
    bot: Bot
    http: httpx.AsyncClient
    work: asyncio.Event
    mail: asyncio.Event
    signs: set[asyncio.Task[None]] = field(default_factory=set)


def house_of(settings: Settings) -> House:
    """What the operator has set and people are told."""
    hours = CounselHours(settings.weekdays, settings.counsel_from, settings.counsel_until)
    return House(settings.operator, settings.operator_phone, hours, settings.keep_days, settings.keep_words_days)


def owner_name() -> str:
    """A name for this process in leases: machine, process, and a part that a restart changes."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def make_services(
    settings: Settings, database: Database, http: httpx.AsyncClient, clock: Clock, watch: Callable[[Any], None]
) -> Services:
    """Loads texts, catalog, model client and index. Raises the loading errors of each, which name what to do."""
    catalog = load_catalog(settings.facts)
    search = load_search(catalog, settings.index_folder, settings.encoder)
    return Services(
        database=database,
        understander=RasaUnderstander(http, settings.rasa),
        find=search.find,
        check=check,
        redact=redact,
        catalog=catalog,
        words=load_words(),
        table=make_table(ALL),
        house=house_of(settings),
        clock=clock,
        owner=owner_name(),
        merge=timedelta(seconds=settings.merge_seconds),
        watch=watch,
    )


@asynccontextmanager
async def open_app(settings: Settings, token: str, playground: str = "") -> AsyncIterator[App]:
    """All parts of a process, ready. `playground` is a running playground's address, for its clock and side view."""
    async with AsyncExitStack() as stack:
        database = Database(settings.url)
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=settings.rasa_timeout_s))
        clock: Clock = SystemClock()
        if playground:
            clock = MovedClock()
            stack.push_async_callback(_cancel, asyncio.create_task(follow(clock, playground + "/playground/api/clock")))
        viewer = Viewer(http, playground) if playground else None
        services = make_services(settings, database, http, clock, viewer.show if viewer else lambda record: None)
        bot = await stack.enter_async_context(make_bot(token, settings.bot_api_url))
        yield App(settings, token, services, bot, http, asyncio.Event(), asyncio.Event())


def make_bot(token: str, api: str) -> Bot:
    """PTB's bot, with timeouts that a slow network needs: a send that times out may still have arrived."""
    request = HTTPXRequest(64, read_timeout=20, write_timeout=20, connect_timeout=10, pool_timeout=5)
    return Bot(token, base_url=f"{api}/bot", base_file_url=f"{api}/file/bot", request=request)


class Viewer:
    """Tells the playground what was understood. It is a help for the eye: a playground that is away is no error."""

    def __init__(self, http: httpx.AsyncClient, playground: str) -> None:
        self._http = http
        self._url = playground + "/playground/api/understood"
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, record: Mapping[str, Any]) -> None:
        """Sends one record without waiting for it."""
        task = asyncio.get_running_loop().create_task(self._send(dict(record)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, record: dict[str, Any]) -> None:
        with suppress(httpx.HTTPError):
            await self._http.post(self._url, json=record)


async def run(app: App, stop: asyncio.Event) -> None:
    """Runs until `stop` is set or a part fails for good. Raises BadTokenError when Telegram refuses the token."""
    settings, services = app.settings, app.services
    await _take_over(app)
    workers = Workers(services, settings.workers, app.work)
    sender = Sender(app.bot, services.database, services.clock, services.owner, app.mail)
    timers = (jobs.retention(services.house, settings.dialogue_days),)
    parts: list[Coroutine[Any, Any, None]] = [
        workers.run(),
        sender.run(),
        jobs.run_jobs(timers, services.database, services.clock, services.owner),
        _intake(app),
    ]
    tasks = [asyncio.create_task(part) for part in parts]
    tasks.append(asyncio.create_task(_stopped(stop)))
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await _wind_down(app, workers, sender, tasks)
    for task in done:
        task.result()


async def _stopped(stop: asyncio.Event) -> None:
    await stop.wait()


async def _take_over(app: App) -> None:
    """A single process owns everything that its predecessor had claimed; with several, claims run out by themselves."""
    if not app.services.database.is_sqlite:
        return
    async with app.services.database.transaction() as session:
        await chats.release_all(session)
        await outbox.release_all(session)
        await leases.release_all(session)


async def _wind_down(app: App, workers: Workers, sender: Sender, tasks: list[asyncio.Task[None]]) -> None:
    """Finishes what is under way: first the turns, then their replies; then everything ends."""
    running, sending, *rest = tasks
    for task in rest:
        await _cancel(task)
    for part, task in ((workers, running), (sender, sending)):
        part.stop()
        await asyncio.wait([task], timeout=LONGEST_STOP_S)
        await _cancel(task)
    with suppress(Exception):
        async with app.services.database.transaction() as session:
            await chats.release_all(session, app.services.owner)
            await leases.give_back(session, "intake", app.services.owner)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task


async def _intake(app: App) -> None:
    await _introduce(app)
    if app.settings.receive == "webhook":
        await _webhook(app)
    else:
        await _polling(app)


async def _introduce(app: App) -> None:
    """Registers the commands. Without Telegram the bot still starts, and answers what is stored."""
    words = app.services.words
    commands = [BotCommand(name, words.plain(key)) for name, key in COMMANDS]
    try:
        await app.bot.set_my_commands(commands)
        if app.settings.receive == "polling":
            await app.bot.delete_webhook()
    except InvalidToken:
        raise BadTokenError from None
    except TelegramError as error:
        log.warning("Telegram is not reached at start (%s)", type(error).__name__)


async def _polling(app: App) -> None:
    """Polls while this process holds the intake lease: exactly one of several may."""
    url = f"{app.settings.bot_api_url}/bot{app.token}/getUpdates"
    async with httpx.AsyncClient() as client:
        poller = Polling(client, url, partial(_arrived, app))
        pause = 0.0
        while True:
            if await _holds_intake(app):
                pause = await poller.poll_once(pause)
            else:
                pause = 2.0
            if pause:
                await asyncio.sleep(pause)


async def _holds_intake(app: App) -> bool:
    services = app.services
    if services.database.is_sqlite:
        return True
    try:
        async with services.database.transaction() as session:
            return await leases.take(session, "intake", services.owner, services.clock.now(), INTAKE_LEASE)
    except Exception as error:
        log.warning("cannot ask for the intake (%s)", type(error).__name__)
        return False


async def _arrived(app: App, arrivals: Any) -> None:
    await receive.store(app.services, arrivals)
    app.work.set()
    for chat_id in {a.chat_id for a in arrivals if a.chat_id is not None and a.kind == "message"}:
        _show_typing(app, chat_id)


def _show_typing(app: App, chat_id: int) -> None:
    """Tells a person within a moment that they were heard; a sign, not a message, so losing it costs nothing."""

    async def send() -> None:
        with suppress(TelegramError):
            await app.bot.send_chat_action(chat_id, "typing")

    task = asyncio.get_running_loop().create_task(send())
    app.signs.add(task)
    task.add_done_callback(app.signs.discard)


async def _webhook(app: App) -> None:
    settings = app.settings
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else secrets.token_urlsafe(32)
    await app.bot.set_webhook(
        settings.webhook_url.rstrip("/") + "/telegram",
        allowed_updates=list(KNOWN),
        secret_token=secret,
    )
    starlette = webhook_app(secret, lambda arrivals: _arrived(app, arrivals))
    config = uvicorn.Config(starlette, settings.webhook_host, settings.webhook_port, log_level="warning")
    await uvicorn.Server(config).serve()


def stop_on_signals(stop: asyncio.Event) -> None:
    """Ctrl-C and a terminating service manager end the process in order."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)


__all__ = ["App", "Arrival", "BadTokenError", "house_of", "open_app", "run", "stop_on_signals"]
