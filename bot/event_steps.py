"""Steps about one event that both its flows take: showing it in full, and answering what is asked of it."""

import re
from dataclasses import replace

from bot import event_text as text
from bot.desk import Desk
from bot.turn import Reply, State, Step, Tap, Turn
from counsel import events as signing
from knowledge.event_search import Match
from knowledge.events import Event
from nlu.korean.ordinals import read_choice
from nlu.labels import EntityName

ORDINAL = re.compile(r"(?:첫|두|세|네|다섯)\s*번\s*째|[1-9]\s*번(?!\s*째)|맨\s*(?:위|아래)|마지막")


def turned(event: Event, state: State, **more: object) -> State:
    """No question open, and the talk turned to an event: what is asked next is about it."""
    return replace(state.settled(), data={"after": "signups/after", "event": event.id, **more})


async def shown(event: Event, turn: Turn, state: State, desk: Desk, match: Match | None = None) -> Step:
    """One event in full; of its times those that suit, where the wish was about times."""
    sittings = match.sittings if match else event.ahead(turn.at)
    left = await signing.left(desk.session, sittings)
    message = text.card(event, sittings, left, turn.at, desk)
    return Step(Reply((message,)), turned(event, state).visited(Tap("events", "show", event.id)))


async def more(event: Event, turn: Turn, state: State, desk: Desk) -> Step:
    """What a question asks of the event just shown: what to bring, for whom, what it costs; else all of it."""
    told = {"documents": event.bring, "who": desk.words.plain("events.who", who=event.who, price=event.price)}
    told["amount"] = event.price
    aspect = "amount" if "event_free" in turn.topics else turn.aspect
    said = told.get(aspect) if event.ahead(turn.at) else ""
    if not said:
        return await shown(event, turn, state, desk)
    open_ = any(event.intake(s, turn.at) == "open" for s in event.sittings)
    join = desk.words.button("events.button_join", Tap("signups", "join", event.id))
    other = desk.words.button("events.button_others", Tap("events", "others"))
    blanks = {"title": event.title, "times": "", "seats": "", "tail": text.tail(event, desk.words)}
    message = desk.words.say("events.card", *((join,) if open_ else ()), other, about=said, **blanks)
    return Step(Reply((text.tidy(message),)), turned(event, state))


def asks_more(turn: Turn) -> bool:
    """Whether a text asks of something just shown, without naming anything itself."""
    asks = bool(turn.aspect or turn.points_back or turn.topics & {"event_more", "event_free"})
    return asks and not turn.understanding.values(EntityName.PROGRAM)


def chosen(turn: Turn, count: int) -> int | None:
    """Which of several things just shown a text means, from 0: "두 번째 걸로 신청할게요"."""
    found = ORDINAL.search(turn.text)
    number = read_choice(found[0].replace("맨 위", "첫번째").replace("맨위", "첫번째"), count) if found else None
    return number - 1 if number else None
