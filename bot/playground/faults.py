"""Faults on order: the next calls of a method go wrong as they do in real life."""

from dataclasses import dataclass
from enum import Enum

ANY = "*"


class FaultKind(str, Enum):
    """What goes wrong."""

    TOO_MANY = "429"  # refused, with retry_after; nothing is delivered
    SERVER_ERROR = "500"  # Telegram's own trouble; nothing is delivered
    BAD_GATEWAY = "502"  # the same, further out
    TIMEOUT = "timeout"  # delivered, but the answer never comes
    RESET = "reset"  # the connection breaks before anything happens
    RESET_AFTER = "reset_after"  # delivered, then the connection breaks


@dataclass
class Fault:
    """One order: `times` calls of `method` (lower case, or any) to one chat, or to every chat."""

    method: str
    kind: FaultKind
    times: int
    retry_after: int
    chat_id: int | None


class Faults:
    """The orders that still stand, oldest first."""

    def __init__(self) -> None:
        self.orders: list[Fault] = []

    def add(
        self, method: str, kind: FaultKind | str, *, times: int = 1, retry_after: int = 3, chat_id: int | None = None
    ) -> None:
        """Let the next `times` calls of `method` ("*": of any method) fail. `retry_after` in seconds, for 429."""
        self.orders.append(Fault(method.lower(), FaultKind(kind), times, retry_after, chat_id))

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault for this call, if one is ordered; it is used up."""
        for fault in self.orders:
            if fault.method in (method.lower(), ANY) and fault.chat_id in (None, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.orders.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Everything works again."""
        self.orders.clear()
