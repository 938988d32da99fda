"""One question of a check as a message: why, what happens to the answer, the question, how many are left, buttons."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk
from bot.eligibility_questions import Check, buttons_of, choices_of, find_question, question_of
from bot.flows.parts import person_button
from bot.learn import home_of
from bot.turn import Message, Reply, State, Step, Turn
from knowledge.questions import Question
from knowledge.rulebook import RuleBook

EXAMPLES: Mapping[str, str] = {
    "household_assets": "assets",
    "household_savings": "assets",
    "weekly_work_hours": "hours",
    "reduced_weekly_hours": "hours",
    "work_hours_last_24m": "hours",
    "youngest_child_age": "child",
    "business_annual_sales": "assets",
}
BY_UNIT: Mapping[str, str] = {"won": "money", "days": "days", "months": "length", "years": "length"}
BY_TYPE: Mapping[str, str] = {"bool": "yes_no", "date": "date", "list": "yes_no"}
SENSITIVE = 2


def asked(
    check: Check, found: Question, known: Mapping[str, Any], before: str, turn: Turn, state: State, desk: Desk
) -> Step:
    """The question, opened. `before` acknowledges the last answer."""
    finer = found.field in told_roughly(known, check)
    check = replace(check, field=found.field, type=found.type, finer=(*check.finer, *([found.field] if finer else [])))
    words = desk.words
    going = before and (check.count or check.trail)
    key = "eligibility.ask_sensitive" if found.sensitivity >= SENSITIVE else "eligibility.ask"
    left = "eligibility.left_last" if found.at_most <= 1 else "eligibility.left" if going else "eligibility.left_first"
    whose = {"who": check.who} if check.who else {}
    left += "_other" if check.who else ""
    blanks = {
        "before": before,
        "why": found.why,
        "left": words.plain(left, **({"count": found.at_most} if found.at_most > 1 else {}), **whose),
    }
    if key == "eligibility.ask_sensitive":
        blanks["keeps"] = words.plain("eligibility.keeps_other", who=check.who) if check.who else found.keeps
    buttons = _buttons(check, found, known, turn, desk)
    full = words.say(key, *buttons, question=wording(found, known, desk, finer=finer), **blanks)
    easy = words.say(key, question=wording(found, known, desk, finer=finer, simple=True), **blanks)
    message = replace(full, simple=easy.text)
    return Step(Reply((message,)), state.ask("eligibility", "answer", **check.data()))


def back_to(
    field: str, check: Check, known: Mapping[str, Any], before: str, turn: Turn, state: State, desk: Desk
) -> Step:
    """The question about a field once more, its answer having been taken back."""
    on, tables = turn.at.date(), desk.catalog.tables
    found = find_question(check, known, desk.rules, tables, on)
    if found is None or found.field != field:
        found = question_of(replace(check, field=field), known, desk.rules, tables, on)
    return asked(check, found, known, before, turn, state, desk)


def told_roughly(known: Mapping[str, Any], check: Check) -> frozenset[str]:
    """Fields that are known in part: a question about them is the second one."""
    return frozenset(name for name, value in known.items() if isinstance(value, Mapping) and name not in check.finer)


def wording(found: Question, known: Mapping[str, Any], desk: Desk, *, finer: bool, simple: bool = False) -> str:
    """The question's words, fitted to what is known already."""
    words, field = desk.words, found.field
    if finer:
        own = f"eligibility.finer_{field}"
        return words.plain(own if own in words.texts else "eligibility.finer_amount")
    if field == "birth_date" and any(known.get(name) not in (None, "unknown") for name in ("age", "birth_year")):
        return words.plain("eligibility.question_birthday")
    if field == "registered_sido" and (home := home_of(known)):
        return words.plain("eligibility.question_registered", place=home.partition(" ")[2] or home)
    return found.simple if simple else found.text


def _buttons(check: Check, found: Question, known: Mapping[str, Any], turn: Turn, desk: Desk) -> Any:
    finer = check.field in check.finer
    choices = choices_of(found, known, desk.rules, turn.at.date(), desk.words, finer=finer)
    return buttons_of(found.field, choices, check.page, desk.words, desk.rules.fields)


async def choose(check: Check, known: Mapping[str, Any], turn: Turn, state: State, desk: Desk) -> Step:
    """The open question in other words: easier with an example, then choices, then a person; or its next choices."""
    found = question_of(check, known, desk.rules, desk.catalog.tables, turn.at.date())
    buttons = _buttons(check, found, known, turn, desk)
    finer = check.field in check.finer
    words = desk.words
    question = wording(found, known, desk, finer=finer, simple=True)
    if not check.tries:
        key = (
            "eligibility.finer_question"
            if check.field in check.finer and not check.page
            else "eligibility.more_choices"
        )
        message = words.say(key, *buttons, **({"question": question} if key.endswith("finer_question") else {}))
    elif check.tries == 1:
        example = words.plain(
            "eligibility.example", words=words.plain(f"eligibility.example_{example_of(found.field, desk.rules)}")
        )
        message = words.say("eligibility.again", *buttons, question=question, example=example)
    elif check.tries == 2:
        few = len(buttons) > 2
        message = words.say("eligibility.choose" if few else "eligibility.choose_none", *buttons)
    else:
        message = words.say("eligibility.offer_person", person_button(words, "eligibility"), *buttons[-2:])
    return Step(Reply((message,)), _still(check, message, state))


def _still(check: Check, message: Message, state: State) -> State:
    return replace(state.ask("eligibility", "answer", **check.data()), misses=state.misses + (1 if check.tries else 0))


def example_of(field: str, rules: RuleBook) -> str:
    """Which example of an answer fits a question: the last part of its key in `eligibility.example_…`."""
    own = {"birth_date", "age", "sex", "living_sido", "registered_sido", "household_size", "last_job_end_date"}
    if field in own:
        return field
    spec = rules.fields[field]
    return EXAMPLES.get(field) or BY_UNIT.get(spec.unit) or BY_TYPE.get(spec.type) or "words"
