"""Webhooks: delivered by POST with the secret, chat by chat, until taken."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest

from bot.playground.server import listen
from bot.playground.world import World

SECRET = "s3cret-of_the-bot"


@dataclass
class Hook:
    """A bot's webhook endpoint that remembers what came and answers as told."""

    url: str = ""
    got: list[tuple[int, str, str | None]] = field(default_factory=list)
    answers: dict[str, list[int]] = field(default_factory=dict)
    held: dict[int, asyncio.Event] = field(default_factory=dict)

    async def take(self, request: Request) -> Response:
        message = (await request.json())["message"]
        chat_id, text = message["chat"]["id"], message["text"]
        self.got.append((chat_id, text, request.headers.get("x-telegram-bot-api-secret-token")))
        if chat_id in self.held:
            await self.held[chat_id].wait()
        codes = self.answers.get(text, [])
        return Response(status_code=codes.pop(0) if codes else 200)

    def texts(self, chat_id: int) -> list[str]:
        return [text for chat, text, _ in self.got if chat == chat_id]


@asynccontextmanager
async def hooked() -> AsyncIterator[Hook]:
    hook = Hook()
    sock = listen("127.0.0.1", 0)
    app = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server._serve([sock]))
    hook.url = f"http://127.0.0.1:{sock.getsockname()[1]}/hook"
    try:
        yield hook
    finally:
        for event in hook.held.values():
            event.set()
        server.should_exit = True
        await task


async def _until(true: Callable[[], object]) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise TimeoutError


async def test_updates_arrive_with_the_secret(bot: Bot, world: World, ja: int) -> None:
    async with hooked() as hook:
        world.says(ja, "먼저 온 말")
        assert await bot.set_webhook(hook.url, secret_token=SECRET, max_connections=5)
        world.says(ja, "나중 말")
        await _until(lambda: len(hook.got) == 2 and not world.updates.waiting())
        assert hook.got == [(ja, "먼저 온 말", SECRET), (ja, "나중 말", SECRET)]
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.max_connections) == (hook.url, 0, 5)
        assert await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""
        world.says(ja, "이제 안 가요")
        await asyncio.sleep(0.1)
        assert len(hook.got) == 2


async def test_a_refused_update_is_repeated_before_the_next_of_its_chat(bot: Bot, world: World, ja: int) -> None:
    async with hooked() as hook:
        hook.answers["하나"] = [500, 503]
        await bot.set_webhook(hook.url)
        world.says(ja, "하나")
        world.says(ja, "둘")
        await _until(lambda: not world.updates.waiting())
        assert hook.texts(ja) == ["하나", "하나", "하나", "둘"]
        assert hook.got[0][2] is None
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        await bot.delete_webhook()


async def test_one_slow_chat_holds_only_itself(bot: Bot, world: World, ja: int) -> None:
    async with hooked() as hook:
        hook.held[ja] = asyncio.Event()
        await bot.set_webhook(hook.url)
        world.says(ja, "하나")
        world.says(ja, "둘")
        world.says(430002, "다른 사람")
        await _until(lambda: hook.texts(430002))
        assert hook.texts(ja) == ["하나"]
        hook.held[ja].set()
        await _until(lambda: hook.texts(ja) == ["하나", "둘"])
        await bot.delete_webhook()


async def test_what_waits_can_be_dropped(bot: Bot, world: World, ja: int) -> None:
    world.says(ja, "버려질 말")
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_an_unreachable_hook_keeps_updates(bot: Bot, world: World, ja: int) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    world.says(ja, "기다려요")
    await asyncio.sleep(0.2)
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection failed"
    assert info.pending_update_count == 1
    assert info.allowed_updates == ("message",)
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


@pytest.mark.parametrize(
    ("url", "secret", "problem"),
    [
        ("https://example.org/hook", "", "Bad webhook: the playground delivers to this computer only"),
        ("ftp://127.0.0.1/hook", "", "Bad webhook: the playground delivers to this computer only"),
        ("http://127.0.0.1:9/hook", "has space", "Secret token contains unallowed characters"),
        ("http://127.0.0.1:9/hook", "x" * 257, "Secret token contains unallowed characters"),
    ],
)
async def test_hooks_that_are_refused(bot: Bot, url: str, secret: str, problem: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        await bot.set_webhook(url, secret_token=secret or None)
    assert refusal.value.message == problem
