"""What an employer did to a worker: wages, dismissal, discrimination, an accident. Lines that help, and a person."""

from bot.desk import Desk, Flow
from bot.flows.parts import hotline_lines, person_button
from bot.turn import Reply, State, Step, Turn
from nlu.labels import Intent

MOST_LINES = 3


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """The lines for the kind of wrong that the words name; unpaid work and dismissal where they name none."""
    kind = next((name for name in ("accident", "discrimination") if name in turn.topics), "labor")
    lines = hotline_lines(desk, kind, MOST_LINES)
    message = desk.words.say(f"rights.{kind}", person_button(desk.words, "labor_rights"), lines=lines)
    return Step(Reply((message,)), state)


FLOW = Flow(name="rights", actions={"show": show}, intents={Intent.LABOR_RIGHTS: "show"})
