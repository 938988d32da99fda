"""How events fill: figures of every sitting, without anybody's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.events import Event
from storage import events
from storage.events import CANCELLED, GOING, LAPSED, OFFERED, WAITING, WITHDRAWN


@dataclass(frozen=True, slots=True)
class SittingFigures:
    """A sitting in numbers. `known` is false for one that the catalog no longer has; its sign-ups are kept."""

    key: str
    title: str
    starts: datetime
    seats: int | None
    going: int
    offered: int
    waiting: int
    withdrawn: int
    lapsed: int
    cancelled: int
    coming: int
    called_off: bool
    known: bool


async def figures(session: AsyncSession, catalog: Mapping[str, Event], *, since: datetime) -> list[SittingFigures]:
    """Every sitting that ends after a time, soonest first: of the catalog, and what sign-ups still name."""
    stored, counts, coming = await events.sittings(session), await events.counts(session), await events.coming(session)
    known = {s.key: (event.title, s) for event in catalog.values() for s in event.sittings}
    rows = []
    for key in {*known, *stored}:
        title, sitting = known.get(key, ("", None))
        row = stored.get(key)
        starts, ends = (sitting.starts, sitting.ends) if sitting else (stored[key].starts_at, stored[key].ends_at)
        if ends <= since:
            continue
        by = counts.get(key, {})
        rows.append(
            SittingFigures(
                key,
                title,
                starts,
                sitting.seats if sitting else stored[key].seats,
                by.get(GOING, 0),
                by.get(OFFERED, 0),
                by.get(WAITING, 0),
                by.get(WITHDRAWN, 0),
                by.get(LAPSED, 0),
                by.get(CANCELLED, 0),
                coming.get(key, 0),
                bool(sitting.cancelled if sitting else row and row.cancelled),
                sitting is not None,
            )
        )
    return sorted(rows, key=lambda r: (r.starts, r.key))
