"""The waiting list: who waits for which kind of time, in the order in which they came."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.base import Base, Id
from storage.dialect import is_postgresql
from storage.people import Person

WAITING, DONE, LEFT, PASSED = "waiting", "done", "left", "passed"


class Waiter(Base):
    """One person's place. `hold_id` is the time that is held for them now; without one they wait for the next.

    `offered_on` is the day of the last offer: there is at most one a day. `moves_id` names a displaced appointment that
    the new time is for.
    """

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint("status IN ('waiting','done','left','passed')", name="status"),
        Index(
            "uq_waiting_live",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_waiting_status_since", "status", "since"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    center_id: Mapped[str] = mapped_column(String(40), default="")
    counselor_id: Mapped[str] = mapped_column(String(24), default="")
    district: Mapped[str] = mapped_column(String(40), default="")
    language: Mapped[str] = mapped_column(String(20), default="")
    skill: Mapped[str] = mapped_column(String(40), default="")
    wish: Mapped[dict[str, Any]]
    details: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10), default=WAITING)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="SET NULL"), index=True)
    moves_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    offered_on: Mapped[str] = mapped_column(String(10), default="")
    offers: Mapped[int] = mapped_column(default=0)


async def add(session: AsyncSession, waiter: Waiter) -> Waiter:
    """Stores a place and gives it its number."""
    session.add(waiter)
    await session.flush()
    return waiter


def end(waiter: Waiter, status: str) -> None:
    """Ends a place; where and how the talk was to be is no longer needed."""
    waiter.status, waiter.hold_id, waiter.details = status, None, {}


async def by_id(session: AsyncSession, waiting_id: int) -> Waiter | None:
    """The place with this number."""
    return await session.get(Waiter, waiting_id, populate_existing=True)


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> dict[int, Waiter]:
    """The places with these numbers."""
    return {row.id: row for row in await session.scalars(select(Waiter).where(Waiter.id.in_(ids)))}


async def live_of(session: AsyncSession, person_id: int) -> Sequence[Waiter]:
    """Where a person waits."""
    query = select(Waiter).where(Waiter.person_id == person_id, Waiter.status == WAITING)
    return (await session.scalars(query.order_by(Waiter.since, Waiter.id))).all()


async def by_hold(session: AsyncSession, hold_id: int) -> Waiter | None:
    """Whom a time is held for."""
    return (await session.scalars(select(Waiter).where(Waiter.hold_id == hold_id))).one_or_none()


async def without_offer(session: AsyncSession, day: str, limit: int = 500) -> Sequence[Waiter]:
    """Who waits and may be offered something on this day (ISO), in the order in which they came.

    A person who waits for several kinds is asked about one of them; one who cannot be told, about none. Less those that
    another process has in hand.
    """
    other = aliased(Waiter)
    asked = exists().where(other.person_id == Waiter.person_id, other.offered_on >= day)
    can_be_told = exists().where(Person.id == Waiter.person_id, Person.unreachable_since.is_(None))
    query = select(Waiter).where(Waiter.status == WAITING, Waiter.hold_id.is_(None), ~asked, can_be_told)
    query = query.order_by(Waiter.since, Waiter.id).limit(limit)
    if is_postgresql(session):
        query = query.with_for_update(skip_locked=True)
    return (await session.scalars(query)).all()


async def passed(session: AsyncSession, now: datetime) -> Sequence[Waiter]:
    """Who waits for a time that is over, with nothing held for them."""
    query = select(Waiter).where(Waiter.status == WAITING, Waiter.hold_id.is_(None), Waiter.until <= now)
    return (await session.scalars(query.order_by(Waiter.id).limit(200))).all()


async def replacing(session: AsyncSession, appointment_id: int) -> Waiter | None:
    """Who waits for another time in place of a displaced appointment."""
    query = select(Waiter).where(Waiter.moves_id == appointment_id, Waiter.status == WAITING)
    return (await session.scalars(query)).one_or_none()
