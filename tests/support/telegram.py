"""Updates as Telegram sends them, as plain JSON. Invented people only."""

import itertools
from typing import Any

_numbers = itertools.count(1)


def update(**body: Any) -> dict[str, Any]:
    return {"update_id": next(_numbers), **body}


def user(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "김○자", "language_code": "ko"}


def message(chat: int, **content: Any) -> dict[str, Any]:
    return {
        "message_id": next(_numbers),
        "date": 1_795_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "김○자"},
        "from": user(chat),
        **content,
    }


def says(chat: int, text: str) -> dict[str, Any]:
    return update(message=message(chat, text=text))


def edits(chat: int, text: str) -> dict[str, Any]:
    return update(edited_message=message(chat, text=text, edit_date=1_795_000_001))


def taps(chat: int, data: str, *, label: str = "단추", shown: str = "물음", message_id: int = 7) -> dict[str, Any]:
    under = {
        "message_id": message_id,
        "date": 1_795_000_000,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": 1, "is_bot": True, "first_name": "이음"},
        "text": shown,
        "reply_markup": {"inline_keyboard": [[{"text": label, "callback_data": data}]]},
    }
    query = {"id": str(next(_numbers)), "from": user(chat), "chat_instance": "1", "message": under, "data": data}
    return update(callback_query=query)


def membership(chat: int, status: str, *, kind: str = "private") -> dict[str, Any]:
    member = {"user": {"id": 1, "is_bot": True, "first_name": "이음"}, "status": status}
    if status == "kicked":
        member["until_date"] = 0
    change = {
        "chat": {"id": chat, "type": kind, "title": "모임"},
        "from": user(abs(chat)),
        "date": 1_795_000_000,
        "old_chat_member": {"user": member["user"], "status": "member"},
        "new_chat_member": member,
    }
    return update(my_chat_member=change)


def in_group(chat: int, text: str) -> dict[str, Any]:
    body = message(5, text=text)
    body["chat"] = {"id": chat, "type": "supergroup", "title": "모임"}
    return update(message=body)
