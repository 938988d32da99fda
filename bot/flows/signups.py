"""Signing up for an event: which one, when, with consent and a repeat-back; withdrawing; one's own sign-ups; offers."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import event_text as text
from bot import signup_text as said
from bot.desk import Desk, Flow
from bot.event_steps import asks_more, more, turned
from bot.event_steps import chosen as counted
from bot.event_wishes import fitting, names_a_time, past_found, past_named, talked_of, wish_of
from bot.flows.parts import heir_buttons, person_button
from bot.keyboards import number_in
from bot.program_text import about
from bot.turn import Button, Reply, State, Step, Tap, Turn
from bot.yes_no import strict
from counsel import cases
from counsel import events as signing
from counsel.events import FullError, NoIntakeError, NoSignupError, OneSittingError
from knowledge.event_search import EventWish, Match, named_in, search
from knowledge.events import Event, Sitting
from nlu.labels import Intent
from storage.events import GOING, WAITING, Signup

MOST_EVENTS, MOST_TIMES = 4, 4
"""Events and times that are offered to choose from, beside one button more."""


async def join(turn: Turn, state: State, desk: Desk) -> Step:
    """ "참가 신청할게요", by word or by an event's button; also withdrawing and one's own sign-ups, by their words."""
    event = desk.catalog.events.get(turn.tap.arg if turn.tap else "")
    if event is not None:
        return await _times(event, event.ahead(turn.at), turn, state, desk)
    if "event_off" in turn.topics:
        return await off(turn, state, desk)
    if "event_mine" in turn.topics:
        return await mine(turn, state, desk)
    if past := past_named(turn, desk):
        return _of_the_past(past.id, turn, state, desk)
    return await _which(turn, state, desk)


async def which(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to which event."""
    if strict(turn) == "no":
        return Step(Reply((desk.words.say("signups.dropped"),)), state.settled())
    return await _which(turn, state, desk)


async def times(turn: Turn, state: State, desk: Desk) -> Step:
    """More times of an event; the argument is "event.from"."""
    id_, _, start = (turn.tap.arg if turn.tap else "").partition(".")
    event = desk.catalog.events.get(id_)
    if event is None:
        return await _which(turn, state, desk)
    return await _times(event, event.ahead(turn.at), turn, state, desk, number_in(start))


async def sitting(turn: Turn, state: State, desk: Desk) -> Step:
    """A time, by button or in words: asked back, and before that for consent where there is none."""
    event, chosen = said.of_key(turn.tap.arg if turn.tap else "", desk)
    if event is not None and chosen is not None:
        return await _ask_back(event, chosen, turn, state, desk)
    event = talked_of(state, desk)
    if event is None:
        return await _which(turn, state, desk)
    if strict(turn) == "no" and not names_a_time(turn):
        return Step(Reply((desk.words.say("signups.dropped"),)), state.settled())
    return await _times(event, event.ahead(turn.at), turn, state, desk)


async def consent(turn: Turn, state: State, desk: Desk) -> Step:
    """Whether event and time may be kept; without that there is no sign-up."""
    key, choice = said.choice(turn, state)
    event, chosen = said.of_key(key, desk)
    if event is None or chosen is None:
        return await _which(turn, state, desk)
    if choice == "yes":
        return await _ask_back(event, chosen, turn, state, desk, agreed=True)
    if choice == "no":
        return Step(Reply((desk.words.say("signups.dropped"),)), state.settled())
    return Step(Reply((said.consent(chosen, desk),)), state)


async def confirm(turn: Turn, state: State, desk: Desk) -> Step:
    """The answer to the repeat-back; another time in it is taken up."""
    key, choice = said.choice(turn, state)
    event, chosen = said.of_key(key, desk)
    if event is None or chosen is None:
        return await _which(turn, state, desk)
    other = not (turn.tap and turn.tap.arg) and names_a_time(turn) and chosen not in fitting((chosen,), turn)
    if other:
        return await _times(event, event.ahead(turn.at), turn, state, desk)
    if choice == "no":
        return Step(Reply((desk.words.say("signups.dropped"),)), state.settled())
    # An old button may come from before consent was asked for, or taken back.
    agreed = state.data.get("agreed") == chosen.key
    if choice != "yes" or not (turn.visitor.consented or agreed):
        return await _ask_back(event, chosen, turn, state, desk, agreed=agreed)
    return await _sign_up(event, chosen, turn, state, desk)


async def change(turn: Turn, state: State, desk: Desk) -> Step:
    """Another time in place of the one that somebody has; the argument is "number.event.sitting.yes"."""
    whole, choice = said.choice(turn, state)
    if choice == "no":
        return Step(Reply((desk.words.say("signups.kept"),)), state.settled())
    first, _, key = whole.partition(".")
    number, (event, wanted) = number_in(first), said.of_key(key, desk)
    if choice != "yes" or event is None or wanted is None or not number:
        return await mine(turn, state, desk)
    return await _change(number, event, wanted, turn, state, desk)


async def _change(number: int, event: Event, wanted: Sitting, turn: Turn, state: State, desk: Desk) -> Step:
    try:
        signup = await signing.change(
            desk.session, turn.visitor.id, number, event, wanted, turn.at, terms=desk.house.terms
        )
    except NoIntakeError:
        return await _times(event, event.ahead(turn.at), turn, state, desk)
    except NoSignupError:
        return _gone(event, state, desk)
    except FullError:
        when = text.when(wanted.starts, turn.at.date())
        return Step(Reply((desk.words.say("signups.one_full", said.mine_button(desk), when=when),)), state.settled())
    return await _done(event, wanted, signup, "signups.done", turn, state, desk)


async def mine(turn: Turn, state: State, desk: Desk) -> Step:
    """What somebody has signed up for, or waits for."""
    rows = await said.own(turn, desk)
    return Step(Reply((said.list_of(rows, "signups.mine", "see", turn, desk),)), state.settled())


async def see(turn: Turn, state: State, desk: Desk) -> Step:
    """One sign-up by its button."""
    row = await said.by_number(turn, desk)
    if row is None:
        return await mine(turn, state, desk)
    return Step(Reply((said.one(row, turn, desk),)), turned(row.event, state, signed=row.signup.id))


async def file(turn: Turn, state: State, desk: Desk) -> Step:
    """The calendar file of a sign-up."""
    row = await said.by_number(turn, desk)
    if row is None:
        return await mine(turn, state, desk)
    message = desk.words.say("signups.file")
    return Step(
        Reply((replace(message, file=await said.calendar(row.event, row.sitting, row.signup, turn, desk)),)), state
    )


async def off(turn: Turn, state: State, desk: Desk) -> Step:
    """Withdrawing: which sign-up, if there are several, and whether really."""
    row = await said.by_number(turn, desk)
    rows = [row] if row else said.meant(await said.own(turn, desk), turn, desk)
    if len(rows) == 1:
        return said.really(rows[0], turn, state, desk)
    return Step(Reply((said.list_of(rows, "signups.off_which", "off", turn, desk),)), state.settled())


async def off_now(turn: Turn, state: State, desk: Desk) -> Step:
    """Withdraws after a yes."""
    key, choice = said.choice(turn, state)
    number = number_in(key)
    if choice == "no":
        return Step(Reply((desk.words.say("signups.kept"),)), state.settled())
    if choice != "yes" or not number:
        return await off(replace(turn, tap=Tap("signups", "off", key)), state, desk)
    try:
        await signing.withdraw(desk.session, turn.visitor.id, number, turn.at)
    except NoSignupError:
        return await mine(turn, state, desk)
    button = desk.words.button("events.button_others", Tap("events", "others"))
    return Step(Reply((desk.words.say("signups.off_done", button),)), state.settled())


async def after(turn: Turn, state: State, desk: Desk) -> Step:
    """What follows the event just shown or signed up for: a question, or a change of mind."""
    event, intent = talked_of(state, desk), turn.understanding.intent
    if event is None or intent in LOOKING:
        return await mine(turn, state, desk)
    if intent is Intent.CANCEL_APPOINTMENT:
        return await off(replace(turn, tap=Tap("signups", "off", str(state.data.get("signed", "")))), state, desk)
    if intent is Intent.CHANGE_APPOINTMENT and event.once:
        return await _times(event, event.ahead(turn.at), turn, state, desk)
    if intent is Intent.CHANGE_APPOINTMENT:
        return await mine(turn, state, desk)
    return await more(event, turn, state, desk)


async def take(turn: Turn, state: State, desk: Desk) -> Step:
    """An offered seat is taken; one whose time is over has passed on."""
    row = await said.by_number(turn, desk, ended=True)
    if row is None:
        return await mine(turn, state, desk)
    try:
        signup = await signing.accept(desk.session, turn.visitor.id, row.signup.id, turn.at, terms=desk.house.terms)
    except NoSignupError:
        again = desk.words.button("signups.button_again", Tap("signups", "join", row.event.id))
        return Step(
            Reply((desk.words.say("signups.lapsed_tap", again),)), turned(row.event, state, signed=row.signup.id)
        )
    if signup.status == WAITING:
        return await see(turn, state, desk)
    return await _done(row.event, row.sitting, signup, "signups.taken", turn, state, desk)


async def pass_(turn: Turn, state: State, desk: Desk) -> Step:
    """An offered seat is not wanted: it goes to the next at once."""
    row = await said.by_number(turn, desk)
    if row is not None:
        await signing.withdraw(desk.session, turn.visitor.id, row.signup.id, turn.at)
    return Step(Reply((desk.words.say("signups.passed"),)), state.settled())


async def coming(turn: Turn, state: State, desk: Desk) -> Step:
    """ "갈게요" under a reminder."""
    row = await said.by_number(turn, desk)
    if row is None or row.signup.status != GOING:
        return await mine(turn, state, desk)
    await signing.coming(desk.session, turn.visitor.id, row.signup.id, turn.at)
    when = text.when(row.sitting.starts, turn.at.date())
    return Step(Reply((desk.words.say("signups.coming", when=when, where=text.where(row.sitting)),)), state)


async def _which(turn: Turn, state: State, desk: Desk) -> Step:
    """The event that a message means: named, by kind, place or day, or the one just shown; else a choice."""
    wish = wish_of(turn, desk)
    named = named_in(turn.text, desk.catalog.events)
    talked = talked_of(state, desk)
    shown = [desk.catalog.events[i] for i in state.data.get("listed", ()) if i in desk.catalog.events]
    place = counted(turn, len(shown))
    if place is not None:
        return await _times(shown[place], shown[place].ahead(turn.at), turn, state, desk)
    if named is None and talked is not None and not wish.kinds and not wish.area:
        return await _times(talked, talked.ahead(turn.at), turn, state, desk)
    if named is not None and named.ahead(turn.at):
        return await _times(named, named.ahead(turn.at), turn, state, desk)
    if wish.empty and (past := past_found(turn, desk) or said.past_talked(state, desk)):
        return _of_the_past(past.id, turn, state, desk)
    found = search(desk.catalog.events, wish, turn.at).found
    if wish.empty and shown:
        found = tuple(match for match in found if match.event in shown)
    if len(found) == 1:
        return await _times(found[0].event, found[0].sittings, turn, state, desk)
    return _choose(found or search(desk.catalog.events, EventWish(), turn.at).found, state, desk)


def _choose(matches: Sequence[Match], state: State, desk: Desk) -> Step:
    if not matches:
        phone = desk.catalog.hotlines["02-120"].number
        message = desk.words.say("events.none", person_button(desk.words, "events"), phone=phone)
        return Step(Reply((message,)), state.settled())
    buttons = text.event_buttons(matches[:MOST_EVENTS], "signups", "join")
    if len(matches) > MOST_EVENTS:
        buttons = (*buttons, desk.words.button("events.button_others", Tap("events", "others")))
    return Step(Reply((desk.words.say("signups.which", *buttons),)), state.ask("signups", "which"))


def _of_the_past(id_: str, turn: Turn, state: State, desk: Desk) -> Step:
    """Nobody signs up for what is over: its date, today's counterpart, and events that carry it on."""
    program = desk.catalog.programs[id_]
    answer = about(program, "apply", desk, turn.at.date())
    shown = replace(state.settled().about(program.id), aspect="what")
    first = said.bare(answer, heir_buttons(program, desk, "events"))
    return Step(Reply((first,)), shown)


async def _times(
    event: Event, sittings: Sequence[Sitting], turn: Turn, state: State, desk: Desk, start: int = 0
) -> Step:
    """The times of an event that take sign-ups: the one that is meant is asked back, several are a choice."""
    open_ = [s for s in sittings if event.intake(s, turn.at) == "open"]
    if not open_:
        return Step(Reply((said.closed(event, sittings, turn, desk),)), turned(event, state))
    left = await signing.left(desk.session, open_)
    free = [s for s in open_ if left[s.key]]
    wanted = fitting(open_, turn)
    lined = _lined_up(open_, state) if event is talked_of(state, desk) else []
    place = counted(turn, len(lined))
    if place is not None:
        return await _ask_back(event, lined[place], turn, state, desk)
    if len(wanted) == 1 and (len(open_) == 1 or names_a_time(turn)):
        return await _ask_back(event, wanted[0], turn, state, desk)
    key = "signups.sitting" if free else "signups.sitting_full"
    suits = fitting(free, turn)
    if names_a_time(turn) and free and not suits:
        key = "signups.sitting_not_then"
    message = said.offered(event, suits or free or wanted or open_, key, start, MOST_TIMES, turn, desk)
    return Step(Reply((message,)), state.ask("signups", "sitting", event=event.id))


def _lined_up(sittings: list[Sitting], state: State) -> list[Sitting]:
    """The times in the order in which they were last shown: on the buttons, or in the event's card."""
    keys = [b.tap.arg for b in state.shown if b.tap.action == "sitting"]
    return [s for s in sittings if s.key in keys] or sittings


async def _ask_back(
    event: Event, chosen: Sitting, turn: Turn, state: State, desk: Desk, *, agreed: bool = False
) -> Step:
    if event.intake(chosen, turn.at) != "open":
        return Step(Reply((said.closed(event, (chosen,), turn, desk),)), turned(event, state))
    data = {"key": chosen.key, "event": event.id}
    if not (turn.visitor.consented or agreed):
        return Step(Reply((said.consent(chosen, desk),)), state.ask("signups", "consent", **data))
    left = await signing.left(desk.session, (chosen,))
    message = said.ask_back(event, chosen, bool(left[chosen.key]), turn, desk)
    agreed_to = {"agreed": chosen.key} if agreed else {}
    return Step(Reply((message,)), state.ask("signups", "confirm", **data, **agreed_to))


async def _sign_up(event: Event, chosen: Sitting, turn: Turn, state: State, desk: Desk) -> Step:
    try:
        signup = await signing.sign_up(desk.session, turn.visitor.id, event, chosen, turn.at, terms=desk.house.terms)
    except NoIntakeError:
        return Step(Reply((said.closed(event, (chosen,), turn, desk),)), turned(event, state))
    except OneSittingError as error:
        return said.second(event, chosen, error.signup, turn, state, desk)
    if signup.status == WAITING:
        return Step(Reply((await said.in_line(event, signup, turn, desk),)), turned(event, state, signed=signup.id))
    key = "signups.done" if signup.created_at == turn.at else "signups.already"
    return await _done(event, chosen, signup, key, turn, state, desk)


async def _done(event: Event, chosen: Sitting, signup: Signup, key: str, turn: Turn, state: State, desk: Desk) -> Step:
    """A seat: what, when, where, what to bring, the calendar file; a counselor who calls, where the event has one."""
    message = await said.has_seat(event, chosen, signup, key, turn, desk)
    if event.calls_back and key != "signups.already":
        facts = {"event": event.id, "sitting": chosen.key, "starts": chosen.starts.isoformat()}
        await cases.open_case(desk.session, turn.visitor.id, f"event:{event.id}", turn.at, facts=facts)
    return Step(Reply((message,)), turned(event, state, signed=signup.id))


def _gone(event: Event, state: State, desk: Desk) -> Step:
    again: Button = desk.words.button("signups.button_again", Tap("signups", "join", event.id))
    return Step(Reply((desk.words.say("signups.gone", again),)), turned(event, state))


def reads(turn: Turn, state: State) -> bool:
    """Whether a text answers the open question: a time, a yes or a no; with none open, whether it is of the event."""
    if state.step == "which":
        return False
    if not state.flow:
        own = turn.understanding.intent in ABOUT_OWN
        return "signed" in state.data and not COUNSEL.search(turn.text) if own else asks_more(turn)
    return names_a_time(turn) or (state.step != "sitting" and bool(turn.topics & {"yes", "no"}))


LOOKING = frozenset({Intent.CHECK_APPOINTMENT, Intent.CHECK_STATUS})
ABOUT_OWN = LOOKING | {Intent.CANCEL_APPOINTMENT, Intent.CHANGE_APPOINTMENT}
"""Intents that are about a sign-up where one was just made, and otherwise about appointments."""
COUNSEL = re.compile("상담|약속|예약")
ASKED_AFTER = ABOUT_OWN | {
    *(Intent.ASK_PROGRAM, Intent.FIND_CENTER, Intent.INFORM, Intent.FALLBACK, Intent.OUT_OF_SCOPE),
    *(Intent.ASK_IDENTITY, Intent.ASK_HELP, Intent.SEARCH_OPENINGS),
}
"""Intents that a short question about the event just shown may look like."""
ANSWERING = frozenset({Intent.JOIN_EVENT, Intent.BOOK_APPOINTMENT, Intent.CHANGE_APPOINTMENT})

FLOW = Flow(
    name="signups",
    actions={
        "join": join,
        "which": which,
        "times": times,
        "sitting": sitting,
        "consent": consent,
        "confirm": confirm,
        "change": change,
        "mine": mine,
        "see": see,
        "file": file,
        "off": off,
        "off_now": off_now,
        "after": after,
        "take": take,
        "pass": pass_,
        "coming": coming,
    },
    intents={Intent.JOIN_EVENT: "join"},
    questions={
        "which": frozenset({Intent.JOIN_EVENT, Intent.SEARCH_EVENTS}),
        "sitting": ANSWERING,
        "consent": ANSWERING,
        "confirm": ANSWERING,
        "change": ANSWERING,
        "off_now": frozenset({Intent.JOIN_EVENT, Intent.CANCEL_APPOINTMENT}),
    },
    reads=reads,
    after={"after": ASKED_AFTER},
)
