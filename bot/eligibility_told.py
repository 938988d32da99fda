"""What is known in a check, of the writer or of somebody else; and how an answer is kept or taken back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk
from bot.eligibility_answers import DONT, WONT
from bot.eligibility_questions import Check
from bot.learn import UNKNOWN, corrected, facts_in, told_by
from bot.turn import State, Turn
from knowledge.profile import ProfileError, read_profile
from knowledge.rulebook import RuleBook
from nlu.korean.whose import sex_of

MOST_STEPS = 30
"""Answers that "뒤로" can take back."""


def about_other(check: Check, who: str) -> Check:
    """The check for somebody else; what was told of them in this conversation stays, of anybody else it does not."""
    if who == check.who:
        return check
    sex = sex_of(who)
    return replace(check, who=who, theirs={"sex": sex} if sex else {}, trail=(), beside=(), finer=(), count=0)


def telling(turn: Turn, check: Check, *, asked: str = "") -> dict[str, Any]:
    """What a message tells of the person whose check it is."""
    return facts_in(turn, about_self=True, asked=asked, other=bool(check.who))


async def known_of(check: Check, turn: Turn, state: State, desk: Desk) -> dict[str, Any]:
    """What is known of the person, with the questions of this conversation that stayed unanswered."""
    if check.who:
        return {name: value for name, value in check.theirs.items() if value is not None}
    stored = await desk.profile(turn)
    unanswered = {name: value for name, value in state.known.items() if value == UNKNOWN}
    return {**told_by(state.known, stored), **unanswered}


async def keep(
    check: Check, facts: Mapping[str, Any], refused: frozenset[str], turn: Turn, state: State, desk: Desk
) -> tuple[Check, State]:
    """The check and the state with what was told, or that it was not."""
    stored = {} if check.who else await desk.profile(turn)
    before = check.theirs if check.who else state.known
    known = corrected(before, stored, facts, turn.at.date())
    known |= {name: UNKNOWN for field in refused for name in with_it(field) if name not in told_by(known, stored)}
    changed = {name: before.get(name) for name in known if known[name] != before.get(name) or name in facts}
    earlier = {name: None if value == known[name] else value for name, value in changed.items()}
    if check.field:
        step = {"field": check.field, "before": earlier, "finer": list(check.finer), "count": check.count}
        check = replace(check, trail=(*check.trail, step)[-MOST_STEPS:])
    else:
        check = replace(check, beside=tuple(dict.fromkeys((*check.beside, *facts))))
    if check.who:
        return replace(check, theirs=known), state
    return check, replace(state, known=known)


def with_it(field: str) -> tuple[str, ...]:
    """The fields that stay unanswered together: who does not tell the day of birth is not asked for the age."""
    return ("birth_date", "age") if field in ("birth_date", "age") else (field,)


def step_back(check: Check, state: State) -> tuple[str, Check, State]:
    """The field of the last answer, with the check and the state as they were before it."""
    last, field = check.trail[-1], str(check.trail[-1]["field"])
    finer = tuple(name for name in last["finer"] if name != field)
    check = replace(check.anew(), trail=check.trail[:-1], finer=finer, count=int(last["count"]))
    known = dict(check.theirs if check.who else state.known)
    for name, value in last["before"].items():
        if known.get(name) == UNKNOWN and value is None:
            del known[name]
        else:
            known[name] = value
    if check.who:
        return field, replace(check, theirs=known), state
    return field, check, replace(state, known=known)


def unlearned(check: Check, state: State) -> State:
    """The state without the answers of a check that turns out to be somebody else's."""
    names = {*check.beside, *(name for step in check.trail for name in step["before"])}
    return replace(state, known={**state.known, **dict.fromkeys(names & set(state.known))})


def possible(facts: Mapping[str, Any], rules: RuleBook) -> bool:
    """Whether the rules can take what was understood; "900일 of two years" they cannot."""
    try:
        read_profile({name: value for name, value in facts.items() if value not in (DONT, WONT)}, rules.fields)
    except ProfileError:
        return False
    return True
