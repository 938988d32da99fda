"""Occupations, working times and programs in messages, by table."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.lookups import GENERIC, write_lookups
from nlu.korean.gazetteer import LOOKUPS
from nlu.korean.occupations import find_occupations
from nlu.korean.programs import find_programs
from nlu.korean.schedules import find_schedules
from nlu.korean.span import Span
from tests.support.tables import read_table

_HERE = Path(__file__).parent
_FACTS = _HERE.parents[2] / "knowledge" / "facts"
_READERS: dict[str, Callable[[str], list[Span]]] = {"occupations": find_occupations, "schedules": find_schedules}
_TABLES = {name: read_table(_HERE / "places" / f"{name}.yml") for name in _READERS}
_FOUND = [(name, text, ids) for name, table in _TABLES.items() for text, ids in table["found"].items()]
_NONE = [(name, text) for name, table in _TABLES.items() for text in table["none"]]


@pytest.mark.parametrize(("name", "text", "ids"), _FOUND)
def test_words_are_found(name: str, text: str, ids: list[str]) -> None:
    assert [span.value for span in _READERS[name](text)] == ids


@pytest.mark.parametrize(("name", "text"), _NONE)
def test_ordinary_words_are_left(name: str, text: str) -> None:
    assert _READERS[name](text) == []


@pytest.mark.parametrize("name", _READERS)
def test_the_kept_list_is_that_of_the_facts(name: str, tmp_path: Path) -> None:
    write_lookups(_FACTS, tmp_path)
    file = f"{name.removesuffix('s')}.json"
    assert (LOOKUPS / file).read_text(encoding="utf-8") == (tmp_path / file).read_text(encoding="utf-8")


def test_offsets_are_those_of_the_composed_text() -> None:
    text = "저는 요양 보호사 했어요"
    span = find_occupations(unicodedata.normalize("NFD", text))[0]
    assert (span.start, span.end, span.text, span.entity) == (3, 9, "요양 보호사", "occupation")


@pytest.fixture(scope="module")
def lookups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    facts = tmp_path_factory.mktemp("facts")
    (facts / "programs").mkdir()
    (facts / "occupations.yml").write_text("guard: {name: 경비, aliases: [경비원]}\n", encoding="utf-8")
    (facts / "schedules.yml").write_text("days-3: {name: 주 3일, aliases: []}\n", encoding="utf-8")
    programs = {
        "old-work": "{id: old-work, name: 옛 근로, short: 근로, aliases: [취로사업, 국취제], status: historic}",
        "support": "{id: support, name: 국민취업지원제도, short: 국취제, aliases: [국취제, 국취, 인턴],"
        " status: continuing}",
        "pension": "{id: pension, name: 기초연금, short: 연금, aliases: [노령연금], status: continuing}",
        "other": "{id: other, name: 노령연금, short: 다른 것, aliases: [], status: continuing}",
    }
    for name, text in programs.items():
        (facts / "programs" / f"{name}.yml").write_text(text + "\n", encoding="utf-8")
    out = tmp_path_factory.mktemp("lookups")
    write_lookups(facts, out)
    return out


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("국취제 얼마 줘요", ["support"]),
        ("국취재 신청한 거", ["support"]),
        ("국민 취업 지원 제도 뭐예요", ["support"]),
        ("국민취업지원제도수당은요", ["support"]),
        ("국민취업지원재도요", ["support"]),
        ("기초연금저도받을수있나요", ["pension"]),
        ("기초연금이랑 국취", ["pension", "support"]),
        ("취로사업 아직 있어요", ["old-work"]),
        ("노령연금 받아요", ["pension"]),
        ("인턴 되나요", []),
        ("연금 얼마예요", []),
    ],
)
def test_programs_are_found_by_any_name(text: str, ids: list[str], lookups: Path) -> None:
    assert [span.value for span in find_programs(text, lookups)] == ids


def test_a_word_of_two_programs_goes_to_the_one_that_lists_it_and_goes_on(lookups: Path) -> None:
    words = json.loads((lookups / "program.json").read_text(encoding="utf-8"))
    assert words["국취제"] == "support"
    assert words["노령연금"] == "pension"
    assert not GENERIC & set(words)
    assert list(words) == sorted(words)


def test_without_a_list_nothing_is_found(tmp_path: Path) -> None:
    assert find_programs("기초연금", tmp_path) == []


def test_writing_again_leaves_the_files_alone(tmp_path: Path) -> None:
    write_lookups(_FACTS, tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write_lookups(_FACTS, tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    assert set(before) == {"occupation.json", "schedule.json", "program.json"}
