"""What several methods share: finding the chat, reading the text, writing a message."""

from bot.playground.entities import clean, find, sort, trim, utf16
from bot.playground.errors import Json, bad
from bot.playground.markup import parse_html
from bot.playground.params import Params
from bot.playground.replymarkup import check_markup
from bot.playground.state import Chat, Stored
from bot.playground.world import World

TEXT_MAX = 4096
CAPTION_MAX = 1024


def known_chat(world: World, params: Params, field: str = "chat_id") -> Chat:
    """The chat that the call names, whether or not the bot may write there."""
    value = params.text(field)
    if not value:
        raise bad(f"{field} is empty")
    chat = world.chats.get(params.number(field))
    if chat is None:
        raise bad("chat not found")
    return chat


def open_chat(world: World, params: Params) -> Chat:
    """The chat that the call names and that the bot may write to."""
    return world.open_chat(known_chat(world, params).id)


def read_text(params: Params, field: str = "text", entities: str = "entities") -> tuple[str, list[Json]]:
    """The text after entity parsing, cleaned and trimmed, with the entities that Telegram would show."""
    text = clean(params.text(field))
    mode = params.text("parse_mode").lower()
    if mode == "html":
        text, given = parse_html(text)
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        given = _given(params, entities, text)
    text, given = trim(text, given)
    return text, find(text, sort(given))


def _given(params: Params, field: str, text: str) -> list[Json]:
    entities = params.parsed(field, field) or []
    if not isinstance(entities, list):
        raise bad(f"can't parse {field} JSON object")
    end = utf16(text)
    for entity in entities:
        if not isinstance(entity, dict) or not {"type", "offset", "length"} <= entity.keys():
            raise bad('can\'t parse MessageEntity: Field "type", "offset" or "length" is missing')
        if entity["offset"] < 0 or entity["length"] < 0 or entity["offset"] + entity["length"] > end:
            raise bad("entity offset or length is out of the text")
    return entities


def message_text(params: Params) -> Json:
    """The text content of a message. Raises ApiError when it is empty or too long."""
    if not params.text("text"):
        raise bad("message text is empty")
    text, entities = read_text(params)
    if not text:
        raise bad("text must be non-empty")
    if len(text) > TEXT_MAX:
        raise bad("message is too long")
    return {"text": text, **({"entities": entities} if entities else {})}


def caption(params: Params) -> Json:
    """The caption content of a message; empty without one."""
    text, entities = read_text(params, "caption", "caption_entities")
    if len(text) > CAPTION_MAX:
        raise bad("message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": entities} if entities else {})}


def reply_to(chat: Chat, params: Params) -> Json:
    """The message that is replied to, if the call names one."""
    wanted = params.parsed("reply_parameters", "reply_parameters") or {}
    if not isinstance(wanted, dict):
        raise bad("object expected as reply parameters")
    message_id = wanted.get("message_id") or params.number("reply_to_message_id")
    if not message_id:
        return {}
    stored = chat.messages.get(int(message_id))
    if stored is None or stored.deleted:
        if wanted.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to_message": stored.public()}


def post(world: World, params: Params, content: Json) -> Stored:
    """Write as the bot: the checks of chat, topic, reply and keyboard, the flood limit, then the message."""
    chat = open_chat(world, params)
    if params.number("message_thread_id"):
        raise bad("message thread not found")
    reply = reply_to(chat, params)
    markup = check_markup(params.values.get("reply_markup"), private=chat.private)
    world.limits.spend(chat.id, group=not chat.private)
    protected: Json = {"has_protected_content": True} if params.flag("protect_content") else {}
    stored = world.store(chat, world.bot(), {**content, **reply, **protected}, by_bot=True)
    stored.show(markup)
    if markup and "inline_keyboard" not in markup:
        chat.keyboard = markup if "keyboard" in markup else None
    return stored
