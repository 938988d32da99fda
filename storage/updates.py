"""The inbox: every update of Telegram, stored before Telegram is told that it arrived."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id
from storage.dialect import insert_ignore

WAITING, ANSWERED, PARKED = "waiting", "answered", "parked"


class StoredUpdate(Base):
    """One update. Its content goes when it has been answered; its number stays, so that a repeat is seen."""

    __tablename__ = "updates"
    __table_args__ = (Index("ix_updates_status_chat_id_id", "status", "chat_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    update_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(30))
    raw: Mapped[dict[str, Any] | None]
    status: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(300))
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as it came in: its number, the chat that it belongs to (None: nobody's), its kind and its JSON."""

    update_id: int
    chat_id: int | None
    kind: str
    raw: dict[str, Any]


async def store(session: AsyncSession, arrivals: Iterable[Arrival], now: datetime) -> int:
    """Adds what is new and drops repeats. Returns how many were new.

    An update that belongs to no chat can be served by nobody: it is parked for an operator to see.
    """
    rows = [
        {
            "update_id": a.update_id,
            "chat_id": a.chat_id,
            "kind": a.kind,
            "raw": a.raw,
            "received_at": now,
            "status": PARKED if a.chat_id is None else WAITING,
            "attempts": 0,
            "error": "belongs to no chat" if a.chat_id is None else None,
        }
        for a in arrivals
    ]
    return await insert_ignore(session, StoredUpdate, rows)


async def waiting_in(session: AsyncSession, chat_id: int, limit: int = 20) -> Sequence[StoredUpdate]:
    """A chat's unanswered updates, oldest first."""
    query = (
        select(StoredUpdate)
        .where(StoredUpdate.chat_id == chat_id, StoredUpdate.status == WAITING)
        .order_by(StoredUpdate.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def answered(session: AsyncSession, ids: Sequence[int], now: datetime) -> None:
    """Marks updates as dealt with and forgets what they said."""
    await session.execute(
        update(StoredUpdate)
        .where(StoredUpdate.id.in_(ids))
        .values(status=ANSWERED, answered_at=now, raw=None, error=None)
    )


async def failed(session: AsyncSession, ids: Sequence[int], error: str, *, park: bool) -> None:
    """Counts a failure; `park` takes the updates out of the line, where an operator finds them."""
    await session.execute(
        update(StoredUpdate)
        .where(StoredUpdate.id.in_(ids))
        .values(
            attempts=StoredUpdate.attempts + 1,
            error=error[:300],
            status=PARKED if park else WAITING,
        )
    )


async def parked(session: AsyncSession, limit: int = 100) -> Sequence[StoredUpdate]:
    """What could not be handled, newest first."""
    query = select(StoredUpdate).where(StoredUpdate.status == PARKED).order_by(StoredUpdate.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


async def release(session: AsyncSession, row_id: int) -> int | None:
    """Puts a parked update back into its chat's line. Returns the chat, or None when there is no such update."""
    changed = await session.scalars(
        update(StoredUpdate)
        .where(StoredUpdate.id == row_id, StoredUpdate.status == PARKED, StoredUpdate.chat_id.is_not(None))
        .values(status=WAITING, attempts=0)
        .returning(StoredUpdate.chat_id)
    )
    return changed.first()


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many updates there are, by status."""
    rows = await session.execute(select(StoredUpdate.status, func.count()).group_by(StoredUpdate.status))
    return {row[0]: row[1] for row in rows}


async def forget_before(session: AsyncSession, answered_before: datetime, parked_before: datetime) -> None:
    """Deletes answered numbers and parked updates that are older than the days given.

    Telegram repeats an update for 24 hours at most, so answered numbers must be kept longer than that.
    """
    await session.execute(
        delete(StoredUpdate).where(StoredUpdate.status == ANSWERED, StoredUpdate.received_at < answered_before)
    )
    await session.execute(
        delete(StoredUpdate).where(StoredUpdate.status == PARKED, StoredUpdate.received_at < parked_before)
    )


async def forget_chat(session: AsyncSession, chat_id: int) -> None:
    """Takes a chat's number and words out of every update, and keeps the bare update numbers."""
    await session.execute(
        update(StoredUpdate)
        .where(StoredUpdate.chat_id == chat_id)
        .values(chat_id=None, raw=None, error=None, status=ANSWERED)
    )
