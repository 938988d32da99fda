"""Every answer about every program: short, sourced and dated, no blank left open, nothing shown that must not be."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from bot.app import house_of
from bot.clock import SEOUL
from bot.desk import Desk
from bot.flows import programs
from bot.keyboards import MAX_DATA_BYTES, encode
from bot.program_text import Answer, about, compared, family
from bot.render import LIMIT, plain
from bot.settings import Settings
from bot.turn import Kind, Message, State, Tap, Turn, Visitor
from bot.words import load_words
from knowledge.catalog import ASPECTS, Program, load_catalog
from knowledge.rule_files import load_rules
from nlu.client import Entity, Understanding
from nlu.labels import Intent
from retrieval.found import Found, Hit

SETTINGS = Settings(_env_file=None)
CATALOG = load_catalog(SETTINGS.facts)
DESK = Desk(load_words(), CATALOG, load_rules(SETTINGS.facts, CATALOG), house_of(SETTINGS), None)  # type: ignore[arg-type]
TODAY = date(2026, 11, 23)
DAYS = (TODAY, date(2027, 1, 11), date(2027, 6, 1))
"""A working day of the story, and days on which yearly amounts are not known yet."""
WISHED = 300
MOST_LABEL = 14
SOURCE = re.compile(r"\([^()]+ \d{4}년[^()]* 기준\)$")
SINGLE_SOURCE = re.compile(r"^[^,]+, \d{4}년( \d{1,2}월)?( \d{1,2}일)? 기준$")
HIDDEN = re.compile(r"1588-9142|02-2133-5504|02-6021-1100|1577-0080|(?<![\d-])(?:1398|1393|1389)(?![\d-])")
"""Numbers that programs.md Part 5 says not to show."""
PROGRAMS = list(CATALOG.programs.values())
IDS = [p.id for p in PROGRAMS]


def pages(program: Program, aspect: str, on: date) -> Iterator[Answer]:
    """An answer with everything that "더 알려 주세요" adds to it."""
    start, asked = 0, aspect
    while True:
        answer = about(program, asked, DESK, on, start)
        yield answer
        if answer.more <= start:
            return
        start, asked = answer.more, aspect or "what"


def answers(program: Program) -> Iterator[tuple[str, str, Answer]]:
    """Everything that can be said of a program: aspect, day and answer, in both wordings."""
    for on in DAYS:
        for aspect in ("", *ASPECTS):
            for answer in pages(program, aspect, on):
                yield aspect, on.isoformat(), answer
                yield aspect, on.isoformat(), replace(answer, text=answer.simple)


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_every_answer_is_short_whole_and_sourced(program: Program) -> None:
    for aspect, on, answer in answers(program):
        text, where = plain(answer.text), f"{aspect} on {on}: {answer.text}"
        assert len(text) <= WISHED, where
        assert len(answer.text) <= LIMIT
        assert "{" not in text and "}" not in text, where
        assert text.startswith(program.name), where
        assert not HIDDEN.search(text), where
        if answer.key.startswith("programs.aspect_unknown"):
            assert "아직 확인된 내용이 없어요" in text, where
        else:
            assert SOURCE.search(text), where


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_every_source_of_an_answer_has_its_own_date(program: Program) -> None:
    for aspect, on, answer in answers(program):
        if not answer.key.startswith("programs.aspect_unknown"):
            last = plain(answer.text).splitlines()[-1]
            for source in last[1:-1].split(" · "):
                assert SINGLE_SOURCE.match(source), f"{aspect} on {on}: {source}"


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_more_reaches_every_sentence(program: Program) -> None:
    for aspect in ASPECTS:
        said = "\n".join(plain(page.text) for page in pages(program, aspect, TODAY))
        missing = [s.text for s in program.statements(aspect, TODAY) if s.text not in said]
        assert missing == [], aspect


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_a_less_sure_sentence_says_so(program: Program) -> None:
    for aspect in ASPECTS:
        for page in pages(program, aspect, TODAY):
            unsure = [s for s in program.statements(aspect, TODAY) if s.confirm and s.text in plain(page.text)]
            assert not unsure or "확인이 필요해요" in page.text, page.text


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p.over], ids=[p.id for p in PROGRAMS if p.over])
def test_what_is_over_is_answered_with_its_date_and_todays_counterpart(program: Program) -> None:
    heirs = [CATALOG.programs[i] for i in program.successors]
    for aspect in ("", *ASPECTS):
        first = plain(next(pages(program, aspect, TODAY)).text)
        head = first.splitlines()[1]
        assert re.search(r"\d{4}년", head), first
        assert not heirs or any(heir.name in head for heir in heirs), first


@pytest.mark.parametrize("aspect", ["", *ASPECTS])
@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
async def test_buttons_fit_and_lead_on(program: Program, aspect: str) -> None:
    message = await shown(program, aspect)
    labels = [b.label for b in message.buttons]
    assert len(labels) == len(set(labels)) <= 5
    for button in message.buttons:
        assert 1 <= len(button.label) <= MOST_LABEL, button
        assert len(encode(button.tap).encode()) <= MAX_DATA_BYTES
    if program.over:
        joining = {"apply", "check", "recommend"}
        assert not [b for b in message.buttons if b.tap.action in joining or b.tap.arg.endswith((".apply", ".when"))]


async def shown(program: Program, aspect: str) -> Message:
    """The message that the flow makes of a button."""
    tap = Tap("programs", "aspect", f"{program.id}.{aspect}") if aspect else Tap("programs", "show", program.id)
    visitor = Visitor(1, is_new=False, consented=True, may_share=False, counselor_answers=False)
    understanding = Understanding("", Intent.FALLBACK, 0.0)
    at = datetime.combine(TODAY, time(10), SEOUL)
    turn = Turn(visitor, at, Kind.TAP, "", understanding, Found(""), tap)
    step = await programs.FLOW.actions[tap.action](turn, State(), DESK)
    return step.reply.messages[-1]


@pytest.mark.parametrize("program", PROGRAMS, ids=IDS)
def test_two_programs_side_by_side(program: Program) -> None:
    for other in (CATALOG.programs[i] for i in program.see_also):
        for aspect in ("", "amount", "who"):
            text = plain(compared(program, other, aspect, DESK, TODAY).text)
            assert program.name in text and other.name in text
            assert len(text) <= 2 * WISHED, text
            assert "{" not in text and not HIDDEN.search(text)


@pytest.mark.parametrize("name", list(CATALOG.families))
def test_a_family_is_told_member_by_member(name: str) -> None:
    family_ = CATALOG.families[name]
    members = [CATALOG.programs[i] for i in family_.members]
    for aspect in ("", *ASPECTS):
        text = plain(family(family_.name, members, aspect, DESK, TODAY).text)
        assert all(p.short in text for p in members)
        assert len(text) <= 2 * WISHED, text
        assert SOURCE.search(text), text


@pytest.mark.parametrize(
    ("id_", "aspect", "said"),
    [
        ("womanup-grant", "amount", ["30만 원", "3개월", "90만 원", "2025년 기준"]),
        ("senior-job-public", "amount", ["30시간", "29만 원", "2026년 기준"]),
        ("senior-job-capacity", "amount", ["60시간", "634,000원", "76만 원쯤"]),
        ("kua-type1-review", "amount", ["60만 원", "6개월"]),
        ("naeil-card", "amount", ["300만 원", "5년"]),
        ("unemployment-benefit", "amount", ["60%", "68,100원", "66,048원"]),
        ("basic-pension", "amount", ["349,700원", "20%"]),
        ("basic-pension", "who", ["65세", "247만 원", "3,952,000원"]),
        ("seoul50-value-jobs", "amount", ["57시간", "588,240원", "10,320원"]),
        ("seoul50-career-internship", "amount", ["690,890원"]),
        ("seoul-donghaeng-jobs", "amount", ["10,320원"]),
        ("jahwal-work", "amount", ["62,080원", "66,080원", "53,840원", "29,940원"]),
        ("emergency-welfare", "amount", ["783,000원", "1,286,600원"]),
        ("saeil-intern", "amount", ["60만 원"]),
        ("senior-internship", "amount", ["550만 원", "확인이 필요해요"]),
        ("midlife-career-support", "amount", ["150만 원"]),
    ],
)
def test_amounts_are_those_of_the_sources(id_: str, aspect: str, said: list[str]) -> None:
    text = "\n".join(plain(page.text) for page in pages(CATALOG.programs[id_], aspect, TODAY))
    assert [part for part in said if part not in text] == []


def test_a_yearly_amount_is_not_carried_into_the_next_year() -> None:
    text = plain(about(CATALOG.programs["senior-job-public"], "amount", DESK, date(2027, 1, 11)).text)
    assert "29만 원" not in text
    assert "1544-3388" in text


@pytest.mark.parametrize(("found", "key"), [("basic-pension", "programs.not_ours"), ("", "programs.not_ours_alone")])
async def test_guesses_are_announced_only_where_there_are_some(found: str, key: str) -> None:
    text = "햇살지원금 얼마예요"
    unknown = Understanding(text, Intent.ASK_PROGRAM, 0.9, entities=(Entity("program", "햇살지원금", 0, 5, None),))
    hits = (Hit(found, "program", 0.3, "복지로"),) if found else ()
    asked = Turn(
        Visitor(1, False, True, False, False),
        datetime.combine(TODAY, time(10), SEOUL),
        Kind.TEXT,
        text,
        unknown,
        Found(text, hits, abstained=True),
    )
    (message,) = (await programs.ask(asked, State(), DESK)).reply.messages
    assert message.key == key and len(message.buttons) == 1 + bool(found)
