"""The one path of every update: stored, claimed with its chat, understood, answered; or parked where one can see it."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot import incoming as reading
from bot import render
from bot.answer import LEASE, LeaseLostError, answer, apologise
from bot.incoming import Incoming
from bot.services import Services
from bot.understand import understand
from storage import chats, outbox, people, updates
from storage.chats import Lease
from storage.database import is_passing
from storage.outbox import Call
from storage.updates import Arrival, StoredUpdate

log = logging.getLogger(__name__)

MERGE_CAP = timedelta(seconds=8)
"""However many messages follow each other, the first one waits no longer than this."""
ATTEMPTS = 3
"""How often a message is tried before it is parked."""
RETRY = timedelta(seconds=2)


async def store(services: Services, arrivals: Sequence[Arrival]) -> int:
    """Stores what came in, and says when each chat is to be served: texts wait a moment for their second half."""
    now = services.clock.now()
    async with services.database.transaction() as session:
        new = await updates.store(session, arrivals, now)
        slow = {a.chat_id for a in arrivals if a.chat_id is not None and _may_go_on(a)}
        fast = {a.chat_id for a in arrivals if a.chat_id is not None and not _may_go_on(a)}
        if fast:
            await chats.due(session, sorted(fast), now, now, MERGE_CAP)
        if slow - fast:
            await chats.due(session, sorted(slow - fast), now + services.merge, now, MERGE_CAP)
    return new


def _may_go_on(arrival: Arrival) -> bool:
    message = arrival.raw.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    return isinstance(text, str) and not text.startswith("/")


@dataclass(frozen=True, slots=True)
class Bundle:
    """The updates that are answered by one turn, and what they say together (None: nothing to answer)."""

    row_ids: tuple[int, ...]
    incoming: Incoming | None
    attempts: int


async def serve(services: Services, lease: Lease) -> None:
    """Answers the oldest thing that waits in a chat. Never raises for what a message holds."""
    async with services.database.transaction() as session:
        rows = await updates.waiting_in(session, lease.chat_id)
    bundle: Bundle | None = None
    try:
        bundle = bundle_of(rows)
        await _serve(services, lease, bundle)
    except LeaseLostError:
        log.info("chat lease lost, another process answers")
    except reading.UnreadableUpdateError as error:
        await apologise(services, lease, None, [rows[0].id], f"unreadable: {error}")
    except Exception as error:
        await _failed(services, lease, bundle, error)


def bundle_of(rows: Sequence[StoredUpdate]) -> Bundle:
    """The first update with all plain texts that directly follow it. Raises UnreadableUpdateError for the first."""
    if not rows:
        return Bundle((), None, 0)
    first = reading.read(rows[0].raw or {})
    ids, attempts = [rows[0].id], rows[0].attempts
    if first is None or not first.is_plain_text:
        return Bundle(tuple(ids), first, attempts)
    texts = [first.text]
    for row in rows[1:]:
        try:
            following = reading.read(row.raw or {})
        except reading.UnreadableUpdateError:
            break
        if following is None or not following.is_plain_text or following.user_id != first.user_id:
            break
        ids.append(row.id)
        texts.append(following.text)
    together = replace(first, text="\n".join(texts), update_id=rows[len(ids) - 1].update_id)
    return Bundle(tuple(ids), together, attempts)


async def _serve(services: Services, lease: Lease, bundle: Bundle) -> None:
    incoming = bundle.incoming
    if incoming is None or incoming.chat != "private":
        await _not_a_turn(services, lease, bundle)
        return
    understood = await understand(services, incoming)
    await answer(services, lease, understood, bundle.row_ids)


async def _not_a_turn(services: Services, lease: Lease, bundle: Bundle) -> None:
    """Groups are left with one sentence; blocking and coming back are noted; anything else needs no answer."""
    now, incoming = services.clock.now(), bundle.incoming
    async with services.database.transaction() as session:
        if not await chats.still_ours(session, lease, now, LEASE):
            raise LeaseLostError(lease.chat_id)
        if incoming is not None and incoming.chat == "group":
            text = render.plain(services.words.say("menu.no_groups").text)
            key = f"leave:{incoming.chat_id}:{bundle.row_ids[0]}"
            calls = [Call("send_message", {"text": text}, key=key), Call("leave_chat", {}, key=key + ":go")]
            await outbox.put(session, incoming.chat_id, calls, now)
        elif incoming is not None:
            away = incoming.chat == "gone"
            await people.unreachable(session, incoming.chat_id, now if away else None)
            if away:
                await outbox.drop_waiting(session, incoming.chat_id)
        await updates.answered(session, bundle.row_ids, now)
        await chats.finish(session, lease, now)


async def _failed(services: Services, lease: Lease, bundle: Bundle | None, error: Exception) -> None:
    """Sorts a failure: the database comes back by itself; ours is tried again, then parked with an apology."""
    if is_passing(error):
        log.warning("database not available (%s); the message stays and is tried again", type(error).__name__)
        await asyncio.sleep(0.5)
        await _again(services, lease, bundle, count=False)
        return
    log.error("turn failed (%s) at %s", type(error).__name__, _where(error))
    if bundle is not None and bundle.attempts + 1 >= ATTEMPTS:
        await apologise(services, lease, bundle.incoming, bundle.row_ids, f"{type(error).__name__}")
    else:
        await _again(services, lease, bundle, count=True)


def _where(error: Exception) -> str:
    """The last lines of the traceback as file and line: an exception's own text may quote what a person wrote."""
    return " < ".join(
        f"{Path(f.filename).name}:{f.lineno}" for f in reversed(traceback.extract_tb(error.__traceback__)[-4:])
    )


async def _again(services: Services, lease: Lease, bundle: Bundle | None, *, count: bool) -> None:
    now = services.clock.now()
    try:
        async with services.database.transaction() as session:
            if count and bundle is not None:
                await updates.failed(session, bundle.row_ids, "failed, tried again", park=False)
            await chats.finish(session, lease, now, now + RETRY)
    except Exception as error:
        # The lease runs out by itself; then the chat is taken up again.
        log.warning("could not give a chat back (%s)", type(error).__name__)


class Workers:
    """Serves many chats at once, each in order, up to `count` at the same time in this process."""

    def __init__(self, services: Services, count: int, wake: asyncio.Event, idle_s: float = 0.15) -> None:
        self._services = services
        self._count = count
        self._wake = wake
        self._idle_s = idle_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Claims and serves until `stop`."""
        while not self._stopping:
            try:
                leases = await self._claim()
            except Exception as error:
                log.warning("cannot look for work (%s)", type(error).__name__)
                leases = []
                await asyncio.sleep(1)
            for lease in leases:
                task = asyncio.create_task(self._one(lease))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if not leases:
                await _nap(self._wake, self._idle_s)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LEASE.total_seconds())

    async def _one(self, lease: Lease) -> None:
        try:
            await serve(self._services, lease)
        except Exception as error:
            log.error("could not serve a chat (%s)", type(error).__name__)
        self._wake.set()

    async def _claim(self) -> list[Lease]:
        free = self._count - len(self._tasks)
        if free <= 0:
            return []
        async with self._services.database.transaction() as session:
            return await chats.claim(session, self._services.owner, self._services.clock.now(), LEASE, free)

    def stop(self) -> None:
        """Takes nothing new; what is under way is finished."""
        self._stopping = True
        self._wake.set()


async def _nap(event: asyncio.Event, longest_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), longest_s)
    event.clear()
