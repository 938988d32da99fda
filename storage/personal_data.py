"""Everything that is kept of one person: shown, handed out, erased.

The tables are not listed by hand. Whatever has a `person_id` is the person's own and is found through the metadata;
whatever has a `chat_id` is cleaned by name below, and a test fails when a new table of that kind is not known here.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import appointments, chats, events, outbox, updates, waiting
from storage.appointments import Appointment
from storage.cases import Case
from storage.events import Signup, StoredSitting
from storage.notices import Notice
from storage.people import Person
from storage.tables import metadata
from storage.updates import StoredUpdate
from storage.waiting import Waiter

CHAT_TABLES = frozenset({"persons", "updates", "chats", "outbox"})
"""Tables with a chat's number; `erase` cleans each of them."""


def person_tables() -> list[Table]:
    """The tables whose rows belong to one person, children first."""
    return [t for t in reversed(metadata.sorted_tables) if "person_id" in t.columns]


async def export(session: AsyncSession, person_id: int) -> dict[str, Any]:
    """All that is kept of a person, by table, as plain JSON."""
    person = await session.get_one(Person, person_id)
    out: dict[str, Any] = {"persons": [_row(Person.__table__.columns.keys(), person)]}
    for table in reversed(person_tables()):
        rows = await session.execute(select(table).where(table.c.person_id == person_id))
        out[table.name] = [{k: _plain(v) for k, v in row._mapping.items()} for row in rows]
    return out


async def erase(session: AsyncSession, person_id: int) -> None:
    """Deletes a person and all that is theirs. What remains are numbers of updates, without chat and without words.

    A turn that is under way in their chat comes to its end first.
    """
    person = await session.get_one(Person, person_id)
    await chats.lock(session, person.chat_id)
    await _erase(session, person)


async def _erase(session: AsyncSession, person: Person) -> None:
    """As `erase`; the caller has locked the chat."""
    for table in person_tables():
        await session.execute(delete(table).where(table.c.person_id == person.id))
    await updates.forget_chat(session, person.chat_id)
    await outbox.forget_chat(session, person.chat_id)
    await chats.forget(session, person.chat_id)
    await session.execute(delete(Person).where(Person.id == person.id))


async def erase_silent(session: AsyncSession, before: datetime, now: datetime, limit: int) -> bool:
    """Erases up to `limit` people who have not written since a time and wait for nothing; whether there may be more.

    Whoever comes back in this very moment stays: each chat is locked, as a turn does, and looked at once more.
    """
    gone = and_(Person.last_seen_at < before, ~_waits(now))
    silent = (await session.scalars(select(Person).where(gone).order_by(Person.chat_id).limit(limit))).all()
    for person in silent:
        await chats.lock(session, person.chat_id)
        if await session.scalar(select(exists().where(Person.id == person.id, gone))):
            await _erase(session, person)
    return len(silent) == limit


def _waits(now: datetime) -> ColumnElement[bool]:
    """Whether something of a person is open: a message to be answered, a case, a time or a seat ahead, a place in a
    line, a wish to be told.
    """
    expected = (appointments.BOOKED, appointments.DISPLACED, appointments.HELD)
    ahead = exists().where(
        StoredSitting.key == Signup.sitting_key, StoredSitting.ends_at > now, Signup.status.in_(events.LIVE)
    )
    of_person = (
        exists().where(StoredUpdate.chat_id == Person.chat_id, StoredUpdate.status == updates.WAITING),
        exists().where(Case.person_id == Person.id, Case.closed_at.is_(None)),
        exists().where(Appointment.person_id == Person.id, Appointment.status.in_(expected), Appointment.end > now),
        exists().where(Waiter.person_id == Person.id, Waiter.status == waiting.WAITING),
        ahead.where(Signup.person_id == Person.id),
        exists().where(Notice.person_id == Person.id),
    )
    return or_(*of_person)


def _row(names: Any, thing: Any) -> dict[str, Any]:
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
