"""Messages that are due at a time, for whatever matter: planned, replaced, taken back, and handed to the outbox once.

A reminder becomes rows of the outbox in the transaction that marks it as handed over, so a crash can neither lose nor
double it there. Its words are made at that moment, by the matter's own renderer, which leaves out what is dead.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from counsel.cells import SEOUL
from storage import outbox
from storage import reminders as store
from storage.outbox import Call
from storage.reminders import Reminder

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)
"""Nobody is written to at night, unless they write."""
LAST_WORD = time(20, 30)
"""When the evening's reminders go out that would be due at night."""
SOONEST = timedelta(minutes=30)
"""A reminder in the morning must leave so much time before the start; else it comes the evening before."""
ONCE = -1
"""The version of messages that are said once, whatever happens to their matter."""

Renderer: TypeAlias = Callable[[AsyncSession, Sequence[Reminder], datetime], Awaitable[Mapping[int, Sequence[Call]]]]
"""Makes the messages of reminders that are due, by the reminder's id. What is left out is never said."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a reminder of this name is to be said."""

    name: str
    at: datetime


def is_quiet(at: datetime) -> bool:
    """Whether it is night in Korea."""
    here = at.astimezone(SEOUL).time()
    return here >= QUIET_FROM or here < QUIET_UNTIL


def due_times(start: datetime, before: Sequence[timedelta], now: datetime) -> list[Due]:
    """When to remind of something that begins at `start`: never at night, never after now has passed it.

    A time at night becomes the next morning, or the evening before where the morning is too late.
    """
    out: dict[datetime, Due] = {}
    for lead in sorted(before, reverse=True):
        at = _awake(start - lead, start)
        if now < at < start:
            out[at] = Due(f"{lead // timedelta(hours=1)}h", at)
    return list(out.values())


def _awake(at: datetime, start: datetime) -> datetime:
    if not is_quiet(at):
        return at
    here = at.astimezone(SEOUL)
    evening = here if here.time() >= QUIET_FROM else here - timedelta(days=1)
    morning = datetime.combine(evening.date() + timedelta(days=1), QUIET_UNTIL, SEOUL)
    if morning + SOONEST <= start:
        return morning
    return datetime.combine(evening.date(), LAST_WORD, SEOUL)


def soon(now: datetime) -> datetime:
    """The first moment from now on that is not at night."""
    if not is_quiet(now):
        return now
    here = now.astimezone(SEOUL)
    day = here.date() + timedelta(days=1 if here.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, SEOUL)


async def plan(
    session: AsyncSession,
    person_id: int,
    subject: str,
    subject_id: int,
    version: int,
    dues: Sequence[Due],
    now: datetime,
    *,
    not_after: datetime,
) -> None:
    """Sets a matter's reminders for its state `version`, in place of what was planned or queued for earlier ones."""
    await drop(session, subject, subject_id, now)
    rows = [_row(person_id, subject, subject_id, version, due, not_after) for due in dues]
    await store.add(session, rows)


async def once(
    session: AsyncSession,
    person_id: int,
    subject: str,
    subject_id: int,
    name: str,
    now: datetime,
    *,
    not_after: datetime,
) -> bool:
    """One message as soon as it is not night. The same subject, id and name never come twice. Whether it is new."""
    row = _row(person_id, subject, subject_id, ONCE, Due(name, soon(now)), not_after)
    return await store.add(session, [row]) == 1


async def drop(session: AsyncSession, subject: str, subject_id: int, now: datetime | None = None) -> None:
    """Ends all that is to be said about a matter, what is queued and not yet sent included."""
    keys = await store.drop(session, subject, subject_id, now)
    await outbox.withdraw(session, [name for key in keys for name in (key, f"{key}#1", f"{key}#2")])


def _row(
    person_id: int, subject: str, subject_id: int, version: int, due: Due, not_after: datetime
) -> dict[str, object]:
    return {
        "person_id": person_id,
        "subject": subject,
        "subject_id": subject_id,
        "version": version,
        "name": due.name,
        "due_at": due.at,
        "not_after": not_after,
    }


async def hand_over(session: AsyncSession, renderers: Mapping[str, Renderer], now: datetime, limit: int = 100) -> int:
    """Hands up to `limit` reminders that are due to the outbox, none at night. How many were dealt with."""
    if is_quiet(now):
        return 0
    rows = await store.due(session, list(renderers), now, limit)
    if not rows:
        return 0
    late = await store.superseded(session, rows, now)
    late |= {row.id for row in rows if row.not_after <= now}
    chats = await store.chats_of(session, [row.person_id for row in rows])
    good = [row for row in rows if row.id not in late and row.person_id in chats]
    said = set()
    for subject, render in renderers.items():
        mine = [row for row in good if row.subject == subject]
        calls = await render(session, mine, now) if mine else {}
        for row in mine:
            if calls.get(row.id):
                await _queue(session, row, chats[row.person_id], calls[row.id], now)
                said.add(row.id)
    await store.mark(session, sorted(said), store.QUEUED, now)
    await store.mark(session, [row.id for row in rows if row.id not in said], store.DROPPED, now)
    return len(rows)


async def _queue(session: AsyncSession, row: Reminder, chat_id: int, calls: Sequence[Call], now: datetime) -> None:
    keys = [row.key, *(f"{row.key}#{n}" for n in range(1, len(calls)))]
    keyed = [Call(c.method, c.payload, c.ordered, c.forget, key) for c, key in zip(calls, keys, strict=True)]
    await outbox.put(session, chat_id, keyed, now, person_id=row.person_id, priority=outbox.REMINDER)
