"""The outbox: what we say is a row before it is a message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnExpressionArgument,
    ForeignKey,
    Index,
    String,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.base import Base, Id
from storage.chats import Chat
from storage.dialect import insert_ignore, is_postgresql

QUEUED, SENDING, SENT, GONE, FAILED = "queued", "sending", "sent", "gone", "failed"
ANSWER, RELAY, REMINDER, BULK = 0, 1, 2, 3
"""Priorities: answers go ahead of counselors' words, those ahead of reminders, those ahead of bulk."""


class Outgoing(Base):
    """One call to Telegram that is to be made, its content until it is made, and what came of it.

    `timed_at` is when `not_before` was written.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_status_priority_id", "status", "priority", "id"),
        Index("ix_outbox_chat_id_status", "chat_id", "status"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"), index=True)
    method: Mapped[str] = mapped_column(String(30))
    payload: Mapped[dict[str, Any] | None]
    priority: Mapped[int]
    ordered: Mapped[bool]
    forget: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str | None] = mapped_column(String(80), unique=True)
    status: Mapped[str] = mapped_column(String(10), default=QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    timed_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Call:
    """A call to Telegram: the method's name and its parameters as plain JSON.

    `ordered` calls of one chat go out one after another; `forget` deletes the row once it is sent;
    a second call with the same `key` is dropped.
    """

    method: str
    payload: Mapping[str, Any]
    ordered: bool = True
    forget: bool = False
    key: str | None = None


async def put(
    session: AsyncSession,
    chat_id: int,
    calls: Sequence[Call],
    now: datetime,
    *,
    person_id: int | None = None,
    priority: int = ANSWER,
) -> None:
    """Queues calls for a chat, in order."""
    for call in calls:
        row = {
            "chat_id": chat_id,
            "person_id": person_id,
            "method": call.method,
            "payload": dict(call.payload),
            "priority": priority,
            "ordered": call.ordered,
            "forget": call.forget,
            "key": call.key,
            "status": QUEUED,
            "attempts": 0,
            "not_before": now,
            "timed_at": now,
            "created_at": now,
        }
        await insert_ignore(session, Outgoing, [row])


async def claim(
    session: AsyncSession,
    owner: str,
    now: datetime,
    length: timedelta,
    limit: int,
    *,
    messages: int | None = None,
    quiet: bool = False,
) -> Sequence[Outgoing]:
    """Takes up to `limit` rows that may go out now: each chat's oldest ordered one, and all unordered ones.

    At most `messages` of them are ordered. `quiet`: reminders and bulk wait. A row whose sender died is taken again
    when its claim has run out; that is the one repeat that can happen. Times that lie further ahead than any running
    clock can have written mean that the clock was set back.
    """
    rows: list[Outgoing] = []
    may = Outgoing.priority < REMINDER if quiet else true()
    if messages != 0:
        ordered = and_(Outgoing.ordered, may)
        rows += await _claimable(session, now, length, ordered, limit if messages is None else messages)
    if len(rows) < limit:
        rows += await _claimable(session, now, length, and_(~Outgoing.ordered, may), limit - len(rows))
    for row in rows:
        row.status, row.claimed_by, row.claimed_until = SENDING, owner, now + length
        row.attempts += 1
    return sorted(rows, key=lambda row: (row.priority, row.id))


async def _claimable(
    session: AsyncSession, now: datetime, length: timedelta, kind: ColumnExpressionArgument[bool], limit: int
) -> Sequence[Outgoing]:
    earlier = aliased(Outgoing)
    in_line = exists().where(
        earlier.chat_id == Outgoing.chat_id,
        earlier.ordered,
        earlier.status.in_((QUEUED, SENDING)),
        earlier.id < Outgoing.id,
        # An answer does not wait for a reminder that may have to wait for the morning.
        or_(earlier.priority < REMINDER, Outgoing.priority >= REMINDER),
    )
    run_out = or_(Outgoing.claimed_until < now, Outgoing.claimed_until > now + 2 * length)
    abandoned = and_(Outgoing.status == SENDING, run_out)
    query = (
        select(Outgoing)
        .outerjoin(Chat, Chat.chat_id == Outgoing.chat_id)
        .where(
            kind,
            or_(Outgoing.status == QUEUED, abandoned),
            or_(Outgoing.not_before <= now, Outgoing.timed_at > now),
            or_(Chat.paused_until.is_(None), Chat.paused_until <= now, Chat.refilled_at > now),
            or_(~Outgoing.ordered, ~in_line),
        )
        .order_by(Outgoing.priority, Outgoing.id)
        .limit(limit)
    )
    if is_postgresql(session):
        query = query.with_for_update(skip_locked=True, of=Outgoing)
    return (await session.scalars(query)).all()


async def next_at(session: AsyncSession, now: datetime) -> datetime | None:
    """When the next row that waits for its time may go; None when none does."""
    query = select(func.min(Outgoing.not_before)).where(Outgoing.status == QUEUED, Outgoing.not_before > now)
    return await session.scalar(query)


async def sent(session: AsyncSession, row_id: int, message_id: int | None, now: datetime) -> None:
    """Marks a row as delivered, and forgets what it said."""
    forgotten = await session.execute(
        delete(Outgoing).where(Outgoing.id == row_id, Outgoing.forget).returning(Outgoing.id)
    )
    if forgotten.first() is None:
        await _close(session, row_id, status=SENT, message_id=message_id, sent_at=now)


async def given_up(session: AsyncSession, row_id: int, status: str, error: str) -> None:
    """Marks a row that will not be delivered: GONE (blocked, chat deleted) or FAILED (refused for good)."""
    await _close(session, row_id, status=status, error=error[:300])


async def _close(session: AsyncSession, row_id: int, **values: Any) -> None:
    await session.execute(
        update(Outgoing).where(Outgoing.id == row_id).values(payload=None, claimed_until=None, **values)
    )


async def later(
    session: AsyncSession, row_id: int, at: datetime, now: datetime, error: str, *, counts: bool = True
) -> None:
    """Puts a row back into the line, to be tried at `at`; `counts`: as a failed attempt."""
    await session.execute(
        update(Outgoing)
        .where(Outgoing.id == row_id)
        .values(
            status=QUEUED,
            not_before=at,
            timed_at=now,
            claimed_until=None,
            error=error[:300],
            attempts=Outgoing.attempts - (0 if counts else 1),
        )
    )


async def drop_waiting(session: AsyncSession, chat_id: int) -> None:
    """Gives up everything that still waits for a chat that cannot be reached."""
    await session.execute(
        update(Outgoing)
        .where(Outgoing.chat_id == chat_id, Outgoing.status == QUEUED)
        .values(status=GONE, payload=None, error="unreachable")
    )


async def withdraw(session: AsyncSession, keys: Sequence[str]) -> None:
    """Takes back what waits under these keys. What is on its way arrives, but is not tried a second time."""
    if keys:
        waits = Outgoing.status.in_((QUEUED, SENDING))
        await session.execute(delete(Outgoing).where(Outgoing.key.in_(keys), waits))


async def migrate(session: AsyncSession, old_chat_id: int, new_chat_id: int) -> None:
    """Sends what waits for a chat to the number that replaced it."""
    await session.execute(
        update(Outgoing)
        .where(Outgoing.chat_id == old_chat_id, Outgoing.status.in_((QUEUED, SENDING)))
        .values(chat_id=new_chat_id)
    )


async def release_all(session: AsyncSession, owner: str | None = None) -> None:
    """Puts rows back that one owner, or anyone, has claimed: right when that process is known to have ended."""
    query = update(Outgoing).where(Outgoing.status == SENDING)
    if owner is not None:
        query = query.where(Outgoing.claimed_by == owner)
    await session.execute(query.values(status=QUEUED, claimed_until=None))


async def is_queued_since(session: AsyncSession, chat_id: int, method: str, since: datetime) -> bool:
    """Whether a call of this method was queued for a chat since a time."""
    there = exists().where(Outgoing.chat_id == chat_id, Outgoing.method == method, Outgoing.created_at > since)
    return bool(await session.scalar(select(there)))


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many rows there are, by status."""
    rows = await session.execute(select(Outgoing.status, func.count()).group_by(Outgoing.status))
    return {row[0]: row[1] for row in rows}


async def forget_before(session: AsyncSession, before: datetime) -> None:
    """Deletes closed rows created before a time."""
    closed = Outgoing.status.in_((SENT, GONE, FAILED))
    await session.execute(delete(Outgoing).where(closed, Outgoing.created_at < before))


async def forget_chat(session: AsyncSession, chat_id: int) -> None:
    """Deletes everything said or to be said to a chat."""
    await session.execute(delete(Outgoing).where(Outgoing.chat_id == chat_id))
