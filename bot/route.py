"""Pure: where a conversation stands, and what was said, decide which action of which flow answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.desk import Flow
from bot.leaning import (
    CERTAIN,
    FOREIGN,
    QUESTION,
    SHORT,
    SMALL_TALK,
    VALUES,
    asks_else,
    chosen,
    follow_up,
    is_bare,
    names_place,
    names_program,
    squeeze,
)
from bot.turn import Kind, State, Tap, Turn
from nlu.labels import EntityName, Intent

START = Tap("start", "hello")
MISSED = Tap("menu", "missed")
DANGER = Tap("distress", "show")
OLD_BUTTON = Tap("menu", "old_button")
DIGRESSION = 0.6
"""How sure the classifier must be before a message leaves an open question for another matter."""
DOUBT = 0.5
"""Below that the classifier's word counts less than the search and the words themselves."""
FAINT = 0.4
"""Below that even what must not be missed is not followed; danger always is."""
ALARM = 0.5
"""How sure the classifier must be of danger to go before the talk: of the held-out messages 85 of 90 cries lie above,
and 6 of 1740 others; with 0.65 it were 84 and 4, with 0.85 already only 79 and 2."""
ANSWERS = frozenset({Intent.INFORM, Intent.AFFIRM, Intent.DENY, Intent.FALLBACK})
SURELY_MEANT = frozenset(
    {Intent.THANK, Intent.GOODBYE, Intent.DENY, Intent.REPEAT_SIMPLER, Intent.GO_BACK, Intent.OUT_OF_SCOPE}
)
"""Of these, the ones that may hold a program's name all the same, when the classifier is certain."""
LOST = SMALL_TALK | {Intent.FALLBACK, Intent.REPORT_PROBLEM}
HEEDED = frozenset(
    {
        Intent.DISTRESS,
        Intent.LABOR_RIGHTS,
        Intent.PRIVACY_REQUEST,
        Intent.REPORT_PROBLEM,
        Intent.TALK_TO_COUNSELOR,
    }
)
"""Intents that are followed though the classifier is not sure: to miss them would cost most."""
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
TELLS = 6
"""So many words, and whoever asks what to do tells what has happened too."""
WORD = re.compile("[가-힣]{2}|[A-Za-z]{3}")
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
    plain_words: Mapping[Intent, re.Pattern[str]] = field(default_factory=dict)

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

    def plainly(self, text: str) -> Intent:
        """What the plainest words of a text want: a crutch for as long as the classifier cannot be asked."""
        return next((intent for intent, words in self.plain_words.items() if words.search(text)), Intent.FALLBACK)

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
    if turn.kind is not Kind.TEXT and not _has_words(turn):
        return _not_text(turn, state)
    found = _by_words(turn, state, table)
    return _not_text(turn, state) if found == MISSED and turn.kind is not Kind.TEXT else found


def _by_words(turn: Turn, state: State, table: Table) -> Tap:
    return (
        _command(turn.text)
        or _exit(turn.text, table)
        or chosen(turn, state, table)
        or _danger(turn, state, table)
        or _warning(turn)
        or _lost(turn, state)
        or _answer(turn, state, table)
        or _afterwards(turn, state, table)
        or follow_up(turn, state)
        or _matter(turn, state, table)
        or MISSED
    )


def _has_words(turn: Turn) -> bool:
    """Whether the words under a picture say something by themselves; "이거 뭐예요" is about the picture."""
    by_themselves = VALUES | {Intent.DISTRESS}
    of_picture = turn.points_back or (is_bare(turn) and turn.understanding.intent not in by_themselves)
    return bool(turn.text) and (not of_picture or bool(turn.understanding.entities))


def _not_text(turn: Turn, state: State) -> Tap:
    if turn.kind is Kind.CONTACT and state.flow:
        return Tap(state.flow, state.step)
    if turn.kind is Kind.CONTACT and turn.phone and turn.visitor.waits:
        return Tap("handover", "number")
    return Tap("menu", "media", turn.kind.value)


def _command(text: str) -> Tap | None:
    if not text.startswith("/"):
        return None
    name, _, payload = text[1:].partition(" ")
    known = {"start": START, "help": Tap("menu", "help"), "me": Tap("profile", "show")}
    command = known.get(name.split("@")[0].lower(), Tap("menu", "show"))
    return Tap(command.flow, command.action, re.sub(r"[^A-Za-z0-9_-]", "", payload)) if payload else command


def _exit(text: str, table: Table) -> Tap | None:
    return table.exits.get(squeeze(text))


def _danger(turn: Turn, state: State, table: Table) -> Tap | None:
    """The classifier's own alarm, where `safety_signs.yml` saw nothing.

    It is often wrong about a few words that answer a question ("아무것도 없어요", of savings): what the open question
    can read has to be told at length and for certain.
    """
    sure = turn.understanding.confidence
    if turn.understanding.intent is not Intent.DISTRESS or sure < ALARM:
        return None
    flow = table.flows.get(state.flow)
    if flow is None or state.step not in flow.questions:
        return DANGER
    if turn.understanding.entities or flow.reads(turn, state):
        return DANGER if sure >= FOREIGN and len(squeeze(turn.text)) > SHORT else None
    return DANGER if sure >= DIGRESSION else None


def _warning(turn: Turn) -> Tap | None:
    """Money or an account asked for before a job: warned of at once, whatever else was asked."""
    is_distress = turn.understanding.intent is Intent.DISTRESS
    return Tap("problems", "report") if "scam" in turn.topics and not is_distress else None


def _answer(turn: Turn, state: State, table: Table) -> Tap | None:
    """The answer to the open question, unless the message clearly is about something else."""
    flow = table.flows.get(state.flow)
    if flow is None or state.step not in flow.questions:
        return None
    intent, sure = turn.understanding.intent, turn.understanding.confidence
    reads = flow.reads(turn, state)
    if not reads and asks_else(turn, state, plain=state.step in flow.plain):
        return None
    foreign = intent is Intent.OUT_OF_SCOPE and sure >= FOREIGN and len(squeeze(turn.text)) > SHORT // 2
    unsure = sure < DIGRESSION or (intent is Intent.OUT_OF_SCOPE and not foreign)
    fits = intent in ANSWERS or intent in flow.questions[state.step] or reads
    return Tap(state.flow, state.step) if fits or unsure else None


def _afterwards(turn: Turn, state: State, table: Table) -> Tap | None:
    """What sets a matter right that is already answered: "아 저 66살이에요"."""
    name, _, action = str(state.data.get("after", "")).partition("/")
    flow = table.flows.get(name)
    if state.flow or flow is None or turn.understanding.intent not in flow.after.get(action, ()):
        return None
    return Tap(name, action) if flow.reads(turn, state) else None


def _lost(turn: Turn, state: State) -> Tap | None:
    """ "하나도 모르겠네" after an answer: the same in easier words, unless it asks for something."""
    asks = turn.aspect not in ("", "what") or names_program(turn) or "suggests" in turn.topics
    if "lost" not in turn.topics or asks or state.flow or not state.last:
        return None
    return Tap("menu", "simpler") if turn.understanding.intent in LOST else None


def _matter(turn: Turn, state: State, table: Table) -> Tap | None:
    """What a message is about by itself."""
    intent = turn.understanding.intent
    if intent is Intent.FALLBACK and "qualifies" in turn.topics:
        return table.by_intent(Intent.CHECK_ELIGIBILITY)
    special = _of_an_event(turn) or _of_the_desk(turn) or _about_programs(turn, state)
    if special:
        return special
    tells = bool(state.known) or len(turn.text.split()) >= TELLS
    if intent is Intent.ASK_HELP and "suggests" in turn.topics and tells:
        return table.by_intent(Intent.RECOMMEND_PROGRAM)
    if turn.names_unknown and intent is Intent.ASK_PROGRAM and "institution" in turn.topics:
        return table.by_intent(Intent.FIND_CENTER)
    if turn.understanding.confidence < (FAINT if intent in HEEDED else DOUBT) and intent is not Intent.DISTRESS:
        return _doubtful(turn, table)
    return Tap("profile", "update") if intent is Intent.DENY and _tells_age(turn) else table.by_intent(intent)


def _of_an_event(turn: Turn) -> Tap | None:
    wanted = turn.understanding.intent in BOOKINGS and "event" in turn.topics
    return Tap("signups", "join") if wanted else None


def _of_the_desk(turn: Turn) -> Tap | None:
    """What people ask of the counselors and of this service, which no program answers."""
    intent, topics = turn.understanding.intent, turn.topics
    if turn.understanding.values(EntityName.PHONE) and (call := _call_back(turn)):
        return call
    if names_program(turn):
        return None
    if turn.visitor.waits and intent is Intent.CHECK_STATUS:
        return Tap("handover", "status")
    if "counselor_hours" in topics and intent not in HEEDED:
        return Tap("handover", "hours")
    if "cost" in topics and intent in SMALL_TALK | {Intent.PRIVACY_REQUEST}:
        return Tap("menu", "free")
    is_of_numbers = "id_number" in topics and not any(sign.isdigit() for sign in turn.text)
    return Tap("privacy", "request") if is_of_numbers else None


def _call_back(turn: Turn) -> Tap | None:
    """A number to be called at: with the wish, or alone while a case waits."""
    if "call_me" in turn.topics:
        return Tap("handover", "ask", "call")
    alone = turn.understanding.intent in SMALL_TALK | {Intent.FALLBACK, Intent.UPDATE_PROFILE} and not turn.aspect
    return Tap("handover", "number") if alone and turn.visitor.waits else None


def _about_programs(turn: Turn, state: State) -> Tap | None:
    """A question about programs, whatever the classifier made of it."""
    if _sets_side_by_side(turn, state) or _is_a_question(turn):
        return Tap("programs", "ask")
    return None


def _sets_side_by_side(turn: Turn, state: State) -> bool:
    """Two programs compared or wanted together, or one that somebody has beside the one just talked about."""
    named = dict.fromkeys(turn.understanding.values(EntityName.PROGRAM))
    intent = turn.understanding.intent
    holds = {"holding", "asks_whether"} <= turn.topics and intent is Intent.CHECK_ELIGIBILITY
    if len(named) > 1 and turn.topics & {"compare", "together", "if_held"}:
        return intent not in HEEDED
    beside = named and state.focus and next(iter(named)) not in state.focus[:1]
    return bool(beside and holds)


def _is_a_question(turn: Turn) -> bool:
    intent, certain = turn.understanding.intent, turn.understanding.confidence >= CERTAIN
    if intent is Intent.FALLBACK:
        return bool(turn.subject or not turn.found.abstained)
    if intent is Intent.FIND_CENTER:
        return turn.aspect == "phone" and names_program(turn) and not names_place(turn)
    if intent is Intent.CHECK_ELIGIBILITY:
        return "proxy" in turn.topics and names_program(turn)
    if intent is Intent.INFORM and (_is_one_word(turn) or (certain and not names_program(turn))):
        return _is_one_word(turn) or bool(turn.aspect and turn.subject)
    if intent is Intent.OUT_OF_SCOPE and (names_program(turn) or _asks_of_nothing(turn)):
        return True
    meant = certain and intent in SURELY_MEANT and not (turn.aspect or QUESTION.search(turn.text))
    return intent in SMALL_TALK and bool(turn.subject) and not meant


def _is_one_word(turn: Turn) -> bool:
    """ "연금", which is taken for a fact about oneself."""
    return "benefit_word" in turn.topics and not turn.understanding.entities


def _asks_of_nothing(turn: Turn) -> bool:
    """ "그 돈 얼마나 나온대여" as the first word: what it is about has to be asked."""
    return turn.aspect not in ("", "what") and (turn.points_back or is_bare(turn))


def _doubtful(turn: Turn, table: Table) -> Tap:
    """A message of which the classifier is not sure: what the search found counts, then what a wish sounds like."""
    if "suggests" in turn.topics and not names_program(turn):
        return Tap("eligibility", "recommend")
    if turn.understanding.intent is Intent.FIND_CENTER and (names_place(turn) or "institution" in turn.topics):
        return Tap("centers", "find")
    guess = turn.found.hits and WORD.search(turn.text) and not turn.understanding.degraded
    return Tap("programs", "ask") if guess or turn.aspect else MISSED


def stepped_back(goal: Tap, state: State, table: Table) -> tuple[Tap, State]:
    """Where "뒤로" leads: within an open matter, or right after it, to its answer before; else to the answer before.

    The latter takes both answers off the way back.
    """
    if (goal.flow, goal.action) != ("menu", "back"):
        return goal, state
    matter = state.flow or _just_ended(state)
    flow = table.flows.get(matter)
    if flow is not None and flow.back and state.data.get("trail"):
        return Tap(matter, flow.back), state
    if state.flow or len(state.back) < 2:
        return goal, state
    return state.back[-2], replace(state, back=state.back[:-2])


def _just_ended(state: State) -> str:
    """The matter whose answer was the last thing shown; "" for none."""
    name = str(state.data.get("after", "")).partition("/")[0]
    return name if name and state.back[-1:] and state.back[-1].flow == name else ""


def _tells_age(turn: Turn) -> bool:
    """ "아니 68이 아니라 66이에요" sets something right, though it begins with a no."""
    return bool(turn.understanding.values(EntityName.AGE))


__all__ = ["SHORT", "Table", "route", "stepped_back"]
