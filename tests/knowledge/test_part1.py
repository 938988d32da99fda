"""The five seeds' programs, the hotlines, centers and calendar: true, dated, readable, and nothing old is offered."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from knowledge.catalog import ASPECTS, Catalog, Program, load_catalog, say
from knowledge.fact import Grade
from knowledge.rendering import render
from knowledge.text_rules import load_text_rules
from tests.support.tables import read_table

FACTS = Path(__file__).parents[2] / "knowledge" / "facts"
TODAY = date(2026, 11, 21)
DAYS = (TODAY, date(2027, 1, 2), date(2028, 6, 1))

ENDED = (
    "kt-social-contribution-jobs",
    "kt-sisso",
    "kt-dream-teacher",
    "kt-retiree-it-education",
    "kt-retiree-coop",
    "seongdong-knockknock-week-2021",
    "seongdong-online-mentoring",
    "seongdong-resume-photo",
    "seongdong-work-experience-class",
    "yangcheon-senior-job-fair-2021",
)
HISTORIC = (
    "citizen-job-planner",
    "citizen-job-planner-mobile-desk",
    "district-job-bank",
    "seoul-job-plus-center",
    "single-registration-network",
    "timeshare-jobs",
    "highschool-desk",
    "cyber-language-course",
    "total-care",
    "visiting-job-plus",
    "seoul-sme-internship-2012",
    "zone-job-fairs-2012",
)
UNCERTAIN = (
    "kt-it-supporters",
    "seongdong-ildabang",
    "seongdong-ai-test-consulting",
    "seoul-newdeal-jobs",
    "womantech-it-internship",
    "social-impact-internship",
    "womanup-digital-training",
    "womanup-digital-intro",
    "womanup-digital-advanced",
)
CONTINUING = (
    "kua-work-experience",
    "yangcheon-senior-club",
    "womanup-project",
    "womanup-project-internship",
    "womanup-hiring-bonus",
    "womantech-platform",
    "seoul-women-resource-centers",
    "worknet",
)
STATUS = {
    **dict.fromkeys(ENDED, "ended"),
    **dict.fromkeys(HISTORIC, "historic"),
    **dict.fromkeys(UNCERTAIN, "uncertain"),
    **dict.fromkeys(CONTINUING, "continuing"),
}
CONTINUED_IN_PART_2 = ("womanup-grant", "womanup-internship")

PART_5 = {
    "109": "B",
    "1577-0199": "B",
    "1366": "B",
    "112": "B",
    "119": "B",
    "1577-1389": "B",
    "129": "A",
    "02-120": "B",
    "1350": "A",
    "132": "B",
    "1661-2020": "B",
    "1331": "B",
    "1588-0075": "B",
    "1544-3388": "A",
    "1544-1199": "B",
    "1661-2129": "B",
    "1355": "B",
    "1577-1000": "B",
    "1397": "B",
    "1600-5500": "B",
    "1394": "B",
    "1332": "B",
    "110": "B",
    "182": "B",
    "1577-1366": "C",
}
NEVER_SHOWN = ("1588-9142", "02-2133-5504", "02-6021-1100", "1577-0080", "1398", "1393", "1389", "1600-9582")
LANES = {
    "crisis": ["109", "1577-0199"],
    "violence": ["1366", "112", "1577-1389"],
    "need": ["129", "02-120"],
    "danger_now": ["112", "119"],
    "labor": ["1350", "132", "1661-2020"],
    "discrimination": ["1350", "1331"],
    "accident": ["1588-0075"],
    "senior-jobs": ["1544-3388"],
    "women": ["1544-1199"],
    "welfare": ["129", "1661-2129"],
    "pension": ["1355", "1577-1000"],
    "credit": ["1397", "1600-5500"],
    "fraud": ["1394", "1332"],
    "seoul": ["02-120", "1661-2020"],
}
NOT_READ_ALOUD = {"aliases", "title", "reason", "id", "source", "sources", "number"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(FACTS)


@pytest.fixture(params=sorted(STATUS))
def program(request: pytest.FixtureRequest, catalog: Catalog) -> Program:
    return catalog.programs[request.param]


def sentences(program: Program, on: date) -> Iterator[str]:
    """All that can be said about a program on a day."""
    for aspect in ASPECTS:
        for statement in program.statements(aspect, on):
            yield from (statement.text, statement.simple)
    window = program.window_statement(on)
    yield from (window.text, window.simple) if window else ()
    yield from (program.ended.text,) if program.ended else ()
    yield from (contact.line + " " + contact.purpose for contact in program.contacts)


def names_number(text: str, number: str) -> bool:
    """Whether the text holds the number itself, not as part of a longer one (1577-1389 is not 1389)."""
    return re.search(rf"(?<![\d-]){re.escape(number)}(?![\d-])", text) is not None


def read_aloud(node: Any, key: str = "") -> Iterator[str]:
    """Every string of a YAML document that may reach a person."""
    if isinstance(node, dict):
        if node.get("show", True):
            for name, value in node.items():
                yield from read_aloud(value, str(name)) if name not in NOT_READ_ALOUD else ()
    elif isinstance(node, list):
        for item in node:
            yield from read_aloud(item, key)
    elif isinstance(node, str):
        yield node


# --- the programs ---------------------------------------------------------------------------------------------------


def test_every_program_of_part_1_is_there(catalog: Catalog) -> None:
    assert {name: catalog.programs[name].status for name in STATUS} == STATUS
    assert {catalog.programs[name].part for name in STATUS} == {1}
    assert all(name in catalog.programs for name in CONTINUED_IN_PART_2)


def test_part_1_has_no_others(catalog: Catalog) -> None:
    found = {name for name, entry in catalog.programs.items() if entry.part == 1}
    assert found - set(CONTINUED_IN_PART_2) == set(STATUS)


def test_every_program_can_be_described(program: Program) -> None:
    assert program.statements("what", TODAY)
    assert program.statements("apply", TODAY)
    assert program.statements("who", TODAY) or program.kind == "body"
    assert len(program.aliases) >= 8
    assert len(set(program.aliases)) == len(program.aliases)


def test_nothing_is_lost_when_it_is_said(program: Program) -> None:
    for aspect, entries in program.aspects.items():
        dated = [entry for entry in entries if entry.holds(TODAY)]
        assert len(program.statements(aspect, TODAY)) == len(dated), aspect


@pytest.mark.parametrize("name", ENDED + HISTORIC)
def test_what_is_over_says_when_and_where_to_go_today(catalog: Catalog, name: str) -> None:
    over = catalog.programs[name]
    assert over.over and over.ended is not None
    assert re.search(r"20\d\d년", over.ended.text)
    assert over.ended.on[:4] <= "2021"
    assert over.successors
    states = [catalog.programs[successor].status for successor in over.successors]
    assert not {"ended", "historic"} & set(states)
    assert "continuing" in states


@pytest.mark.parametrize("name", ENDED + HISTORIC)
def test_what_is_over_is_never_offered(catalog: Catalog, name: str) -> None:
    over = catalog.programs[name]
    for on in DAYS:
        window = over.window_on(on)
        assert window is not None and window.state == "ended"
    said = " ".join(statement.text for statement in over.statements("apply", TODAY))
    assert re.search(r"신청할 수 없어요|지금은 .*(고용24|일자리센터)|이름은 없어졌지만", said)


@pytest.mark.parametrize("name", ENDED + HISTORIC)
def test_what_is_over_shows_no_number_of_its_time(catalog: Catalog, name: str) -> None:
    said = " ".join(sentences(catalog.programs[name], TODAY))
    numbers = set(re.findall(r"(?<![\d-])(?:\d{2,4}-)?\d{3,4}-\d{4}(?![\d-])|02-120", said))
    assert numbers <= {"02-120", "1544-3388", "1350"}


@pytest.mark.parametrize("name", UNCERTAIN)
def test_what_is_uncertain_says_so_and_whom_to_ask(catalog: Catalog, name: str) -> None:
    entry = catalog.programs[name]
    said = " ".join(sentences(entry, TODAY))
    assert "확인하지 못했어요" in said
    assert "물어보세요" in said
    assert entry.successors
    window = entry.window_on(TODAY)
    assert window is not None and window.state == "unknown"


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("kt-social-contribution-jobs", "jobs", 1000),
        ("kt-social-contribution-jobs", "budget_won", 25_000_000_000),
        ("seongdong-knockknock-week-2021", "end", "2021-11-12"),
        ("yangcheon-senior-job-fair-2021", "held", "2021-11-09"),
        ("yangcheon-senior-club", "meeting", "2025-12-02"),
        ("citizen-job-planner", "planners", 111),
        ("citizen-job-planner", "returning_women_share", 75.7),
        ("seoul-job-plus-center", "hired", 27846),
        ("single-registration-network", "bodies", 71),
        ("total-care", "referrals", 3),
        ("womanup-project", "grant_won", 300_000),
        ("womanup-digital-training", "budget_won", 1_300_000_000),
        ("womanup-digital-intro", "courses", 6),
        ("womanup-digital-advanced", "courses", 2),
        ("womanup-project-internship", "months_2025", 2),
    ],
)
def test_figures_are_those_of_the_sources(catalog: Catalog, name: str, fact: str, value: object) -> None:
    known = catalog.programs[name].value(fact, TODAY)
    assert known is not None and known.value == value


def test_the_new_name_of_womanup_must_be_confirmed(catalog: Catalog) -> None:
    said = [item for item in catalog.programs["womanup-project"].statements("what", TODAY) if "서울커리업" in item.text]
    assert said and all(item.confirm for item in said)


# --- texts ----------------------------------------------------------------------------------------------------------


def test_sentences_are_short_and_everyday(program: Program) -> None:
    rules = load_text_rules()
    for on in DAYS:
        for text in sentences(program, on):
            assert not [c for c in rules.complaints(text, text) if "from a fact" not in c], text


def test_numbers_come_from_facts(program: Program) -> None:
    rules = load_text_rules()
    for entries in program.aspects.values():
        for entry in entries:
            for text in (entry.text, entry.simple):
                assert not [c for c in rules.complaints(text, "") if "from a fact" in c], text


def test_names_on_buttons_fit(program: Program) -> None:
    assert 0 < len(program.short) <= 10


# --- hotlines -------------------------------------------------------------------------------------------------------


def test_lines_to_show_are_those_of_part_5(catalog: Catalog) -> None:
    assert {key: str(line.grade) for key, line in catalog.hotlines.items() if line.show} == PART_5


def test_a_line_is_filed_under_its_number(catalog: Catalog) -> None:
    for key, line in catalog.hotlines.items():
        assert key == line.number == render(line.number, "phone")


@pytest.mark.parametrize("lane", LANES)
def test_lanes_hold_their_lines_in_order(catalog: Catalog, lane: str) -> None:
    assert [line.number for line in catalog.lines(lane)] == LANES[lane]


@pytest.mark.parametrize("lane", ["crisis", "violence", "need", "danger_now"])
def test_lines_for_people_in_danger_are_certain(catalog: Catalog, lane: str) -> None:
    assert all(line.grade in (Grade.A, Grade.B) for line in catalog.lines(lane))


@pytest.mark.parametrize("number", NEVER_SHOWN)
def test_hidden_lines_are_known_and_say_why(catalog: Catalog, number: str) -> None:
    line = catalog.hotlines[number]
    assert not line.show and line.reason and not line.lanes


def test_hours_are_shown_only_where_they_were_read(catalog: Catalog) -> None:
    with_hours = {key for key, line in catalog.hotlines.items() if line.hours}
    assert with_hours == {"109", "1577-0199", "1366", "112", "119", "129", "02-120"}


@pytest.mark.parametrize("number", NEVER_SHOWN)
def test_no_hidden_number_is_read_aloud(catalog: Catalog, number: str) -> None:
    files = [path for path in sorted(FACTS.rglob("*.yml")) if path.parent.name != "questions"]
    found = [(path.name, text) for path in files for text in read_aloud(read_table(path)) if names_number(text, number)]
    assert not found
    for entry in catalog.programs.values():
        assert not [text for text in sentences(entry, TODAY) if names_number(text, number)], entry.id


def test_a_longer_number_is_not_the_hidden_one() -> None:
    assert not names_number("1577-1389에 전화하세요.", "1389")
    assert names_number("1389에 전화하세요.", "1389")


def test_lines_and_centers_read_easily(catalog: Catalog) -> None:
    rules = load_text_rules()
    texts = [text for line in catalog.hotlines.values() if line.show for text in (line.purpose, line.hours or "")]
    texts += [kind.purpose for kind in catalog.center_kinds.values()]
    texts += [center.note for center in catalog.centers.values()]
    for text in filter(None, texts):
        assert not [c for c in rules.complaints(text, text) if "from a fact" not in c], text


# --- centers --------------------------------------------------------------------------------------------------------


def test_every_kind_of_center_is_found_by_a_line_to_show(catalog: Catalog) -> None:
    assert {kind.find for kind in catalog.center_kinds.values()} <= set(PART_5)
    assert {key: kind.find for key, kind in catalog.center_kinds.items()}.items() >= {
        "employment-center": "1350",
        "saeil-center": "1544-1199",
        "senior-job-agency": "1544-3388",
        "district-job-center": "02-120",
        "fifty-plus-center": "02-120",
        "midlife-naeil-center": "1350",
    }.items()


def test_kinds_of_centers_lead_to_programs(catalog: Catalog) -> None:
    named = {name for kind in catalog.center_kinds.values() for name in kind.programs}
    assert named <= set(catalog.programs)


def test_centers_are_of_a_known_kind_and_place(catalog: Catalog) -> None:
    for center in catalog.centers.values():
        assert center.kind in catalog.center_kinds
        assert re.fullmatch(r"서울특별시 \S+구", center.area)
        assert center.grade.shown


def test_a_center_with_old_particulars_says_to_call_first(catalog: Catalog) -> None:
    club = catalog.centers["yangcheon-senior-club"]
    assert (club.phone, club.as_of) == ("02-2602-9988", "2019")
    assert "전화해 보세요" in club.note


# --- calendar -------------------------------------------------------------------------------------------------------


def test_what_opens_now_is_not_guessed(catalog: Catalog) -> None:
    for key in ("senior-jobs-2027-signup", "donghaeng-2027-first-half", "yangcheon-senior-jobs-meeting-2026"):
        entry = catalog.calendar[key]
        assert entry.state_on(TODAY) == "unknown"
        said = say(entry, entry, TODAY)
        assert said is not None and "아직 몰라요" in said.text and "2025년" in said.text
        assert "2026년" not in said.text and "2027년" not in said.text


def test_nothing_claims_to_be_open_without_a_notice(catalog: Catalog) -> None:
    assert not [key for key, entry in catalog.calendar.items() if entry.state_on(TODAY) == "open"]
    assert catalog.calendar["womanup-grant-2026-fifth"].state_on(TODAY) == "closed"
    assert catalog.calendar["womanup-grant-2026-fifth"].state_on(date(2026, 9, 10)) == "open"


def test_proposals_are_told_as_proposals(catalog: Catalog) -> None:
    for key in ("basic-pension-reform", "youth-first-job-support-2027", "youth-first-job-support-amount"):
        said = say(catalog.calendar[key], catalog.calendar[key], TODAY)
        assert said is not None and "정해지지 않았어요" in said.text


def test_this_autumns_lines_fall_silent(catalog: Catalog) -> None:
    later = date(2027, 8, 1)
    spoken = {key for key, entry in catalog.calendar.items() if say(entry, entry, later)}
    assert (
        not {
            "senior-jobs-2027-signup",
            "donghaeng-2027-first-half",
            "minimum-wage-2027",
            "median-income-2027",
            "basic-pension-reform",
            "womanup-grant-2026-fifth",
        }
        & spoken
    )


def test_the_calendar_reads_easily_and_names_known_programs(catalog: Catalog) -> None:
    rules = load_text_rules()
    for entry in catalog.calendar.values():
        assert set(entry.programs) <= set(catalog.programs)
        for on in (TODAY, date(2026, 12, 20)):
            said = say(entry, entry, on)
            for text in (said.text, said.simple) if said else ():
                assert not [c for c in rules.complaints(text, text) if "from a fact" not in c], text
