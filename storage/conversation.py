"""The thread of one person: what was said by whom, and what happened to their cases. Kept with consent only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id

PERSON, IEUM, COUNSELOR, EVENT, NOTE = "person", "ieum", "counselor", "event", "note"


class Entry(Base):
    """One line of a thread: words of the person, of Ieum or of a counselor; an event; or a note that only staff see."""

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("author IN ('person','ieum','counselor','event','note')", name="author"),
        Index("ix_entries_person_id_id", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(10))
    text: Mapped[str | None] = mapped_column(Text)
    event: Mapped[str | None] = mapped_column(String(30))
    data: Mapped[dict[str, Any] | None]


async def add(
    session: AsyncSession,
    person_id: int,
    author: str,
    at: datetime,
    *,
    text: str | None = None,
    event: str | None = None,
    case_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Appends a line."""
    session.add(Entry(person_id=person_id, author=author, at=at, text=text, event=event, case_id=case_id, data=data))
    await session.flush()


async def thread(session: AsyncSession, person_id: int, limit: int = 200) -> Sequence[Entry]:
    """A person's last lines, oldest first."""
    query = select(Entry).where(Entry.person_id == person_id).order_by(Entry.id.desc()).limit(limit)
    return list(reversed((await session.scalars(query)).all()))


async def count(session: AsyncSession, person_id: int) -> int:
    """How many lines a person's thread has."""
    return await session.scalar(select(func.count()).select_from(Entry).where(Entry.person_id == person_id)) or 0


async def forget_before(session: AsyncSession, before: datetime) -> None:
    """Deletes lines older than a time."""
    await session.execute(delete(Entry).where(Entry.at < before))


async def forget_words(session: AsyncSession, person_id: int) -> None:
    """Deletes what was said, and leaves the bare events of the cases."""
    await session.execute(delete(Entry).where(Entry.person_id == person_id, Entry.author != EVENT))
