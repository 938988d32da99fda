"""What is gathered for an appointment while it is talked about, and what a message adds to it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from bot.turn import State, Turn
from counsel.kinds import KindName
from counsel.wishes import narrowed
from nlu.korean.phones import as_written
from nlu.korean.talk_ways import read_way
from nlu.korean.wish_shift import read_shift
from nlu.korean.wishes import read_wish
from nlu.labels import EntityName, Intent

FLOW = "appointments"
ANY_CENTER = "any"
"""What stands for the center where each will do."""
SEEN = 12
"""How many offered times are remembered, so that "other times" are others."""
QUESTION = re.compile(r"(?:\?|나요|까요|가요|는지요?|을까|ㄹ까|인가|됩니까|습니까)\s*[?.!~]*$")
SURE = 0.6
WAITS = re.compile(r"기다릴|기다리|나면\s?(?:알려|연락)|빈자리")
"""Answers to times on offer: rather the waiting list, or other times."""
OTHERS = re.compile(
    r"다른\s?(?:때|시간|날|걸|거)|말고|애매|마땅|별로|안\s?맞|더\s?(?:없|있)|또\s?(?:없|있)|다\s?안|셋\s?다|모두\s?안"
)
FREE_TEXT = frozenset({"company", "place", "address"})
"""Questions whose answer may be any words."""
ASKS_TIME = frozenset({"consent", "wish", "offer", "confirm", "when"})
ASKS_KIND = ("consent", "kind", "phone", "wish", "offer", "confirm")
"""Questions at which a time, or another way of talking, may be named."""
NOT_AN_ANSWER = frozenset({Intent.TALK_TO_COUNSELOR, Intent.GO_BACK, Intent.REPEAT_SIMPLER, Intent.DISTRESS})


@dataclass(frozen=True, slots=True)
class Draft:
    """A booking that is being talked about. Empty fields are still to be asked for.

    `wish` is what `nlu.korean.wishes` read; `slot` the code of the chosen time and `hold` the number under which it is
    held; `moving` the appointment that gets the new time, `replaces` the one that ends once this is booked. `offered`
    are the codes on offer now, `seen` all so far. `start` is the time that others have fixed. `tries` counts
    how often the open question was not answered. `was` is when the appointment that is changed begins. `avoid` is the
    counselor whom the person would rather not have, `keeps` the one of the appointment that is changed.
    """

    kind: str = ""
    agreed: bool = False
    wish: Mapping[str, Any] = field(default_factory=dict)
    center: str = ""
    district: str = ""
    address: str = ""
    address_ok: bool = False
    company: str = ""
    phone: str = ""
    start: str = ""
    slot: str = ""
    hold: int = 0
    moving: int = 0
    replaces: int = 0
    offered: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    tries: int = 0
    was: str = ""
    avoid: str = ""
    keeps: str = ""

    @classmethod
    def of(cls, state: State) -> "Draft":
        """The draft of an open question; an empty one where none is open."""
        if state.flow != FLOW:
            return cls()
        known = {f.name for f in fields(cls)}
        data = {name: value for name, value in state.data.items() if name in known}
        for name in ("offered", "seen"):
            data[name] = tuple(data.get(name, ()))
        return cls(**data)

    def data(self) -> dict[str, Any]:
        """The draft as plain JSON, without what is empty."""
        return {name: _plain(value) for name, value in asdict(self).items() if value}

    @property
    def kind_name(self) -> KindName:
        """Which kind; only of a draft that has one."""
        return KindName(self.kind)

    def with_offers(self, codes: tuple[str, ...]) -> "Draft":
        """The draft with these times on offer."""
        seen = (*self.seen, *(c for c in codes if c not in self.seen))
        return replace(self, offered=codes, seen=seen[-SEEN:], slot="", hold=0)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def wish_in(turn: Turn, was: str = "") -> dict[str, Any] | None:
    """The wish for a time in a message; None where it says nothing of it. `was`: when what is changed begins."""
    if not turn.text:
        return None
    leaning = read_shift(turn.text, datetime.fromisoformat(was), turn.at) if was else None
    return leaning or read_wish(turn.text, turn.at.date(), turn.at.time())


def absorbed(draft: Draft, turn: Turn) -> Draft:
    """The draft with all that a message adds to it."""
    kind = read_way(turn.text)
    if kind and kind != draft.kind:
        # Another way of talking is another appointment, in whose favour the old one ends.
        draft = replace(draft, kind=kind, slot="", hold=0, offered=(), seen=())
        draft = replace(draft, replaces=draft.moving or draft.replaces, moving=0, center="")
    wish = wish_in(turn, draft.was)
    if wish is not None:
        shown = draft.slot or next(iter(draft.offered), "")
        avoid = shown.split(".")[1] if shown and wish["counselor"] == "other" else draft.avoid
        draft = replace(draft, wish=narrowed(draft.wish, wish), seen=(), offered=(), avoid=avoid)
    if district := _district(turn):
        draft = replace(draft, district=district)
    phone = phone_in(turn)
    return replace(draft, phone=phone) if phone else draft


def phone_in(turn: Turn) -> str:
    """The phone number in a message or a shared contact; "" for none."""
    found = turn.phone or next((str(v) for v in turn.understanding.values(EntityName.PHONE)), "")
    return as_written(found) if found else ""


def answers(turn: Turn, state: State) -> bool:
    """Whether a text answers the open question of a booking, whatever the classifier made of it."""
    intent, step = turn.understanding.intent, state.step
    other = intent in NOT_AN_ANSWER and turn.understanding.confidence > SURE
    if step in FREE_TEXT:
        return bool(turn.text) and not other and not QUESTION.search(turn.text)
    if step == "offer" and (WAITS.search(turn.text) or OTHERS.search(turn.text)):
        return True
    if step in ASKS_TIME and _tells_time(turn, state, other):
        return intent is not Intent.CANCEL_APPOINTMENT
    given = phone_in(turn) if step == "phone" else _district(turn) if step == "district" else ""
    return bool(given or (step in ASKS_KIND and read_way(turn.text)))


def _tells_time(turn: Turn, state: State, other: bool) -> bool:
    """Whether a message says when; where it seems to be about another matter, it has to say so clearly."""
    wish = wish_in(turn, str(state.data.get("was", "")))
    if wish is None or (turn.subject and turn.aspect):
        return False
    return bool(wish["windows"] or wish["counselor"] in ("same", "other")) if other else True


def _district(turn: Turn) -> str:
    return next((str(v) for v in turn.understanding.values(EntityName.DISTRICT)), "")
