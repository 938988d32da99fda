"""What an operator sees when Rasa is away or mad: in the log, with `ieum doctor`, on the page with the addresses."""

import logging
from dataclasses import replace

import httpx
import pytest

from bot.commands import doctor
from bot.frontpage import health
from bot.settings import Settings
from knowledge.catalog import Catalog
from nlu.client import RasaUnderstander
from storage.database import Database
from tests.support.chat import Chat
from tests.support.clocks import StillClock
from tests.support.rasa import StandIn, rasa_standin
from tests.support.standins import quick_services

NOBODY = "http://127.0.0.1:9"


async def rasa_finding(address: str) -> tuple[str, str]:
    settings = Settings(_env_file=None, rasa_url=address, rasa_timeout_s=0.5)
    found = next(f for f in await doctor.examine(settings) if f.name == "Rasa")
    return found.health, found.seen


async def test_doctor_tells_away_from_mad() -> None:
    assert (await rasa_finding(NOBODY)) == ("warning", f"does not answer at {NOBODY}")
    async with rasa_standin() as rasa:
        assert (await rasa_finding(rasa.address))[0] == "ok"
        rasa.mode = "nonsense"
        state, seen = await rasa_finding(rasa.address)
        assert state == "warning" and "NonsenseError" in seen


async def speaks(chat: Chat, rasa: StandIn, mode: str, text: str) -> str:
    rasa.mode = mode
    await chat.says(text)
    return chat.text


async def test_the_page_counts_what_was_answered_without_rasa_and_the_log_says_why(
    database: Database, clock: StillClock, catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with rasa_standin() as rasa, httpx.AsyncClient(timeout=2) as client:
        plain = quick_services(database, clock, catalog)
        services = replace(plain, understander=RasaUnderstander(client, rasa.address))
        settings = Settings(_env_file=None, rasa_url=rasa.address)
        chat = Chat(services, clock)
        assert (await health(settings, services))["without_rasa"] == {}
        assert "349,700원" in await speaks(chat, rasa, "nonsense", "기초연금 얼마예요")
        assert "349,700원" in await speaks(chat, rasa, "broken", "기초연금 얼마예요")
        found = await health(settings, services)
        assert found["rasa"] and found["without_rasa"] == {"NonsenseError": 1, "HTTPStatusError": 1}
        await speaks(chat, rasa, "well", "고맙습니다")
        clock.move(hours=2)
        assert (await health(settings, services))["without_rasa"] == {}
    said = [record.getMessage() for record in caplog.records]
    assert any("rasa does not answer as it should (NonsenseError)" in line for line in said)
    assert "rasa answers again" in said
