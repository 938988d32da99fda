"""`ieum staff`: who counsels, where and when; import of plans, leave, what became of appointments, figures."""

import argparse
import asyncio
from dataclasses import asdict
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SEOUL
from bot.commands.common import OperatorError, day, moment, number, read_settings, show
from bot.commands.store import opened
from counsel import leave, outcomes, staff, staff_file
from counsel.cells import Span
from counsel.errors import NoAppointmentError
from counsel.outcomes import NotYetError, Outcome
from counsel.terms import Terms
from storage import appointments as store
from storage.appointments import Appointment

ACTIONS = ("list", "import", "show", "leave", "mark", "figures")
FIGURES_DAYS = 90
SHOWN_DAYS = 14
LONGEST_NOTE = 200


def arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `import FILE`, `show ID`, `leave ID --from --until`, `mark N OUTCOME`, `figures`."""
    parser.add_argument("action", nargs="?", default="list", choices=ACTIONS)
    parser.add_argument("what", nargs="?", default="", help="a file, a counselor's id, or an appointment's number")
    parser.add_argument("outcome", nargs="?", choices=[outcome.value for outcome in Outcome])
    parser.add_argument("--from", dest="since", metavar="TIME", help="2026-12-01, or 2026-12-01T13:00")
    parser.add_argument("--until", metavar="TIME", help="the last day, or the time of the end")
    parser.add_argument("--note", default="", type=note, help="why, for the staff")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def note(text: str) -> str:
    """The type of a note: no longer than its column. Raises OperatorError."""
    if len(text) > LONGEST_NOTE:
        raise OperatorError(f"a note has at most {LONGEST_NOTE} characters.")
    return text


def run(arguments: argparse.Namespace) -> int:
    """One action."""
    if arguments.action in ("import", "show", "leave", "mark") and not arguments.what:
        raise OperatorError(f"`ieum staff {arguments.action}` needs a file, an id or a number.")
    try:
        return asyncio.run(_run(arguments))
    except staff_file.StaffFileError as error:
        raise OperatorError(f"{arguments.what}: {error}.") from None
    except leave.NoCounselorError:
        raise OperatorError(f"there is no counselor {arguments.what}.") from None
    except NotYetError:
        raise OperatorError(f"appointment {arguments.what} has not begun yet.") from None
    except NoAppointmentError:
        raise OperatorError(f"appointment {arguments.what} is not there, or is cancelled.") from None


async def _run(arguments: argparse.Namespace) -> int:
    settings = read_settings()
    async with opened(settings.url) as database, database.transaction() as session:
        document = await _act(session, arguments, datetime.now(SEOUL), settings.terms)
    show(document, as_json=arguments.json, text=_for_people)
    return 0


async def _act(session: AsyncSession, arguments: argparse.Namespace, now: datetime, terms: Terms) -> dict[str, Any]:
    what = arguments.what
    match arguments.action:
        case "import":
            return _imported(await staff_file.store_file(session, _read(what), now))
        case "show":
            return await _show(session, what, now)
        case "leave":
            found = await leave.counselor_leaves(session, what, _span(arguments), now, note=arguments.note, terms=terms)
            return {"leave": found.leave_id, "displaced": [_row(a) for a in found.displaced]}
        case "mark":
            return {"appointments": [_row(await _mark(session, arguments, now, terms))]}
        case "figures":
            span = _span(arguments) if arguments.since else Span(now - timedelta(days=FIGURES_DAYS), now)
            return {"figures": _figures(await outcomes.figures(session, span.start, span.end))}
    return await _list(session, now)


def _read(path: str) -> staff_file.StaffFile:
    file = Path(path)
    if not file.is_file():
        raise OperatorError(f"there is no file {path}.")
    text = staff_file.decode(file.read_bytes())
    return staff_file.read_csv(text) if file.suffix.lower() == ".csv" else staff_file.read_yaml(text)


async def _mark(session: AsyncSession, arguments: argparse.Namespace, now: datetime, terms: Terms) -> Appointment:
    if arguments.outcome is None:
        raise OperatorError("say which appointment and what became of it: `ieum staff mark 17 met`.")
    return await outcomes.mark(session, number(arguments.what), Outcome(arguments.outcome), now, terms=terms)


async def _list(session: AsyncSession, now: datetime) -> dict[str, Any]:
    found = await staff.load(session, now)
    rows = [_plan(plan) for plan in found.plans.values()]
    return {"centers": [_center(center) for center in found.centers.values()], "counselors": rows}


async def _show(session: AsyncSession, counselor_id: str, now: datetime) -> dict[str, Any]:
    plan = (await staff.load(session, now)).plans.get(counselor_id)
    if plan is None:
        raise OperatorError(f"there is no counselor {counselor_id}.")
    today = datetime.combine(now.date(), time(), SEOUL)
    rows = await store.in_time(session, today - timedelta(days=1), today + timedelta(days=SHOWN_DAYS))
    leaves = [{"from": span.start, "until": span.end} for span in plan.leaves]
    own = [_row(row) for row in rows if row.counselor_id == counselor_id]
    return {"counselors": [_plan(plan)], "leaves": leaves, "appointments": own}


def _span(arguments: argparse.Namespace) -> Span:
    """From the beginning of a day, or a time, to the end of a day, or a time. Raises OperatorError."""
    start = _moment(arguments.since or day(None).isoformat(), last=False)
    end = _moment(arguments.until or start.date().isoformat(), last=True)
    if end <= start:
        raise OperatorError("the end lies before the beginning.")
    return Span(start, end)


def _moment(text: str, *, last: bool) -> datetime:
    if "T" not in text:
        return datetime.combine(day(text) + timedelta(days=int(last)), time(), SEOUL)
    return moment(text)


def _center(center: Any) -> dict[str, Any]:
    return {"id": center.id, "name": center.name, "rooms": center.rooms, "active": center.active}


def _plan(plan: Any) -> dict[str, Any]:
    week = {str(d): ", ".join(f"{h.opens:%H:%M}-{h.closes:%H:%M}" for h in hours) for d, hours in plan.week.items()}
    return {
        "id": plan.counselor_id,
        "name": plan.name,
        "center": plan.center_id,
        "kinds": sorted(kind.value for kind in plan.kinds),
        "week": week,
        "active": plan.active,
    }


def _row(row: Appointment) -> dict[str, Any]:
    """An appointment without anything about the person."""
    start = row.start.astimezone(SEOUL)
    return {"number": row.id, "at": start, "kind": row.kind, "counselor": row.counselor_id, "status": row.status}


def _imported(found: staff_file.Imported) -> dict[str, Any]:
    return {
        "imported": {"centers": found.centers, "counselors": found.counselors, "kinds": found.kinds},
        "outside_plan": [_row(row) for row in found.outside],
    }


def _figures(found: outcomes.Figures) -> dict[str, Any]:
    shares = {
        name: {key: {"met": r.met, "missed": r.missed, "no_show": r.no_show} for key, r in getattr(found, name).items()}
        for name in ("by_kind", "by_answer")
    }
    return {**asdict(found), **shares}


def _for_people(document: dict[str, Any]) -> str:
    out = [f"{name}: {document[name]}" for name in ("imported", "leave", "figures") if name in document]
    for center in document.get("centers", ()):
        out.append(f"{center['id']}  {center['name']}  {'' if center['active'] else 'closed'}".rstrip())
    for row in document.get("counselors", ()):
        gone = "" if row["active"] else "  has left"
        out.append(f"  {row['id']}  {row['name']}  {row['center']}  {' '.join(row['kinds'])}{gone}")
    for part in ("leaves", "displaced", "outside_plan", "appointments"):
        if document.get(part):
            out.append(f"{part}:")
        out += ["  " + "  ".join(_short(value) for value in row.values()) for row in document.get(part, ())]
    return "\n".join(out) or "nobody counsels yet: `ieum staff import FILE`"


def _short(value: Any) -> str:
    return f"{value.astimezone(SEOUL):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
