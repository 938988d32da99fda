"""The rule language as a frozen tree, and its three-valued (Kleene) evaluation.

A rule is written as in programs.md 0.2: lines such as `age >= 60` under all / any / none / ask. `rule_text` reads them,
`rulebook` loads whole programs, `eligibility` turns them into verdicts. Everything here is pure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from knowledge.ages import birthday, months_since
from knowledge.dates import first_day, last_day, months_after
from knowledge.derive import BIRTH_FIELDS, Facts
from knowledge.fact import Fact
from knowledge.known import NEVER, OPPOSITE, Between, Known, Op, Truth, compare

AGE_WITHIN_MONTHS = 12
"""An age still to be reached counts as `later` only within this many months (programs.md 0.5)."""

How = Literal["value", "months_since", "months_past", "days_since"]
"""What of a field is compared: itself, full months or days since it, or full months that ended before the day."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A dated number or day of the catalog, times `factor` (years as months).

    Of a day known to the month or year, `last` takes the last day and else the first.
    """

    name: str
    fact: Fact
    factor: int = 1
    last: bool = False

    def on(self, day: date) -> Any:
        """Its value on the day; None when it is not known."""
        value = self.fact.on(day)
        if value is None:
            return None
        if isinstance(value.value, str):
            return (last_day if self.last else first_day)(value.value)
        return int(value.value * self.factor) if self.factor > 1 else value.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: `how` of the field with the operand (a value, a Ref, or a pair of them)."""

    field: str
    op: Op
    operand: Any
    how: How = "value"


@dataclass(frozen=True, slots=True)
class Every:
    """All parts must hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part must hold."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Office:
    """Never known here: the office decides."""


Node = Comparison | Every | Some | Office


def negate(node: Node) -> Node:
    """The node that holds exactly when this one does not."""
    if isinstance(node, Comparison):
        return replace(node, op=OPPOSITE[node.op])
    if isinstance(node, Every):
        return Some(tuple(map(negate, node.parts)))
    if isinstance(node, Some):
        return Every(tuple(map(negate, node.parts)))
    return node


def comparisons(node: Node) -> Iterator[Comparison]:
    """Every comparison in the node."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Every | Some):
        for part in node.parts:
            yield from comparisons(part)


def fields_of(node: Node) -> tuple[str, ...]:
    """The fields that the node compares, each once, in order."""
    return tuple(dict.fromkeys(test.field for test in comparisons(node)))


def by_birth(node: Node) -> bool:
    """Whether the node depends on the day of birth."""
    return any(test.field in BIRTH_FIELDS for test in comparisons(node))


def resolve(node: Node, on: date) -> Node:
    """The node with the catalog's values of the day in place. A value that is not known then becomes None."""
    if isinstance(node, Comparison):
        return replace(node, operand=_resolved(node.operand, on))
    if isinstance(node, Every | Some):
        return type(node)(tuple(resolve(part, on) for part in node.parts))
    return node


def _resolved(operand: Any, on: date) -> Any:
    if isinstance(operand, Ref):
        return operand.on(on)
    if isinstance(operand, tuple):
        pair = tuple(_resolved(item, on) for item in operand)
        return None if None in pair else pair
    return operand


def evaluate(node: Node, facts: Facts) -> Truth:
    """True, False, or None while it cannot be known. The node must be resolved for the facts' day."""
    if isinstance(node, Comparison):
        return _test(node, facts)
    if isinstance(node, Office):
        return None
    every = isinstance(node, Every)
    result: Truth = every
    for part in node.parts:
        value = evaluate(part, facts)
        if value is (not every):
            return value
        if value is None:
            result = None
    return result


def decide(node: Node, facts: Facts, *, births: bool) -> Truth:
    """As `evaluate`; with an uncertain day of birth (`births`), what every possible one agrees on."""
    if not births or not facts.variants:
        return evaluate(node, facts)
    results = {evaluate(node, variant) for variant in facts.variants}
    return results.pop() if len(results) == 1 else None


def _test(test: Comparison, facts: Facts) -> Truth:
    if test.operand is None:
        return None
    if test.field == "household_income_pct":
        return _income(test, facts)
    known = _value(test, facts)
    return None if known is None else compare(test.op, known, test.operand)


def _income(test: Comparison, facts: Facts) -> Truth:
    """Won against the table's row rounded to the won; a told percentage only where won cannot be compared."""
    line, income = facts.income_line(test.operand), facts.known.get("household_income_month")
    if line is not None and income is not None:
        return compare(test.op, income, line)
    percent = facts.known.get("household_income_pct")
    return None if percent is None else compare(test.op, percent, test.operand)


def _value(test: Comparison, facts: Facts) -> Known:
    known = facts.known.get(test.field)
    if test.how == "value":
        return known
    if known is None:
        return facts.known.get("months_out_of_work") if test.field == "last_job_end_date" else None
    elapsed = _ELAPSED[test.how]
    if isinstance(known, Between):
        low = None if known.high is None else elapsed(known.high, facts.on)
        high = None if known.low is None else elapsed(known.low, facts.on)
        return Between(low, high)
    return elapsed(known, facts.on)


_ELAPSED: dict[str, Callable[[date, date], int]] = {
    "months_since": months_since,
    "months_past": lambda start, on: months_since(start, on - timedelta(days=1)),
    "days_since": lambda start, on: (on - start).days,
}


def deciding(node: Node, facts: Facts) -> tuple[str, ...]:
    """The fields whose comparisons came out as the whole node did."""
    value = evaluate(node, facts)
    return tuple(dict.fromkeys(test.field for test in comparisons(node) if _test(test, facts) is value))


def missing(node: Node, facts: Facts) -> tuple[str, ...]:
    """The fields whose knowledge could settle an unknown node, in order. Of an `all`, the first open line's only."""
    return tuple(dict.fromkeys(name for test in _open(node, facts) for name in _sources(test, facts)))


def untold(node: Node, facts: Facts) -> bool:
    """Whether an unknown node waits for a field of which nothing is known."""
    return any(test.field not in facts.known for test in _open(node, facts))


def _open(node: Node, facts: Facts) -> Iterator[Comparison]:
    """The comparisons that leave the node unknown."""
    if isinstance(node, Comparison):
        if _test(node, facts) is None:
            yield node
        return
    if isinstance(node, Office) or evaluate(node, facts) is not None:
        return
    for part in node.parts:
        found = tuple(_open(part, facts))
        yield from found
        if found and isinstance(node, Every):
            return


def _sources(test: Comparison, facts: Facts) -> tuple[str, ...]:
    """The fields to know for the comparison; none when the figure to compare with is not known that day."""
    if test.operand is None:
        return ()
    if test.field != "household_income_pct":
        return (test.field,)
    told = tuple(name for name in ("household_size", "household_income_month") if name not in facts.known)
    return told if facts.income else ()


def turns_true(node: Node, facts: Facts) -> date | None:
    """The day on which a false node becomes true by time alone; None when time alone does not do it."""
    if isinstance(node, Comparison):
        return _turn(node, facts)
    if isinstance(node, Office):
        return None
    waiting = [part for part in node.parts if not isinstance(part, Office) and evaluate(part, facts) is not True]
    days = [turns_true(part, facts) for part in waiting]
    known = [day for day in days if day is not None]
    if isinstance(node, Some):
        return min(known, default=None)
    return max(known, default=None) if len(known) == len(days) else None


def _turn(test: Comparison, facts: Facts) -> date | None:
    if test.operand is None or _test(test, facts) is not False:
        return None
    if test.field in ("age", "age_next_month"):
        return _age_turn(test, facts)
    known = facts.known.get(test.field)
    if test.how == "value" or not isinstance(known, date) or known == NEVER or test.op not in (">=", ">"):
        return None
    count = test.operand + (test.op == ">")
    if test.how == "days_since":
        return known + timedelta(days=count)
    return months_after(known, count) + timedelta(days=test.how == "months_past")


def _age_turn(test: Comparison, facts: Facts) -> date | None:
    """The birthday, or for `age_next_month` the first of the month before its month; only if near and born is known."""
    if facts.born is None or test.op not in (">=", ">", "within", "=="):
        return None
    years = test.operand[0] if test.op == "within" else test.operand + (test.op == ">")
    day = birthday(facts.born, years)
    if test.field == "age_next_month":
        day = months_after(day.replace(day=1), -1)
    return day if facts.on < day <= months_after(facts.on, AGE_WITHIN_MONTHS) else None
