"""A complaint, a wrong answer, a misleading advert: thanked for and passed on with what was shown last."""

from bot.desk import Desk, Flow
from bot.flows.parts import hotline_lines, person_button
from bot.turn import Reply, State, Step, Turn
from counsel import cases
from nlu.labels import Intent


async def report(turn: Turn, state: State, desk: Desk) -> Step:
    """Opens a case that names what was shown last, so that staff can see what was wrong."""
    shown = [said.key for said in state.last]
    facts = {"shown": shown, "about": list(state.focus), "aspect": state.aspect}
    case = await cases.open_case(desk.session, turn.visitor.id, "problem", turn.at, facts=facts)
    button = person_button(desk.words, "problem")
    if turn.topics & {"fraud", "scam"}:
        lines = hotline_lines(desk, "fraud", 2)
        return Step(Reply((desk.words.say("problems.fraud", button, number=case.id, lines=lines),)), state)
    return Step(Reply((desk.words.say("problems.thanks", button, number=case.id),)), state)


FLOW = Flow(name="problems", actions={"report": report}, intents={Intent.REPORT_PROBLEM: "report"})
