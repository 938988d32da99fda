"""Danger: few words, no choices, people and numbers first; an urgent case is opened. Never a program first."""

from bot.desk import Desk, Flow
from bot.flows.parts import hotline_lines
from bot.korean_dates import day_and_time
from bot.turn import Reply, State, Step, Turn
from counsel import cases
from nlu.labels import Intent

MOST_LINES = 3
LANES = ("crisis", "violence", "need", "danger_now")


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """The lines of a lane (the argument; crisis where none is known), and a person who will look."""
    lane = turn.tap.arg if turn.tap and turn.tap.arg in LANES else "crisis"
    await cases.open_case(desk.session, turn.visitor.id, "distress", turn.at, lane=lane)
    lines = desk.words.say(f"distress.{lane}", lines=hotline_lines(desk, lane, MOST_LINES))
    messages = (lines, desk.words.say("distress.person", when=_when(turn, desk)))
    return Step(Reply(messages), state.settled())


def _when(turn: Turn, desk: Desk) -> str:
    opens = desk.house.hours.next_open(turn.at)
    if opens is None:
        return desk.words.plain("distress.as_soon_as_possible")
    return desk.words.plain("distress.now") if opens <= turn.at else day_and_time(opens)


FLOW = Flow(name="distress", actions={"show": show}, intents={Intent.DISTRESS: "show"})
