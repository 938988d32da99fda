"""What a message tells about its writer: pure, from understood values to profile fields (programs.md Part 3)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.answer_words import answer_words
from bot.turn import State, Turn
from bot.whose import of_other, of_writer
from knowledge.ages import age_on
from knowledge.growing import GROWING
from nlu.korean.amounts import past_day
from nlu.korean.birthdays import birth_facts
from nlu.korean.span import Value
from nlu.labels import EntityName, Intent

UNKNOWN = "unknown"
"""Stands for a field that was asked and not answered; the rules read it so. It holds for one conversation only."""
CORRECTION = re.compile(r"아니라|아니고|아니구|말고")
"""Between two values of a kind: the first is wrong, the second holds."""
MOVE = re.compile(r"에서.*이사")
""" "양천구에서 강서구로 이사했어요": of two places the second holds."""
REGISTERED = re.compile(r"주민등록|주소|전입|등본")
REACH = 12
"""Characters before a place that may say that it is the registered one."""
ABOUT_SELF = frozenset(
    {Intent.CHECK_ELIGIBILITY, Intent.RECOMMEND_PROGRAM, Intent.UPDATE_PROFILE, Intent.INFORM, Intent.REGISTER_SEEKER}
)
"""Intents with which a place is where the person lives, and not where they look for something."""
NOT_OWN_AGE = frozenset({"youngest_child_age", "youngest_child_grade", "household_size", "gov_jobs_now"})
"""Questions whose answer looks like an age and is none of the person's."""
TIME_AWAY = frozenset({"", "last_job_end_date", "months_out_of_work", "employment_status", "never_worked"})
"""Questions whose answer may be a time without work; to others a length of time means something else."""
BIRTH = ("birth_date", "birth_year", "age")
RIVALS: Mapping[str, tuple[str, ...]] = {
    "age": BIRTH,
    "birth_year": BIRTH,
    "birth_date": BIRTH,
    "living_sido": ("living_sigungu",),
    "registered_sido": ("registered_sigungu",),
    "last_job_end_date": ("months_out_of_work",),
    "months_out_of_work": ("last_job_end_date",),
    "employment_status": ("weekly_work_hours", "employment_insurance_now"),
}
"""Fields that a newly told one sets aside, where the two do not agree."""


def facts_in(turn: Turn, *, about_self: bool = False, asked: str = "", other: bool = False) -> dict[str, Any]:
    """Profile fields and their values; empty where a message tells nothing for sure.

    What it says of other people is left out; with `other`, what it says of its writer is, instead. `about_self`: the
    message answers a question about the person, so that a bare place is where they live. `asked` is the field that was
    just asked for.
    """
    return _facts(of_other(turn) if other else of_writer(turn), about_self, asked)


def learned(turn: Turn, state: State) -> dict[str, Any]:
    """What a message tells of its writer, to be kept. While somebody else is talked of, only what names the writer."""
    if state.data.get("who"):
        return _facts(of_writer(turn, open_to=False), False, "")
    return facts_in(turn, asked=asked_in(state))


def _facts(turn: Turn, about_self: bool, asked: str) -> dict[str, Any]:
    facts = {**_stated(turn), **_age(turn, asked), **_left(turn, asked)}
    lives_there = about_self or bool(asked) or turn.understanding.intent in ABOUT_SELF or "living" in turn.topics
    if lives_there and not _part_of_a_name(turn):
        facts |= _places(turn, asked)
    gap = _told(turn, EntityName.CAREER_GAP)
    if isinstance(gap, int) and asked in TIME_AWAY and asked != "last_job_end_date":
        facts["months_out_of_work"] = gap
    return facts


def _places(turn: Turn, asked: str) -> dict[str, Any]:
    """Where one lives, and where one is registered: "마포구 살고 주민등록도 마포구예요"."""
    found = [e for e in turn.understanding.entities if e.entity == EntityName.DISTRICT.value]
    named = [e for e in found if REGISTERED.search(turn.text[max(0, e.start - REACH) : e.start])]
    if len(found) == 2 and len(named) == 1 and all(isinstance(e.value, str) for e in found):
        other = found[0] if named[0] is found[1] else found[1]
        return {**place_facts(str(other.value)), **place_facts(str(named[0].value), registered=True)}
    place = _told(turn, EntityName.DISTRICT)
    return place_facts(place, registered=_registered(turn, asked)) if isinstance(place, str) else {}


def _part_of_a_name(turn: Turn) -> bool:
    """Whether a place may only belong to a program: "서울 가치동행일자리", where nothing says that one lives there."""
    names_program = any(e.entity == EntityName.PROGRAM.value for e in turn.understanding.entities)
    return names_program and not turn.topics & {"living", "registered"}


def _registered(turn: Turn, asked: str) -> bool:
    return "registered" in turn.topics or (asked.startswith("registered") and "living" not in turn.topics)


def _age(turn: Turn, asked: str) -> dict[str, Any]:
    if asked in NOT_OWN_AGE or (asked and asked not in BIRTH and not answer_words().has("of_age", turn.text)):
        return {}
    if facts := birth_facts(turn.text, turn.at.date()):
        return facts
    age = _told(turn, EntityName.AGE)
    return {"age": age} if isinstance(age, int) else {}


def _left(turn: Turn, asked: str) -> dict[str, Any]:
    """When the last job ended, where a message says so: "작년 봄에 그만뒀어요"."""
    words = answer_words()
    if asked in ("kua_end_date", "kua_end_reason", "direct_job_last_end", "unemployment_benefit_last_paid"):
        return {}
    if not words.has("left_job", turn.text) or words.has("not_a_job", turn.text):
        return {}
    day = past_day(turn.text, turn.at.date())
    return {"last_job_end_date": day} if day else {}


def _stated(turn: Turn) -> dict[str, Any]:
    """What plain statements about oneself say: "생계급여 받고 있어요", "혼자 살아요"."""
    words = answer_words()
    facts: dict[str, Any] = {}
    for told in words.told:
        if told.field not in facts and told.words.search(turn.text):
            facts[told.field] = told.value
    return facts


def _told(turn: Turn, name: EntityName) -> Value:
    """The one value of a kind; of two the right one, where the words set the other right: "68이 아니라 66"."""
    found = [e for e in turn.understanding.entities if e.entity == name.value and e.value is not None]
    if len(found) == 2 and _sets_right(turn.text[found[0].end :], found[1].start - found[0].end):
        return found[1].value
    return found[0].value if len(found) == 1 else None


def place_facts(official: str, *, registered: bool = False) -> dict[str, str]:
    """An official place name ('서울특별시 양천구') as the two fields of where somebody lives, or is registered."""
    kind = "registered" if registered else "living"
    sido, _, sigungu = official.partition(" ")
    return {f"{kind}_sido": sido, **({f"{kind}_sigungu": sigungu} if sigungu else {})}


def _sets_right(rest: str, second: int) -> bool:
    """Whether what follows the first of two values, the second one at `second`, takes the first one back."""
    return bool(CORRECTION.search(rest[:second]) or MOVE.match(rest))


def asked_in(state: State) -> str:
    """The profile field that the open question asks for; "" for none."""
    return str(state.data.get("field", "")) if state.flow in ("eligibility", "profile") else ""


def corrected(
    known: Mapping[str, Any], stored: Mapping[str, Any], facts: Mapping[str, Any], on: date
) -> dict[str, Any]:
    """What is known once the facts are told: what they contradict becomes None, which also forgets what is stored.

    An age that is told roughly replaces none that is known to the year.
    """
    before = told_by(known, stored)
    if isinstance(facts.get("age"), Mapping) and any(_to_the_year(name, before.get(name)) for name in BIRTH):
        facts = {name: value for name, value in facts.items() if name != "age"}
    found = {**known, **facts}
    for field in facts:
        for rival in RIVALS.get(field, ()):
            if rival in before and rival not in facts and not _agree(field, facts[field], rival, before[rival], on):
                found[rival] = None
    return found


def _to_the_year(field: str, value: Any) -> bool:
    """Whether a birth is known so that the age is, or may be one of two."""
    return value is not None and not (field == "age" and isinstance(value, Mapping))


def _agree(field: str, value: Any, rival: str, other: Any, on: date) -> bool:
    if field not in BIRTH:
        return False
    mine, theirs = _ages(field, value, on), _ages(rival, other, on)
    return mine[0] <= theirs[1] and theirs[0] <= mine[1]


def _ages(field: str, value: Any, on: date) -> tuple[int, int]:
    """The youngest and oldest that a person can be who told this of their birth."""
    if field == "age":
        return (value.get("min", 0), value.get("max", 120)) if isinstance(value, Mapping) else (value, value)
    if field == "birth_year":
        return on.year - value - 1, on.year - value
    first, last = (value["from"], value["to"]) if isinstance(value, Mapping) else (value, value)
    return age_on(date.fromisoformat(last), on), age_on(date.fromisoformat(first), on)


def told_by(known: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that a person told and did not take back, without the questions that stayed unanswered."""
    return {field: value for field, value in {**stored, **known}.items() if value is not None and value != UNKNOWN}


def home_of(known: Mapping[str, Any], stored: Mapping[str, Any] | None = None) -> str:
    """Where a person lives, "서울특별시 양천구", as far as they told it and did not take it back; "" for not at all."""
    told = told_by(known, stored or {})
    parts = (told.get(field) for field in ("living_sido", "living_sigungu"))
    return " ".join(part for part in parts if isinstance(part, str))


def steady(known: Mapping[str, Any]) -> dict[str, Any]:
    """What a conversation remembers of what is stored: not what grows from the day on which it was told."""
    return {field: value for field, value in known.items() if field not in GROWING or value == UNKNOWN}


def lasting(known: Mapping[str, Any]) -> dict[str, Any]:
    """What goes to the stored profile, where there is consent; None forgets a field."""
    return {field: value for field, value in known.items() if value != UNKNOWN}
