"""The control API over HTTP: what the page does, tests can do."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import NetworkError

from bot.playground.world import World

API = "/playground/api/"
YES = InlineKeyboardMarkup([[InlineKeyboardButton("네", callback_data="v1:t:yes")]])


async def _do(http: httpx.AsyncClient, verb: str, **values: object) -> dict[str, object]:
    answer = await http.post(API + verb, json=values)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_a_whole_conversation_over_http(http: httpx.AsyncClient, bot: Bot, world: World) -> None:
    said = await _do(http, "says", chat_id=680001, text="68살인데 신청되나요")
    (update,) = await bot.get_updates()
    await bot.send_message(680001, "<b>확인</b>할까요?", parse_mode="HTML", reply_markup=YES)
    record = {"chat_id": 680001, "update_id": update.update_id, "intent": "check_eligibility", "confidence": 0.93}
    answer = await http.post(API + "understood", content=json.dumps(record) + "\n")
    assert answer.json() == {"kept": 1}
    chat = (await http.get(API + "chats/680001")).json()
    mine, its = chat["messages"]
    assert (mine["message_id"], mine["by_bot"], mine["understood"]) == (said["message_id"], False, [record])
    assert its["reply_markup"]["inline_keyboard"][0][0]["text"] == "네"
    tapped = await _do(http, "taps", chat_id=680001, message_id=its["message_id"], data="v1:t:yes", times=2)
    assert len(tapped["query_ids"]) == 2  # type: ignore[arg-type]
    taps = await bot.get_updates(offset=update.update_id + 1)
    assert len(taps) == 2
    seen = {"chat_id": 680001, "update_id": taps[0].update_id, "flow": "eligibility"}
    await http.post(API + "understood", json=seen)
    asked = (await http.get(API + "chats/680001")).json()["messages"][1]
    assert asked["understood"] == [{**seen, "tapped": "네"}]
    lines = (await http.get(API + "understood", params={"chat_id": 680001})).text.splitlines()
    assert [json.loads(line) for line in lines] == [record, seen]
    assert (await http.get(API + "understood", params={"chat_id": 1})).text == ""


async def test_the_state(http: httpx.AsyncClient, world: World) -> None:
    state = (await http.get(API + "state")).json()
    assert {"김○자", "박○영"} <= {person["name"] for person in state["people"]}
    assert state["bot"]["username"] == "ieum_playground_bot"
    assert state["waiting_updates"] == 0
    made = await _do(http, "people", name="한○수", about="60세 남성")
    group = await _do(http, "groups", by=made["chat_id"], title="모임")
    state = (await http.get(API + "state")).json()
    assert state["people"][-1]["name"] == "한○수"
    assert state["groups"][0]["id"] == group["chat_id"]
    assert (await _do(http, "migrate", chat_id=group["chat_id"]))["chat_id"] != group["chat_id"]


async def test_every_verb_reaches_the_bot(http: httpx.AsyncClient, method: str) -> None:
    said = await _do(http, "says", chat_id=1, text="안녕")
    await _do(http, "edits", chat_id=1, message_id=said["message_id"], text="안녕하세요")
    await _do(http, "contact", chat_id=1)
    await _do(http, "contact", chat_id=1, own=False)
    await _do(http, "location", chat_id=1)
    await _do(http, "sticker", chat_id=1, emoji="😀")
    sent = await http.post(
        API + "files",
        data={"chat_id": "1", "kind": "voice", "caption": "목소리"},
        files={"file": ("v.ogg", b"OggS", "audio/ogg")},
    )
    assert sent.status_code == 200
    await _do(http, "deletes", chat_id=1, message_id=said["message_id"])
    await _do(http, "block", chat_id=1)
    await _do(http, "unblock", chat_id=1)
    await _do(http, "updates", content={"poll": {"id": "1"}})
    updates = (await http.get(method + "getUpdates")).json()["result"]
    kinds = [next(key for key in update if key != "update_id") for update in updates]
    assert kinds == ["message", "edited_message", *["message"] * 5, "my_chat_member", "my_chat_member", "poll"]


@pytest.mark.parametrize(
    ("verb", "values", "code"),
    [
        ("dances", {}, 404),
        ("says", {"chat_id": 1}, 400),
        ("says", {"text": "누가?"}, 400),
        ("taps", {"chat_id": 1, "message_id": 5, "data": "x"}, 400),
        ("files", {"chat_id": 1}, 400),
        ("people", {"name": " "}, 400),
        ("clock", {"set": "어제"}, 400),
        ("clock", {"set": "2026-12-03T14:00:00"}, 400),
        ("faults", {"method": "sendMessage", "kind": "flood"}, 400),
        ("updates", {"content": "[]"}, 400),
    ],
)
async def test_what_cannot_be_done_is_said(
    http: httpx.AsyncClient, verb: str, values: dict[str, object], code: int
) -> None:
    answer = await http.post(API + verb, json=values)
    assert answer.status_code == code
    assert answer.json()["error"]


async def test_the_clock_that_the_bot_reads(http: httpx.AsyncClient, world: World) -> None:
    await _do(http, "clock", move_s=3600)
    shown = (await http.get(API + "clock")).json()
    assert shown["shift_s"] == 3600
    assert datetime.fromisoformat(shown["now"]) - datetime.now(UTC) > timedelta(minutes=59)
    await _do(http, "clock", set="2026-12-03T14:00:00+09:00")
    now = datetime.fromisoformat((await http.get(API + "clock")).json()["now"])
    assert timedelta() <= now - datetime(2026, 12, 3, 5, tzinfo=UTC) < timedelta(seconds=5)
    await _do(http, "clock")
    assert (await http.get(API + "clock")).json()["shift_s"] == 0


async def test_faults_over_http(http: httpx.AsyncClient, bot: Bot, world: World, ja: int) -> None:
    await _do(http, "faults", method="sendMessage", kind="500", times=1)
    with pytest.raises(NetworkError):
        await bot.send_message(ja, "안녕")
    assert "update_id" in await _do(http, "faults", kind="malformed")


async def test_calls_can_be_read(http: httpx.AsyncClient, bot: Bot, ja: int) -> None:
    await bot.send_message(ja, "안녕")
    calls = (await http.get(API + "calls", params={"method": "sendmessage"})).json()
    assert [call["params"]["text"] for call in calls] == ["안녕"]


async def test_files_are_served_without_danger(http: httpx.AsyncClient, world: World, ja: int) -> None:
    world.sends_photo(ja, b"\x89PNG\r\n\x1a\n", name="a.png")
    world.sends_document(ja, b"<script>alert(1)</script>", name="a.html")
    photo, page = world.messages(ja)[1:]
    shown = await http.get(API + "files/" + photo["photo"][0]["file_id"])
    assert shown.headers["content-type"] == "image/png"
    kept = await http.get(API + "files/" + page["document"]["file_id"])
    assert kept.headers["content-disposition"] == "attachment"
    assert kept.headers["content-security-policy"] == "sandbox"
    assert (await http.get(API + "files/none")).status_code == 404
    assert (await http.get(API + "chats/5")).status_code == 404


async def test_live_events(http: httpx.AsyncClient, bot: Bot, world: World, ja: int) -> None:
    kinds = []
    async with asyncio.timeout(5), http.stream("GET", API + "events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": welcome"
        await bot.send_message(ja, "안녕", reply_markup=ReplyKeyboardMarkup([["처음으로"]]))
        await bot.send_chat_action(ja, "typing")
        async for line in lines:
            if line.startswith("data: "):
                kinds.append(json.loads(line.removeprefix("data: "))["kind"])
            if len(kinds) == 2:
                break
    assert kinds == ["message", "action"]


async def test_unreadable_records_are_refused(http: httpx.AsyncClient) -> None:
    for content in ("{", "[]", '{"update_id": 1}'):
        assert (await http.post(API + "understood", content=content)).status_code == 400
