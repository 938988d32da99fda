"""Booking without the classifier, by old buttons and second taps; and what a message adds to a draft."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.appointment_draft import Draft, absorbed, answers
from bot.appointment_text import short_time
from bot.clock import SEOUL
from bot.keyboards import encode
from bot.services import Services
from bot.turn import Kind, State, Tap, Turn, Visitor
from counsel.availability import Slot
from counsel.kinds import KindName
from counsel.wishes import choose, narrowed, read
from knowledge.catalog import Catalog
from nlu.client import Entity, Understanding
from nlu.korean import find_all
from nlu.korean.wishes import read_wish
from nlu.labels import Intent
from retrieval.found import Found
from tests.nlu.korean.test_wishes import office
from tests.stories.bookings import booked, count_booked
from tests.support import telegram
from tests.support.chat import Chat
from tests.support.clocks import StillClock
from tests.support.databases import migrated, new_sqlite_url
from tests.support.staffed import make_staff
from tests.support.standins import quick_services

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=SEOUL)


class Deaf:
    """An understander whose server is away."""

    async def understand(self, text: str, *, on: date) -> Understanding:
        spans = find_all(text, on)
        entities = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in spans)
        return Understanding(text, Intent.FALLBACK, 0.0, entities=entities, degraded="away")


@pytest.fixture
async def chat(tmp_path: Path, clock: StillClock, catalog: Catalog) -> AsyncIterator[Chat]:
    """A chat with a bot whose Rasa is away, in a house with one counselor."""
    clock.time = MONDAY
    async with migrated(new_sqlite_url(tmp_path)) as database:
        await make_staff(database)
        services: Services = quick_services(database, clock, catalog, understander=Deaf())  # type: ignore[arg-type]
        chat = Chat(services, clock)
        await chat.says("/start")
        await chat.taps("네, 좋아요")
        clock.move(minutes=1)
        yield chat


async def test_all_of_it_works_while_rasa_is_away(chat: Chat) -> None:
    await chat.says("예약")
    await chat.taps("센터로 갈게요")
    await chat.says("내일 오후 두 시쯤이요")
    assert "11월 24일 화요일 오후 2시" in chat.text
    await chat.says("두 시로 할게요")
    assert "이대로 잡을까요?" in chat.text
    await chat.says("네 그렇게 해 주세요")
    await booked({"start": "2026-11-24 14:00", "kind": "center"}, chat)
    await chat.says("내 예약")
    assert "11월 24일 화요일 오후 2시" in chat.text
    await chat.taps("약속 바꾸기")
    await chat.says("모레 오전 열 시")
    await chat.taps("25일 수 오전 10시")
    await chat.taps("네, 바꿔 주세요")
    await booked({"start": "2026-11-25 10:00", "sequence": 1}, chat)
    await chat.taps("약속 취소하기")
    await chat.says("네")
    await booked(None, chat)


async def test_a_shared_contact_is_the_number_to_call(chat: Chat) -> None:
    await chat.says("예약")
    await chat.taps("전화로 할게요")
    contact = {"phone_number": "+821055550123", "first_name": "박○수", "user_id": chat.number}
    await chat.sends(telegram.update(message=telegram.message(chat.number, contact=contact)))
    await chat.listens()
    await chat.taps("가장 빠른 날")
    await chat.taps("23일 월 오후 1시")
    assert "010-5555-0123" in chat.text


async def test_without_a_number_another_way_is_asked_for(chat: Chat) -> None:
    await chat.says("예약")
    await chat.taps("전화로 할게요")
    await chat.taps("번호 없이 할게요")
    assert "번호가 있어야 해요" in chat.text
    assert "센터로 갈게요" in chat.heard[-1].buttons


async def test_old_buttons_still_mean_what_they_say(chat: Chat) -> None:
    await chat.says("예약")
    await chat.taps("센터로 갈게요")
    await chat.says("다음 주 화요일 오전")
    await chat.says("그만")
    chat.clock.move(hours=30)
    await chat.taps("1일 화 오전 9시")
    await chat.taps("네, 잡아 주세요")
    await count_booked(1, chat)
    await chat.taps("약속 취소하기")
    await chat.taps("네, 취소할게요")
    await chat.taps("네, 잡아 주세요")
    await count_booked(0, chat)
    chat.clock.move(days=12)
    await chat.taps("1일 화 오전 9시")
    await count_booked(0, chat)


async def test_nobody_reads_or_ends_the_appointment_of_somebody_else(chat: Chat) -> None:
    await chat.says("예약")
    await chat.taps("센터로 갈게요")
    await chat.says("내일 오전")
    await chat.taps("24일 화 오전 9시")
    await chat.taps("네, 잡아 주세요")
    codes = [code for heard in chat.ever for code in heard.buttons.values()]
    other = Chat(chat.services, chat.clock, number=909)
    await other.says("/start")
    for code in [c for c in codes if c.split(":")[2] in ("confirm", "change", "cancel", "sure")]:
        await other.sends(telegram.taps(other.number, code))
        await other.listens()
        assert "11월 24일" not in other.text
    await count_booked(1, chat)


def turn(text: str, intent: Intent = Intent.INFORM) -> Turn:
    entities = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in find_all(text, MONDAY.date()))
    meaning = Understanding(text, intent, 0.9, entities=entities)
    return Turn(Visitor(1, False, True, False, False), MONDAY, Kind.TEXT, text, meaning, Found(text))


def test_a_wish_is_told_in_steps() -> None:
    draft = absorbed(Draft(kind="center"), turn("다음 주요"))
    draft = absorbed(draft, turn("오전이요"))
    draft = absorbed(draft, turn("화요일은 빼고요"))
    assert draft.wish["windows"] == [{"first": "2026-11-30", "last": "2026-12-06", "from": 540, "to": 720}]
    assert draft.wish["not"] == [{"weekdays": [1], "weekly": True}]
    later = absorbed(draft, turn("그럼 다다음 주 오후로요"))
    assert later.wish["windows"] == [{"first": "2026-12-07", "last": "2026-12-13", "from": 720, "to": 1080}]


@pytest.mark.parametrize(
    ("step", "text", "intent", "fits"),
    [
        ("wish", "다음 주 화요일이요", Intent.CHECK_APPOINTMENT, True),
        ("wish", "상담원 바꿔 주세요 지금", Intent.TALK_TO_COUNSELOR, False),
        ("offer", "다른 시간은 없어요?", Intent.ASK_HELP, True),
        ("offer", "예약 취소할래요 내일 거", Intent.CANCEL_APPOINTMENT, False),
        ("company", "한빛상사요", Intent.OUT_OF_SCOPE, True),
        ("company", "기초연금 얼마예요?", Intent.ASK_PROGRAM, False),
        ("phone", "010-5555-0123", Intent.FALLBACK, True),
        ("phone", "기초연금이요", Intent.ASK_PROGRAM, False),
    ],
)
def test_what_answers_an_open_question(step: str, text: str, intent: Intent, fits: bool) -> None:
    assert answers(turn(text, intent), State().ask("appointments", step)) is fits


def test_buttons_fit() -> None:
    start = datetime(2026, 12, 28, 12, 30, tzinfo=SEOUL)
    assert short_time(start) == "28일 월 오후 12시 반"
    assert len(short_time(start)) <= 14
    slot = Slot(start, start, "a" * 24, "center", KindName.ACCOMPANY)
    assert len(encode(Tap("appointments", "pick", slot.code))) <= 64


@given(
    st.lists(
        st.sampled_from(
            ["다음 주", "화요일", "오전", "3시쯤", "빼고", "이나", "안 돼요", "부터", "설 지나고", "빠를수록"]
        ),
        max_size=6,
    )
)
def test_offers_are_free_few_in_order_and_never_shut_out(words: list[str]) -> None:
    wish: dict[str, Any] = read_wish(" ".join(words), MONDAY.date()) or {}
    wished, free = read(narrowed({}, wish) if wish else {}), office(MONDAY.date(), 40)
    chosen, _ = choose(free, wished)
    assert len(chosen) <= 3
    assert list(chosen) == sorted(chosen, key=lambda one: one.start)
    assert all(one in free and wished.allows(one.start) for one in chosen)
    assert chosen or not any(wished.allows(one.start) for one in free)
