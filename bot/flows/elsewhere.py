"""Wishes that are served elsewhere today: said honestly, with the office, what fits in the catalog, and a person."""

from dataclasses import dataclass, replace

from bot.desk import Desk, Flow
from bot.flows.parts import heir_buttons, person_button, program_button
from bot.leaning import names_program
from bot.program_text import about
from bot.turn import Message, Reply, State, Step, Turn
from knowledge.catalog import Program
from nlu.labels import Intent


@dataclass(frozen=True, slots=True)
class Place:
    """Where a wish is served today: a line of the catalog, and programs that come near it."""

    line: str
    programs: tuple[str, ...] = ()


PLACES = {
    Intent.SEARCH_OPENINGS: Place("1350", ("senior-job-placement", "saeil-center", "seoul-senior-job-center")),
    Intent.SUBSCRIBE_ALERTS: Place("02-120"),
    Intent.SEARCH_TRAINING: Place("1350", ("naeil-card", "saeil-training", "seoul-midlife-academy")),
    Intent.REGISTER_SEEKER: Place("1350", ("worknet", "saeil-center", "senior-job-placement")),
    Intent.OFFER_TALENT: Place("02-120", ("seoul50-value-jobs", "senior-job-capacity")),
    Intent.RESUME_HELP: Place("1350", ("saeil-center", "midlife-naeil-center", "seoul-senior-job-center")),
    Intent.CHECK_STATUS: Place("1350"),
}


async def show(turn: Turn, state: State, desk: Desk) -> Step:
    """The honest word on one wish. The wish itself is handed to the counselor, if the person wants one."""
    if (over := _over(turn, desk)) is not None:
        answer = about(over, turn.aspect, desk, turn.at.date())
        message = Message(answer.key, answer.text, answer.simple, heir_buttons(over, desk, "elsewhere"))
        return Step(Reply((message,)), replace(state.about(over.id), aspect="what"))
    intent = turn.understanding.intent if turn.understanding.intent in PLACES else Intent.SEARCH_OPENINGS
    place = PLACES[intent]
    near = [desk.catalog.programs[i] for i in place.programs if i in desk.catalog.programs]
    buttons = (person_button(desk.words, intent.value), *(program_button(p) for p in near if not p.over))
    line = desk.catalog.hotlines[place.line]
    message = desk.words.say(f"elsewhere.{intent.value}", *buttons[:4], phone=line.number, name=line.name)
    return Step(Reply((message,)), replace(state, aspect=""))


def _over(turn: Turn, desk: Desk) -> Program | None:
    """A thing of the past that the wish is about: it has to be answered with its date and today's counterpart."""
    program = desk.catalog.programs.get(turn.subject) if names_program(turn) else None
    return program if program is not None and program.over else None


FLOW = Flow(name="elsewhere", actions={"show": show}, intents=dict.fromkeys(PLACES, "show"))
