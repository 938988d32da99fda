"""After the verdict: what to ask, what to do instead, what blocks what, what a birthday takes away."""

from datetime import date
from itertools import islice
from random import Random

import pytest

from knowledge.advice import already, conflicts, detours, near_miss, ranked
from knowledge.catalog import Catalog
from knowledge.deadlines import allowance, apply_before, insured_if_hired_before
from knowledge.eligibility import check, check_all
from knowledge.population import people
from knowledge.questions import next_question
from knowledge.rulebook import RuleBook
from knowledge.simulate import at_random, best, fixed, measure
from tests.knowledge.conftest import TODAY

SENIOR = {
    "birth_date": "1961-12-15",
    "livelihood_benefit": "none",
    "health_insurance_workplace": False,
    "ltc_grade": "none",
    "basic_pension": "none",
}


class TestQuestions:
    def test_it_says_why_and_how_many_are_left(self, book: RuleBook, catalog: Catalog) -> None:
        question = next_question({"age": 68}, ["senior-job-market"], book, catalog.tables, TODAY)
        assert question is not None
        assert (question.field, question.at_most) == ("health_insurance_workplace", 3)
        assert question.text == "본인이 다니는 직장의 건강보험이세요?"
        assert question.why
        assert question.programs == ("senior-job-market",)
        assert [choice.value for choice in question.choices] == [True, False]

    def test_sensitive_ones_come_last_and_say_what_happens(self, book: RuleBook, catalog: Catalog) -> None:
        known = {"age": 68, "health_insurance_workplace": False, "livelihood_benefit": "none"}
        question = next_question(known, ["senior-job-market"], book, catalog.tables, TODAY)
        assert question is not None
        assert (question.field, question.sensitivity, question.at_most) == ("ltc_grade", 3, 1)
        assert question.keeps

    def test_it_stops_when_nothing_can_change(self, book: RuleBook, catalog: Catalog) -> None:
        for known, programs in [
            ({"age": 40}, ["midlife-naeil-center"]),
            ({"age": 50, "livelihood_benefit": "recipient"}, ["senior-job-market"]),
            ({**SENIOR, "birth_date": "1950-01-01"}, ["senior-job-public"]),
            ({}, []),
        ]:
            assert next_question(known, programs, book, catalog.tables, TODAY) is None

    def test_what_was_skipped_is_not_asked(self, book: RuleBook, catalog: Catalog) -> None:
        known = {"age": 68, "health_insurance_workplace": False}
        skipped = ["livelihood_benefit", "ltc_grade"]
        assert next_question(known, ["senior-job-market"], book, catalog.tables, TODAY, skipped=skipped) is None

    def test_amounts_are_asked_as_brackets_where_the_lines_cut(self, book: RuleBook, catalog: Catalog) -> None:
        known = {
            "age": 50,
            "household_size": 1,
            "household_income_month": 500_000,
            "weekly_work_hours": 0,
            "kua_history": "none",
            "unemployment_benefit": "none",
            "livelihood_benefit": "none",
            "work_days_last_24m": 150,
        }
        question = next_question(known, ["kua-type1-review"], book, catalog.tables, TODAY)
        assert question is not None and question.field == "household_assets"
        assert [(choice.label, choice.value) for choice in question.choices] == [
            ("4억 원까지", {"max": 400_000_000}),
            ("5억 원까지", {"min": 400_000_001, "max": 500_000_000}),
            ("5억 원 넘게", {"min": 500_000_001}),
        ]

    def test_income_brackets_are_the_households_own(self, book: RuleBook, catalog: Catalog) -> None:
        known = {"age": 50, "household_size": 2, "weekly_work_hours": 0, "kua_history": "none"}
        question = next_question(known, ["kua-type2"], book, catalog.tables, TODAY)
        assert question is not None and question.field == "household_income_month"
        assert [choice.value for choice in question.choices] == [{"max": 4_190_000}, {"min": 4_200_000}]
        question = next_question(known, ["kua-type2"], book, catalog.tables, date(2027, 1, 2))
        assert question is not None
        assert [choice.label for choice in question.choices] == ["448만 원까지", "449만 원부터"]

    def test_the_history_is_asked_before_its_details(self, book: RuleBook, catalog: Catalog) -> None:
        known = {"age": 25, "weekly_work_hours": 0}
        asked = []
        for value in ("ended", "hired_or_started_business", "2025-01-01"):
            question = next_question(known, ["kua-type2"], book, catalog.tables, TODAY)
            assert question is not None
            asked.append(question.field)
            known[question.field] = value
        assert asked == ["kua_history", "kua_end_reason", "kua_end_date"]

    def test_a_crisis_is_asked_about_where_it_decides_and_can_be_left_out(
        self, book: RuleBook, catalog: Catalog
    ) -> None:
        first = next_question({}, ["emergency-welfare"], book, catalog.tables, TODAY)
        assert first is not None and first.field == "sudden_crisis" and first.keeps
        skipped = {"sudden_crisis"}
        assert next_question({}, ["emergency-welfare"], book, catalog.tables, TODAY, skipped=skipped) is None
        question = next_question({"sudden_crisis": True}, ["emergency-welfare"], book, catalog.tables, TODAY)
        assert question is not None

    def test_asking_beats_a_random_order(self, book: RuleBook, catalog: Catalog) -> None:
        programs = [name for name, rule in book.on(TODAY).items() if rule.window != "ended"]
        policies = {"best": best, "fixed": fixed, "random": at_random(Random(1))}
        found = {item.policy: item for item in measure(6, policies, programs, book, catalog.tables, TODAY)}
        assert found["best"].per_program < found["random"].per_program
        assert found["best"].per_session <= found["random"].per_session
        assert found["best"].after_five > found["random"].after_five


class TestDetours:
    def test_the_day_to_wait_for(self, book: RuleBook, catalog: Catalog) -> None:
        verdicts = check_all(SENIOR, book, catalog.tables, TODAY)
        first, *rest = detours(verdicts["senior-job-public"], verdicts, book)
        assert (first.kind, first.on) == ("later", date(2026, 12, 15))
        assert [item.to for item in rest if item.kind == "sibling"] == ["senior-job-placement", "senior-job-market"]

    def test_a_course_or_certificate_is_named(self, book: RuleBook, catalog: Catalog) -> None:
        profile = {
            "birth_date": "1970-01-01",
            "employment_status": "not_working",
            "nationality_status": "korean",
            "certificates": [],
            "training_completed": [],
            "counsellor_agrees_work_experience_needed": True,
        }
        verdicts = check_all(profile, book, catalog.tables, TODAY)
        verdict = verdicts["midlife-career-support"]
        assert (verdict.rule, verdict.only_office) == ("need", True)
        assert ("do", "search_training") in [(item.kind, item.to) for item in detours(verdict, verdicts, book)]

    def test_the_sibling_without_the_bar(self, book: RuleBook, catalog: Catalog) -> None:
        verdicts = check_all({**SENIOR, "livelihood_benefit": "recipient"}, book, catalog.tables, TODAY)
        verdict = verdicts["senior-job-market"]
        missed = near_miss(verdict)
        assert missed is not None and missed.id == "livelihood"
        first = detours(verdict, verdicts, book)[0]
        assert (first.kind, first.to) == ("do", "senior-job-placement")

    def test_a_program_that_fails_is_never_the_detour(self, book: RuleBook, catalog: Catalog) -> None:
        for profile in islice(people(21, TODAY), 60):
            verdicts = check_all(profile, book, catalog.tables, TODAY)
            for verdict in verdicts.values():
                for detour in detours(verdict, verdicts, book):
                    assert detour.to not in verdicts or verdicts[detour.to].rule != "not"
                if verdict.rule == "eligible":
                    assert detours(verdict, verdicts, book) == ()

    def test_the_best_come_first(self, book: RuleBook, catalog: Catalog) -> None:
        for profile in islice(people(22, TODAY), 20):
            shown = ranked(check_all(profile, book, catalog.tables, TODAY), book)
            rules = [item.rule for item in shown]
            assert "not" not in rules
            assert rules == sorted(rules, key=["eligible", "later", "need"].index)
            assert all(item.window != "ended" for item in shown)

    def test_what_one_has_is_not_recommended(self) -> None:
        assert already({"basic_pension": "receiving"}) == {"basic-pension"}
        assert already({"kua_history": "active"}) == {"kua-type1-review", "kua-type1-select", "kua-type2"}
        assert already({"livelihood_benefit": "none", "unemployment_benefit": "ended"}) == frozenset()


class TestBlocks:
    """2.12, said aloud before two are recommended."""

    @pytest.mark.parametrize(
        ("held", "blocked", "kind"),
        [
            ("unemployment-benefit", "kua-type1-review", "hard"),
            ("senior-job-public", "kua-type1-review", "soft"),
            ("seoul-donghaeng-jobs", "kua-type1-select", "soft"),
            ("livelihood-benefit", "naeil-card", "hard"),
            ("livelihood-benefit", "senior-job-placement", "allowed"),
        ],
    )
    def test_pairs(self, held: str, blocked: str, kind: str, catalog: Catalog) -> None:
        found = conflicts([held, blocked, "midlife-naeil-center"], catalog)
        assert (held, blocked, kind) in [(item.held, item.blocked, item.block.kind) for item in found]
        assert all(item.block.text for item in found)

    def test_unrelated_programs_do_not_block(self, catalog: Catalog) -> None:
        assert conflicts(["naeil-card", "midlife-naeil-center", "basic-pension"], catalog) == ()


class TestBirthdays:
    def test_case_1_apply_before_the_65th_birthday(self, book: RuleBook, catalog: Catalog) -> None:
        profile = {
            "birth_date": "1961-12-15",
            "household_size": 2,
            "household_income_month": 1_500_000,
            "household_assets": 280_000_000,
            "employment_status": "not_working",
            "kua_history": "none",
            "unemployment_benefit": "none",
            "livelihood_benefit": "none",
        }
        for program in ("kua-type2", "kua-type1-select"):
            assert apply_before(profile, program, book, catalog.tables, TODAY) == date(2026, 12, 15)
        assert apply_before(profile, "senior-job-placement", book, catalog.tables, TODAY) is None
        assert apply_before({"age": 64}, "seoul-midlife-academy", book, catalog.tables, TODAY) is None

    def test_case_1_a_job_started_before_is_insured(self, book: RuleBook) -> None:
        assert insured_if_hired_before({"birth_date": "1961-12-15"}, book, TODAY) == date(2026, 12, 15)
        assert insured_if_hired_before({"birth_date": "1961-11-21"}, book, TODAY) is None
        assert insured_if_hired_before({"birth_date": "1970-01-01"}, book, TODAY) is None
        assert insured_if_hired_before({"age": 64}, book, TODAY) is None

    def test_75_ends_the_card(self, book: RuleBook, catalog: Catalog) -> None:
        profile = {"birth_date": "1952-01-10", "livelihood_benefit": "none", "employment_status": "not_working"}
        assert apply_before(profile, "naeil-card", book, catalog.tables, TODAY) == date(2027, 1, 10)


@pytest.mark.parametrize(
    ("income", "dependents", "pays"),
    [
        (0, 0, 600_000),
        (600_000, 0, 600_000),
        (938_543, 0, 600_000),
        (938_544, 0, 599_999),
        (1_100_000, 0, 438_543),
        (1_538_542, 0, 1),
        (1_538_543, 0, 0),
        (3_000_000, 0, 0),
        (0, 1, 700_000),
        (0, 4, 1_000_000),
        (0, 9, 1_000_000),
        (1_500_000, 4, 500_000),
        (2_000_000, 4, 0),
    ],
)
def test_case_11_allowance_beside_a_wage(income: int, dependents: int, pays: int, catalog: Catalog) -> None:
    assert allowance(income, dependents, catalog, TODAY) == pays
    assert allowance(income, dependents, catalog, date(2027, 1, 2)) is None


def test_verdicts_name_their_program_and_day(book: RuleBook, catalog: Catalog) -> None:
    verdict = check({"age": 68}, "basic-pension", book, catalog.tables, TODAY)
    assert (verdict.program, verdict.on, verdict.as_of) == ("basic-pension", TODAY, "2026")
