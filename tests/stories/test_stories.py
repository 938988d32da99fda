"""Every story is played on the real Rasa server, the real search, the real catalog, and SQLite."""

from typing import Any

import pytest

from bot.services import Services
from tests.stories.runner import play, stories
from tests.support.chat import Chat
from tests.support.clocks import StillClock

ALL = stories()


@pytest.mark.parametrize("story", [s for _, s in ALL], ids=[name for name, _ in ALL])
async def test_story(story: dict[str, Any], services: Services, clock: StillClock) -> None:
    await play(story, Chat(services, clock))


def test_there_are_stories() -> None:
    assert len(ALL) >= 30
