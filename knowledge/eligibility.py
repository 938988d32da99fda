"""Does a person fit a program on a day? Pure: told facts, dated rules and tables in, verdicts out. Never guesses.

>>> book = load_rules(facts, catalog)
>>> check({"age": 68}, "senior-job-placement", book, catalog.tables, date(2026, 11, 21)).rule
'eligible'
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knowledge.asking import pick
from knowledge.derive import Facts, facts_of
from knowledge.known import NEVER, Truth
from knowledge.profile import Fields, read_profile
from knowledge.rulebook import DayRule, Line, RuleBook
from knowledge.rules import decide, deciding, evaluate, missing, turns_true, untold
from knowledge.tables import Tables
from knowledge.verdict import Condition, RuleOutcome, State, Verdict

Profile = Mapping[str, Any]


def check(profile: Profile, program_id: str, rules: RuleBook, tables: Tables, on: date) -> Verdict:
    """The verdict for one program. KeyError for a program without a rule, ProfileError for a wrong profile."""
    facts = facts_of(read_profile(profile, rules.fields), tables, on)
    return judge(rules.on(on)[program_id], facts, rules.fields)


def check_all(
    profile: Profile, rules: RuleBook, tables: Tables, on: date, program_ids: Iterable[str] | None = None
) -> dict[str, Verdict]:
    """The verdicts for the programs, or for all that have a rule. ProfileError for a wrong profile."""
    facts = facts_of(read_profile(profile, rules.fields), tables, on)
    day = rules.on(on)
    return {program: judge(day[program], facts, rules.fields) for program in program_ids or day}


def eligibility_document(profile: Profile, on: date, rules: RuleBook, tables: Tables) -> dict[str, dict[str, Any]]:
    """What `ieum eligibility` prints, for every program with a rule.

    {program: {"rule", "window", "met", "unmet", "unknown", "next_question"}}. `met`, `unmet` and `unknown` list the
    profile fields on which the outcome turned, each in one of them: unmet before unknown before met. `unknown` has the
    fields to ask, and those about which only the office can decide. ProfileError for a wrong profile.
    """
    return {
        program: _document(verdict, rules.fields) for program, verdict in check_all(profile, rules, tables, on).items()
    }


def _document(verdict: Verdict, fields: Fields) -> dict[str, Any]:
    unmet = _told_names(verdict.unmet, fields)
    unknown = [name for name in _told_names((*verdict.unknown, *verdict.soft), fields) if name not in unmet]
    met = [name for name in _told_names(verdict.met, fields) if name not in unmet and name not in unknown]
    return {
        "rule": verdict.rule,
        "window": verdict.window,
        "met": met,
        "unmet": unmet,
        "unknown": unknown,
        "next_question": verdict.next_question,
    }


def _told_names(lines: Iterable[Condition], fields: Fields) -> list[str]:
    """The conditions' fields, those that are only computed by what they are computed from."""
    names = (name for line in lines for name in line.fields)
    return list(dict.fromkeys(fields[name].through[0] if fields[name].derived else name for name in names))


@dataclass(frozen=True, slots=True)
class _Read:
    """A line as it stands with the facts, some of them `presumed`.

    `counts`: whether, while unknown, it keeps the program from being `eligible`.
    """

    line: Line
    facts: Facts
    value: Truth
    counts: bool
    presumed: bool


def judge(day_rule: DayRule, facts: Facts, fields: Fields) -> Verdict:
    """The verdict of a rule of the facts' day. For many people on one day, take `RuleBook.on(day)` once."""
    reads = [_read(line, facts) for line in day_rule.lines]
    rule, later_on = _outcome(day_rule, reads, facts)
    sorted_lines = _sort(day_rule, reads)
    missing_fields = tuple(dict.fromkeys(name for line in sorted_lines["unknown"] for name in line.missing))
    own = day_rule.rule
    return Verdict(
        program=own.program,
        on=facts.on,
        rule=rule,
        window=day_rule.window,
        met=tuple(sorted_lines["met"]),
        unmet=tuple(sorted_lines["unmet"]),
        unknown=tuple(sorted_lines["unknown"]),
        soft=tuple(sorted_lines["soft"]),
        rare_bars=tuple(sorted_lines["rare"]),
        missing=missing_fields,
        next_question=pick(missing_fields, facts, fields) if rule == "need" else None,
        later_on=later_on,
        stale=day_rule.stale,
        grade=own.grade,
        source=own.source,
        as_of=own.as_of,
    )


def _sort(day_rule: DayRule, reads: list[_Read]) -> dict[str, list[Condition]]:
    """The conditions by where they belong in the answer. Nothing of a rule past its review date is decided."""
    found: dict[str, list[Condition]] = {"met": [], "unmet": [], "unknown": [], "soft": [], "rare": []}
    for read in reads:
        condition = _condition(read, stale=day_rule.stale)
        open_place = "soft" if condition.office else "unknown" if read.counts else "rare"
        found[open_place if condition.state == "unknown" else condition.state].append(condition)
    return found


def brief(day_rule: DayRule, facts: Facts) -> tuple[RuleOutcome, tuple[str, ...]]:
    """Only the outcome, and with `need` the fields that could settle it: for scans and for choosing questions."""
    reads = [_read(line, facts) for line in day_rule.lines]
    rule, _ = _outcome(day_rule, reads, facts)
    if rule != "need" or day_rule.stale:
        return rule, ()
    open_reads = [read for read in reads if read.counts]
    return rule, tuple(dict.fromkeys(name for read in open_reads for name in missing(read.line.node, read.facts)))


def undecided_fields(day_rule: DayRule, facts: Facts) -> frozenset[str]:
    """The fields of every line that is open and has, or may come, to be known for `eligible`.

    A line that only the office can settle is open too, but no answer changes it.
    """
    if day_rule.stale:
        return frozenset()
    undecided = [line for line in day_rule.lines if decide(line.node, facts, births=line.births) is None]
    asked = [line for line in undecided if missing(line.node, facts) and _may_count(line, facts)]
    return frozenset(name for line in asked for name in line.fields)


def _may_count(line: Line, facts: Facts) -> bool:
    return line.wants is not None or line.spares is not None or _counts(line, facts)


def strict_outcome(profile: Profile, program_id: str, rules: RuleBook, tables: Tables, on: date) -> RuleOutcome:
    """The outcome when every line must be known: no rare bar is left out, nothing is presumed. `later` is `not`."""
    facts = facts_of(read_profile(profile, rules.fields), tables, on)
    day_rule = rules.on(on)[program_id]
    values = [decide(line.node, facts, births=line.births) for line in day_rule.lines]
    if day_rule.stale:
        return "need"
    return "not" if False in values else "need" if None in values else "eligible"


def _read(line: Line, facts: Facts) -> _Read:
    value = decide(line.node, facts, births=line.births)
    presumes = value is None and bool(line.presume) and _presumes(line, facts)
    if presumes:
        facts = facts.presuming(line.presume)
        value = decide(line.node, facts, births=line.births)
    return _Read(line, facts, value, counts=value is None and _counts(line, facts), presumed=presumes)


def _presumes(line: Line, facts: Facts) -> bool:
    return line.presume_if is None or evaluate(line.presume_if, facts) is True


def _counts(line: Line, facts: Facts) -> bool:
    """A required line counts; another only when the office must decide, or when all its open fields are half known."""
    if line.wants is not None and evaluate(line.wants, facts):
        return True
    if line.spares is not None and not evaluate(line.spares, facts):
        return True
    return not untold(line.node, facts)


def _outcome(day_rule: DayRule, reads: list[_Read], facts: Facts) -> tuple[RuleOutcome, date | None]:
    """The order of programs.md 0.5: out of date, failing for good, later, something to ask, eligible."""
    if day_rule.stale:
        return "need", None
    failing = [read.line for read in reads if read.value is False]
    if failing:
        return _waiting(failing, day_rule, facts)
    return ("need" if any(read.counts for read in reads) else "eligible"), None


def _waiting(failing: list[Line], day_rule: DayRule, facts: Facts) -> tuple[RuleOutcome, date | None]:
    """`later` if time alone meets every failing line; `need` if an age line ends before: then no day is promised."""
    days = [turns_true(line.node, facts) for line in failing]
    known = [day for day in days if day is not None]
    if len(known) < len(days):
        return "not", None
    return ("need", None) if _too_old(max(known), day_rule, facts) else ("later", max(known))


def _too_old(day: date, day_rule: DayRule, facts: Facts) -> bool:
    """Whether an age line fails once the waiting is over."""
    then = facts.aged(day)
    return any(line.births and evaluate(line.node, then) is False for line in day_rule.lines)


def _condition(read: _Read, *, stale: bool) -> Condition:
    line, facts, value = read.line, read.facts, None if stale else read.value
    state: State = "unknown" if value is None else "met" if value else "unmet"
    open_fields = missing(line.node, facts) if value is None and not stale else ()
    fields = open_fields or (deciding(line.node, facts) if value is not None else ()) or line.fields
    return Condition(
        id=line.id,
        state=state,
        fields=fields,
        values={name: facts.known[name] for name in fields if facts.known.get(name, NEVER) is not NEVER},
        text=line.text,
        bar=line.bar,
        ask=line.ask,
        grade=line.grade,
        source=line.source,
        as_of=line.as_of,
        missing=open_fields,
        office=value is None and not open_fields,
        presumed=read.presumed and value is not True,
        later_on=turns_true(line.node, facts) if value is False else None,
        detour=line.detour,
    )
