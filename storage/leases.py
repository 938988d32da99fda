"""Named leases: work that exactly one process does at a time (taking in updates, each timer)."""

from datetime import datetime, timedelta

from sqlalchemy import String, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.dialect import insert_ignore


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


async def release_all(session: AsyncSession) -> None:
    """Ends every lease: right for a single process that has just started."""
    await session.execute(update(NamedLease).values(owner=None, until=None))
