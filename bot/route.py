"""Pure: where a conversation stands, and what was said, decide which action of which flow answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.desk import Flow
from bot.turn import Kind, State, Tap, Turn
from nlu.korean.ordinals import read_choice
from nlu.labels import EntityName, Intent

START = Tap("start", "hello")
MISSED = Tap("menu", "missed")
OLD_BUTTON = Tap("menu", "old_button")
DIGRESSION = 0.6
"""How sure the classifier must be before a message leaves an open question for another matter."""
CERTAIN = 0.85
"""How sure the classifier must be before it outweighs what the talk and the search say."""
SHORT = 16
"""Characters up to which a message without a subject of its own may be about what was just shown."""
ANSWERS = frozenset({Intent.INFORM, Intent.AFFIRM, Intent.DENY, Intent.FALLBACK})
UNSURE = frozenset({Intent.FALLBACK, Intent.OUT_OF_SCOPE})
SMALL_TALK = frozenset(
    {
        Intent.GREET,
        Intent.GOODBYE,
        Intent.THANK,
        Intent.AFFIRM,
        Intent.DENY,
        Intent.INFORM,
        Intent.ASK_HELP,
        Intent.ASK_IDENTITY,
        Intent.REPEAT_SIMPLER,
        Intent.GO_BACK,
        Intent.OUT_OF_SCOPE,
    }
)
"""Intents with which nobody speaks of a program: a message that does is about the program."""
SURELY_MEANT = frozenset(
    {Intent.THANK, Intent.GOODBYE, Intent.DENY, Intent.REPEAT_SIMPLER, Intent.GO_BACK, Intent.OUT_OF_SCOPE}
)
"""Of these, the ones that may hold a program's name all the same, when the classifier is certain."""
BOOKINGS = frozenset(
    {
        Intent.BOOK_APPOINTMENT,
        Intent.CHANGE_APPOINTMENT,
        Intent.CANCEL_APPOINTMENT,
        Intent.CHECK_APPOINTMENT,
        Intent.CHECK_STATUS,
        Intent.REQUEST_VISIT,
        Intent.REQUEST_ACCOMPANIMENT,
    }
)
"""Intents that are about a place at an event, where the words name one: "박람회 예약 취소할게요"."""
CLAUSES = re.compile(r"(?<=[가-힣])(?:고요?|구요?|랑|하고|과|와)\s+|[,?!\n]+|\s(?:그리고|또)\s")
"""Where one question ends and the next begins in "얼마고 서류는 뭐예요"."""


@dataclass(frozen=True)
class Table:
    """All flows, the exit words that work at any point, and the words that ask for an aspect of a program."""

    flows: Mapping[str, Flow]
    exits: Mapping[str, Tap]
    aspects: Mapping[str, re.Pattern[str]]
    pointing: re.Pattern[str]
    topic_words: Mapping[str, re.Pattern[str]]

    def has(self, tap: Tap) -> bool:
        """Whether somebody answers this tap."""
        flow = self.flows.get(tap.flow)
        return flow is not None and tap.action in flow.actions

    def by_intent(self, intent: Intent) -> Tap | None:
        """The action that answers an intent."""
        for flow in self.flows.values():
            if intent in flow.intents:
                return Tap(flow.name, flow.intents[intent])
        return None

    def aspect(self, text: str) -> str:
        """The aspect that a text asks for; "" for none."""
        return next((name for name, words in self.aspects.items() if words.search(text)), "")

    def asked(self, text: str) -> tuple[str, str]:
        """The aspect that a text asks for, and a second one where another clause asks for it; "" for none."""
        by_clause = (self.aspect(clause) for clause in CLAUSES.split(text))
        first, second, *_ = (*dict.fromkeys(name for name in by_clause if name not in ("", "what")), "", "")
        return (first, second) if second else (self.aspect(text), "")

    def points_back(self, text: str) -> bool:
        """Whether a text leans on what was just shown."""
        return self.pointing.search(text) is not None

    def topics(self, text: str) -> frozenset[str]:
        """The word groups that occur in a text."""
        return frozenset(name for name, words in self.topic_words.items() if words.search(text))


def route(turn: Turn, state: State, table: Table) -> Tap:
    """The action that answers this turn, with its argument."""
    if turn.tap is not None:
        return turn.tap if table.has(turn.tap) else OLD_BUTTON
    if turn.kind is not Kind.TEXT:
        return _not_text(turn, state)
    return (
        _command(turn.text)
        or _exit(turn.text, table)
        or _choice(turn, state, table)
        or _warning(turn)
        or _answer(turn, state, table)
        or _afterwards(turn, state, table)
        or _follow_up(turn, state)
        or _matter(turn, table)
        or MISSED
    )


def _not_text(turn: Turn, state: State) -> Tap:
    if turn.kind is Kind.CONTACT and state.flow:
        return Tap(state.flow, state.step)
    return Tap("menu", "media", turn.kind.value)


def _command(text: str) -> Tap | None:
    if not text.startswith("/"):
        return None
    name, _, payload = text[1:].partition(" ")
    known = {"start": START, "help": Tap("menu", "help"), "me": Tap("profile", "show")}
    command = known.get(name.split("@")[0].lower(), Tap("menu", "show"))
    return Tap(command.flow, command.action, re.sub(r"[^A-Za-z0-9_-]", "", payload)) if payload else command


def squeeze(text: str) -> str:
    """A text without spaces and closing marks, for comparing short phrases."""
    return re.sub(r"[\s.!?~…,]+", "", text)


def _exit(text: str, table: Table) -> Tap | None:
    return table.exits.get(squeeze(text))


def _choice(turn: Turn, state: State, table: Table) -> Tap | None:
    """A choice typed as its label or its number."""
    if not state.shown:
        return None
    words = squeeze(turn.text)
    for button in state.shown:
        if squeeze(button.label) == words and table.has(button.tap):
            return button.tap
    number = read_choice(turn.text, len(state.shown))
    return state.shown[number - 1].tap if number else None


def _warning(turn: Turn) -> Tap | None:
    """Money or an account asked for before a job: warned of at once, whatever else was asked."""
    is_distress = turn.understanding.intent is Intent.DISTRESS
    return Tap("problems", "report") if "scam" in turn.topics and not is_distress else None


def _answer(turn: Turn, state: State, table: Table) -> Tap | None:
    """The answer to the open question, unless the message clearly is about something else."""
    flow = table.flows.get(state.flow)
    if flow is None or state.step not in flow.questions:
        return None
    intent = turn.understanding.intent
    if turn.aspect and (turn.points_back or _names_program(turn)) and not flow.reads(turn, state):
        return None
    fits = intent in ANSWERS or intent in flow.questions[state.step] or flow.reads(turn, state)
    unsure = turn.understanding.confidence < DIGRESSION or intent is Intent.OUT_OF_SCOPE
    return Tap(state.flow, state.step) if fits or unsure else None


def _afterwards(turn: Turn, state: State, table: Table) -> Tap | None:
    """What sets a matter right that is already answered: "아 저 66살이에요"."""
    name, _, action = str(state.data.get("after", "")).partition("/")
    flow = table.flows.get(name)
    if state.flow or flow is None or turn.understanding.intent not in flow.after.get(action, ()):
        return None
    return Tap(name, action) if flow.reads(turn, state) else None


def _follow_up(turn: Turn, state: State) -> Tap | None:
    """ "서류는요?" after a program: about that program, whatever the classifier made of two words."""
    compares = "compare" in turn.topics and len(state.focus) > 1
    elsewhere_named = turn.subject and turn.subject not in state.focus[:1] and not turn.points_back
    if elsewhere_named or not state.focus or not (turn.aspect or compares):
        return None
    leans = len(squeeze(turn.text)) <= SHORT or turn.points_back
    intent, sure = turn.understanding.intent, turn.understanding.confidence >= CERTAIN
    about_it = SMALL_TALK if turn.points_back else {Intent.INFORM, Intent.REPEAT_SIMPLER}
    elsewhere = sure and intent not in UNSURE | about_it | {Intent.ASK_PROGRAM}
    return Tap("programs", "ask") if leans and not elsewhere else None


def _matter(turn: Turn, table: Table) -> Tap | None:
    intent = turn.understanding.intent
    if intent is Intent.FALLBACK and "qualifies" in turn.topics:
        return table.by_intent(Intent.CHECK_ELIGIBILITY)
    certain = turn.understanding.confidence >= CERTAIN
    asks = intent is Intent.FALLBACK and (turn.subject or not turn.found.abstained)
    meant = certain and intent in SURELY_MEANT and not (intent is Intent.OUT_OF_SCOPE and turn.aspect)
    asks = asks or (intent in SMALL_TALK and turn.subject and not meant)
    asks = asks or (intent is Intent.FIND_CENTER and turn.aspect == "phone" and turn.subject and not _names_place(turn))
    if asks:
        return Tap("programs", "ask")
    if intent in BOOKINGS and "event" in turn.topics:
        return table.by_intent(Intent.JOIN_EVENT)
    return Tap("profile", "update") if intent is Intent.DENY and _tells_age(turn) else table.by_intent(intent)


def stepped_back(goal: Tap, state: State) -> tuple[Tap, State]:
    """ "뒤로" with no question open leads to the answer before the last one, and takes both off the way back."""
    if (goal.flow, goal.action) != ("menu", "back") or state.flow or len(state.back) < 2:
        return goal, state
    return state.back[-2], replace(state, back=state.back[:-2])


def _tells_age(turn: Turn) -> bool:
    """ "아니 68이 아니라 66이에요" sets something right, though it begins with a no."""
    return bool(turn.understanding.values(EntityName.AGE))


def _names_program(turn: Turn) -> bool:
    return bool(turn.understanding.values(EntityName.PROGRAM))


def _names_place(turn: Turn) -> bool:
    return bool(turn.understanding.values(EntityName.DISTRICT))
