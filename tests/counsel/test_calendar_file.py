"""Calendar files, read back by another parser than the one that wrote them."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
import vobject

from counsel import appointments
from counsel.appointments import Actor
from counsel.calendar_file import Entry, ics, uid_of
from counsel.cells import Span
from counsel.leave import counselor_leaves
from storage.appointments import Appointment
from storage.database import Database
from tests.support.staff import NOW, at, furnish, slot

ENTRY = Entry(
    uid_of("event", 7),
    2,
    at("11-27 14:00"),
    at("11-27 14:50"),
    "상담: 김하늘; 처음, 만나요",
    "마포 가온센터, 서울 마포구 가온길 1",
    "준비물: 신분증\n궁금한 것은 02-000-1000",
)


def read(text: str) -> Any:
    return vobject.readOne(text)


def test_what_is_written_is_read_back() -> None:
    text = ics(ENTRY, NOW, organizer="이음 운영팀")
    calendar = read(text)
    event = calendar.vevent
    assert (calendar.method.value, calendar.version.value) == ("PUBLISH", "2.0")
    assert (event.uid.value, event.sequence.value, event.status.value) == ("event-7@ieum", "2", "CONFIRMED")
    assert (event.dtstart.value, event.dtend.value) == (ENTRY.start, ENTRY.end)
    assert event.dtstart.value.tzinfo is not None and event.dtstamp.value == NOW.astimezone(UTC)
    assert (event.summary.value, event.location.value) == (ENTRY.title, ENTRY.place)
    assert event.description.value == ENTRY.note
    assert event.organizer.params["CN"] == ["이음 운영팀"]
    assert "\r\n" in text and all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_cancelled_one_says_so() -> None:
    calendar = read(ics(replace(ENTRY, sequence=3, cancelled=True), NOW, organizer="이음"))
    assert (calendar.method.value, calendar.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert (calendar.vevent.uid.value, calendar.vevent.sequence.value) == ("event-7@ieum", "3")


@pytest.mark.parametrize("part", ["place", "note"])
def test_what_is_empty_is_left_out(part: str) -> None:
    event = read(ics(replace(ENTRY, **{part: ""}), NOW, organizer="이음")).vevent  # type: ignore[arg-type]
    assert not hasattr(event, {"place": "location", "note": "description"}[part])


def entry(row: Appointment) -> Entry:
    return Entry(row.uid, row.sequence, row.start, row.end, "상담", cancelled=row.status.startswith("cancelled"))


async def test_every_change_keeps_the_uid_and_raises_the_sequence(database: Database) -> None:
    (one, *_) = await furnish(database, "kim", "lee")
    seen: list[tuple[str, str, str]] = []

    def note(row: Appointment) -> None:
        calendar = read(ics(entry(row), NOW, organizer="이음"))
        seen.append((calendar.vevent.uid.value, calendar.vevent.sequence.value, calendar.method.value))

    async with database.transaction() as session:
        row = await appointments.book(session, one, slot("11-26 14:00"), NOW, by=Actor.PERSON)
        note(row)
        note(await appointments.move(session, row.id, slot("11-27 14:00"), NOW, by=Actor.PERSON))
        await counselor_leaves(session, "kim", Span(at("11-27 00:00"), at("11-28 00:00")), NOW)
        note(await appointments.move(session, row.id, slot("11-27 15:00", "lee"), NOW, by=Actor.PERSON))
        note(await appointments.cancel(session, row.id, NOW + timedelta(hours=1), by=Actor.PERSON))
    assert len({uid for uid, _, _ in seen}) == 1
    assert [int(sequence) for _, sequence, _ in seen] == [0, 1, 3, 4]
    assert [method for _, _, method in seen] == ["PUBLISH"] * 3 + ["CANCEL"]
