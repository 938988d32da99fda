"""A small staff for tests. Invented names."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SEOUL
from counsel.availability import Slot
from counsel.kinds import KindName, default_kinds
from storage import people, staff
from storage.database import Database

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=SEOUL)
"""A Monday."""
WEEK = {str(day): [["09:00", "18:00"]] for day in range(5)}
PLAN: dict[str, Any] = {"week": WEEK, "lunch": ["12:00", "13:00"], "days": {}}
KINDS = default_kinds()


def at(text: str) -> datetime:
    """ "11-24 14:00" of 2026, in Korea."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SEOUL)


def slot(start: str, counselor: str = "kim", kind: KindName = KindName.PHONE) -> Slot:
    begins = at(start)
    return Slot(begins, begins + KINDS[kind].length, counselor, "mapo", kind)


def counselor_row(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "name": {"kim": "김하늘", "lee": "이바다"}.get(name, f"박{name}"),
        "center_id": "mapo",
        "plan": PLAN,
        "kinds": [kind.value for kind in KindName],
        "skills": [],
        "languages": [],
        "districts": [],
        "a_day": None,
        "active": True,
        **more,
    }


async def hire(session: AsyncSession, *names: str, rooms: int | None = 1, **more: Any) -> None:
    """Counselors of one center, mapo."""
    center = {"id": "mapo", "name": "마포 가온센터", "address": "서울 마포구 가온길 1", "phone": "02-000-1000"}
    await staff.put_center(session, {**center, "rooms": rooms, "districts": [], "active": True})
    for name in names:
        await staff.put_counselor(session, counselor_row(name, **more))


async def make_people(session: AsyncSession, count: int, now: datetime = NOW) -> list[int]:
    """So many new people's numbers."""
    return [(await people.seen(session, 5_000 + n, 5_000 + n, now)).id for n in range(count)]


async def furnish(database: Database, *names: str, people: int = 3, **more: Any) -> list[int]:
    """A center, counselors and people. The people's numbers."""
    async with database.transaction() as session:
        await hire(session, *names, **more)
        return await make_people(session, people)
