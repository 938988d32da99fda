"""Fixtures that many tests need: databases of both kinds, a clock, the real catalog, search and Rasa server."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from bot.services import Services
from bot.settings import ROOT, Settings
from knowledge.catalog import Catalog
from nlu.client import RasaUnderstander
from nlu.environment import rasa_python
from nlu.server import Plan, serving
from nlu.training import model_file
from retrieval.search import Search, load_search
from storage.database import Database
from tests.support.clocks import StillClock
from tests.support.databases import emptied, migrated, new_postgres_url, new_sqlite_url, postgres_server
from tests.support.house import make_services, shipped_catalog


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs PostgreSQL, and puts the stories first.

    Two workers share the files (`pytest -n 2 --dist loadfile --no-loadscope-reorder`): the longest, which alone needs
    Rasa, must not be what one of them is left with at the end.
    """
    for item in items:
        on = getattr(item, "callspec", None)
        servers = {"postgres", "postgres_url"} & set(getattr(item, "fixturenames", ()))
        if servers or (on is not None and on.params.get("database") == "postgresql"):
            item.add_marker(pytest.mark.postgresql)
    items.sort(key=lambda item: item.path.parent.name != "stories")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_url(postgres: str) -> str:
    """A migrated PostgreSQL database that the tests of one session use one after another."""

    async def make() -> str:
        url = await new_postgres_url(postgres)
        async with migrated(url):
            return url

    # Asked for in the middle of an async fixture, it cannot be one itself.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, make()).result()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with migrated(new_sqlite_url(tmp_path)) as found:
            yield found
        return
    found = Database(request.getfixturevalue("postgres_url"))
    try:
        await emptied(found)
        yield found
    finally:
        await found.close()


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(_env_file=None)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return shipped_catalog()


@pytest.fixture(scope="session")
def search(settings: Settings, catalog: Catalog) -> Search:
    return load_search(catalog, settings.index_folder, settings.encoder)


@pytest.fixture(scope="session")
async def rasa(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a real Rasa server with the trained model; one that already runs where the settings name it."""
    if settings.rasa_url:
        yield settings.rasa_url
        return
    plan = Plan(
        rasa_python(ROOT),
        ROOT,
        model_file(settings.models_folder),
        free_port(),
        tmp_path_factory.mktemp("rasa") / "rasa.log",
    )
    async with httpx.AsyncClient(timeout=5) as client, serving(plan, client) as url:
        yield url


@pytest.fixture(scope="session")
async def rasa_line() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=10) as client:
        yield client


@pytest.fixture
def understander(rasa: str, rasa_line: httpx.AsyncClient) -> RasaUnderstander:
    return RasaUnderstander(rasa_line, rasa)


@pytest.fixture
async def services(
    tmp_path: Path, clock: StillClock, catalog: Catalog, search: Search, understander: RasaUnderstander
) -> AsyncIterator[Services]:
    """The bot's real parts on a fresh SQLite file."""
    async with migrated(new_sqlite_url(tmp_path)) as found:
        yield make_services(found, clock, catalog, search, understander)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
