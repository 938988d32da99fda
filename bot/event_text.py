"""An event in words: its card, times and places. Numbers and days come from the catalog, sentences from `words/`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.desk import Desk
from bot.event_wishes import seoul
from bot.korean_dates import day_and_time, day_of
from bot.turn import Button, Message, Tap
from bot.words import Words
from knowledge.catalog import Program
from knowledge.event_search import Match
from knowledge.events import Event, Sitting
from knowledge.fact import Grade
from knowledge.rendering import partial_date

MOST_TIMES = 4
"""Times that are listed in one card; more are counted."""


def when(start: datetime, on: date) -> str:
    """A time as it is said on a day: with its year where that is another one."""
    here = seoul(start)
    year = "" if here.year == on.year else f"{here.year}년 "
    return year + day_and_time(here)


def clock(moment: datetime) -> str:
    """Only the hour of a time: "오후 2시 20분"."""
    return day_and_time(seoul(moment)).partition("요일 ")[2]


def where(sitting: Sitting) -> str:
    """The place of a sitting in one line, with its district."""
    place = sitting.place
    district = place.area.rpartition(" ")[2]
    return " ".join(part for part in (district, place.name, place.address) if part)


def tail(event: Event, words: Words) -> str:
    """What ends every message about an event: that it is invented, or who says so and as of when."""
    if event.sample:
        return words.plain("events.sample")
    known = partial_date(event.known_as_of)
    lines = [words.plain("programs.confirm")] if event.grade is Grade.C else []
    lines.append(words.plain("programs.source", sources=f"{event.source.label}, {known} 기준"))
    return "\n".join(lines)


def tidy(message: Message) -> Message:
    """The message without the lines that stayed empty."""
    text, simple = ("\n".join(line for line in t.split("\n") if line.strip()) for t in (message.text, message.simple))
    return Message(message.key, text, simple, message.buttons, message.keyboard, message.file)


def card(event: Event, sittings: Sequence[Sitting], left: Mapping[str, int], at: datetime, desk: Desk) -> Message:
    """Everything about one event: what, when, where, whether there is room, and what can be done."""
    gone = _gone(event, at, desk)
    if gone is not None:
        return gone
    blanks = {
        "title": event.title,
        "times": times(event, sittings, at.date(), desk),
        "seats": room(event, sittings, left, at, desk),
        "tail": tail(event, desk.words),
    }
    about = " ".join(line.text for line in event.about)
    easier = event.about[0].simple or event.about[0].text
    said = desk.words.say("events.card", *_buttons(event, sittings, left, at, desk), about=about, **blanks)
    return tidy(Message(said.key, said.text, desk.words.say("events.card", about=easier, **blanks).text, said.buttons))


def _gone(event: Event, at: datetime, desk: Desk) -> Message | None:
    """What is said of an event that is over, or called off for good; None where it is ahead."""
    if event.ahead(at):
        return None
    other = desk.words.button("events.button_others", Tap("events", "others", event.kinds[0]))
    if all(sitting.cancelled for sitting in event.sittings):
        return tidy(desk.words.say("events.called_off", other, title=event.title, tail=tail(event, desk.words)))
    last = max(sitting.starts for sitting in event.sittings if not sitting.cancelled)
    day = day_of(seoul(last).date(), date.min)
    return tidy(desk.words.say("events.over", other, title=event.title, day=day, tail=tail(event, desk.words)))


def times(event: Event, sittings: Sequence[Sitting], on: date, desk: Desk) -> str:
    """The times of an event, one a line; slots of one day as a stretch."""
    days = {seoul(s.starts).date() for s in sittings}
    if event.slots and len(days) == 1 and len(sittings) > MOST_TIMES:
        first, last = when(sittings[0].starts, on), clock(max(s.ends for s in sittings))
        return desk.words.plain("events.line_many", first=first, last=last, where=where(sittings[0]))
    lines = [line(sitting, on, desk) for sitting in sittings[:MOST_TIMES]]
    if len(sittings) > MOST_TIMES:
        lines.append(desk.words.plain("events.line_more", count=len(sittings) - MOST_TIMES))
    return "\n".join(lines)


def line(sitting: Sitting, on: date, desk: Desk) -> str:
    """One time with its place, or with who is heard there; an address to look at stands below."""
    said = when(sitting.starts, on)
    if sitting.mentor:
        who = sitting.mentor
        first = desk.words.plain("events.line_mentor", when=said, mentor=who.name, field=who.field, topic=who.topic)
    elif sitting.seats is None:
        first = desk.words.plain("events.line_until", when=said, end=clock(sitting.ends), where=where(sitting))
    else:
        first = desk.words.plain("events.line", when=said, where=where(sitting))
    link = sitting.place.link if sitting.seats is None else ""
    return first + ("\n" + desk.words.plain("events.look", link=link) if link else "")


def room(event: Event, sittings: Sequence[Sitting], left: Mapping[str, int], at: datetime, desk: Desk) -> str:
    """Whether one can still come, in one line."""
    states = {event.intake(s, at) for s in sittings}
    if "open" in states:
        free = sum(left.get(s.key, 0) for s in sittings if event.intake(s, at) == "open")
        return desk.words.plain("events.seats_left", left=free) if free else desk.words.plain("events.seats_none")
    if "early" in states and event.signup.opens:
        return desk.words.plain("events.seats_early", day=day_of(event.signup.opens, at.date()))
    return desk.words.plain("events.seats_entry" if "entry" in states else "events.seats_late")


def _buttons(
    event: Event, sittings: Sequence[Sitting], left: Mapping[str, int], at: datetime, desk: Desk
) -> tuple[Button, ...]:
    words, out = desk.words, []
    open_ = [s for s in sittings if event.intake(s, at) == "open"]
    if open_:
        key = "events.button_join" if any(left.get(s.key) for s in open_) else "events.button_wait"
        out.append(words.button(key, Tap("signups", "join", event.id)))
    if event.explains:
        out.append(words.button("events.button_explain", Tap("events", "explain", f"{event.id}.0")))
    out.append(words.button("events.button_others", Tap("events", "others")))
    return tuple(out)


def list_lines(matches: Sequence[Match], on: date, desk: Desk) -> str:
    """Several events below each other: name, first time, district."""
    return "\n\n".join(
        desk.words.plain(
            "events.list_line",
            title=match.event.title,
            when=when(match.sittings[0].starts, on),
            where=where(match.sittings[0]),
        )
        for match in matches
    )


def event_buttons(matches: Sequence[Match], flow: str, action: str) -> tuple[Button, ...]:
    """One button an event."""
    return tuple(Button(match.event.label, Tap(flow, action, match.event.id)) for match in matches)


def explained(program: Program, event: Event, buttons: Sequence[Button], on: date, desk: Desk) -> Message:
    """A job told as at the fair: for every job the same things in the same order."""
    unknown = desk.words.plain("events.explain_unknown")
    facts = {}
    for aspect in ("who", "what", "length", "amount"):
        first = next(iter(program.statements(aspect, on)), None)
        facts[aspect] = first.simple if first else unknown
    said = next((s for a in ("amount", "what") for s in program.statements(a, on)), None)
    source = desk.words.plain("programs.source", sources=desk.catalog.source_line(said)) if said else ""
    return tidy(desk.words.say("events.explain", *buttons, name=program.name, tail=source, **facts))
