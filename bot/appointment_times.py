"""Free times for a draft: looked up, chosen by the wish, and held."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointment_draft import ANY_CENTER, Draft
from counsel import appointments, staff, waiting_list
from counsel.availability import Request, Slot, Wish
from counsel.cells import SEOUL, Span
from counsel.holding import Details
from counsel.kinds import KindName
from counsel.staff import Staff
from counsel.terms import Terms
from counsel.wishes import choose, read, shut_stretches, stretches
from storage import appointments as store
from storage.appointments import Appointment

OFFERS = 3
PAST = (store.BOOKED, store.DISPLACED, store.MET, store.MISSED, store.EXCUSED, store.CANCELLED)


@dataclass(frozen=True, slots=True)
class Found:
    """Times to offer. `fits`: they are what was wished. `beyond`: the wish lies after the last day that can be booked.

    `nobody`: the counselor who was named is not known; `away`: that counselor has no free time.
    """

    slots: tuple[Slot, ...]
    fits: bool
    beyond: bool = False
    nobody: bool = False
    away: bool = False


async def find(session: AsyncSession, draft: Draft, person_id: int, now: datetime) -> Found:
    """At most three free times for a draft, nearest to its wish; none of those that were shown already."""
    whom = await counselor(session, draft, person_id)
    request = replace(request_of(draft), counselor_id=whom or "")
    slots = await _free(session, request, draft, person_id, now)
    away = bool(whom) and not slots
    if away:
        slots = await _free(session, request_of(draft), draft, person_id, now)
    if draft.keeps and not whom:
        own = await _free(session, replace(request_of(draft), counselor_id=draft.keeps), draft, person_id, now)
        slots = [*own, *slots]
    if draft.moving and draft.was:
        slots = [s for s in slots if s.start != datetime.fromisoformat(draft.was)]
    wished = read(draft.wish)
    if wished.counselor == "other":
        avoid = draft.avoid or await last_counselor(session, person_id)
        slots = await _of_others(session, draft, avoid, person_id, now) or slots
    chosen, fits = choose([s for s in slots if s.code not in draft.seen], wished, OFFERS)
    horizon = (now + (await staff.load(session, now)).kinds[draft.kind_name].horizon).date()
    begins = [w.first for w in wished.windows if w.first is not None]
    beyond = bool(begins) and min(begins) > horizon
    return Found(chosen, fits, beyond, whom is None, away)


async def _of_others(session: AsyncSession, draft: Draft, avoid: str, person_id: int, now: datetime) -> list[Slot]:
    """The free times of everybody but one."""
    found: list[Slot] = []
    for counselor_id in await staff.counselors(session, now):
        if counselor_id != avoid:
            request = replace(request_of(draft), counselor_id=counselor_id)
            found += await _free(session, request, draft, person_id, now)
    return found


async def _free(session: AsyncSession, request: Request, draft: Draft, person_id: int, now: datetime) -> list[Slot]:
    return await appointments.free_times(session, request, now, person_id=person_id, moving=draft.moving or None)


def request_of(draft: Draft) -> Request:
    """What is asked of the calendar, whoever it is that counsels."""
    district = draft.district if draft.kind_name is KindName.HOME else ""
    center = "" if draft.center == ANY_CENTER else draft.center
    return Request(draft.kind_name, center_id=center, district=district)


def details_of(draft: Draft) -> Details:
    """Where and how."""
    return Details(draft.address, draft.company, draft.phone, consent=draft.address_ok)


async def counselor(session: AsyncSession, draft: Draft, person_id: int) -> str | None:
    """The counselor who is wished for; "" for anyone, None for somebody who is not known here."""
    wanted = read(draft.wish).counselor
    if wanted in ("", "any", "other"):
        return ""
    if wanted == "same":
        return await last_counselor(session, person_id)
    return await staff.counselor_named(session, wanted)


async def last_counselor(session: AsyncSession, person_id: int) -> str:
    """Who counseled a person last; "" for nobody."""
    rows = await store.of_person(session, person_id, PAST)
    return rows[-1].counselor_id if rows else ""


def kinds_offered(everybody: Staff) -> tuple[KindName, ...]:
    """The kinds that somebody here offers, in the order in which they are asked for."""
    order = (KindName.PHONE, KindName.CENTER, KindName.HOME, KindName.ACCOMPANY, KindName.VIDEO)
    return tuple(kind for kind in order if serving(everybody, Request(kind)))


def serving(everybody: Staff, request: Request) -> bool:
    """Whether anybody at all can be asked for this."""
    centers = everybody.centers
    return any(
        request.fits(plan, centers[plan.center_id])
        for plan in everybody.plans.values()
        if plan.center_id in centers and centers[plan.center_id].active
    )


async def hold(
    session: AsyncSession, draft: Draft, slot: Slot, person_id: int, now: datetime, terms: Terms
) -> Appointment:
    """Holds a time for some minutes. Raises what `appointments.hold` raises."""
    whom = await counselor(session, draft, person_id)
    request = replace(request_of(draft), counselor_id=whom or "", center_id=slot.center_id)
    moving = draft.moving or None
    return await appointments.hold(
        session, person_id, slot, now, request=request, details=details_of(draft), moving=moving, terms=terms
    )


def waiting_wish(draft: Draft, now: datetime, horizon: timedelta) -> Wish:
    """The wish as the waiting list keeps it."""
    wished = read(draft.wish)
    # A wish beyond what can be booked now stays the wish: without its stretches any time would do.
    last = max((w.last for w in wished.windows if w.last is not None), default=now.date())
    days = max(horizon.days, (last - now.astimezone(SEOUL).date()).days) + 1
    spans = _spans(stretches(wished, now, days))
    return Wish(spans, spans[0].start if spans else None, _spans(shut_stretches(wished, now, days)))


def _spans(pairs: Sequence[tuple[datetime, datetime]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)


async def wait(session: AsyncSession, draft: Draft, person_id: int, now: datetime) -> int:
    """Puts a person on the waiting list, and says under which number."""
    everybody = await staff.load(session, now)
    wish = waiting_wish(draft, now, everybody.kinds[draft.kind_name].horizon)
    whom = await counselor(session, draft, person_id)
    request = replace(request_of(draft), counselor_id=whom or "")
    waiter = await waiting_list.join(session, person_id, request, wish, now, details_of(draft))
    return waiter.id
