"""Whole turns on real parts, in this process: each message is parsed alone, searched alone, then answered and sent."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx

from bot import app, receive
from bot.bench.figures import Crowd, Spread, Turns
from bot.deliver import Sender
from bot.incoming import arrival
from bot.playground.server import Running
from bot.playground.world import World
from bot.receive import Workers
from bot.services import Services
from bot.settings import Settings

WARM_UP = 10
CROWD_ROUNDS = 4
LONGEST_S = 60.0


@dataclass
class Watch:
    """When each chat's turn was committed, and when its first message was sent. Seconds of `perf_counter`."""

    answered: dict[int, float] = field(default_factory=dict)
    sent: dict[int, float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def saw(self, record: Mapping[str, Any]) -> None:
        """A turn is committed."""
        self.answered[record["chat_id"]] = time.perf_counter()
        self.news.set()

    def told(self, chat_id: int) -> None:
        """A message is at Telegram's."""
        self.sent.setdefault(chat_id, time.perf_counter())
        self.news.set()

    async def until(self, there: Callable[[], bool]) -> None:
        """Waits for something that one of the two notes. Raises TimeoutError."""
        async with asyncio.timeout(LONGEST_S):
            while not there():
                self.news.clear()
                await self.news.wait()


@dataclass(frozen=True)
class Bench:
    """A running bot whose updates come from here."""

    services: Services
    watch: Watch
    wake: asyncio.Event
    rasa: str
    http: httpx.AsyncClient
    world: World

    async def comes(self, texts: Mapping[int, str]) -> float:
        """One text from each of these chats; when they were stored."""
        for chat in texts:
            self.watch.answered.pop(chat, None)
            self.watch.sent.pop(chat, None)
            self.world.chat(chat).started = True
        arrivals = [arrival(_update(chat, text)) for chat, text in texts.items()]
        await receive.store(self.services, [a for a in arrivals if a is not None])
        stored = time.perf_counter()
        self.wake.set()
        return stored

    async def parse(self, text: str) -> None:
        """What the Rasa server does of a turn."""
        (await self.http.post(f"{self.rasa}/model/parse", json={"text": text})).raise_for_status()

    async def search(self, text: str) -> None:
        """What the search does of a turn."""
        await asyncio.to_thread(self.services.find, text)


_numbers = iter(range(1, 1 << 30))


def _update(chat: int, text: str) -> dict[str, Any]:
    user = {"id": chat, "is_bot": False, "first_name": "김○자"}
    chat_ = {"id": chat, "type": "private", "first_name": "김○자"}
    number = next(_numbers)
    message = {"message_id": number, "date": int(time.time()), "chat": chat_, "from": user, "text": text}
    return {"update_id": number, "message": message}


@asynccontextmanager
async def open_bench(settings: Settings, playground: Running) -> AsyncIterator[Bench]:
    """A bot on a fresh database whose messages go to a running playground."""
    watch = Watch()
    settings = settings.model_copy(update={"bot_api_url": playground.address})
    async with app.open_app(settings, playground.token) as opened:
        services = replace(opened.services, watch=watch.saw, merge=timedelta())
        await opened.search.ready()
        workers = Workers(services, settings.workers, opened.work, opened.mail)
        sender = _Noting(opened, services, watch)
        tasks = [asyncio.create_task(workers.run()), asyncio.create_task(sender.run())]
        try:
            yield Bench(services, watch, opened.work, settings.rasa, opened.http, playground.world)
        finally:
            workers.stop()
            sender.stop()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.gather(*tasks), 20)


class _Noting(Sender):
    """A sender that notes when a message was taken by Telegram."""

    def __init__(self, opened: app.App, services: Services, watch: Watch) -> None:
        super().__init__(opened.bot, services.database, services.clock, services.owner, opened.mail)
        self._watch = watch

    async def _call(self, row: Any) -> int | None:
        found = await super()._call(row)
        if row.method == "send_message":
            self._watch.told(row.chat_id)
        return found


async def measure_turns(bench: Bench, texts: Sequence[str], rounds: int) -> tuple[Turns, dict[str, list[float]]]:
    """Each text in each round: alone through Rasa, alone through the search, then as a message of its own chat."""
    times: dict[str, list[float]] = {"parse": [], "search": [], "answered": [], "sent": []}
    for number in range(WARM_UP + rounds * len(texts)):
        text, chat = texts[number % len(texts)], 1_000_000 + number
        one = await _one(bench, chat, text)
        if number >= WARM_UP:
            for name, seconds in one.items():
                times[name].append(round(seconds * 1000, 2))
    spreads = {name: Spread.of(values) for name, values in times.items()}
    return Turns(**spreads), times


async def _one(bench: Bench, chat: int, text: str) -> dict[str, float]:
    took: dict[str, float] = {}
    for name, alone in (("parse", bench.parse), ("search", bench.search)):
        start = time.perf_counter()
        await alone(text)
        took[name] = time.perf_counter() - start
    stored = await bench.comes({chat: text})
    await bench.watch.until(lambda: chat in bench.watch.answered and chat in bench.watch.sent)
    took["answered"] = bench.watch.answered[chat] - stored
    took["sent"] = bench.watch.sent[chat] - stored
    # The pace of the whole bot is Telegram's matter and no part of a turn.
    await asyncio.sleep(0.15)
    return took


async def measure_crowd(bench: Bench, texts: Sequence[str], chats: int) -> Crowd:
    """So many chats write at the same moment, several times. What is sent goes at Telegram's pace: not counted."""
    waited: list[float] = []
    busy = 0.0
    for number in range(CROWD_ROUNDS):
        first = 2_000_000 + number * chats
        stored = await bench.comes({first + n: texts[(number + n) % len(texts)] for n in range(chats)})
        ids = range(first, first + chats)
        await bench.watch.until(lambda ids=ids: all(chat in bench.watch.answered for chat in ids))  # type: ignore[misc]
        waited += [(bench.watch.answered[chat] - stored) * 1000 for chat in ids]
        busy += max(bench.watch.answered[chat] for chat in ids) - stored
    messages = CROWD_ROUNDS * chats
    return Crowd(chats, messages, round(messages / busy, 1), Spread.of(waited))
