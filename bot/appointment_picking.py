"""Which of the times on offer a message means, and whether it only repeats the one that is held."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.appointment_draft import OTHERS, Draft, wish_in
from bot.turn import Kind, Turn
from bot.yes_no import of_oneself, strict
from counsel import appointments
from counsel.availability import Slot
from counsel.cells import SEOUL
from counsel.wishes import Wished, read
from nlu.korean.talk_ways import read_way
from nlu.korean.yes_no import finds_fault, inquires, wavers

THIS_ONE = re.compile(r"걸로|거로|것으로|꺼로|거요|꺼요|걸\s?할")


TAKES = re.compile(r"^\s*(?:(?:그럼|그걸로|그때|그때로|이대로)\s*)?(?:잡아|예약해)\s?(?:주|줘|둬)")
"""Takes the time that was said back, though it is no yes."""


def says_more(told: Mapping[str, Any] | None) -> bool:
    """Whether a wish names any time or counselor, and is more than "any time"."""
    return told is not None and any(told[name] for name in ("windows", "not", "order", "counselor"))


async def picked(draft: Draft, turn: Turn, session: AsyncSession) -> str:
    """The code of the one offered time that a message means: "두 시요", "네" to a single one, "아무 때나요"."""
    text = turn.text if turn.kind is Kind.TEXT else ""
    slots = [await appointments.slot_of(session, code, turn.at) for code in draft.offered]
    on_offer = [slot for slot in slots if slot is not None]
    told = wish_in(turn, draft.was) if text and read_way(turn.text) in ("", draft.kind) else None
    if not on_offer or told is None:
        agreed = bool(text) and strict(turn) == "yes"
        found = on_offer if len(on_offer) == 1 else _meant(on_offer, read(draft.wish), points=False)
        return found[0].code if agreed and len(found) == 1 else ""
    if not says_more(told):
        return on_offer[0].code
    found = _meant(on_offer, read({"windows": told["windows"]}), THIS_ONE.search(turn.text) is not None)
    return found[0].code if len(found) == 1 and not told["not"] else ""


async def on_another_day(draft: Draft, turn: Turn, session: AsyncSession) -> Draft:
    """The draft with the days on offer shut out: "그날 말고 다른 날이요"."""
    slots = [await appointments.slot_of(session, code, turn.at) for code in draft.offered]
    days = sorted({slot.start.astimezone(SEOUL).date().isoformat() for slot in slots if slot is not None})
    times = [{k: w[k] for k in ("from", "to", "at") if k in w} for w in draft.wish.get("windows", ())]
    shut = [*draft.wish.get("not", ()), *({"first": day, "last": day} for day in days)]
    wish = {**draft.wish, "windows": [t for t in times if t][:1], "not": shut}
    return replace(draft, wish=wish, seen=())


def _meant(on_offer: list[Slot], wished: Wished, points: bool) -> list[Slot]:
    """The offered times that a wish hits: by hour, by day, or, where it points at one, by the part of the day."""
    hours = [w for w in wished.windows if w.at is not None]
    if hours:
        return [s for s in on_offer if any(w.holds(s.start) and not w.cost(s.start) for w in hours)]
    days = [w for w in wished.windows if w.first is not None and w.first == w.last]
    windows = days or (wished.windows if points else ())
    return [s for s in on_offer if any(w.holds(s.start) for w in windows)]


async def repeats(draft: Draft, turn: Turn, session: AsyncSession) -> bool:
    """Whether a message only repeats the time that is held: "네 화요일 두 시로"."""
    slot = await appointments.slot_of(session, draft.slot, turn.at) if draft.slot else None
    windows = read(wish_in(turn, draft.was) or {}).windows
    return slot is not None and any(not w.cost(slot.start) for w in windows)


def decision(draft: Draft, turn: Turn, *, same: bool) -> str:
    """What a message says to the time that was said back: "yes", "no", "else" for another wish, "" for none of it.

    `same`: the time in it is the one that is held. A no never becomes a yes, whatever is said beside it.
    """
    told, kind = wish_in(turn, draft.was), read_way(turn.text)
    said = "no" if OTHERS.search(turn.text) or of_oneself(turn) is False else strict(turn)
    if kind not in ("", draft.kind) or (says_more(told) and not same):
        return "else"
    if said == "no":
        return "no"
    asks = inquires(turn.text) or wavers(turn.text) or finds_fault(turn.text)
    return "yes" if said == "yes" or (not asks and (same or TAKES.match(turn.text))) else ""
