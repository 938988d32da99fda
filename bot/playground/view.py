"""What the web page sees of the world."""

from bot.playground.errors import Json
from bot.playground.state import Chat, Stored
from bot.playground.world import World


def clock_view(world: World) -> Json:
    """Now, and how far it is shifted."""
    return {"now": world.clock.now().isoformat(), "shift_s": world.clock.shift.total_seconds()}


def state_view(world: World, webhook: Json) -> Json:
    """The bot, the clock, the people and the groups."""
    return {
        "bot": world.bot(),
        "clock": clock_view(world),
        "people": [_person(world, person_id) for person_id in world.people],
        "groups": [chat.brief() | {"bot_in": chat.bot_in} for chat in world.chats.values() if not chat.private],
        "waiting_updates": webhook["pending_update_count"],
        "webhook": webhook["url"],
    }


def _person(world: World, person_id: int) -> Json:
    person, chat = world.people[person_id], world.chats[person_id]
    about = {"name": person.name, "about": person.about, "story": person.story, "samples": list(person.samples)}
    return {"id": person_id, **about, "started": chat.started, "blocked": chat.blocked}


def chat_view(world: World, chat: Chat) -> Json:
    """One chat: its messages with what was understood of each, its reply keyboard."""
    understood: dict[int, list[Json]] = {}
    for record in world.understood:
        if record.get("chat_id") == chat.id:
            understood.setdefault(int(record.get("update_id") or 0), []).append(record)
    messages = [_message(one, understood) for one in chat.messages.values()]
    return {
        **chat.brief(),
        "started": chat.started,
        "blocked": chat.blocked,
        "bot_in": chat.bot_in,
        "keyboard": chat.keyboard,
        "messages": messages,
    }


def _message(stored: Stored, understood: dict[int, list[Json]]) -> Json:
    if stored.deleted:
        return {"message_id": stored.body["message_id"], "by_bot": stored.by_bot, "deleted": True}
    found = [
        {**record, **({"tapped": stored.tapped[update_id]} if update_id in stored.tapped else {})}
        for update_id in stored.update_ids
        for record in understood.get(update_id, [])
    ]
    return {**stored.public(), "by_bot": stored.by_bot, "understood": found}
