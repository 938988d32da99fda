"""Which events suit a wish: pure, over the catalog's events, at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from knowledge.events import SEOUL, Event, EventKind, Sitting, squeezed


@dataclass(frozen=True, slots=True)
class EventWish:
    """What somebody looks for; whatever is empty does not matter.

    `at_home` asks for what one can see from home. `area` is an official name ("서울특별시" holds its districts).
    `spans` are days from and to, both included.
    """

    kinds: frozenset[str] = frozenset()
    area: str = ""
    spans: tuple[tuple[date, date], ...] = ()
    programs: frozenset[str] = frozenset()
    at_home: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing special is wished for."""
        return self == EventWish()


@dataclass(frozen=True, slots=True)
class Match:
    """An event and those of its sittings that suit the wish, soonest first."""

    event: Event
    sittings: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """What suits a wish. `dropped` names what had to be left aside for it: spans, area, at_home."""

    found: tuple[Match, ...]
    dropped: tuple[str, ...] = ()


def search(events: Mapping[str, Event], wish: EventWish, at: datetime) -> Matches:
    """What is ahead and suits the wish, soonest first; where nothing does, the days give way, then the place."""
    for dropped in ((), ("spans",), ("area",), ("at_home",), ("spans", "area"), ("spans", "area", "at_home")):
        if all(getattr(wish, name) for name in dropped):
            wider = replace(wish, **{name: type(getattr(wish, name))() for name in dropped})
            if found := matching(events, wider, at):
                return Matches(found, dropped)
    return Matches(())


def matching(events: Mapping[str, Event], wish: EventWish, at: datetime) -> tuple[Match, ...]:
    """What is ahead and suits all of the wish, soonest first."""
    matches = [
        Match(event, sittings)
        for event in events.values()
        if _of_kind(event, wish)
        and (sittings := tuple(s for s in event.ahead(at) if _there(s, wish) and _then(s, wish)))
    ]
    return tuple(sorted(matches, key=lambda match: (match.sittings[0].starts, match.event.id)))


def _of_kind(event: Event, wish: EventWish) -> bool:
    by_kind = not wish.kinds or bool(wish.kinds & set(event.kinds))
    return by_kind and (not wish.programs or bool(wish.programs & {*event.programs, *event.earlier, *event.explains}))


def _there(sitting: Sitting, wish: EventWish) -> bool:
    area = sitting.place.area
    if wish.at_home and not sitting.place.at_home:
        return False
    return not wish.area or (bool(area) and (area == wish.area or area.startswith(wish.area + " ")))


def _then(sitting: Sitting, wish: EventWish) -> bool:
    day = sitting.starts.astimezone(SEOUL).date()
    return not wish.spans or any(first <= day <= last for first, last in wish.spans)


def kinds_in(text: str, kinds: Mapping[str, EventKind]) -> frozenset[str]:
    """The kinds whose words stand in a text; a word inside another kind's longer word does not count."""
    bare = squeezed(text)
    said = [(word, key) for key, kind in kinds.items() for word in kind.words if word in bare]
    longer = [word for word, _ in said]
    return frozenset(key for word, key in said if not any(word != other and word in other for other in longer))


def named_in(text: str, events: Mapping[str, Event]) -> Event | None:
    """The event whose longest name stands in a text."""
    bare, best, length = squeezed(text), None, 0
    for event in events.values():
        for name in (event.name, *event.aliases):
            short = squeezed(name)
            if short in bare and len(short) > length:
                best, length = event, len(short)
    return best
