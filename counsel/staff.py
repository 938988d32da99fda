"""Counselors, centers and kinds as plain values, read from the tables."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from counsel.availability import Center, Hours, Plan
from counsel.cells import Span
from counsel.kinds import Kind, KindName, changed, default_kinds
from storage import staff as store

TITLES = re.compile(r"(상담사|상담원|선생님|선생|쌤|그분|님|씨|께|한테|에게|계실 때|있을 때|\s)+")


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who counsels, the places, and the kinds of appointment."""

    centers: Mapping[str, Center]
    plans: Mapping[str, Plan]
    kinds: Mapping[KindName, Kind]


async def load(session: AsyncSession, now: datetime) -> Staff:
    """The staff, with leave that is not over."""
    leaves: dict[str, tuple[Span, ...]] = {}
    for leave in await store.leaves(session, now):
        leaves[leave.counselor_id] = (*leaves.get(leave.counselor_id, ()), Span(leave.start, leave.end))
    rules = await store.kind_rules(session)
    kinds = {name: changed(kind, rules.get(name.value, {})) for name, kind in default_kinds().items()}
    plans = {row.id: _plan(row, leaves.get(row.id, ())) for row in await store.counselors(session)}
    return Staff(await centers(session), plans, kinds)


async def centers(session: AsyncSession) -> dict[str, Center]:
    """The centers by id."""
    return {
        row.id: Center(row.id, row.name, row.address, row.phone, row.rooms, frozenset(row.districts), row.active)
        for row in await store.centers(session)
    }


async def counselors(session: AsyncSession, now: datetime) -> Mapping[str, Plan]:
    """The counselors by id, those who have left too."""
    return (await load(session, now)).plans


async def counselor_named(session: AsyncSession, text: str) -> str | None:
    """The counselor meant by "김 상담사" or "하늘 선생님"; None for nobody, and for more than one."""
    wanted = TITLES.sub("", text)
    rows = [row for row in await store.counselors(session) if row.active]
    exact = [row.id for row in rows if row.name == wanted]
    fits = exact or [row.id for row in rows if wanted and (row.name.startswith(wanted) or row.name[1:] == wanted)]
    return fits[0] if len(fits) == 1 else None


def _plan(row: store.Counselor, leaves: tuple[Span, ...]) -> Plan:
    lunch = row.plan.get("lunch")
    return Plan(
        counselor_id=row.id,
        name=row.name,
        center_id=row.center_id,
        week={int(day): hours_of(pairs) for day, pairs in row.plan.get("week", {}).items()},
        lunch=hours_of([lunch])[0] if lunch else None,
        days={date.fromisoformat(day): hours_of(pairs) for day, pairs in row.plan.get("days", {}).items()},
        leaves=leaves,
        kinds=frozenset(KindName(name) for name in row.kinds),
        skills=frozenset(row.skills),
        languages=frozenset(row.languages),
        districts=frozenset(row.districts),
        a_day=row.a_day,
        active=row.active,
    )


def hours_of(pairs: Sequence[Any]) -> tuple[Hours, ...]:
    """Stretches of a day from `[["09:00", "18:00"], ...]`. Raises ValueError."""
    return tuple(Hours(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)
