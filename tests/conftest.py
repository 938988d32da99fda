"""Fixtures that many tests need: databases of both kinds, a clock, the real catalog, search and Rasa server."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_postgres_url, new_sqlite_url, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        url = new_sqlite_url(tmp_path)
    else:
        url = await new_postgres_url(request.getfixturevalue("postgres"))
    async with migrated(url) as found:
        yield found


@pytest.fixture
def clock() -> StillClock:
    return StillClock()
