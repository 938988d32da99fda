"""Answers as people give them, buttons there and back, and what is learned, set right and kept apart."""

from datetime import date, datetime
from typing import Any

import pytest

from bot.answer_words import answer_words
from bot.clock import SEOUL
from bot.eligibility_answers import answers, read_answer
from bot.eligibility_questions import Check, buttons_of, choices_of, decode, encode, find_question
from bot.eligibility_text import blocked, result
from bot.learn import UNKNOWN, corrected, facts_in, lasting, told_by
from bot.profile_words import said, told
from bot.settings import Settings
from bot.turn import Kind, State, Turn, Visitor
from bot.words import load_words
from knowledge.catalog import Catalog
from knowledge.eligibility import check_all
from knowledge.profile import read_profile
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook
from nlu.client import Entity, Understanding
from nlu.korean import find_all
from nlu.labels import Intent
from retrieval.found import Found

ON = date(2026, 11, 21)
WORDS = load_words()


@pytest.fixture(scope="module")
def rules(catalog: Catalog) -> RuleBook:
    return load_rules(Settings(_env_file=None).facts, catalog)


def turn(text: str, intent: Intent = Intent.INFORM, confidence: float = 0.9) -> Turn:
    spans = find_all(text, ON)
    entities = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in spans)
    return Turn(
        Visitor(1, False, True, False, False),
        datetime(2026, 11, 21, 10, tzinfo=SEOUL),
        Kind.TEXT,
        text,
        Understanding(text, intent, confidence, entities=entities),
        Found(text),
        topics=frozenset({"living"} if "살아" in text or "살고" in text else ()),
    )


def asking(field: str, rules: RuleBook, **data: Any) -> State:
    return State(known=data.pop("known", {})).ask(
        "eligibility", "answer", field=field, type=rules.fields[field].type, **data
    )


WORKING = {"not": ["not_working"]}
SOME_LIVELIHOOD = {"one_of": ["recipient", "conditional", "conditional_deferred"]}


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("birth_date", "61년 12월 15일생이에요", {"birth_date": "1961-12-15"}),
        ("birth_date", "611215", {"birth_date": "1961-12-15"}),
        ("birth_date", "58년생", {"birth_year": 1958}),
        ("birth_date", "오팔년 개띠요", {"birth_year": 1958}),
        ("birth_date", "예순일곱이요", {"age": 67}),
        ("birth_date", "환갑이요", {"birth_year": 1966}),
        ("birth_date", "환갑 지났어요", {"age": {"min": 60}}),
        ("birth_date", "일흔 넘었어요", {"age": {"min": 70}}),
        ("birth_date", "음력 58년 3월 3일이요", {"birth_year": 1958}),
        ("birth_date", "2030년이요", {}),
        ("birth_date", "61년 12월이요", {"birth_date": {"from": "1961-12-01", "to": "1961-12-31"}}),
        ("birth_date", "육일년 십이월 십오일이요", {"birth_date": "1961-12-15"}),
        (
            "household_income_month",
            "모르겠는데 대충 300쯤?",
            {"household_income_month": {"min": 2_700_000, "max": 3_300_000}},
        ),
        ("household_income_month", "글쎄요", {"household_income_month": "dont"}),
        ("employment_status", "아직 안 받아봤어요", {}),
        ("kua_history", "한 이백 돼요", {}),
        ("health_insurance_workplace", "안 받아요", {}),
        ("livelihood_benefit", "작년까지는 받았어요", {"livelihood_benefit": "none"}),
        ("basic_pension", "전에는 받았는데 끊겼어요", {"basic_pension": "none"}),
        ("sudden_crisis", "남편이 갑자기 쓰러져서 일을 못해요", {"sudden_crisis": True}),
        ("livelihood_benefit", "수급자는 아니여", {"livelihood_benefit": "none"}),
        ("household_income_month", "없죠 수입이", {"household_income_month": 0}),
        (
            "kua_history",
            "재작년 겨울에 끝났어요",
            {"kua_history": "ended", "kua_end_date": {"from": "2024-12-01", "to": "2025-02-28"}},
        ),
        ("sudden_crisis", "아니요 늘 그래요", {"sudden_crisis": False}),
        ("sex", "여자예요", {"sex": "female"}),
        ("sex", "네", {}),
        ("living_sido", "양천구요", {"living_sido": "서울특별시", "living_sigungu": "양천구"}),
        ("registered_sido", "수원이요", {"registered_sido": "경기도", "registered_sigungu": "수원시"}),
        ("registered_sido", "양천구 살아요", {}),
        ("household_size", "둘이 살아요", {"household_size": 2}),
        ("household_size", "혼자 살아요", {"household_size": 1}),
        ("household_size", "네 식구예요", {"household_size": 4}),
        ("household_size", "네", {}),
        ("household_income_month", "백오십이요", {"household_income_month": 1_500_000}),
        ("household_income_month", "한 이백 돼요", {"household_income_month": {"min": 1_800_000, "max": 2_200_000}}),
        ("household_income_month", "이백 안 돼요", {"household_income_month": {"max": 2_000_000}}),
        ("household_income_month", "없어요", {"household_income_month": 0}),
        ("household_income_month", "하루 8만원이요", {}),
        ("household_assets", "2억8천이요", {"household_assets": 280_000_000}),
        ("household_assets", "4억 넘어요", {"household_assets": {"min": 400_000_001}}),
        ("household_assets", "1억 좀 넘어요", {"household_assets": {"min": 100_000_000, "max": 130_000_000}}),
        ("household_assets", "주 20시간이요", {}),
        ("weekly_work_hours", "주 20시간", {"weekly_work_hours": 20}),
        ("weekly_work_hours", "하루 4시간씩 5일", {"weekly_work_hours": 20}),
        (
            "last_job_end_date",
            "작년 봄에 그만뒀어요",
            {"last_job_end_date": {"from": "2025-03-01", "to": "2025-05-31"}},
        ),
        ("last_job_end_date", "2023년 6월까지요", {"last_job_end_date": {"from": "2023-06-01", "to": "2023-06-30"}}),
        ("livelihood_benefit", "네 받고 있어요", {"livelihood_benefit": SOME_LIVELIHOOD}),
        ("livelihood_benefit", "아니요 안 받아요", {"livelihood_benefit": "none"}),
        ("livelihood_benefit", "의료급여만 받아요", {"livelihood_benefit": "none"}),
        ("livelihood_benefit", "조건부요", {"livelihood_benefit": "conditional"}),
        ("basic_pension", "네 받고 있어요", {"basic_pension": "receiving"}),
        ("basic_pension", "신청해 놨어요", {"basic_pension": "applied"}),
        ("unemployment_benefit", "아니요", {"unemployment_benefit": {"not": ["receiving"]}}),
        ("employment_status", "네", {"employment_status": WORKING}),
        ("employment_status", "집에서 쉬고 있어요", {"employment_status": "not_working"}),
        ("employment_status", "다음 달에 그만둬요", {"employment_status": "about_to_leave"}),
        ("never_worked", "네 해 봤어요", {"never_worked": False}),
        ("never_worked", "아니요", {"never_worked": True}),
        ("health_insurance_workplace", "아들 밑에 있어요", {"health_insurance_workplace": False}),
        ("health_insurance_workplace", "둘이 살아요", {}),
        ("kua_history", "쉬고 있어요", {}),
        ("nationality_status", "없어요", {}),
        ("nationality_status", "네", {"nationality_status": "korean"}),
        ("nationality_status", "베트남에서 시집왔어요", {"nationality_status": "marriage_migrant"}),
        ("youngest_child_age", "다섯 살이요", {"youngest_child_age": 5}),
        ("youngest_child_grade", "중1이요", {"youngest_child_grade": 7}),
        ("ltc_grade", "5등급이요", {"ltc_grade": "5"}),
        ("ltc_grade", "잘 모르겠어요", {"ltc_grade": "dont"}),
        ("household_assets", "말하고 싶지 않아요", {"household_assets": "wont"}),
        ("ei_insured_days_18m", "75년 3월 3일생이에요", {}),
        ("certificates", "네 있어요", {"certificates": ["있음"]}),
        ("similar_public_program_now", "없어요", {"similar_public_program_now": ""}),
    ],
)
def test_answers_as_people_give_them(field: str, text: str, value: dict[str, Any], rules: RuleBook) -> None:
    found = read_answer(turn(text), asking(field, rules))
    assert found == value
    if not {"dont", "wont"} & {v for v in found.values() if isinstance(v, str)}:
        assert set(read_profile(found, rules.fields)) == set(found)


def test_the_classifier_counts_where_the_words_say_nothing(rules: RuleBook) -> None:
    state = asking("wants_work", rules)
    assert read_answer(turn("ㅇㅇ", Intent.AFFIRM), state) == {"wants_work": True}
    assert read_answer(turn("ㅇㅇ", Intent.AFFIRM, 0.4), state) == {}


def test_a_second_question_is_finer(rules: RuleBook) -> None:
    state = asking("livelihood_benefit", rules, finer=["livelihood_benefit"])
    assert read_answer(turn("아니요"), state) == {"livelihood_benefit": "recipient"}
    state = asking("unemployment_benefit", rules, finer=["unemployment_benefit"])
    assert read_answer(turn("네"), state) == {"unemployment_benefit": "ended"}


def test_the_easier_question_takes_yes_and_no(rules: RuleBook) -> None:
    first, again = asking("ei_insured_days_18m", rules), asking("ei_insured_days_18m", rules, tries=1)
    assert read_answer(turn("네"), first) == {}
    assert read_answer(turn("네"), again) == {"ei_insured_days_18m": {"min": 180}}


def test_the_address_that_is_known_answers_for_the_other_one(rules: RuleBook) -> None:
    known = {"living_sido": "서울특별시", "living_sigungu": "양천구"}
    state = asking("registered_sido", rules, known=known)
    assert read_answer(turn("네 같아요"), state) == {"registered_sido": "서울특별시", "registered_sigungu": "양천구"}
    assert read_answer(turn("아니요"), state) == {}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("둘이요", True),
        ("그거 얼마예요?", False),
        ("기초연금이 뭐예요", False),
        ("잘 모르겠어요", True),
        ("왜 물어요?", True),
    ],
)
def test_what_answers_an_open_question(text: str, fits: bool, rules: RuleBook) -> None:
    assert answers(turn(text, Intent.ASK_PROGRAM), asking("household_size", rules)) is fits


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("68살이고 생계급여 받고 있는데요", {"age": 68, "livelihood_benefit": SOME_LIVELIHOOD}),
        ("생계급여 받고 있으면 안 되나요", {}),
        ("생계급여 받으면 못 하나요", {}),
        ("어머니가 생계급여 받고 있어요", {}),
        ("58년생인데요", {"birth_year": 1958}),
        ("서울 가치동행일자리요", {}),
        ("혼자 살아요", {"household_size": 1}),
        ("여자예요", {"sex": "female"}),
        ("여자만 되나요", {}),
        ("회사에서 잘렸어요", {"leave_reason": "layoff_company"}),
        ("중국 국적인데요", {"nationality_status": "other_foreigner"}),
    ],
)
def test_what_is_told_unasked(text: str, facts: dict[str, Any]) -> None:
    assert facts_in(turn(text)) == facts


def test_a_number_for_another_question_is_no_age() -> None:
    assert facts_in(turn("육십이요"), asked="household_income_month") == {}
    assert facts_in(turn("저 66살이에요"), asked="household_income_month") == {"age": 66}
    assert facts_in(turn("열일곱 살이요"), asked="youngest_child_age") == {}


def test_a_correction_sets_aside_only_what_it_contradicts() -> None:
    born = {"birth_date": "1961-12-15"}
    assert corrected({}, born, {"age": 64}, ON) == {"age": 64}
    assert corrected({}, born, {"age": 66}, ON) == {"age": 66, "birth_date": None}
    assert corrected({"birth_year": 1961}, {}, {"age": {"min": 60, "max": 69}}, ON)["birth_year"] == 1961
    moved = {"living_sido": "경기도"}
    assert corrected({"living_sigungu": "양천구"}, {}, moved, ON) == {"living_sigungu": None, **moved}


def test_unanswered_questions_are_no_facts_and_are_not_kept() -> None:
    known = {"household_assets": UNKNOWN, "age": 68, "birth_date": None}
    assert told_by(known, {"birth_date": "1961-12-15", "sex": "male"}) == {"age": 68, "sex": "male"}
    assert lasting(known) == {"age": 68, "birth_date": None}


def test_every_button_leads_back_to_its_value(rules: RuleBook, catalog: Catalog) -> None:
    seen = set()
    for program in rules.rules:
        known: dict[str, Any] = {}
        for _ in range(40):
            check = Check((program,))
            found = find_question(check, known, rules, catalog.tables, ON)
            if found is None:
                break
            choices = choices_of(found, known, rules, ON, WORDS, finer=False)
            spec = rules.fields[found.field]
            for choice in choices:
                assert len(choice.label) <= 20
                assert decode(encode(choice.value, spec), spec) == choice.value or choice.value in ("same", "differs")
            for page in range(max(1, (len(choices) + 1) // 2)):
                buttons = buttons_of(found.field, choices, page, WORDS, rules.fields)
                assert 2 <= len(buttons) <= 5
                assert {b.tap.arg.partition(".")[2] for b in buttons[-2:]} == {"dont", "wont"}
                assert all(len(f"v1:eligibility:answer:{b.tap.arg}") <= 64 for b in buttons)
            seen.add(found.field)
            known[found.field] = UNKNOWN
    assert len(seen) > 20


def test_nothing_is_asked_twice_and_questions_end(rules: RuleBook, catalog: Catalog) -> None:
    for program in rules.rules:
        known: dict[str, Any] = {}
        while found := find_question(Check((program,)), known, rules, catalog.tables, ON):
            assert found.field not in known, program
            assert found.at_most >= 1
            known[found.field] = UNKNOWN


def test_answers_stay_short(rules: RuleBook, catalog: Catalog) -> None:
    """Rule 1 of an accessible conversation, for every program and two people."""

    class Shelf:
        words, rules_, house = WORDS, rules, None

    shelf = Shelf()
    shelf.catalog, shelf.rules = catalog, rules  # type: ignore[attr-defined]
    for known in ({"age": 62}, {"birth_date": "1961-12-15", "sex": "female", "employment_status": "not_working"}):
        verdicts = check_all(known, rules, catalog.tables, ON)
        for verdict in verdicts.values():
            for message in result(verdict, verdicts, shelf).messages:  # type: ignore[arg-type]
                assert len(message.text.replace("<b>", "").replace("</b>", "")) <= 300, message.text


def test_what_blocks_each_other_is_said(catalog: Catalog) -> None:
    class Shelf:
        pass

    shelf = Shelf()
    shelf.catalog = catalog  # type: ignore[attr-defined]
    said_aloud = blocked(["unemployment-benefit", "kua-type1-review"], shelf, ON)  # type: ignore[arg-type]
    assert "그날 끝나요" in said_aloud
    assert blocked(["basic-pension", "senior-job-public"], shelf, ON) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("months_out_of_work", 84, "7년"),
        ("months_out_of_work", 30, "2년 6개월"),
        ("months_out_of_work", 5, "5개월"),
        ("age", 68, "만 68세"),
        ("age", {"min": 60, "max": 69}, "만 60세에서 만 69세 사이"),
        ("household_income_month", {"max": 1_530_000}, "153만 원까지"),
        ("livelihood_benefit", SOME_LIVELIHOOD, "받음"),
        ("employment_status", WORKING, "일하고 있음"),
        ("registered_sido", {"not": ["서울특별시"]}, "서울특별시 아님"),
        ("last_job_end_date", {"from": "2026-05-01", "to": "2026-05-31"}, "2026년 5월"),
        ("birth_year", 1958, "1958년"),
        ("certificates", [], "없음"),
    ],
)
def test_values_as_people_say_them(field: str, value: Any, words: str) -> None:
    assert said(field, value, WORDS) == words


def test_every_field_that_is_asked_has_a_name(rules: RuleBook) -> None:
    nameless = [
        n
        for n, spec in rules.fields.items()
        if spec.ask and not spec.derived and f"profile.field_{n}" not in WORDS.texts
    ]
    assert nameless == []


def test_what_was_taken_back_is_not_shown() -> None:
    assert told({"age": 66, "birth_date": None}, WORDS) == "나이: 만 66세"


def test_patterns_name_fields_and_values_that_exist(rules: RuleBook) -> None:
    words = answer_words()
    assert set(words.values) <= set(rules.fields)
    for field, table in words.values.items():
        read_profile({field: table[0][0]}, rules.fields)
    for entry in words.told:
        assert read_profile({entry.field: entry.value}, rules.fields)
