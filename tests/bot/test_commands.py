"""What an operator types wrongly is told in one line; what several commands share."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.commands import bench, main
from bot.commands.common import moment
from bot.errors import OperatorError
from bot.settings import Settings
from tests.support.databases import new_sqlite_url

HUGE = "99999999999999999999"
MISTYPED = [
    (("cases", "show", HUGE), "no whole number"),
    (("cases", "show", "0"), "no whole number from 1"),
    (("cases", "show", "²"), "no whole number"),
    (("cases", "claim", "1", "--as", "김" * 61), "at most 60 characters"),
    (("erase", HUGE), "no whole number"),
    (("erase", str(2**63)), "no whole number"),
    (("erase", str(2**63 - 1), "--chat"), "there is no chat"),
    (("inbox", "--retry", HUGE), "no whole number"),
    (("staff", "mark", HUGE, "met"), "no whole number"),
    (("staff", "mark", "²", "met"), "no whole number"),
    (("staff", "leave", "kim", "--from", "9999-12-31"), "outside 1900 to 2099"),
    (("staff", "leave", "kim", "--from", "9999-12-31T23:00+00:00"), "outside 1900 to 2099"),
    (("staff", "leave", "kim", "--note", "병" * 201), "at most 200 characters"),
    (("events", "--past", "999999999"), "from 0 to 3650"),
    (("events", "--past", "-1"), "no whole number"),
    (("check", "--on", "9999-12-01"), "outside 1900 to 2099"),
    (("search", "기초연금", "--limit", "0"), "from 1 to 100"),
]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("IEUM_DATABASE_URL", new_sqlite_url(tmp_path))
    assert main(["migrate"]) == 0
    capsys.readouterr()


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(("words", "told"), MISTYPED, ids=[" ".join(words)[:40] for words, _ in MISTYPED])
def test_what_is_mistyped_is_told_in_one_line(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert told in said and said.count("\n") == 1


@pytest.mark.parametrize("on", ["1900-01-01", "2099-12-31"])
def test_the_first_and_the_last_day_can_be_asked_about(on: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--on", on]) in (0, 1)
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-12-01T13:00", 4), ("2026-12-01T13:00+00:00", 13), ("2026-12-01T13:00+09:00", 4), ("2026-12-01T13:00Z", 13)],
)
def test_a_time_with_a_zone_keeps_it(text: str, hour: int) -> None:
    assert moment(text) == datetime(2026, 12, 1, hour, tzinfo=UTC)


BROKEN = "id: [\n"


@pytest.fixture
def mistaken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: None) -> Path:
    """A catalog whose first program is no YAML."""
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "womanup-grant.yml").write_text(BROKEN, "utf-8")
    monkeypatch.setattr(Settings, "facts", property(lambda self: tmp_path))
    return tmp_path


@pytest.mark.usefixtures("mistaken")
@pytest.mark.parametrize(
    "words", [("index",), ("search", "기초연금"), ("events",), ("eligibility", "--stored", "basic-pension"), ("train",)]
)
def test_a_mistake_in_the_catalog_is_told_with_its_file(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "run `ieum check`" in said and "Traceback" not in said


@pytest.mark.usefixtures("mistaken")
def test_the_bench_too_tells_a_mistake_in_the_catalog() -> None:
    for measure in (lambda: bench._search(Settings(_env_file=None), []), lambda: bench._eligibility(Settings())):
        with pytest.raises(OperatorError, match="run `ieum check`"):
            measure()


@pytest.mark.parametrize("words", [("index",), ("search", "기초연금")], ids=["index", "search"])
def test_an_encoder_that_is_not_there_is_told(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IEUM_DATA", str(tmp_path))
    monkeypatch.setenv("IEUM_ENCODER", "bundled:none")
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "set IEUM_ENCODER" in said and said.count("\n") == 1


@pytest.mark.parametrize("line", [b"\xff\xfe", '{"query": "기초연금"}'.encode("cp949"), b"[" * 100_000, b"not json"])
def test_a_line_that_cannot_be_read_is_named(line: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "asked.jsonl"
    file.write_bytes(b'{"query": "a"}\n' + line + b"\n")
    assert main(["search", "--file", str(file)]) == 2
    said = capsys.readouterr().err
    assert "line 2: not JSON in UTF-8" in said and said.count("\n") == 1


def test_what_excludes_itself_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "profile.json"
    file.write_text(json.dumps({"sex": {"one_of": ["female"], "not": ["female"]}}), "utf-8")
    assert main(["eligibility", "--profile", str(file)]) == 2
    assert "sex: one of female, male is needed" in capsys.readouterr().err
