"""Opening, talking in and closing a case. A case is a thread of events; its words go out through the outbox."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from storage import cases, conversation, outbox, people
from storage.cases import NUMBER, Case


class CounselError(Exception):
    """Something in counsel could not be done; the class says what to tell."""


class CaseClosedError(CounselError):
    """There is no open case with this number."""


class CaseTakenError(CounselError):
    """Another counselor has this case."""


async def open_case(
    session: AsyncSession,
    person_id: int,
    why: str,
    now: datetime,
    *,
    lane: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Case:
    """Opens a case, or adds to the one that is open; danger (`lane`) makes it urgent. Asking twice makes no second."""
    found = await cases.open_of(session, person_id)
    if found is None:
        case = Case(person_id=person_id, why=why, lane=lane, facts=dict(facts or {}), opened_at=now, waiting_since=now)
        found = await cases.add(session, case)
        event = "opened"
    else:
        event = "asked_again"
        found.facts = {**found.facts, **(facts or {})}
        found.lane = lane or found.lane
        found.waiting_since = found.waiting_since or now
    data = {"why": why, "lane": lane}
    await conversation.add(session, person_id, conversation.EVENT, now, event=event, case_id=found.id, data=data)
    return found


async def claim(session: AsyncSession, case_id: int, counselor: str, now: datetime) -> Case:
    """Gives a case to a counselor; from now on the bot is silent there. Raises CaseTakenError, CaseClosedError."""
    case = await _open(session, case_id)
    if case.assignee not in (None, counselor):
        raise CaseTakenError(case.assignee)
    if case.assignee is None and not await cases.claim(session, case_id, counselor):
        raise CaseTakenError(case_id)
    await session.refresh(case)
    await _event(session, case, "assigned", now, counselor=counselor)
    return case


async def answer(session: AsyncSession, case_id: int, counselor: str, text: str, html: str, now: datetime) -> Case:
    """Sends a counselor's words (`html` is what Telegram gets) and keeps them in the thread. Raises as `claim` does."""
    case = await _open(session, case_id)
    if case.assignee != counselor:
        raise CaseTakenError(case.assignee)
    case.waiting_since = None
    await conversation.add(session, case.person_id, conversation.COUNSELOR, now, text=text, case_id=case.id)
    await tell(session, case, html, now)
    return case


async def close(session: AsyncSession, case_id: int, counselor: str, html: str, now: datetime) -> Case:
    """Ends a case and tells the person so; the bot answers again, and the number to call back goes.

    Raises CaseClosedError.
    """
    case = await _open(session, case_id)
    case.closed_at, case.waiting_since = now, None
    case.facts = {name: value for name, value in case.facts.items() if name != NUMBER}
    await _event(session, case, "closed", now, counselor=counselor)
    await tell(session, case, html, now)
    return case


async def tell(session: AsyncSession, case: Case, html: str, now: datetime) -> None:
    """Queues a message to the person of a case."""
    person = await people.by_id(session, case.person_id)
    assert person is not None
    call = outbox.Call("send_message", {"text": html})
    await outbox.put(session, person.chat_id, [call], now, person_id=person.id, priority=outbox.RELAY)


async def _open(session: AsyncSession, case_id: int) -> Case:
    case = await cases.by_id(session, case_id)
    if case is None or case.closed_at is not None:
        raise CaseClosedError(case_id)
    return case


async def _event(session: AsyncSession, case: Case, event: str, now: datetime, **data: Any) -> None:
    await conversation.add(
        session, case.person_id, conversation.EVENT, now, event=event, case_id=case.id, data=data or None
    )
