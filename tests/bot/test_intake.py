"""Taking in: stored before Telegram is told, nothing lost and nothing twice, whatever goes wrong on the way."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
import uvicorn

from bot import intake
from bot.frontpage import PageServer
from bot.intake import SECRET_HEADER, BadTokenError, Polling, webhook_app
from bot.playground.limits import NO_RATES
from bot.playground.server import Running, running
from storage.updates import Arrival
from tests.conftest import free_port
from tests.support import telegram
from tests.support.waiting import until

JA = 680001
SECRET = "s3cret-of-the-hook"


class Store:
    """Keeps what arrives; `broken` makes it fail as a database that is away does."""

    def __init__(self) -> None:
        self.kept: list[int] = []
        self.broken = 0

    async def __call__(self, arrivals: Sequence[Arrival]) -> None:
        if self.broken:
            self.broken -= 1
            raise OSError("away")
        self.kept += [a.update_id for a in arrivals if a.update_id not in self.kept]


@pytest.fixture
def store() -> Store:
    return Store()


def answers(*bodies: Any) -> tuple[Polling, Store, list[dict[str, Any]]]:
    """A poller whose Telegram gives these answers in turn: JSON, a status with JSON, bytes, or an exception."""
    asked: list[dict[str, Any]] = []
    left = iter(bodies)

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append({"method": request.url.path.rpartition("/")[2], **json.loads(request.content or b"{}")})
        body = next(left)
        if isinstance(body, Exception):
            raise body
        if isinstance(body, bytes):
            return httpx.Response(200, content=body)
        status, document = body if isinstance(body, tuple) else (200, body)
        return httpx.Response(status, json=document)

    store = Store()
    client = httpx.AsyncClient(transport=httpx.MockTransport(handle))
    return Polling(client, "https://api.example/bot1:x", store), store, asked


def batch(*ids: int) -> dict[str, Any]:
    return {"ok": True, "result": [{"update_id": i, "message": telegram.message(JA, text="가")} for i in ids]}


EMPTY = {"ok": True, "result": []}


async def test_the_offset_moves_only_past_what_is_stored() -> None:
    poller, store, asked = answers(batch(5, 6), batch(5, 6), batch(7))
    store.broken = 1
    pause = await poller.poll_once()
    assert pause > 0 and store.kept == []
    assert await poller.poll_once(pause) == 0
    await poller.poll_once()
    assert store.kept == [5, 6, 7]
    assert [a["offset"] for a in asked] == [0, 0, 7]


async def test_a_bad_update_in_a_batch_does_not_hold_up_the_others() -> None:
    document = batch(5, 7)
    document["result"][1:1] = [{"update_id": 6, "message": {"date": "yesterday"}}, {"no": "number"}, "no update", None]
    poller, store, asked = answers(document, EMPTY)
    await poller.poll_once()
    await poller.poll_once()
    assert store.kept == [5, 6, 7] and asked[1]["offset"] == 8


async def test_a_batch_of_nothing_but_rubbish_is_not_asked_for_without_pause() -> None:
    poller, store, _ = answers({"ok": True, "result": ["no update"]}, {"ok": True, "result": "no batch"})
    assert await poller.poll_once() >= 1 and store.kept == []
    await poller.poll_once()


async def test_lower_numbers_after_a_quiet_week_are_not_thrown_away() -> None:
    poller, store, asked = answers(batch(900), EMPTY, batch(17))
    for _ in range(3):
        await poller.poll_once()
    assert store.kept == [900, 17]
    assert [a["offset"] for a in asked] == [0, 901, 0]


async def test_only_kinds_that_we_know_are_asked_for() -> None:
    poller, _, asked = answers(EMPTY)
    await poller.poll_once()
    assert asked[0]["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]


NO_ANSWERS: list[Any] = [
    httpx.ConnectError("no route"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    b"<html>maintenance</html>",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"ok": true, "result": [{"update_id": ' + b"9" * 5000 + b"}]}",
    (502, {"ok": False, "error_code": 502}),
    (500, ["no", "object"]),
    {"ok": False},
]


@pytest.mark.parametrize("trouble", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
async def test_a_telegram_in_trouble_is_asked_again_ever_more_slowly(trouble: Any) -> None:
    poller, store, _ = answers(*[trouble] * 8, batch(5))
    pauses = [0.0]
    for _ in range(8):
        pauses.append(await poller.poll_once(pauses[-1]))
    assert pauses[1:4] == [1, 2, 4] and pauses[-1] == 30
    assert await poller.poll_once(pauses[-1]) == 0 and store.kept == [5]


async def test_the_wait_that_telegram_asks_for_is_kept() -> None:
    poller, _, _ = answers((429, {"ok": False, "parameters": {"retry_after": 17}}))
    assert await poller.poll_once() == 17


@pytest.mark.parametrize("status", [401, 404])
async def test_a_refused_token_ends_it(status: int) -> None:
    poller, _, _ = answers((status, {"ok": False}))
    with pytest.raises(BadTokenError):
        await poller.run()


async def test_another_poller_is_waited_for_and_an_old_webhook_taken_away() -> None:
    other = (409, {"ok": False, "description": "Conflict: terminated by other getUpdates request"})
    hook = (409, {"ok": False, "description": "Conflict: can't use getUpdates method while webhook is active"})
    poller, store, asked = answers(other, hook, {"ok": True, "result": True}, batch(5))
    assert await poller.poll_once() == 5
    assert await poller.poll_once() == 1
    await poller.poll_once()
    assert [a["method"] for a in asked] == ["getUpdates", "getUpdates", "deleteWebhook", "getUpdates"]
    assert store.kept == [5]


@pytest.fixture
async def playground() -> AsyncIterator[Running]:
    async with running(rates=NO_RATES, webhook_pause_s=0.02) as it:
        yield it


async def test_polling_the_playground(playground: Running, store: Store) -> None:
    world = playground.world
    ids = []
    for text in ("하나", "둘"):
        world.says(JA, text)
        ids.append(world.updates.waiting()[-1].update_id)
    ids.append(world.emits_malformed())
    async with httpx.AsyncClient() as client:
        poller = Polling(client, f"{playground.base_url}{playground.token}", store)
        store.broken = 1
        await poller.poll_once()
        assert len(world.updates.waiting()) == 3, "Telegram was told before anything was stored"
        await poller.poll_once()
        assert store.kept == ids
        world.says(JA, "셋")
        await poller.poll_once()
    assert len(store.kept) == 4 and len(world.updates.waiting()) == 1


@pytest.fixture
async def hook(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(webhook_app(SECRET, store))
    async with httpx.AsyncClient(transport=transport, base_url="http://hook") as it:
        yield it


def post(hook: httpx.AsyncClient, body: Any, secret: str | None = SECRET) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return hook.post("/telegram", content=content, headers={} if secret is None else {SECRET_HEADER: secret})


@pytest.mark.parametrize("secret", [None, "", "s3cret-of-the-hoo", "s3cret-of-the-hook ", "ü" * 9])
async def test_a_wrong_secret_is_turned_away(hook: httpx.AsyncClient, store: Store, secret: str | None) -> None:
    headers = {} if secret is None else {SECRET_HEADER: secret.encode()}
    answer = await hook.post("/telegram", json=telegram.says(JA, "가"), headers=headers)
    assert answer.status_code == 403 and store.kept == []


async def test_the_secret_is_compared_in_constant_time(hook: httpx.AsyncClient, monkeypatch: Any) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return real(a, b)

    monkeypatch.setattr(intake.hmac, "compare_digest", compare)
    await post(hook, telegram.says(JA, "가"), "wrong")
    assert compared == [(b"wrong", SECRET.encode())]


async def test_what_is_posted_is_stored_before_the_answer(hook: httpx.AsyncClient, store: Store) -> None:
    raw = telegram.says(JA, "가")
    assert (await post(hook, raw)).status_code == 200
    assert store.kept == [raw["update_id"]]


async def test_a_database_that_is_away_makes_telegram_repeat(hook: httpx.AsyncClient, store: Store) -> None:
    store.broken, raw = 1, telegram.says(JA, "가")
    assert (await post(hook, raw)).status_code == 503
    assert (await post(hook, raw)).status_code == 200
    assert (await post(hook, raw)).status_code == 200
    assert store.kept == [raw["update_id"]]


@pytest.mark.parametrize("body", [b"", b"no JSON", b"\xff", b"[" * 100_000])
async def test_what_is_no_json_is_refused(hook: httpx.AsyncClient, store: Store, body: bytes) -> None:
    assert (await post(hook, body)).status_code == 400 and store.kept == []


async def test_what_has_no_number_is_taken_and_not_kept(hook: httpx.AsyncClient, store: Store) -> None:
    assert (await post(hook, {"message": {}})).status_code == 200 and store.kept == []


async def test_a_body_beyond_any_update_is_refused(hook: httpx.AsyncClient, store: Store) -> None:
    raw = telegram.says(JA, "가" * 400_000)
    assert (await post(hook, raw)).status_code == 413 and store.kept == []


async def test_the_playground_posts_until_it_is_stored(playground: Running) -> None:
    """The playground's webhook and our endpoint over real HTTP, with a database that is away at first."""
    store, port = Store(), free_port()
    store.broken = 2
    config = uvicorn.Config(webhook_app(SECRET, store), "127.0.0.1", port, log_level="error")
    server = PageServer(config)
    task = asyncio.create_task(server.serve())
    try:
        async with httpx.AsyncClient() as client:
            body = {"url": f"http://127.0.0.1:{port}/telegram", "secret_token": SECRET}
            await client.post(f"{playground.base_url}{playground.token}/setWebhook", json=body)
        for text in ("하나", "둘", "셋"):
            playground.world.says(JA, text)
        await until(lambda: len(store.kept) == 3)
        assert store.kept == sorted(store.kept)
    finally:
        server.should_exit = True
        await task
