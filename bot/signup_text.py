"""Sign-ups in words: what is asked back, what somebody has, what is said when there is no seat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import event_text as text
from bot.desk import Desk
from bot.event_wishes import seoul
from bot.keyboards import number_in
from bot.korean_dates import day_of
from bot.program_text import Answer
from bot.turn import Button, File, Message, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from counsel import events as signing
from counsel.calendar_file import FILE_NAME, Entry, ics, uid_of
from knowledge.catalog import Program
from knowledge.event_search import kinds_in, named_in
from knowledge.events import Event, Sitting
from storage import events
from storage.events import GOING, LIVE, OFFERED, Signup

LABEL_LIMIT = 14


@dataclass(frozen=True, slots=True)
class Own:
    """A sign-up with what it is for."""

    signup: Signup
    event: Event
    sitting: Sitting


def of_key(key: str, desk: Desk) -> tuple[Event | None, Sitting | None]:
    """The event and the sitting of a key ("photo-day.s3"); None for what the catalog does not have."""
    event = desk.catalog.events.get(key.partition(".")[0])
    return event, event.sitting(key.partition(".")[2]) if event else None


def choice(turn: Turn, state: State) -> tuple[str, str]:
    """What a yes or no is about, and "yes", "no" or "": by a button ("KEY.yes"), else by words, of what is open."""
    if turn.tap and turn.tap.arg:
        about_, _, word = turn.tap.arg.rpartition(".")
        return (about_, word) if word in ("yes", "no") else (turn.tap.arg, "")
    return str(state.data.get("key", "")), strict(turn)


def bare(answer: Answer, buttons: Sequence[Button]) -> Message:
    """A program's answer as a message."""
    return Message(answer.key, answer.text, answer.simple, tuple(buttons))


def past_talked(state: State, desk: Desk) -> Program | None:
    """The thing of the past that the talk is about."""
    program = desk.catalog.programs.get(state.focus[0]) if state.focus else None
    return program if program is not None and program.over else None


def mine_button(desk: Desk) -> Button:
    """The way to one's own sign-ups."""
    return desk.words.button("events.button_mine", Tap("signups", "mine"))


def _facts(event: Event, sitting: Sitting, at: datetime, desk: Desk) -> dict[str, str]:
    when = text.when(sitting.starts, at.date())
    return {"title": event.title, "when": when, "where": text.where(sitting), "tail": text.tail(event, desk.words)}


def offered(
    event: Event, sittings: Sequence[Sitting], key: str, start: int, most: int, turn: Turn, desk: Desk
) -> Message:
    """Times to choose from, some at once, the others behind a button."""
    page = sittings[start : start + most] or sittings[:most]
    buttons = [Button(_label(s, sittings, turn.at), Tap("signups", "sitting", s.key)) for s in page]
    if len(sittings) > most:
        after = start + most if start + most < len(sittings) else 0
        buttons.append(desk.words.button("signups.button_other_time", Tap("signups", "times", f"{event.id}.{after}")))
    return desk.words.say(key, *buttons, title=event.title)


def _label(sitting: Sitting, among: Sequence[Sitting], at: datetime) -> str:
    """A time on a button: the hour where all are on one day, else the day with it."""
    start = seoul(sitting.starts)
    hour = text.clock(start)
    if len({seoul(s.starts).date() for s in among}) == 1:
        return hour
    day = f"{start.month}월 {start.day}일"
    return next((t for t in (f"{day} {hour}", f"{day} {hour.partition(' ')[2]}") if len(t) <= LABEL_LIMIT), day)


def consent(sitting: Sitting, desk: Desk) -> Message:
    """Whether event and time may be kept, for somebody who lets nothing else be kept."""
    words = desk.words
    return words.say(
        "signups.consent",
        words.button("signups.button_agree", Tap("signups", "consent", f"{sitting.key}.yes")),
        words.button("signups.button_no", Tap("signups", "consent", f"{sitting.key}.no")),
        days=signing.KEPT.days,
    )


def ask_back(event: Event, sitting: Sitting, free: bool, turn: Turn, desk: Desk) -> Message:
    """The repeat-back: what, when, where, and what follows."""
    words, wait = desk.words, "" if free else "_wait"
    return text.tidy(
        words.say(
            f"signups.confirm{wait}",
            words.button(f"signups.button_yes{wait}", Tap("signups", "confirm", f"{sitting.key}.yes")),
            words.button("signups.button_no", Tap("signups", "confirm", f"{sitting.key}.no")),
            words.button("signups.button_other_time", Tap("signups", "times", event.id)),
            **_facts(event, sitting, turn.at, desk),
        )
    )


async def has_seat(event: Event, sitting: Sitting, signup: Signup, key: str, turn: Turn, desk: Desk) -> Message:
    """A seat with all that one needs for it, and its calendar file."""
    words = desk.words
    facts = _facts(event, sitting, turn.at, desk)
    if event.calls_back:
        facts["tail"] = words.plain("signups.calls_back") + "\n" + facts["tail"]
    if sitting.place.link:
        facts["tail"] = words.plain("events.look", link=sitting.place.link) + "\n" + facts["tail"]
    off = words.button("signups.button_off", Tap("signups", "off", str(signup.id)))
    blanks = facts if key == "signups.already" else {**facts, "bring": event.bring}
    message = text.tidy(words.say(key, off, mine_button(desk), **blanks))
    return replace(message, file=await calendar(event, sitting, signup, turn, desk))


def entry_of(event: Event, sitting: Sitting, signup: Signup, revision: int, tail: str) -> Entry:
    """A seat as a calendar keeps it; `revision` rises with every change of the sitting."""
    note = "\n".join(filter(None, (event.bring, sitting.place.link, tail)))
    uid = uid_of("event", signup.id)
    return Entry(uid, revision, sitting.starts, sitting.ends, event.title, text.where(sitting), note)


async def calendar(event: Event, sitting: Sitting, signup: Signup, turn: Turn, desk: Desk) -> File:
    """The calendar file of a seat."""
    revision = (await events.sitting(desk.session, signup.sitting_key)).revision
    entry = entry_of(event, sitting, signup, revision, text.tail(event, desk.words))
    return File(FILE_NAME, ics(entry, turn.at, organizer=desk.house.operator), desk.words.plain("signups.file"))


def closed(event: Event, sittings: Sequence[Sitting], turn: Turn, desk: Desk) -> Message:
    """Why one cannot sign up: it is over, open to all, too early or too late."""
    states = [event.intake(s, turn.at) for s in sittings]
    words, tail = desk.words, text.tail(event, desk.words)
    other = words.button("events.button_others", Tap("events", "others"))
    if not event.ahead(turn.at) or not states or set(states) == {"cancelled"}:
        return text.card(event, (), {}, turn.at, desk) if not event.ahead(turn.at) else _late(event, other, tail, desk)
    if "early" in states and event.signup.opens:
        day = day_of(event.signup.opens, turn.at.date())
        return text.tidy(words.say("signups.early", other, title=event.title, day=day, tail=tail))
    if "entry" in states:
        open_ = [s for s, state in zip(sittings, states, strict=True) if state == "entry"]
        times = text.times(event, open_, turn.at.date(), desk)
        return text.tidy(words.say("signups.entry", other, title=event.title, times=times, tail=tail))
    return _late(event, other, tail, desk)


def _late(event: Event, other: Button, tail: str, desk: Desk) -> Message:
    return text.tidy(desk.words.say("signups.late", other, title=event.title, tail=tail))


def second(event: Event, wanted: Sitting, has: Signup, turn: Turn, state: State, desk: Desk) -> Step:
    """Somebody who has one time of an event wants another: whether to change."""
    words, on = desk.words, turn.at.date()
    _, old = of_key(has.sitting_key, desk)
    key = f"{has.id}.{wanted.key}"
    message = words.say(
        "signups.one",
        words.button("signups.button_change", Tap("signups", "change", f"{key}.yes")),
        words.button("signups.button_keep", Tap("signups", "off_now", f"{has.id}.no")),
        when=text.when(old.starts if old else wanted.starts, on),
        wanted=text.when(wanted.starts, on),
    )
    return Step(Reply((message,)), state.ask("signups", "change", key=key, event=event.id))


async def in_line(event: Event, signup: Signup, turn: Turn, desk: Desk) -> Message:
    """A place in the line, and what comes of it."""
    ahead = await events.waiting_before(desk.session, signup)
    off = desk.words.button("signups.button_off", Tap("signups", "off", str(signup.id)))
    tail = text.tail(event, desk.words)
    if not ahead:
        return text.tidy(desk.words.say("signups.waiting_first", off, mine_button(desk), tail=tail))
    return text.tidy(desk.words.say("signups.waiting", off, mine_button(desk), ahead=ahead, tail=tail))


async def own(turn: Turn, desk: Desk) -> list[Own]:
    """A person's live sign-ups, soonest first."""
    rows = await signing.of_person(desk.session, turn.visitor.id, turn.at)
    found = ((signup, *of_key(signup.sitting_key, desk)) for signup, _ in rows)
    return [Own(signup, event, sitting) for signup, event, sitting in found if event and sitting]


async def by_number(turn: Turn, desk: Desk, *, ended: bool = False) -> Own | None:
    """The person's own sign-up that a button names; `ended`: also one that is over."""
    found = number_in(turn.tap.arg if turn.tap else "")
    signup = await events.by_id(desk.session, found) if found else None
    if signup is None or signup.person_id != turn.visitor.id or not (ended or signup.status in LIVE):
        return None
    event, sitting = of_key(signup.sitting_key, desk)
    return Own(signup, event, sitting) if event and sitting else None


def meant(rows: list[Own], turn: Turn, desk: Desk) -> list[Own]:
    """Of somebody's sign-ups those that a message names; all where it names none."""
    named = named_in(turn.text, desk.catalog.events)
    kinds = kinds_in(turn.text, desk.catalog.event_kinds)
    fits = [r for r in rows if (named and r.event.id == named.id) or kinds & set(r.event.kinds)]
    return fits or rows


def list_of(rows: Sequence[Own], key: str, action: str, turn: Turn, desk: Desk) -> Message:
    """Somebody's sign-ups below each other, with a button for each."""
    words = desk.words
    if not rows:
        return words.say("signups.none", words.button("events.button_others", Tap("events", "others")))
    buttons = [Button(r.event.label, Tap("signups", action, str(r.signup.id))) for r in rows[:5]]
    if key != "signups.mine":
        return words.say(key, *buttons)
    lines = "\n\n".join(
        words.plain(
            "signups.mine_line",
            title=r.event.title,
            when=text.when(r.sitting.starts, turn.at.date()),
            how=words.plain(f"signups.how_{r.signup.status}"),
        )
        for r in rows[:5]
    )
    return words.say(key, *buttons, lines=lines)


def one(row: Own, turn: Turn, desk: Desk) -> Message:
    """One sign-up, and what can be done with it."""
    words, number = desk.words, str(row.signup.id)
    first = {
        GOING: words.button("signups.button_file", Tap("signups", "file", number)),
        OFFERED: words.button("signups.button_take", Tap("signups", "take", number)),
    }.get(row.signup.status)
    off = words.button("signups.button_off", Tap("signups", "off", number))
    facts = _facts(row.event, row.sitting, turn.at, desk)
    how = words.plain(f"signups.how_{row.signup.status}")
    return text.tidy(words.say("signups.see", *filter(None, (first, off)), how=how, **facts))


def really(row: Own, turn: Turn, state: State, desk: Desk) -> Step:
    """Whether a sign-up shall really be given back."""
    words, number = desk.words, str(row.signup.id)
    facts = _facts(row.event, row.sitting, turn.at, desk)
    message = words.say(
        "signups.off",
        words.button("signups.button_off_yes", Tap("signups", "off_now", f"{number}.yes")),
        words.button("signups.button_keep", Tap("signups", "off_now", f"{number}.no")),
        title=facts["title"],
        when=facts["when"],
    )
    return Step(Reply((message,)), state.ask("signups", "off_now", key=number, event=row.event.id))
