"""What is kept of each turn to see how well we understand: labels and times, never words."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id


class TurnRecord(Base):
    """One answered turn: what was understood, who answered, how long each part took (milliseconds)."""

    __tablename__ = "turns"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20))
    intent: Mapped[str | None] = mapped_column(String(30))
    confidence: Mapped[float | None]
    lane: Mapped[str | None] = mapped_column(String(20))
    flow: Mapped[str] = mapped_column(String(30))
    step: Mapped[str] = mapped_column(String(30))
    degraded: Mapped[str | None] = mapped_column(String(60))
    timings: Mapped[dict[str, Any]]


async def note(session: AsyncSession, record: TurnRecord) -> None:
    """Stores one record."""
    session.add(record)
    await session.flush()


async def degraded_since(session: AsyncSession, since: datetime) -> dict[str, int]:
    """How many turns were answered without the classifier since a time, by cause, most frequent first."""
    query = (
        select(TurnRecord.degraded, func.count())
        .where(TurnRecord.at >= since, TurnRecord.degraded.is_not(None))
        .group_by(TurnRecord.degraded)
        .order_by(func.count().desc())
    )
    return {str(why): count for why, count in await session.execute(query)}


async def forget_before(session: AsyncSession, before: datetime) -> None:
    """Deletes records older than a time."""
    await session.execute(delete(TurnRecord).where(TurnRecord.at < before))
