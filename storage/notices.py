"""What people asked to be told once: that a program opens, or that a day has come. One line a person and program."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base
from storage.dialect import upsert


class Notice(Base):
    """A wish to be told. `day` (ISO): from that day on; None: once the program is known to be open."""

    __tablename__ = "notices"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True)
    program: Mapped[str] = mapped_column(String(60), primary_key=True)
    day: Mapped[str | None] = mapped_column(String(10))
    asked_at: Mapped[datetime]


async def ask(session: AsyncSession, person_id: int, program: str, day: str | None, now: datetime) -> None:
    """Notes a wish; a newer one about the same program takes the older one's place. The caller has consent."""
    row = {"person_id": person_id, "program": program, "day": day, "asked_at": now}
    await upsert(session, Notice, row, ("person_id", "program"))


async def of_person(session: AsyncSession, person_id: int) -> Sequence[Notice]:
    """What somebody waits to be told, the first wish first."""
    query = select(Notice).where(Notice.person_id == person_id).order_by(Notice.asked_at, Notice.program)
    return (await session.scalars(query)).all()


async def cancel(session: AsyncSession, person_id: int, program: str = "") -> int:
    """Deletes one wish, or all of a person's. How many there were."""
    query = delete(Notice).where(Notice.person_id == person_id)
    gone = await session.scalars(
        (query.where(Notice.program == program) if program else query).returning(Notice.program)
    )
    return len(gone.all())


async def due(session: AsyncSession, today: str, opened: Sequence[str], limit: int = 500) -> Sequence[Notice]:
    """The wishes whose day has come, and those that wait for one of the programs that are open now."""
    waits = Notice.day.is_(None) & Notice.program.in_(opened)
    query = select(Notice).where(or_(Notice.day <= today, waits)).order_by(Notice.asked_at).limit(limit)
    return (await session.scalars(query)).all()


async def told(session: AsyncSession, notice: Notice) -> None:
    """Deletes a wish that was fulfilled, or can be no more."""
    await session.delete(notice)
