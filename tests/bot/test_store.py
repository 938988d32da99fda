"""Commands on a database that is not there, or not of this version: one sentence, nothing else."""

from pathlib import Path

import pytest

from bot.commands import main
from bot.commands.store import opened
from bot.errors import OperatorError
from storage.database import Database
from tests.support.databases import new_sqlite_url

AWAY = "postgresql+asyncpg://nobody@127.0.0.1:1/nowhere"
COMMANDS = (("cases",), ("inbox",), ("erase", "1"), ("events",), ("staff", "list"))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("url", "words"), [("", "run `ieum migrate`"), (AWAY, "IEUM_DATABASE_URL")], ids=["new", "away"]
)
def test_a_command_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    url: str,
    words: str,
) -> None:
    monkeypatch.setenv("IEUM_DATABASE_URL", url or new_sqlite_url(tmp_path))
    assert main(command) == 2
    said = capsys.readouterr().err
    assert words in said and "Traceback" not in said and said.count("\n") == 1


async def test_what_a_command_itself_finds_wrong_is_told_as_it_is(database: Database) -> None:
    with pytest.raises(OperatorError, match="no such case"):
        async with opened(database.url) as there, there.transaction():
            raise OperatorError("no such case")
