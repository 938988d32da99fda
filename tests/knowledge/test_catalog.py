"""The catalog as it is shipped: complete, sourced, true to the reference figures, and honest about the day."""

import dataclasses
import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge.catalog import ASPECTS, Catalog, Program, Statement, load_catalog
from knowledge.fact import Grade

FACTS = Path(__file__).parents[2] / "knowledge" / "facts"
TODAY = date(2026, 11, 21)
NEXT_YEAR = date(2027, 1, 2)

PART_2 = (
    "kua-type1-review",
    "kua-type1-select",
    "kua-type2",
    "naeil-card",
    "senior-job-public",
    "senior-job-capacity",
    "senior-job-market",
    "senior-job-placement",
    "senior-internship",
    "career-break-woman",
    "saeil-center",
    "saeil-training",
    "saeil-intern",
    "childcare-hours-reduction",
    "womanup-grant",
    "womanup-internship",
    "seoul50-value-jobs",
    "seoul50-career-internship",
    "seoul-midlife-academy",
    "seoul-senior-job-center",
    "seoul-donghaeng-jobs",
    "midlife-naeil-center",
    "midlife-career-support",
    "unemployment-benefit",
    "basic-pension",
    "livelihood-benefit",
    "jahwal-work",
    "emergency-welfare",
    "senior-retention-subsidy",
    "senior-hiring-subsidy",
    "employment-promotion-subsidy",
    "new-midlife-suitable-jobs",
)

# 기준중위소득 as published and as computed in the reference, by percent, for one to six persons.
INCOME_2026 = {
    32: (820_556, 1_343_773, 1_714_892, 2_078_316, 2_418_150, 2_737_905),
    50: (1_282_119, 2_099_646, 2_679_518, 3_247_369, 3_778_360, 4_277_976),
    60: (1_538_543, 2_519_575, 3_215_422, 3_896_843, 4_534_031, 5_133_571),
    75: (1_923_179, 3_149_469, 4_019_277, 4_871_054, 5_667_539, 6_416_964),
    85: (2_179_602, 3_569_398, 4_555_181, 5_520_527, 6_423_211, 7_272_559),
    100: (2_564_238, 4_199_292, 5_359_036, 6_494_738, 7_556_719, 8_555_952),
    150: (3_846_357, 6_298_938, 8_038_554, 9_742_107, 11_335_079, 12_833_928),
}
INCOME_2027 = {
    32: (875_533, 1_433_806, 1_829_789, 2_217_563, 2_580_166, 2_921_344),
    60: (1_641_625, 2_688_387, 3_430_855, 4_157_931, 4_837_811, 5_477_521),
    85: (2_325_636, 3_808_548, 4_860_377, 5_890_402, 6_853_566, 7_759_821),
    100: (2_736_042, 4_480_645, 5_718_091, 6_929_885, 8_063_019, 9_129_201),
    150: (4_104_063, 6_720_968, 8_577_137, 10_394_828, 12_094_529, 13_693_802),
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(FACTS)


def everything(program: Program, on: date) -> list[Statement]:
    return [statement for aspect in ASPECTS for statement in program.statements(aspect, on)]


def said(catalog: Catalog, program: str, aspect: str, on: date = TODAY) -> str:
    return " ".join(item.text for item in catalog.programs[program].statements(aspect, on))  # type: ignore[arg-type]


@pytest.mark.parametrize("program", PART_2)
def test_every_program_in_use_can_be_asked_about(catalog: Catalog, program: str) -> None:
    entry = catalog.programs[program]
    assert entry.part == 2
    assert len(entry.aliases) >= 6
    for aspect in ("what", "who", "phone"):
        assert entry.statements(aspect, TODAY), aspect  # type: ignore[arg-type]
    if entry.kind in ("program", "service"):
        for aspect in ("amount", "when", "documents", "apply", "where"):
            assert entry.statements(aspect, TODAY), aspect  # type: ignore[arg-type]
    assert entry.window_statement(TODAY) is not None


@pytest.mark.parametrize(
    ("program", "aspect", "figures"),
    [
        (
            "kua-type1-review",
            "amount",
            ["60만 원씩 6개월", "10만 원", "100만 원", "150만 원", "50만 원", "438,543원", "1,538,543원"],
        ),
        (
            "kua-type1-review",
            "who",
            [
                "15세",
                "64세",
                "69세",
                "60%",
                "1,538,543원",
                "2,519,575원",
                "4억 원",
                "5억 원",
                "100일",
                "800시간",
                "30시간",
            ],
        ),
        (
            "kua-type1-review",
            "note",
            ["6개월", "50만 원", "300만 원", "3년", "1년 6개월", "2년", "5년", "250만 원", "4,000만 원", "9년"],
        ),
        ("kua-type1-select", "who", ["34세", "120%", "5억 원"]),
        ("kua-type2", "amount", ["15만 원", "25만 원", "2만 원", "5번"]),
        ("kua-type2", "who", ["35세", "100%", "2,564,238원", "4,199,292원"]),
        (
            "naeil-card",
            "amount",
            [
                "300만 원",
                "5년",
                "200만 원",
                "500만 원",
                "45%",
                "100%",
                "140시간",
                "80%",
                "116,000원",
                "350시간",
                "5,000원",
                "10만 원",
                "180일",
            ],
        ),
        ("naeil-card", "who", ["75세", "45세", "300만 원", "500만 원", "12개월", "4억 원", "4,800만 원"]),
        ("senior-job-public", "amount", ["30시간", "29만 원"]),
        ("senior-job-public", "who", ["65세", "1등급에서 5등급", "2개", "90일", "60세", "64세"]),
        ("senior-job-capacity", "amount", ["60시간", "634,000원", "76만 원"]),
        ("senior-job-market", "who", ["60세"]),
        ("senior-job-placement", "who", ["60세"]),
        ("senior-internship", "amount", ["2026년", "120만 원", "550만 원"]),
        ("saeil-intern", "amount", ["80만 원", "60만 원", "460만 원", "6개월", "12개월"]),
        ("saeil-intern", "who", ["5명", "1,000명"]),
        ("saeil-training", "length", ["1개월", "6개월"]),
        (
            "childcare-hours-reduction",
            "amount",
            ["10시간", "100%", "220만 원", "50만 원", "80%", "150만 원", "250만 원"],
        ),
        ("childcare-hours-reduction", "who", ["12세", "6학년", "180일", "15시간", "35시간"]),
        ("womanup-grant", "amount", ["30만 원씩 3개월", "90만 원"]),
        ("womanup-grant", "who", ["30세", "49세", "1975년", "1995년", "150%", "3,846,357원", "15시간"]),
        ("womanup-internship", "amount", ["2024년", "2,390,124원", "11,436원", "300만 원"]),
        ("womanup-internship", "length", ["3개월", "2개월", "1년", "40시간", "30시간에서 35시간"]),
        ("seoul50-value-jobs", "amount", ["57시간", "588,240원", "10,320원", "15,000원"]),
        ("seoul50-value-jobs", "who", ["40세", "1986년 12월 31일"]),
        ("seoul50-career-internship", "amount", ["57시간", "690,890원"]),
        ("seoul50-career-internship", "who", ["40세", "64세"]),
        ("seoul-midlife-academy", "where", ["5곳", "2028년", "16곳"]),
        ("seoul-senior-job-center", "note", ["2,770명", "634명", "457곳"]),
        ("seoul-donghaeng-jobs", "amount", ["10,320원", "3시간에서 6시간", "5일"]),
        ("seoul-donghaeng-jobs", "who", ["18세", "85%", "2,179,602원", "4억 9,900만 원"]),
        ("midlife-naeil-center", "who", ["40세"]),
        ("midlife-career-support", "amount", ["4주", "150만 원"]),
        ("midlife-career-support", "who", ["1961년", "1976년"]),
        ("unemployment-benefit", "amount", ["60%", "68,100원", "66,048원", "8시간"]),
        ("unemployment-benefit", "length", ["120일", "150일", "180일", "210일", "240일", "270일", "50세"]),
        ("unemployment-benefit", "who", ["18개월", "180일", "65세"]),
        ("basic-pension", "amount", ["349,700원", "20%"]),
        (
            "basic-pension",
            "who",
            ["65세", "247만 원", "3,952,000원", "116만 원", "70%", "1억 3,500만 원", "2,000만 원"],
        ),
        ("livelihood-benefit", "who", ["32%", "820,556원", "1억 3,000만 원", "12억 원"]),
        ("jahwal-work", "amount", ["62,080원", "66,080원", "53,840원", "57,840원", "29,940원", "33,940원", "5시간"]),
        ("emergency-welfare", "amount", ["783,000원", "1,286,600원", "1,644,000원", "1,994,600원"]),
        ("emergency-welfare", "who", ["75%", "1,923,179원", "4,871,054원", "2억 4,100만 원", "8,564,000원"]),
        ("senior-retention-subsidy", "amount", ["30만 원", "40만 원", "3년", "2020년"]),
        ("senior-hiring-subsidy", "amount", ["30만 원", "2년"]),
        ("employment-promotion-subsidy", "amount", ["720만 원"]),
    ],
)
def test_figures_are_those_of_the_reference(catalog: Catalog, program: str, aspect: str, figures: list[str]) -> None:
    text = said(catalog, program, aspect)
    assert [figure for figure in figures if figure not in text] == []


@pytest.mark.parametrize(
    ("program", "line"),
    [
        ("kua-type1-review", "1350"),
        ("naeil-card", "1350"),
        ("senior-job-public", "1544-3388"),
        ("senior-internship", "1544-3388"),
        ("saeil-center", "1544-1199"),
        ("womanup-grant", "02-120"),
        ("seoul50-value-jobs", "02-120"),
        ("unemployment-benefit", "1350"),
        ("basic-pension", "1355"),
        ("emergency-welfare", "129"),
        ("jahwal-work", "129"),
        ("seoul-donghaeng-jobs", "02-120"),
    ],
)
def test_the_line_to_call(catalog: Catalog, program: str, line: str) -> None:
    assert line in catalog.programs[program].statements("phone", TODAY)[0].text


@pytest.mark.parametrize(("on", "table"), [(TODAY, INCOME_2026), (NEXT_YEAR, INCOME_2027)])
def test_median_income_to_the_won(catalog: Catalog, on: date, table: dict[int, tuple[int, ...]]) -> None:
    for percent, row in table.items():
        assert tuple(catalog.income_line(size, percent, on) for size in range(1, 7)) == row


def test_large_households_add_a_fixed_sum(catalog: Catalog) -> None:
    assert [catalog.median_income(size, TODAY) for size in (7, 8, 10)] == [9_515_150, 10_474_348, 12_392_744]
    assert [catalog.median_income(size, NEXT_YEAR) for size in (7, 8)] == [10_152_665, 11_176_129]


def test_median_income_is_unknown_outside_the_table(catalog: Catalog) -> None:
    assert catalog.median_income(1, date(2025, 12, 31)) is None
    assert catalog.median_income(1, date(2028, 1, 1)) is None
    with pytest.raises(ValueError):
        catalog.median_income(0, TODAY)


def test_the_minimum_wage_changes_with_the_year(catalog: Catalog) -> None:
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2028, 1, 1))
    values = [catalog.amount("wages.minimum_hourly", on) for on in days]
    assert [value and value.value for value in values] == [10_320, 10_700, None]
    assert [value and value.grade for value in values] == [Grade.A, Grade.B, None]
    with pytest.raises(ValueError, match="no row"):
        catalog.amount("wages.maximum", TODAY)


def test_income_lines_move_at_new_year(catalog: Catalog) -> None:
    assert "1,538,543원" in said(catalog, "kua-type1-review", "who", date(2026, 12, 31))
    assert "1,641,625원" in said(catalog, "kua-type1-review", "who", NEXT_YEAR)
    assert "2,325,636원" in said(catalog, "seoul-donghaeng-jobs", "who", NEXT_YEAR)


@pytest.mark.parametrize(
    ("program", "last_year"),
    [
        ("kua-type1-review", "60만 원"),
        ("senior-job-public", "29만 원"),
        ("basic-pension", "349,700원"),
        ("unemployment-benefit", "68,100원"),
        ("seoul50-value-jobs", "588,240원"),
        ("emergency-welfare", "783,000원"),
        ("jahwal-work", "62,080원"),
        ("saeil-intern", "60만 원"),
    ],
)
def test_an_amount_of_last_year_is_never_given_for_this_one(catalog: Catalog, program: str, last_year: str) -> None:
    before, after = (said(catalog, program, "amount", on) for on in (date(2026, 12, 31), NEXT_YEAR))
    assert last_year in before
    assert "확인하지 못했어요" not in before
    assert last_year not in after
    assert "올해 금액은 아직 확인하지 못했어요" in after


@pytest.mark.parametrize("on", [TODAY, date(2026, 12, 31), NEXT_YEAR, date(2027, 6, 1)])
def test_every_sentence_has_a_source_a_date_and_no_open_blank(catalog: Catalog, on: date) -> None:
    for program in catalog.programs.values():
        for statement in everything(program, on):
            assert statement.source is catalog.sources[statement.source.id], program.id
            assert re.fullmatch(r".+, \d{4}년( \d+월)?( \d+일)? 기준", catalog.source_line(statement))
            assert "{" not in statement.text + statement.simple
            assert statement.simple


def test_nothing_unverified_is_shown_and_weak_facts_ask_to_be_confirmed(catalog: Catalog) -> None:
    statements = [item for program in catalog.programs.values() for item in everything(program, TODAY)]
    assert all(item.grade is not Grade.UNVERIFIED for item in statements)
    assert all(item.confirm is (item.grade is Grade.C) for item in statements)
    assert any(item.confirm for item in statements)


@pytest.mark.parametrize(
    "belief",
    ["11개월", "2027년 2월", "1588-9142", "02-2133-5504", "02-6021-1100", "1577-0080", "1398", "1393", "어르신"],
)
def test_beliefs_and_dead_numbers_are_not_told(catalog: Catalog, belief: str) -> None:
    for id_ in PART_2:
        assert belief not in " ".join(item.text + item.simple for item in everything(catalog.programs[id_], TODAY)), id_


def test_source_lines(catalog: Catalog) -> None:
    def line(program: str, aspect: str, words: str) -> str:
        found = [item for item in catalog.programs[program].statements(aspect, TODAY) if words in item.text]  # type: ignore[arg-type]
        return catalog.source_line(found[0])

    assert line("womanup-internship", "amount", "2,390,124원") == "서울시 발표, 2024년 5월 30일 기준"
    assert line("womanup-grant", "amount", "30만 원씩") == "서울시 발표 보도, 2025년 기준"
    assert line("basic-pension", "amount", "349,700원") == "복지로 안내, 2026년 기준"
    assert line("kua-type1-review", "who", "1,538,543원") == "보건복지부 고시, 2026년 기준"


def test_the_ended_one_says_when_and_where_to_go(catalog: Catalog) -> None:
    program = catalog.programs["new-midlife-suitable-jobs"]
    assert program.over
    assert program.ended is not None
    assert (program.ended.on, program.ended.text) == ("2024-01", "2024년 1월에 새 지원이 끝났어요.")
    assert catalog.programs[program.successors[0]].status == "continuing"


def test_every_ended_or_historic_entry_leads_to_something_alive(catalog: Catalog) -> None:
    for program in catalog.programs.values():
        if program.over:
            assert program.ended is not None, program.id
            assert any(not catalog.programs[id_].over for id_ in program.successors), program.id


@pytest.mark.parametrize(
    ("program", "on", "state"),
    [
        ("kua-type1-review", TODAY, "always"),
        ("womanup-grant", date(2026, 9, 1), "open"),
        ("womanup-grant", date(2026, 9, 17), "open"),
        ("womanup-grant", date(2026, 9, 18), "closed"),
        ("womanup-grant", TODAY, "closed"),
        ("womanup-grant", date(2027, 2, 10), "unknown"),
        ("senior-job-public", TODAY, "unknown"),
        ("seoul-donghaeng-jobs", TODAY, "unknown"),
        ("seoul50-value-jobs", TODAY, "closed"),
        ("seoul50-value-jobs", date(2026, 2, 20), "open"),
        ("new-midlife-suitable-jobs", TODAY, "ended"),
    ],
)
def test_windows(catalog: Catalog, program: str, on: date, state: str) -> None:
    window = catalog.programs[program].window_on(on)
    assert window is not None
    assert window.state_on(on) == state


def test_dates_that_are_not_known_name_the_line_to_ask(catalog: Catalog) -> None:
    for program in ("senior-job-public", "womanup-grant", "seoul-donghaeng-jobs"):
        statement = catalog.programs[program].window_statement(TODAY)
        assert statement is not None
        assert catalog.programs[program].contacts[0].line in statement.text


def test_unknown_facts_are_left_out_and_easier_words_fall_back(catalog: Catalog) -> None:
    program = catalog.programs["senior-internship"]
    assert program.value("firm_max", TODAY) is not None
    assert program.value("firm_max", NEXT_YEAR) is None
    assert program.value("no_such_fact", TODAY) is None
    assert "550만 원" not in said(catalog, "senior-internship", "amount", NEXT_YEAR)
    assert program.statements("who", TODAY)[0].simple == program.statements("who", TODAY)[0].text
    assert program.statements("apply", TODAY)[0].simple == "동네 시니어클럽에 가 보세요."


def test_what_blocks_what(catalog: Catalog) -> None:
    assert {block.kind for block in catalog.blocks_of("senior-job-placement")} == {"allowed"}
    assert "unemployment-benefit" in {held for block in catalog.blocks_of("kua-type1-review") for held in block.held}
    assert len(catalog.blocks) >= 11
    assert catalog.blocks_of("saeil-center") == ()


def test_the_version_is_the_hash_of_the_facts(catalog: Catalog, tmp_path: Path) -> None:
    for path in FACTS.rglob("*.yml"):
        copy = tmp_path / path.relative_to(FACTS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert load_catalog(tmp_path).version == catalog.version
    with (tmp_path / "tables" / "wages.yml").open("a") as file:
        file.write("# read again\n")
    assert load_catalog(tmp_path).version != catalog.version


def test_the_catalog_cannot_be_changed(catalog: Catalog) -> None:
    with pytest.raises(ValidationError):
        catalog.programs["naeil-card"].name = "x"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalog.version = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        catalog.programs["x"] = catalog.programs["naeil-card"]  # type: ignore[index]


def test_lines_of_a_lane_are_shown_ones_only(catalog: Catalog) -> None:
    assert "109" in [line.number for line in catalog.lines("crisis")]
    assert all(line.show for lane in ("crisis", "violence") for line in catalog.lines(lane))
    assert catalog.lines("no such lane") == ()
