"""Centers, counselors and kinds as operators write them: YAML, or CSV with one counselor a line."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from counsel import public_holidays, staff
from counsel.availability import Plan
from counsel.cells import SEOUL, last_cell, moment
from counsel.kinds import KindName, changed, default_kinds
from storage import appointments as appointment_store
from storage import staff as store
from storage.appointments import Appointment

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,23}")
HOURS = re.compile(r"(\d\d:\d\d)-(\d\d:\d\d)")
LISTS = ("kinds", "skills", "languages", "districts")
COUNSELOR_FIELDS = {"id", "name", "center", "week", "lunch", "days", *LISTS, "a_day", "active"}
CENTER_FIELDS = {"id", "name", "address", "phone", "rooms", "districts", "active"}


class StaffFileError(Exception):
    """The file is not right; the message says where."""


@dataclass(frozen=True, slots=True)
class StaffFile:
    """Rows as the tables take them."""

    centers: tuple[Mapping[str, Any], ...] = ()
    counselors: tuple[Mapping[str, Any], ...] = ()
    kinds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was stored, and booked talks that no longer lie in their counselor's plan: they stand, somebody decides."""

    centers: int
    counselors: int
    kinds: int
    outside: tuple[Appointment, ...]


def read_yaml(text: str) -> StaffFile:
    """`centers`, `counselors` and `kinds` of a YAML file. Raises StaffFileError."""
    try:
        data = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise StaffFileError(f"not YAML ({str(error).splitlines()[0]})") from None
    if not isinstance(data, dict) or not set(data) <= {"centers", "counselors", "kinds"}:
        raise StaffFileError("a staff file holds centers, counselors and kinds")
    kinds = data.get("kinds") or {}
    for name, values in kinds.items():
        _checked(f"kinds.{name}", lambda name=name, values=values: changed(default_kinds()[KindName(name)], values))
    centers = tuple(_center(row) for row in data.get("centers") or ())
    return StaffFile(centers, tuple(_counselor(row) for row in data.get("counselors") or ()), kinds)


def read_csv(text: str) -> StaffFile:
    """Counselors of a CSV file: the fields by name, hours in the columns mon to sun, lists with ";" between.

    Raises StaffFileError.
    """
    rows = []
    for line in csv.DictReader(io.StringIO(text.lstrip("\ufeff"))):
        values = {name: (value or "").strip() for name, value in line.items() if name}
        row: dict[str, Any] = {name: value for name, value in values.items() if name not in WEEKDAYS and value}
        row["week"] = {day: values[day] for day in WEEKDAYS if values.get(day)}
        for name in LISTS:
            row[name] = [part.strip() for part in values.get(name, "").split(";") if part.strip()]
        if "a_day" in row:
            row["a_day"] = int(row["a_day"]) if row["a_day"].isdigit() else row["a_day"]
        row["active"] = values.get("active", "").lower() not in ("no", "false", "0")
        rows.append(_counselor(row))
    return StaffFile(counselors=tuple(rows))


def _center(row: Any) -> Mapping[str, Any]:
    where = _where("centers", row, CENTER_FIELDS)
    for name in ("name", "address", "phone"):
        if not str(row.get(name) or "").strip():
            raise StaffFileError(f"{where}: {name} is missing")
    rooms = row.get("rooms")
    if rooms is not None and (not isinstance(rooms, int) or rooms < 0):
        raise StaffFileError(f"{where}: rooms is a number")
    return {
        **{name: str(row[name]) for name in ("id", "name", "address", "phone")},
        "rooms": rooms,
        "districts": list(row.get("districts") or ()),
        "active": bool(row.get("active", True)),
    }


def _counselor(row: Any) -> Mapping[str, Any]:
    where = _where("counselors", row, COUNSELOR_FIELDS)
    for name in ("name", "center", "week"):
        if not row.get(name):
            raise StaffFileError(f"{where}: {name} is missing")
    a_day = row.get("a_day")
    if a_day is not None and (not isinstance(a_day, int) or a_day < 1):
        raise StaffFileError(f"{where}: a_day is a number from 1")
    kinds = list(row.get("kinds") or [kind.value for kind in KindName])
    _checked(f"{where}: kinds", lambda: [KindName(kind) for kind in kinds])
    return {
        "id": row["id"],
        "name": str(row["name"]),
        "center_id": str(row["center"]),
        "plan": _plan(where, row),
        "kinds": kinds,
        **{name: list(row.get(name) or ()) for name in LISTS if name != "kinds"},
        "a_day": a_day,
        "active": bool(row.get("active", True)),
    }


def _where(part: str, row: Any, fields: set[str]) -> str:
    if not isinstance(row, dict) or not ID.fullmatch(str(row.get("id", ""))):
        raise StaffFileError(f"{part}: each needs an id of small letters, digits and - (24 at most)")
    unknown = sorted(set(row) - fields)
    if unknown:
        raise StaffFileError(f"{part} {row['id']}: {unknown[0]} is unknown")
    return f"{part} {row['id']}"


def _plan(where: str, row: Mapping[str, Any]) -> dict[str, Any]:
    week: dict[str, list[list[str]]] = {}
    for days, hours in row["week"].items():
        for day in _weekdays(where, str(days)):
            week[str(day)] = _hours(f"{where} {days}", hours)
    lunch = _hours(f"{where} lunch", row.get("lunch"))
    return {
        "week": week,
        "lunch": lunch[0] if lunch else None,
        "days": {_day(where, day): _hours(f"{where} {day}", hours) for day, hours in (row.get("days") or {}).items()},
    }


def _weekdays(where: str, text: str) -> range:
    first, _, last = text.partition("-")
    if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
        raise StaffFileError(f"{where}: {text} is no weekday (mon, or mon-fri)")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)


def _day(where: str, day: Any) -> str:
    if isinstance(day, date):
        return day.isoformat()
    found: date = _checked(f"{where}: {day}", lambda: date.fromisoformat(str(day)))
    return found.isoformat()


def _hours(where: str, text: Any) -> list[list[str]]:
    """The stretches of "09:00-12:00, 13:00-18:00"; none for an empty text."""
    out = []
    for part in (piece.strip() for piece in str(text or "").split(",") if piece.strip()):
        found = HOURS.fullmatch(part)
        if found is None:
            raise StaffFileError(f"{where}: {part} is not written as 09:00-18:00")
        opens, closes = found.groups()
        if not _checked(where, lambda o=opens, c=closes: time.fromisoformat(o) < time.fromisoformat(c)):
            raise StaffFileError(f"{where}: {part} ends before it begins")
        out.append([opens, closes])
    return out


def _checked(where: str, read: Any) -> Any:
    try:
        return read()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StaffFileError(f"{where}: {error}") from None


async def store_file(session: AsyncSession, file: StaffFile, now: datetime) -> Imported:
    """Stores what a file holds; whoever is not in it stays as they are. Raises StaffFileError for unknown centers."""
    for row in file.centers:
        await store.put_center(session, row)
    known = set(await staff.centers(session))
    for row in file.counselors:
        if row["center_id"] not in known:
            raise StaffFileError(f"counselors {row['id']}: there is no center {row['center_id']}")
        await store.put_counselor(session, row)
    for name, data in file.kinds.items():
        await store.put_kind(session, name, data)
    session.expire_all()
    outside = await _outside(session, now)
    return Imported(len(file.centers), len(file.counselors), len(file.kinds), tuple(outside))


async def _outside(session: AsyncSession, now: datetime) -> list[Appointment]:
    plans = (await staff.load(session, now)).plans
    last = now.replace(year=now.year + 1)
    rows = [
        row for row in await appointment_store.in_time(session, now, last) if row.status == appointment_store.BOOKED
    ]
    return [row for row in rows if not _inside(plans[row.counselor_id], row)]


def _inside(plan: Plan, row: Appointment) -> bool:
    start, end = row.start.astimezone(SEOUL), moment(last_cell(row.end) + 1)
    hours = plan.hours(start.date(), public_holidays.of_year(start.year))
    works = any(h.opens <= start.time() and end.time() <= h.closes for h in hours)
    return plan.active and works and not any(leave.holds(start) for leave in plan.leaves)
