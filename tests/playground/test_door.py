"""The door: loopback only, never beside a real token, nobody from elsewhere."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.clock import SystemClock
from bot.playground.server import (
    TOKEN,
    PlaygroundRefusedError,
    Running,
    create_app,
    listen,
    refuse_if_real_token,
    refuse_unless_loopback,
    serve,
)


def test_a_real_token_keeps_the_playground_shut() -> None:
    with pytest.raises(PlaygroundRefusedError, match="TELEGRAM_BOT_TOKEN is set"):
        refuse_if_real_token({"TELEGRAM_BOT_TOKEN": "1:x"})
    refuse_if_real_token({"TELEGRAM_BOT_TOKEN": ""})
    refuse_if_real_token({})


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.4", "example.org", ""])
def test_hosts_that_others_can_reach_are_refused(host: str) -> None:
    with pytest.raises(PlaygroundRefusedError, match=r"use 127\.0\.0\.1"):
        refuse_unless_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_hosts_are_taken(host: str) -> None:
    refuse_unless_loopback(host)


def test_a_busy_port_is_said() -> None:
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        with pytest.raises(PlaygroundRefusedError, match=f"cannot listen on 127.0.0.1:{port}"):
            listen("127.0.0.1", port)


async def test_serve_refuses_before_it_opens_anything() -> None:
    with pytest.raises(PlaygroundRefusedError):
        await serve("0.0.0.0", 0)


async def test_serve_until_cancelled_and_never_repeat_ids_of_an_earlier_run() -> None:
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve("127.0.0.1", 0, ready=address.set_result))
    async with httpx.AsyncClient(base_url=await address, trust_env=False) as http:
        await http.post("/playground/api/says", json={"chat_id": 680001, "text": "안녕"})
        updates = (await http.get(f"/bot{TOKEN}/getUpdates")).json()["result"]
        assert updates[0]["update_id"] > (datetime.now(UTC) - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(httpx.ConnectError):
            await http.get("/")


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 200),
        ({"origin": "http://localhost:8000"}, 200),
        ({"host": "evil.example"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
async def test_pages_from_elsewhere_are_turned_away(
    http: httpx.AsyncClient, headers: dict[str, str], code: int
) -> None:
    assert (await http.get("/playground/api/clock", headers=headers)).status_code == code


async def test_the_page_loads_nothing_from_outside(http: httpx.AsyncClient) -> None:
    page = await http.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for path in ("/", "/static/chat.css", "/static/chat.js"):
        text = (await http.get(path)).text
        assert "http://" not in text
        assert "https://" not in text
        assert "innerHTML" not in text


async def test_without_sockets_too(playground: Running) -> None:
    """The app can be called in-process: faster where no connection is needed."""
    app = create_app(TOKEN, clock=SystemClock())
    transport = httpx.ASGITransport(app)
    request = HTTPXRequest(httpx_kwargs={"transport": transport})
    async with Bot(TOKEN, base_url="http://localhost/bot", request=request, get_updates_request=request) as bot:
        app.state.world.says(680001, "안녕")
        assert len(await bot.get_updates()) == 1
        assert (await bot.send_message(680001, "안녕하세요")).text == "안녕하세요"
