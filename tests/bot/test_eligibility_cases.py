"""The worked cases of programs.md Part 4 as conversations: the bot asks, the invented person answers in words.

Who works says so first. Every question is answered from the case's facts, by a sentence or, where nothing is known,
with "잘 모르겠어요". What no question asks for (an office knows it) stands in the profile. What the bot then says must
be the outcome that the case expects.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SEOUL
from bot.services import Services
from bot.words import load_words
from knowledge.catalog import Catalog
from knowledge.derive import facts_of
from knowledge.known import is_exact
from knowledge.profile import FieldSpec, read_profile
from nlu.korean.particles import with_particle
from storage import people as persons
from tests.knowledge.cases import Case, people
from tests.stories.runner import is_heard
from tests.support import telegram
from tests.support.chat import Chat
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_sqlite_url
from tests.support.standins import quick_services

CASES = list(people())
WORDS = load_words()
MOST_QUESTIONS = 20
TOLD = {
    "eligible": ("eligible", "closed"),
    "not": ("not",),
    "need": ("need", "office", "stale"),
    "later": ("later", "later_open"),
}
SIZES = {1: "혼자 살아요", 2: "둘이 살아요", 3: "셋이에요", 4: "네 식구예요"}
OFFICE = frozenset(
    {"basic_pension_recognized_income", "kua_vulnerable_group", "counsellor_agrees_work_experience_needed"}
)
UNITS: Mapping[str, str] = {"days": "{}일이요", "hours": "{}시간이요", "months": "{}개월이요", "count": "{}이요"}


def spoken(field: str, value: Any, spec: FieldSpec) -> str:
    """How the person says it."""
    if value is None:
        return "잘 모르겠어요"
    if field == "never_worked":
        return "아니요, 한 번도 없어요" if value else "네, 해 봤어요"
    if field == "household_size":
        return SIZES.get(value, f"{value}명이에요")
    if isinstance(value, bool):
        return "네" if value else "아니요"
    if spec.type == "date":
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return f"{day.year}년 {day.month}월 {day.day}일이요"
    if field.endswith("_sido"):
        return with_particle(str(value), "이요/요")
    if spec.unit == "won":
        return f"{value // 10_000}만 원이요" if value else "없어요"
    if isinstance(value, int | float):
        return UNITS.get(spec.unit, "{}이요").format(value)
    if spec.type in ("list", "text"):
        return "있어요" if value else "없어요"
    return spec.labels.get(value, str(value))


def known(case: Case, field: str, services: Services, catalog: Catalog) -> Any:
    """What the person knows of a field: a fact of the case, or what follows from the facts."""
    if field in case.profile:
        return case.profile[field]
    facts = facts_of(read_profile(case.profile, services.rules.fields), catalog.tables, case.on)
    value = facts.known.get(field)
    return value if value is not None and is_exact(value) else None


async def an_office_knows(case: Case, services: Services, chat: Chat) -> None:
    """Puts what nobody is asked for into the profile."""
    fields = services.rules.fields
    unasked = {name: value for name, value in case.profile.items() if name in OFFICE and not fields[name].ask}
    async with services.database.transaction() as session:
        person = await persons.by_chat(session, chat.number)
        assert person is not None
        await persons.learn(session, person.id, unasked, services.clock.now())


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_a_worked_case_as_a_conversation(case: Case, tmp_path: Path, catalog: Catalog) -> None:
    clock = StillClock(datetime(case.on.year, case.on.month, case.on.day, 10, tzinfo=SEOUL))
    async with migrated(new_sqlite_url(tmp_path)) as database:
        services = quick_services(database, clock, catalog)
        chat = Chat(services, clock)
        await chat.says("/start")
        await chat.taps("네, 좋아요")
        if case.profile.get("employment_status") == "employed":
            await chat.says("지금 직장에 다니고 있어요")
        await an_office_knows(case, services, chat)
        await chat.sends(telegram.taps(chat.number, f"v1:eligibility:check:{case.program}"))
        await chat.listens()
        talk = [chat.text]
        for _ in range(MOST_QUESTIONS):
            state = await chat.state()
            field = state["data"].get("field", "") if state["flow"] else ""
            if not field:
                break
            answer = spoken(field, known(case, field, services, catalog), services.rules.fields[field])
            await chat.says(answer)
            talk += [f"> {answer}", chat.text]
        told = [name for name in sum(TOLD.values(), ()) if is_heard(f"eligibility.answer_{name}", chat.text)]
    assert told, "\n".join(talk)
    assert set(told) & set(TOLD[case.expect]), "\n".join(talk)


def test_there_are_cases() -> None:
    assert len(CASES) >= 30
