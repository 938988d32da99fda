"""Who makes the words of messages that are due, by what they are about."""

from bot import booking_messages
from bot.event_notices import EventNotices
from bot.services import Services
from counsel.reminders import Renderer


def renderers(services: Services) -> dict[str, Renderer]:
    """Every renderer, by the subject of its reminders."""
    return {
        "appointment": booking_messages.appointment_renderer(services.words, services.house.operator),
        "waiting": booking_messages.waiting_renderer(services.words),
        "event": EventNotices(services.words, services.catalog, services.house),
    }
