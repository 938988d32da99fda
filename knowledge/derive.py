"""What follows from what a person told (programs.md 0.5): the facts of a person on a day, ready for the rules.

Nothing is guessed: a fact is added only where the told ones leave no other way, and a told fact is never replaced.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from knowledge.ages import age_on, births_of_age, months_since, next_month_end, turning_points
from knowledge.known import NEVER, UNKNOWN, Between, Known, compare, is_exact, lowest
from knowledge.profile import ProfileError
from knowledge.tables import IncomeYear, Tables, percent_of

EXAM_MONTHS = 24
"""Work days and hours are counted over the last 24 months (programs.md 2.1)."""

ELEMENTARY_ENDS = 14
"""A child of this age without a school grade is past elementary school (programs.md 0.5)."""

OLD_FOR_INSURANCE = 65
"""Nobody younger can have been hired after turning 65 (고용보험법 제10조)."""

BIRTH_FIELDS = frozenset({"age", "birth_date", "age_next_month", "hired_after_65"})
"""Fields whose value depends on the day of birth."""


class Facts:
    """The known facts of one person on one day.

    `told` are the fields that were asked and answered, with "I do not know" too. `variants` are the same person with
    each day of birth that is possible, when the day itself is not known; `born` is the exact day, told as such.
    """

    __slots__ = ("born", "income", "known", "on", "told", "variants")

    def __init__(self, known: dict[str, Known], on: date, income: IncomeYear | None, told: frozenset[str]) -> None:
        self.known, self.on, self.income, self.told = known, on, income, told
        self.born: date | None = None
        self.variants: tuple[Facts, ...] = ()

    def income_line(self, percent: float) -> Known | None:
        """The percentage of the median income for the household, won a month; None while size or table is unknown."""
        size = self.known.get("household_size")
        if self.income is None or not isinstance(size, int):
            return None
        return percent_of(self.income.won(size), int(percent))

    def presuming(self, values: Mapping[str, Known]) -> "Facts":
        """The same person where the values, as far as they are not known, are so."""
        other = Facts({**values, **self.known}, self.on, self.income, self.told)
        other.born = self.born
        other.variants = tuple(variant.presuming(values) for variant in self.variants)
        return other

    def aged(self, day: date) -> "Facts":
        """The same person as old as on a later day; nothing else has changed."""
        other = Facts(dict(self.known), self.on, self.income, self.told)
        born = self.known.get("birth_date")
        if self.born is not None:
            _born(other.known, self.born, day)
        elif self.variants and isinstance(born, Between):
            _born_between(other, (born.low, born.high), day)
        return other


def facts_of(profile: Mapping[str, Known], tables: Tables, on: date) -> Facts:
    """The facts of a read profile on the day. ProfileError when the person is not born yet on that day."""
    known = {name: value for name, value in profile.items() if value is not UNKNOWN}
    for step in _STEPS:
        step(known, on)
    income = tables.median_income.year(on) if tables.median_income else None
    facts = Facts(known, on, income, frozenset(profile))
    _births(facts)
    return facts


def _births(facts: Facts) -> None:
    known, on = facts.known, facts.on
    born = known.get("birth_date")
    if born is not None and is_exact(born):
        if born > on:
            raise ProfileError(f"birth_date: {born} is after {on}")
        facts.born = born
        _born(known, born, on)
        return
    span = _birth_span(known, on)
    if span is None:
        return
    _born_between(facts, span, on)


def _born_between(facts: Facts, span: tuple[date, date], on: date) -> None:
    points = turning_points(*span, on)
    for day in points:
        variant = Facts(dict(facts.known), facts.on, facts.income, facts.told)
        _born(variant.known, day, on)
        facts.variants += (variant,)
    facts.known["birth_date"] = Between(*span)
    facts.known["age"] = _age_span(points, on)


def _birth_span(known: Mapping[str, Known], on: date) -> tuple[date, date] | None:
    """The days of birth that all of day, year and age allow; where they disagree, the one told more exactly counts."""
    span: tuple[date, date] | None = None
    for told in (_told_days(known, on), _told_year(known, on), _told_age(known, on)):
        if told is None:
            continue
        both = told if span is None else (max(span[0], told[0]), min(span[1], told[1]))
        span = both if both[0] <= both[1] else span
    return span


def _told_days(known: Mapping[str, Known], on: date) -> tuple[date, date] | None:
    told = known.get("birth_date")
    if not isinstance(told, Between):
        return None
    return told.low or date(on.year - 120, 1, 1), told.high or on


def _told_year(known: Mapping[str, Known], on: date) -> tuple[date, date] | None:
    low, high = _bounds(known.get("birth_year"), on.year - 120, on.year)
    if low is not None and low > on.year:
        raise ProfileError(f"birth_year: {low} is after {on.year}")
    return None if low is None else (date(low, 1, 1), min(date(high, 12, 31), on))


def _told_age(known: Mapping[str, Known], on: date) -> tuple[date, date] | None:
    low, high = _bounds(known.get("age"), 0, 120)
    return None if low is None else births_of_age(low, high, on)


def _bounds(told: Known | None, least: int, most: int) -> tuple[Any, Any]:
    if told is None:
        return None, None
    if isinstance(told, Between):
        return least if told.low is None else told.low, most if told.high is None else told.high
    return told, told


def _age_span(points: tuple[date, ...], on: date) -> Known:
    oldest, youngest = age_on(points[0], on), age_on(points[-1], on)
    return oldest if oldest == youngest else Between(youngest, oldest)


def _born(known: dict[str, Known], born: date, on: date) -> None:
    known["birth_date"] = born
    known["age"] = age_on(born, on)
    known["age_next_month"] = age_on(born, next_month_end(on))
    if known["age"] < OLD_FOR_INSURANCE:
        known.setdefault("hired_after_65", False)


def _work_now(known: dict[str, Known], on: date) -> None:
    """`not_working` means no hours and no insured job. Hours alone name no status: rules ask the office then."""
    if known.get("employment_status") == "not_working":
        known.setdefault("weekly_work_hours", 0)
        known.setdefault("employment_insurance_now", False)


def _work_before(known: dict[str, Known], on: date) -> None:
    ended = known.get("last_job_end_date")
    rested = known.get("months_out_of_work")
    if isinstance(ended, date):
        known.setdefault("months_out_of_work", months_since(ended, on))
    elif isinstance(ended, Between) and ended.low and ended.high:
        known.setdefault("months_out_of_work", _span(months_since(ended.high, on), months_since(ended.low, on)))
    status = known.get("employment_status")
    resting = status == "not_working" or (status is None and rested is not None)
    if known.get("never_worked") is True or (resting and lowest(known.get("months_out_of_work")) >= EXAM_MONTHS):
        known.setdefault("work_days_last_24m", 0)
        known.setdefault("work_hours_last_24m", 0)


def _span(low: int, high: int) -> Known:
    return low if low == high else Between(low, high)


def _benefits(known: dict[str, Known], on: date) -> None:
    if known.get("unemployment_benefit") == "none":
        known.setdefault("unemployment_benefit_last_paid", NEVER)
    if known.get("direct_job_now") is False:
        known.setdefault("direct_job_last_end", NEVER)
    if known.get("kua_lockout") is False:
        known.setdefault("kua_history", "none")
    sanction = known.get("fraud_sanction")
    if sanction is not None:
        known["fraud_sanction_dated"] = not isinstance(sanction, bool)
    if known.get("fraud_sanction_dated"):
        del known["fraud_sanction"]


def _other_allowance(known: dict[str, Known], on: date) -> None:
    """The parts of `other_job_allowance`; one without a last payment is still being paid."""
    told = known.get("other_job_allowance")
    if told is None:
        return
    known["other_allowance_told"] = bool(told)
    for part in ("monthly_avg", "total"):
        value = told.get(part) if told else 0
        if value is not None:
            known[f"other_allowance_{part}"] = _amount(f"other_job_allowance.{part}", value)
    known["other_allowance_last_paid"] = _paid(told.get("last_paid"), on)


def _amount(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise ProfileError(f"{name}: a sum in won is needed, not {value!r}")
    return value


def _paid(value: Any, on: date) -> date:
    try:
        return on if value is None else value if isinstance(value, date) else date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ProfileError(f"other_job_allowance.last_paid: a day is needed, not {value!r}") from error


def _family(known: dict[str, Known], on: date) -> None:
    age = known.get("youngest_child_age")
    if age is None:
        return
    if lowest(age) >= ELEMENTARY_ENDS:
        known.setdefault("youngest_child_grade", math.inf)
    young = compare("<", age, 18)
    if young is not None:
        known.setdefault("child_under_18", young)


def _learning(known: dict[str, Known], on: date) -> None:
    certificates = known.get("certificates")
    if certificates is not None:
        known.setdefault("has_professional_certificate", bool(certificates))


_STEPS: tuple[Callable[[dict[str, Known], date], None], ...] = (
    _work_now,
    _work_before,
    _benefits,
    _other_allowance,
    _family,
    _learning,
)
