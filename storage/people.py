"""People who write to us: how to reach them, their consent, and what they told us about themselves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import BigInteger, ForeignKey, String, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id, Json
from storage.dialect import insert_ignore, upsert


class Person(Base):
    """One person. Names are not kept: what Telegram calls somebody is any text, and serves nothing here."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    unreachable_since: Mapped[datetime | None]
    consent_asked_at: Mapped[datetime | None]
    consent_profile_at: Mapped[datetime | None]
    consent_share_at: Mapped[datetime | None]
    consent_version: Mapped[str | None] = mapped_column(String(20))


class ProfileFact(Base):
    """One thing a person told us, under the field names of the eligibility rules. Stored with consent only."""

    __tablename__ = "profile_facts"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    said_at: Mapped[datetime]


async def seen(session: AsyncSession, telegram_id: int, chat_id: int, now: datetime) -> Person:
    """The person behind a Telegram account, made at the first message; whoever writes can be reached again."""
    row = {"telegram_id": telegram_id, "chat_id": chat_id, "first_seen_at": now, "last_seen_at": now}
    await insert_ignore(session, Person, [row])
    person = (await session.scalars(select(Person).where(Person.telegram_id == telegram_id))).one()
    person.last_seen_at, person.unreachable_since = now, None
    return person


async def by_chat(session: AsyncSession, chat_id: int) -> Person | None:
    """The person whose private chat this is."""
    return (await session.scalars(select(Person).where(Person.chat_id == chat_id))).one_or_none()


async def by_id(session: AsyncSession, person_id: int) -> Person | None:
    """The person with this number."""
    return await session.get(Person, person_id)


async def unreachable(session: AsyncSession, chat_id: int, now: datetime | None) -> None:
    """Notes that a person blocked the bot or closed the account (`now`), or came back (None)."""
    await session.execute(update(Person).where(Person.chat_id == chat_id).values(unreachable_since=now))


Told: TypeAlias = tuple[Any, datetime]
"""A fact and when it was told."""


async def told(session: AsyncSession, person_id: int) -> dict[str, Told]:
    """What a person told us and when, by field."""
    query = select(ProfileFact.field, ProfileFact.value, ProfileFact.said_at)
    rows = await session.execute(query.where(ProfileFact.person_id == person_id))
    return {row[0]: (row[1], row[2]) for row in rows}


async def shared_profiles(session: AsyncSession, after: int, limit: int) -> dict[int, dict[str, Told]]:
    """What people told us and when, by person and field: of the next `limit` persons after a number; empty at the end.

    Only of those who agreed both that it is kept and that counselors may see it.
    """
    agreed = Person.consent_profile_at.is_not(None) & Person.consent_share_at.is_not(None)
    query = select(Person.id).where(Person.id > after, agreed).order_by(Person.id).limit(limit)
    found: dict[int, dict[str, Told]] = {number: {} for number in await session.scalars(query)}
    if not found:
        return {}
    between = ProfileFact.person_id.between(min(found), max(found))
    columns = (ProfileFact.person_id, ProfileFact.field, ProfileFact.value, ProfileFact.said_at)
    for number, field, value, said_at in await session.execute(select(*columns).where(between)):
        if number in found:
            found[number][field] = (value, said_at)
    return found


async def learn(session: AsyncSession, person_id: int, facts: Mapping[str, Any], now: datetime) -> None:
    """Stores what a person said; a value of None forgets the field. The caller has checked consent."""
    for field, value in facts.items():
        if value is None:
            await session.execute(
                delete(ProfileFact).where(ProfileFact.person_id == person_id, ProfileFact.field == field)
            )
        else:
            row = {"person_id": person_id, "field": field, "value": value, "said_at": now}
            await upsert(session, ProfileFact, row, ("person_id", "field"))


async def forget_profile(session: AsyncSession, person_id: int) -> None:
    """Deletes all that a person told us about themselves."""
    await session.execute(delete(ProfileFact).where(ProfileFact.person_id == person_id))
