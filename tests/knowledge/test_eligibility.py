"""The engine: three values, order of outcomes, days, what follows from what, and what a verdict tells."""

import time
from datetime import date
from itertools import islice

import pytest

from knowledge.catalog import Catalog
from knowledge.derive import facts_of
from knowledge.eligibility import brief, check, check_all, eligibility_document
from knowledge.known import OPPOSITE, Between, Not, OneOf, compare
from knowledge.population import people
from knowledge.profile import ProfileError, read_profile
from knowledge.rulebook import RuleBook
from knowledge.rules import Comparison, Every, Office, Some, evaluate, negate
from knowledge.simulate import scan, time_all
from tests.knowledge.conftest import TODAY

BASE = {
    "birth_date": "1976-05-10",
    "household_size": 1,
    "household_income_month": 1_000_000,
    "household_assets": 100_000_000,
    "work_days_last_24m": 200,
    "weekly_work_hours": 0,
    "kua_history": "none",
    "unemployment_benefit": "none",
    "livelihood_benefit": "none",
}
KEYS = ["rule", "window", "met", "unmet", "unknown", "next_question"]


OPERANDS = {"in": frozenset({2, 3}), "not in": frozenset({2, 3}), "within": (2, 3), "outside": (2, 3)}


@pytest.mark.parametrize("op", OPPOSITE)
def test_partial_knowledge_agrees_with_every_value_it_may_be(op: str) -> None:
    """A range, a choice of several, an exclusion: decided only where all their values agree."""
    operand = OPERANDS.get(op, 3)
    for low in range(6):
        for high in range(low, 6):
            each = {compare(op, value, operand) for value in range(low, high + 1)}
            found = compare(op, Between(low, high), operand)
            assert found is None or {found} == each
            if op in ("<", "<=", ">", ">=", "within", "outside"):
                assert (found is None) == (len(each) > 1)
            chosen = compare(op, OneOf(frozenset(range(low, high + 1))), operand)
            assert chosen == (each.pop() if len(each) == 1 else None)
    assert compare("==", Not(frozenset({3})), 3) is False
    assert compare("==", Not(frozenset({4})), 3) is None
    assert compare("not in", Not(frozenset({2, 3, 9})), frozenset({2, 3})) is True
    assert compare("<=", Between(None, 3), 3) is True
    assert compare("<=", Between(4, None), 3) is False
    assert compare("<=", Between(3, None), 3) is None


def test_kleene_tables(catalog: Catalog) -> None:
    facts = facts_of({"wants_work": True, "near_poor": False}, catalog.tables, TODAY)
    true, false = Comparison("wants_work", "==", True), Comparison("near_poor", "==", True)
    unknown = Comparison("single_parent", "==", True)
    nodes = {True: true, False: false, None: unknown}
    for left, one in nodes.items():
        assert evaluate(negate(one), facts) == (None if left is None else not left)
        for right, two in nodes.items():
            both = False if False in (left, right) else None if None in (left, right) else True
            either = True if True in (left, right) else None if None in (left, right) else False
            assert evaluate(Every((one, two)), facts) is both
            assert evaluate(Some((one, two)), facts) is either
            assert evaluate(negate(Every((one, two))), facts) == (None if both is None else not both)
    assert evaluate(Every((true, Office())), facts) is None
    assert evaluate(Every((false, Office())), facts) is False
    assert evaluate(Some((true, Office())), facts) is True


def known(catalog: Catalog, book: RuleBook, on: date = TODAY, **profile: object) -> dict[str, object]:
    return facts_of(read_profile(profile, book.fields), catalog.tables, on).known


class TestWhatFollowsFromWhat:
    """0.5, sentence by sentence."""

    def test_not_working_means_no_hours_and_no_insured_job(self, catalog: Catalog, book: RuleBook) -> None:
        found = known(catalog, book, employment_status="not_working")
        assert (found["weekly_work_hours"], found["employment_insurance_now"]) == (0, False)

    def test_a_told_fact_is_never_replaced(self, catalog: Catalog, book: RuleBook) -> None:
        assert known(catalog, book, employment_status="not_working", weekly_work_hours=3)["weekly_work_hours"] == 3

    def test_hours_alone_name_no_status(self, catalog: Catalog, book: RuleBook) -> None:
        assert "employment_status" not in known(catalog, book, weekly_work_hours=1)
        assert "employment_status" not in known(catalog, book, employment_insurance_now=True)

    def test_never_worked_means_no_days(self, catalog: Catalog, book: RuleBook) -> None:
        found = known(catalog, book, never_worked=True)
        assert (found["work_days_last_24m"], found["work_hours_last_24m"]) == (0, 0)

    @pytest.mark.parametrize(("ended", "follows"), [("2024-11-22", False), ("2024-11-21", True)])
    def test_a_job_that_ended_24_months_ago(self, ended: str, follows: bool, catalog: Catalog, book: RuleBook) -> None:
        found = known(catalog, book, last_job_end_date=ended, employment_status="not_working")
        assert ("work_days_last_24m" in found) is follows
        assert "work_days_last_24m" not in known(catalog, book, last_job_end_date=ended, employment_status="employed")
        assert "work_days_last_24m" not in known(catalog, book, last_job_end_date=ended)

    def test_months_out_of_work_says_that_one_rests(self, catalog: Catalog, book: RuleBook) -> None:
        assert known(catalog, book, months_out_of_work=24)["work_days_last_24m"] == 0
        assert "work_days_last_24m" not in known(catalog, book, months_out_of_work=23)

    @pytest.mark.parametrize(("born", "follows"), [("1961-11-22", True), ("1961-11-21", False)])
    def test_under_65_means_not_hired_after_65(
        self, born: str, follows: bool, catalog: Catalog, book: RuleBook
    ) -> None:
        assert (known(catalog, book, birth_date=born).get("hired_after_65") is False) is follows

    def test_none_means_never(self, catalog: Catalog, book: RuleBook) -> None:
        assert known(catalog, book, unemployment_benefit="none")["unemployment_benefit_last_paid"] == date.min
        assert known(catalog, book, direct_job_now=False)["direct_job_last_end"] == date.min
        found = known(catalog, book, direct_job_now=False, direct_job_last_end="2026-10-01")
        assert found["direct_job_last_end"] == date(2026, 10, 1)
        assert "unemployment_benefit_last_paid" not in known(catalog, book, unemployment_benefit="ended")

    def test_certificates(self, catalog: Catalog, book: RuleBook) -> None:
        assert known(catalog, book, certificates=["요양보호사"])["has_professional_certificate"] is True
        assert known(catalog, book, certificates=[])["has_professional_certificate"] is False
        assert "has_professional_certificate" not in known(catalog, book)

    def test_unspecified_and_unknown_are_unknown(self, catalog: Catalog, book: RuleBook) -> None:
        assert "sex" not in known(catalog, book, sex="unspecified")
        assert "basic_pension" not in known(catalog, book, basic_pension="unknown")

    def test_child(self, catalog: Catalog, book: RuleBook) -> None:
        assert known(catalog, book, youngest_child_age=17)["child_under_18"] is True
        assert known(catalog, book, youngest_child_age=18)["child_under_18"] is False
        assert known(catalog, book, youngest_child_age=14)["youngest_child_grade"] > 6
        assert "youngest_child_grade" not in known(catalog, book, youngest_child_age=13)

    def test_year_and_age_together_narrow_the_birth(self, catalog: Catalog, book: RuleBook) -> None:
        verdict = check({"birth_year": 1961, "age": 64}, "senior-job-capacity", book, catalog.tables, TODAY)
        assert verdict.rule == "need"
        assert known(catalog, book, birth_year=1961, age=64)["age"] == 64
        assert known(catalog, book, birth_year=1961, age=64)["birth_date"] == Between(
            date(1961, 11, 22), date(1961, 12, 31)
        )

    def test_a_year_counts_more_than_an_age_that_contradicts_it(self, catalog: Catalog, book: RuleBook) -> None:
        assert known(catalog, book, birth_year=1961, age=70)["age"] == Between(64, 65)


class TestProfiles:
    @pytest.mark.parametrize(
        ("profile", "message"),
        [
            ({"age": "68"}, "age: a whole number from 0 to 120 is needed, not '68'"),
            ({"age": 121}, "age: a whole number from 0 to 120"),
            ({"age": True}, "age: a whole number"),
            ({"age": 67.5}, "age: a whole number"),
            ({"weekly_work_hours": 81}, "weekly_work_hours: a number from 0 to 80"),
            ({"weekly_work_hours": -1}, "weekly_work_hours"),
            ({"birth_date": "1961"}, "birth_date: a day like 1961-12-15"),
            ({"birth_date": "1961-02-29"}, "birth_date"),
            ({"birth_date": 19611215}, "birth_date"),
            ({"sex": "woman"}, "sex: one of female, male is needed, not 'woman'"),
            ({"business_registered": "no"}, "business_registered: true or false"),
            ({"business_registered": 0}, "business_registered"),
            ({"certificates": 3}, "certificates: a list"),
            ({"other_job_allowance": "수당"}, "other_job_allowance: an object"),
            ({"other_job_allowance": {"monthly_avg": "많이"}}, "other_job_allowance.monthly_avg: a sum in won"),
            ({"other_job_allowance": {"last_paid": "어제"}}, "other_job_allowance.last_paid: a day"),
            ({"household_assets": {"max": 1, "min": 2}}, "household_assets"),
            ({"household_assets": {"about": 2}}, "household_assets"),
            ({"household_size": 0}, "household_size"),
            ({"birth_date": "2026-11-22"}, "birth_date: 2026-11-22 is after 2026-11-21"),
            ({"ltc_grade": 6}, "ltc_grade"),
            ({"fraud_sanction": "maybe"}, "fraud_sanction: true, false or a day"),
        ],
    )
    def test_wrong_types_are_refused_by_name(
        self, profile: dict, message: str, book: RuleBook, catalog: Catalog
    ) -> None:
        with pytest.raises(ProfileError, match="^" + message.replace("(", r"\(")):
            check_all(profile, book, catalog.tables, TODAY)

    def test_unknown_fields_and_nulls_are_left_out(self, book: RuleBook) -> None:
        assert read_profile({"shoe_size": 250, "age": None, "age_next_month": 3}, book.fields) == {}

    def test_usual_names_of_seoul(self, book: RuleBook) -> None:
        for name in ("서울", "서울시", "서울특별시", " 서울특별시 ", "서울특별시 양천구"):
            assert read_profile({"living_sido": name}, book.fields) == {"living_sido": "서울특별시"}

    def test_ranges_and_exclusions(self, book: RuleBook) -> None:
        found = read_profile(
            {
                "household_assets": {"max": 4},
                "last_job_end_date": {"from": "2025-03-01", "to": "2025-05-31"},
                "registered_sido": {"not": ["서울"]},
                "ltc_grade": 3,
                "employment_status": {"not": ["not_working"]},
            },
            book.fields,
        )
        assert found["household_assets"] == Between(None, 4)
        assert found["last_job_end_date"] == Between(date(2025, 3, 1), date(2025, 5, 31))
        assert found["registered_sido"] == Not(frozenset({"서울특별시"}))
        assert found["ltc_grade"] == "3"
        assert len(found["employment_status"].values) == 5


class TestVerdicts:
    def verdict(self, book: RuleBook, catalog: Catalog, program: str = "kua-type1-review", **change: object):
        return check({**BASE, **change}, program, book, catalog.tables, TODAY)

    def test_every_condition_comes_back_with_value_wording_and_source(self, book: RuleBook, catalog: Catalog) -> None:
        verdict = self.verdict(book, catalog)
        income = next(line for line in verdict.met if line.id == "income")
        assert income.values == {} and income.fields == ("household_income_pct",)
        hours = next(line for line in verdict.met if line.id == "hours")
        assert hours.values == {"weekly_work_hours": 0}
        assert hours.text == "일주일에 30시간보다 적게 일해야 해요."
        assert hours.source.label == "고용노동부 고시"
        assert {line.id for line in verdict.rare_bars} == {
            "able",
            "lockout-office",
            "business",
            "direct-job",
            "own-income",
            "student",
            "military",
            "nationality",
            "other-allowance",
        }
        assert verdict.next_question is None
        assert [source.id for source in verdict.sources][:1] == ["notice-kua-2026-35"]

    def test_a_failing_line_is_named_with_the_value(self, book: RuleBook, catalog: Catalog) -> None:
        (line,) = self.verdict(book, catalog, weekly_work_hours=30).unmet
        assert (line.id, line.values, line.later_on) == ("hours", {"weekly_work_hours": 30}, None)

    def test_discretion_is_told_from_missing_facts(self, book: RuleBook, catalog: Catalog) -> None:
        verdict = self.verdict(book, catalog, livelihood_benefit="recipient")
        assert verdict.rule == "need" and verdict.only_office and verdict.next_question is None
        assert [line.id for line in verdict.soft] == ["livelihood"]
        verdict = self.verdict(book, catalog, unemployment_benefit="ended")
        assert not verdict.only_office
        assert verdict.missing == ("unemployment_benefit_last_paid",)
        assert verdict.next_question == "unemployment_benefit_last_paid"

    def test_need_names_the_fields_to_ask(self, book: RuleBook, catalog: Catalog) -> None:
        profile = {
            name: value for name, value in BASE.items() if name not in ("household_size", "household_income_month")
        }
        verdict = check(profile, "kua-type1-review", book, catalog.tables, TODAY)
        assert verdict.missing == ("household_size", "household_income_month")
        assert verdict.next_question == "household_size"

    def test_what_was_refused_is_not_asked_again(self, book: RuleBook, catalog: Catalog) -> None:
        profile = {**BASE, "livelihood_benefit": "unknown"}
        verdict = check(profile, "kua-type1-review", book, catalog.tables, TODAY)
        assert (verdict.rule, verdict.missing, verdict.next_question) == ("need", ("livelihood_benefit",), None)

    def test_presumed_lines_say_so(self, book: RuleBook, catalog: Catalog) -> None:
        profile = {"birth_date": "1970-01-01", "registered_sido": "경기도", "employment_status": "not_working"}
        verdict = check(profile, "seoul50-value-jobs", book, catalog.tables, TODAY)
        (line,) = verdict.unmet
        assert line.presumed and "서울에 사업장" in line.ask
        verdict = check(
            {**profile, "represents_business_in_seoul": False}, "seoul50-value-jobs", book, catalog.tables, TODAY
        )
        assert not verdict.unmet[0].presumed

    def test_a_bracket_is_enough(self, book: RuleBook, catalog: Catalog) -> None:
        assert self.verdict(book, catalog, household_assets={"max": 400_000_000}).rule == "eligible"
        assert self.verdict(book, catalog, household_assets={"min": 500_000_001}).rule == "not"
        assert self.verdict(book, catalog, household_assets={"max": 450_000_000}).rule == "need"
        assert self.verdict(book, catalog, household_income_month={"max": 1_538_543}).rule == "eligible"
        assert self.verdict(book, catalog, household_income_month={"min": 1_538_544}).rule == "not"

    def test_a_span_of_days_is_enough_when_all_its_days_agree(self, book: RuleBook, catalog: Catalog) -> None:
        base = {"leave_reason": "contract_end", "ei_insured_days_18m": 300, "birth_date": "1970-01-01"}
        for span, rule in [
            (("2026-03-01", "2026-05-31"), "eligible"),
            (("2025-03-01", "2025-05-31"), "not"),
            (("2025-11-01", "2025-11-30"), "need"),
        ]:
            profile = {**base, "last_job_end_date": {"from": span[0], "to": span[1]}}
            assert check(profile, "unemployment-benefit", book, catalog.tables, TODAY).rule == rule

    def test_windows_are_apart_from_rules(self, book: RuleBook, catalog: Catalog) -> None:
        verdicts = check_all({"age": 77}, book, catalog.tables, TODAY)
        assert verdicts["senior-job-placement"].window == "open"
        assert verdicts["womanup-grant"].window == "closed"
        assert verdicts["senior-job-public"].window == "unknown"
        assert verdicts["total-care"].window == "ended"
        assert verdicts["total-care"].outcome == "ended"
        profile = {"birth_date": "1970-05-10", "registered_sido": "서울", "employment_status": "not_working"}
        verdict = check(profile, "seoul50-value-jobs", book, catalog.tables, TODAY)
        assert (verdict.rule, verdict.window, verdict.outcome) == ("eligible", "closed", "closed")

    def test_brief_agrees_with_the_whole_verdict(self, book: RuleBook, catalog: Catalog) -> None:
        day = book.on(TODAY)
        for profile in islice(people(9, TODAY), 40):
            facts = facts_of(read_profile(profile, book.fields), catalog.tables, TODAY)
            for program, verdict in check_all(profile, book, catalog.tables, TODAY).items():
                assert brief(day[program], facts) == (verdict.rule, verdict.missing if verdict.rule == "need" else ())

    def test_of_a_program_without_a_rule(self, book: RuleBook, catalog: Catalog) -> None:
        with pytest.raises(KeyError):
            check({}, "senior-hiring-subsidy", book, catalog.tables, TODAY)


class TestDocument:
    def test_shape(self, book: RuleBook, catalog: Catalog) -> None:
        document = eligibility_document({"age": 68}, TODAY, book, catalog.tables)
        assert set(document) == set(book.rules)
        for entry in document.values():
            assert list(entry) == KEYS
            assert entry["rule"] in ("eligible", "not", "need", "later")
            assert entry["window"] in ("open", "closed", "unknown", "ended")
            names = entry["met"] + entry["unmet"] + entry["unknown"]
            assert len(names) == len(set(names))
            assert all(not book.fields[name].derived for name in names)
            assert entry["next_question"] is None or (
                book.fields[entry["next_question"]].ask and entry["rule"] == "need"
            )

    def test_fields(self, book: RuleBook, catalog: Catalog) -> None:
        document = eligibility_document(
            {"birth_date": "1958-03-10", "livelihood_benefit": "recipient"}, TODAY, book, catalog.tables
        )
        market = document["senior-job-market"]
        assert market["unmet"] == ["livelihood_benefit"]
        assert market["met"] == ["age"]
        assert market["unknown"] == ["health_insurance_workplace", "ltc_grade"]
        assert market["next_question"] is None
        assert document["basic-pension"]["met"] == ["birth_date"]

    def test_next_question_prefers_the_easy_one(self, book: RuleBook, catalog: Catalog) -> None:
        document = eligibility_document({"birth_date": "1958-03-10"}, TODAY, book, catalog.tables)
        assert document["senior-job-market"]["next_question"] == "health_insurance_workplace"
        assert eligibility_document({}, TODAY, book, catalog.tables)["kua-type2"]["next_question"] == "birth_date"

    def test_a_wrong_profile(self, book: RuleBook, catalog: Catalog) -> None:
        with pytest.raises(ProfileError, match=r"^age: "):
            eligibility_document({"age": []}, TODAY, book, catalog.tables)


def test_all_programs_of_one_profile_are_quick(book: RuleBook, catalog: Catalog) -> None:
    """The mark is 5 ms on a quiet core; a busy one gets five times that before the test fails."""
    assert min(time_all(40, book, catalog.tables, TODAY) for _ in range(3)) < 25


def test_an_office_can_scan_everyone(book: RuleBook, catalog: Catalog) -> None:
    """100,000 in a minute are 0.6 ms each; counted on 1,000."""
    crowd = list(islice(people(3, TODAY), 1000))
    started = time.perf_counter()
    counts = scan(crowd, "senior-job-public", book, catalog.tables, TODAY)
    assert time.perf_counter() - started < 3
    assert sum(counts.values()) == 1000 and counts["eligible"] > 0
