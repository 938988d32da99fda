"""What a message tells about its writer: pure, from understood values to profile fields (programs.md Part 3)."""

from typing import Any

from bot.turn import Turn
from nlu.labels import EntityName, Intent

ABOUT_SELF = frozenset(
    {Intent.CHECK_ELIGIBILITY, Intent.RECOMMEND_PROGRAM, Intent.UPDATE_PROFILE, Intent.INFORM, Intent.REGISTER_SEEKER}
)
"""Intents with which a place is where the person lives, and not where they look for something."""


def facts_in(turn: Turn) -> dict[str, Any]:
    """Profile fields and their values; empty where a message tells nothing for sure.

    An age is stored with the year in which it was said, because it grows.
    """
    facts: dict[str, Any] = {}
    ages = turn.understanding.values(EntityName.AGE)
    if len(ages) == 1 and isinstance(ages[0], int):
        facts["age"] = ages[0]
    places = turn.understanding.values(EntityName.DISTRICT)
    lives_there = turn.understanding.intent in ABOUT_SELF or "living" in turn.topics
    if len(places) == 1 and isinstance(places[0], str) and lives_there:
        facts |= place_facts(places[0], registered="registered" in turn.topics)
    gaps = turn.understanding.values(EntityName.CAREER_GAP)
    if len(gaps) == 1 and isinstance(gaps[0], int):
        facts["months_out_of_work"] = gaps[0]
    return facts


def place_facts(official: str, *, registered: bool = False) -> dict[str, str]:
    """An official place name ('서울특별시 양천구') as the two fields of where somebody lives, or is registered."""
    kind = "registered" if registered else "living"
    sido, _, sigungu = official.partition(" ")
    return {f"{kind}_sido": sido, **({f"{kind}_sigungu": sigungu} if sigungu else {})}
