"""Every method, called by the real python-telegram-bot over HTTP."""

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.playground.server import Running
from bot.playground.world import World

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
YES = InlineKeyboardMarkup([[InlineKeyboardButton("네", callback_data="v1:t:yes")]])


async def test_get_me(bot: Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot
    assert me.username == "ieum_playground_bot"


async def test_send_message_answers_as_telegram_does(bot: Bot, ja: int) -> None:
    sent = await bot.send_message(ja, " <b>안녕</b>하세요 😀 <i>이음</i> ", parse_mode="HTML", reply_markup=YES)
    assert sent.text == "안녕하세요 😀 이음"
    assert [(e.type, e.offset, e.length) for e in sent.entities] == [("bold", 0, 2), ("italic", 9, 2)]
    assert sent.parse_entity(sent.entities[1]) == "이음"
    assert sent.reply_markup == YES
    assert sent.from_user is not None
    assert sent.from_user.is_bot
    assert sent.chat.id == ja


async def test_message_ids_grow_by_chat(bot: Bot, world: World, ja: int) -> None:
    first = await bot.send_message(ja, "하나")
    world.says(900, "안녕")
    other = await bot.send_message(900, "둘")
    second = await bot.send_message(ja, "셋")
    assert second.message_id == first.message_id + 1
    assert other.message_id == 2


async def test_text_of_exactly_4096_characters_passes(bot: Bot, ja: int) -> None:
    sent = await bot.send_message(ja, f"<b>{'가' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


async def test_reply_and_protection(bot: Bot, world: World, ja: int) -> None:
    asked = world.says(ja, "물어볼게요")
    sent = await bot.send_message(ja, "네", reply_parameters=ReplyParameters(asked), protect_content=True)
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked
    assert sent.has_protected_content
    gone = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await bot.send_message(ja, "네", reply_parameters=gone)).reply_to_message is None


async def test_reply_keyboard_belongs_to_the_chat(bot: Bot, world: World, ja: int) -> None:
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("전화번호 보내기", request_contact=True)]], one_time_keyboard=True)
    sent = await bot.send_message(ja, "번호를 알려 주세요", reply_markup=keyboard)
    assert sent.reply_markup is None
    shown = world.chats[ja].keyboard
    assert shown is not None
    assert shown["keyboard"][0][0]["request_contact"] is True
    world.shares_contact(ja)
    assert world.chats[ja].keyboard is None
    await bot.send_message(ja, "또", reply_markup=keyboard)
    await bot.send_message(ja, "치울게요", reply_markup=ReplyKeyboardRemove())
    assert world.chats[ja].keyboard is None


async def test_edit_text_and_keyboard(bot: Bot, world: World, ja: int) -> None:
    sent = await bot.send_message(ja, "고르세요", reply_markup=YES)
    edited = await bot.edit_message_text("고르신 것: <b>네</b>", ja, sent.message_id, parse_mode="HTML")
    assert not isinstance(edited, bool)
    assert edited.text == "고르신 것: 네"
    assert edited.reply_markup is None
    assert edited.edit_date is not None
    again = await bot.edit_message_reply_markup(ja, sent.message_id, reply_markup=YES)
    assert not isinstance(again, bool)
    assert again.reply_markup == YES
    assert world.messages(ja)[-1]["text"] == "고르신 것: 네"


async def test_delete(bot: Bot, world: World, ja: int) -> None:
    sent = await bot.send_message(ja, "지울 말")
    asked = world.says(ja, "내 말")
    assert await bot.delete_message(ja, sent.message_id)
    assert await bot.delete_message(ja, asked)
    assert [m["text"] for m in world.messages(ja)] == ["/start"]


async def test_answer_a_tap(bot: Bot, world: World, ja: int) -> None:
    sent = await bot.send_message(ja, "고르세요", reply_markup=YES)
    query_id = world.taps(ja, sent.message_id, "v1:t:yes")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (query_id, "v1:t:yes", ja)
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    assert await query.answer("골랐어요", show_alert=True)
    assert world.queries[query_id].answer == {"text": "골랐어요", "show_alert": True}


async def test_a_tap_on_a_deleted_message_comes_without_its_content(bot: Bot, world: World, ja: int) -> None:
    sent = await bot.send_message(ja, "고르세요", reply_markup=YES)
    await bot.delete_message(ja, sent.message_id)
    world.taps(ja, sent.message_id, "v1:t:yes")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_chat_action(bot: Bot, ja: int) -> None:
    assert await bot.send_chat_action(ja, "typing")


async def test_documents_voices_and_photos_can_be_fetched_again(bot: Bot, ja: int) -> None:
    sent = await bot.send_document(
        ja, b"BEGIN:VCALENDAR", filename="interview.ics", caption="<b>면접</b>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type) == ("interview.ics", "text/calendar")
    assert (sent.caption, sent.caption_entities[0].type) == ("면접", "bold")
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"BEGIN:VCALENDAR"
    voice = await bot.send_voice(ja, b"OggS....", caption="읽어 드려요")
    assert voice.voice is not None
    photo = await bot.send_photo(ja, PNG)
    assert len(photo.photo) == 2
    again = await bot.send_photo(ja, photo.photo[-1].file_id)
    assert bytes(await (await again.photo[-1].get_file()).download_as_bytearray()) == PNG


async def test_what_people_send_can_be_fetched(bot: Bot, world: World, ja: int) -> None:
    world.sends_voice(ja, b"OggS-voice")
    world.sends_photo(ja, PNG, caption="이력서예요")
    world.sends_document(ja, b"%PDF", name="이력서.pdf")
    world.sends_sticker(ja, "👍")
    voice, photo, document, sticker = [u.message for u in await bot.get_updates()]
    assert voice and photo and document and sticker
    assert voice.voice and document.document and sticker.sticker
    assert bytes(await (await voice.voice.get_file()).download_as_bytearray()) == b"OggS-voice"
    assert photo.caption == "이력서예요"
    assert document.document.file_name == "이력서.pdf"
    assert sticker.sticker.emoji == "👍"


async def test_copy(bot: Bot, world: World, ja: int) -> None:
    asked = world.says(ja, "상담원에게 전해 주세요")
    world.says(901, "저는 상담원이에요")
    copied = await bot.copy_message(901, ja, asked)
    (message,) = world.said_by_bot(901)
    assert message["message_id"] == copied.message_id
    assert message["text"] == "상담원에게 전해 주세요"
    assert "forward_origin" not in message
    photo = world.sends_photo(ja, PNG, caption="처음 설명")
    await bot.copy_message(901, ja, photo, caption="새 설명")
    assert world.said_by_bot(901)[-1]["caption"] == "새 설명"


async def test_commands_by_scope(bot: Bot, ja: int) -> None:
    own, desk = [BotCommand("start", "처음으로")], [BotCommand("desk", "상담 창구")]
    assert await bot.set_my_commands(own, language_code="ko")
    assert await bot.set_my_commands(desk, scope=BotCommandScopeChat(ja))
    assert await bot.get_my_commands(language_code="ko") == tuple(own)
    assert await bot.get_my_commands(scope=BotCommandScopeChat(ja)) == tuple(desk)
    assert await bot.delete_my_commands(scope=BotCommandScopeChat(ja))
    assert await bot.get_my_commands(scope=BotCommandScopeChat(ja)) == ()


async def test_descriptions(bot: Bot) -> None:
    assert await bot.set_my_description("일자리 상담을 도와요", language_code="ko")
    assert await bot.set_my_short_description("일자리 상담")
    assert (await bot.get_my_description("ko")).description == "일자리 상담을 도와요"
    assert (await bot.get_my_short_description()).short_description == "일자리 상담"


async def test_get_chat_and_leave_a_group(bot: Bot, world: World, ja: int) -> None:
    assert (await bot.get_chat(ja)).first_name == "김○자"
    group = world.adds_to_group("동네 모임", by=ja)
    assert (await bot.get_chat(group)).title == "동네 모임"
    joined, said = await bot.get_updates()
    assert joined.my_chat_member is not None
    assert joined.my_chat_member.new_chat_member.status == "member"
    assert said.message is not None
    assert said.message.new_chat_members[0].is_bot
    assert await bot.leave_chat(group)
    assert not world.chats[group].bot_in


@pytest.mark.parametrize("shape", ["query", "form", "multipart", "json"])
async def test_every_way_to_pass_parameters(http: httpx.AsyncClient, method: str, ja: int, shape: str) -> None:
    values = {"chat_id": str(ja), "text": "안녕 & 반가워요"}
    answer = {
        "query": lambda: http.get(method + "sendMessage", params=values),
        "form": lambda: http.post(method + "SENDMESSAGE", data=values),
        "multipart": lambda: http.post(method + "sendMessage", data=values, files={"x": ("x.txt", b"x")}),
        "json": lambda: http.post(method + "sendMessage", json={"chat_id": ja, "text": values["text"]}),
    }[shape]
    body = (await answer()).json()
    assert body["ok"] is True
    assert body["result"]["text"] == "안녕 & 반가워요"


async def test_calls_are_kept_with_their_answers(bot: Bot, world: World, ja: int) -> None:
    await bot.send_message(ja, "안녕")
    await bot.send_document(ja, b"x", filename="a.txt")
    first, second = world.called("sendMessage") + world.called("senddocument")
    assert first.params == {"chat_id": str(ja), "text": "안녕"}
    assert first.answer is not None
    assert first.answer["result"]["text"] == "안녕"
    assert second.params["document"] == "<a.txt>"


async def test_running_gives_python_telegram_bot_what_it_needs(playground: Running) -> None:
    assert playground.base_url.startswith("http://127.0.0.1:")
    assert playground.base_url.endswith("/bot")
    assert playground.file_url.endswith("/file/bot")
