"""What must hold for everyone: nothing told later turns a no into a yes, and no missing fact is a default."""

from datetime import date, timedelta
from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.eligibility import check, check_all, strict_outcome
from knowledge.population import people, person
from knowledge.profile import ProfileError
from knowledge.questions import next_question
from knowledge.simulate import answer
from knowledge.tables import Tables
from tests.knowledge.cases import all_cases
from tests.knowledge.conftest import TODAY, World

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
DAYS = st.sampled_from([TODAY, date(2026, 12, 31), date(2027, 1, 2), date(2026, 2, 28)])
SEEDS = st.integers(0, 10**6)

FREE = (
    "sex",
    "living_sido",
    "registered_sido",
    "nationality_status",
    "livelihood_benefit",
    "ltc_grade",
    "household_assets",
    "household_income_month",
    "household_size",
    "basic_pension",
    "occupational_pension",
    "unemployment_benefit",
    "kua_history",
    "leave_reason",
    "ei_insured_days_18m",
    "wants_work",
    "able_and_willing_to_work",
    "birth_date",
    "student_status",
    "other_state_training_now",
    "direct_job_now",
    "gov_jobs_now",
)
"""Fields whose value does not follow from others, so that any other person's value makes a possible person."""


def told(profile: dict[str, Any], random: Random, share: float) -> dict[str, Any]:
    return {name: value for name, value in profile.items() if random.random() < share}


@FEW
@given(seed=SEEDS, on=DAYS, share=st.floats(0.2, 1.0))
def test_strict_evaluation_is_monotone(seed: int, on: date, share: float, world: World) -> None:
    random = Random(seed)
    whole = person(random, on)
    some = told(whole, random, share)
    for program in world.book.rules:
        before = strict_outcome(some, program, world.book, world.tables, on)
        if before != "need":
            assert strict_outcome(whole, program, world.book, world.tables, on) == before, program


@FEW
@given(seed=SEEDS, on=DAYS, share=st.floats(0.2, 1.0))
def test_the_report_differs_only_by_rare_bars_and_what_is_presumed(
    seed: int, on: date, share: float, world: World
) -> None:
    random = Random(seed)
    profile = told(person(random, on), random, share)
    for program, verdict in check_all(profile, world.book, world.tables, on).items():
        strict = strict_outcome(profile, program, world.book, world.tables, on)
        waiting = verdict.rule == "later" or (verdict.rule == "need" and any(line.later_on for line in verdict.unmet))
        reported = "not" if waiting else verdict.rule
        if strict == reported:
            continue
        assert strict == "need", program
        if reported == "eligible":
            assert verdict.rare_bars, program
            assert all(line.bar for line in verdict.rare_bars), program
        else:
            assert all(line.presumed for line in verdict.unmet), program


@FEW
@given(seed=SEEDS, on=DAYS, share=st.floats(0.2, 1.0))
def test_a_new_fact_never_gives_eligible_to_a_no(seed: int, on: date, share: float, world: World) -> None:
    random = Random(seed)
    whole = person(random, on)
    some = told(whole, random, share)
    after = check_all(whole, world.book, world.tables, on)
    for program, verdict in check_all(some, world.book, world.tables, on).items():
        if verdict.rule == "not" and not any(line.presumed for line in verdict.unmet):
            assert after[program].rule == "not", program
        if verdict.rule == "eligible" and after[program].rule != "eligible":
            changed = {line.id for line in (*after[program].unmet, *after[program].unknown, *after[program].soft)}
            assert changed <= {line.id for line in verdict.rare_bars}, program


@FEW
@given(seed=SEEDS, other=SEEDS, field=st.sampled_from(FREE), share=st.floats(0.4, 1.0))
def test_a_missing_field_never_equals_a_default(seed: int, other: int, field: str, share: float, world: World) -> None:
    random = Random(seed)
    profile = told(person(random, TODAY), random, share)
    profile.pop(field, None)
    value = person(Random(other), TODAY).get(field)
    if value is None:
        return
    for program in world.book.rules:
        without = strict_outcome(profile, program, world.book, world.tables, TODAY)
        if without != "need":
            assert strict_outcome({**profile, field: value}, program, world.book, world.tables, TODAY) == without, (
                program
            )


@FEW
@given(seed=SEEDS, on=DAYS)
def test_only_tables_of_the_day_are_used(seed: int, on: date, world: World) -> None:
    table = world.tables.median_income
    wrong = dict.fromkeys(range(1, 8), 1)
    years = tuple(year if year.holds(on) else year.model_copy(update={"by_size": wrong}) for year in table.years)
    other = Tables(median_income=table.model_copy(update={"years": years}), amounts=world.tables.amounts)
    profile = person(Random(seed), on)
    for program in world.book.rules:
        mine = check(profile, program, world.book, world.tables, on)
        assert check(profile, program, world.book, other, on).rule == mine.rule


@FEW
@given(seed=SEEDS, on=DAYS, share=st.floats(0.5, 1.0))
def test_later_is_true_on_its_day_and_not_before(seed: int, on: date, share: float, world: World) -> None:
    random = Random(seed)
    profile = told(person(random, on), random, share)
    for program, verdict in check_all(profile, world.book, world.tables, on).items():
        if verdict.rule == "later":
            assert verdict.later_on and verdict.later_on > on
            then = check(profile, program, world.book, world.tables, verdict.later_on)
            assert then.rule in ("eligible", "need"), (program, then.unmet)
            assert check(profile, program, world.book, world.tables, verdict.later_on - timedelta(days=1)).rule in (
                "later",
                "need",
            )


@FEW
@given(seed=SEEDS, share=st.floats(0.0, 0.6))
def test_less_exact_birth_never_decides_otherwise(seed: int, share: float, world: World) -> None:
    random = Random(seed)
    whole = person(random, TODAY)
    year = int(whole["birth_date"][:4])
    exact = {**told(whole, random, share), "birth_date": whole["birth_date"]}
    vague = {**exact, "birth_year": year}
    del vague["birth_date"]
    for program, verdict in check_all(vague, world.book, world.tables, TODAY).items():
        other = check(exact, program, world.book, world.tables, TODAY).rule
        if verdict.rule != "need":
            assert other == verdict.rule or (verdict.rule, other) == ("not", "later"), program


@FEW
@given(seed=SEEDS, share=st.floats(0.0, 0.7), data=st.data())
def test_asking_ends_and_keeps_its_word(seed: int, share: float, data: st.DataObject, world: World) -> None:
    random = Random(seed)
    truth = person(random, TODAY)
    programs = random.sample(sorted(world.book.rules), 3)
    known, skipped, bound = told(truth, random, share), [], None
    for asked in range(60):
        question = next_question(known, programs, world.book, world.tables, TODAY, skipped=skipped)
        if question is None:
            return
        assert question.field not in known and question.field not in skipped
        assert bound is None or question.at_most < bound
        assert question.at_most >= 1
        bound = question.at_most
        if data.draw(st.booleans()) and asked % 3 == 2:
            skipped.append(question.field)
        else:
            known[question.field] = answer(question, truth, world.book)
    pytest.fail("it never stopped asking")


@FEW
@given(seed=SEEDS)
def test_a_bracket_never_decides_otherwise_than_the_amount(seed: int, world: World) -> None:
    random = Random(seed)
    truth = person(random, TODAY)
    for field in (
        "household_assets",
        "household_income_month",
        "work_days_last_24m",
        "weekly_work_hours",
        "ei_insured_days_18m",
    ):
        if field not in truth:
            continue
        program = random.choice(
            ["kua-type1-review", "kua-type2", "seoul-donghaeng-jobs", "womanup-grant", "unemployment-benefit"]
        )
        rest = {name: value for name, value in truth.items() if name != field}
        question = next_question(rest, [program], world.book, world.tables, TODAY)
        if question is None or question.field != field:
            continue
        bracket = answer(question, truth, world.book)
        vague = check({**rest, field: bracket}, program, world.book, world.tables, TODAY).rule
        assert vague in ("need", check(truth, program, world.book, world.tables, TODAY).rule)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=12) | st.dates().map(str),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["min", "max", "from", "to", "not", "total"]), inner)
    ),
    max_leaves=4,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_anything_is_answered_or_refused_with_the_field(data: st.DataObject, world: World) -> None:
    names = st.sampled_from([*world.book.fields, "shoe_size"])
    profile = data.draw(st.dictionaries(names, JSON, max_size=5))
    try:
        verdicts = check_all(profile, world.book, world.tables, TODAY)
    except ProfileError as error:
        assert str(error).split(":")[0].split(".")[0] in profile
        return
    assert set(verdicts) == set(world.book.rules)


def test_every_condition_decides_both_ways(world: World) -> None:
    """Over the tables and two thousand invented people: each line met, and each line unmet or left to the office."""
    seen: set[tuple[str, str, str]] = set()
    for case in all_cases():
        _note(check(case.profile, case.program, world.book, world.tables, case.on), seen)
    for profile in islice(people(5, TODAY), 300):
        for verdict in check_all(profile, world.book, world.tables, TODAY).values():
            _note(verdict, seen)
    expected = {
        (program, line.id, side)
        for program, rule in world.book.rules.items()
        for line in rule.lines
        for side in (("for", "against") if line.fields else ("against",))
    }
    assert sorted(expected - seen) == []


def _note(verdict, seen: set[tuple[str, str, str]]) -> None:
    if not verdict.stale:
        seen.update((verdict.program, line.id, "for") for line in verdict.met)
        seen.update((verdict.program, line.id, "against") for line in (*verdict.unmet, *verdict.soft))
