"""Events that people can go to: fairs, talks, photo days, mobile desks, meetings: what, when, where, for whom.

Each stands in a file of `facts/events/`, its kinds in `facts/event_kinds.yml`. An event has sittings: the times at
which one comes. A sitting with `seats` takes sign-ups; one without is open to whoever comes. `slots` write many short
sittings at once, one after another.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from knowledge.fact import Entry, Sourced
from knowledge.model import Audience

SEOUL = ZoneInfo("Asia/Seoul")
SAMPLE_MARK = "(예시)"
"""Stands after the name of every invented event, wherever the name is said."""

Intake = Literal["open", "entry", "early", "late", "cancelled", "over"]
"""Whether a sitting takes sign-ups: open, needs none (entry), not yet, no longer, called off, or past."""


def _in_seoul(value: datetime) -> datetime:
    return value if value.tzinfo else value.replace(tzinfo=SEOUL)


Moment = Annotated[datetime, AfterValidator(_in_seoul)]
"""A time as people in Seoul say it."""


class EventKind(Entry):
    """A kind of event, and the words (without spaces) by which people ask for it."""

    name: str
    words: tuple[str, ...] = Field(min_length=1)


class Place(Entry):
    """Where an event is: a house in a district (its official name), or an address to be seen from home."""

    name: str
    area: str = ""
    address: str = ""
    link: str = ""

    @property
    def at_home(self) -> bool:
        """Whether one takes part from home."""
        return bool(self.link)


class Mentor(Entry):
    """Somebody in a job who tells of it."""

    name: str
    field: str
    topic: str


class Line(Entry):
    """A sentence about an event, and the same in easier words where there are any."""

    text: str
    simple: str = ""


class SittingEntry(Entry):
    """A sitting as written. `cancelled` says why it was called off; `place` and `mentor` where they are its own."""

    id: str = Field(pattern=r"^[a-z][a-z0-9]{0,7}$")
    starts: Moment
    ends: Moment
    seats: int | None = Field(None, ge=1)
    place: Place | None = None
    mentor: str = ""
    cancelled: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends <= self.starts:
            raise ValueError("a sitting ends after it starts")
        return self


class Slots(Entry):
    """A stretch of a day cut into sittings of the same length, each with `seats`."""

    day: date
    starts: time = Field(alias="from")
    until: time
    minutes: int = Field(ge=5)
    seats: int = Field(1, ge=1)

    def each(self) -> Iterator[tuple[datetime, datetime]]:
        """Begin and end of each sitting; what is left over at the end is none."""
        begin = datetime.combine(self.day, self.starts, SEOUL)
        end, length = datetime.combine(self.day, self.until, SEOUL), timedelta(minutes=self.minutes)
        while begin + length <= end:
            yield begin, begin + length
            begin += length


class SignupRules(Entry):
    """When one can sign up: from a day on, until so many hours before the sitting."""

    opens: date | None = None
    closes_hours: int = Field(0, ge=0)


class Sitting(Entry):
    """One time at which one can come, with everything that holds for it."""

    event: str
    id: str
    starts: datetime
    ends: datetime
    seats: int | None
    place: Place
    mentor: Mentor | None = None
    cancelled: str = ""

    @property
    def key(self) -> str:
        """Its name in codes and tables: "photo-day.s3"."""
        return f"{self.event}.{self.id}"


class Event(Sourced):
    """A file of `facts/events/`. `sample`: invented, to show how it works; said with every answer.

    `once`: a person takes one sitting of it at most. `calls_back`: a counselor rings whoever signed up. `earlier` are
    entries of the past that it carries on, `programs` those that it is about, `explains` those that are told there one
    by one in the same order.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=28)
    name: str
    short: str = Field(max_length=10)
    aliases: tuple[str, ...] = ()
    kinds: tuple[str, ...] = Field(min_length=1)
    sample: bool = False
    audience: tuple[Audience, ...] = Field(min_length=1)
    host: str
    place: Place
    about: tuple[Line, ...] = Field(min_length=1)
    who: str
    bring: str = ""
    price: str
    mentors: Mapping[str, Mentor] = Field(default_factory=dict)
    sessions: tuple[SittingEntry, ...] = ()
    slots: tuple[Slots, ...] = ()
    signup: SignupRules = SignupRules()
    once: bool = False
    calls_back: bool = False
    hold_hours: int = Field(24, ge=1)
    earlier: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        ids = [sitting.id for sitting in self.sittings]
        if not ids or len(set(ids)) != len(ids):
            raise ValueError("an event needs sittings, each with an id of its own")
        if self.sample and "예시" in self.name + self.short:
            raise ValueError("a sample is marked by itself, not in its name")
        return self

    @property
    def title(self) -> str:
        """Its name, marked where it is a sample."""
        return self.name + SAMPLE_MARK * self.sample

    @property
    def label(self) -> str:
        """Its short name for a button, marked where it is a sample."""
        return self.short + SAMPLE_MARK * self.sample

    @cached_property
    def sittings(self) -> tuple[Sitting, ...]:
        """All its sittings, soonest first. Slots are numbered s1, s2, … in the written order."""
        written = [self._sitting(s.id, s.starts, s.ends, s.seats, s) for s in self.sessions]
        times = [(begin, end, slots.seats) for slots in self.slots for begin, end in slots.each()]
        cut = [self._sitting(f"s{number}", *time) for number, time in enumerate(times, 1)]
        return tuple(sorted((*written, *cut), key=lambda sitting: (sitting.starts, sitting.id)))

    def _sitting(
        self, id_: str, starts: datetime, ends: datetime, seats: int | None, written: SittingEntry | None = None
    ) -> Sitting:
        mentor = written.mentor if written else ""
        if mentor and mentor not in self.mentors:
            raise ValueError(f"there is no mentor {mentor!r}")
        return Sitting(
            event=self.id,
            id=id_,
            starts=starts,
            ends=ends,
            seats=seats,
            place=(written.place if written else None) or self.place,
            mentor=self.mentors[mentor] if mentor else None,
            cancelled=written.cancelled if written else "",
        )

    def sitting(self, id_: str) -> Sitting | None:
        """The sitting with this id."""
        return next((sitting for sitting in self.sittings if sitting.id == id_), None)

    def ahead(self, at: datetime) -> tuple[Sitting, ...]:
        """The sittings that are not over and not called off, soonest first."""
        return tuple(s for s in self.sittings if s.ends > at and not s.cancelled)

    def intake(self, sitting: Sitting, at: datetime) -> Intake:
        """Whether one can sign up for one of its sittings at a time."""
        if sitting.cancelled:
            return "cancelled"
        if sitting.ends <= at:
            return "over"
        if sitting.seats is None:
            return "entry"
        if self.signup.opens and at.astimezone(SEOUL).date() < self.signup.opens:
            return "early"
        return "open" if at < self.closes(sitting) else "late"

    def closes(self, sitting: Sitting) -> datetime:
        """When the sign-up for one of its sittings ends."""
        return sitting.starts - timedelta(hours=self.signup.closes_hours)


def squeezed(text: str) -> str:
    """A text without spaces and marks, as names are compared."""
    return re.sub(r"[^0-9A-Za-z가-힣]+", "", text)
