"""What people can do, and what they cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from telegram import Update

from bot.clock import SystemClock
from bot.playground.clock import MovableClock
from bot.playground.errors import Json, WorldError
from bot.playground.people import read_people
from bot.playground.state import BOT_ID
from bot.playground.world import World

YES = {"inline_keyboard": [[{"text": "네", "callback_data": "v1:t:yes"}]]}


@pytest.fixture
def world() -> World:
    return World(MovableClock(SystemClock()))


def _updates(world: World) -> list[Json]:
    return [one.body for one in world.updates.waiting()]


def _asked(world: World, chat_id: int) -> int:
    """The bot asks with one button."""
    stored = world.store(world.chat(chat_id), world.bot(), {"text": "할까요?"}, by_bot=True)
    stored.show(YES)
    message_id: int = stored.body["message_id"]
    return message_id


def test_somebody_new_comes_to_life_by_writing(world: World) -> None:
    assert world.says(1001, "  /start abc \r\n") == 1
    (update,) = _updates(world)
    assert update["message"]["text"] == "/start abc"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert update["message"]["from"]["is_bot"] is False
    assert world.chats[1001].started


def test_every_kind_of_update_is_one_that_python_telegram_bot_reads(world: World) -> None:
    first = world.says(1, "안녕하세요")
    world.edits(1, first, "안녕히 계세요")
    world.says(1, "답이에요", reply_to=first)
    world.taps(1, _asked(world, 1), "v1:t:yes")
    world.shares_contact(1)
    world.sends_location(1)
    world.sends_photo(1, b"\xff\xd8\xff")
    world.sends_voice(1, b"OggS")
    world.sends_document(1, b"x", name="이력서.hwp")
    world.sends_sticker(1)
    world.blocks(1)
    world.unblocks(1)
    group = world.adds_to_group(by=1)
    world.says(group, "/help", by=1)
    world.migrates(group)
    parsed = [Update.de_json(body, None) for body in _updates(world)]
    assert len(parsed) == 17
    assert all(update.effective_chat for update in parsed)
    assert all(update.to_dict().keys() == body.keys() for update, body in zip(parsed, _updates(world), strict=True))


def test_edits(world: World) -> None:
    said = world.says(1, "육십팔 살")
    world.edits(1, said, "68살 @ieum_bot")
    edited = _updates(world)[1]["edited_message"]
    assert (edited["message_id"], edited["text"]) == (said, "68살 @ieum_bot")
    assert edited["edit_date"] >= edited["date"]
    assert edited["entities"][0]["type"] == "mention"
    assert _updates(world)[0]["message"]["text"] == "육십팔 살"
    with pytest.raises(WorldError):
        world.edits(1, said, "68살 @ieum_bot")
    with pytest.raises(WorldError):
        world.edits(1, _asked(world, 1), "봇의 말")
    with pytest.raises(WorldError):
        world.edits(1, 99, "없는 말")


def test_taps_by_data_and_by_label(world: World) -> None:
    world.says(1, "안녕")
    asked = _asked(world, 1)
    assert world.taps_label(1, "네") != world.taps(1, asked, "v1:t:yes")
    with pytest.raises(WorldError, match="never a button"):
        world.taps(1, asked, "v1:t:no")
    with pytest.raises(WorldError, match="no button reads"):
        world.taps_label(1, "아니요")
    world.chats[1].messages[asked].show(None)
    assert world.taps(1, asked, "v1:t:yes")
    with pytest.raises(WorldError, match="no button reads"):
        world.taps_label(1, "네")


def test_contacts_own_and_foreign(world: World) -> None:
    world.says(1, "안녕")
    world.shares_contact(1, phone="+821011112222")
    world.shares_contact(1, own=False)
    own, foreign = [update["message"]["contact"] for update in _updates(world)[1:]]
    assert (own["user_id"], own["phone_number"]) == (1, "+821011112222")
    assert "user_id" not in foreign


def test_a_blocked_bot_hears_nothing_more(world: World) -> None:
    world.says(1, "안녕")
    world.blocks(1)
    with pytest.raises(WorldError, match="unblock"):
        world.says(1, "들려요?")
    with pytest.raises(WorldError, match="unblock"):
        world.blocks(1)
    world.unblocks(1)
    with pytest.raises(WorldError, match="not blocked"):
        world.unblocks(1)
    statuses = [u["my_chat_member"]["new_chat_member"]["status"] for u in _updates(world)[1:]]
    assert statuses == ["kicked", "member"]


def test_groups(world: World) -> None:
    group = world.adds_to_group("동네 모임", by=7)
    assert group < 0
    with pytest.raises(WorldError, match="who writes"):
        world.says(group, "안녕")
    new = world.migrates(group)
    assert str(new).startswith("-100")
    with pytest.raises(WorldError):
        world.migrates(group)
    with pytest.raises(WorldError):
        world.says(-5, "없는 모임", by=7)
    assert _updates(world)[-1]["message"]["migrate_from_chat_id"] == group
    assert _updates(world)[-2]["message"]["migrate_to_chat_id"] == new


def test_texts_have_1_to_4096_characters(world: World) -> None:
    for text in ("", " \n", "가" * 4097):
        with pytest.raises(WorldError):
            world.says(1, text)
    assert world.says(1, "가" * 4096)


def test_files_have_a_known_kind_and_content(world: World) -> None:
    from bot.playground.errors import ApiError
    from bot.playground.files import Upload

    with pytest.raises(WorldError):
        world.sends_file(1, "film", Upload("x", b"x"))
    with pytest.raises(ApiError, match="non-empty"):
        world.sends_document(1, b"")


def test_deleting_leaves_no_update(world: World) -> None:
    said = world.says(1, "지울 말")
    world.deletes(1, said)
    assert world.messages(1) == []
    assert len(_updates(world)) == 1


def test_only_wanted_updates_are_made(world: World) -> None:
    world.updates.allowed = ["message"]
    world.says(1, "안녕")
    world.blocks(1)
    assert [next(k for k in u if k != "update_id") for u in _updates(world)] == ["message"]


def test_first_numbers_can_be_chosen() -> None:
    world = World(MovableClock(SystemClock()), first_update_id=500, first_message_id=70)
    assert world.says(1, "안녕") == 70
    assert _updates(world)[0]["update_id"] == 500


def test_the_clock_moves_and_dates_follow(world: World) -> None:
    moment = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
    world.clock.set(moment)
    assert abs(world.clock.now() - moment) < timedelta(seconds=2)
    world.clock.move(timedelta(days=-1))
    world.says(1, "안녕")
    assert abs(world.messages(1)[0]["date"] - int(moment.timestamp()) + 86400) <= 2
    world.clock.reset()
    assert abs(world.clock.now() - datetime.now(UTC)) < timedelta(seconds=2)
    with pytest.raises(ValueError, match="time zone"):
        world.clock.set(datetime(2026, 12, 3))  # noqa: DTZ001


async def test_waiting_for_something_to_happen(world: World) -> None:
    with pytest.raises(TimeoutError):
        await world.feed.until(lambda: bool(world.people), timeout_s=0.05)
    with world.feed.listen() as queue:
        world.says(1, "안녕")
        await world.feed.until(lambda: bool(world.people))
        kinds = [queue.get_nowait() for _ in range(queue.qsize())]
    assert [event["kind"] for event in kinds if event] == ["people", "message"]
    world.feed.close()
    with world.feed.listen() as queue:
        assert await queue.get() is None


def test_the_invented_people_are_complete_and_never_the_bot() -> None:
    people = read_people()
    assert len(people) >= 4
    assert len({person.id for person in people}) == len(people)
    for person in people:
        assert "○" in person.name
        assert person.about
        assert person.story
        assert person.samples
        assert person.id != BOT_ID
        assert person.user() == {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": "ko"}
    with pytest.raises(WorldError):
        World(MovableClock(SystemClock())).person("김○자")
        World(MovableClock(SystemClock())).chat(0)
