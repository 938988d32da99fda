"""What is said of every event of the catalog, held to the rules of an accessible conversation."""

import re
from datetime import datetime, timedelta

import pytest

from bot import event_text as text
from bot.desk import Desk
from bot.render import plain
from bot.turn import Message
from bot.words import load_words
from knowledge.catalog import Catalog
from knowledge.event_search import EventWish, search
from knowledge.events import SAMPLE_MARK, SEOUL, Event
from knowledge.fact import Grade

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SEOUL)
WORDS = load_words()
IDS = (
    "course-meeting",
    "interview-day",
    "mobile-desk",
    "photo-day",
    "return-fair",
    "senior-fair",
    "visit-day",
    "work-talk",
)
SAMPLE = WORDS.plain("events.sample")


@pytest.fixture
def desk(catalog: Catalog) -> Desk:
    return Desk(WORDS, catalog, None, None, None)  # type: ignore[arg-type]


def card(event: Event, desk: Desk, at: datetime = NOW) -> Message:
    sittings = event.ahead(at)
    return text.card(event, sittings, {s.key: s.seats or 0 for s in sittings}, at, desk)


def held_to_the_rules(message: Message) -> None:
    for version in (message.text, message.simple):
        said = plain(version)
        assert len(said) <= 300, said
        for sentence in re.split(r"(?<=[.?!])\s+|\n", said):
            assert len(sentence) <= 60, sentence
    assert len(message.buttons) <= 5
    assert all(len(button.label) <= 14 for button in message.buttons)


def test_every_event_is_tried(catalog: Catalog) -> None:
    assert tuple(sorted(catalog.events)) == IDS


@pytest.mark.parametrize("id_", IDS)
def test_a_card_is_short_and_says_that_it_is_a_sample(desk: Desk, id_: str) -> None:
    event = desk.catalog.events[id_]
    message = card(event, desk)
    held_to_the_rules(message)
    assert SAMPLE_MARK in message.text and SAMPLE in message.text


@pytest.mark.parametrize("id_", IDS)
def test_what_is_over_is_said_as_past_with_its_date(desk: Desk, id_: str) -> None:
    event = desk.catalog.events[id_]
    message = card(event, desk, NOW + timedelta(days=365))
    held_to_the_rules(message)
    last = max(s.starts for s in event.sittings)
    assert f"{last.year}년 {last.month}월 {last.day}일에 끝난 행사예요" in message.text
    assert SAMPLE in message.text
    assert [b.tap.flow for b in message.buttons] == ["events"], "nothing to sign up for"


def test_what_was_called_off_is_said_so(desk: Desk) -> None:
    event = desk.catalog.events["senior-fair"]
    off = event.model_copy(update={"sessions": tuple(s.model_copy(update={"cancelled": "비"}) for s in event.sessions)})
    off.__dict__.pop("sittings", None)
    assert "열리지 않게 됐어요" in card(off, desk).text


def test_a_real_event_names_its_source_and_what_is_unsure(desk: Desk) -> None:
    real = desk.catalog.events["senior-fair"].model_copy(update={"sample": False, "grade": Grade.C})
    said = card(real, desk).text
    assert SAMPLE_MARK not in said and SAMPLE not in said
    assert "2026년 11월 22일 기준" in said and "확인이 필요해요" in said


@pytest.mark.parametrize("id_", IDS)
@pytest.mark.parametrize("number", range(4))
def test_jobs_are_explained_in_the_same_order(desk: Desk, id_: str, number: int) -> None:
    event = desk.catalog.events[id_]
    if number >= len(event.explains):
        assert id_ != "senior-fair"
        return
    program = desk.catalog.programs[event.explains[number]]
    message = text.explained(program, event, (), NOW.date(), desk)
    held_to_the_rules(message)
    heads = re.findall(r"^([가-힣 ]+):", plain(message.text), re.MULTILINE)
    assert heads == ["누가", "하는 일", "일하는 때", "받는 돈"]
    assert "기준" in message.text, "each answer names its source"


def test_a_list_is_short(desk: Desk) -> None:
    found = search(desk.catalog.events, EventWish(), NOW).found
    assert len(found) == len(IDS)
    for start in range(0, len(found), 3):
        page = found[start : start + 3]
        lines = text.list_lines(page, NOW.date(), desk)
        held_to_the_rules(WORDS.say("events.list", head=WORDS.plain("events.found"), lines=lines, tail=SAMPLE))
        assert all(match.event.title in lines for match in page)


@pytest.mark.parametrize(
    ("left", "at", "words"),
    [
        (7, NOW, "자리가 7개 남았어요"),
        (0, NOW, "줄을 서실 수 있어요"),
        (0, datetime(2026, 11, 15, 9, tzinfo=SEOUL), "신청은 11월 16일부터"),
        (0, datetime(2026, 12, 16, 9, tzinfo=SEOUL), "줄을 서실 수 있어요"),
        (0, datetime(2026, 12, 16, 14, 30, tzinfo=SEOUL), "신청 받는 때가 지났어요"),
    ],
)
def test_whether_there_is_room(desk: Desk, left: int, at: datetime, words: str) -> None:
    event = desk.catalog.events["photo-day"]
    sittings = event.ahead(at)
    assert words in text.room(event, sittings, {sittings[-1].key: left}, at, desk)
