"""Buttons to Telegram's markup and back. Callback data is written and read here and nowhere else.

Telegram allows 1 to 64 bytes; ours is `v1:flow:action:arg` in ASCII, with ids that catalog or database resolve.
"""

import re
from typing import Any

from bot.turn import Button, Keyboard, Message, Tap

VERSION = "v1"
MAX_DATA_BYTES = 64


class DataTooLongError(ValueError):
    """A button's code would not fit into Telegram's 64 bytes."""


def encode(tap: Tap) -> str:
    """The code of a tap. Raises DataTooLongError for one that Telegram would refuse."""
    data = f"{VERSION}:{tap.flow}:{tap.action}:{tap.arg}"
    if len(data.encode()) > MAX_DATA_BYTES or not data.isascii():
        raise DataTooLongError(data)
    return data


def decode(data: str) -> Tap | None:
    """The tap of a code; None for an unknown or older one."""
    parts = data.split(":", 3)
    if len(parts) != 4 or parts[0] != VERSION:
        return None
    return Tap(*parts[1:])


def number_in(arg: str) -> int:
    """The number that a button's argument names; 0 for none, or for one that no row can have."""
    return int(arg) if re.fullmatch("[0-9]{1,15}", arg) else 0


def markup(message: Message, exits: tuple[str, ...]) -> dict[str, Any] | None:
    """The reply markup of a message as Telegram's JSON: one button a row, or a keyboard in place of the letters."""
    if message.buttons:
        return {"inline_keyboard": [[inline(b)] for b in message.buttons]}
    if message.keyboard is Keyboard.EXITS:
        return {"keyboard": _rows(exits), "is_persistent": True, "resize_keyboard": True}
    return None


def inline(button: Button) -> dict[str, str]:
    """One inline button as Telegram's JSON."""
    return {"text": button.label, "callback_data": encode(button.tap)}


def _rows(exits: tuple[str, ...]) -> list[list[dict[str, str]]]:
    """The standing exits, two in a row, the last one over the whole width: large targets that leave room to read."""
    return [[{"text": e} for e in exits[i : i + 2]] for i in range(0, len(exits), 2)]
