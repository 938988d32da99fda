"""Methods that write something new into a chat."""

import copy

from bot.playground.errors import Json, bad
from bot.playground.files import Kept, shape
from bot.playground.methods.common import caption, known_chat, message_text, open_chat, post
from bot.playground.params import Params
from bot.playground.world import World

ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "record_audio",
    "upload_audio",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
# What a copy does not take along.
OF_THE_ORIGINAL = frozenset(
    {"message_id", "from", "chat", "date", "edit_date", "reply_to_message", "has_protected_content"}
)
SERVICE = frozenset({"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id"})


def send_message(world: World, params: Params) -> object:
    content = message_text(params)
    return post(world, params, content).public()


def send_document(world: World, params: Params) -> object:
    return _send_file(world, params, "document")


def send_voice(world: World, params: Params) -> object:
    return _send_file(world, params, "voice")


def send_photo(world: World, params: Params) -> object:
    return _send_file(world, params, "photo")


def _send_file(world: World, params: Params, kind: str) -> object:
    words = caption(params)
    open_chat(world, params)
    kept = _file(world, params, kind)
    return post(world, params, {kind: shape(kind, kept), **words}).public()


def _file(world: World, params: Params, kind: str) -> Kept:
    if upload := params.upload(kind):
        return world.files.keep(kind, upload)
    value = params.text(kind)
    if not value:
        raise bad(f"there is no {kind} in the request")
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    return world.files.get(value)


def send_chat_action(world: World, params: Params) -> object:
    chat = open_chat(world, params)
    if params.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.feed.tell("action", chat.id, action=params.text("action"))
    return True


def copy_message(world: World, params: Params) -> object:
    """A copy without "forwarded from"; a new caption replaces the old one."""
    source = known_chat(world, params, "from_chat_id")
    original = source.messages.get(params.number("message_id"))
    if original is None or original.deleted:
        raise bad("message to copy not found")
    if SERVICE & original.body.keys() or original.body.get("has_protected_content"):
        raise bad("message can't be copied")
    content: Json = {k: copy.deepcopy(v) for k, v in original.body.items() if k not in OF_THE_ORIGINAL}
    if "text" not in content and "caption" in params.values:
        content = {k: v for k, v in content.items() if k not in ("caption", "caption_entities")} | caption(params)
    return {"message_id": post(world, params, content).body["message_id"]}


METHODS = {
    "sendMessage": send_message,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "sendPhoto": send_photo,
    "sendChatAction": send_chat_action,
    "copyMessage": copy_message,
}
