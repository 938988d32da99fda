"""The sender: claims outbox rows, keeps Telegram's pace, and sorts what comes back into sent, later and gone."""

import asyncio
import io
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot, InlineKeyboardMarkup, Message, ReplyKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot import render
from bot.clock import Clock
from counsel.reminders import is_quiet
from storage import chats, outbox, people
from storage.chats import OVERALL, Pace
from storage.database import Database
from storage.outbox import Outgoing

log = logging.getLogger(__name__)

LONGEST_CALL_S = 30.0
"""Seconds after which a call is given up: it may have arrived."""
MARKING_S = (0.2, 1.0, 3.0, 10.0)
"""Waits between tries to note what came of a call while the database is away."""
CLAIM = timedelta(seconds=60)
"""How long a claimed row belongs to its sender; longer than the longest call and its noting take."""
OVERALL_PACE = Pace(25, 5)
"""Telegram lets a bot send about 30 messages a second over all chats; no second of ours holds more."""
CHAT_PACE = Pace(1, 3)
"""About one message a second to one chat, short bursts pass; edits count as messages do."""
GAP_S = 0.05
"""A message is sent when the one before it is sent and noted, or so many seconds after that began. Whatever is on its
way when the process dies is sent again, so little is under way at once; and where Telegram is far, it still flows."""
IDLE_S = 0.4
"""How often the outbox is looked at for what other processes put into it, in seconds."""
COUNTED = ("send_message", "send_document", "edit_message_text", "edit_message_reply_markup", "leave_chat")
MAX_ATTEMPTS = 10
HARMLESS = ("message is not modified", "query is too old", "message to edit not found", "message can't be edited")
"""Refusals that leave nothing undone: the second tap on a button, an answer that came late."""


class Sender:
    """Sends what the outbox holds, `slots` calls at a time."""

    def __init__(
        self, bot: Bot, database: Database, clock: Clock, owner: str, wake: asyncio.Event, slots: int = 16
    ) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._owner = owner
        self._wake = wake
        self._slots = slots
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = 0
        self._last_at = 0.0
        self._stopping = False
        self._methods: dict[str, Callable[[int, dict[str, Any]], Awaitable[Any]]] = {
            "send_message": self._send_message,
            "send_document": self._send_document,
            "edit_message_text": self._edit_message_text,
            "edit_message_reply_markup": self._edit_message_reply_markup,
            "answer_callback_query": self._answer_callback_query,
            "leave_chat": self._leave_chat,
        }

    async def run(self) -> None:
        """Sends until `stop`."""
        while not self._stopping:
            rows, nap_s = await self._claim_or_nothing()
            for row in rows:
                task = asyncio.create_task(self._counted(row) if row.ordered else self._deliver(row))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if not rows:
                await self._nap(nap_s)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLAIM.total_seconds())

    def stop(self) -> None:
        """Takes nothing new; calls under way are finished."""
        self._stopping = True
        self._wake.set()

    async def _nap(self, longest_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), longest_s)
        self._wake.clear()

    async def _claim_or_nothing(self) -> tuple[Sequence[Outgoing], float]:
        """Rows to send now; without any, how long nothing will be due, in seconds."""
        free = self._slots - len(self._tasks)
        if free <= 0:
            return (), IDLE_S
        gap_s = self._last_at + GAP_S - time.monotonic() if self._sending else 0.0
        try:
            rows, nap_s = await self.claim(free, messages=0 if gap_s > 0 else 1)
            return rows, min(nap_s, gap_s) if gap_s > 0 else nap_s
        except Exception as error:
            log.warning("cannot read the outbox (%s)", type(error).__name__)
            await asyncio.sleep(1)
            return (), IDLE_S

    async def claim(self, limit: int, messages: int | None = None) -> tuple[Sequence[Outgoing], float]:
        """The rows that may go out now, by order, pause and pace, and how long no other will be due, in seconds."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            quiet = is_quiet(now) or is_quiet(now + timedelta(seconds=LONGEST_CALL_S))
            rows = await outbox.claim(session, self._owner, now, CLAIM, limit, messages=messages, quiet=quiet)
            counted = [row for row in rows if row.method in COUNTED]
            if counted:
                await _keep_pace(session, counted, now)
            due = [row for row in rows if row.status == outbox.SENDING]
            next_at = None if due else await outbox.next_at(session, now)
        return due, min(IDLE_S, (next_at - now).total_seconds()) if next_at else IDLE_S

    async def _counted(self, row: Outgoing) -> None:
        self._sending += 1
        self._last_at = time.monotonic()
        try:
            await self._deliver(row)
        finally:
            self._sending -= 1
            self._wake.set()

    async def _deliver(self, row: Outgoing) -> None:
        try:
            async with asyncio.timeout(LONGEST_CALL_S):
                message_id = await self._call(row)
        except TelegramError as error:
            await self._store(partial(self._sort, row=row, error=error))
        except TimeoutError:
            await self._store(partial(self._sort, row=row, error=TimedOut("the call took too long")))
        except Exception as error:
            log.error("row %s cannot be sent (%s)", row.id, type(error).__name__)
            await self._store(partial(_give_up, row=row, error=error))
        else:
            await self._store(lambda session: outbox.sent(session, row.id, message_id, self._clock.now()))
        self._wake.set()

    async def _store(self, write: Callable[[AsyncSession], Awaitable[None]]) -> None:
        """Stores what came of a call; a database that is away is waited for, so that a sent reply is not repeated."""
        for wait_s in MARKING_S:
            try:
                async with self._database.transaction() as session:
                    await write(session)
                return
            except Exception as error:
                log.warning("cannot mark a call (%s)", type(error).__name__)
                await asyncio.sleep(wait_s)

    async def _call(self, row: Outgoing) -> int | None:
        answer = await self._methods[row.method](row.chat_id, row.payload or {})
        return answer.message_id if isinstance(answer, Message) else None

    async def _sort(self, session: AsyncSession, row: Outgoing, error: TelegramError) -> None:
        now = self._clock.now()
        text = str(error).lower()
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            until = now + (wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
            await chats.pause(session, row.chat_id, until)
            await outbox.later(session, row.id, until, now, "asked to wait", counts=False)
        elif isinstance(error, ChatMigrated):
            await outbox.migrate(session, row.chat_id, error.new_chat_id)
            await outbox.later(session, row.id, now, now, "chat has a new number", counts=False)
        elif isinstance(error, Forbidden) or "chat not found" in text:
            await people.unreachable(session, row.chat_id, now)
            await outbox.given_up(session, row.id, outbox.GONE, str(error))
            if row.chat_id > 0:
                # A group that we may not write to is left all the same.
                await outbox.drop_waiting(session, row.chat_id)
        elif isinstance(error, BadRequest):
            await self._refused(session, row, error, text)
        else:
            await self._try_later(session, row, error, now)

    async def _refused(self, session: AsyncSession, row: Outgoing, error: TelegramError, text: str) -> None:
        if any(reason in text for reason in HARMLESS):
            await outbox.sent(session, row.id, None, self._clock.now())
            return
        log.error("Telegram refused %s: row %s, %s", row.method, row.id, type(error).__name__)
        await outbox.given_up(session, row.id, outbox.FAILED, str(error))

    async def _try_later(self, session: AsyncSession, row: Outgoing, error: TelegramError, now: datetime) -> None:
        """A time-out may have arrived. An answer may be doubled but not lost; a tap's mark is tried twice only."""
        if row.attempts >= (MAX_ATTEMPTS if row.ordered else 2):
            log.error("gave up sending row %s (%s)", row.id, type(error).__name__)
            await outbox.given_up(session, row.id, outbox.FAILED, type(error).__name__)
            return
        known = isinstance(error, TimedOut | NetworkError)
        log.warning("Telegram does not answer (%s), row %s waits", type(error).__name__ if known else "error", row.id)
        at = now + timedelta(seconds=min(2**row.attempts, 60) / 2)
        await outbox.later(session, row.id, at, now, type(error).__name__)

    async def _send_message(self, chat_id: int, payload: dict[str, Any]) -> Message:
        keys = _keys(payload.get("reply_markup"))
        try:
            return await self._bot.send_message(
                chat_id, payload["text"], parse_mode=ParseMode.HTML, reply_markup=keys, disable_web_page_preview=True
            )
        except BadRequest as error:
            if "can't parse" not in str(error).lower():
                raise
            return await self._bot.send_message(chat_id, render.plain(payload["text"]), reply_markup=keys)

    async def _send_document(self, chat_id: int, payload: dict[str, Any]) -> Message:
        file = io.BytesIO(payload["content"].encode())
        return await self._bot.send_document(
            chat_id, file, filename=payload["name"], caption=payload["caption"], parse_mode=ParseMode.HTML
        )

    async def _edit_message_text(self, chat_id: int, payload: dict[str, Any]) -> Any:
        text = payload["text"]
        return await self._bot.edit_message_text(
            text, chat_id=chat_id, message_id=payload["message_id"], parse_mode=ParseMode.HTML
        )

    async def _edit_message_reply_markup(self, chat_id: int, payload: dict[str, Any]) -> Any:
        return await self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=payload["message_id"])

    async def _answer_callback_query(self, chat_id: int, payload: dict[str, Any]) -> bool:
        return await self._bot.answer_callback_query(payload["callback_query_id"])

    async def _leave_chat(self, chat_id: int, payload: dict[str, Any]) -> bool:
        return await self._bot.leave_chat(chat_id)


async def _keep_pace(session: AsyncSession, rows: Sequence[Outgoing], now: datetime) -> None:
    """Puts those rows back into the line that would be too fast. What leaves no trace counts for the whole bot only."""
    wanted = [OVERALL if row.forget else row.chat_id for row in rows]
    times = await chats.take_tokens(session, wanted, CHAT_PACE, OVERALL_PACE, now)
    for row, at in zip(rows, times, strict=True):
        if at is not None:
            row.attempts -= 1
            row.status, row.claimed_until, row.not_before, row.timed_at = outbox.QUEUED, None, at, now


async def _give_up(session: AsyncSession, row: Outgoing, error: Exception) -> None:
    await outbox.given_up(session, row.id, outbox.FAILED, type(error).__name__)


def _keys(raw: dict[str, Any] | None) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    if raw is None:
        return None
    if "inline_keyboard" in raw:
        return InlineKeyboardMarkup.de_json(raw, None)
    return ReplyKeyboardMarkup.de_json(raw, None)
