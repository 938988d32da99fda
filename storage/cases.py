"""Cases: somebody waits for, or talks with, a human counselor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, case, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Id


class Case(Base):
    """One matter for a person's counselor. At most one is open for a person: the database refuses a second."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_one_open",
            "person_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    why: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str | None] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None] = mapped_column(index=True)
    assignee: Mapped[str | None] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]


async def open_of(session: AsyncSession, person_id: int) -> Case | None:
    """The open case of a person."""
    query = select(Case).where(Case.person_id == person_id, Case.closed_at.is_(None))
    return (await session.scalars(query)).one_or_none()


async def add(session: AsyncSession, case_: Case) -> Case:
    """Stores a new case and gives it its number."""
    session.add(case_)
    await session.flush()
    return case_


async def by_id(session: AsyncSession, case_id: int) -> Case | None:
    """The case with this number."""
    return await session.get(Case, case_id)


async def queue(session: AsyncSession, limit: int = 100) -> Sequence[Case]:
    """Open cases: danger first, then who waits longest."""
    urgent = case((Case.lane.is_not(None), 0), else_=1)
    query = (
        select(Case).where(Case.closed_at.is_(None)).order_by(urgent, Case.waiting_since.asc().nulls_last(), Case.id)
    )
    return (await session.scalars(query.limit(limit))).all()


NUMBER = "phone"
"""In a case's facts: the number that a person gave to be called back. It serves that case only."""
TOLD = ("known", "other", NUMBER)
"""What of a case's facts people told of themselves, or of somebody for whom they asked."""


async def forget_told(session: AsyncSession, person_id: int) -> None:
    """Takes out of all cases of a person what they told; that there was a case, and what it was about, stays."""
    for found in (await session.scalars(select(Case).where(Case.person_id == person_id))).all():
        found.facts = {name: value for name, value in found.facts.items() if name not in TOLD}


async def claim(session: AsyncSession, case_id: int, counselor: str) -> bool:
    """Takes an open case that nobody has. One row changed means you have it."""
    changed = await session.scalars(
        update(Case)
        .where(Case.id == case_id, Case.assignee.is_(None), Case.closed_at.is_(None))
        .values(assignee=counselor)
        .returning(Case.id)
    )
    return changed.first() is not None


async def waiting_before(session: AsyncSession, case_: Case) -> int:
    """How many open cases wait longer than this one for a first counselor."""
    query = select(func.count()).select_from(Case)
    earlier = (Case.closed_at.is_(None), Case.assignee.is_(None), Case.id < case_.id)
    return await session.scalar(query.where(*earlier)) or 0
