"""What times a person wishes for, and which of the free ones come nearest: pure, with plain values.

A `Wished` is read from a plain mapping, which a conversation keeps; `choose` takes at most three of the free times.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol, TypeVar

from counsel.cells import SEOUL

DAY = 24 * 60
DAY_OFF = 6 * 60
"""What a day beside the wished one counts, in minutes: another hour of the same day is nearer."""
APART = 60
"""Minutes between offers of one day where no hour was wished, so that they are a choice."""
WEEKS = 8
"""How many weeks later "화요일" still means a Tuesday."""


class Timed(Protocol):
    """Whatever begins at a time, aware."""

    @property
    def start(self) -> datetime:
        """When it begins."""


T = TypeVar("T", bound=Timed)


@dataclass(frozen=True, slots=True)
class Window:
    """Starts that are meant: on the days `first` to `last` (None: any), on `weekdays` (empty: any; Monday is 0), from
    `since` and before `until` in minutes after midnight, best `at`. `weekly`: later weeks serve too."""

    first: date | None = None
    last: date | None = None
    weekdays: frozenset[int] = frozenset()
    weekly: bool = False
    since: int = 0
    until: int = DAY
    at: int | None = None

    def days_off(self, day: date) -> int:
        """How many days a day lies beside the window's days; 0 for one of them."""
        off = 0
        if self.first is not None and self.last is not None:
            off = max((self.first - day).days, (day - self.last).days, 0)
        if self.weekdays and day.weekday() not in self.weekdays:
            off += min(min((w - day.weekday()) % 7, (day.weekday() - w) % 7) for w in self.weekdays)
        return off

    def minutes_off(self, minute: int) -> int:
        """How many minutes a start lies beside the wished time of day; 0 within it."""
        if self.at is not None:
            return abs(minute - self.at)
        return max(self.since - minute, minute - (self.until - 1), 0)

    def holds(self, start: datetime) -> bool:
        """Whether a start is one of those meant; near a wished hour counts."""
        return self.days_off(start.date()) == 0 and self.since <= _minute(start) < self.until

    def cost(self, start: datetime) -> int:
        """How far a start is from the wish, in minutes."""
        return self.days_off(start.date()) * DAY_OFF + self.minutes_off(_minute(start))


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish: welcome windows (none: any time), shut ones, "soonest" or "latest", and whom it names."""

    windows: tuple[Window, ...] = ()
    shut: tuple[Window, ...] = ()
    order: str = ""
    counselor: str = ""

    def allows(self, start: datetime) -> bool:
        """Whether a start is not shut out."""
        return not any(window.holds(start) for window in self.shut)

    @property
    def has_hour(self) -> bool:
        """Whether a certain hour is wished for."""
        return any(window.at is not None for window in self.windows)


def read(value: Mapping[str, Any]) -> Wished:
    """A wish from its plain form (nlu/korean/wishes.py tells its shape); an empty mapping is any time."""
    return Wished(
        tuple(_window(w) for w in value.get("windows", ())),
        tuple(_window(w) for w in value.get("not", ())),
        str(value.get("order", "")),
        str(value.get("counselor", "")),
    )


def _window(raw: Mapping[str, Any]) -> Window:
    return Window(
        date.fromisoformat(raw["first"]) if "first" in raw else None,
        date.fromisoformat(raw["last"]) if "last" in raw else None,
        frozenset(raw.get("weekdays", ())),
        bool(raw.get("weekly", False)),
        int(raw.get("from", 0)),
        int(raw.get("to", DAY)),
        raw.get("at"),
    )


def narrowed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """A wish that is told in steps: "다음 주요", then "오전이요". What is shut out stays so; days and times add up."""
    days = [w for w in before.get("windows", ()) if "first" in w or "weekdays" in w]
    times = [w for w in before.get("windows", ()) if "from" in w or "at" in w]
    windows = [_in_same_week(w, days) for w in now.get("windows", ())]
    if windows and not any("first" in w or "weekdays" in w for w in windows) and days:
        windows = [{**_only(d, _DAY_KEYS), **_only(w, _TIME_KEYS)} for d in days for w in windows]
    elif windows and not any("from" in w or "at" in w for w in windows) and times:
        windows = [{**_only(w, _DAY_KEYS), **_only(t, _TIME_KEYS)} for w in windows for t in times[:1]]
    return {
        "windows": windows or list(before.get("windows", ())),
        "not": [*before.get("not", ()), *(w for w in now.get("not", ()) if w not in before.get("not", ()))],
        "order": now.get("order") or ("" if windows else before.get("order", "")),
        "counselor": now.get("counselor") or before.get("counselor", ""),
    }


def _in_same_week(window: Mapping[str, Any], days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """ "다음 주 화요일", then "목요일은요?": the Thursday of that week."""
    anchor = next((w for w in days if "first" in w and not w.get("weekly")), None)
    if anchor is None or not window.get("weekly") or len(window.get("weekdays", ())) != 1:
        return dict(window)
    first, last = date.fromisoformat(anchor["first"]), date.fromisoformat(anchor["last"])
    if last - first >= timedelta(7):
        return {**window, "first": anchor["first"], "last": anchor["last"], "weekly": False}
    day = first + timedelta(window["weekdays"][0] - first.weekday())
    if "first" in window and day < date.fromisoformat(window["first"]):
        return dict(window)
    return {**window, "first": day.isoformat(), "last": day.isoformat(), "weekly": False}


_DAY_KEYS = ("first", "last", "weekdays", "weekly")
_TIME_KEYS = ("from", "to", "at")


def _only(window: Mapping[str, Any], keys: Sequence[str]) -> dict[str, Any]:
    return {key: window[key] for key in keys if key in window}


def choose(free: Sequence[T], wished: Wished, limit: int = 3) -> tuple[tuple[T, ...], bool]:
    """At most `limit` of the free times, nearest to the wish, soonest first; and whether they are what was wished."""
    starts: dict[datetime, T] = {}
    for one in sorted(free, key=lambda o: o.start):
        starts.setdefault(one.start.astimezone(SEOUL), one)
    open_ = [start for start in starts if wished.allows(start)]
    windows: Sequence[Window] = wished.windows or (Window(),)
    fits, windows = _fitting(open_, windows)
    chosen = _spread(fits, windows, wished.order, limit)
    if not fits:
        chosen = _nearest(open_, windows, limit)
    elif len(chosen) < limit and wished.has_hour:
        rest = sorted((s for s in open_ if s not in chosen), key=lambda s: (_cost(s, windows), s))
        near = [s for s in rest if any(w.days_off(s.date()) == 0 for w in windows)]
        chosen += near[: limit - len(chosen)]
    return tuple(starts[s] for s in sorted(chosen)), bool(fits)


def _fitting(open_: Sequence[datetime], windows: Sequence[Window]) -> tuple[list[datetime], Sequence[Window]]:
    """The starts that fit, and the windows that they fit: later weeks where a weekday of this one is full."""
    for weeks in range(WEEKS):
        later = [_later(window, weeks) for window in windows if not weeks or window.weekly]
        fits = [start for start in open_ if any(window.holds(start) for window in later)]
        if fits:
            return fits, later
    return [], windows


def _later(window: Window, weeks: int) -> Window:
    if not weeks or window.first is None or window.last is None:
        return window
    shift = timedelta(weeks=weeks)
    return replace(window, first=window.first + shift, last=window.last + shift)


def _spread(fits: Iterable[datetime], windows: Sequence[Window], order: str, limit: int) -> list[datetime]:
    """Of what fits: the soonest three or the last, or one of each wished day or hour in turn."""
    found = sorted(fits, reverse=order == "latest")
    if order == "soonest":
        return found[:limit]
    buckets: dict[tuple[date, int], list[datetime]] = {}
    for start in found:
        number = min((n for n, w in enumerate(windows) if w.holds(start)), key=lambda n: windows[n].cost(start))
        buckets.setdefault((start.date(), number), []).append(start)
    queues = [_best_first(starts, windows[number]) for (_, number), starts in buckets.items()]
    queues = queues if order == "latest" else sorted(queues, key=lambda q: q[0].date())
    turns = max((len(q) for q in queues), default=0)
    return [queue[turn] for turn in range(turns) for queue in queues if turn < len(queue)][:limit]


def _nearest(open_: Iterable[datetime], windows: Sequence[Window], limit: int) -> list[datetime]:
    """Where nothing fits: the nearest of the two nearest days in turn, so that it is a choice."""
    days: dict[date, list[datetime]] = {}
    for start in sorted(open_, key=lambda s: (_cost(s, windows), s)):
        days.setdefault(start.date(), []).append(start)
    queues = [_apart(starts) for starts in list(days.values())[:2]]
    turns = max((len(q) for q in queues), default=0)
    return [queue[turn] for turn in range(turns) for queue in queues if turn < len(queue)][:limit]


def _apart(starts: Sequence[datetime]) -> list[datetime]:
    """The same starts, those first that lie an hour apart from the ones before them."""
    apart: list[datetime] = []
    for start in starts:
        if all(abs(start - other) >= timedelta(minutes=APART) for other in apart):
            apart.append(start)
    return [*apart, *(s for s in starts if s not in apart)]


def _best_first(starts: Sequence[datetime], window: Window) -> list[datetime]:
    if window.at is not None:
        return sorted(starts, key=lambda s: (window.minutes_off(_minute(s)), s))
    return _apart(starts)


def _cost(start: datetime, windows: Sequence[Window]) -> int:
    return min(window.cost(start) for window in windows)


def _minute(start: datetime) -> int:
    return start.hour * 60 + start.minute


def stretches(wished: Wished, now: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """The welcome windows as stretches of time on the next days; empty where any time is welcome."""
    return [s for window in wished.windows for s in _on_days(window, now, days)]


def shut_stretches(wished: Wished, now: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """What is shut out, as stretches of time on the next days."""
    return [s for window in wished.shut for s in _on_days(window, now, days)]


def _on_days(window: Window, now: datetime, days: int) -> Iterable[tuple[datetime, datetime]]:
    free = replace(window, first=None, last=None) if window.weekly else window
    for shift in range(days):
        day = now.astimezone(SEOUL).date() + timedelta(shift)
        if free.days_off(day) == 0:
            midnight = datetime.combine(day, time(), SEOUL)
            yield midnight + timedelta(minutes=free.since), midnight + timedelta(minutes=free.until)
