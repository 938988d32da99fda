"""Booking a counselor: by talking or by button; also at home, and beside somebody at an interview."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import appointment_changes as changes
from bot import appointment_details as details
from bot.appointment_asking import fixed_time, go_on, offer
from bot.appointment_details import left, typed
from bot.appointment_draft import ANY_CENTER, OTHERS, WAITS, Draft, absorbed, answers, wish_in
from bot.appointment_draft import FLOW as NAME
from bot.appointment_picking import decision, on_another_day, picked, repeats, says_more
from bot.appointment_times import wait as join
from bot.desk import Desk, Flow
from bot.keyboards import number_in
from bot.turn import Kind, Reply, State, Step, Tap, Turn
from bot.yes_no import of_oneself, strict
from counsel import appointments
from counsel.kinds import KindName
from counsel.wishes import narrowed
from nlu.korean.talk_ways import read_way
from nlu.labels import Intent
from storage import conversation

BUTTON_WISHES: Mapping[str, dict[str, Any]] = {
    "soon": {"order": "soonest"},
    "afternoon": {"windows": [{"from": 12 * 60, "to": 18 * 60}]},
}
"""What the buttons of the question "when" mean; the weeks depend on the day."""
WEEK_WORDS = {"week": "이번 주", "next": "다음 주"}
ANYWHERE = re.compile(r"아무|상관|가까운|어디든|다\s?좋|다\s?괜찮")
ANOTHER_DAY = re.compile(r"(?:다른|딴)\s?날")
CANCELS = re.compile(
    r"^\s*(?:(?:네|예|응|그냥|그럼|이|그|제)[\s,.]*)*(?:(?:예약|약속|상담)(?:을|은)?\s*)?취소(?:를|로)?\s?"
    r"(?:요|할게요?|할래요?|할게여|해|해요|하겠\S*|합니다|하고\s?싶\S*|하려\S*|해\s?(?:주|줘|줄)\S*|좀?\s?부탁\S*|시켜\s?\S*)?[\s.!~]*$"
)
"""A plain wish to cancel and nothing else."""


def _arg(turn: Turn) -> str:
    return turn.tap.arg if turn.tap else ""


async def book(turn: Turn, state: State, desk: Desk) -> Step:
    """ "상담 예약하고 싶어요", with whatever is said along; or the question that is open, with what this adds."""
    if (state.flow, state.step) == (NAME, "book") and typed(turn) and strict(turn) == "no":
        return left(state, desk)
    draft = absorbed(Draft.of(state), turn)
    return await go_on(replace(draft, tries=0), turn, state, desk)


async def visit(turn: Turn, state: State, desk: Desk) -> Step:
    """ "집으로 와 주실 수 있나요"."""
    draft = absorbed(replace(Draft.of(state), kind=KindName.HOME.value), turn)
    return await go_on(replace(draft, kind=KindName.HOME.value, slot="", tries=0), turn, state, desk)


async def accompany(turn: Turn, state: State, desk: Desk) -> Step:
    """ "면접 볼 때 같이 가 주시는 분 있나요"."""
    draft = replace(Draft.of(state), kind=KindName.ACCOMPANY.value, slot="", tries=0)
    draft, _ = fixed_time(absorbed(draft, turn), turn)
    return await go_on(draft, turn, state, desk)


async def again(turn: Turn, state: State, desk: Desk) -> Step:
    """The open question once more, after something else was talked about."""
    if state.step == "book":
        return await changes.check(turn, state.settled(), desk)
    if state.step in ("sure", "cancel", "change"):
        arg = str(state.data.get("cancels", ""))
        turn = replace(turn, tap=Tap(NAME, "again", arg), text="")
        task = changes.change if state.step == "change" else changes.cancel
        return await task(turn, state, desk)
    return await go_on(Draft.of(state), replace(turn, text=""), state, desk)


async def consent(turn: Turn, state: State, desk: Desk) -> Step:
    """Whether day and time may be kept. Without that there is no appointment, but a person and a phone."""
    draft = Draft.of(state)
    heard = draft if _arg(turn) else absorbed(draft, turn)
    # "센터로 할게요" agrees to a way of talking: leave is given by a yes of its own.
    choice = _arg(turn) or strict(turn, along=heard != draft)
    if not choice:
        before = "" if heard == draft else desk.words.plain("appointments.heard") + "\n"
        return await go_on(heard, turn, state, desk, before)
    if choice != "yes":
        said = desk.words.say("appointments.not_kept", phone=desk.house.phone)
        return Step(Reply((said,)), state.settled())
    event = "consent_appointment"
    await conversation.add(desk.session, turn.visitor.id, conversation.EVENT, turn.at, event=event)
    return await go_on(replace(heard, agreed=True), turn, state, desk)


async def kind(turn: Turn, state: State, desk: Desk) -> Step:
    """Which way of talking."""
    draft = Draft.of(state)
    chosen = _arg(turn) or read_way(typed(turn))
    if chosen in {name.value for name in KindName}:
        draft = replace(draft if _arg(turn) else absorbed(draft, turn), kind=chosen, slot="", tries=0)
        return await go_on(draft, turn, state, desk)
    heard = absorbed(draft, turn)
    return await go_on(replace(heard, tries=draft.tries + 1), turn, state, desk)


async def center(turn: Turn, state: State, desk: Desk) -> Step:
    """Which center."""
    draft, chosen = Draft.of(state), _arg(turn)
    if not chosen and ANYWHERE.search(typed(turn)):
        chosen = ANY_CENTER
    heard = replace(draft, center=chosen) if chosen else absorbed(draft, turn)
    return await go_on(heard, turn, state, desk)


async def wish(turn: Turn, state: State, desk: Desk) -> Step:
    """When: in words or by button."""
    draft, arg = Draft.of(state), _arg(turn)
    if arg in WEEK_WORDS or arg in BUTTON_WISHES:
        said = wish_in(replace(turn, text=WEEK_WORDS[arg])) if arg in WEEK_WORDS else BUTTON_WISHES[arg]
        draft = replace(draft, wish=narrowed(draft.wish, said or {}), seen=(), offered=(), tries=0)
        return await go_on(draft, turn, state, desk)
    heard = absorbed(draft, turn)
    understood = heard.wish != draft.wish or heard.kind != draft.kind
    return await go_on(replace(heard, tries=0 if understood else draft.tries + 1), turn, state, desk)


async def offer_(turn: Turn, state: State, desk: Desk) -> Step:
    """An answer to the times on offer: one of them, others, another wish, or waiting."""
    draft, text = Draft.of(state), typed(turn)
    if WAITS.search(text):
        return await wait(turn, state, desk)
    chosen = await picked(draft, turn, desk.session)
    if chosen:
        return await go_on(replace(draft, slot=chosen, tries=0), turn, state, desk)
    heard = absorbed(draft, turn)
    if heard.kind != draft.kind or says_more(wish_in(turn, draft.was)):
        return await go_on(replace(heard, tries=0), turn, state, desk)
    if ANOTHER_DAY.search(text):
        return await offer(await on_another_day(draft, turn, desk.session), turn, state, desk)
    if _arg(turn) == "other" or OTHERS.search(text) or of_oneself(turn) is False:
        return await offer(draft, turn, state, desk)
    key = "appointments.pick_one" if draft.tries else "appointments.pick_again"
    return await go_on(replace(draft, tries=draft.tries + 1, seen=()), turn, state, desk, desk.words.plain(key) + "\n")


async def pick(turn: Turn, state: State, desk: Desk) -> Step:
    """A time by its button, of an older message too."""
    slot = await appointments.slot_of(desk.session, _arg(turn), turn.at)
    if slot is None:
        return await go_on(Draft.of(state), turn, state, desk, desk.words.plain("appointments.taken") + "\n")
    draft = Draft.of(state)
    if draft.kind != slot.kind.value:
        draft = Draft(kind=slot.kind.value, agreed=draft.agreed)
    return await go_on(replace(draft, slot=slot.code, tries=0), turn, state, desk)


async def confirm(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to the time that was said back: by its button, of an older message too, or in words."""
    draft, (pressed, *numbers) = Draft.of(state), _arg(turn).split(".")
    hold_id, replaces, *_ = (*map(number_in, numbers), 0, 0)
    if pressed == "yes":
        return await changes.confirm_hold(hold_id, turn, state, desk, replaces)
    if pressed and not (hold_id and hold_id == draft.hold):
        return await changes.give_back(hold_id, turn, state, desk)
    same = bool(typed(turn)) and await repeats(draft, turn, desk.session)
    choice = pressed or decision(draft, turn, same=same)
    if choice == "yes" and draft.hold:
        return await changes.confirm_hold(draft.hold, turn, state, desk)
    if choice in ("no", "else"):
        await changes.release(draft.hold, turn, desk)
        draft = replace(draft, slot="", hold=0, tries=0)
        draft = absorbed(draft, turn) if choice == "else" else draft
        if draft.kind_name is KindName.ACCOMPANY and not draft.moving:
            return left(state, desk)
        return await go_on(draft, turn, state, desk)
    return await go_on(replace(draft, tries=draft.tries + 1), turn, state, desk)


async def wait(turn: Turn, state: State, desk: Desk) -> Step:
    """Puts somebody on the waiting list for what they wished."""
    draft = Draft.of(state)
    if not draft.kind:
        return await go_on(draft, turn, state, desk)
    number = await join(desk.session, draft, turn.visitor.id, turn.at)
    leave = desk.words.button("appointments.button_leave", Tap(NAME, "leave", str(number)))
    return Step(Reply((desk.words.say("appointments.waiting", leave),)), state.settled())


async def sure(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to "취소할까요?". Nothing is cancelled by guess."""
    choice, _, number = _arg(turn).partition(".")
    appointment_id = number_in(number) or int(state.data.get("cancels", 0))
    choice = choice or strict(turn) or ("yes" if CANCELS.match(typed(turn)) else "")
    if choice == "yes":
        return await changes.cancel_now(appointment_id, turn, state, desk)
    if not choice and turn.kind is Kind.TEXT:
        return await again(turn, state, desk)
    return changes.kept(state, desk)


async def stop(turn: Turn, state: State, desk: Desk) -> Step:
    """ "취소" as the whole message: stops what is talked about, answers "취소할까요?", or means an appointment."""
    if (state.flow, state.step) == (NAME, "sure"):
        return await changes.cancel_now(int(state.data.get("cancels", 0)), turn, state, desk)
    if not state.flow or state.flow == NAME:
        return await changes.cancel(turn, state, desk)
    return Step(Reply((desk.words.say("appointments.stopped"),)), state.settled())


MORE = frozenset({Intent.BOOK_APPOINTMENT, Intent.CHANGE_APPOINTMENT, Intent.REQUEST_VISIT, Intent.UPDATE_PROFILE})
FLOW = Flow(
    name=NAME,
    actions={
        "book": book,
        "visit": visit,
        "accompany": accompany,
        "again": again,
        "consent": consent,
        "kind": kind,
        "district": details.district,
        "address": details.address,
        "company": details.company,
        "place": details.place,
        "when": details.when,
        "phone": details.phone,
        "center": center,
        "wish": wish,
        "offer": offer_,
        "pick": pick,
        "confirm": confirm,
        "wait": wait,
        "sure": sure,
        "stop": stop,
        "check": changes.check,
        "change": changes.change,
        "other": changes.change,
        "cancel": changes.cancel,
        "coming": changes.coming,
        "accept": changes.accept,
        "decline": changes.decline,
        "leave": changes.leave,
    },
    intents={
        Intent.BOOK_APPOINTMENT: "book",
        Intent.CHANGE_APPOINTMENT: "change",
        Intent.CANCEL_APPOINTMENT: "cancel",
        Intent.CHECK_APPOINTMENT: "check",
        Intent.REQUEST_VISIT: "visit",
        Intent.REQUEST_ACCOMPANIMENT: "accompany",
    },
    questions={
        **dict.fromkeys(("book", "consent", "kind", "phone", "center", "wish", "offer", "confirm"), MORE),
        **dict.fromkeys(("district", "address", "company", "place", "when"), MORE | {Intent.FIND_CENTER}),
        "sure": frozenset({Intent.CANCEL_APPOINTMENT}),
        "change": MORE,
        "cancel": frozenset({Intent.CANCEL_APPOINTMENT}),
    },
    reads=answers,
    again="again",
)
