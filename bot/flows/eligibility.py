""" "저도 되나요?" and what fits: asks only what decides, one thing at a time, and answers from the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.answer_words import answer_words
from bot.desk import Desk, Flow
from bot.eligibility_answers import DONT, WONT, answers, read_answer, yes_or_no
from bot.eligibility_asking import asked, choose
from bot.eligibility_questions import DIFFERS, MORE, SAME, Check, decode, find_question
from bot.eligibility_text import blocked, one_line, rest, result
from bot.flows.parts import LABEL_LIMIT, family_in, heir_buttons, person_button, recent
from bot.learn import UNKNOWN, corrected, facts_in, told_by
from bot.profile_words import told
from bot.program_text import about
from bot.route import SHORT
from bot.turn import Button, Kind, Message, Reply, State, Step, Tap, Turn
from knowledge.advice import already, detours, ranked
from knowledge.catalog import Program
from knowledge.eligibility import check_all
from knowledge.profile import ProfileError, read_profile
from knowledge.verdict import Verdict
from nlu.labels import EntityName, Intent
from storage import people

MOST_PROGRAMS = 3
MOST_BUTTONS = 5
"""The person stands among the exits too, and gives way."""
HELD: Mapping[str, str] = {
    "livelihood_benefit": "livelihood-benefit",
    "basic_pension": "basic-pension",
    "unemployment_benefit": "unemployment-benefit",
}
"""Benefits that people name to tell that they have them, and not to ask about them."""
ASKED_OF = frozenset({"program", "service"})
"""Kinds of entries that can be recommended."""


async def check(turn: Turn, state: State, desk: Desk) -> Step:
    """ "저도 되나요", for a named program, a family of them, the one just talked about, or what fits."""
    if turn.tap and turn.tap.arg:
        ids = [i for i in turn.tap.arg.split(".") if i in desk.catalog.programs]
        return await _begin(ids, "one" if len(ids) == 1 else "family", turn, state, desk)
    named = _named(turn, desk)
    family = family_in(turn, desk)
    if family is not None and len(named) < 2:
        return await _begin(list(family.members), "family", turn, state, desk)
    if not named and _open(state):
        return await again(turn, state, desk)
    if len(named) > 1:
        return await _begin(named[:MOST_PROGRAMS], "family", turn, state, desk)
    program = desk.catalog.programs.get(named[0]) if named else _meant(turn, state, desk)
    if program is None:
        return await recommend(turn, state, desk)
    return await _begin([program.id], "one", turn, state, desk)


def _named(turn: Turn, desk: Desk) -> list[str]:
    """The programs that a message names; a benefit that the person tells to have or not is none of them."""
    ids = dict.fromkeys(map(str, turn.understanding.values(EntityName.PROGRAM)))
    has = {HELD[field] for field in facts_in(turn) if field in HELD}
    return [i for i in ids if i in desk.catalog.programs and i not in has]


def _open(state: State) -> bool:
    return (state.flow, state.step) == ("eligibility", "answer")


def _meant(turn: Turn, state: State, desk: Desk) -> Program | None:
    """The program of a question that names none: the one just talked about, or the one that the search found."""
    best = turn.found.hits[0].id if turn.found.hits and not turn.found.abstained else ""
    found = desk.catalog.programs.get(best)
    talked = recent(state, desk)
    return talked if turn.points_back or len(turn.text) <= SHORT or not found else found


async def recommend(turn: Turn, state: State, desk: Desk) -> Step:
    """What fits, of everything that has a rule."""
    ids = [
        name
        for name, rule in desk.rules.on(turn.at.date()).items()
        if rule.window != "ended" and _offered(desk.catalog.programs[name])
    ]
    return await _begin(ids, "several", turn, state, desk)


def _offered(program: Program) -> bool:
    return not program.over and program.kind in ASKED_OF


async def _begin(ids: Sequence[str], kind: str, turn: Turn, state: State, desk: Desk) -> Step:
    """Begins a check: the first question, or the answer at once."""
    programs = [i for i in ids if i in desk.rules.rules and not desk.catalog.programs[i].over]
    if not programs:
        return _without_rule(ids, turn, state, desk)
    state = state if kind == "several" else state.about(*programs)
    return await _go_on(Check(tuple(programs), kind), "", turn, state, desk)


def _without_rule(ids: Sequence[str], turn: Turn, state: State, desk: Desk) -> Step:
    """What the catalog says of who, for what has no rule; of something over, its date and today's counterpart."""
    program = desk.catalog.programs[ids[0]]
    answer = about(program, "who", desk, turn.at.date())
    buttons: tuple[Button, ...] = (person_button(desk.words, "eligibility"),)
    if program.over:
        buttons = heir_buttons(program, desk, "eligibility")
    message = Message(answer.key, answer.text, answer.simple, buttons)
    return Step(Reply((message,)), replace(state.about(program.id), aspect="who"))


async def _go_on(check_: Check, before: str, turn: Turn, state: State, desk: Desk) -> Step:
    """The next question, or the result where nothing more decides."""
    known = await _known(turn, state, desk)
    found = find_question(check_, known, desk.rules, desk.catalog.tables, turn.at.date())
    if found is None:
        return _result(check_, known, before, turn, state, desk)
    return asked(check_, found, known, before, turn, state, desk)


async def _known(turn: Turn, state: State, desk: Desk) -> dict[str, Any]:
    """What the person told, with the questions of this conversation that stayed unanswered."""
    stored = await people.profile(desk.session, turn.visitor.id)
    unanswered = {name: value for name, value in state.known.items() if value == UNKNOWN}
    return {**told_by(state.known, stored), **unanswered}


async def answer(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to the open question, by button or in words; a button of an older question counts too."""
    field, _, code = (turn.tap.arg if turn.tap else "").partition(".")
    if turn.kind is Kind.TEXT and field == state.data.get("field") and (facts := _number(turn, state)):
        return await _heard(facts, turn, state, desk)
    if field in desk.rules.fields:
        return await _pressed(field, code, turn, state, desk)
    facts = read_answer(turn, state)
    if facts and _possible(facts, desk):
        return await _heard(facts, turn, state, desk)
    if answer_words().has("why", turn.text):
        return await again(turn, state, desk)
    if _elsewhere(turn, state):
        return await _differs(turn, state, desk)
    return await _missed(turn, state, desk)


def _possible(facts: Mapping[str, Any], desk: Desk) -> bool:
    """Whether the rules can take what was understood; "900일 of two years" they cannot."""
    try:
        read_profile({name: value for name, value in facts.items() if value not in (DONT, WONT)}, desk.rules.fields)
    except ProfileError:
        return False
    return True


def _number(turn: Turn, state: State) -> dict[str, Any]:
    """A number as the answer to a question for one, which otherwise would pick the choice with that number."""
    return read_answer(turn, state) if turn.text.strip().isdigit() and state.data.get("type") != "enum" else {}


async def _pressed(field: str, code: str, turn: Turn, state: State, desk: Desk) -> Step:
    check_ = Check.of(state.data)
    if code == MORE and _open(state):
        return await choose(replace(check_, page=check_.page + 1), await _known(turn, state, desk), turn, state, desk)
    if code == DIFFERS and _open(state):
        return await _differs(turn, state, desk)
    if code in (DONT, WONT):
        return await _heard({field: code}, turn, state, desk)
    if code == SAME:
        known = await _known(turn, state, desk)
        names = ("sido", "sigungu")
        return await _heard(
            {f"registered_{n}": known[f"living_{n}"] for n in names if f"living_{n}" in known}, turn, state, desk
        )
    value = decode(code, desk.rules.fields[field])
    return await (_missed(turn, state, desk) if value is None else _heard({field: value}, turn, state, desk))


async def _differs(turn: Turn, state: State, desk: Desk) -> Step:
    """Registered elsewhere than where one lives: then where?"""
    check_ = Check.of(state.data)
    check_ = replace(check_, finer=(*check_.finer, "registered_sido"), tries=0, page=0)
    return await choose(check_, await _known(turn, state, desk), turn, state, desk)


def _elsewhere(turn: Turn, state: State) -> bool:
    return state.data.get("field") == "registered_sido" and yes_or_no(turn) is False


async def _heard(facts: Mapping[str, Any], turn: Turn, state: State, desk: Desk) -> Step:
    """Keeps what was told, or that it was not, and goes on."""
    refused = {name for name, value in facts.items() if value in (DONT, WONT) and isinstance(value, str)}
    told_now = {name: value for name, value in facts.items() if name not in refused}
    stored = await people.profile(desk.session, turn.visitor.id)
    known = corrected(state.known, stored, told_now, turn.at.date())
    known |= {name: UNKNOWN for field in refused for name in _with_it(field) if name not in told_by(known, stored)}
    state = replace(state, known=known)
    words = desk.words
    before = (
        words.plain("eligibility.noted")
        if refused
        else words.plain("eligibility.heard", told=_one_line(told_now, desk))
    )
    if not _open(state):
        return await _late(before, turn, state, desk)
    check_ = Check.of(state.data)
    counted = replace(check_, field="", type="", tries=0, page=0, count=check_.count + 1)
    return await _go_on(counted, before + "\n", turn, state, desk)


def _with_it(field: str) -> tuple[str, ...]:
    """The fields that stay unanswered together: who does not tell the day of birth is not asked for the age."""
    return ("birth_date", "age") if field in ("birth_date", "age") else (field,)


def _one_line(facts: Mapping[str, Any], desk: Desk) -> str:
    return told(facts, desk.words).replace("\n", ", ")


async def _late(before: str, turn: Turn, state: State, desk: Desk) -> Step:
    """An answer by a button of a check that is over: judged anew."""
    if state.data.get("after") != "eligibility/rejudge":
        return await recommend(turn, state, desk)
    return await _go_on(_anew(state), before + "\n", turn, state, desk)


def _anew(state: State) -> Check:
    return replace(Check.of(state.data), field="", type="", tries=0, page=0)


async def rejudge(turn: Turn, state: State, desk: Desk) -> Step:
    """A correction after the answer: "아 저 66살이에요"."""
    facts = facts_in(turn, about_self=True)
    before = desk.words.plain("eligibility.heard", told=_one_line(facts, desk)) + "\n" if facts else ""
    return await _go_on(_anew(state), before, turn, state, desk)


async def again(turn: Turn, state: State, desk: Desk) -> Step:
    """The open question once more, after something else was talked about or told."""
    check_ = Check.of(state.data)
    return await _go_on(replace(check_, field="", type="", tries=0, page=0), "", turn, state, desk)


async def go_on(turn: Turn, state: State, desk: Desk) -> Step:
    """More questions after a first answer about several programs."""
    if not state.data.get("programs"):
        return await recommend(turn, state, desk)
    return await _go_on(replace(_anew(state), count=0), "", turn, state, desk)


async def _missed(turn: Turn, state: State, desk: Desk) -> Step:
    """Not understood: easier words with an example, then choices, then a person."""
    if not _open(state):
        return await recommend(turn, state, desk)
    facts = facts_in(turn, asked=str(state.data.get("field", "")))
    if facts and not turn.understanding.degraded:
        # Something else was told: kept already, and the question comes back.
        before = desk.words.plain("eligibility.heard", told=_one_line(facts, desk)) + "\n"
        return await _go_on(_anew(state), before, turn, state, desk)
    check_ = Check.of(state.data)
    return await choose(replace(check_, tries=check_.tries + 1), await _known(turn, state, desk), turn, state, desk)


def _result(check_: Check, known: Mapping[str, Any], before: str, turn: Turn, state: State, desk: Desk) -> Step:
    verdicts = check_all(known, desk.rules, desk.catalog.tables, turn.at.date())
    done = replace(state.settled(), data={**check_.data(), "field": "", "after": "eligibility/rejudge"})
    if len(check_.programs) == 1:
        step = _one(verdicts[check_.programs[0]], verdicts, done, desk)
    else:
        step = _several(check_, known, verdicts, done, desk)
    return Step(_prefixed(step.reply, before), step.state)


def _prefixed(reply: Reply, before: str) -> Reply:
    if not before:
        return reply
    first, *others = reply.messages
    return Reply((replace(first, text=before + "\n" + first.text, simple=before + "\n" + first.simple), *others))


def _one(verdict: Verdict, verdicts: Mapping[str, Verdict], state: State, desk: Desk) -> Step:
    """The answer about one program, with the next steps."""
    words, program = desk.words, desk.catalog.programs[verdict.program]
    person = person_button(words, "eligibility")
    others = [w.to for w in detours(verdict, verdicts, desk.rules) if w.to in desk.rules.rules]
    siblings = [_check_button(desk.catalog.programs[i]) for i in dict.fromkeys(others)][:2]
    apply = words.button("programs.button_apply", Tap("programs", "aspect", f"{program.id}.apply"))
    more = words.button("eligibility.button_more", Tap("eligibility", "more", f"{program.id}.0"))
    rest_ = result(verdict, verdicts, desk).rest
    other = words.button("eligibility.button_others", Tap("eligibility", "recommend"))
    ways = [apply] if verdict.rule != "not" else []
    buttons = [*ways, *([more] if rest_ else []), *siblings, other][:4]
    first = [person] if verdict.only_office else []
    buttons = [*first, *buttons, *([] if first else [person])]
    messages = result(verdict, verdicts, desk, *buttons).messages
    way = Tap("eligibility", "check", program.id)
    return Step(Reply(messages), replace(state.about(program.id), aspect="who").visited(way))


def _check_button(program: Program) -> Button:
    label = program.name if len(program.name) <= LABEL_LIMIT else program.short
    return Button(label, Tap("eligibility", "check", program.id))


def _several(
    check_: Check, known: Mapping[str, Any], verdicts: Mapping[str, Verdict], state: State, desk: Desk, start: int = 0
) -> Step:
    """The best three, a line each; the rest on request; what blocks each other said aloud."""
    words = desk.words
    order = _order(check_, known, verdicts, desk)
    shown = order[start : start + MOST_PROGRAMS]
    if not shown:
        return Step(Reply((words.say("eligibility.none_fits", person_button(words, "recommend")),)), state)
    lines = [one_line(number, v, desk) for number, v in enumerate(shown, start + 1)]
    buttons = [_check_button(desk.catalog.programs[v.program]) for v in shown]
    if start + MOST_PROGRAMS < len(order):
        buttons.append(words.button("eligibility.button_rest", Tap("eligibility", "rest", str(start + MOST_PROGRAMS))))
    if find_question(replace(check_, count=0), known, desk.rules, desk.catalog.tables, shown[0].on):
        buttons.append(words.button("eligibility.button_go_on", Tap("eligibility", "go_on")))
    buttons = [*buttons, person_button(words, "recommend")][:MOST_BUTTONS]
    blanks: dict[str, Any] = {"lines": "\n".join(lines)}
    if not start:
        blanks["blocks"] = blocked([v.program for v in shown if v.rule != "not"], desk, shown[0].on)
    key = "eligibility.more_of_them" if start else "eligibility.best"
    message = words.say(key, *buttons, **blanks)
    state = state.about(*(v.program for v in shown)) if check_.kind != "several" else state
    return Step(Reply((message,)), state.visited(Tap("eligibility", "rest", str(start))))


def _order(check_: Check, known: Mapping[str, Any], verdicts: Mapping[str, Verdict], desk: Desk) -> list[Verdict]:
    own = {i: verdicts[i] for i in check_.programs if i not in already(known)}
    found = list(ranked(own, desk.rules))
    if check_.kind == "several":
        return found
    return [*found, *(v for v in own.values() if v not in found)]


async def more(turn: Turn, state: State, desk: Desk) -> Step:
    """What did not fit into the answer about a program; the argument is "id.line"."""
    id_, _, start = (turn.tap.arg if turn.tap else "").partition(".")
    if id_ not in desk.rules.rules:
        return await recommend(turn, state, desk)
    known = await _known(turn, state, desk)
    verdict = check_all(known, desk.rules, desk.catalog.tables, turn.at.date(), [id_])[id_]
    message, after = rest(verdict, desk, int(start) if start.isdigit() else 0)
    buttons = [person_button(desk.words, "eligibility")]
    if after:
        buttons.insert(0, desk.words.button("eligibility.button_more", Tap("eligibility", "more", f"{id_}.{after}")))
    return Step(Reply((replace(message, buttons=tuple(buttons)),)), state)


async def rest_of(turn: Turn, state: State, desk: Desk) -> Step:
    """The next three of several programs; the argument is where they begin."""
    start = turn.tap.arg if turn.tap else ""
    if not state.data.get("programs") or not start.isdigit():
        return await recommend(turn, state, desk)
    known = await _known(turn, state, desk)
    verdicts = check_all(known, desk.rules, desk.catalog.tables, turn.at.date())
    return _several(_anew(state), known, verdicts, state, desk, int(start))


FLOW = Flow(
    name="eligibility",
    actions={
        "check": check,
        "recommend": recommend,
        "answer": answer,
        "again": again,
        "rejudge": rejudge,
        "go_on": go_on,
        "more": more,
        "rest": rest_of,
    },
    intents={Intent.CHECK_ELIGIBILITY: "check", Intent.RECOMMEND_PROGRAM: "recommend"},
    questions={"answer": frozenset({Intent.UPDATE_PROFILE})},
    reads=answers,
    again="again",
    after={"rejudge": frozenset({Intent.INFORM, Intent.UPDATE_PROFILE, Intent.FALLBACK, Intent.DENY, Intent.AFFIRM})},
)
