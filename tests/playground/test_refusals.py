"""Refusals in Telegram's own words, as python-telegram-bot understands them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.playground.server import Running
from bot.playground.world import World

YES = InlineKeyboardMarkup([[InlineKeyboardButton("네", callback_data="v1:t:yes")]])
NOBODY = 424242


async def _wrong(call: Awaitable[object]) -> TelegramError:
    with pytest.raises(TelegramError) as refusal:
        await call
    return refusal.value


CALLS: list[tuple[Callable[[Bot, int], Awaitable[object]], str]] = [
    (lambda bot, ja: bot.send_message(ja, ""), "Message text is empty"),
    (lambda bot, ja: bot.send_message(ja, " \n "), "Text must be non-empty"),
    (lambda bot, ja: bot.send_message(ja, "<b></b>", parse_mode="HTML"), "Text must be non-empty"),
    (lambda bot, ja: bot.send_message(ja, "가" * 4097), "Message is too long"),
    (lambda bot, ja: bot.send_message(ja, "&lt;" * 4097, parse_mode="HTML"), "Message is too long"),
    (lambda bot, ja: bot.send_message(ja, "x", parse_mode="Wiki"), "Unsupported parse_mode"),
    (
        lambda bot, ja: bot.send_message(ja, "1 < 2", parse_mode="HTML"),
        'Can\'t parse entities: unsupported start tag "" at byte offset 2',
    ),
    (lambda bot, ja: bot.send_message(NOBODY, "x"), "Chat not found"),
    (lambda bot, ja: bot.send_message("", "x"), "Chat_id is empty"),
    (lambda bot, ja: bot.send_message(ja, "x", message_thread_id=5), "Message thread not found"),
    (
        lambda bot, ja: bot.send_message(ja, "x", reply_parameters=ReplyParameters(999)),
        "Message to be replied not found",
    ),
    (lambda bot, ja: bot.edit_message_text("x", ja, 999), "Message to edit not found"),
    (lambda bot, ja: bot.edit_message_text("x", ja, 1), "Message can't be edited"),
    (lambda bot, ja: bot.delete_message(ja, 999), "Message to delete not found"),
    (lambda bot, ja: bot.copy_message(ja, ja, 999), "Message to copy not found"),
    (
        lambda bot, ja: bot.answer_callback_query("1"),
        "Query is too old and response timeout expired or query id is invalid",
    ),
    (lambda bot, ja: bot.send_chat_action(ja, "dancing"), "Wrong parameter action in request"),
    (lambda bot, ja: bot.send_document(ja, b""), "File must be non-empty"),
    (lambda bot, ja: bot.send_document(ja, "http://example.org/x.pdf"), "Failed to get http url content"),
    (lambda bot, ja: bot.send_document(ja, "no-such-file"), "Wrong file identifier/http url specified"),
    (lambda bot, ja: bot.send_photo(ja, b"not a picture"), "Image_process_failed"),
    (lambda bot, ja: bot.send_photo(ja, b"\xff\xd8\xff", caption="가" * 1025), "Message caption is too long"),
    (lambda bot, ja: bot.get_file("no-such-file"), "Invalid file_id"),
    (lambda bot, ja: bot.leave_chat(ja), "Chat member status can't be changed in private chats"),
    (lambda bot, ja: bot.set_my_commands([BotCommand("Start", "x")]), "Bot_command_invalid"),
    (lambda bot, ja: bot.set_my_short_description("가" * 121), "Short description is too long"),
]


@pytest.mark.parametrize(("call", "text"), CALLS, ids=[text for _, text in CALLS])
async def test_bad_requests(
    bot: Bot, world: World, ja: int, call: Callable[[Bot, int], Awaitable[object]], text: str
) -> None:
    before = world.messages(ja)
    error = await _wrong(call(bot, ja))
    assert isinstance(error, BadRequest)
    assert error.message.lower() == text.lower()
    assert world.messages(ja) == before


async def test_button_data_counts_bytes(http: httpx.AsyncClient, method: str, ja: int) -> None:
    keyboard = {"inline_keyboard": [[{"text": "네", "callback_data": "가" * 22}]]}
    answer = await http.post(method + "sendMessage", json={"chat_id": ja, "text": "x", "reply_markup": keyboard})
    assert answer.status_code == 400
    assert answer.json() == {"ok": False, "error_code": 400, "description": "Bad Request: BUTTON_DATA_INVALID"}


async def test_an_edit_must_change_something(bot: Bot, ja: int) -> None:
    sent = await bot.send_message(ja, "<b>같은</b> 말", parse_mode="HTML", reply_markup=YES)
    error = await _wrong(
        bot.edit_message_text("<b>같은</b> 말", ja, sent.message_id, parse_mode="HTML", reply_markup=YES)
    )
    assert error.message.startswith(
        "Message is not modified: specified new message content and reply markup are exactly"
    )
    await bot.edit_message_text("같은 말", ja, sent.message_id, reply_markup=YES)
    await bot.edit_message_reply_markup(ja, sent.message_id)
    error = await _wrong(bot.edit_message_reply_markup(ja, sent.message_id))
    assert error.message.startswith("Message is not modified")


async def test_what_cannot_be_edited(bot: Bot, ja: int) -> None:
    keys = ReplyKeyboardMarkup([["처음으로"]])
    with_keys = await bot.send_message(ja, "x", reply_markup=keys)
    assert (await _wrong(bot.edit_message_text("y", ja, with_keys.message_id))).message == "Message can't be edited"
    photo = await bot.send_photo(ja, b"\xff\xd8\xff")
    error = await _wrong(bot.edit_message_text("y", ja, photo.message_id))
    assert error.message == "There is no text in the message to edit"


async def test_edits_take_inline_keyboards_only(http: httpx.AsyncClient, method: str, bot: Bot, ja: int) -> None:
    sent = await bot.send_message(ja, "x", reply_markup=YES)
    values = {"chat_id": ja, "message_id": sent.message_id, "text": "y", "reply_markup": {"keyboard": [["a"]]}}
    answer = await http.post(method + "editMessageText", json=values)
    assert answer.json()["description"] == "Bad Request: inline keyboard expected"


async def test_a_message_is_deleted_within_two_days(bot: Bot, world: World, ja: int) -> None:
    sent = await bot.send_message(ja, "x")
    world.clock.move(timedelta(hours=49))
    assert (await _wrong(bot.delete_message(ja, sent.message_id))).message == "Message can't be deleted for everyone"


async def test_protected_messages_are_not_copied(bot: Bot, ja: int) -> None:
    sent = await bot.send_message(ja, "x", protect_content=True)
    assert (await _wrong(bot.copy_message(ja, ja, sent.message_id))).message == "Message can't be copied"


async def test_a_tap_is_answered_once_and_soon(bot: Bot, world: World, ja: int) -> None:
    sent = await bot.send_message(ja, "x", reply_markup=YES)
    first, second = (world.taps(ja, sent.message_id, "v1:t:yes") for _ in range(2))
    assert first != second
    assert await bot.answer_callback_query(first)
    assert (await _wrong(bot.answer_callback_query(first))).message.startswith("Query is too old")
    world.clock.move(timedelta(seconds=16))
    assert (await _wrong(bot.answer_callback_query(second))).message.startswith("Query is too old")


async def test_the_answer_to_a_tap_is_short(
    http: httpx.AsyncClient, method: str, bot: Bot, world: World, ja: int
) -> None:
    sent = await bot.send_message(ja, "x", reply_markup=YES)
    values = {"callback_query_id": world.taps(ja, sent.message_id, "v1:t:yes"), "text": "가" * 201}
    answer = await http.post(method + "answerCallbackQuery", json=values)
    assert answer.json()["description"] == "Bad Request: MESSAGE_TOO_LONG"


async def test_people_who_block_or_never_wrote(bot: Bot, world: World, ja: int) -> None:
    world.blocks(ja)
    for call in (bot.send_message(ja, "x"), bot.send_chat_action(ja, "typing"), bot.copy_message(ja, ja, 1)):
        error = await _wrong(call)
        assert isinstance(error, Forbidden)
        assert error.message == "Forbidden: bot was blocked by the user"
    world.unblocks(ja)
    assert await bot.send_message(ja, "x")
    error = await _wrong(bot.send_message(430002, "x"))
    assert error.message == "Forbidden: bot can't initiate conversation with a user"


async def test_a_group_that_moved_or_was_left(bot: Bot, world: World, ja: int) -> None:
    group = world.adds_to_group(by=ja)
    new = world.migrates(group)
    error = await _wrong(bot.send_message(group, "x"))
    assert isinstance(error, ChatMigrated)
    assert error.new_chat_id == new
    assert await bot.send_message(new, "x")
    await bot.leave_chat(new)
    assert (await _wrong(bot.send_message(new, "x"))).message == "Forbidden: bot is not a member of the supergroup chat"


async def test_wrong_token_and_unknown_method(
    playground: Running, bot: Bot, http: httpx.AsyncClient, method: str
) -> None:
    stranger = Bot("1:wrong", base_url=playground.base_url)
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()
    answer = await http.get("/bot1:wrong/getMe")
    assert answer.status_code == 401
    assert answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert (await http.get("/botnonsense/getMe")).status_code == 404
    answer = await http.get(method + "flyToTheMoon")
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
    assert (await http.get("/file/bot1:wrong/photos/file_0.png")).status_code == 401
    assert (await http.get(f"/file{method}photos/none.png")).status_code == 404


async def test_parameters_that_cannot_be_read(http: httpx.AsyncClient, method: str, ja: int) -> None:
    answer = await http.post(method + "sendMessage", content=b"{", headers={"content-type": "application/json"})
    assert answer.json()["description"] == "Bad Request: can't parse JSON object"
    answer = await http.post(method + "sendMessage", data={"chat_id": ja, "text": "x", "reply_markup": "{"})
    assert answer.json()["description"] == "Bad Request: can't parse reply keyboard markup JSON object"
    answer = await http.post(method + "setMyCommands", data={"commands": "{"})
    assert answer.json()["description"] == "Bad Request: can't parse commands JSON object"


async def test_files_over_20_mb_are_not_downloaded(bot: Bot, world: World, ja: int) -> None:
    world.sends_document(ja, b"0" * (20 * 1024 * 1024 + 1))
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    assert (await _wrong(bot.get_file(update.message.document))).message == "File is too big"
