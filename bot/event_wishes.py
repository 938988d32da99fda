"""What somebody looks for among the events, out of an understood message."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from bot.desk import Desk
from bot.turn import State, Turn
from knowledge.catalog import Program
from knowledge.event_search import EventWish, kinds_in
from knowledge.events import SEOUL, Event, Sitting
from nlu.labels import EntityName


def seoul(moment: datetime) -> datetime:
    """A time as the clocks in Seoul show it."""
    return moment.astimezone(SEOUL)


def wish_of(turn: Turn, desk: Desk, area: str = "") -> EventWish:
    """Kinds, place, days and programs that a message names. `area` stands in where it names no place."""
    places = [str(v) for v in turn.understanding.values(EntityName.DISTRICT)]
    about = {i for e in desk.catalog.events.values() for i in (*e.programs, *e.explains)}
    named = {str(v) for v in turn.understanding.values(EntityName.PROGRAM)}
    kinds = kinds_in(turn.text, desk.catalog.event_kinds)
    home = "event_home" in turn.topics and any(
        s.place.at_home for e in desk.catalog.events.values() for s in e.sittings
    )
    return EventWish(kinds, places[0] if places else area, days_of(turn), frozenset(named & about), home)


def days_of(turn: Turn) -> tuple[tuple[date, date], ...]:
    """The days that a message names, as stretches from and to."""
    spans = (_span(value) for value in turn.understanding.values(EntityName.DATE))
    return tuple(span for span in spans if span is not None)


def _span(value: object) -> tuple[date, date] | None:
    if isinstance(value, str):
        return date.fromisoformat(value), date.fromisoformat(value)
    if not isinstance(value, Mapping):
        return None
    first, last = value.get("from"), value.get("to")
    begins = date.fromisoformat(str(first)) if first else date.min
    return begins, date.fromisoformat(str(last)) if last else date.max


def hours_of(turn: Turn) -> tuple[tuple[time, time], ...]:
    """The times of day that a message names, as stretches; a bare time is that very time."""
    found = []
    for value in turn.understanding.values(EntityName.TIME):
        first = value.get("from") if isinstance(value, Mapping) else value
        last = value.get("to") if isinstance(value, Mapping) else value
        begins = time.fromisoformat(str(first)) if first else time.min
        found.append((begins, time.fromisoformat(str(last)) if last else time.max))
    return tuple(found)


def fitting(sittings: Sequence[Sitting], turn: Turn) -> list[Sitting]:
    """The sittings that lie in the days and hours that a message names; all of them where it names neither."""
    days, hours = days_of(turn), hours_of(turn)
    out = []
    for sitting in sittings:
        start = seoul(sitting.starts)
        then = not days or any(first <= start.date() <= last for first, last in days)
        if then and (not hours or any(first <= start.time() <= last for first, last in hours)):
            out.append(sitting)
    return out


def names_a_time(turn: Turn) -> bool:
    """Whether a message says when."""
    return bool(days_of(turn) or hours_of(turn))


def past_named(turn: Turn, desk: Desk) -> Program | None:
    """The thing of the past that a message names."""
    ids = (str(v) for v in turn.understanding.values(EntityName.PROGRAM))
    named = (desk.catalog.programs[i] for i in ids if i in desk.catalog.programs)
    return next((program for program in named if program.over), None)


def past_found(turn: Turn, desk: Desk) -> Program | None:
    """The event of the past that the search is sure a message is about."""
    program = desk.catalog.programs.get(turn.subject)
    return program if program is not None and program.over else None


def carried_on(program: Program, events: Mapping[str, Event]) -> frozenset[str]:
    """The kinds of today's events that carry a thing of the past on."""
    return frozenset(event.kinds[0] for event in events.values() if program.id in event.earlier)


def talked_of(state: State, desk: Desk) -> Event | None:
    """The event that was shown last."""
    return desk.catalog.events.get(str(state.data.get("event", "")))
