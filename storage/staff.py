"""Who counsels, where and when: centers, counselors with their plans, leave, and the house's own rules of a kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id
from storage.dialect import is_postgresql, upsert

BOOKINGS = 6_017
"""The number of the lock on all bookings: any number, but always this one."""


class Center(Base):
    """A place with counselors. `rooms`: how many talks it holds at the same time; None: as many as there are people."""

    __tablename__ = "centers"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20))
    rooms: Mapped[int | None]
    districts: Mapped[list[Any]]
    active: Mapped[bool] = mapped_column(default=True)


class Counselor(Base):
    """One counselor. `plan` holds hours by weekday, lunch and exceptions by day, as `counsel.staff` writes them."""

    __tablename__ = "counselors"

    id: Mapped[str] = mapped_column(String(24), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    center_id: Mapped[str] = mapped_column(ForeignKey("centers.id"), index=True)
    plan: Mapped[dict[str, Any]]
    kinds: Mapped[list[Any]]
    skills: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    districts: Mapped[list[Any]]
    a_day: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class Leave(Base):
    """A stretch of time in which a counselor is away."""

    __tablename__ = "leaves"
    __table_args__ = (Index("ix_leaves_counselor_id_end_at", "counselor_id", "end_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    counselor_id: Mapped[str] = mapped_column(ForeignKey("counselors.id", ondelete="CASCADE"))
    start: Mapped[datetime] = mapped_column("start_at")
    end: Mapped[datetime] = mapped_column("end_at")
    note: Mapped[str] = mapped_column(String(200), default="")


class KindRule(Base):
    """What this house has set for a kind of appointment, over the defaults."""

    __tablename__ = "kind_rules"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    data: Mapped[dict[str, Any]]


async def centers(session: AsyncSession) -> Sequence[Center]:
    """Every center, by id."""
    return (await session.scalars(select(Center).order_by(Center.id))).all()


async def counselors(session: AsyncSession, center_id: str = "") -> Sequence[Counselor]:
    """The counselors, of one center or of all, by id; those who have left too."""
    query = select(Counselor).order_by(Counselor.id)
    return (await session.scalars(query.where(Counselor.center_id == center_id) if center_id else query)).all()


async def counselor(session: AsyncSession, counselor_id: str) -> Counselor | None:
    """The counselor with this id."""
    return await session.get(Counselor, counselor_id)


async def leaves(session: AsyncSession, after: datetime) -> Sequence[Leave]:
    """Leave that ends after a time."""
    return (await session.scalars(select(Leave).where(Leave.end > after).order_by(Leave.start, Leave.id))).all()


async def add_leave(session: AsyncSession, leave: Leave) -> Leave:
    """Stores leave and gives it its number."""
    session.add(leave)
    await session.flush()
    return leave


async def kind_rules(session: AsyncSession) -> Mapping[str, Mapping[str, Any]]:
    """What is set for kinds, by name."""
    return {row.name: row.data for row in await session.scalars(select(KindRule))}


async def put_center(session: AsyncSession, row: Mapping[str, Any]) -> None:
    """Stores a center, or overwrites it."""
    await upsert(session, Center, row, ("id",))


async def put_counselor(session: AsyncSession, row: Mapping[str, Any]) -> None:
    """Stores a counselor, or overwrites them."""
    await upsert(session, Counselor, row, ("id",))


async def put_kind(session: AsyncSession, name: str, data: Mapping[str, Any]) -> None:
    """Stores what is set for a kind, or overwrites it."""
    await upsert(session, KindRule, {"name": name, "data": dict(data)}, ("name",))


async def lock_bookings(session: AsyncSession) -> None:
    """Lets what changes bookings go one after another until the transaction ends. SQLite has one writer.

    It comes before any row is locked. There is one lock for all centers: a freed time may go to somebody who waits in
    any of them, so locks of single centers would be taken in every order.
    """
    if is_postgresql(session):
        await session.execute(select(func.pg_advisory_xact_lock(BOOKINGS)))
