"""Pure: what a short message leans on: the choices on offer, what was just talked about, a center just named."""

import re
from collections.abc import Iterator
from typing import Protocol

from bot.turn import Button, State, Tap, Turn
from nlu.korean.ordinals import read_choice
from nlu.labels import EntityName, Intent

CERTAIN = 0.85
"""How sure the classifier must be before it outweighs what the talk and the search say."""
FOREIGN = 0.95
"""How sure it must be that a message is none of ours before an open question or the talk does not count."""
SHORT = 16
"""Characters up to which a message without a subject of its own may be about what was just shown."""
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
NEVER_ELSEWHERE = frozenset({Intent.FALLBACK, Intent.OUT_OF_SCOPE, Intent.INFORM, Intent.ASK_PROGRAM})
"""What the classifier makes of a few words that ask for an aspect; they are about the talk all the same."""
VALUES = frozenset({Intent.INFORM, Intent.AFFIRM, Intent.DENY})
CENTER = "center:"
"""Begins the entry of a center in what was talked about: "center:kind:area"."""
CENTER_ASPECTS = ("phone", "where", "when", "apply", "what", "length")
QUESTION = re.compile(r"[?？]|(?:는|은|도|건)\s?요[\s.!~]*$")
_LEAD = re.compile(r"^\s*(?:아니(?:다|요|에요)?|아|음|그럼|그러면|그리고|근데|저기)[\s,.]+")
_FIRST = re.compile(r"^(?:맨\s*)?(?:처음|앞)\s*(?=거|것|꺼|걸|번)")
_NTH = re.compile(
    r"^(?:(?P<digit>[1-5])|(?P<word>첫|두|세|네|다섯))\s*(?:번\s*째|째|번)\s*(?:거|것|꺼|걸)?\s*(?:은|는|의|도)?\s*(?P<rest>.*)$",
    re.S,
)
OWN_WORDS = 2
"""From so many syllables on that are no filler, a message speaks of something by itself."""
_EMPTY = re.compile(
    r"[어워]디(?:에서|로|서|에)?|어데|가(?:야|서|면|지)|[돼되](?:나|는|죠|지)?요?|하(?:나|는|면|죠)|해요?|있(?:어|나|는|지)|없"
    r"|전화|번호|연락처|주소|위치|알려|알고|싶|주세|줘|주시|좀|그거|거기|그건|뭐|몇|번|예요|에요|인가|신청|방법|어떻게|얼마나?|돈|받(?:아|는|나)?|주(?:는|나)|줍니|데|서류|언제|[가-힣]?요"
)
_NUMBER = {"첫": 1, "두": 2, "세": 3, "네": 4, "다섯": 5}
_BARE = re.compile(r"^(?:요)?[?\s.!~]*$")


class Answerers(Protocol):
    """Who answers a tap."""

    def has(self, tap: Tap) -> bool:
        """Whether somebody does."""


def squeeze(text: str) -> str:
    """A text without spaces and closing marks, for comparing short phrases."""
    return re.sub(r"[\s.!?~…,]+", "", text)


def names_program(turn: Turn) -> bool:
    """Whether a program of the catalog is named."""
    return bool(turn.understanding.values(EntityName.PROGRAM))


def names_place(turn: Turn) -> bool:
    """Whether a place is named."""
    return bool(turn.understanding.values(EntityName.DISTRICT))


def chosen(turn: Turn, state: State, table: Answerers) -> Tap | None:
    """A choice typed as its label or its number: "두 번째 거", "2번 서류는요"."""
    words = squeeze(turn.text)
    for button in state.shown:
        if squeeze(button.label) == words and table.has(button.tap):
            return button.tap
    said = _LEAD.sub("", turn.text)
    if oldest := _oldest(said, turn, state):
        return oldest
    text = _FIRST.sub("첫 번째 ", said)
    number = read_choice(text, len(state.shown))
    return state.shown[number - 1].tap if number else _nth_program(text, turn, state)


def _nth_program(text: str, turn: Turn, state: State) -> Tap | None:
    """ "두 번째 거 얼마예요": an aspect of the second program on offer, or of those just talked about."""
    found = _NTH.match(text)
    if found is None or not (turn.aspect or _BARE.match(found["rest"])):
        return None
    programs = list(_programs_on(state.shown)) or _last_compared(state)
    number = int(found["digit"]) if found["digit"] else _NUMBER[found["word"]]
    if number > len(programs) or len(programs) < 2:
        return None
    id_ = programs[number - 1]
    return Tap("programs", "aspect", f"{id_}.{turn.aspect}") if turn.aspect else Tap("programs", "show", id_)


def _oldest(text: str, turn: Turn, state: State) -> Tap | None:
    """ "처음 거" after talk of several programs, none of which stands on a button: the one talked of first."""
    talked = _last_compared(state) or [i for i in reversed(state.focus) if not i.startswith(CENTER)]
    if not _FIRST.match(text) or len(talked) < 2 or any(_programs_on(state.shown)):
        return None
    return (
        Tap("programs", "aspect", f"{talked[0]}.{turn.aspect}") if turn.aspect else Tap("programs", "show", talked[0])
    )


def _last_compared(state: State) -> list[str]:
    arg = next((tap.arg for tap in reversed(state.back) if (tap.flow, tap.action) == ("programs", "compare")), "")
    return arg.split(".") if arg else []


def _programs_on(buttons: tuple[Button, ...]) -> Iterator[str]:
    ids = [b.tap.arg.partition(".")[0] for b in buttons if b.tap.flow == "programs" and b.tap.action != "compare"]
    # Buttons that lead to one and the same program are its aspects, not a choice of programs.
    yield from ids if len(set(ids)) == len(ids) else ()


def asks_else(turn: Turn, state: State, *, plain: bool) -> bool:
    """Whether a message is about a program, and so no answer to the open question. `plain`: it wants a yes or no."""
    topic = bool(state.focus)
    if names_program(turn) and (turn.aspect or plain or QUESTION.search(turn.text)):
        return True
    if turn.aspect and turn.points_back and topic:
        return True
    if turn.topics & {"compare", "together"} and (len(state.focus) > 1 or names_program(turn)):
        return True
    asks = turn.aspect not in ("", "what") and turn.understanding.intent not in VALUES
    return topic and asks and len(squeeze(turn.text)) <= SHORT


def follow_up(turn: Turn, state: State) -> Tap | None:
    """ "서류는요?" after a program: about that program, whatever the classifier made of two words."""
    if not state.focus:
        return None
    sets_beside = bool(turn.topics & {"compare", "together"}) and len(state.focus) > 1
    if not (turn.aspect or sets_beside) or _has_own_subject(turn, state, sets_beside=sets_beside):
        return None
    if state.focus[0].startswith(CENTER) and not names_place(turn) and _asks_of_center(turn):
        return Tap("centers", "again", state.focus[0].removeprefix(CENTER))
    leans = len(squeeze(turn.text)) <= SHORT or turn.points_back
    return Tap("programs", "ask") if leans and (sets_beside or not _elsewhere(turn)) else None


def _has_own_subject(turn: Turn, state: State, *, sets_beside: bool) -> bool:
    if names_else(turn):
        return True
    if turn.points_back or (not names_program(turn) and (sets_beside or is_bare(turn))):
        return False
    return bool(turn.subject and turn.subject not in state.focus[:1])


def names_else(turn: Turn) -> bool:
    """Whether something is named that the catalog does not have: "장애수당", "조기재취업수당"."""
    return turn.names_unknown or ("benefit_name" in turn.topics and not names_program(turn))


def is_bare(turn: Turn) -> bool:
    """Whether a message has no words of its own beside what it asks: "어디로 가야 돼요", "전화번호 좀요"."""
    return len(re.sub("[^가-힣]", "", _EMPTY.sub("", turn.text))) < OWN_WORDS


def _asks_of_center(turn: Turn) -> bool:
    short = len(squeeze(turn.text)) <= SHORT
    if names_program(turn) or names_else(turn) or "institution" in turn.topics:
        return False
    return turn.aspect in CENTER_ASPECTS and (turn.points_back or (short and turn.aspect in ("phone", "where")))


def _elsewhere(turn: Turn) -> bool:
    """Whether the classifier is so sure of another matter that the talk does not count."""
    understanding = turn.understanding
    # What stands in for the classifier follows plain words, and those were said.
    intent, sure = understanding.intent, understanding.confidence >= CERTAIN or understanding.degraded != ""
    if intent is Intent.OUT_OF_SCOPE and understanding.confidence >= FOREIGN:
        return not (turn.points_back or is_bare(turn))
    return sure and intent not in NEVER_ELSEWHERE | _about_it(turn)


def _about_it(turn: Turn) -> frozenset[Intent]:
    """Intents that a few words about a program are taken for, by what they ask."""
    placed = names_place(turn) or "institution" in turn.topics
    found = set(SMALL_TALK if turn.points_back else ())
    if turn.aspect == "who" and "operator" not in turn.topics:
        found.add(Intent.ASK_IDENTITY)
    if "cost" in turn.topics:
        found.add(Intent.ASK_HELP)
    if "more" in turn.topics:
        found |= {Intent.SUBSCRIBE_ALERTS, Intent.AFFIRM}
    if turn.aspect != "what":
        found.add(Intent.REPEAT_SIMPLER)
    if turn.aspect in ("apply", "where", "phone") and not placed and is_bare(turn):
        found.add(Intent.FIND_CENTER)
    return frozenset(found)
