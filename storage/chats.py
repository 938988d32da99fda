"""Chats: who serves one now, when it is due, and how fast it may be written to."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Select, String, case, delete, exists, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Instant
from storage.dialect import insert_ignore, is_postgresql
from storage.updates import WAITING, StoredUpdate

FULL = 3.0
"""The tokens of a chat that was not written to yet."""


class Chat(Base):
    """One chat with the bot. `ready_at` is when its waiting updates may be read (None: nothing waits)."""

    __tablename__ = "chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ready_at: Mapped[datetime | None] = mapped_column(index=True)
    waiting_since: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(64), index=True)
    lease_until: Mapped[datetime | None]
    tokens: Mapped[float] = mapped_column(default=FULL)
    refilled_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to serve one chat until `until`; nobody else serves it meanwhile.

    `owner` is this claim's own name, so that a claim that ran out is known even inside the process that made it.
    """

    chat_id: int
    owner: str
    until: datetime


async def due(session: AsyncSession, ready_at: Mapping[int, datetime], now: datetime, cap: timedelta) -> None:
    """Says when these chats have something to read, each no later than `cap` after the first of it.

    A chat that is due already stays due. Ask once in a transaction: all of them are locked in their order.
    """
    for number, chat in (await _locked(session, dict.fromkeys(ready_at, FULL))).items():
        if chat.ready_at is None or chat.waiting_since is None:
            chat.waiting_since, chat.ready_at = now, ready_at[number]
        elif chat.ready_at > now:
            chat.ready_at = min(ready_at[number], chat.waiting_since + cap)
    await session.flush()


async def _locked(session: AsyncSession, tokens: Mapping[int, float]) -> dict[int, Chat]:
    """These chats, locked in the order of their numbers, so that two processes never wait for each other.

    What is missing is made, with so many tokens; also what somebody else erased while we waited for its lock.
    """
    while True:
        await insert_ignore(session, Chat, [{"chat_id": number, "tokens": tokens[number]} for number in sorted(tokens)])
        found = {chat.chat_id: chat for chat in await session.scalars(_for_update(session, *tokens))}
        if len(found) == len(tokens):
            return found


async def lock(session: AsyncSession, chat_id: int) -> None:
    """Waits until nobody else serves or changes this chat, and keeps it so until the transaction ends."""
    await session.execute(_for_update(session, chat_id))


def _for_update(session: AsyncSession, *chat_ids: int) -> Select[Chat]:
    query = select(Chat).where(Chat.chat_id.in_(chat_ids)).order_by(Chat.chat_id)
    query = query.execution_options(populate_existing=True)
    return query.with_for_update() if is_postgresql(session) else query


async def claim(session: AsyncSession, owner: str, now: datetime, length: timedelta, limit: int = 1) -> list[Lease]:
    """Takes up to `limit` chats that are due and that nobody serves, longest waiting first.

    Times that no running clock can have written mean that the clock was set back: then nothing waits for them.
    """
    free = or_(Chat.lease_until.is_(None), Chat.lease_until < now, Chat.lease_until > now + 2 * length)
    is_due = or_(Chat.ready_at <= now, Chat.waiting_since > now)
    query = select(Chat.chat_id).where(is_due, free).order_by(Chat.ready_at).limit(limit)
    if is_postgresql(session):
        query = query.with_for_update(skip_locked=True)
    ids = (await session.scalars(query)).all()
    until, ticket = now + length, f"{owner}#{secrets.token_hex(4)}"
    if ids:
        await session.execute(update(Chat).where(Chat.chat_id.in_(ids)).values(lease_owner=ticket, lease_until=until))
    return [Lease(chat_id, ticket, until) for chat_id in ids]


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next chat that nobody serves is due; None when nothing waits."""
    return await session.scalar(select(func.min(Chat.ready_at)).where(Chat.lease_until.is_(None)))


async def still_ours(session: AsyncSession, lease: Lease, now: datetime, length: timedelta) -> bool:
    """Locks the chat for this transaction and prolongs the lease. False when somebody else has taken it since."""
    changed = await session.scalars(
        update(Chat)
        .where(Chat.chat_id == lease.chat_id, Chat.lease_owner == lease.owner)
        .values(lease_until=now + length)
        .returning(Chat.chat_id)
    )
    return changed.first() is not None


async def finish(session: AsyncSession, lease: Lease, now: datetime, again_at: datetime | None = None) -> None:
    """Gives the chat back. It stays due when more is waiting, at `again_at` at the earliest."""
    more = exists().where(StoredUpdate.chat_id == Chat.chat_id, StoredUpdate.status == WAITING)
    await session.execute(
        update(Chat)
        .where(Chat.chat_id == lease.chat_id, Chat.lease_owner == lease.owner)
        .values(
            lease_owner=None,
            lease_until=None,
            ready_at=case((more, literal(again_at or now, Instant())), else_=None),
            waiting_since=case((more, literal(now, Instant())), else_=None),
        )
    )


async def release_all(session: AsyncSession, owner: str | None = None) -> None:
    """Gives up the leases of one owner, or of everyone: right for a single process that has just started."""
    query = update(Chat).where(Chat.lease_owner.is_not(None))
    if owner is not None:
        query = query.where(Chat.lease_owner.startswith(f"{owner}#", autoescape=True))
    await session.execute(query.values(lease_owner=None, lease_until=None))


async def pause(session: AsyncSession, chat_id: int, until: datetime) -> None:
    """Holds back what is to be sent to a chat: Telegram asked for it."""
    await session.execute(update(Chat).where(Chat.chat_id == chat_id).values(paused_until=until))


async def forget(session: AsyncSession, chat_id: int) -> None:
    """Deletes what is known of a chat."""
    await session.execute(delete(Chat).where(Chat.chat_id == chat_id))


OVERALL = 0
"""The row whose tokens are those of the whole bot."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A token bucket: so many calls a second, and so many at once after a pause."""

    per_second: float
    burst: float


async def take_tokens(
    session: AsyncSession, wanted: Sequence[int], pace: Pace, overall: Pace, now: datetime
) -> list[datetime | None]:
    """One call to each wanted chat (OVERALL: a call that no chat's pace counts), if its bucket and the bot's allow it.

    For each, in order: None when it may go now, else the time at which it may be asked again.
    """
    bursts = {number: overall.burst if number == OVERALL else pace.burst for number in {OVERALL, *wanted}}
    found = await _locked(session, bursts)
    for number, chat in found.items():
        _refill(chat, overall if number == OVERALL else pace, now)
    waits = [_spend(found[OVERALL], found[number], pace, overall) for number in wanted]
    await session.flush()
    return [now + timedelta(seconds=wait) if wait else None for wait in waits]


def _refill(chat: Chat, pace: Pace, now: datetime) -> None:
    passed = max(0.0, (now - chat.refilled_at).total_seconds()) if chat.refilled_at else 0.0
    chat.tokens, chat.refilled_at = min(pace.burst, chat.tokens + passed * pace.per_second), now


def _spend(overall: Chat, chat: Chat, pace: Pace, overall_pace: Pace) -> float:
    """Takes a token of both buckets, or of none: then the seconds until both may have one."""
    missing = (1 - overall.tokens) / overall_pace.per_second
    if chat is not overall:
        missing = max(missing, (1 - chat.tokens) / pace.per_second)
    if missing > 0:
        return missing
    for bucket in {overall, chat}:
        bucket.tokens -= 1
    return 0.0
