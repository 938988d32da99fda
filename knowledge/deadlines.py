"""What a birthday will take away, and what 국민취업지원제도 pays beside a wage. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from knowledge.ages import birthday
from knowledge.catalog import Catalog
from knowledge.dates import months_after
from knowledge.derive import OLD_FOR_INSURANCE, Facts, facts_of
from knowledge.eligibility import judge
from knowledge.known import is_exact
from knowledge.profile import read_profile
from knowledge.rulebook import DayRule, RuleBook
from knowledge.rules import AGE_WITHIN_MONTHS, comparisons
from knowledge.tables import Tables, percent_of

KUA = "kua-type1-review"
KUA_PERCENT = 60
"""The allowance and a wage together stay below this share of one person's median income (programs.md 2.1)."""


def apply_before(profile: Mapping[str, Any], program_id: str, rules: RuleBook, tables: Tables, on: date) -> date | None:
    """The birthday within 12 months after which the program fits no more, or only by the office's leave.

    None when there is none, when the day of birth is not known, or when the program does not fit now either.
    """
    facts = facts_of(read_profile(profile, rules.fields), tables, on)
    day_rule = rules.on(on)[program_id]
    now = judge(day_rule, facts, rules.fields)
    if facts.born is None or now.rule not in ("eligible", "need"):
        return None
    asked = {line.id for line in now.soft}
    for day in sorted(_birthdays(day_rule, facts, facts.born)):
        then = judge(day_rule, facts.aged(day), rules.fields)
        if then.rule == "not" or {line.id for line in then.soft} - asked:
            return day
    return None


def _birthdays(day_rule: DayRule, facts: Facts, born: date) -> Iterator[date]:
    """The coming birthdays at which an age comparison of the rule changes."""
    for line in day_rule.lines:
        for test in comparisons(line.node):
            if test.field != "age" or test.operand is None:
                continue
            low, high = test.operand if isinstance(test.operand, tuple) else (test.operand, test.operand)
            for years in {low, high, high + 1}:
                day = birthday(born, years)
                if facts.on < day <= months_after(facts.on, AGE_WITHIN_MONTHS):
                    yield day


def insured_if_hired_before(profile: Mapping[str, Any], rules: RuleBook, on: date) -> date | None:
    """The 65th birthday, if within 12 months: a job begun on or after it brings no 실업급여 (고용보험법 제10조)."""
    born = read_profile(profile, rules.fields).get("birth_date")
    if born is None or not is_exact(born):
        return None
    day = birthday(born, OLD_FOR_INSURANCE)
    return day if on < day <= months_after(on, AGE_WITHIN_MONTHS) else None


def allowance(own_income_month: int, dependents: int, catalog: Catalog, on: date) -> int | None:
    """구직촉진수당 of one month beside the income, in won; None when the amounts of the day are not known.

    Nothing changes while the income is not above the allowance. Above it the month pays min(allowance, base − income),
    and nothing above the base: twice the allowance, or 60 % of one person's median income if that is more.
    """
    program = catalog.programs[KUA]
    parts = [program.value(name, on) for name in ("monthly", "per_dependent", "monthly_max")]
    median = catalog.median_income(1, on)
    if None in parts or median is None:
        return None
    monthly, per_dependent, most = (int(part.value) for part in parts if part is not None)
    full = min(most, monthly + dependents * per_dependent)
    if own_income_month <= full:
        return full
    base = max(2 * full, percent_of(median, KUA_PERCENT))
    return max(0, min(full, base - own_income_month))
