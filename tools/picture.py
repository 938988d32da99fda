"""Takes docs/pictures/playground.png: one conversation in a playground that runs (`make run`), as a visitor sees it.

.venv/bin/python tools/picture.py http://127.0.0.1:8420
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "playground.png"
PERSON = "박○영"
SAID = ("/start", "네, 좋아요", "애 키우느라 9년 쉬었는데 구직지원금 얼마 줘요?")
LONGEST_MS = 60_000
TO_THE_TOP = "item => item.parentElement.scrollBy(0, item.getBoundingClientRect().top - 165)"
"""Below the head of the chat, which is 150 pixels high."""
SIZE = {"width": 1320, "height": 1080}


async def say(page: Page, text: str) -> None:
    """Sends a text and waits until its answer is shown."""
    answers = await page.locator("#messages .item.bot").count()
    await page.get_by_label("보낼 말").fill(text)
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages .item.bot")).not_to_have_count(answers, timeout=LONGEST_MS)
    await page.wait_for_timeout(3000)  # an answer may have more than one message


async def main(address: str) -> None:
    """Talks, and takes the picture."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = await browser.new_page(viewport=SIZE, locale="ko-KR")
        await page.goto(address)
        await page.get_by_role("button", name=PERSON).click()
        for text in SAID:
            await say(page, text)
        await page.locator("#messages .item.person").last.evaluate(TO_THE_TOP)
        await page.wait_for_timeout(500)
        OUT.parent.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=OUT)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
