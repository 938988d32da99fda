"""Which programs of the catalog a question means: named, named and set aside, told by their sum, set side by side."""

import re
from collections.abc import Iterable
from datetime import date

from bot.desk import Desk
from bot.flows.parts import family_in, recent
from bot.leaning import SHORT, names_else, names_program
from bot.turn import State, Turn
from knowledge.catalog import Program
from nlu.labels import EntityName, Intent

SET_ASIDE = re.compile(r"^\s?(?:은|는)?\s?(?:말고|말구|빼고|아니고|아니라)")
"""After a name: that one is not meant. "기초연금 말고 실업급여"."""
PAIRED = frozenset({"compare", "together"})
HOLDS = frozenset({"holding", "asks_whether"})
""" "생계급여를 받는데 되나요": whether one thing bars another."""


def named(turn: Turn, desk: Desk) -> list[Program]:
    """The programs that a question names and means; for a name that we cannot place, the one that the search is sure
    of."""
    found: dict[str, bool] = {}
    for entity in turn.understanding.entities:
        if entity.entity == EntityName.PROGRAM.value and isinstance(entity.value, str):
            aside = SET_ASIDE.match(turn.text[entity.end :]) is not None
            found[entity.value] = found.get(entity.value, True) and aside
    meant = [id_ for id_, aside in found.items() if not aside] or list(found) or [turn.subject]
    return _programs(meant, desk)


def by_sum(program: Program, turn: Turn, desk: Desk) -> Program:
    """The program, or the one of those that belong to it which pays the sum that is named: "우먼업 삼십만원"."""
    sums = _sums(turn)
    if not sums:
        return program
    near = [p for p in _programs((h.id for h in turn.found.hits[:1]), desk) if p.id in program.see_also]
    return next((p for p in near if not p.over and _pays(p, sums, turn.at.date())), program)


def found_by_sum(program: Program, turn: Turn, desk: Desk) -> Program | None:
    """What the search found, or of its next ones the one that pays the sum that is named; None where none does."""
    sums = _sums(turn)
    near = [program, *_programs((h.id for h in turn.found.hits[:3]), desk)]
    return next((p for p in near if not sums or _pays(p, sums, turn.at.date())), None)


def _sums(turn: Turn) -> set[int]:
    values = (v for v in turn.understanding.values(EntityName.PAY) if isinstance(v, dict))
    return {int(str(v["won"])) for v in values if v.get("won")}


def _pays(program: Program, sums: set[int], on: date) -> bool:
    known = (program.value(name, on) for name, fact in program.facts.items() if fact.unit == "won")
    return any(value is not None and value.value in sums for value in known)


def talked_about(turn: Turn, state: State, desk: Desk) -> Program | None:
    """The program just talked about, where a question has no subject of its own: short, or pointing back."""
    focused = None if names_else(turn) else recent(state, desk)
    asks = turn.aspect or (turn.found.abstained and turn.understanding.intent is Intent.ASK_PROGRAM)
    leans = turn.points_back or (asks and len(turn.text) <= SHORT + 9)
    return focused if focused and leans else None


def pair(found: list[Program], turn: Turn, state: State, desk: Desk) -> tuple[Program, Program] | None:
    """The two programs that a question sets side by side: named, just talked about, or found for the second name."""
    if state.focus and not names_program(turn):
        found = []
    if len(found) > 1 and (turn.topics & PAIRED or _tells_both(turn) or turn.topics >= HOLDS):
        return found[0], found[1]
    if beside := _beside_talk(found, turn, state, desk):
        return beside
    if not turn.topics & PAIRED:
        return None
    if "compare" not in turn.topics and found and not turn.points_back:
        return None
    common = family_in(turn, desk)
    if found and common and found[0].id not in common.members:
        return found[0], desk.catalog.programs[common.members[0]]
    talked = state.focus if turn.points_back or not found else ()
    related = _relatives(found[0], turn, desk) if found else ()
    hits = (h.id for h in turn.found.hits if found or turn.points_back)
    first, second, *_ = (*_programs((*talked, *(p.id for p in found), *related, *hits), desk), None, None)
    return (first, second) if first and second else None


def _tells_both(turn: Turn) -> bool:
    return turn.understanding.intent in (Intent.ASK_PROGRAM, Intent.RECOMMEND_PROGRAM, Intent.FALLBACK)


def _beside_talk(found: list[Program], turn: Turn, state: State, desk: Desk) -> tuple[Program, Program] | None:
    """ "생계급여를 받는데 그래도 되나요" after another program: that one first, what somebody has second."""
    talked = recent(state, desk)
    if len(found) != 1 or talked is None or talked.id == found[0].id:
        return None
    return (talked, found[0]) if turn.topics >= HOLDS else None


def _relatives(program: Program, turn: Turn, desk: Desk) -> list[str]:
    """Programs that belong to one and whose name shares a word with the question: "인턴십" beside 구직지원금."""
    words = {word[:end] for word in re.findall("[가-힣]{2,}", turn.text) for end in range(2, len(word) + 1)}
    near = _programs(program.see_also, desk)
    return [p.id for p in near if any(word in p.name and word not in program.name for word in words)]


def wants_together(turn: Turn) -> bool:
    """Whether a question is not what two programs are, but whether they go together."""
    asks = "asks_whether" in turn.topics or not turn.aspect
    return "compare" not in turn.topics and asks and bool(turn.topics & {"together", "holding"})


def _programs(ids: Iterable[str], desk: Desk) -> list[Program]:
    return [desk.catalog.programs[i] for i in dict.fromkeys(ids) if i in desk.catalog.programs]
