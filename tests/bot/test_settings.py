"""A setting that is not right is told in one line, by every command, before anything is done."""

import pytest

from bot.commands import doctor, main
from bot.commands.common import read_settings
from bot.settings import Settings

WRONG = [
    ("KEEP_DAYS", "119", "greater than or equal to 120"),
    ("KEEP_WORDS_DAYS", "0", "greater than or equal to 1"),
    ("DIALOGUE_DAYS", "0", "greater than or equal to 1"),
    ("WORKERS", "0", "greater than or equal to 1"),
    ("REMIND_HOURS", "48,abc", "hours are whole numbers, as in 48,3"),
    ("REMIND_HOURS", "-3", "hours are whole numbers from 1"),
    ("COUNSEL_DAYS", "mon", "days are numbers, as in 0,1,2,3,4"),
    ("COUNSEL_DAYS", "7", "from 0, Monday, to 6"),
    ("DATABASE_URL", "foo", "sqlite+aiosqlite:// or postgresql+asyncpg://"),
    ("DATABASE_URL", "mysql://ieum:geheim@db/ieum", "sqlite+aiosqlite:// or postgresql+asyncpg://"),
    ("DATABASE_URL", "postgresql+asyncpg://ieum:geheim@db:port/ieum", "sqlite+aiosqlite:// or postgresql+asyncpg://"),
    ("LOG_LEVEL", "loud", "'DEBUG', 'INFO'"),
]


@pytest.mark.parametrize(("name", "value", "told"), WRONG, ids=[f"{name} {value}" for name, value, _ in WRONG])
def test_what_is_not_right_is_told_in_one_line(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"IEUM_{name}", value)
    assert main(["cases"]) == 2
    said = capsys.readouterr().err
    assert f"IEUM_{name} is not right" in said and told in said
    assert said.count("\n") == 1 and "geheim" not in said and "Value error" not in said


def test_what_is_right_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"REMIND_HOURS": "24, 2,", "COUNSEL_DAYS": "", "LOG_LEVEL": "warning", "KEEP_DAYS": "120"}
    for name, value in values.items():
        monkeypatch.setenv(f"IEUM_{name}", value)
    found = read_settings()
    assert [hours.total_seconds() for hours in found.terms.remind] == [86_400, 7_200]
    assert (found.weekdays, found.log_level, found.keep_days) == (frozenset(), "WARNING", 120)


async def test_whatever_doctor_cannot_look_at_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(settings: Settings) -> None:
        raise RuntimeError

    monkeypatch.setattr(doctor.prepare, "check_disk", no_room)
    rasa = {"rasa_url": "http://127.0.0.1:9", "rasa_timeout_s": 0.5}
    # As a copy nothing is checked: this is an address that gives no engine at all.
    settings = Settings(_env_file=None, **rasa).model_copy(update={"database_url": "foo"})
    found = {one.name: one for one in await doctor.examine(settings)}
    assert [found[name].health for name in ("disk", "database", "queues")] == ["broken"] * 3
    assert found["disk"].seen == "cannot be looked at (RuntimeError)" and found["Rasa"].health == "warning"
