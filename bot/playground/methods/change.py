"""Methods that change or answer what is already there."""

from datetime import timedelta

from bot.playground.errors import Json, bad
from bot.playground.methods.common import known_chat, message_text, open_chat
from bot.playground.params import Params
from bot.playground.replymarkup import check_markup
from bot.playground.state import Chat, Stored
from bot.playground.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
DELETE_WITHIN = timedelta(hours=48)
ANSWER_MAX = 200


def edit_message_text(world: World, params: Params) -> object:
    content = message_text(params)
    chat, stored = _editable(world, params)
    if "text" not in stored.body:
        raise bad("there is no text in the message to edit")
    markup = check_markup(params.values.get("reply_markup"), private=chat.private, inline_only=True)
    same = all(stored.body.get(key) == content.get(key) for key in ("text", "entities"))
    return _edit(world, chat, stored, {} if same else content, markup)


def edit_message_reply_markup(world: World, params: Params) -> object:
    chat, stored = _editable(world, params)
    markup = check_markup(params.values.get("reply_markup"), private=chat.private, inline_only=True)
    return _edit(world, chat, stored, {}, markup)


def _editable(world: World, params: Params) -> tuple[Chat, Stored]:
    chat = open_chat(world, params)
    message_id = params.number("message_id")
    if not message_id:
        raise bad("message identifier is not specified")
    stored = chat.messages.get(message_id)
    if stored is None or stored.deleted:
        raise bad("message to edit not found")
    # "It is currently only possible to edit messages without reply_markup or with inline keyboards":
    # core.telegram.org/bots/api
    if not stored.by_bot or (stored.markup and "inline_keyboard" not in stored.markup):
        raise bad("message can't be edited")
    return chat, stored


def _edit(world: World, chat: Chat, stored: Stored, content: Json, markup: Json | None) -> Json:
    """An edit without a keyboard takes the keyboard away, as in Telegram."""
    if not content and markup == stored.markup:
        raise bad(NOT_MODIFIED)
    world.limits.spend(chat.id, group=not chat.private)
    if content:
        stored.body.pop("entities", None)
        stored.body.update(content)
    stored.body["edit_date"] = world.stamp()
    stored.show(markup)
    world.feed.tell("edited", chat.id, message_id=stored.body["message_id"])
    return stored.public()


def delete_message(world: World, params: Params) -> object:
    """A bot deletes messages of a private chat, both sides', within 48 hours; of a group only its own."""
    chat = open_chat(world, params)
    stored = chat.messages.get(params.number("message_id"))
    if stored is None or stored.deleted:
        raise bad("message to delete not found")
    if world.clock.now() - stored.sent_at > DELETE_WITHIN:
        raise bad("message can't be deleted for everyone")
    if not chat.private and not stored.by_bot:
        raise bad("message can't be deleted")
    stored.deleted = True
    world.feed.tell("deleted", chat.id, message_id=stored.body["message_id"])
    return True


def answer_callback_query(world: World, params: Params) -> object:
    """Once, and within the query's life (Telegram does not publish how long that is)."""
    query = world.queries.get(params.text("callback_query_id"))
    late = query and (world.clock.now() - query.at).total_seconds() > world.query_life_s
    if query is None or late or query.answer is not None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > ANSWER_MAX:
        raise bad("MESSAGE_TOO_LONG")
    query.answer = {"text": text, "show_alert": params.flag("show_alert")}
    world.feed.tell("answer", query.chat_id, query_id=query.id, **query.answer)
    return True


def leave_chat(world: World, params: Params) -> object:
    chat = known_chat(world, params)
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    world.leaves(world.open_chat(chat.id))
    return True


METHODS = {
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
    "leaveChat": leave_chat,
}
