"""Keyboards under messages: the checks that Telegram makes.

After td/telegram/ReplyMarkup.cpp and core.telegram.org/bots/api#inlinekeyboardbutton.
"""

import json
from urllib.parse import urlsplit

from bot.playground.errors import ApiError, Json, bad

DATA_MAX_BYTES = 64
COPY_MAX = 256
BUTTONS_MAX = 100
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
PRIVATE_ONLY = {
    "request_contact": "phone number can be requested in private chats only",
    "request_location": "location can be requested in private chats only",
    "request_poll": "poll can be requested in private chats only",
}


def check_markup(raw: object, *, private: bool, inline_only: bool = False) -> Json | None:
    """The keyboard that `raw` (JSON text or an object) describes, or None.

    Raises ApiError 400 when Telegram would refuse it.
    """
    markup = _read(raw)
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = [[_inline(b) for b in _row(row, "inline keyboard")] for row in _rows(markup["inline_keyboard"])]
        if sum(map(len, rows)) > BUTTONS_MAX:
            raise bad("reply markup is too long")
        return {"inline_keyboard": [row for row in rows if row]} if any(rows) else None
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in markup:
        keys = [[_key(b, private) for b in _row(row, "keyboard")] for row in _rows(markup["keyboard"])]
        return {**markup, "keyboard": keys}
    return markup if markup.get("remove_keyboard") or markup.get("force_reply") else None


def _read(raw: object) -> Json | None:
    if isinstance(raw, str) and raw.strip():
        try:
            raw = json.loads(raw)
        except ValueError:
            raise bad("can't parse reply keyboard markup JSON object") from None
    if not raw:
        return None
    if not isinstance(raw, dict):
        raise bad("object expected as reply markup")
    return raw


def _rows(rows: object) -> list[object]:
    if not isinstance(rows, list):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    return rows


def _row(row: object, what: str) -> list[object]:
    if not isinstance(row, list):
        raise bad(f"can't parse {what} button: expected an Array of buttons")
    return row


def _inline(button: object) -> Json:
    if not isinstance(button, dict):
        raise _unparsed("Expected an Object")
    if not isinstance(button.get("text"), str):
        raise _unparsed('Can\'t find field "text"')
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    if not any(action in button for action in ACTIONS):
        raise _unparsed("Text buttons are unallowed in the inline keyboard")
    _check_action(button)
    return button


def _check_action(button: Json) -> None:
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= DATA_MAX_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    elif "url" in button:
        _check_url(str(button["url"]))
    elif "copy_text" in button:
        copied = button["copy_text"]
        if not isinstance(copied, dict) or not 1 <= len(str(copied.get("text", ""))) <= COPY_MAX:
            raise bad("BUTTON_COPY_TEXT_INVALID")


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "://" in url or ":" in url else f"http://{url}")
    except ValueError:
        raise _bad_url(url, "Wrong HTTP URL") from None
    if parts.scheme not in ("http", "https", "tg", "ton"):
        raise _bad_url(url, "Unsupported URL protocol")
    if parts.scheme != "tg" and "." not in (parts.hostname or ""):
        raise _bad_url(url, "Wrong HTTP URL")


def _bad_url(url: str, why: str) -> ApiError:
    return bad(f"inline keyboard button URL '{url}' is invalid: {why}")


def _key(button: object, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not button["text"].strip():
        raise bad("keyboard button text must be non-empty")
    if not private:
        for field, why in PRIVATE_ONLY.items():
            if button.get(field):
                raise bad(why)
    return button


def _unparsed(why: str) -> ApiError:
    return bad(f"can't parse inline keyboard button: {why}")
