"""What becomes of sign-ups when the catalog's events change: moved and called-off sittings are told to everybody."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from counsel import events as signing
from counsel.terms import STANDARD, Terms
from knowledge.events import Event, Sitting
from storage import events
from storage.events import CANCELLED, StoredSitting


async def sync(session: AsyncSession, catalog: Mapping[str, Event], now: datetime, terms: Terms = STANDARD) -> bool:
    """Brings the stored sittings to what the catalog says, and tells those whom a change concerns. Whether any did.

    A sitting that the catalog no longer has keeps its sign-ups: a file that is missing by mistake must cost nobody
    their place. Whoever calls one off writes so (`cancelled`).
    """
    changed = False
    stored = await events.sittings(session)
    for sitting in (s for event in catalog.values() for s in event.sittings if s.ends > now):
        if sitting.key not in stored:
            changed |= await events.put_sitting(session, signing.row_of(sitting))
        elif _differs(stored[sitting.key], sitting):
            row = await events.locked(session, sitting.key)
            assert row is not None
            await _bring(session, row, sitting, now, terms)
            changed = True
    return changed


def _differs(row: StoredSitting, sitting: Sitting) -> bool:
    return _moved(row, sitting) or (row.ends_at, row.seats, row.cancelled) != (
        sitting.ends,
        sitting.seats,
        bool(sitting.cancelled),
    )


def _moved(row: StoredSitting, sitting: Sitting) -> bool:
    return row.starts_at != sitting.starts or row.place != signing.place_of(sitting)


async def _bring(session: AsyncSession, row: StoredSitting, sitting: Sitting, now: datetime, terms: Terms) -> None:
    moved, called_off = _moved(row, sitting), bool(sitting.cancelled) and not row.cancelled
    row.starts_at, row.ends_at, row.seats = sitting.starts, sitting.ends, sitting.seats
    row.place, row.cancelled = signing.place_of(sitting), bool(sitting.cancelled)
    row.revision += moved or called_off
    await session.flush()
    for signup in await events.all_live(session, row.key) if moved or called_off else ():
        if called_off:
            await signing.end(session, signup, CANCELLED, now)
            await signing.tell(session, signup, row, "cancelled", now)
        else:
            await signing.remind(session, signup, row, now, terms)
            await signing.tell(session, signup, row, f"moved.{row.revision}", now)
