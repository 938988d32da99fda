"""What tests of whole processes share: a built index and data folders that use it."""

from pathlib import Path

import pytest

from bot.settings import Settings
from tests.support.processes import ieum


@pytest.fixture(scope="session")
async def built_index(settings: Settings) -> Path:
    """The project's own search index, brought up to date by the command that operators use."""
    async with ieum("index", env={}) as command:
        assert await command.ends(300) == 0, command.output
    return settings.index_folder


@pytest.fixture
def data(tmp_path: Path, built_index: Path, settings: Settings) -> Path:
    """A data folder of a test's own, with the project's index and models."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "index").symlink_to(built_index)
    (folder / "models").symlink_to(settings.models_folder)
    return folder
