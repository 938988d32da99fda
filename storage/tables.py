"""Every table, imported in one place, so that migrations and the erasing of a person miss none."""

from storage import (
    appointments,
    cases,
    chats,
    conversation,
    dialogues,
    events,
    leases,
    notices,
    outbox,
    people,
    reminders,
    staff,
    turns,
    updates,
    waiting,
)
from storage.base import Base

__all__ = [
    "Base",
    "appointments",
    "cases",
    "chats",
    "conversation",
    "dialogues",
    "events",
    "leases",
    "metadata",
    "notices",
    "outbox",
    "people",
    "reminders",
    "staff",
    "turns",
    "updates",
    "waiting",
]

metadata = Base.metadata
