"""Centers, counselors and kinds as operators write them: YAML, or CSV with one counselor a line."""

import csv
import io
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
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
LONGEST = {"name": 40, "address": 200, "phone": 20}
"""Characters that a field may have."""
MOST = 1_000
"""Rooms of a center, or talks of a day, that nobody has."""
YES, NO = ("", "yes", "true", "1"), ("no", "false", "0")
LOOK_AHEAD = timedelta(days=366)
"""How far ahead booked talks are looked at: further than anybody can book."""


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


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, or what Excel writes in Korea (cp949). Raises StaffFileError."""
    for encoding in ("utf-8-sig", "cp949"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise StaffFileError("the file's letters cannot be read: save it as UTF-8")


def read_yaml(text: str) -> StaffFile:
    """`centers`, `counselors` and `kinds` of a YAML file. Raises StaffFileError."""
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise StaffFileError(f"not YAML ({(str(error) or type(error).__name__).splitlines()[0]})") from None
    data = {} if data is None else data
    if not isinstance(data, dict) or not set(data) <= {"centers", "counselors", "kinds"}:
        raise StaffFileError("a staff file holds centers, counselors and kinds")
    kinds = _mapping("kinds", data.get("kinds"), "phone: {length_minutes: 30}")
    for name, values in kinds.items():
        kind, where = _kind(f"kinds.{name}", name), f"kinds.{name}"
        values = _mapping(where, values, "length_minutes: 30")
        _checked(where, lambda kind=kind, values=values: changed(default_kinds()[kind], values))
    centers = _each("centers", data.get("centers"), _center)
    return StaffFile(centers, _each("counselors", data.get("counselors"), _counselor), kinds)


def read_csv(text: str) -> StaffFile:
    """Counselors of a CSV file: the fields by name, hours in the columns mon to sun, lists with ";" between.

    Raises StaffFileError.
    """
    rows: list[dict[str, Any]] = []
    try:
        table = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), restkey=_MORE)
        if "id" not in (table.fieldnames or ()):
            raise StaffFileError("the first line names the columns: id, name, center, mon, tue and so on")
        for line in table:
            if line.pop(_MORE, None):
                raise StaffFileError(f"line {table.line_num} has more cells than the first line")
            values = {name.strip(): (value or "").strip() for name, value in line.items()}
            if any(values.values()):
                rows.append(_from_csv(values))
    except csv.Error as error:
        raise StaffFileError(f"not CSV ({error})") from None
    return StaffFile(counselors=_each("counselors", rows, _counselor))


_MORE = "\0"
"""Where the reader puts cells that have no column."""


def _from_csv(values: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: value for name, value in values.items() if name not in WEEKDAYS and value}
    row["week"] = {day: values[day] for day in WEEKDAYS if values.get(day)}
    for name in LISTS:
        row[name] = values.get(name, "").split(";")
    if row.get("a_day", "").isdecimal():
        row["a_day"] = int(row["a_day"])
    active = values.get("active", "").lower()
    row["active"] = active not in NO if active in YES + NO else active
    return row


def _each(part: str, rows: Any, read: Callable[[Any], Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    if rows is not None and not isinstance(rows, list):
        raise StaffFileError(f"{part} is a list, each with an id")
    out = tuple(read(row) for row in rows or ())
    for number, row in enumerate(out):
        if row["id"] in {earlier["id"] for earlier in out[:number]}:
            raise StaffFileError(f"{part} {row['id']} is there twice")
    return out


def _center(row: Any) -> Mapping[str, Any]:
    where = _where("centers", row, CENTER_FIELDS)
    return {
        "id": str(row["id"]),
        **{name: _text(where, row, name) for name in ("name", "address", "phone")},
        "rooms": _number(where, row, "rooms", 0),
        "districts": _words(where, row, "districts"),
        "active": _active(where, row),
    }


def _counselor(row: Any) -> Mapping[str, Any]:
    where = _where("counselors", row, COUNSELOR_FIELDS)
    texts = {name: _text(where, row, name) for name in ("name", "center")}
    kinds = [_kind(f"{where}: kinds", kind).value for kind in _words(where, row, "kinds")]
    return {
        "id": str(row["id"]),
        "name": texts["name"],
        "center_id": texts["center"],
        "plan": _plan(where, row),
        "kinds": kinds or [kind.value for kind in KindName],
        **{name: _words(where, row, name) for name in LISTS if name != "kinds"},
        "a_day": _number(where, row, "a_day", 1),
        "active": _active(where, row),
    }


def _where(part: str, row: Any, fields: set[str]) -> str:
    if not isinstance(row, dict) or not ID.fullmatch(str(row.get("id", ""))):
        raise StaffFileError(f"{part}: each needs an id of small letters, digits and - (24 at most)")
    unknown = sorted(str(name) for name in set(row) - fields)
    if unknown:
        raise StaffFileError(f"{part} {row['id']}: {unknown[0]} is unknown")
    return f"{part} {row['id']}"


def _text(where: str, row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    # A phone number without quotes may have lost its first digit.
    if isinstance(value, int) and not isinstance(value, bool) and name != "phone":
        value = str(value)
    if value is None or value == "":
        raise StaffFileError(f"{where}: {name} is missing")
    if not isinstance(value, str) or not value.strip():
        raise StaffFileError(f"{where}: {name} is a text: write it in quotes")
    longest = LONGEST.get(name, 24)
    if len(value.strip()) > longest:
        raise StaffFileError(f"{where}: {name} has more than {longest} characters")
    return value.strip()


def _number(where: str, row: Mapping[str, Any], name: str, least: int) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        raise StaffFileError(f"{where}: {name} is a number from {least} to {MOST}")
    return value


def _active(where: str, row: Mapping[str, Any]) -> bool:
    value = row.get("active", True)
    if not isinstance(value, bool):
        raise StaffFileError(f"{where}: active is true or false")
    return value


def _words(where: str, row: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts, or one text alone."""
    value = row.get(name)
    values = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise StaffFileError(f"{where}: {name} is a list of texts, as in [one, two]")
    return [one.strip() for one in values if one.strip()]


def _mapping(where: str, value: Any, example: str) -> dict[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise StaffFileError(f"{where} is written as {{{example}}}")
    return value


def _kind(where: str, name: Any) -> KindName:
    try:
        return KindName(name)
    except ValueError:
        raise StaffFileError(f"{where}: {name!r} is none of {', '.join(kind.value for kind in KindName)}") from None


def _plan(where: str, row: Mapping[str, Any]) -> dict[str, Any]:
    week: dict[str, list[list[str]]] = {}
    for days, hours in _mapping(f"{where}: week", row.get("week"), 'mon-fri: "09:00-18:00"').items():
        for day in _weekdays(where, str(days)):
            week[str(day)] = _hours(f"{where} {days}", hours)
    if not week:
        raise StaffFileError(f"{where}: week is missing")
    lunch = _hours(f"{where} lunch", row.get("lunch"))
    if len(lunch) > 1:
        raise StaffFileError(f"{where}: lunch is one stretch, as in 12:00-13:00")
    days_ = _mapping(f"{where}: days", row.get("days"), '2026-12-24: "09:00-12:00"')
    return {
        "week": week,
        "lunch": lunch[0] if lunch else None,
        "days": {_day(where, day): _hours(f"{where} {day}", hours) for day, hours in days_.items()},
    }


def _weekdays(where: str, text: str) -> range:
    first, dash, last = text.partition("-")
    last = last if dash else first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        raise StaffFileError(f"{where}: {text} is no weekday (mon, or mon-fri)")
    found = range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)
    if not found:
        raise StaffFileError(f"{where}: {text} goes over the end of the week: write the days one by one")
    return found


def _day(where: str, day: Any) -> str:
    if type(day) is date:
        return day.isoformat()
    found: date = _checked(f"{where}: {day}", lambda: date.fromisoformat(str(day)))
    return found.isoformat()


def _hours(where: str, text: Any) -> list[list[str]]:
    """The stretches of "09:00-12:00, 13:00-18:00"; none for an empty text."""
    out = []
    for part in (piece.strip() for piece in ("" if text is None else str(text)).split(",") if piece.strip()):
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
    except (ValueError, OverflowError) as error:
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
    rows = await appointment_store.in_time(session, now, now + LOOK_AHEAD)
    booked = [row for row in rows if row.status == appointment_store.BOOKED]
    return [row for row in booked if not _inside(plans[row.counselor_id], row)]


def _inside(plan: Plan, row: Appointment) -> bool:
    start, end = row.start.astimezone(SEOUL), moment(last_cell(row.end) + 1)
    hours = plan.hours(start.date(), public_holidays.of_year(start.year))
    works = any(h.opens <= start.time() and end.time() <= h.closes for h in hours)
    return plan.active and works and not any(leave.holds(start) for leave in plan.leaves)
