"""A playground on a free port and the real python-telegram-bot as its client."""

from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot

from bot.playground.limits import NO_RATES
from bot.playground.server import Running, running
from bot.playground.world import World

JA = 680001  # 김○자, one of the invented people


@pytest.fixture
async def playground() -> AsyncIterator[Running]:
    async with running(rates=NO_RATES, webhook_pause_s=0.02) as it:
        yield it


@pytest.fixture
def world(playground: Running) -> World:
    return playground.world


@pytest.fixture
async def bot(playground: Running) -> AsyncIterator[Bot]:
    async with Bot(playground.token, base_url=playground.base_url, base_file_url=playground.file_url) as it:
        yield it


@pytest.fixture
def ja(world: World) -> int:
    """A person who has written once; that update is taken away."""
    world.says(JA, "/start")
    world.updates.drop_all()
    return JA


@pytest.fixture
async def http(playground: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A plain client of the same server, for what python-telegram-bot never sends."""
    async with httpx.AsyncClient(base_url=playground.address, trust_env=False) as it:
        yield it


@pytest.fixture
def method(playground: Running) -> str:
    """The path in front of a method's name."""
    return f"/bot{playground.token}/"
