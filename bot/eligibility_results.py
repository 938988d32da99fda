"""What comes of a check: the answer about one program with its next steps, or the best three of several."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.desk import Desk
from bot.eligibility_questions import Check, find_question
from bot.eligibility_text import blocked, for_office, one_line, result
from bot.flows.parts import LABEL_LIMIT, person_button
from bot.turn import Button, Reply, State, Step, Tap
from knowledge.advice import already, detours, ranked
from knowledge.catalog import Program
from knowledge.eligibility import check_all
from knowledge.verdict import Verdict

MOST_PROGRAMS = 3
MOST_BUTTONS = 5
"""The person stands among the exits too, and gives way."""


def answered(check: Check, known: Mapping[str, Any], before: str, on: Any, state: State, desk: Desk) -> Step:
    """The result of a check, after `before`. A correction or a further question may follow it."""
    verdicts = check_all(known, desk.rules, desk.catalog.tables, on)
    done = replace(state.settled(), data={**check.anew().data(), "after": "eligibility/rejudge"})
    if check.who and not before.startswith(check.who):
        before += desk.words.plain("eligibility.of_other", who=check.who) + "\n"
    if len(check.programs) == 1:
        step = _one(check, known, verdicts, done, desk)
    else:
        step = several(check, known, verdicts, done, desk)
    return Step(_prefixed(step.reply, before), step.state)


def _prefixed(reply: Reply, before: str) -> Reply:
    if not before:
        return reply
    first, *others = reply.messages
    return Reply((replace(first, text=before + "\n" + first.text, simple=before + "\n" + first.simple), *others))


def _one(check: Check, known: Mapping[str, Any], verdicts: Mapping[str, Verdict], state: State, desk: Desk) -> Step:
    """The answer about one program, with the next steps."""
    verdict = verdicts[check.programs[0]]
    words, program = desk.words, desk.catalog.programs[verdict.program]
    person = person_button(words, "eligibility")
    steps = _next_steps(check, known, verdict, verdicts, desk)
    buttons = (
        [person, *steps[: MOST_BUTTONS - 1]] if for_office(verdict, desk) else [*steps[: MOST_BUTTONS - 1], person]
    )
    messages = result(verdict, verdicts, desk, *buttons).messages
    way = Tap("eligibility", _action(check), program.id)
    return Step(Reply(messages), replace(state.about(program.id), aspect="who").visited(way))


def _next_steps(
    check: Check, known: Mapping[str, Any], verdict: Verdict, verdicts: Mapping[str, Verdict], desk: Desk
) -> list[Button]:
    """The buttons of an answer about one program, the most useful first."""
    words, program = desk.words, desk.catalog.programs[verdict.program]
    steps = []
    if verdict.rule == "need" and find_question(check, known, desk.rules, desk.catalog.tables, verdict.on):
        steps.append(words.button("eligibility.button_go_on", Tap("eligibility", "go_on")))
    if tap := notice_tap(verdict, check):
        steps.append(words.button("eligibility.button_notice", tap))
    if verdict.rule != "not":
        steps.append(words.button("programs.button_apply", Tap("programs", "aspect", f"{program.id}.apply")))
    if result(verdict, verdicts, desk).rest:
        steps.append(words.button("eligibility.button_more", Tap("eligibility", "more", f"{program.id}.0")))
    others = dict.fromkeys(w.to for w in detours(verdict, verdicts, desk.rules) if w.to in desk.rules.rules)
    steps += [check_button(desk.catalog.programs[name], check) for name in list(others)[:2]]
    if check.who:
        return [*steps[: MOST_BUTTONS - 2], words.button("eligibility.button_mine", Tap("eligibility", "mine"))]
    return [*steps, words.button("eligibility.button_others", Tap("eligibility", "recommend"))]


def notice_tap(verdict: Verdict, check: Check) -> Tap | None:
    """ "때가 되면 알림": where a day is known on which it will do, or where it is not open and may open again.

    A day of somebody else's life is not kept.
    """
    if verdict.stale or verdict.rule == "not":
        return None
    if verdict.rule == "later" and verdict.later_on is not None and not check.who:
        return Tap("notices", "ask", f"{verdict.program}.{verdict.later_on:%Y%m%d}")
    return Tap("notices", "ask", verdict.program) if verdict.window in ("closed", "unknown") else None


def _action(check: Check) -> str:
    return "theirs" if check.who else "check"


def check_button(program: Program, check: Check) -> Button:
    """Another program for the same person."""
    label = program.name if len(program.name) <= LABEL_LIMIT else program.short
    return Button(label, Tap("eligibility", _action(check), program.id))


def several(
    check: Check, known: Mapping[str, Any], verdicts: Mapping[str, Verdict], state: State, desk: Desk, start: int = 0
) -> Step:
    """The best three, a line each; the rest on request; what blocks each other said aloud."""
    words = desk.words
    order = _order(check, known, verdicts, desk)
    shown = order[start : start + MOST_PROGRAMS]
    if not shown:
        return Step(Reply((words.say("eligibility.none_fits", person_button(words, "recommend")),)), state)
    lines = [one_line(number, v, desk) for number, v in enumerate(shown, start + 1)]
    buttons = [check_button(desk.catalog.programs[v.program], check) for v in shown]
    if start + MOST_PROGRAMS < len(order):
        buttons.append(words.button("eligibility.button_rest", Tap("eligibility", "rest", str(start + MOST_PROGRAMS))))
    if find_question(replace(check, count=0), known, desk.rules, desk.catalog.tables, shown[0].on):
        buttons.append(words.button("eligibility.button_go_on", Tap("eligibility", "go_on")))
    buttons = [*buttons, person_button(words, "recommend")][:MOST_BUTTONS]
    blanks: dict[str, Any] = {"lines": "\n".join(lines)}
    if not start:
        blanks["blocks"] = blocked(_fitting(shown), desk, shown[0].on)
    key = "eligibility.more_of_them" if start else "eligibility.best"
    message = words.say(key, *buttons, **blanks)
    state = state.about(*(v.program for v in shown)) if check.kind != "several" else state
    return Step(Reply((message,)), state.visited(Tap("eligibility", "rest", str(start))))


def _fitting(shown: Sequence[Verdict]) -> list[str]:
    return [v.program for v in shown if v.rule != "not"]


def _order(check: Check, known: Mapping[str, Any], verdicts: Mapping[str, Verdict], desk: Desk) -> list[Verdict]:
    own = {i: verdicts[i] for i in check.programs if i not in already(known)}
    found = list(ranked(own, desk.rules))
    if check.kind == "several":
        return found
    return [*found, *(v for v in own.values() if v not in found)]
