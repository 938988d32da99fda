"""Centers: which kind helps, the line that finds the nearest one, and single centers as far as they have a source."""

from collections.abc import Sequence
from dataclasses import replace

from bot.desk import Desk, Flow
from bot.flows.parts import LABEL_LIMIT, dated, line_in, line_message, person_button, recent
from bot.leaning import CENTER, is_bare
from bot.learn import home_of
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from knowledge.fact import Grade
from knowledge.model import Center, CenterKind
from nlu.labels import EntityName, Intent

ASKED_FIRST = ("senior-job-agency", "saeil-center", "employment-center", "district-job-center")
"""The kinds that are offered when somebody only wants "a center"."""
ANY_OFFICE = "110"
"""The line that tells which office to ask."""


async def find(turn: Turn, state: State, desk: Desk) -> Step:
    """A center by its kind's names, by the program it serves, or by what was just talked about."""
    kind = _kind_in(turn, desk) or _kind_of_talk(turn, state, desk)
    if kind is not None:
        return _told(kind, turn, state, desk)
    if line := line_in(desk, turn.text):
        return Step(Reply((line_message(desk, line, "centers", turn.aspect),)), state)
    if turn.aspect == "phone" and "institution" not in turn.topics and not is_bare(turn):
        phone = desk.catalog.hotlines[ANY_OFFICE].number
        message = desk.words.say("centers.no_number", person_button(desk.words, "centers"), phone=phone)
        return Step(Reply((message,)), state)
    return _which("centers.which", turn, state, desk)


async def again(turn: Turn, state: State, desk: Desk) -> Step:
    """A question about the center just told of: "거기 몇 시에 열어요"; the argument is its kind and the place."""
    key, _, area = (turn.tap.arg if turn.tap else "").partition(":")
    if key not in desk.catalog.center_kinds:
        return _which("centers.which", turn, state, desk)
    step = _told(key, turn, state.ask("centers", "kind", area=area), desk)
    if turn.aspect not in ("when", "length"):
        return step
    phone = desk.catalog.hotlines[desk.catalog.center_kinds[key].find].number
    unknown = desk.words.say("centers.when_unknown", phone=phone)
    return Step(
        Reply((*step.reply.messages[:-1], replace(unknown, buttons=step.reply.messages[-1].buttons))), step.state
    )


def _which(key: str, turn: Turn, state: State, desk: Desk) -> Step:
    """Asks which kind of center, and keeps the place that was said with the wish."""
    kinds = desk.catalog.center_kinds
    buttons = tuple(_button(k, kinds[k]) for k in ASKED_FIRST if k in kinds)
    message = desk.words.say(key, *buttons, person_button(desk.words, "centers"))
    return Step(Reply((message,)), state.ask("centers", "kind", area=_area(turn, state)))


def _area(turn: Turn, state: State) -> str:
    """The place in this message, or in the one that asked for a center."""
    places = [str(v) for v in turn.understanding.values(EntityName.DISTRICT)]
    return places[0] if places else str(state.data.get("area", ""))


async def kind(turn: Turn, state: State, desk: Desk) -> Step:
    """A kind of center by button, or as the answer to which one."""
    chosen = turn.tap.arg if turn.tap else ""
    if chosen in desk.catalog.center_kinds:
        return _told(chosen, turn, state, desk)
    named = _kind_in(turn, desk) or _kind_of_talk(turn, state, desk)
    if named is None and strict(turn) == "no":
        return Step(Reply((desk.words.say("menu.left_step"),)), state.settled())
    named = named or _kind_found(turn, desk)
    if named is not None:
        return _told(named, turn, state, desk)
    if _area(turn, state) != str(state.data.get("area", "")):
        return _which("centers.which_there", turn, state, desk)
    return Step(Reply((desk.words.say("centers.not_known", person_button(desk.words, "centers")),)), state.settled())


def _button(key: str, kind_: CenterKind) -> Button:
    return Button(kind_.name[:LABEL_LIMIT], Tap("centers", "kind", key))


def _kind_in(turn: Turn, desk: Desk) -> str | None:
    """The kind whose longest name stands in the message."""
    text = turn.text.replace(" ", "")
    if single := next((c for c in desk.catalog.centers.values() if _is_named(c, text)), None):
        return single.kind
    best, length = None, 0
    for key, kind_ in desk.catalog.center_kinds.items():
        for name in (kind_.name, *kind_.aliases):
            bare = name.replace(" ", "")
            if bare in text and len(bare) > length:
                best, length = key, len(bare)
    return best


def _kind_of_talk(turn: Turn, state: State, desk: Desk) -> str | None:
    named = [str(v) for v in turn.understanding.values(EntityName.PROGRAM)]
    focus = recent(state, desk)
    ids = named or ([focus.id] if focus and turn.points_back else [])
    return next((k for i in ids for k, kind_ in desk.catalog.center_kinds.items() if i in kind_.programs), None)


def _kind_found(turn: Turn, desk: Desk) -> str | None:
    """The kind that serves what the search found for a wish in words: "애 키우다 다시 일하려고요"."""
    best = turn.found.hits[0].id if turn.found.hits and not turn.found.abstained else ""
    return next((k for k, kind_ in desk.catalog.center_kinds.items() if best in kind_.programs), None)


def _told(key: str, turn: Turn, state: State, desk: Desk) -> Step:
    kind_ = desk.catalog.center_kinds[key]
    line, area = desk.catalog.hotlines[kind_.find], _area(turn, state) or home_of(state.known)
    near = _near(key, area, turn, desk)
    message = desk.words.say(
        "centers.told_there" if area and not near else "centers.told",
        person_button(desk.words, "centers"),
        name=kind_.name,
        purpose=kind_.purpose,
        area=area.split()[-1] if area else "",
        phone=line.number,
        source=desk.words.plain("programs.source", sources=dated(line)),
    )
    # Some kinds are told of as programs too: what they cost, which papers they want.
    itself = (key,) if key in desk.catalog.programs else ()
    told = state.settled().about(f"{CENTER}{key}:{area}", *itself)
    return Step(Reply((*_single(near, desk), message)), told)


def _near(key: str, area: str, turn: Turn, desk: Desk) -> list[Center]:
    """The single centers of a kind that are named, else those in the place."""
    text = turn.text.replace(" ", "")
    same = [c for c in desk.catalog.centers.values() if c.kind == key]
    return [c for c in same if _is_named(c, text)] or [c for c in same if _in_area(c, [area])]


def _is_named(center: Center, bare: str) -> bool:
    """Whether a text without spaces names this very center."""
    return any(name.replace(" ", "") in bare for name in (center.name, *center.aliases))


def _in_area(center: Center, areas: Sequence[str]) -> bool:
    return any(area and center.area and area.endswith(center.area.split()[-1]) for area in areas)


def _single(centers: Sequence[Center], desk: Desk) -> tuple[Message, ...]:
    out = []
    for center in centers[:2]:
        place = "\n".join(p for p in (center.address, center.phone, center.hours, center.note) if p)
        sure = "centers.single_noted" if center.note else "centers.single"
        key = "centers.single_check" if center.grade is Grade.C or not center.phone else sure
        source = desk.words.plain("programs.source", sources=dated(center))
        out.append(desk.words.say(key, name=center.name, place=place, source=source))
    return tuple(out)


FLOW = Flow(
    name="centers",
    actions={"find": find, "kind": kind, "again": again},
    intents={Intent.FIND_CENTER: "find"},
    questions={"kind": frozenset({Intent.FIND_CENTER, Intent.ASK_PROGRAM})},
)
