"""Events: what there is, when, where, near whom; one in full; what a fair tells of each job; the past as past."""

from dataclasses import replace

from bot import event_text as text
from bot.desk import Desk, Flow
from bot.event_steps import asks_more, more, shown, turned
from bot.event_wishes import carried_on, past_found, past_named, talked_of, wish_of
from bot.flows.parts import heir_buttons, person_button, recent
from bot.learn import home_of
from bot.program_text import about
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from knowledge.catalog import Program
from knowledge.event_search import EventWish, Match, Matches, named_in, search
from nlu.labels import EntityName, Intent

PAGE = 3
"""Events in one message; more stand behind a button."""
ANY = "행사"
"""In a question that names no event: it asks for any, not about the one just shown."""
LINE = "02-120"
"""Who knows of events in Seoul that this catalog does not have."""
PAST_HEAD = "events.found_past"
HEADS = {
    (): "events.found",
    ("spans",): "events.found_other_days",
    ("area",): "events.found_other_places",
    ("at_home",): "events.found_not_home",
}


async def find(turn: Turn, state: State, desk: Desk) -> Step:
    """ "박람회 언제 해요": by kind, by place, by day; a thing of the past with its date and what there is today."""
    if past := past_named(turn, desk):
        return await _past(past, turn, state, desk)
    area = await _home(turn, state, desk) if "near" in turn.topics else ""
    if "near" in turn.topics and not area and not turn.understanding.values(EntityName.DISTRICT):
        kinds = sorted(wish_of(turn, desk).kinds)
        return Step(Reply((desk.words.say("events.where"),)), state.ask("events", "near", kinds=kinds))
    wish = wish_of(turn, desk, area)
    named = named_in(turn.text, desk.catalog.events)
    if named is None and wish.empty and (event := talked_of(state, desk)) and asks_more(turn) and ANY not in turn.text:
        return await more(event, turn, state, desk)
    if named is not None and not wish.area and not wish.spans:
        return await shown(named, turn, state, desk)
    found = search(desk.catalog.events, wish, turn.at)
    if not found.found and (past := past_found(turn, desk) or _talked_past(turn, state, desk)):
        return await _past(past, turn, state, desk)
    return await _listed(found, turn, state, desk)


async def near(turn: Turn, state: State, desk: Desk) -> Step:
    """The place that was asked for; without one, whatever there is."""
    wish = replace(wish_of(turn, desk), kinds=frozenset(state.data.get("kinds", ())))
    return await _listed(search(desk.catalog.events, wish, turn.at), turn, state, desk)


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """One event by its button."""
    event = desk.catalog.events.get(turn.tap.arg if turn.tap else "")
    return await (shown(event, turn, state, desk) if event else others(turn, state, desk))


async def others(turn: Turn, state: State, desk: Desk) -> Step:
    """What else there is, of a kind where the button names one."""
    kind = turn.tap.arg if turn.tap else ""
    wish = EventWish(frozenset({kind} if kind in desk.catalog.event_kinds else ()))
    found = search(desk.catalog.events, wish, turn.at)
    return await _listed(found if found.found else search(desk.catalog.events, EventWish(), turn.at), turn, state, desk)


async def rest(turn: Turn, state: State, desk: Desk) -> Step:
    """The events that did not fit into the last list; the argument tells which list and from where."""
    ids = [str(i) for i in state.data.get("rest", ())]
    every = search(desk.catalog.events, EventWish(), turn.at).found
    matches = tuple(m for m in every if m.event.id in ids) or every
    return _page("events.rest", matches, turn, state, desk)


async def explain(turn: Turn, state: State, desk: Desk) -> Step:
    """A job that the fair explains, and the way to the next; the argument is "event.number"."""
    id_, _, number = (turn.tap.arg if turn.tap else "").partition(".")
    event = desk.catalog.events.get(id_)
    if event is None or not number.isascii() or not number.isdigit() or int(number) >= len(event.explains):
        return await others(turn, state, desk)
    place = int(number)
    program = desk.catalog.programs[event.explains[place]]
    buttons = [desk.words.button("events.button_next", Tap("events", "explain", f"{id_}.{place + 1}"))]
    buttons = buttons if place + 1 < len(event.explains) else []
    if event.ahead(turn.at):
        buttons.append(desk.words.button("events.button_join", Tap("signups", "join", id_)))
    head = () if place else (desk.words.say("events.explain_head", title=event.title),)
    said = text.explained(program, event, buttons, turn.at.date(), desk)
    return Step(Reply((*head, said)), turned(event, state))


def reads(turn: Turn, state: State) -> bool:
    """Whether a text names a place, where one was asked for."""
    return state.step == "near" and bool(turn.understanding.values(EntityName.DISTRICT))


async def _home(turn: Turn, state: State, desk: Desk) -> str:
    """Where the person lives, as told in this talk or kept with consent."""
    stored = await desk.profile(turn) if turn.visitor.consented else {}
    return home_of(state.known, stored)


async def _past(program: Program, turn: Turn, state: State, desk: Desk) -> Step:
    """A thing of the past: its date, today's counterpart, and events that carry it on."""
    answer = about(program, turn.aspect, desk, turn.at.date())
    over = replace(state.settled().about(program.id), aspect="what")
    message = Message(answer.key, answer.text, answer.simple, heir_buttons(program, desk, "events"))
    kinds = carried_on(program, desk.catalog.events)
    found = search(desk.catalog.events, replace(wish_of(turn, desk), kinds=kinds), turn.at) if kinds else Matches(())
    if not found.found:
        return Step(Reply((message,)), over)
    if len(found.found) == 1:
        today = await shown(found.found[0].event, turn, over, desk, found.found[0])
    else:
        today = _page(PAST_HEAD, found.found, turn, over, desk)
    return Step(Reply((replace(message, buttons=()),)) + today.reply, today.state)


def _talked_past(turn: Turn, state: State, desk: Desk) -> Program | None:
    talked = recent(state, desk)
    same = talked is not None and talked.kind == "event" and talked.over and not turn.subject
    return talked if same and not wish_of(turn, desk).kinds else None


async def _listed(found: Matches, turn: Turn, state: State, desk: Desk) -> Step:
    if not found.found:
        phone = desk.catalog.hotlines[LINE].number
        message = desk.words.say("events.none", person_button(desk.words, "events"), phone=phone)
        return Step(Reply((message,)), state.settled())
    if len(found.found) == 1 and not found.dropped:
        return await shown(found.found[0].event, turn, state, desk, found.found[0])
    return _page(HEADS.get(found.dropped, "events.found_other_both"), found.found, turn, state, desk)


def _page(head: str, matches: tuple[Match, ...], turn: Turn, state: State, desk: Desk) -> Step:
    """The first few of several events, with a button for each and one for the rest."""
    page, later = matches[:PAGE], matches[PAGE:]
    buttons: tuple[Button, ...] = text.event_buttons(page, "events", "show")
    if later:
        buttons = (*buttons, desk.words.button("events.button_rest", Tap("events", "rest")))
    message = desk.words.say(
        "events.list",
        *buttons,
        head=desk.words.plain(head),
        lines=text.list_lines(page, turn.at.date(), desk),
        tail=desk.words.plain("events.sample") if any(m.event.sample for m in page) else "",
    )
    data = {"rest": [m.event.id for m in later], "listed": [m.event.id for m in page]}
    return Step(Reply((message,)), replace(state.settled(), data=data))


FLOW = Flow(
    name="events",
    actions={
        "find": find,
        "near": near,
        "show": show,
        "others": others,
        "rest": rest,
        "explain": explain,
    },
    intents={Intent.SEARCH_EVENTS: "find"},
    questions={"near": frozenset({Intent.SEARCH_EVENTS, Intent.UPDATE_PROFILE})},
    reads=reads,
)
