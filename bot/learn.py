"""What a message tells about its writer: pure, from understood values to profile fields (programs.md Part 3)."""

import re
from typing import Any

from bot.turn import Turn
from nlu.korean.span import Value
from nlu.labels import EntityName, Intent

CORRECTION = re.compile(r"아니라|아니고|아니구|말고")
"""Between two values of a kind: the first is wrong, the second holds."""
MOVE = re.compile(r"에서.*이사")
""" "양천구에서 강서구로 이사했어요": of two places the second holds."""
ABOUT_SELF = frozenset(
    {Intent.CHECK_ELIGIBILITY, Intent.RECOMMEND_PROGRAM, Intent.UPDATE_PROFILE, Intent.INFORM, Intent.REGISTER_SEEKER}
)
"""Intents with which a place is where the person lives, and not where they look for something."""


def facts_in(turn: Turn, *, about_self: bool = False) -> dict[str, Any]:
    """Profile fields and their values; empty where a message tells nothing for sure.

    `about_self`: the message answers a question about its writer, so that a bare place is where they live.
    """
    facts: dict[str, Any] = {}
    age = _told(turn, EntityName.AGE)
    if isinstance(age, int):
        facts["age"] = age
    place = _told(turn, EntityName.DISTRICT)
    lives_there = about_self or turn.understanding.intent in ABOUT_SELF or "living" in turn.topics
    if isinstance(place, str) and lives_there:
        facts |= place_facts(place, registered="registered" in turn.topics)
    gap = _told(turn, EntityName.CAREER_GAP)
    if isinstance(gap, int):
        facts["months_out_of_work"] = gap
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
