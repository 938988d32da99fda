"""Messages that are due at a time: each becomes rows of the outbox once, in the transaction that marks it so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.base import Base, Id
from storage.dialect import insert_ignore, is_postgresql
from storage.people import Person

WAITING, QUEUED, DROPPED = "waiting", "queued", "dropped"


class Reminder(Base):
    """One message to come. `subject` and `subject_id` say what it is about, `version` which state of that.

    `due_at` is when it is to be said, `not_after` when it is too late for it. Its words are made when it is due.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("uq_reminders_once", "subject", "subject_id", "version", "name", unique=True),
        Index("ix_reminders_status_due_at", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Integer)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    not_after: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10), default=WAITING)
    done_at: Mapped[datetime | None]

    @property
    def key(self) -> str:
        """The key under which the outbox takes it once."""
        return f"{self.subject}:{self.subject_id}:{self.version}:{self.name}"


async def add(session: AsyncSession, rows: Sequence[dict[str, object]]) -> int:
    """Stores reminders that are not there yet. Returns how many went in."""
    return await insert_ignore(session, Reminder, [{"status": WAITING, **row} for row in rows])


async def due(session: AsyncSession, subjects: Sequence[str], now: datetime, limit: int) -> Sequence[Reminder]:
    """Reminders whose time has come, oldest first, less those that another process has in hand."""
    query = (
        select(Reminder)
        .where(Reminder.status == WAITING, Reminder.due_at <= now, Reminder.subject.in_(subjects))
        .order_by(Reminder.due_at, Reminder.id)
        .limit(limit)
    )
    if is_postgresql(session):
        query = query.with_for_update(skip_locked=True)
    return (await session.scalars(query)).all()


async def of(session: AsyncSession, subject: str, subject_id: int) -> Sequence[Reminder]:
    """All reminders of one thing, oldest first."""
    query = select(Reminder).where(Reminder.subject == subject, Reminder.subject_id == subject_id)
    return (await session.scalars(query.order_by(Reminder.due_at, Reminder.id))).all()


async def superseded(session: AsyncSession, rows: Sequence[Reminder], now: datetime) -> set[int]:
    """Those of these planned reminders after which another of the same thing is due, too: the later one is enough."""
    later = aliased(Reminder)
    query = select(Reminder.id).where(
        Reminder.id.in_([row.id for row in rows]),
        Reminder.version >= 0,
        exists().where(
            later.subject == Reminder.subject,
            later.subject_id == Reminder.subject_id,
            later.version == Reminder.version,
            later.status == WAITING,
            later.due_at <= now,
            later.due_at > Reminder.due_at,
        ),
    )
    return set(await session.scalars(query))


async def mark(session: AsyncSession, ids: Sequence[int], status: str, now: datetime | None) -> None:
    """Notes what became of reminders."""
    if ids:
        await session.execute(update(Reminder).where(Reminder.id.in_(ids)).values(status=status, done_at=now))


async def chats_of(session: AsyncSession, person_ids: Sequence[int]) -> dict[int, int]:
    """The chats of those of these people who can be reached."""
    query = select(Person.id, Person.chat_id).where(Person.id.in_(person_ids), Person.unreachable_since.is_(None))
    return {row[0]: row[1] for row in await session.execute(query)}


async def drop(session: AsyncSession, subject: str, subject_id: int, now: datetime | None) -> list[str]:
    """Ends what waits to be said about a thing. The outbox's keys of what has been handed over before."""
    rows = await of(session, subject, subject_id)
    await mark(session, [row.id for row in rows if row.status == WAITING], DROPPED, now)
    return [row.key for row in rows if row.status == QUEUED]


async def forget_before(session: AsyncSession, before: datetime) -> None:
    """Deletes reminders of things that were over before a time."""
    await session.execute(delete(Reminder).where(Reminder.not_after < before, Reminder.status != WAITING))
