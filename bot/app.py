"""The bot process: everything wired in one place, its tasks started together and stopped together."""

import asyncio
import hashlib
import logging
import os
import re
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import uvicorn
from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import jobs, notices, receive
from bot.clock import Clock, MovedClock, SystemClock, follow
from bot.deliver import Sender
from bot.desk import House
from bot.errors import OperatorError
from bot.event_notices import event_job
from bot.flows import ALL
from bot.frontpage import PageServer
from bot.incoming import KNOWN
from bot.intake import BadTokenError, Polling, webhook_app
from bot.ports import require_free
from bot.pulse import Pulse
from bot.receive import Workers
from bot.renderers import renderers
from bot.safety import check
from bot.searching import Finder, LaterSearch
from bot.services import Services
from bot.settings import Settings
from bot.table import make_table
from bot.viewer import Viewer
from bot.words import load_words
from counsel.hours import CounselHours
from knowledge.catalog import Catalog, load_catalog
from knowledge.rule_files import load_rules
from nlu.client import RasaUnderstander
from nlu.korean.identifiers import redact
from storage import chats, leases, outbox
from storage.database import Database, is_passing
from storage.updates import Arrival

log = logging.getLogger(__name__)

WARM_UP = "일자리 지원"
"""Asked once at the start: the first question is slower than all others."""
TOKEN_SHAPE = re.compile(r"\d+:[\w-]+")
COMMANDS = (("start", "menu.command_start"), ("help", "menu.command_help"), ("me", "menu.command_me"))
INTAKE_LEASE = timedelta(seconds=15)
"""How long nobody takes in updates, at most, after the process that did so has died."""
INTAKE_BEAT_S = 4.0
LONGEST_STOP_S = 25
WEBHOOK_AGAIN_S = 5.0
MIGRATE = "has not the tables of this version: run `ieum migrate`"


@dataclass(frozen=True)
class App:
    """The running parts of one bot process."""

    settings: Settings
    token: str
    services: Services
    search: LaterSearch
    bot: Bot
    http: httpx.AsyncClient
    work: asyncio.Event
    mail: asyncio.Event
    signs: set[asyncio.Task[None]] = field(default_factory=set)


def house_of(settings: Settings) -> House:
    """What the operator has set and people are told."""
    hours = CounselHours(settings.weekdays, settings.counsel_from, settings.counsel_until)
    keep, words = settings.keep_days, settings.keep_words_days
    return House(settings.operator, settings.operator_phone, hours, keep, words, settings.terms)


def owner_name() -> str:
    """A name for this process in leases: machine, process, and a part that a restart changes."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def make_search(settings: Settings, catalog: Catalog) -> LaterSearch:
    """The search, being loaded."""

    def load() -> Finder:
        # Imported here because it takes seconds: sentence-transformers brings torch.
        from retrieval.search import load_search

        search: Finder = load_search(catalog, settings.index_folder, settings.encoder)
        search.find(WARM_UP)
        return search

    return LaterSearch(load)


def make_services(
    settings: Settings,
    database: Database,
    http: httpx.AsyncClient,
    clock: Clock,
    catalog: Catalog,
    search: Finder,
    watch: Callable[[Any], None],
) -> Services:
    """Loads the rules and the texts, and wires everything. Raises the loading errors, which name what to do."""
    return Services(
        database=database,
        understander=RasaUnderstander(http, settings.rasa),
        find=search.find,
        check=check,
        redact=redact,
        catalog=catalog,
        rules=load_rules(settings.facts, catalog),
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
    """All parts of a process. `playground` is a running playground's address, for its clock and side view.

    Raises BadTokenError for what cannot be a token, and the loading errors of texts and catalog.
    """
    if not TOKEN_SHAPE.fullmatch(token):
        raise BadTokenError
    async with AsyncExitStack() as stack:
        database = Database(settings.url)
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=settings.rasa_timeout_s))
        clock: Clock = SystemClock()
        if playground:
            clock = MovedClock()
            stack.push_async_callback(_cancel, asyncio.create_task(follow(clock, playground + "/playground/api/clock")))
        watch = _unwatched
        if playground:
            viewer = Viewer(http, playground)
            stack.push_async_callback(viewer.close)
            watch = viewer.show
        catalog = load_catalog(settings.facts)
        search = make_search(settings, catalog)
        services = make_services(settings, database, http, clock, catalog, search, watch)
        bot = await stack.enter_async_context(make_bot(token, settings.bot_api_url))
        yield App(settings, token, services, search, bot, http, asyncio.Event(), asyncio.Event())


def _unwatched(record: Any) -> None:
    """Nobody looks on."""


@asynccontextmanager
async def make_bot(token: str, api: str) -> AsyncIterator[Bot]:
    """PTB's bot, with timeouts that a slow network needs: a send that times out may still have arrived.

    It is not initialised: that would ask Telegram who it is, and a start must not depend on the network.
    """
    request = HTTPXRequest(64, read_timeout=20, write_timeout=20, connect_timeout=10, pool_timeout=5)
    try:
        yield Bot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=request,
            get_updates_request=request,
        )
    finally:
        await request.shutdown()


async def run(app: App, stop: asyncio.Event) -> None:
    """Runs until `stop` is set or a part fails for good.

    Raises BadTokenError when Telegram refuses the token, OperatorError for what else an operator must mend.
    """
    settings, services = app.settings, app.services
    pulse = Pulse(services.database, SystemClock(), services.owner)
    await _take_over(app, pulse)
    workers = Workers(services, settings.workers, app.work, app.mail)
    sender = Sender(app.bot, services.database, services.clock, services.owner, app.mail)
    timers = (
        jobs.retention(services.house, settings.dialogue_days),
        notices.telling(services.catalog, services.rules, services.words),
        jobs.booking(services.house.terms),
        event_job(services.catalog, services.house.terms),
        jobs.remind(renderers(services)),
    )
    parts: list[Coroutine[Any, Any, None]] = [
        _work(app, workers),
        sender.run(),
        jobs.run_jobs(timers, services.database, services.clock, services.owner),
        _intake(app),
        _stopped(stop),
    ]
    beating = asyncio.create_task(pulse.run())
    tasks = [asyncio.create_task(part) for part in parts]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await _wind_down(workers, sender, tasks)
    await _cancel(beating)
    with suppress(Exception):
        await pulse.end()
    for task in done:
        task.result()


async def _stopped(stop: asyncio.Event) -> None:
    await stop.wait()


async def _work(app: App, workers: Workers) -> None:
    await app.search.ready()
    await workers.run()


async def _take_over(app: App, pulse: Pulse) -> None:
    """A single process owns everything that its predecessor had claimed; with several, claims run out by themselves."""
    database = app.services.database
    try:
        async with database.transaction() as session:
            await chats.next_due(session)
            if database.is_sqlite:
                await chats.release_all(session)
                await outbox.release_all(session)
                await leases.release_all(session)
                await pulse.forget_others(session)
        await pulse.beat()
    except Exception as error:
        log.debug("the database cannot be used: %s", type(error).__name__)
        what = "is away or in use: start it, or check IEUM_DATABASE_URL" if is_passing(error) else MIGRATE
        raise OperatorError(f"the database {what}.") from error


async def _wind_down(workers: Workers, sender: Sender, tasks: list[asyncio.Task[None]]) -> None:
    """Finishes what is under way: first the turns, then their replies; then everything ends."""
    running, sending, *rest = tasks
    for task in rest:
        await _cancel(task)
    for part, task in ((workers, running), (sender, sending)):
        part.stop()
        await asyncio.wait([task], timeout=LONGEST_STOP_S)
        await _cancel(task)


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
    async with httpx.AsyncClient() as client:
        poller = Polling(client, f"{app.settings.bot_api_url}/bot{app.token}", partial(_arrived, app))
        while True:
            if await _holds_intake(app):
                await _poll_while_held(app, poller)
            await asyncio.sleep(2)


async def _poll_while_held(app: App, poller: Polling) -> None:
    polling = asyncio.create_task(poller.run())
    try:
        while not polling.done() and await _holds_intake(app):
            await asyncio.wait({polling}, timeout=INTAKE_BEAT_S)
    finally:
        if not polling.done():
            await _cancel(polling)
    if not polling.cancelled():
        polling.result()


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


async def _arrived(app: App, arrivals: Sequence[Arrival]) -> None:
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
    if not settings.webhook_url:
        raise OperatorError("webhooks need a public address: set IEUM_WEBHOOK_URL to https://…")
    require_free(settings.webhook_port, "IEUM_WEBHOOK_PORT", settings.webhook_host)
    secret = webhook_secret(settings, app.token)
    starlette = webhook_app(secret, partial(_arrived, app))
    config = uvicorn.Config(
        starlette, settings.webhook_host, settings.webhook_port, log_level="warning", access_log=False
    )
    announcing = asyncio.create_task(_announce_webhook(app, secret))
    server = PageServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        await announcing
        await asyncio.shield(serving)
    finally:
        await _cancel(announcing)
        server.should_exit = True
        await asyncio.wait({serving}, timeout=LONGEST_STOP_S)


def webhook_secret(settings: Settings, token: str) -> str:
    """The secret that Telegram sends along: as set, else made from the token, the same for every process."""
    if settings.webhook_secret:
        return settings.webhook_secret.get_secret_value()
    return hashlib.sha256(f"ieum webhook {token}".encode()).hexdigest()


async def _announce_webhook(app: App, secret: str) -> None:
    """Tells Telegram where to post, as soon as it is reached."""
    url = app.settings.webhook_url.rstrip("/") + "/telegram"
    while True:
        try:
            await app.bot.set_webhook(url, allowed_updates=list(KNOWN), secret_token=secret)
            return
        except InvalidToken:
            raise BadTokenError from None
        except BadRequest as error:
            raise OperatorError(f"Telegram refuses the webhook ({error.message}): check IEUM_WEBHOOK_URL.") from None
        except TelegramError as error:
            log.warning("Telegram is not reached (%s), the webhook is set later", type(error).__name__)
            await asyncio.sleep(WEBHOOK_AGAIN_S)


def stop_on_signals(stop: asyncio.Event) -> None:
    """Ctrl-C and a terminating service manager end the process in order."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)


__all__ = ["App", "Arrival", "BadTokenError", "house_of", "open_app", "run", "stop_on_signals"]
