"""One person's chat with the bot, in words of intent: says, taps, hears. Updates go in as Telegram sends them; what
would be sent is read from the outbox, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot import receive
from bot.incoming import arrival
from bot.services import Services
from storage import chats, dialogues, people
from storage.outbox import QUEUED, SENT, Outgoing
from tests.support import telegram
from tests.support.clocks import StillClock


@dataclass
class Heard:
    """One message of the bot: its text as Telegram gets it, its buttons by label, and the raw call."""

    text: str
    buttons: dict[str, str] = field(default_factory=dict)
    method: str = "send_message"


@dataclass
class Chat:
    """A private chat."""

    services: Services
    clock: StillClock
    number: int = 501
    heard: list[Heard] = field(default_factory=list)
    ever: list[Heard] = field(default_factory=list)

    async def says(self, *texts: str) -> list[Heard]:
        """One message, or several right after each other."""
        for text in texts:
            await self.sends(telegram.says(self.number, text))
            self.clock.move(seconds=0.5)
        return await self.listens()

    async def taps(self, label: str, times: int = 1) -> list[Heard]:
        """The button with this label, among all that the chat shows (newest first)."""
        code = next((h.buttons[label] for h in reversed(self.ever) if label in h.buttons), None)
        assert code is not None, f"no button {label}; there are {[list(h.buttons) for h in self.ever[-3:]]}"
        for _ in range(times):
            await self.sends(telegram.taps(self.number, code, label=label))
            self.clock.move(seconds=0.3)
        return await self.listens()

    async def sends(self, raw: dict[str, Any]) -> None:
        """Any update."""
        found = arrival(raw)
        assert found is not None
        await receive.store(self.services, [found])

    async def listens(self) -> list[Heard]:
        """Everything that the bot says to what came in."""
        self.clock.move(seconds=3)
        self.heard = []
        for _ in range(30):
            async with self.services.database.transaction() as session:
                leases = await chats.claim(session, "test", self.clock.now(), timedelta(seconds=30), 5)
            if not leases:
                break
            for lease in leases:
                await receive.serve(self.services, lease)
        await self._read_outbox()
        self.ever += self.heard
        return self.heard

    async def _read_outbox(self) -> None:
        query = select(Outgoing).where(Outgoing.chat_id == self.number, Outgoing.status == QUEUED).order_by(Outgoing.id)
        async with self.services.database.transaction() as session:
            for row in (await session.scalars(query)).all():
                payload = row.payload or {}
                if row.method in ("send_message", "send_document"):
                    rows: Sequence[Any] = payload.get("reply_markup", {}).get("inline_keyboard", ())
                    buttons = {b["text"]: b["callback_data"] for line in rows for b in line}
                    self.heard.append(Heard(payload.get("text") or payload.get("content", ""), buttons, row.method))
                row.status, row.payload = SENT, None
                if row.forget:
                    await session.delete(row)

    async def state(self) -> dict[str, Any]:
        """The stored state of the dialogue."""
        async with self.services.database.transaction() as session:
            person = await people.by_chat(session, self.number)
            return await dialogues.load(session, person.id) if person else {}

    @property
    def text(self) -> str:
        """Everything heard last, as one text."""
        return "\n".join(h.text for h in self.heard)
