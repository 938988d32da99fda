"""To a person: a case is opened at once, and the person is told the truth about when somebody answers."""

from typing import Any

from bot.desk import Desk, Flow
from bot.flows.parts import person_button
from bot.korean_dates import clock_time, day_and_time, weekdays
from bot.learn import told_by
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from counsel import cases
from nlu.labels import EntityName, Intent
from storage import people
from storage.cases import NUMBER, Case, open_of, waiting_before

WHOSE = ("who", "theirs")
"""What an open question has to keep of a check for somebody else."""


async def ask(turn: Turn, state: State, desk: Desk) -> Step:
    """ "상담원과 이야기", by word or button; the argument names the matter that led here.

    A number that stands in the wish is given for being called back: the case holds it, whatever else may be shared.
    """
    person = await people.by_id(desk.session, turn.visitor.id)
    assert person is not None
    why = (turn.tap.arg if turn.tap else "") or "asked"
    facts: dict[str, Any] = {"about": list(state.focus), "aspect": state.aspect, **_number(turn)}
    if person.consent_share_at is not None:
        facts |= await _told(turn, state, desk)
    case = await cases.open_case(desk.session, person.id, why[:40], turn.at, facts=facts)
    promise = (await _promise(case, turn, desk), *_noted(turn, desk))
    if person.consent_share_at is not None:
        return Step(Reply(promise), state.settled())
    whose = {name: state.data[name] for name in WHOSE if state.data.get("who")}
    question = desk.words.say("handover.share", *_leave(desk))
    return Step(Reply((*promise, question)), state.ask("handover", "share", **whose))


def _leave(desk: Desk) -> tuple[Button, ...]:
    return (
        desk.words.button("handover.button_share", Tap("handover", "share", "yes")),
        desk.words.button("handover.button_keep", Tap("handover", "share", "no")),
    )


def _number(turn: Turn) -> dict[str, str]:
    """The number to call back, written or shared, as a case holds it."""
    written = turn.understanding.values(EntityName.PHONE)
    number = str(written[0]) if written else turn.phone
    return {NUMBER: number} if number else {}


def _noted(turn: Turn, desk: Desk) -> tuple[Message, ...]:
    return (desk.words.say("handover.number_kept"),) if _number(turn) else ()


async def number(turn: Turn, state: State, desk: Desk) -> Step:
    """A number to call back, given while a case waits."""
    await cases.open_case(desk.session, turn.visitor.id, "number", turn.at, facts=_number(turn))
    return Step(Reply(_noted(turn, desk)), state)


async def _told(turn: Turn, state: State, desk: Desk) -> dict[str, Any]:
    """What was told: of the person, and of somebody else for whom they were just asking."""
    known = told_by(state.known, await desk.profile(turn))
    if not state.data.get("who"):
        return {"known": known}
    return {"known": known, "other": {"who": state.data["who"], "known": told_by(state.data.get("theirs", {}), {})}}


async def share(turn: Turn, state: State, desk: Desk) -> Step:
    """Whether the counselor may see what was said so far and from now on; a number to call back is no leave."""
    choice = (turn.tap.arg if turn.tap else "") or strict(turn)
    if _number(turn):
        await cases.open_case(desk.session, turn.visitor.id, "number", turn.at, facts=_number(turn))
    if not choice:
        question = desk.words.say("handover.noted", *_leave(desk))
        return Step(Reply((*_noted(turn, desk), question)), state)
    person = await people.by_id(desk.session, turn.visitor.id)
    assert person is not None
    person.consent_share_at = turn.at if choice == "yes" else None
    if choice == "yes":
        facts = await _told(turn, state, desk)
        await cases.open_case(desk.session, person.id, "shared", turn.at, facts=facts)
    return Step(Reply((desk.words.say(f"handover.share_{choice}"),)), state.settled())


async def status(turn: Turn, state: State, desk: Desk) -> Step:
    """Whether somebody has answered yet: the case that is open, and when it is looked at."""
    case = await open_of(desk.session, turn.visitor.id)
    if case is None:
        return await ask(turn, state, desk)
    return Step(Reply((await _promise(case, turn, desk),)), state)


async def hours(turn: Turn, state: State, desk: Desk) -> Step:
    """When counselors are there, by what the operator has set."""
    house, button = desk.house, person_button(desk.words, "hours")
    if not house.hours.weekdays:
        return Step(Reply((desk.words.say("handover.hours_none", button, phone=house.phone),)), state)
    days = weekdays(house.hours.weekdays)
    message = desk.words.say(
        "handover.hours", button, days=days, opens=clock_time(house.hours.opens), closes=clock_time(house.hours.closes)
    )
    return Step(Reply((message,)), state)


async def silent(turn: Turn, state: State, desk: Desk) -> Step:
    """A counselor answers in this chat: the bot says nothing."""
    return Step(Reply(), state)


async def _promise(case: Case, turn: Turn, desk: Desk) -> Message:
    """When somebody answers: now in turn, at the next opening hour, or honestly unknown."""
    hours = desk.house.hours
    opens = hours.next_open(turn.at)
    ahead = await waiting_before(desk.session, case)
    if opens is None:
        return desk.words.say("handover.no_hours", number=case.id, phone=desk.house.phone)
    if opens <= turn.at:
        key = "handover.now" if ahead else "handover.now_first"
        return desk.words.say(key, number=case.id, ahead=ahead, phone=desk.house.phone)
    return desk.words.say("handover.later", number=case.id, when=day_and_time(opens), phone=desk.house.phone)


FLOW = Flow(
    name="handover",
    actions={"ask": ask, "share": share, "number": number, "status": status, "hours": hours, "silent": silent},
    intents={Intent.TALK_TO_COUNSELOR: "ask"},
    questions={"share": frozenset()},
    plain=frozenset({"share"}),
)
