"""Messages about sign-ups that come by the clock: reminders, offers, changes; what is no longer true stays unsaid."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]
from sqlalchemy import select

from bot.commands.events import for_people
from bot.event_notices import EventNotices, event_job
from bot.services import Services
from bot.turn import Tap
from counsel import events as signing
from counsel import reminders
from counsel.event_figures import figures
from counsel.terms import Terms
from knowledge.catalog import Catalog
from knowledge.events import SEOUL, Event
from storage import events, people
from storage.database import Database
from storage.events import Signup
from storage.outbox import Outgoing
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_sqlite_url
from tests.support.standins import quick_services

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SEOUL)


class Office:
    """A database with people who signed up, and the two timers."""

    def __init__(self, database: Database, services: Services) -> None:
        self.database, self.services = database, services
        self.catalog = services.catalog

    async def signs_up(self, person: int, key: str, now: datetime = NOW) -> int:
        event_id, _, sitting = key.partition(".")
        event = self.catalog.events[event_id]
        found = event.sitting(sitting)
        assert found is not None
        async with self.database.transaction() as session:
            row = await people.seen(session, person, person, NOW)
            return (await signing.sign_up(session, row.id, event, found, now)).id

    async def withdraws(self, signup: int, now: datetime = NOW) -> None:
        async with self.database.transaction() as session:
            row = await session.get_one(Signup, signup)
            await signing.withdraw(session, row.person_id, signup, now)

    async def ticks(self, now: datetime) -> None:
        """Both timers once, as often as there is something to do."""
        words, house = self.services.words, self.services.house
        for _ in range(2):
            async with self.database.transaction() as session:
                await self.job.run(session, now)
            async with self.database.transaction() as session:
                await reminders.hand_over(session, {"event": EventNotices(words, self.catalog, house)}, now)

    def starts(self, catalog: Catalog) -> None:
        """The process starts again with a catalog."""
        self.catalog = catalog
        self.job = event_job(catalog)

    async def said(self) -> list[tuple[int, Mapping[str, Any]]]:
        """What was put into the outbox since the last look, by chat."""
        async with self.database.transaction() as session:
            rows = (await session.scalars(select(Outgoing).order_by(Outgoing.id))).all()
            found: list[tuple[int, Mapping[str, Any]]] = [(row.chat_id, row.payload or {}) for row in rows]
            for row in rows:
                await session.delete(row)
        return found


def changed(catalog: Catalog, id_: str, **fields: object) -> Catalog:
    """The catalog with another version of an event."""
    old = catalog.events[id_]
    event = Event.model_validate({**old.model_dump(exclude={"slots"}), "slots": old.slots, **fields})
    return replace(catalog, events=MappingProxyType({**catalog.events, id_: event}))


@pytest.fixture
async def office(tmp_path: Path, clock: StillClock, catalog: Catalog) -> AsyncIterator[Office]:
    async with migrated(new_sqlite_url(tmp_path)) as database:
        made = Office(database, quick_services(database, clock, catalog))
        made.starts(catalog)
        yield made


def buttons(payload: Mapping[str, Any]) -> list[str]:
    return [b["text"] for row in payload.get("reply_markup", {}).get("inline_keyboard", ()) for b in row]


async def test_two_reminders_by_day_each_once(office: Office) -> None:
    await office.signs_up(1, "senior-fair.am")
    at = NOW
    heard: list[tuple[datetime, str]] = []
    while at < datetime(2026, 12, 11, tzinfo=SEOUL):
        await office.ticks(at)
        heard += [(at, payload["text"]) for _, payload in await office.said()]
        at += timedelta(minutes=30)
    assert [when.strftime("%m-%d %H:%M") for when, _ in heard] == ["12-08 10:00", "12-10 08:00"]
    first, second = (text for _, text in heard)
    assert "12월 10일 목요일 오전 10시" in first and "신분증" in first and "실제로 열리지 않아요" in first
    assert "오늘 행사가 있어요" in second


async def test_a_freed_seat_is_offered_and_taken_by_button(office: Office) -> None:
    first, second = await office.signs_up(1, "photo-day.s1"), await office.signs_up(2, "photo-day.s1")
    await office.withdraws(first)
    await office.ticks(NOW)
    ((chat, payload),) = await office.said()
    assert chat == 2 and buttons(payload) == ["받을게요", "안 받을게요"]
    assert "11월 23일 월요일 오후 10시까지" in payload["text"]
    code = payload["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    assert code == f"v1:signups:take:{second}"
    await office.ticks(NOW + timedelta(hours=22))
    ((chat, payload),) = await office.said()
    assert chat == 2 and "다음 분께 넘어갔어요" in payload["text"]


async def test_an_offer_that_was_answered_meanwhile_is_not_said(office: Office) -> None:
    night = datetime(2026, 11, 23, 23, 0, tzinfo=SEOUL)
    first, second = await office.signs_up(1, "photo-day.s1"), await office.signs_up(2, "photo-day.s1")
    await office.withdraws(first, night)
    await office.ticks(night)
    assert await office.said() == [], "nothing at night"
    await office.withdraws(second, night)
    await office.ticks(datetime(2026, 11, 24, 8, 0, tzinfo=SEOUL))
    assert await office.said() == []


async def test_a_moved_sitting_is_told_with_a_new_calendar_entry(office: Office) -> None:
    await office.ticks(NOW)
    number = await office.signs_up(1, "senior-fair.am")
    sessions = [s.model_dump() for s in office.catalog.events["senior-fair"].sessions]
    sessions[0] |= {"starts": "2026-12-11T10:00", "ends": "2026-12-11T12:00"}
    office.starts(changed(office.catalog, "senior-fair", sessions=sessions))
    await office.ticks(NOW)
    (_, text), (_, file) = await office.said()
    assert "신청하신 행사가 바뀌었어요" in text["text"] and "이제 12월 11일 금요일 오전 10시" in text["text"]
    event = vobject.readOne(file["content"]).vevent
    assert event.uid.value == f"event-{number}@ieum" and int(event.sequence.value) == 1
    assert event.dtstart.value == datetime(2026, 12, 11, 10, 0, tzinfo=SEOUL)
    office.starts(office.catalog)
    await office.ticks(NOW + timedelta(minutes=1))
    assert await office.said() == [], "told once"


async def test_a_called_off_sitting_is_told_and_leaves_the_calendar(office: Office) -> None:
    await office.ticks(NOW)
    await office.signs_up(1, "course-meeting.m1", datetime(2027, 1, 5, 10, tzinfo=SEOUL))
    sessions = [s.model_dump() for s in office.catalog.events["course-meeting"].sessions]
    sessions[0] |= {"cancelled": "강사가 아파서"}
    office.starts(changed(office.catalog, "course-meeting", sessions=sessions))
    at = datetime(2027, 1, 6, 10, tzinfo=SEOUL)
    await office.ticks(at)
    (_, text), (_, file) = await office.said()
    assert "열리지 않게 됐어요" in text["text"] and buttons(text) == ["다른 행사 보기"]
    calendar = vobject.readOne(file["content"])
    assert calendar.method.value == "CANCEL" and calendar.vevent.status.value == "CANCELLED"
    await office.ticks(datetime(2027, 2, 2, 10, tzinfo=SEOUL))
    assert await office.said() == [], "nobody is reminded of it"


async def test_an_older_process_does_not_change_a_newer_catalog_back(office: Office) -> None:
    await office.ticks(NOW)
    older = office.job
    await office.signs_up(1, "senior-fair.am")
    sessions = [s.model_dump() for s in office.catalog.events["senior-fair"].sessions]
    sessions[0] |= {"starts": "2026-12-11T10:00", "ends": "2026-12-11T12:00"}
    office.starts(changed(office.catalog, "senior-fair", sessions=sessions))
    await office.ticks(NOW)
    await office.said()
    async with office.database.transaction() as session:
        await older.run(session, NOW + timedelta(minutes=1))
    await office.ticks(NOW + timedelta(minutes=2))
    assert await office.said() == []


@pytest.mark.parametrize(("hours", "word"), [(20, "곧 행사가 있어요"), (1, "오늘 행사가 있어요")])
async def test_the_hours_that_a_house_has_set_are_told(office: Office, hours: int, word: str) -> None:
    await office.ticks(NOW)
    number = await office.signs_up(1, "senior-fair.am")
    async with office.database.transaction() as session:
        signup = await session.get_one(Signup, number)
        stored = await events.sitting(session, signup.sitting_key)
        await signing.remind(session, signup, stored, NOW, Terms(remind=(timedelta(hours=hours),)))
    await office.ticks(stored.starts_at - timedelta(hours=hours))
    ((_, payload),) = await office.said()
    assert word in payload["text"]


def test_every_button_leads_somewhere(office: Office) -> None:
    table = office.services.table
    for action in ("take", "pass", "off", "coming", "join", "see", "mine", "change", "file", "times"):
        assert table.has(Tap("signups", action))


async def test_the_command_tells_how_events_fill(office: Office) -> None:
    await office.ticks(NOW)
    for person in (1, 2):
        await office.signs_up(person, "photo-day.s1")
    async with office.database.transaction() as session:
        found = await figures(session, office.catalog.events, since=NOW)
        less = await figures(session, {}, since=NOW)
        later = await figures(session, office.catalog.events, since=datetime(2027, 3, 1, tzinfo=SEOUL))
    assert [r.key for r in found] == [r.key for r in sorted(found, key=lambda r: (r.starts, r.key))]
    row = next(r for r in found if r.key == "photo-day.s1")
    assert (row.seats, row.going, row.waiting, row.known) == (1, 1, 1, True)
    assert not any(r.known for r in less) and "photo-day.s1" in {r.key for r in less}
    assert [r.key for r in later] == ["course-meeting.m2"]
    lines = for_people({"sittings": [{**asdict(r), "starts": r.starts.isoformat()} for r in (row, *less[:1])]})
    assert "2026-12-16 10:00  photo-day.s1  이력서 사진 찍는 날(예시)  1 of 1 seats, 1 waiting" in lines
    assert "not in the catalog" in lines
