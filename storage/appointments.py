"""Appointments, and the cells of time they occupy. A cell belongs to one appointment: the database refuses a second."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from storage.base import Base, Id
from storage.dialect import insert_ignore, is_postgresql
from storage.waiting import WAITING, Waiter

HELD, EXPIRED, DONE = "held", "expired", "done"
BOOKED, DISPLACED = "booked", "displaced"
CANCELLED, CANCELLED_BY_US, MET, MISSED, EXCUSED = "cancelled", "cancelled_by_us", "met", "missed", "excused"
HANDED = "handed."
"""Noted, with its sequence, once a person and no longer the list finds a way for a displaced appointment."""
LIVE = "status IN ('held','booked')"


class Appointment(Base):
    """A talk of one person with one counselor: held for a while, booked, displaced (its counselor is away), or over.

    A hold ends booked, `expired`, or `done` when it has changed another appointment (`moves_id`).

    `start` and `end` are the talk; `busy_from` and `busy_until` are the first and the last cell of the counselor's
    time, ways and notes included. `moves_id` names the appointment that a hold is to change. `purpose` says what a
    hold is for: `chat`, `waiting` (an offer from the waiting list) or `leave` (an offer after a counselor's leave).
    """

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint(
            "status IN ('held','expired','done','booked','displaced',"
            "'cancelled','cancelled_by_us','met','missed','excused')",
            name="status",
        ),
        Index(
            "uq_appointments_live",
            "counselor_id",
            "start_at",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
        Index("ix_appointments_status_end_at", "status", "end_at"),
        Index("ix_appointments_counselor_id_start_at", "counselor_id", "start_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    uid: Mapped[str] = mapped_column(String(60), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    counselor_id: Mapped[str] = mapped_column(ForeignKey("counselors.id"))
    center_id: Mapped[str] = mapped_column(ForeignKey("centers.id"))
    start: Mapped[datetime] = mapped_column("start_at")
    end: Mapped[datetime] = mapped_column("end_at")
    busy_from: Mapped[int] = mapped_column(Integer)
    busy_until: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(10), default="chat")
    held_until: Mapped[datetime | None] = mapped_column(index=True)
    moves_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    district: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    company: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    link: Mapped[str] = mapped_column(Text, default="")
    booked_at: Mapped[datetime | None]
    marked_at: Mapped[datetime | None]
    reminder_answer: Mapped[str] = mapped_column(String(10), default="")


class BookedCell(Base):
    """Ten minutes of something scarce: a counselor, a room, a person, or a counselor's count for the day."""

    __tablename__ = "booked_cells"

    resource: Mapped[str] = mapped_column(String(60), primary_key=True)
    cell: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)


class FreedSlot(Base):
    """A time that was given back before it came, and when somebody else took it. Says nothing about who."""

    __tablename__ = "freed_slots"
    __table_args__ = (Index("ix_freed_slots_counselor_id_start_at", "counselor_id", "start_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    counselor_id: Mapped[str] = mapped_column(ForeignKey("counselors.id", ondelete="CASCADE"))
    start: Mapped[datetime] = mapped_column("start_at")
    end: Mapped[datetime] = mapped_column("end_at")
    freed_at: Mapped[datetime]
    refilled_at: Mapped[datetime | None]


class AppointmentEvent(Base):
    """One thing that happened to an appointment, and who did it."""

    __tablename__ = "appointment_events"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointments.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(10))
    data: Mapped[dict[str, Any] | None]


async def by_id(session: AsyncSession, appointment_id: int, *, lock: bool = False) -> Appointment | None:
    """The appointment with this number; `lock`: nobody else changes it until the transaction ends."""
    return await session.get(Appointment, appointment_id, populate_existing=True, with_for_update=lock or None)


async def live_at(session: AsyncSession, counselor_id: str, start: datetime) -> Appointment | None:
    """Who has this counselor at this start."""
    query = select(Appointment).where(
        Appointment.counselor_id == counselor_id, Appointment.start == start, Appointment.status.in_((HELD, BOOKED))
    )
    return (await session.scalars(query)).one_or_none()


async def of_person(session: AsyncSession, person_id: int, statuses: Iterable[str]) -> Sequence[Appointment]:
    """A person's appointments of these statuses, soonest first."""
    query = select(Appointment).where(Appointment.person_id == person_id, Appointment.status.in_(list(statuses)))
    return (await session.scalars(query.order_by(Appointment.start, Appointment.id))).all()


async def holds_for(session: AsyncSession, appointment_id: int) -> Sequence[Appointment]:
    """Holds that are to change this appointment."""
    return (await session.scalars(select(Appointment).where(Appointment.moves_id == appointment_id))).all()


async def overlapping(session: AsyncSession, counselor_id: str, first: int, last: int) -> Sequence[Appointment]:
    """Live appointments that occupy any of a counselor's cells from `first` to `last`, soonest first."""
    query = select(Appointment).where(
        Appointment.counselor_id == counselor_id,
        Appointment.status.in_((HELD, BOOKED)),
        Appointment.busy_from <= last,
        Appointment.busy_until >= first,
    )
    return (await session.scalars(query.order_by(Appointment.start, Appointment.id))).all()


@dataclass(frozen=True, slots=True)
class Busy:
    """What one live appointment takes: the counselor's cells. Numbers only: there may be thousands of them."""

    person_id: int
    counselor_id: str
    center_id: str
    kind: str
    first: int
    last: int


async def busy(
    session: AsyncSession, center_ids: Sequence[str], person_id: int, cells: tuple[int, int], now: datetime, moving: int
) -> list[Busy]:
    """What counselors of these centers, and this person, have between two cells.

    Left out are the chat's holds whose time is up, the person's own holds of the chat, which a new one replaces, and
    the appointment `moving` (0: none) with the holds that are to change it.
    """
    live = or_(
        Appointment.status == BOOKED,
        and_(
            Appointment.status == HELD,
            # An offer whose time is up goes to the next who waits, not to whoever looks first.
            or_(Appointment.held_until > now, Appointment.purpose != "chat"),
            or_(Appointment.person_id != person_id, Appointment.purpose != "chat"),
        ),
    )
    a = Appointment
    rows = await session.execute(
        select(a.person_id, a.counselor_id, a.center_id, a.kind, a.busy_from, a.busy_until).where(
            live,
            or_(a.center_id.in_(center_ids), a.person_id == person_id),
            a.busy_from <= cells[1],
            a.busy_until >= cells[0],
            a.id != moving,
            func.coalesce(a.moves_id, 0) != (moving or -1),
        )
    )
    return [Busy(*row) for row in rows]


async def take(session: AsyncSession, row: dict[str, Any], cells: Sequence[tuple[str, int]]) -> Appointment | None:
    """Stores an appointment with its cells, all or nothing. None when a cell or the start belongs to another one."""
    appointment = Appointment(**row)
    try:
        async with session.begin_nested() as here:
            session.add(appointment)
            await session.flush()
            if await _occupy(session, appointment.id, cells):
                return appointment
            await here.rollback()
    except IntegrityError:
        # The unique start: somebody was quicker.
        return None
    return None


async def occupy(session: AsyncSession, appointment_id: int, cells: Sequence[tuple[str, int]]) -> bool:
    """Takes further cells for an appointment, all or none. Whether it has them."""
    async with session.begin_nested() as here:
        if await _occupy(session, appointment_id, cells):
            return True
        await here.rollback()
    return False


async def _occupy(session: AsyncSession, appointment_id: int, cells: Sequence[tuple[str, int]]) -> bool:
    # Everybody takes cells in the same order, so that two transactions never wait for each other.
    rows = [{"resource": r, "cell": c, "appointment_id": appointment_id} for r, c in sorted(set(cells))]
    return await insert_ignore(session, BookedCell, rows) == len(rows)


async def cells_of(session: AsyncSession, appointment_id: int) -> set[tuple[str, int]]:
    """What an appointment occupies."""
    query = select(BookedCell.resource, BookedCell.cell).where(BookedCell.appointment_id == appointment_id)
    return {(row[0], row[1]) for row in await session.execute(query)}


async def release(session: AsyncSession, appointment_id: int, cells: Iterable[tuple[str, int]] | None = None) -> None:
    """Gives back these cells of an appointment, or all of them."""
    query = delete(BookedCell).where(BookedCell.appointment_id == appointment_id)
    if cells is None:
        await session.execute(query)
        return
    for resource, cell in sorted(cells):
        await session.execute(query.where(BookedCell.resource == resource, BookedCell.cell == cell))


async def hand_over(session: AsyncSession, from_id: int, to_id: int) -> None:
    """Gives all cells of one appointment to another."""
    query = update(BookedCell).where(BookedCell.appointment_id == from_id)
    await session.execute(query.values(appointment_id=to_id))


async def used(session: AsyncSession, prefix: str, first: int, last: int, except_id: int = 0) -> set[str]:
    """The resources of this prefix of which any cell between these two belongs to another than `except_id`."""
    query = select(BookedCell.resource).where(
        BookedCell.resource.startswith(prefix, autoescape=True),
        BookedCell.cell.between(first, last),
        BookedCell.appointment_id != except_id,
    )
    return set(await session.scalars(query))


def forget_details(appointment: Appointment) -> None:
    """Deletes where and how a talk was to be, once it is over or called off."""
    appointment.address, appointment.company, appointment.phone, appointment.link = "", "", "", ""


async def end_holds(session: AsyncSession, ids: Sequence[int], status: str = EXPIRED) -> None:
    """Ends holds: their cells are free, what was told for them goes, and whom they were held for waits again."""
    if not ids:
        return
    await session.execute(delete(BookedCell).where(BookedCell.appointment_id.in_(ids)))
    await session.execute(update(Waiter).where(Waiter.hold_id.in_(ids)).values(hold_id=None))
    await session.execute(
        update(Appointment)
        .where(Appointment.id.in_(ids), Appointment.status == HELD)
        .values(status=status, held_until=None, address="", company="", phone="", link="")
    )


async def end_expired(session: AsyncSession, now: datetime, center_ids: Sequence[str], person_id: int) -> None:
    """Ends the chat's holds of these centers and of this person whose time is up."""
    mine = or_(Appointment.center_id.in_(center_ids), Appointment.person_id == person_id)
    query = select(Appointment.id).where(
        Appointment.status == HELD, Appointment.held_until <= now, Appointment.purpose == "chat", mine
    )
    await end_holds(session, list(await session.scalars(query.order_by(Appointment.id))))


async def expired(session: AsyncSession, now: datetime, limit: int = 200) -> Sequence[Appointment]:
    """Holds whose time is up, oldest first, less those that another process has in hand."""
    query = select(Appointment).where(Appointment.status == HELD, Appointment.held_until <= now)
    query = query.order_by(Appointment.id).limit(limit)
    if is_postgresql(session):
        query = query.with_for_update(skip_locked=True)
    return (await session.scalars(query)).all()


async def forget_holds(session: AsyncSession, before: datetime) -> None:
    """Deletes holds that came to nothing and whose time was before this one."""
    await session.execute(
        delete(Appointment).where(Appointment.status.in_((EXPIRED, DONE)), Appointment.start < before)
    )


async def displaced_alone(session: AsyncSession, limit: int = 50) -> Sequence[Appointment]:
    """Displaced appointments for which no new time is held or waited for and no person cares, soonest first.

    Their old time may be over. A person waits for one of their talks of a kind after the other.
    """
    hold = aliased(Appointment)
    offered = exists().where(hold.moves_id == Appointment.id, hold.status == HELD)
    waits = exists().where(
        Waiter.person_id == Appointment.person_id,
        Waiter.kind == Appointment.kind,
        Waiter.status == WAITING,
        Waiter.moves_id.is_not(None),
    )
    noted = literal(HANDED) + cast(Appointment.sequence, String)
    handed = exists().where(AppointmentEvent.appointment_id == Appointment.id, AppointmentEvent.what == noted)
    query = select(Appointment).where(Appointment.status == DISPLACED, ~offered, ~waits, ~handed)
    return (await session.scalars(query.order_by(Appointment.start, Appointment.id).limit(limit))).all()


async def by_ids(session: AsyncSession, ids: Iterable[int]) -> dict[int, Appointment]:
    """The appointments with these numbers."""
    rows = await session.scalars(select(Appointment).where(Appointment.id.in_(list(ids))))
    return {row.id: row for row in rows}


async def in_time(session: AsyncSession, since: datetime, until: datetime) -> Sequence[Appointment]:
    """Appointments (not holds) that begin in a stretch of time, soonest first."""
    query = select(Appointment).where(Appointment.start >= since, Appointment.start < until, Appointment.status != HELD)
    return (await session.scalars(query.order_by(Appointment.start, Appointment.id))).all()


async def note(session: AsyncSession, appointment: Appointment, what: str, by: str, at: datetime, **data: Any) -> None:
    """Appends to what happened to an appointment."""
    event = AppointmentEvent(
        appointment_id=appointment.id, person_id=appointment.person_id, at=at, what=what, by=by, data=data or None
    )
    session.add(event)
    await session.flush()


async def freed(session: AsyncSession, appointment: Appointment, at: datetime) -> None:
    """Notes that a time was given back."""
    session.add(
        FreedSlot(counselor_id=appointment.counselor_id, start=appointment.start, end=appointment.end, freed_at=at)
    )
    await session.flush()


async def refilled(session: AsyncSession, appointment: Appointment, at: datetime) -> None:
    """Notes that somebody took a time that had been given back."""
    await session.execute(
        update(FreedSlot)
        .where(
            FreedSlot.counselor_id == appointment.counselor_id,
            FreedSlot.start < appointment.end,
            FreedSlot.end > appointment.start,
            FreedSlot.refilled_at.is_(None),
        )
        .values(refilled_at=at)
    )


async def freed_in_time(session: AsyncSession, since: datetime, until: datetime) -> Sequence[FreedSlot]:
    """Times given back that begin in a stretch of time."""
    return (await session.scalars(select(FreedSlot).where(FreedSlot.start >= since, FreedSlot.start < until))).all()
