"""Where each conversation stands. One row a person, so that a restart strands nobody."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.dialect import upsert
from storage.people import Person


class Dialogue(Base):
    """The state of one person's conversation, as JSON."""

    __tablename__ = "dialogues"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]


async def load(session: AsyncSession, person_id: int) -> dict[str, Any]:
    """The stored state; empty for somebody new."""
    row = await session.get(Dialogue, person_id)
    return dict(row.state) if row else {}


async def save(session: AsyncSession, person_id: int, state: dict[str, Any], now: datetime) -> None:
    """Overwrites the state."""
    row = {"person_id": person_id, "state": state, "updated_at": now}
    await upsert(session, Dialogue, row, ("person_id",))


async def forget_before(session: AsyncSession, before: datetime) -> None:
    """Deletes states that nobody has touched since a time."""
    await session.execute(delete(Dialogue).where(Dialogue.updated_at < before))


async def forget_unconsented(session: AsyncSession, before: datetime) -> None:
    """Deletes untouched states of people who did not agree that anything is kept."""
    unconsented = select(Person.id).where(Person.consent_profile_at.is_(None))
    await session.execute(delete(Dialogue).where(Dialogue.updated_at < before, Dialogue.person_id.in_(unconsented)))


async def forget(session: AsyncSession, person_id: int) -> None:
    """Deletes one person's state."""
    await session.execute(delete(Dialogue).where(Dialogue.person_id == person_id))
