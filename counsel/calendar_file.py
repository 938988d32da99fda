"""Calendar files (RFC 5545): one event, by whose UID and SEQUENCE a calendar knows its changes and its end."""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Ieum//Appointments//KO"
ORGANIZER = "mailto:appointments@ieum.invalid"
"""RFC 5546 wants an organizer; answers by mail are not expected, so the address leads nowhere."""
FILE_NAME = "ieum.ics"


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a calendar. `uid` never changes, `sequence` rises with every change."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    title: str
    place: str = ""
    note: str = ""
    cancelled: bool = False


def uid_of(subject: str, number: int) -> str:
    """A UID for things that have none of their own."""
    return f"{subject}-{number}@ieum"


def ics(entry: Entry, now: datetime, *, organizer: str) -> str:
    """The file's text: METHOD PUBLISH, or CANCEL for what is cancelled. Times are UTC: no zone's rules are needed."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    calendar.add_component(_event(entry, now, organizer))
    return bytes(calendar.to_ical()).decode()


def _event(entry: Entry, now: datetime, organizer: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", entry.title)
    if entry.place:
        event.add("location", entry.place)
    if entry.note:
        event.add("description", entry.note)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    address = vCalAddress(ORGANIZER)
    address.params["cn"] = organizer
    event.add("organizer", address)
    return event
