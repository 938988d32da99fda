"""Every kind of update becomes an exact Incoming, nothing, or an UnreadableUpdateError: never anything else."""

import copy
import unicodedata
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.incoming import KNOWN, Incoming, UnreadableUpdateError, arrival, read
from bot.turn import Kind
from tests.support import telegram

JA = 680001
PHOTO = {"photo": [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9}]}
STICKER = {"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9, "is_animated": False, "is_video": False}
FILE = {"file_id": "a", "file_unique_id": "a"}
MEDIA: list[tuple[dict[str, Any], Kind]] = [
    (PHOTO, Kind.PHOTO),
    ({"video": {**FILE, "width": 9, "height": 9, "duration": 3}}, Kind.PHOTO),
    ({"voice": {**FILE, "duration": 3}}, Kind.VOICE),
    ({"audio": {**FILE, "duration": 3}}, Kind.VOICE),
    ({"video_note": {**FILE, "length": 9, "duration": 3}}, Kind.VOICE),
    ({"sticker": {**STICKER, "type": "regular"}}, Kind.STICKER),
    ({"animation": {**FILE, "width": 9, "height": 9, "duration": 3}, "document": FILE}, Kind.STICKER),
    ({"document": FILE}, Kind.DOCUMENT),
    ({"location": {"longitude": 126.9, "latitude": 37.5}}, Kind.LOCATION),
    (
        {
            "venue": {"location": {"longitude": 126.9, "latitude": 37.5}, "title": "구청", "address": "양천구"},
            "location": {"longitude": 126.9, "latitude": 37.5},
        },
        Kind.LOCATION,
    ),
    ({"dice": {"emoji": "🎲", "value": 3}}, Kind.OTHER),
    ({"a_kind_of_next_year": {"text": "?"}}, Kind.OTHER),
]


def from_message(chat: int = JA, **content: Any) -> Incoming | None:
    return read(telegram.update(message=telegram.message(chat, **content)))


def exactly(found: Incoming | None) -> Incoming:
    assert found is not None
    return found


def test_text() -> None:
    raw = telegram.says(JA, "  일자리 있나요? ")
    found = exactly(read(raw))
    assert (found.chat_id, found.user_id, found.chat, found.kind) == (JA, JA, "private", Kind.TEXT)
    assert found.text == "일자리 있나요?" and found.update_id == raw["update_id"] and found.is_plain_text


def test_decomposed_hangul_is_composed() -> None:
    assert exactly(from_message(text=unicodedata.normalize("NFD", "각자 일자리"))).text == "각자 일자리"


def test_a_command_is_no_plain_text() -> None:
    assert not exactly(from_message(text="/start abc")).is_plain_text


def test_an_edited_text_says_so() -> None:
    found = exactly(read(telegram.edits(JA, "양천구요")))
    assert found.edited and found.text == "양천구요" and not found.is_plain_text


def test_a_place_that_moves_and_an_edited_caption_need_no_answer() -> None:
    for content in ({"location": {"longitude": 126.9, "latitude": 37.5}}, {**PHOTO, "caption": "이거요"}):
        assert read(telegram.update(edited_message=telegram.message(JA, edit_date=1_795_000_001, **content))) is None


@pytest.mark.parametrize(("content", "kind"), MEDIA, ids=[next(iter(c)) for c, _ in MEDIA])
def test_media(content: dict[str, Any], kind: Kind) -> None:
    found = exactly(from_message(**content))
    assert found.kind is kind and found.chat == "private"


def test_a_caption_is_text_and_an_album_has_a_number() -> None:
    found = exactly(from_message(**PHOTO, caption="이 서류요", media_group_id="77"))
    assert (found.text, found.album) == ("이 서류요", "77")


def test_ones_own_number_and_somebody_elses() -> None:
    card = {"phone_number": "+821012345678", "first_name": "김○자"}
    assert exactly(from_message(contact={**card, "user_id": JA})).phone == "+821012345678"
    for written in ("821012345678", "010-1234-5678", "+82 10 1234 5678"):
        own = {**card, "phone_number": written, "user_id": JA}
        assert exactly(from_message(contact=own)).phone == "+821012345678"
    for other in ({**card, "user_id": 5}, card):
        found = exactly(from_message(contact=other))
        assert found.kind is Kind.CONTACT and found.phone is None


def test_what_telegram_writes_by_itself_needs_no_answer() -> None:
    assert from_message(message_auto_delete_timer_changed={"message_auto_delete_time": 86400}) is None
    assert from_message(pinned_message=telegram.message(JA, text="이거")) is None
    assert from_message(write_access_allowed={}) is None


def test_a_tap() -> None:
    found = exactly(read(telegram.taps(JA, "v1:menu:show:", label="처음으로", shown="1 < 2 맞나요?", message_id=9)))
    assert (found.kind, found.data, found.label, found.message_id) == (Kind.TAP, "v1:menu:show:", "처음으로", 9)
    assert found.shown_html == "1 &lt; 2 맞나요?" and found.callback_id


def test_a_tap_under_a_message_that_is_gone() -> None:
    raw = telegram.taps(JA, "v1:menu:show:")
    raw["callback_query"]["message"] = {"chat": {"id": JA, "type": "private"}, "message_id": 7, "date": 0}
    found = exactly(read(raw))
    assert (found.message_id, found.shown_html, found.label, found.chat) == (7, "", "", "private")


def test_a_tap_without_a_message_belongs_to_its_person() -> None:
    raw = telegram.taps(JA, "v1:menu:show:")
    del raw["callback_query"]["message"]
    assert exactly(read(raw)).chat_id == JA
    stored = arrival(raw)
    assert stored is not None and stored.chat_id == JA


def test_a_tap_on_a_game_has_no_code() -> None:
    raw = telegram.taps(JA, "")
    del raw["callback_query"]["data"]
    assert exactly(read({**raw})).data == ""


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_groups(kind: str) -> None:
    raw = telegram.in_group(-100, "안녕하세요")
    raw["message"]["chat"]["type"] = kind
    assert exactly(read(raw)).chat == "group"


@pytest.mark.parametrize("name", ["migrate_to_chat_id", "migrate_from_chat_id", "left_chat_member"])
def test_a_groups_comings_and_goings_need_no_answer(name: str) -> None:
    raw = telegram.in_group(-100, "")
    raw["message"][name] = telegram.user(3) if name == "left_chat_member" else -200
    assert read(raw) is None


def test_channels() -> None:
    channel = {"id": -1001, "type": "channel", "title": "소식"}
    post = {"message_id": 1, "date": 1_795_000_000, "chat": channel, "text": "공지"}
    assert read(telegram.update(channel_post=post)) is None
    in_channel = telegram.membership(-1001, "administrator", kind="channel")
    for right in ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats"):
        in_channel["my_chat_member"]["new_chat_member"][right] = True
    for right in ("can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users"):
        in_channel["my_chat_member"]["new_chat_member"][right] = True
    for right in ("can_post_stories", "can_edit_stories", "can_delete_stories"):
        in_channel["my_chat_member"]["new_chat_member"][right] = True
    assert exactly(read(in_channel)).chat == "group"


def test_blocked_back_and_removed() -> None:
    assert exactly(read(telegram.membership(JA, "kicked"))).chat == "gone"
    assert exactly(read(telegram.membership(JA, "member"))).chat == "back"
    assert exactly(read(telegram.membership(-100, "member", kind="group"))).chat == "group"
    assert read(telegram.membership(-100, "kicked", kind="group")) is None


def test_bots_and_kinds_that_nobody_asked_for_need_no_answer() -> None:
    raw = telegram.says(JA, "나는 기계")
    raw["message"]["from"]["is_bot"] = True
    assert read(raw) is None
    assert read(telegram.update(poll_answer={"poll_id": "1", "user": telegram.user(JA), "option_ids": [0]})) is None
    assert read(telegram.update(a_kind_of_next_year={"from": telegram.user(JA)})) is None


BROKEN: list[dict[str, Any]] = [
    {"message": {"message_id": 1, "date": "yesterday", "text": "?"}},
    {"message": "텍스트"},
    {"message": []},
    {"message": telegram.message(JA, text=17)},
    {"message": {**telegram.message(JA, text="가"), "chat": {"id": "많음", "type": "private"}}},
    {"message": {**telegram.message(JA, text="가"), "from": {**telegram.user(JA), "id": 2**70}}},
    {"message": {**telegram.message(JA, text="가"), "from": telegram.user(9)}},
    {"message": {**telegram.message(JA, text="가"), "message_id": None}},
    {"message": telegram.message(JA, contact={"user_id": JA})},
    {"message": telegram.message(JA, photo=[{"file_id": 1}])},
    {"callback_query": {"id": 5, "from": telegram.user(JA), "chat_instance": "1", "data": "v1:menu:show:"}},
    {"callback_query": {"id": "5", "from": telegram.user(JA), "chat_instance": "1", "data": ["v1"]}},
    {"callback_query": {"from": telegram.user(JA)}},
    {"my_chat_member": {"chat": {"id": JA, "type": "private"}}},
]


@pytest.mark.parametrize("body", BROKEN)
def test_broken_shapes_are_told(body: dict[str, Any]) -> None:
    raw = telegram.update(**body)
    assert arrival(raw) is not None
    with pytest.raises(UnreadableUpdateError):
        read(raw)


def test_an_empty_update_needs_no_answer() -> None:
    raw = telegram.update()
    found = arrival(raw)
    assert found is not None and (found.kind, found.chat_id) == ("empty", None)
    assert read(raw) is None


@pytest.mark.parametrize("raw", [None, 7, [], {}, {"update_id": "7"}, {"update_id": True}, {"update_id": 2**70}])
def test_without_a_number_nothing_can_be_stored(raw: Any) -> None:
    assert arrival(raw) is None


def test_what_a_database_refuses_is_taken_out() -> None:
    deep: Any = "끝"
    for _ in range(5000):
        deep = [deep]
    raw = {"update_id": 5, "message": {"text": "가\x00나\ud800", "deep": deep, "odd": float("nan"), "a\x00": 1}}
    found = arrival(raw)
    assert found is not None and found.raw["message"]["text"] == "가\ufffd나\ufffd"
    assert found.raw["message"]["odd"] is None and "a\ufffd" in found.raw["message"]
    assert "끝" not in str(found.raw["message"]["deep"])


@pytest.mark.parametrize("number", [0, 2**63, -(2**63), "5", None, True])
def test_a_chat_without_a_usable_number_is_nobodys(number: Any) -> None:
    body = telegram.message(JA, text="가")
    body["chat"]["id"] = number
    found = arrival(telegram.update(message=body))
    assert found is not None and found.chat_id is None


def test_a_known_kind_goes_ahead_of_what_stands_before_it() -> None:
    found = arrival({"new_field": {}, "update_id": 5, "message": telegram.message(JA, text="가")})
    assert found is not None and found.kind == "message" and found.chat_id == JA


def shapes() -> list[dict[str, Any]]:
    """One good update of every kind, to be broken."""
    made = [telegram.says(JA, "가나다"), telegram.edits(JA, "라"), telegram.taps(JA, "v1:menu:show:")]
    made += [telegram.membership(JA, "kicked"), telegram.in_group(-100, "가")]
    return made + [telegram.update(message=telegram.message(JA, **content)) for content, _ in MEDIA]


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where everything stands in a JSON document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, child in inside for path in paths(child, (*here, key)))]


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def broken_updates(draw: st.DrawFn) -> dict[str, Any]:
    """A good update with one to three of its parts replaced or taken away."""
    raw = copy.deepcopy(draw(st.sampled_from(shapes())))
    for _ in range(draw(st.integers(1, 3))):
        rest = [p for p in paths(raw) if p and p != ("update_id",)]
        if not rest:
            break
        where = draw(st.sampled_from(rest))
        holder: Any = raw
        for key in where[:-1]:
            holder = holder[key]
        if draw(st.booleans()):
            holder[where[-1]] = draw(JUNK)
        elif isinstance(holder, dict):
            del holder[where[-1]]
    return raw


def check_any(raw: Any) -> None:
    """The promise of this module."""
    found = arrival(raw)
    if found is None:
        return
    assert found.chat_id is None or 0 < abs(found.chat_id) < 2**62
    assert len(found.kind) <= 30
    try:
        incoming = read(found.raw)
    except UnreadableUpdateError:
        return
    if incoming is not None:
        assert type(incoming.chat_id) is int and type(incoming.user_id) is int and isinstance(incoming.text, str)
        assert incoming.chat in ("private", "group", "gone", "back")
        assert incoming.chat_id == found.chat_id, "an update is served in another chat than it was stored for"


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(broken_updates())
def test_any_break_of_a_good_update_is_harmless(raw: dict[str, Any]) -> None:
    check_any(raw)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*KNOWN, "poll", "x"]), JUNK, max_size=2), st.integers() | JUNK)
def test_any_json_is_harmless(body: dict[str, Any], number: Any) -> None:
    check_any({"update_id": number, **body})
