""" "저도 되나요?" and what fits: asks only what decides, one thing at a time, and answers from the rules."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.answer_words import answer_words
from bot.desk import Desk, Flow
from bot.eligibility_answers import DONT, WONT, answers, read_answer, set_right, turned_to
from bot.eligibility_asking import asked, back_to, choose
from bot.eligibility_questions import DIFFERS, MORE, SAME, Check, decode, find_question
from bot.eligibility_results import MOST_PROGRAMS, answered, several
from bot.eligibility_text import rest
from bot.eligibility_told import about_other, keep, known_of, possible, step_back, telling, unlearned
from bot.flows.parts import family_in, heir_buttons, person_button, recent
from bot.keyboards import number_in
from bot.learn import facts_in, learned
from bot.profile_words import told
from bot.program_text import about
from bot.route import SHORT
from bot.turn import Button, Kind, Message, Reply, State, Step, Tap, Turn
from bot.yes_no import of_oneself
from knowledge.catalog import Program
from knowledge.eligibility import check_all
from nlu.korean.whose import SELF, whose
from nlu.labels import EntityName, Intent

OFFER_AFTER = 5
"""Questions about one program after which a first answer is offered: nobody is asked for an hour."""
HELD: Mapping[str, str] = {
    "livelihood_benefit": "livelihood-benefit",
    "basic_pension": "basic-pension",
    "unemployment_benefit": "unemployment-benefit",
}
"""Benefits that people name to tell that they have them, and not to ask about them."""
THEIRS = State(data={"who": "?"})
"""A talk about somebody else: what is learned in it is surely said of the writer."""
ALSO = re.compile(r"도(?:요)?(?![가-힣])")
""" "남편도 봐주세요": somebody else as well, so that what was told before was the writer's own."""
ASKED_OF = frozenset({"program", "service"})
"""Kinds of entries that can be recommended."""


async def check(turn: Turn, state: State, desk: Desk) -> Step:
    """ "저도 되나요", for a named program, a family of them, the one just talked about, or what fits."""
    if turn.tap and turn.tap.arg:
        return await _check_ids(turn.tap.arg, "", turn, state, desk)
    who = _who(turn, state)
    named = _named(turn, desk)
    family = family_in(turn, desk)
    if family is not None and len(named) < 2:
        return await _begin(list(family.members), "family", who, turn, state, desk)
    if not named and _open(state):
        other = who != Check.of(state.data).who
        return await (_switch(who, turn, state, desk) if other else again(turn, state, desk))
    if len(named) > 1:
        return await _begin(named[:MOST_PROGRAMS], "family", who, turn, state, desk)
    program = desk.catalog.programs.get(named[0]) if named else _meant(turn, state, desk)
    if program is None:
        return await recommend(turn, state, desk)
    return await _begin([program.id], "one", who, turn, state, desk)


async def _check_ids(joined: str, who: str, turn: Turn, state: State, desk: Desk) -> Step:
    ids = [i for i in joined.split(".") if i in desk.catalog.programs]
    if not ids:
        return await recommend(turn, state, desk)
    return await _begin(ids, "one" if len(ids) == 1 else "family", who, turn, state, desk)


async def theirs(turn: Turn, state: State, desk: Desk) -> Step:
    """Another program by its button, for the person who was just talked of."""
    return await _check_ids(turn.tap.arg if turn.tap else "", str(state.data.get("who", "")), turn, state, desk)


async def mine(turn: Turn, state: State, desk: Desk) -> Step:
    """From somebody else's check to the writer's own, for the same programs."""
    return await _switch("", turn, state, desk)


def _who(turn: Turn, state: State) -> str:
    """Whose check a question begins: "" is the writer's. Where it does not say, whoever was just talked of."""
    if turn.tap and turn.kind is not Kind.TEXT:
        return ""
    named = whose(turn.text)
    return "" if named == SELF else named or str(state.data.get("who", ""))


def _named(turn: Turn, desk: Desk) -> list[str]:
    """The programs that a message names; a benefit that the person tells to have or not is none of them."""
    ids = dict.fromkeys(map(str, turn.understanding.values(EntityName.PROGRAM)))
    has = {HELD[field] for field in (*facts_in(turn), *facts_in(turn, other=True)) if field in HELD}
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
    return await _begin(ids, "several", _who(turn, state), turn, state, desk)


def _offered(program: Program) -> bool:
    return not program.over and program.kind in ASKED_OF


async def _begin(ids: Sequence[str], kind: str, who: str, turn: Turn, state: State, desk: Desk) -> Step:
    """Begins a check: the first question, or the answer at once."""
    programs = [i for i in ids if i in desk.rules.rules and not desk.catalog.programs[i].over]
    if not programs:
        return _without_rule(ids, turn, state, desk)
    former = Check.of(state.data)
    check_ = about_other(replace(Check(tuple(programs), kind), who=former.who, theirs=former.theirs), who)
    state = state if kind == "several" else state.about(*programs)
    before = desk.words.plain("eligibility.for_self") + "\n" if former.who and not who else ""
    return await _for(check_, before, turn, state, desk)


async def _for(check_: Check, before: str, turn: Turn, state: State, desk: Desk) -> Step:
    """Goes on with a check that just began, for the writer or for somebody else."""
    if not check_.who:
        own = replace(check_, beside=tuple(n for n in facts_in(turn) if n not in learned(turn, THEIRS)))
        return await _go_on(own, before, turn, state, desk)
    facts = telling(turn, check_) if turn.kind is Kind.TEXT else {}
    facts = facts if possible(facts, desk.rules) else {}
    check_, state = await keep(check_.anew(), facts, frozenset(), turn, state, desk)
    before = desk.words.plain("eligibility.for_other", who=check_.who) + "\n" + before
    if facts:
        before += desk.words.plain("eligibility.heard", told=_one_line(facts, desk)) + "\n"
    return await _go_on(check_, before, turn, state, desk)


async def _switch(who: str, turn: Turn, state: State, desk: Desk) -> Step:
    """The same check for somebody else, or for the writer again. Answers that were somebody else's are unlearned."""
    former = Check.of(state.data)
    if not former.programs:
        return await recommend(turn, state, desk)
    before = desk.words.plain("eligibility.for_self") + "\n" if not who else ""
    if who and not former.who and (former.trail or former.beside) and not ALSO.search(turn.text):
        state = unlearned(former, state)
        before = desk.words.plain("eligibility.unlearned") + "\n"
    return await _for(about_other(former.anew(), who), before, turn, state, desk)


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
    known = await known_of(check_, turn, state, desk)
    found = find_question(check_, known, desk.rules, desk.catalog.tables, turn.at.date())
    if found is None:
        return answered(check_, known, before, turn.at.date(), state, desk)
    step = asked(check_, found, known, before, turn, state, desk)
    if check_.kind == "several" or check_.count != OFFER_AFTER or not before:
        return step
    return Step(Reply((_offer(desk, "eligibility.enough", count=OFFER_AFTER), *step.reply.messages)), step.state)


def _offer(desk: Desk, key: str, **blanks: int) -> Message:
    """After a while: the answer as far as it goes, or a person, instead of more questions."""
    stop_ = desk.words.button("eligibility.button_stop", Tap("eligibility", "stop"))
    return desk.words.say(key, stop_, person_button(desk.words, "eligibility"), **blanks)


async def stop(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer with what is known so far."""
    check_ = Check.of(state.data)
    if not check_.programs:
        return await recommend(turn, state, desk)
    known = await known_of(check_, turn, state, desk)
    return answered(check_.anew(), known, "", turn.at.date(), state, desk)


async def answer(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to the open question, by button or in words; a button of an older question counts too."""
    field, _, code = (turn.tap.arg if turn.tap else "").partition(".")
    if turn.kind is Kind.TEXT and field == state.data.get("field") and (facts := _number(turn, state)):
        return await _heard(facts, turn, state, desk)
    if field in desk.rules.fields:
        return await _pressed(field, code, turn, state, desk)
    if (who := _turned(turn, state)) is not None:
        return await _switch(who, turn, state, desk)
    facts = read_answer(turn, state)
    if facts and possible(facts, desk.rules):
        return await _heard(facts, turn, state, desk)
    return await _no_answer(turn, state, desk)


async def _no_answer(turn: Turn, state: State, desk: Desk) -> Step:
    """A question about the question, that there are too many of them, or what was not understood."""
    if answer_words().has("why", turn.text):
        return await again(turn, state, desk)
    if answer_words().has("enough", turn.text):
        step = await again(turn, state, desk)
        return Step(Reply((_offer(desk, "eligibility.enough_now"), *step.reply.messages)), step.state)
    if _elsewhere(turn, state) and not telling(turn, Check.of(state.data), asked="registered_sido"):
        return await _differs(turn, state, desk)
    return await _missed(turn, state, desk)


def _turned(turn: Turn, state: State) -> str | None:
    """To whom a message turns the check: a name, "" for the writer, None for nobody new."""
    who = turned_to(turn, state)
    return None if not who else "" if who == SELF else who


def _number(turn: Turn, state: State) -> dict[str, Any]:
    """A number as the answer to a question for one, which otherwise would pick the choice with that number."""
    return read_answer(turn, state) if turn.text.strip().isdigit() and state.data.get("type") != "enum" else {}


async def _pressed(field: str, code: str, turn: Turn, state: State, desk: Desk) -> Step:
    check_ = Check.of(state.data)
    known = await known_of(check_, turn, state, desk)
    if code == MORE and _open(state):
        return await choose(replace(check_, page=check_.page + 1), known, turn, state, desk)
    if code == DIFFERS and _open(state):
        return await _differs(turn, state, desk)
    if code in (DONT, WONT):
        return await _heard({field: code}, turn, state, desk)
    if code == SAME:
        names = [n for n in ("sido", "sigungu") if f"living_{n}" in known]
        return await _heard({f"registered_{n}": known[f"living_{n}"] for n in names}, turn, state, desk)
    value = decode(code, desk.rules.fields[field])
    return await (_missed(turn, state, desk) if value is None else _heard({field: value}, turn, state, desk))


async def _differs(turn: Turn, state: State, desk: Desk) -> Step:
    """Registered elsewhere than where one lives: then where?"""
    check_ = Check.of(state.data)
    check_ = replace(check_, finer=(*check_.finer, "registered_sido"), tries=0, page=0)
    return await choose(check_, await known_of(check_, turn, state, desk), turn, state, desk)


def _elsewhere(turn: Turn, state: State) -> bool:
    return state.data.get("field") == "registered_sido" and of_oneself(turn) is False


async def _heard(facts: Mapping[str, Any], turn: Turn, state: State, desk: Desk) -> Step:
    """Keeps what was told, or that it was not, and goes on."""
    refused = frozenset(name for name, value in facts.items() if value in (DONT, WONT) and isinstance(value, str))
    told_now = {name: value for name, value in facts.items() if name not in refused}
    check_ = Check.of(state.data)
    opened = _open(state)
    check_, state = await keep(check_ if opened else check_.anew(), told_now, refused, turn, state, desk)
    key, blanks = ("noted", {}) if refused else ("heard", {"told": _one_line(told_now, desk)})
    before = desk.words.plain(f"eligibility.{key}", **blanks) + "\n"
    if opened:
        return await _go_on(replace(check_.anew(), count=check_.count + 1), before, turn, state, desk)
    # An answer by a button of a check that is over: judged anew.
    if state.data.get("after") != "eligibility/rejudge":
        return await recommend(turn, state, desk)
    return await _go_on(check_, before, turn, state, desk)


def _one_line(facts: Mapping[str, Any], desk: Desk) -> str:
    return told(facts, desk.words).replace("\n", ", ")


async def rejudge(turn: Turn, state: State, desk: Desk) -> Step:
    """A correction after the answer: "아 저 66살이에요"; or the same for somebody else: "저는요?"."""
    if (who := _turned(turn, state)) is not None:
        return await _switch(who, turn, state, desk)
    if facts := set_right(turn, state):
        return await _corrected(facts, turn, state, desk)
    return await _told_beside(Check.of(state.data), turn, state, desk)


async def _corrected(facts: Mapping[str, Any], turn: Turn, state: State, desk: Desk) -> Step:
    check_, state = await keep(Check.of(state.data).anew(), facts, frozenset(), turn, state, desk)
    before = desk.words.plain("eligibility.heard", told=_one_line(facts, desk)) + "\n"
    return await _go_on(check_, before, turn, state, desk)


async def _told_beside(check_: Check, turn: Turn, state: State, desk: Desk) -> Step:
    """What was told without being asked is kept, and the check goes on."""
    facts = telling(turn, check_, asked=check_.field)
    check_, state = await keep(check_.anew(), facts, frozenset(), turn, state, desk)
    before = desk.words.plain("eligibility.heard", told=_one_line(facts, desk)) + "\n" if facts else ""
    return await _go_on(check_, before, turn, state, desk)


async def again(turn: Turn, state: State, desk: Desk) -> Step:
    """The open question once more, after something else was talked about or told."""
    return await _go_on(Check.of(state.data).anew(), "", turn, state, desk)


async def back(turn: Turn, state: State, desk: Desk) -> Step:
    """ "뒤로" within a check: the question before, its answer taken back."""
    check_ = Check.of(state.data)
    if not check_.trail:
        return await again(turn, state, desk)
    field, check_, state = step_back(check_, state)
    known = await known_of(check_, turn, state, desk)
    before = desk.words.plain("eligibility.went_back") + "\n"
    return back_to(field, check_, known, before, turn, state, desk)


async def go_on(turn: Turn, state: State, desk: Desk) -> Step:
    """More questions after a first answer."""
    if not state.data.get("programs"):
        return await recommend(turn, state, desk)
    return await _go_on(replace(Check.of(state.data).anew(), count=0), "", turn, state, desk)


async def _missed(turn: Turn, state: State, desk: Desk) -> Step:
    """Not understood: easier words with an example, then choices, then a person."""
    if not _open(state):
        return await recommend(turn, state, desk)
    check_ = Check.of(state.data)
    facts = telling(turn, check_, asked=check_.field)
    if facts and not turn.understanding.degraded and possible(facts, desk.rules):
        return await _told_beside(check_, turn, state, desk)
    known = await known_of(check_, turn, state, desk)
    return await choose(replace(check_, tries=check_.tries + 1), known, turn, state, desk)


async def more(turn: Turn, state: State, desk: Desk) -> Step:
    """What did not fit into the answer about a program; the argument is "id.line"."""
    id_, _, start = (turn.tap.arg if turn.tap else "").partition(".")
    if id_ not in desk.rules.rules:
        return await recommend(turn, state, desk)
    known = await known_of(Check.of(state.data), turn, state, desk)
    verdict = check_all(known, desk.rules, desk.catalog.tables, turn.at.date(), [id_])[id_]
    message, after = rest(verdict, desk, number_in(start))
    buttons = [person_button(desk.words, "eligibility")]
    if after:
        buttons.insert(0, desk.words.button("eligibility.button_more", Tap("eligibility", "more", f"{id_}.{after}")))
    return Step(Reply((replace(message, buttons=tuple(buttons)),)), state)


async def rest_of(turn: Turn, state: State, desk: Desk) -> Step:
    """The next three of several programs; the argument is where they begin."""
    start = turn.tap.arg if turn.tap else ""
    check_ = Check.of(state.data).anew()
    if not check_.programs or not start.isdigit():
        return await recommend(turn, state, desk)
    known = await known_of(check_, turn, state, desk)
    verdicts = check_all(known, desk.rules, desk.catalog.tables, turn.at.date())
    return several(check_, known, verdicts, state, desk, int(start))


FLOW = Flow(
    name="eligibility",
    actions={
        "check": check,
        "theirs": theirs,
        "mine": mine,
        "recommend": recommend,
        "answer": answer,
        "again": again,
        "back": back,
        "stop": stop,
        "rejudge": rejudge,
        "go_on": go_on,
        "more": more,
        "rest": rest_of,
    },
    intents={Intent.CHECK_ELIGIBILITY: "check", Intent.RECOMMEND_PROGRAM: "recommend"},
    questions={"answer": frozenset({Intent.UPDATE_PROFILE})},
    reads=answers,
    again="again",
    back="back",
    after={"rejudge": frozenset(Intent) - {Intent.DISTRESS, Intent.TALK_TO_COUNSELOR}},
)
