"""Booking a counselor: by talking or by button; also at home, and beside somebody at an interview."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import appointment_changes as changes
from bot.appointment_asking import asked, fixed_time, go_on, message, offer
from bot.appointment_draft import (
    ANY_CENTER,
    KEEPS_WORDS,
    OTHERS,
    WAITS,
    Draft,
    absorbed,
    answers,
    kind_in,
    phone_in,
    wish_in,
)
from bot.appointment_draft import FLOW as NAME
from bot.appointment_picking import on_another_day, picked, repeats, says_more
from bot.appointment_times import wait as join
from bot.desk import Desk, Flow
from bot.eligibility_answers import yes_or_no
from bot.flows import parts
from bot.turn import Kind, Reply, State, Step, Tap, Turn
from counsel import appointments
from counsel.cells import SEOUL
from counsel.kinds import KindName
from counsel.wishes import narrowed
from nlu.labels import Intent
from storage import conversation

BUTTON_WISHES: Mapping[str, dict[str, Any]] = {
    "soon": {"order": "soonest"},
    "afternoon": {"windows": [{"from": 12 * 60, "to": 18 * 60}]},
}
"""What the buttons of the question "when" mean; the weeks depend on the day."""
WEEK_WORDS = {"week": "이번 주", "next": "다음 주"}
SKIPS = re.compile(r"없|안\s?돼|싫|그냥|몰라|텔레그램")
ANYWHERE = re.compile(r"아무|상관|가까운|어디든|다\s?좋|다\s?괜찮")
ANOTHER_DAY = re.compile(r"(?:다른|딴)\s?날")
ENDINGS = re.compile(
    r"(?:이?라고\s?(?:해요|합니다|하는데요?|불러요)|에서\s?(?:해요|봐요|합니다|본대요)|이에요|예요|입니다|인데요?|이요|요)[.!]*$"
)
"""What stands behind a name or a place in an answer."""
MISSING = {"day": "appointments.when_day", "hour": "appointments.when_hour"}


def _arg(turn: Turn) -> str:
    return turn.tap.arg if turn.tap else ""


def _text(turn: Turn) -> str:
    return turn.text if turn.kind is Kind.TEXT else ""


def _choice(turn: Turn) -> str:
    """Leave to keep something, or none, by button or in words; "" for neither. A wish along the way is no leave."""
    return _arg(turn) or parts.yes_or_no(turn)


async def book(turn: Turn, state: State, desk: Desk) -> Step:
    """ "상담 예약하고 싶어요", with whatever is said along; or the question that is open, with what this adds."""
    if (state.flow, state.step) == (NAME, "book") and _text(turn) and yes_or_no(turn) is False:
        return Step(Reply((desk.words.say("appointments.left"),)), state.settled())
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
    choice = _choice(turn)
    # "센터로 할게요" agrees to a way of talking: leave is given by a yes of its own.
    if not choice or (heard != draft and choice == "yes" and "yes" not in turn.topics):
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
    chosen = _arg(turn) or kind_in(_text(turn))
    if chosen in {name.value for name in KindName}:
        draft = replace(draft if _arg(turn) else absorbed(draft, turn), kind=chosen, slot="", tries=0)
        return await go_on(draft, turn, state, desk)
    heard = absorbed(draft, turn)
    return await go_on(replace(heard, tries=draft.tries + 1), turn, state, desk)


async def district(turn: Turn, state: State, desk: Desk) -> Step:
    """Where somebody lives, for a visit."""
    draft = Draft.of(state)
    heard = absorbed(draft, turn)
    return await go_on(replace(heard, tries=0 if heard.district else draft.tries + 1), turn, state, desk)


async def address(turn: Turn, state: State, desk: Desk) -> Step:
    """Whether the address may be kept, and the address. Typing it after the question is a yes."""
    draft, text = Draft.of(state), _text(turn)
    given = bool(KEEPS_WORDS.search(text)) and len(text) > 5
    if given:
        return await go_on(
            replace(draft, address=ENDINGS.sub("", text.strip())[:200], address_ok=True, tries=0), turn, state, desk
        )
    choice = _choice(turn)
    if choice == "yes":
        return await go_on(replace(draft, address_ok=True, tries=0), turn, state, desk)
    if choice == "no":
        buttons = [
            desk.words.button(f"appointments.button_kind_{k}", Tap(NAME, "kind", k)) for k in ("phone", "center")
        ]
        return Step(
            Reply((desk.words.say("appointments.no_address", *buttons),)), state.ask(NAME, "kind", **_plain(draft))
        )
    return await go_on(replace(draft, tries=draft.tries + 1), turn, state, desk)


def _plain(draft: Draft) -> dict[str, object]:
    return replace(draft, kind="").data()


async def company(turn: Turn, state: State, desk: Desk) -> Step:
    """The company of an interview."""
    draft, text = Draft.of(state), _text(turn).strip()
    name = ENDINGS.sub("", text)[:80]
    return await go_on(replace(draft, company=name, tries=0 if name else draft.tries + 1), turn, state, desk)


async def place(turn: Turn, state: State, desk: Desk) -> Step:
    """Where an interview is held."""
    draft, text = Draft.of(state), _text(turn).strip()
    where = ENDINGS.sub("", text)[:200]
    return await go_on(replace(draft, address=where, tries=0 if where else draft.tries + 1), turn, state, desk)


async def when(turn: Turn, state: State, desk: Desk) -> Step:
    """The day and hour of an interview, which others have set."""
    heard = absorbed(Draft.of(state), turn)
    draft, missing = fixed_time(heard, turn)
    if missing:
        return asked(draft, "when", message(desk, MISSING[missing]), state)
    if datetime.fromisoformat(draft.start) <= turn.at.astimezone(SEOUL):
        return asked(replace(draft, start="", wish={}), "when", message(desk, "appointments.when_past"), state)
    return await go_on(draft, turn, state, desk)


async def phone(turn: Turn, state: State, desk: Desk) -> Step:
    """The number to call; without one the counselor calls in this chat's stead the house's way."""
    draft = Draft.of(state)
    number = phone_in(turn)
    if number:
        return await go_on(replace(absorbed(draft, turn), phone=number, tries=0), turn, state, desk)
    if _arg(turn) == "none" or SKIPS.search(_text(turn)):
        skipped = replace(draft, kind="", tries=0)
        said = desk.words.plain("appointments.no_phone") + "\n"
        return await go_on(skipped, turn, state, desk, said)
    heard = absorbed(draft, turn)
    return await go_on(replace(heard, tries=draft.tries + 1 if heard == draft else 0), turn, state, desk)


async def center(turn: Turn, state: State, desk: Desk) -> Step:
    """Which center."""
    draft, chosen = Draft.of(state), _arg(turn)
    if not chosen and ANYWHERE.search(_text(turn)):
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
    draft, text = Draft.of(state), _text(turn)
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
    if _arg(turn) == "other" or OTHERS.search(text) or yes_or_no(turn) is False:
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
    """The answer to the time that was said back."""
    draft = Draft.of(state)
    choice, _, number = _arg(turn).partition(".")
    hold_id = int(number) if number.isdigit() else draft.hold
    told = wish_in(turn, draft.was) if _text(turn) else None
    if not choice:
        agreed = yes_or_no(turn)
        choice = "no" if OTHERS.search(_text(turn)) else {True: "yes", False: "no", None: ""}[agreed]
        if (
            told is not None
            and (told["windows"] or told["order"] or told["counselor"])
            and not await repeats(draft, turn, desk.session)
        ):
            choice = "else"
        elif told is not None and told["windows"]:
            choice = "yes"
        elif kind_in(_text(turn)) not in ("", draft.kind):
            choice = "else"
    if choice == "yes" and hold_id:
        return await changes.confirm_hold(hold_id, turn, state, desk)
    if choice in ("no", "else"):
        await appointments.release(desk.session, turn.visitor.id, hold_id, turn.at) if draft.hold == hold_id else None
        draft = replace(draft, slot="", hold=0, tries=0)
        if choice == "else":
            draft = absorbed(draft, turn)
        if draft.kind_name is KindName.ACCOMPANY and not draft.moving:
            return Step(Reply((desk.words.say("appointments.left"),)), state.settled())
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
    appointment_id = int(number) if number.isdigit() else int(state.data.get("cancels", 0))
    agreed = choice == "yes" if choice else yes_or_no(turn)
    if not choice and agreed is None and re.search(r"취소", turn.text):
        agreed = True
    if agreed:
        return await changes.cancel_now(appointment_id, turn, state, desk)
    if agreed is None and turn.kind is Kind.TEXT:
        return await again(turn, state, desk)
    return Step(Reply((desk.words.say("appointments.kept"),)), state.settled())


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
        "district": district,
        "address": address,
        "company": company,
        "place": place,
        "when": when,
        "phone": phone,
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
