"""The page in a real Chromium: a person writes, a small bot answers, a button is tapped."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright, expect
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.error import BadRequest

from bot.playground.server import Running, create_app
from nlu.labels import EntityName, Intent

ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STATIC = Path(create_app.__code__.co_filename).with_name("static")
NASTY = "<img src=x onerror=\"document.title='broken'\"> & <b>굵게</b>"
ASK = InlineKeyboardMarkup(
    [
        [InlineKeyboardButton("네, 맞아요", callback_data="v1:t:yes")],
        [InlineKeyboardButton("아니요", callback_data="v1:t:no")],
    ]
)
PHONE = ReplyKeyboardMarkup([[KeyboardButton("내 번호 보내기", request_contact=True)]], is_persistent=True)


async def _answer(bot: Bot, http: httpx.AsyncClient, update: Update) -> None:
    assert update.effective_chat is not None
    chat_id = update.effective_chat.id
    if update.callback_query:
        await update.callback_query.answer("골랐어요")
        assert update.callback_query.message is not None
        label = "네, 맞아요" if update.callback_query.data == "v1:t:yes" else "아니요"
        with suppress(BadRequest):  # the second of a double tap changes nothing
            await bot.edit_message_text(f"고르신 것: {label}", chat_id, update.callback_query.message.message_id)
    elif update.message and update.message.contact:
        await bot.send_message(chat_id, f"번호를 받았어요: {update.message.contact.phone_number}")
    elif update.message and update.message.text:
        await bot.send_message(chat_id, f"“{update.message.text}” 맞나요?", reply_markup=ASK)
        await bot.send_message(chat_id, "번호를 알려 주시겠어요?", reply_markup=PHONE)
        record = {"chat_id": chat_id, "update_id": update.update_id, "intent": "check_eligibility", "confidence": 0.93}
        found = [{"entity": "age", "text": "68살", "value": 68}]
        await http.post("/playground/api/understood", json={**record, "entities": found, "timings": {"turn_ms": 120}})


async def _echo(bot: Bot, http: httpx.AsyncClient) -> None:
    offset = None
    while True:
        for update in await bot.get_updates(offset=offset, timeout=20):
            offset = update.update_id + 1
            await _answer(bot, http, update)


@pytest.fixture
async def page(playground: Running, bot: Bot, http: httpx.AsyncClient) -> AsyncIterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("No Chromium on this machine: install it, or run the tests with -m 'not browser'.")
    echo = asyncio.create_task(_echo(bot, http))
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=ARGS)
        it = await browser.new_page(viewport={"width": 1440, "height": 900}, locale="ko-KR")
        problems: list[str] = []
        it.on("pageerror", lambda error: problems.append(str(error)))
        it.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        await it.goto(playground.address)
        yield it
        await browser.close()
    fell = echo.done()
    echo.cancel()
    assert not fell, echo.exception()
    assert problems == []


@pytest.mark.browser
async def test_a_conversation_in_the_browser(playground: Running, page: Page, tmp_path: Path) -> None:
    await page.get_by_role("button", name="김○자").click()
    await page.get_by_role("button", name="이음과 이야기 시작하기").click()
    await expect(page.get_by_text("“/start” 맞나요?")).to_be_visible()
    await page.get_by_label("보낼 말").fill("68살인데 신청되나요")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("“68살인데 신청되나요” 맞나요?")).to_be_visible()
    await expect(page.get_by_role("button", name="알아들은 뜻: 되는지 묻기 93%").last).to_be_visible()
    await expect(page.locator("#understood li").filter(has_text="나이 68").first).to_be_visible()
    await page.get_by_label("단추를 두 번씩 누르기").check()
    await page.get_by_role("button", name="네, 맞아요").last.click()
    await expect(page.get_by_text("고르신 것: 네, 맞아요")).to_be_visible()
    await expect(page.locator("#toast")).to_have_text("골랐어요")
    await page.get_by_role("button", name="내 번호 보내기").click()
    await expect(page.get_by_text("번호를 받았어요: +821000000068")).to_be_visible()
    await expect(page.get_by_text("번호를 받았어요: +821000000068")).to_be_in_viewport()
    shot = await page.screenshot(path=tmp_path / "page.png")
    assert len(shot) > 20_000
    assert len(playground.world.called("answerCallbackQuery")) == 2


@pytest.mark.browser
async def test_texts_never_become_markup_and_can_be_edited(playground: Running, page: Page) -> None:
    await page.get_by_role("button", name="김○자").click()
    await page.get_by_label("보낼 말").fill(NASTY)
    await page.get_by_role("button", name="보내기", exact=True).click()
    await expect(page.get_by_text(f"“{NASTY}” 맞나요?")).to_be_visible()
    assert await page.title() == "이음 놀이터"
    assert await page.locator("#messages img").count() == 0
    await page.get_by_role("button", name="고치기").click()
    await page.get_by_label("보낼 말").fill("다시 쓴 말")
    await page.keyboard.press("Enter")
    await expect(page.locator(".item.person .text")).to_have_text("다시 쓴 말")
    await expect(page.locator(".item.person .time")).to_contain_text("고침")
    assert playground.world.messages(680001)[0]["text"] == "다시 쓴 말"


@pytest.mark.browser
async def test_the_other_tools_of_the_page(playground: Running, page: Page) -> None:
    world = playground.world
    await page.get_by_role("button", name="박○영").click()
    await expect(page.locator("#chat-title")).to_have_text("박○영 님과 이음")
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="파일", exact=True).click()
    await (await chooser.value).set_files({"name": "이력서.txt", "mimeType": "text/plain", "buffer": b"resume"})
    await expect(page.get_by_role("link", name="파일: 이력서.txt")).to_be_visible()
    await page.get_by_role("button", name="스티커", exact=True).click()
    await page.get_by_role("button", name="🙏").click()
    await expect(page.get_by_role("img", name="스티커")).to_be_visible()
    await page.get_by_role("button", name="하루 지나기").click()
    await expect(page.get_by_role("button", name="원래대로")).to_be_visible()
    assert round(world.clock.shift.total_seconds()) == 86400
    await page.get_by_role("button", name="이음 차단하기").click()
    await expect(page.get_by_text("이음을 차단했어요.")).to_be_visible()
    assert world.chats[430002].blocked
    await page.get_by_role("button", name="차단 풀기").click()
    await expect(page.get_by_label("보낼 말")).to_be_visible()
    before = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('#messages')).fontSize)")
    await page.get_by_role("button", name="아주 큰 글자").click()
    after = await page.evaluate("parseFloat(getComputedStyle(document.querySelector('#messages')).fontSize)")
    assert 18 <= before < after


def test_every_intent_and_entity_has_a_korean_name() -> None:
    labels = (STATIC / "labels.js").read_text(encoding="utf-8")
    named = set(re.findall(r"(\w+): \"", labels))
    assert {intent.value for intent in Intent} <= named
    assert {entity.value for entity in EntityName} <= named
