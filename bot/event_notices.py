"""Messages about sign-ups that come unasked: reminders, offered seats, changes; and the timer behind them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import event_text as text
from bot.desk import House
from bot.jobs import Job
from bot.render import unasked
from bot.signup_text import entry_of
from bot.turn import Button, File, Message, Tap
from bot.words import Words
from counsel import event_changes
from counsel import events as signing
from counsel.calendar_file import FILE_NAME, ics
from counsel.cells import SEOUL
from counsel.terms import STANDARD, Terms
from knowledge.catalog import Catalog
from knowledge.events import Event, Sitting
from storage import events
from storage.events import CANCELLED, GOING, LAPSED, LIVE, OFFERED, Signup, StoredSitting
from storage.outbox import Call
from storage.reminders import Reminder

EVERY = timedelta(seconds=30)
"""How often freed seats are offered and changes of the catalog looked for."""
RIGHT_FOR: Mapping[str, tuple[str, ...]] = {
    "48h": (GOING,),
    "3h": (GOING,),
    "offer": (OFFERED,),
    "lapsed": (LAPSED,),
    "moved": LIVE,
    "cancelled": (CANCELLED,),
}
"""How a sign-up must stand for a message still to be true."""


AHEAD = re.compile(r"\d+h")
"""Reminders are named by their hours before, which a house sets. Two texts serve: for today, for a day to come."""


def event_job(catalog: Catalog, terms: Terms = STANDARD) -> Job:
    """Brings the stored sittings to the catalog, takes late offers back, offers freed seats, forgets what is over.

    The catalog is brought in until a run finds nothing to change, and then no more: beside a newer process with a
    newer catalog, an older one must not change it back.
    """
    state = {"synced": False}

    async def run(session: AsyncSession, now: datetime) -> None:
        if not state["synced"]:
            state["synced"] = not await event_changes.sync(session, catalog.events, now, terms)
        await signing.sweep(session, catalog.events, now)

    return Job("events", EVERY, run)


class EventNotices:
    """Makes the messages of due reminders about sign-ups; what is no longer true is left out."""

    def __init__(self, words: Words, catalog: Catalog, house: House) -> None:
        self.words, self.catalog, self.house = words, catalog, house

    async def __call__(
        self, session: AsyncSession, rows: Sequence[Reminder], now: datetime
    ) -> Mapping[int, Sequence[Call]]:
        """The calls of each reminder that is still true."""
        stored = await events.sittings(session)
        out = {}
        for row in rows:
            signup = await events.by_id(session, row.subject_id)
            calls = self._calls(row, signup, stored, now) if signup else ()
            if calls:
                out[row.id] = calls
        return out

    def _calls(
        self, row: Reminder, signup: Signup, stored: Mapping[str, StoredSitting], now: datetime
    ) -> Sequence[Call]:
        name, _, revision = row.name.partition(".")
        sitting_row = stored[signup.sitting_key]
        event = self.catalog.events.get(signup.sitting_key.partition(".")[0])
        sitting = event.sitting(signup.sitting_key.partition(".")[2]) if event else None
        if AHEAD.fullmatch(name) and sitting is not None:
            name = "3h" if sitting.starts.date() == now.astimezone(SEOUL).date() else "48h"
        if event is None or sitting is None or signup.status not in RIGHT_FOR.get(name, ()):
            return ()
        if revision and int(revision) != sitting_row.revision:
            return ()
        message = self._message(name, event, sitting, signup, now)
        if name in ("moved", "cancelled") and signup.status in (GOING, CANCELLED):
            message = replace(message, file=self._file(event, sitting, signup, sitting_row, now))
        return unasked(self.words, message)

    def _message(self, name: str, event: Event, sitting: Sitting, signup: Signup, now: datetime) -> Message:
        on = now.date()
        blanks = {"title": event.title, "when": text.when(sitting.starts, on)}
        if name not in ("lapsed", "cancelled"):
            link = sitting.place.link
            look = self.words.plain("events.look", link=link) + "\n" if link else ""
            blanks |= {"where": text.where(sitting), "tail": look + text.tail(event, self.words)}
        if name == "48h":
            blanks["bring"] = event.bring
        if name == "offer" and signup.held_until:
            blanks["until"] = text.when(signup.held_until, on)
        return text.tidy(self.words.say(f"signups.remind_{name}", *self._buttons(name, event, signup), **blanks))

    def _buttons(self, name: str, event: Event, signup: Signup) -> tuple[Button, ...]:
        words, number = self.words, str(signup.id)
        cannot = words.button("signups.button_cannot", Tap("signups", "off", number))
        if name in ("48h", "3h"):
            return words.button("signups.button_coming", Tap("signups", "coming", number)), cannot
        if name == "offer":
            take = words.button("signups.button_take", Tap("signups", "take", number))
            return take, words.button("signups.button_pass", Tap("signups", "pass", number))
        if name == "moved":
            return (cannot,)
        again = words.button("signups.button_again", Tap("signups", "join", event.id))
        other = words.button("events.button_others", Tap("events", "others", event.kinds[0]))
        return (again,) if name == "lapsed" else (other,)

    def _file(self, event: Event, sitting: Sitting, signup: Signup, row: StoredSitting, now: datetime) -> File:
        """The calendar file that changes, or takes out, what the calendar has."""
        cancelled = signup.status == CANCELLED
        entry = entry_of(event, sitting, signup, row.revision, text.tail(event, self.words))
        content = ics(replace(entry, cancelled=cancelled), now, organizer=self.house.operator)
        return File(FILE_NAME, content, self.words.plain("signups.file"))
