"""The one transaction of a turn: state in; state, domain changes, reply and "answered" out, together or not at all."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import render, state_json
from bot.desk import Desk
from bot.keyboards import decode
from bot.learn import corrected, lasting, learned, steady
from bot.route import route, stepped_back
from bot.services import Services
from bot.turn import Kind, Reply, Said, State, Step, Tap, Turn, Visitor
from bot.understand import Meaning, Understood
from counsel import cases as counsel_cases
from nlu.labels import EntityName
from storage import cases, chats, conversation, dialogues, outbox, people, turns, updates
from storage.chats import Lease
from storage.people import Person

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
SILENT = Tap("handover", "silent")
RETURN_BY_THEMSELVES = ("menu", "start", "handover", "distress")
"""Flows that lead back to an open question in their own words, or leave it for good."""
ECHO = timedelta(seconds=4)
"""A second tap on the same button within this time is a trembling hand, not a wish."""


class LeaseLostError(Exception):
    """Another process serves this chat now; what we decided must not be kept."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a turn came to, for the record and the playground's side view. `passed_on`: a counselor has its words."""

    tap: Tap
    reply: Reply
    state: State
    passed_on: bool = False


async def answer(services: Services, lease: Lease, understood: Understood, row_ids: Sequence[int]) -> None:
    """Decides and stores one turn. Raises LeaseLostError; any other exception undoes everything."""
    start = time.perf_counter()
    now = services.clock.now()
    async with services.database.transaction() as session:
        if not await chats.still_ours(session, lease, now, LEASE):
            raise LeaseLostError(lease.chat_id)
        person = await people.seen(session, understood.incoming.user_id, understood.incoming.chat_id, now)
        decided = await _decide(services, session, person, understood, now)
        await _put(session, services, person, understood, decided, now)
        understood.timings["decide_ms"] = round((time.perf_counter() - start) * 1000, 1)
        await _record(session, person, understood, decided, now)
        await updates.answered(session, row_ids, now)
        await chats.finish(session, lease, now)
    services.watch(_view(understood, decided))


async def _decide(
    services: Services, session: AsyncSession, person: Person, understood: Understood, now: datetime
) -> Decided:
    state = state_json.read(await dialogues.load(session, person.id), services.table.has)
    if person.consent_profile_at is not None and state.seen_at is not None and state.seen_at.date() < now.date():
        # It is stored with its day, and has grown since; what this conversation heard of it has not.
        state = replace(state, known=steady(state.known))
    open_case = await cases.open_of(session, person.id)
    held = open_case is not None and open_case.assignee is not None
    visitor = Visitor(
        person.id,
        state.seen_at is None,
        person.consent_profile_at is not None,
        person.consent_share_at is not None,
        held,
        open_case is not None,
    )
    tap = _tap_of(understood, state, now)
    if tap is None and understood.incoming.kind is Kind.TAP:
        return Decided(Tap("menu", "echo"), Reply(), state)
    passed_on = held and understood.incoming.kind is not Kind.TAP
    if passed_on:
        assert open_case is not None
        await _to_counselor(session, person, open_case, understood, now)
        if understood.lane is None:
            return Decided(SILENT, Reply(), replace(state, seen_at=now), passed_on)
    desk = Desk(services.words, services.catalog, services.rules, services.house, session)
    decided = await _run(services, desk, visitor, understood, state, tap, now)
    return replace(decided, passed_on=passed_on)


def _tap_of(understood: Understood, state: State, now: datetime) -> Tap | None:
    """The meaning of a tapped button; None for text, and for the echo of a tap just made."""
    incoming = understood.incoming
    if incoming.kind is not Kind.TAP:
        return None
    again = state.seen_at is not None and timedelta() <= now - state.seen_at < ECHO
    if again and state.echo == _echo(understood):
        return None
    return decode(incoming.data) or Tap("menu", "old_button")


def _echo(understood: Understood) -> str:
    incoming = understood.incoming
    return f"{incoming.message_id}:{incoming.data}" if incoming.kind is Kind.TAP else ""


async def _run(
    services: Services,
    desk: Desk,
    visitor: Visitor,
    understood: Understood,
    state: State,
    tap: Tap | None,
    now: datetime,
) -> Decided:
    reply, first, asked, before = Reply(), None, (state.flow, state.step), state.last
    for meaning in understood.meanings:
        turn = _turn(services, visitor, understood, meaning, tap, now)
        state = await _learned(desk, turn, state)
        goal = Tap("distress", "show", understood.lane.value) if understood.lane else route(turn, state, services.table)
        goal, state = stepped_back(goal, state, services.table)
        step = await _step(services, desk, turn, state, goal)
        reply, state, first = reply + step.reply, step.state, first or goal
    assert first is not None
    if _comes_back(services, first, asked, state):
        step = await _step(services, desk, turn, state, Tap(state.flow, services.table.flows[state.flow].again))
        if not _asked_twice(step, before):
            reply, state = reply + step.reply, step.state
    reply = _before(desk, visitor, understood, first) + reply
    state = replace(state, seen_at=now, echo=_echo(understood), last=_said(reply) or state.last)
    return Decided(first, reply, state)


def _before(desk: Desk, visitor: Visitor, understood: Understood, goal: Tap) -> Reply:
    """What is said before an answer: who this is, that a number was taken out, that only words can be read."""
    words, messages = desk.words, []
    calm = goal.flow != "distress"
    if visitor.is_new and goal.flow != "start" and not understood.lane:
        messages.append(words.say("start.short", operator=desk.house.operator))
    if understood.redacted:
        messages.append(words.say("privacy.number_seen"))
    has_caption = understood.text and understood.incoming.kind is not Kind.TEXT
    if has_caption and calm and (goal.flow, goal.action) != ("menu", "media"):
        messages.append(words.say("menu.captioned"))
    return Reply(tuple(messages))


def _said(reply: Reply) -> tuple[Said, ...]:
    return tuple(Said(m.key, m.text, m.simple, m.buttons) for m in reply.messages if m.text)


async def _learned(desk: Desk, turn: Turn, state: State) -> State:
    """The state with what this message tells of its writer."""
    facts = learned(turn, state)
    if not facts:
        return state
    stored = await desk.profile(turn)
    return replace(state, known=corrected(state.known, stored, facts, turn.at.date()))


def _asked_twice(step: Step, before: Sequence[Said]) -> bool:
    """Whether the open question was repeated under the answer before this one, too: then it waits in silence."""
    question = step.reply.messages[-1:]
    return len(before) > 1 and bool(question) and question[0].text == before[-1].text


def _comes_back(services: Services, goal: Tap, asked: tuple[str, str], state: State) -> bool:
    """Whether a question that was open has to be asked again, because the turn went to another matter."""
    flow = services.table.flows.get(state.flow)
    if flow is None or not flow.again or (state.flow, state.step) != asked:
        return False
    return goal.flow not in (state.flow, *RETURN_BY_THEMSELVES)


def _turn(
    services: Services, visitor: Visitor, understood: Understood, meaning: Meaning, tap: Tap | None, now: datetime
) -> Turn:
    incoming = understood.incoming
    bare = _without_programs(meaning)
    aspect, also = services.table.asked(bare)
    return Turn(
        visitor=visitor,
        at=now,
        kind=incoming.kind,
        text=meaning.text,
        understanding=meaning.understanding,
        found=meaning.found,
        tap=tap,
        phone=incoming.phone,
        aspect=aspect,
        points_back=services.table.points_back(bare),
        topics=services.table.topics(meaning.text),
        also=also,
    )


def _without_programs(meaning: Meaning) -> str:
    """The text without names of programs: "생계급여" does not ask for an amount."""
    text = meaning.text
    for entity in sorted(meaning.understanding.entities, key=lambda e: -e.start):
        if entity.entity == EntityName.PROGRAM.value:
            text = text[: entity.start] + " " + text[entity.end :]
    return text


async def _step(services: Services, desk: Desk, turn: Turn, state: State, goal: Tap) -> Step:
    handler = services.table.flows[goal.flow].actions[goal.action]
    step = await handler(replace(turn, tap=goal), state, desk)
    choices = tuple(b for m in step.reply.messages[-1:] for b in m.buttons)
    # Only a step that says so counts as a miss; any other answer ends the row.
    misses = step.state.misses if step.state.misses > state.misses else 0
    return Step(step.reply, replace(step.state, shown=choices, misses=misses, asked=_question(state, step, goal)))


def _question(before: State, step: Step, goal: Tap) -> Said | None:
    """The open question as it was last said: a word from another matter does not take its place."""
    after = step.state
    if not after.flow:
        return None
    if goal.flow != after.flow and (after.flow, after.step) == (before.flow, before.step):
        return before.asked
    return next(iter(_said(step.reply)[-1:]), before.asked)


async def _to_counselor(
    session: AsyncSession, person: Person, case: cases.Case, understood: Understood, now: datetime
) -> None:
    case.waiting_since = case.waiting_since or now
    if understood.incoming.phone:
        case.facts = {**case.facts, cases.NUMBER: understood.incoming.phone}
    text = understood.text or None
    data = None if understood.incoming.kind is Kind.TEXT else {"kind": understood.incoming.kind.value}
    await conversation.add(session, person.id, conversation.PERSON, now, text=text, case_id=case.id, data=data)


async def _put(
    session: AsyncSession,
    services: Services,
    person: Person,
    understood: Understood,
    decided: Decided,
    now: datetime,
) -> None:
    """State, thread and reply of a turn. A person who was erased in this turn leaves nothing but the last goodbye."""
    calls = render.calls(services.words, understood.incoming, decided.reply)
    if decided.reply.forget:
        await outbox.put(session, understood.incoming.chat_id, calls, now)
        return
    await dialogues.save(session, person.id, state_json.write(decided.state), now)
    if person.consent_profile_at is not None:
        await people.learn(session, person.id, lasting(decided.state.known), now)
    agreed = person.consent_profile_at or person.consent_share_at
    if agreed is not None and decided.tap != SILENT:
        await _keep_words(session, person, understood, decided, now)
    await outbox.put(session, understood.incoming.chat_id, calls, now, person_id=person.id)


async def _keep_words(
    session: AsyncSession, person: Person, understood: Understood, decided: Decided, now: datetime
) -> None:
    if understood.text and not decided.passed_on:
        await conversation.add(session, person.id, conversation.PERSON, now, text=understood.text)
    for message in decided.reply.messages:
        await conversation.add(session, person.id, conversation.IEUM, now, text=render.plain(message.text))


async def _record(
    session: AsyncSession, person: Person, understood: Understood, decided: Decided, now: datetime
) -> None:
    meaning = understood.meanings[0].understanding
    is_text = "parse_ms" in understood.timings
    record = turns.TurnRecord(
        person_id=None if decided.reply.forget else person.id,
        at=now,
        kind=understood.incoming.kind.value,
        intent=meaning.intent.value if is_text else None,
        confidence=meaning.confidence if is_text else None,
        lane=understood.lane.value if understood.lane else None,
        flow=decided.tap.flow,
        step=decided.tap.action,
        degraded=meaning.degraded or None,
        timings=dict(understood.timings),
    )
    await turns.note(session, record)


def _view(understood: Understood, decided: Decided) -> dict[str, Any]:
    meaning = understood.meanings[0].understanding
    return {
        "chat_id": understood.incoming.chat_id,
        "update_id": understood.incoming.update_id,
        "intent": meaning.intent.value if "parse_ms" in understood.timings else None,
        "confidence": round(meaning.confidence, 3) if "parse_ms" in understood.timings else None,
        "lane": understood.lane.value if understood.lane else None,
        "flow": decided.tap.flow,
        "step": decided.tap.action,
        "entities": [{"entity": e.entity, "text": e.text, "value": e.value} for e in meaning.entities],
        "degraded": meaning.degraded,
        "timings": dict(understood.timings),
    }


async def apologise(services: Services, lease: Lease, incoming: Any, row_ids: Sequence[int], why: str) -> None:
    """Parks what could not be handled, says so once in one kind sentence, and asks a person to look."""
    now = services.clock.now()
    async with services.database.transaction() as session:
        if not await chats.still_ours(session, lease, now, LEASE):
            raise LeaseLostError(lease.chat_id)
        await updates.failed(session, row_ids, why, park=True)
        if incoming is not None and incoming.chat == "private":
            person = await people.seen(session, incoming.user_id, incoming.chat_id, now)
            await counsel_cases.open_case(session, person.id, "failed_turn", now)
            reply = Reply((services.words.say("menu.sorry"),))
            await outbox.put(
                session, incoming.chat_id, render.calls(services.words, incoming, reply), now, person_id=person.id
            )
        await chats.finish(session, lease, now)


__all__ = ["LEASE", "LeaseLostError", "answer", "apologise"]
