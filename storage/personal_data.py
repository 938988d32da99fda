"""Everything that is kept of one person: shown, handed out, erased.

The tables are not listed by hand. Whatever has a `person_id` is the person's own and is found through the metadata;
whatever has a `chat_id` is cleaned by name below, and a test fails when a new table of that kind is not known here.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import chats, outbox, people, updates
from storage.people import Person
from storage.tables import metadata

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


async def erase_silent(session: AsyncSession, before: datetime, limit: int) -> bool:
    """Erases up to `limit` people who have not written since a time; whether there may be more.

    Whoever comes back in this very moment stays: each chat is locked, as a turn does, and looked at once more.
    """
    silent = await people.silent_since(session, before, limit)
    for person in silent:
        await chats.lock(session, person.chat_id)
        if await people.is_silent_since(session, person.id, before):
            await _erase(session, person)
    return len(silent) == limit


def _row(names: Any, thing: Any) -> dict[str, Any]:
    return {name: _plain(getattr(thing, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
