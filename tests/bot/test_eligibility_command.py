"""`ieum eligibility` for an operator: bad input never stops the good lines, and a program finds its people."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.commands import main
from storage import people
from storage.database import Database

ON = "2026-11-21"
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
GOOD = json.dumps({"id": "good", "on": ON, "profile": {"age": 68}}).encode()
BAD = {
    "not JSON": (b"not json", "line 1 is not JSON"),
    "not UTF-8": (b"\xff\xfe{}", "line 1 is not JSON"),
    "no object": (b"[1]", "line 1 is not one JSON object"),
    "too deep": (b'{"profile": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "line 1 is not JSON"),
    "no profile": (b'{"profile": [1]}', "a profile is one JSON object"),
    "day as a number": (b'{"on": 20261121}', "20261121 is not a date"),
    "no such day": (b'{"on": "2026-02-29"}', "2026-02-29 is not a date"),
    "a day of nowhere": (b'{"on": "9999-12-31"}', "outside 1900 to 2099"),
    "too old": (b'{"profile": {"age": 200}}', "age: a whole number from 0 to 120 is needed, not 200"),
    "negative": (b'{"profile": {"household_income_month": -1}}', "household_income_month: a whole number from 0"),
    "number as text": (b'{"profile": {"age": "68"}}', "not '68'"),
    "more days than there are": (b'{"profile": {"work_days_last_24m": 732}}', "from 0 to 731"),
    "not a number": (b'{"profile": {"household_size": NaN}}', "household_size"),
    "word of another language": ('{"profile": {"sex": "여성"}}'.encode(), "sex: one of female, male"),
    "not born yet": (b'{"on": "2026-11-21", "profile": {"birth_date": "2026-11-22"}}', "is after 2026-11-21"),
    "year to come": (b'{"on": "2026-11-21", "profile": {"birth_year": 2027}}', "birth_year: 2027 is after 2026"),
    "a wait without end": (b'{"profile": {"kua_end_date": "9999-12-31"}}', "kua_end_date: a day like"),
    "wrong inside": (b'{"profile": {"other_job_allowance": {"total": -5}}}', "other_job_allowance.total"),
}


def judged(folder: Path, capsys: pytest.CaptureFixture[str], *lines: bytes) -> tuple[int, list[dict[str, Any]], str]:
    (folder / "people.jsonl").write_bytes(b"\r\n".join(lines))
    code = main(["eligibility", "--file", str(folder / "people.jsonl")])
    told = capsys.readouterr()
    return code, [json.loads(line) for line in told.out.splitlines()], told.err


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_says_why_and_the_others_are_judged(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line, message = BAD[name]
    code, (wrong, right), errors = judged(tmp_path, capsys, line, GOOD)
    assert (code, right["id"], right["senior-job-placement"]["rule"]) == (1, "good", "eligible")
    assert message in wrong["error"]
    assert "1 of 2 lines could not be judged" in errors


@pytest.mark.parametrize("profile", ["null", "{}", '{"age": null, "sex": null}', '{"age": "unknown"}'])
def test_nothing_told_is_not_known(profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, (found,), _ = judged(tmp_path, capsys, b'{"on": "2026-11-21", "profile": %b}' % profile.encode())
    rules = {name: item["rule"] for name, item in found.items() if name != "id"}
    assert (code, set(rules.values())) == (0, {"need"})


def test_lines_come_back_in_order_with_their_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ids: list[Any] = ["가", 2, None, "\ud800"]
    lines = [json.dumps({"id": each, "on": ON, "profile": {}}).encode() for each in ids]
    code, found, _ = judged(tmp_path, capsys, b"\xef\xbb\xbf" + lines[0], b"", *lines[1:])
    assert (code, [row["id"] for row in found]) == (0, ["가", 2, None, "?"])


def test_fields_that_nobody_knows_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, errors = judged(tmp_path, capsys, '{"profile": {"취미": 1, "birth_dat": 2, "age": 3}}'.encode())
    assert (code, errors.strip()) == (0, "ieum: left out, as no field is called so: 'birth_dat', '취미'.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "cannot be read as JSON"),
        (b"\xff", "cannot be read as JSON"),
        (b"[]", "a profile is one JSON object"),
        (b'{"age": -1}', "age: a whole number from 0 to 120"),
    ],
)
def test_one_bad_profile_is_one_sentence(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.json").write_bytes(content)
    assert main(["eligibility", "--profile", str(tmp_path / "one.json")]) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert message in told.err


async def store(database: Database, number: int, *, kept: bool, shared: bool, profile: dict[str, Any]) -> int:
    async with database.transaction() as session:
        person = await people.seen(session, number, number, NOW)
        person.consent_profile_at = NOW if kept else None
        person.consent_share_at = NOW if shared else None
        await people.learn(session, person.id, profile, NOW)
        return person.id


async def found(*words: str) -> int:
    return await asyncio.to_thread(main, ["eligibility", "--on", ON, *words])


@pytest.mark.parametrize("at_once", [1, 2, 1000])
async def test_who_of_the_stored_people_qualifies(
    at_once: int, database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IEUM_DATABASE_URL", database.url)
    monkeypatch.setattr("bot.commands.eligibility.AT_ONCE", at_once)
    old = {"birth_date": "1961-11-21"}
    fits = await store(database, 1, kept=True, shared=True, profile=old)
    await store(database, 2, kept=True, shared=False, profile=old)
    await store(database, 3, kept=False, shared=True, profile=old)
    silent = await store(database, 4, kept=True, shared=True, profile={})
    young = await store(database, 5, kept=True, shared=True, profile={"birth_date": "1966-11-22"})
    await store(database, 6, kept=True, shared=True, profile={"birth_date": "unreadable"})
    fits_too = await store(database, 7, kept=True, shared=True, profile={**old, "sex": "female"})
    for outcome, wanted in (("eligible", [fits, fits_too]), ("need", [silent]), ("later", [young]), ("not", [])):
        assert await found("--stored", "senior-job-placement", "--outcome", outcome) == 0
        assert [int(word) for word in capsys.readouterr().out.split()] == wanted
    assert await found("--stored", "senior-job-placement", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {
        "program": "senior-job-placement",
        "on": ON,
        "window": "open",
        "rule": "eligible",
        "people": [fits, fits_too],
    }


def test_a_program_without_a_rule_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eligibility", "--stored", "worknet"]) == 2
    assert "worknet has no rule" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite+aiosqlite:///{folder}/new.db", "run `ieum migrate`"),
        ("postgresql+asyncpg://nobody@127.0.0.1:1/nowhere", "the database is away"),
    ],
)
def test_a_database_that_cannot_be_read_is_one_sentence(
    url: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IEUM_DATABASE_URL", url.format(folder=tmp_path))
    assert main(["eligibility", "--stored", "senior-job-placement"]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
