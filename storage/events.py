"""Sign-ups for events: who has which seat of a sitting, who waits, and in which order.

A seat is a number from 1 to the sitting's `seats`. Whoever changes seats locks the sitting first, and the database
refuses a number that is taken: no seat is ever given twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, delete, exists, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id
from storage.dialect import insert_ignore
from storage.people import Person

GOING, OFFERED, WAITING = "going", "offered", "waiting"
WITHDRAWN, LAPSED, CANCELLED = "withdrawn", "lapsed", "cancelled"
SEATED = (GOING, OFFERED)
LIVE = (GOING, OFFERED, WAITING)
_LIVE = text("status IN ('going','offered','waiting')")


class StoredSitting(Base):
    """A sitting as people were last told of it: a change of the catalog is seen against this row.

    `seats` is None where nobody signs up. `revision` counts the changes that people were told of.
    """

    __tablename__ = "event_sittings"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    seats: Mapped[int | None]
    place: Mapped[str] = mapped_column(String(200))
    cancelled: Mapped[bool]
    revision: Mapped[int]


class Signup(Base):
    """A person's place at a sitting, in its line, or what became of it.

    `claim` is what a person may have once: the sitting, or the whole event where it allows one sitting only.
    `agreed_at` is when the person agreed to this being kept.
    """

    __tablename__ = "event_signups"
    __table_args__ = (
        UniqueConstraint("sitting_key", "seat"),
        Index("uq_event_signups_one", "person_id", "claim", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_event_signups_sitting_key_status_id", "sitting_key", "status", "id"),
        CheckConstraint("seat >= 1", name="seat"),
        CheckConstraint("(seat IS NOT NULL) = (status IN ('going','offered'))", name="seated"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    sitting_key: Mapped[str] = mapped_column(ForeignKey("event_sittings.key"))
    claim: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(10))
    seat: Mapped[int | None]
    held_until: Mapped[datetime | None] = mapped_column(index=True)
    agreed_at: Mapped[datetime]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    coming_at: Mapped[datetime | None]


async def put_sitting(session: AsyncSession, row: Mapping[str, Any]) -> bool:
    """Stores a sitting that is not there yet. Whether it was new."""
    return await insert_ignore(session, StoredSitting, [row]) > 0


async def sittings(session: AsyncSession) -> dict[str, StoredSitting]:
    """All stored sittings by key."""
    return {row.key: row for row in (await session.scalars(select(StoredSitting))).all()}


async def sitting(session: AsyncSession, key: str) -> StoredSitting:
    """The sitting of this key. Raises sqlalchemy's NoResultFound where there is none."""
    return await session.get_one(StoredSitting, key)


async def locked(session: AsyncSession, key: str) -> StoredSitting | None:
    """The sitting, kept from everybody else until the transaction ends."""
    query = select(StoredSitting).where(StoredSitting.key == key).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def free_seat(session: AsyncSession, sitting: StoredSitting) -> int | None:
    """The lowest free seat of a sitting that the caller has locked; None when there is none."""
    taken = set(
        await session.scalars(select(Signup.seat).where(Signup.sitting_key == sitting.key, Signup.status.in_(SEATED)))
    )
    return next((seat for seat in range(1, (sitting.seats or 0) + 1) if seat not in taken), None)


async def add(session: AsyncSession, signup: Signup) -> bool:
    """Stores a new sign-up and gives it its number. False when the person has one of this claim already."""
    try:
        async with session.begin_nested():
            session.add(signup)
    except IntegrityError:
        return False
    return True


async def live_claim(session: AsyncSession, person_id: int, claim: str) -> Signup | None:
    """What a person has of a claim: a seat, an offer, or a place in the line."""
    query = select(Signup).where(Signup.person_id == person_id, Signup.claim == claim, Signup.status.in_(LIVE))
    return (await session.scalars(query)).one_or_none()


async def by_id(session: AsyncSession, signup_id: int) -> Signup | None:
    """The sign-up with this number, as it is now."""
    return await session.get(Signup, signup_id, populate_existing=True)


async def of_person(session: AsyncSession, person_id: int, now: datetime) -> Sequence[tuple[Signup, StoredSitting]]:
    """The live sign-ups of a person for what is not over, soonest first."""
    query = (
        select(Signup, StoredSitting)
        .join(StoredSitting, StoredSitting.key == Signup.sitting_key)
        .where(Signup.person_id == person_id, Signup.status.in_(LIVE), StoredSitting.ends_at > now)
        .order_by(StoredSitting.starts_at, Signup.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def first_waiting(session: AsyncSession, key: str) -> Signup | None:
    """Who waits longest for a seat, of those who can be told of it."""
    can_be_told = exists().where(Person.id == Signup.person_id, Person.unreachable_since.is_(None))
    query = select(Signup).where(Signup.sitting_key == key, Signup.status == WAITING, can_be_told)
    return (await session.scalars(query.order_by(Signup.id).limit(1))).one_or_none()


async def waiting_before(session: AsyncSession, signup: Signup) -> int:
    """How many wait ahead of somebody."""
    ahead = (Signup.sitting_key == signup.sitting_key, Signup.status == WAITING, Signup.id < signup.id)
    return await session.scalar(select(func.count()).select_from(Signup).where(*ahead)) or 0


async def run_out(session: AsyncSession, key: str, now: datetime) -> Sequence[Signup]:
    """The offers of a sitting whose time is over."""
    query = select(Signup).where(Signup.sitting_key == key, Signup.status == OFFERED, Signup.held_until <= now)
    return (await session.scalars(query.order_by(Signup.id))).all()


async def all_live(session: AsyncSession, key: str) -> Sequence[Signup]:
    """Everybody who has a seat of a sitting or waits for one."""
    query = select(Signup).where(Signup.sitting_key == key, Signup.status.in_(LIVE)).order_by(Signup.id)
    return (await session.scalars(query)).all()


async def unsettled(session: AsyncSession, now: datetime) -> Sequence[str]:
    """Keys of sittings ahead in which somebody waits, or an offer has run out."""
    query = (
        select(Signup.sitting_key)
        .join(StoredSitting, StoredSitting.key == Signup.sitting_key)
        .where(StoredSitting.starts_at > now, Signup.status.in_((WAITING, OFFERED)))
        .distinct()
        .order_by(Signup.sitting_key)
    )
    return (await session.scalars(query)).all()


async def counts(session: AsyncSession, keys: Sequence[str] | None = None) -> dict[str, dict[str, int]]:
    """How many sign-ups sittings have, by key and status: of all, or of these keys."""
    query = select(Signup.sitting_key, Signup.status, func.count()).group_by(Signup.sitting_key, Signup.status)
    if keys is not None:
        query = query.where(Signup.sitting_key.in_(keys))
    found: dict[str, dict[str, int]] = {}
    for key, status, count in (await session.execute(query)).all():
        found.setdefault(key, {})[status] = count
    return found


async def coming(session: AsyncSession) -> dict[str, int]:
    """How many of those who have a seat said that they are coming, by key."""
    query = select(Signup.sitting_key, func.count()).where(Signup.status == GOING, Signup.coming_at.is_not(None))
    return {row[0]: row[1] for row in (await session.execute(query.group_by(Signup.sitting_key))).all()}


async def forget_before(session: AsyncSession, before: datetime) -> None:
    """Deletes the sign-ups for what ended before a time."""
    over = select(StoredSitting.key).where(StoredSitting.ends_at < before)
    await session.execute(delete(Signup).where(Signup.sitting_key.in_(over)))
