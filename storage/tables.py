"""Every table, imported in one place, so that migrations and the erasing of a person miss none."""

from storage import cases, chats, conversation, dialogues, leases, notices, outbox, people, turns, updates
from storage.base import Base

__all__ = [
    "Base",
    "cases",
    "chats",
    "conversation",
    "dialogues",
    "leases",
    "metadata",
    "notices",
    "outbox",
    "people",
    "turns",
    "updates",
]

metadata = Base.metadata
