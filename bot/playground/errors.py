"""What the server answers when it refuses, in Telegram's own words and codes.

The texts are those of github.com/tdlib/telegram-bot-api and github.com/tdlib/td.
"""

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """A refusal of one call: HTTP status, description and, for 429 and moved groups, what to do about it."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> Json:
        """The JSON body of the refusal."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class WorldError(Exception):
    """Something that no person could do in Telegram's own app, such as tapping a button that was never there."""


def bad(text: str) -> ApiError:
    """400, with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """403, with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {text}")


def too_many(retry_after: int) -> ApiError:
    """429: call again after so many seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})


def moved(new_chat_id: int) -> ApiError:
    """400 for a group that became a supergroup and lives under another id."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, text, {"migrate_to_chat_id": new_chat_id})


def conflict(text: str) -> ApiError:
    """409: two readers of one bot's updates."""
    return ApiError(409, f"Conflict: {text}")
