"""Small pieces that several flows use: the same buttons, the same look-ups. No flow, no policy."""

from difflib import get_close_matches

from bot.desk import Desk
from bot.leaning import squeeze
from bot.turn import Button, Message, State, Tap, Turn
from bot.words import Words
from knowledge.catalog import Catalog, Program
from knowledge.model import Center, Family, Hotline
from knowledge.rendering import partial_date
from nlu.labels import EntityName

LABEL_LIMIT = 14
"""Characters on a button that older eyes read at once."""


def person_button(words: Words, why: str) -> Button:
    """ "상담원과 이야기", from whatever matter `why` names."""
    return words.button("menu.exit_person", Tap("handover", "ask", why))


def program_button(program: Program, aspect: str = "") -> Button:
    """A program by its shown name, or its short one where that would not fit."""
    label = program.name if len(program.name) <= LABEL_LIMIT else program.short
    if aspect:
        return Button(label, Tap("programs", "aspect", f"{program.id}.{aspect}"))
    return Button(label, Tap("programs", "show", program.id))


def heir_buttons(program: Program, desk: Desk, why: str) -> tuple[Button, ...]:
    """Of something that is over: what there is today, events that carry it on, and a person."""
    heirs = [desk.catalog.programs[i] for i in program.successors if i in desk.catalog.programs]
    events = [event for event in desk.catalog.events.values() if program.id in event.earlier]
    today = [Button(event.label, Tap("events", "show", event.id)) for event in events[:1]]
    return (*(program_button(p) for p in heirs[:3]), *today, person_button(desk.words, why))


def recent(state: State, desk: Desk) -> Program | None:
    """The program last talked about."""
    return next((desk.catalog.programs[i] for i in state.focus if i in desk.catalog.programs), None)


def hotline_lines(desk: Desk, lane: str, most: int) -> str:
    """The lines of a lane, one below the other: number, name, hours."""
    return "\n".join(
        desk.words.plain(
            "distress.line",
            number=line.number,
            name=line.name,
            hours=desk.words.plain("distress.hours", hours=line.hours) if line.hours else "",
        ).strip()
        for line in desk.catalog.lines(lane)[:most]
    )


SHORTEST_NAME = 3
"""Characters of a line's name that tell it from everyday words."""


def line_in(desk: Desk, text: str) -> Hotline | None:
    """The phone line that a text names or asks for, by number or by the longest of its names."""
    bare = squeeze(text)
    best, length = None, 0
    for line in desk.catalog.hotlines.values():
        for name in (line.number, line.name, *line.aliases):
            short = squeeze(name)
            if line.show and len(short) >= SHORTEST_NAME and short in bare and len(short) > length:
                best, length = line, len(short)
    return best


def line_message(desk: Desk, line: Hotline, why: str, aspect: str = "") -> Message:
    """A phone line: its number, what for, its hours as far as they are known, source and date."""
    asked = "centers.hours_unknown" if aspect in ("when", "length") else ""
    hours = desk.words.plain("centers.hours", hours=line.hours) if line.hours else asked and desk.words.plain(asked)
    confirm = desk.words.plain("programs.confirm") if line.grade.value == "C" else ""
    body = "\n".join(part for part in (line.purpose, hours, confirm) if part)
    source = desk.words.plain("programs.source", sources=dated(line))
    button = person_button(desk.words, why)
    return desk.words.say("centers.line", button, number=line.number, name=line.name, body=body, source=source)


def dated(thing: Hotline | Center) -> str:
    """Who says so and as of when: "각 기관 누리집, 2026년 9월 30일 기준"."""
    known = thing.as_of or thing.source.date
    return f"{thing.source.label}, {partial_date(known)} 기준"


MOST_COMMON = 2
"""Names of up to so many characters say nothing about which member of a family is meant."""


def family_in(turn: Turn, desk: Desk) -> Family | None:
    """The family that a message names by its common name, unless it names one of the members more closely."""
    text = squeeze(_as_written(turn, desk.catalog))
    for family_ in desk.catalog.families.values():
        names = {squeeze(a) for a in family_.aliases}
        said = max((name for name in names if name in text), key=len, default="")
        if not said:
            continue
        members = [desk.catalog.programs[i] for i in family_.members]
        own = {squeeze(n) for p in members for n in (p.name, p.short, *p.aliases)} - names
        # A member's name may be a part of the common one ("취업지원제도"), or hold it ("노인일자리 공익형").
        closer = any(n in text.replace(said, "") or (said in n and n in text) for n in own if len(n) > MOST_COMMON)
        return None if closer else family_
    return None


def _as_written(turn: Turn, catalog: Catalog) -> str:
    """The text, with a misspelt name of a family in its usual spelling: "노인일짜리"."""
    text = turn.text
    for entity in sorted(turn.understanding.entities, key=lambda e: -e.start):
        families = [f for f in catalog.families.values() if entity.value in f.members]
        if entity.entity != EntityName.PROGRAM.value or not families:
            continue
        program, common = catalog.programs[str(entity.value)], families[0].aliases
        names = {squeeze(n): n for n in (program.name, program.short, *program.aliases, *common)}
        said = squeeze(entity.text)
        closest = get_close_matches(said, names, n=1)
        if said not in names and closest and names[closest[0]] in common:
            text = text[: entity.start] + closest[0] + text[entity.end :]
    return text
