"""A house with invented counselors: one center, or two, and who works there when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from storage import staff
from storage.database import Database

WEEK = {str(day): [["09:00", "18:00"]] for day in range(5)}
LUNCH = ["12:00", "13:00"]
ALL_KINDS = ["phone", "center", "home", "accompany", "video"]
YANGCHEON = "서울특별시 양천구"
CENTERS: dict[str, dict[str, Any]] = {
    "yangcheon": {
        "name": "양천 일자리센터",
        "address": "양천구 목동로 1",
        "phone": "02-2620-0000",
        "districts": [YANGCHEON],
    },
    "gangseo": {
        "name": "강서 일자리센터",
        "address": "강서구 공항로 2",
        "phone": "02-2600-0000",
        "districts": ["서울특별시 강서구"],
    },
}
COUNSELORS: dict[str, dict[str, Any]] = {
    "kim": {"name": "김○○", "center_id": "yangcheon"},
    "lee": {"name": "이△△", "center_id": "yangcheon"},
    "park": {"name": "박□□", "center_id": "gangseo"},
}


async def make_staff(
    database: Database, names: Sequence[str] = ("kim",), kinds: Sequence[str] = tuple(ALL_KINDS), **more: Any
) -> None:
    """Counselors of these names, with their centers, from nine to six on working days."""
    async with database.transaction() as session:
        for center_id in sorted({COUNSELORS[name]["center_id"] for name in names}):
            await staff.put_center(session, {"id": center_id, "rooms": None, "active": True, **CENTERS[center_id]})
        for name in names:
            row = {
                "id": name,
                "plan": {"week": WEEK, "lunch": LUNCH},
                "kinds": list(kinds),
                "skills": [],
                "languages": [],
                "districts": [],
                "a_day": None,
                "active": True,
                **COUNSELORS[name],
                **more,
            }
            await staff.put_counselor(session, row)


async def leave(database: Database, name: str, start: datetime, end: datetime) -> None:
    """A counselor is away for a while, before anything was booked then."""
    async with database.transaction() as session:
        await staff.add_leave(session, staff.Leave(counselor_id=name, start=start, end=end))
