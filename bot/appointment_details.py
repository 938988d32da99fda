"""Answers to what a kind of appointment needs to be known first: district, address, company, place, time, phone."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.answer_words import answer_words
from bot.appointment_asking import asked, fixed_time, go_on, message
from bot.appointment_draft import FLOW, Draft, absorbed, phone_in
from bot.desk import Desk
from bot.turn import Kind, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from counsel.cells import SEOUL
from nlu.korean.talk_ways import read_way
from nlu.korean.yes_no import by_words

LONGEST_NAME = 80
LONGEST_ADDRESS = 200
SKIPS = re.compile(r"없|안\s?돼|싫|그냥|몰라|텔레그램")
STOPS = re.compile(r"취소|그만\s?(?:둘|할|두|하)|관둘")
ADDRESS = re.compile(
    r"[가-힣]{2,}(?:로|길)\s?\d|[가-힣](?:동|읍|면|리|가)\s?(?:산\s?)?\d|\d+\s?(?:번지|번길|동|호(?!선)|층|단지)"
    r"|[일이삼사오육칠팔구십백천]+\s?(?:번지|호(?!선)|동\s[일이삼사오육칠팔구십백천]+)"
    r"|아파트|빌라|맨션|오피스텔|주택|연립|고시원|건물|빌딩|출구"
)
"""What an address has and other talk has not: a road or quarter with a number, a house."""
LEADS = re.compile(r"^\s*(?:네|예|넵)[\s,.]+")
ENDINGS = re.compile(
    r"(?:이?라고\s?(?:해요|합니다|하는데요?|불러요)|에서\s?(?:해요|봐요|합니다|본대요)|이에요|예요|입니다|인데요?|이요|요)[.!]*$"
)
"""What stands behind a name or a place in an answer."""
MISSING = {"day": "appointments.when_day", "hour": "appointments.when_hour"}


def typed(turn: Turn) -> str:
    """What was written; "" for a button."""
    return turn.text.strip() if turn.kind is Kind.TEXT else ""


def stops(text: str) -> bool:
    """Whether an answer is no answer but the wish to leave it: "예약 취소할게요", "안 할래요"."""
    return STOPS.search(text) is not None or by_words(text) == "no"


def left(state: State, desk: Desk) -> Step:
    """A booking that is given up."""
    return Step(Reply((desk.words.say("appointments.left"),)), state.settled())


def _named(text: str) -> str:
    """The name or the place in an answer; "" where it is not told: "아직 잘 모르겠어요"."""
    words = answer_words()
    return "" if words.has("dont", text) or words.has("wont", text) else ENDINGS.sub("", LEADS.sub("", text))


async def district(turn: Turn, state: State, desk: Desk) -> Step:
    """Where somebody lives, for a visit."""
    draft = Draft.of(state)
    heard = absorbed(draft, turn)
    if heard == draft and stops(typed(turn)):
        return left(state, desk)
    return await go_on(replace(heard, tries=0 if heard.district else draft.tries + 1), turn, state, desk)


async def address(turn: Turn, state: State, desk: Desk) -> Step:
    """Whether the address may be kept, and the address. Typing it after the question is a yes; a no comes first."""
    draft, text, arg = Draft.of(state), typed(turn), turn.tap.arg if turn.tap else ""
    if STOPS.search(text):
        return left(state, desk)
    if read_way(text) not in ("", draft.kind):
        return await go_on(replace(absorbed(draft, turn), tries=0), turn, state, desk)
    if by_words(text) != "no" and ADDRESS.search(text):
        where = ENDINGS.sub("", LEADS.sub("", text))[:LONGEST_ADDRESS]
        return await go_on(replace(draft, address=where, address_ok=True, tries=0), turn, state, desk)
    heard = absorbed(draft, turn)
    choice = arg or strict(turn, along=heard != draft)
    if choice == "yes":
        return await go_on(replace(heard, address_ok=True, tries=0), turn, state, desk)
    if choice == "no":
        return _without_address(draft, state, desk)
    return await go_on(replace(heard, tries=draft.tries + 1), turn, state, desk)


def _without_address(draft: Draft, state: State, desk: Desk) -> Step:
    kinds = ("phone", "center")
    buttons = [desk.words.button(f"appointments.button_kind_{k}", Tap(FLOW, "kind", k)) for k in kinds]
    plain = replace(draft, kind="", address="", address_ok=False, tries=0)
    return asked(plain, "kind", desk.words.say("appointments.no_address", *buttons), state)


async def company(turn: Turn, state: State, desk: Desk) -> Step:
    """The company of an interview."""
    return await _written("company", LONGEST_NAME, turn, state, desk)


async def place(turn: Turn, state: State, desk: Desk) -> Step:
    """Where an interview is held."""
    return await _written("address", LONGEST_ADDRESS, turn, state, desk)


async def _written(field: str, longest: int, turn: Turn, state: State, desk: Desk) -> Step:
    """Goes on with a field of the draft in any words, unless they are the wish to leave."""
    draft, text = Draft.of(state), typed(turn)
    if stops(text):
        return left(state, desk)
    said: dict[str, Any] = {field: _named(text)[:longest]}
    return await go_on(replace(draft, tries=0 if said[field] else draft.tries + 1, **said), turn, state, desk)


async def when(turn: Turn, state: State, desk: Desk) -> Step:
    """The day and hour of an interview, which others have set."""
    before = Draft.of(state)
    heard = absorbed(before, turn)
    if heard == before and stops(typed(turn)):
        return left(state, desk)
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
    if (turn.tap and turn.tap.arg == "none") or SKIPS.search(typed(turn)):
        skipped = replace(draft, kind="", tries=0)
        said = desk.words.plain("appointments.no_phone") + "\n"
        return await go_on(skipped, turn, state, desk, said)
    heard = absorbed(draft, turn)
    return await go_on(replace(heard, tries=draft.tries + 1 if heard == draft else 0), turn, state, desk)
