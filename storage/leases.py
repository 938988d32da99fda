"""Named leases: work that exactly one process does at a time (taking in updates, each timer)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.dialect import insert_ignore, is_postgresql


class NamedLease(Base):
    """One piece of work, who does it, until when, and when it was last finished."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner: Mapped[str | None] = mapped_column(String(64))
    until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


async def take(session: AsyncSession, name: str, owner: str, now: datetime, length: timedelta) -> bool:
    """Takes or prolongs the lease. False while another owner holds it.

    A lease that ends later than any running clock can have written was taken before the clock was set back.
    """
    await insert_ignore(session, NamedLease, [{"name": name}])
    changed = await session.scalars(
        update(NamedLease)
        .where(
            NamedLease.name == name,
            or_(
                NamedLease.owner.is_(None),
                NamedLease.owner == owner,
                NamedLease.until < now,
                NamedLease.until > now + 2 * length,
            ),
        )
        .values(owner=owner, until=now + length)
        .returning(NamedLease.name)
    )
    return changed.first() is not None


async def take_if_due(
    session: AsyncSession, name: str, owner: str, now: datetime, length: timedelta, every: timedelta
) -> bool:
    """Takes the lease of a timer whose last run ended over `every` ago, or lies in the future (a moved clock)."""
    if not await take(session, name, owner, now, length):
        return False
    row = await session.get_one(NamedLease, name, populate_existing=True)
    return row.done_at is None or not now - every < row.done_at <= now


async def give_back(session: AsyncSession, name: str, owner: str, done_at: datetime | None = None) -> None:
    """Ends the lease; `done_at` notes a finished run."""
    values: dict[str, object] = {"owner": None, "until": None}
    if done_at is not None:
        values["done_at"] = done_at
    await session.execute(update(NamedLease).where(NamedLease.name == name, NamedLease.owner == owner).values(**values))


async def release_all(session: AsyncSession, owner: str | None = None) -> None:
    """Ends the leases of one owner, or every lease: right for a single process that has just started."""
    query = update(NamedLease)
    if owner is not None:
        query = query.where(NamedLease.owner == owner)
    await session.execute(query.values(owner=None, until=None))


async def run_out(session: AsyncSession, prefix: str, now: datetime) -> Sequence[NamedLease]:
    """The leases of this kind whose owners have not prolonged them, less those that another process looks at now."""
    query = select(NamedLease).where(NamedLease.name.startswith(prefix, autoescape=True), NamedLease.until < now)
    if is_postgresql(session):
        query = query.with_for_update(skip_locked=True)
    return (await session.scalars(query.order_by(NamedLease.name))).all()


async def remove(session: AsyncSession, name: str) -> None:
    """Forgets a lease that nobody will take again."""
    await session.execute(delete(NamedLease).where(NamedLease.name == name))


async def remove_all(session: AsyncSession, prefix: str) -> None:
    """Forgets all leases of this kind."""
    await session.execute(delete(NamedLease).where(NamedLease.name.startswith(prefix, autoescape=True)))
