""" "제가 아는 것": what is known of a person, each line correctable by button or by saying it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.desk import Desk, Flow
from bot.eligibility_answers import DONT, WONT, fits, read_answer
from bot.eligibility_asking import example_of
from bot.eligibility_told import possible
from bot.flows.parts import person_button
from bot.keyboards import number_in
from bot.learn import BIRTH, corrected, facts_in, told_by
from bot.profile_words import is_named, is_part, label_of, told, whole_of
from bot.turn import Button, Kind, Reply, State, Step, Tap, Turn
from nlu.labels import Intent
from storage import notices, people

MOST_LINES = 3
"""Lines that can be corrected by button at once; all are shown as text."""
MOST_TOLD = 12
"""Lines in one message; the rest stands in the file that "내 정보 더 보기" gives out."""


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """All that is known, from the profile and from this conversation; the argument is where the buttons begin."""
    known, waits = await _known(turn, state, desk), await _waits(turn, desk)
    if not known:
        buttons = (
            *waits,
            desk.words.button("profile.button_all", Tap("privacy", "menu")),
            person_button(desk.words, "profile"),
        )
        return Step(Reply((desk.words.say("profile.nothing", *buttons),)), state)
    start = number_in(turn.tap.arg if turn.tap else "")
    lines = "\n".join(told(known, desk.words).split("\n")[:MOST_TOLD])
    key = "profile.known" if turn.visitor.consented else "profile.known_for_now"
    fields = [f for f in known if not is_part(f, known)]
    end = start + MOST_LINES - len(waits)
    fixes = [_fix(field, desk) for field in fields[start:end]]
    if end < len(fields):
        fixes.append(desk.words.button("profile.button_others", Tap("profile", "show", str(end))))
    rest = (*waits, desk.words.button("profile.button_all", Tap("privacy", "menu")))
    return Step(Reply((desk.words.say(key, *fixes, *rest, lines=lines),)), state)


async def _waits(turn: Turn, desk: Desk) -> tuple[Button, ...]:
    """The button to what the person waits to be told, if there is anything."""
    found = await notices.of_person(desk.session, turn.visitor.id)
    return (desk.words.button("profile.button_notices", Tap("notices", "show")),) if found else ()


def _fix(field: str, desk: Desk) -> Button:
    return desk.words.button("profile.button_fix", Tap("profile", "fix", field), label=label_of(field, desk.words))


async def _known(turn: Turn, state: State, desk: Desk) -> Mapping[str, Any]:
    stored = await desk.profile(turn)
    known = told_by(state.known, stored)
    return {field: value for field, value in known.items() if is_named(field, desk.words)}


async def fix(turn: Turn, state: State, desk: Desk) -> Step:
    """Asks for one line anew; what it says holds until the new answer is understood."""
    field = turn.tap.arg if turn.tap else ""
    if field not in desk.rules.fields or not is_named(field, desk.words):
        return _asked_what(state, desk)
    known = told_by(state.known, await desk.profile(turn))
    line = told({name: known[name] for name in (whole_of(field), field) if name in known}, desk.words)
    own = whole_of(field) or field
    data = {"field": own, "type": desk.rules.fields[own].type, "line": field, **_programs(state)}
    message = desk.words.say("profile.fix", *_ways_out(field, desk), line=line, question=_question(own, desk))
    if not line:
        message = desk.words.say("profile.fix_new", *_ways_out(field, desk)[1:], question=_question(own, desk))
    return Step(Reply((message,)), state.ask("profile", "update", **data))


def _programs(state: State) -> dict[str, Any]:
    """The programs of the check that is answered, which is judged again afterwards."""
    return {"programs": list(state.data.get("programs", ()))}


def _question(field: str, desk: Desk) -> str:
    return desk.rules.fields[field].question or desk.words.plain("profile.write_it")


def _ways_out(field: str, desk: Desk) -> tuple[Button, Button]:
    forget_ = desk.words.button("profile.button_forget", Tap("profile", "forget", field))
    return forget_, desk.words.button("profile.button_leave", Tap("profile", "leave"))


def _asked_what(state: State, desk: Desk) -> Step:
    message = desk.words.say("profile.say_it", person_button(desk.words, "profile"))
    return Step(Reply((message,)), state.ask("profile", "update", **_programs(state)))


async def forget(turn: Turn, state: State, desk: Desk) -> Step:
    """Forgets one line. A check that is answered is judged again afterwards."""
    field = turn.tap.arg if turn.tap else ""
    if _is_answer(turn, state):
        return await update(turn, state, desk)
    if field not in desk.rules.fields or not is_named(field, desk.words):
        return _asked_what(state, desk)
    gone = (field, *([whole_of(field)] if whole_of(field) else []))
    await people.learn(desk.session, turn.visitor.id, dict.fromkeys(gone), turn.at)
    known = {k: v for k, v in state.known.items() if k not in gone}
    message = desk.words.say("profile.forgotten", *_after(state, desk), label=label_of(field, desk.words))
    return Step(Reply((message,)), replace(state, known=known).settled())


async def leave(turn: Turn, state: State, desk: Desk) -> Step:
    """All stays as it is."""
    if _is_answer(turn, state):
        return await update(turn, state, desk)
    return Step(Reply((desk.words.say("profile.kept", *_after(state, desk)),)), state.settled())


def _is_answer(turn: Turn, state: State) -> bool:
    """Whether a bare number answers the open question, and picks no button by its place."""
    return turn.kind is Kind.TEXT and turn.text.strip().isdigit() and bool(state.data.get("field"))


async def update(turn: Turn, state: State, desk: Desk) -> Step:
    """A correction in words: what was understood is said back; what was not is asked again."""
    field = str(state.data.get("field", ""))
    facts = _facts(turn, state, desk)
    if facts.get(field) in (DONT, WONT):
        return await leave(turn, state, desk)
    if not facts and field:
        line = str(state.data.get("line", field))
        buttons = (*_ways_out(line, desk)[1:], person_button(desk.words, "profile"))
        example = desk.words.plain(f"eligibility.example_{example_of(field, desk.rules)}")
        again = desk.words.say("profile.fix_again", *buttons, question=_question(field, desk), example=example)
        return Step(Reply((again,)), state)
    if not facts:
        return _asked_what(state, desk)
    key = "profile.learned" if turn.visitor.consented else "profile.learned_for_now"
    message = desk.words.say(key, *_after(state, desk), lines=told(facts, desk.words))
    before = dict(state.known)
    if field in BIRTH and isinstance(facts.get("age"), Mapping):
        before |= dict.fromkeys(BIRTH)
    stored = await desk.profile(turn)
    return Step(Reply((message,)), replace(state, known=corrected(before, stored, facts, turn.at.date())).settled())


def _facts(turn: Turn, state: State, desk: Desk) -> dict[str, Any]:
    """What a correction tells: of the line that is open, else of anything."""
    field = str(state.data.get("field", ""))
    facts = read_answer(turn, state) if field else {}
    facts = facts or facts_in(turn, about_self=True, asked=field)
    return facts if possible(facts, desk.rules) else {}


def reads(turn: Turn, state: State) -> bool:
    """Whether a text tells the line that is open."""
    return state.step == "update" and bool(state.data.get("field")) and fits(turn, state)


def _after(state: State, desk: Desk) -> tuple[Button, ...]:
    """Back to what is known, and to the check that the correction may change."""
    known = desk.words.button("menu.button_known", Tap("profile", "show"))
    programs = state.data.get("programs", ())
    if not programs:
        return (known,)
    goal = Tap("eligibility", "check", programs[0]) if len(programs) == 1 else Tap("eligibility", "recommend")
    return desk.words.button("profile.button_judge", goal), known


FLOW = Flow(
    name="profile",
    actions={"show": show, "fix": fix, "update": update, "forget": forget, "leave": leave},
    intents={Intent.UPDATE_PROFILE: "update"},
    questions={"update": frozenset({Intent.UPDATE_PROFILE, Intent.CHECK_ELIGIBILITY})},
    reads=reads,
)
