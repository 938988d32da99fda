"""The one path of every update: stored, claimed with its chat, understood, answered; or parked where one can see it."""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot import incoming as reading
from bot import render
from bot.answer import LEASE, LeaseLostError, answer, apologise
from bot.incoming import Incoming
from bot.services import Services
from bot.turn import Kind, Reply
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
SHORTEST_S = 0.02
"""The shortest look for work: what is due but claimed by another process must not be asked for without pause."""
LEAVING = timedelta(minutes=10)
"""How long a group that we are leaving is not told so again."""


async def store(services: Services, arrivals: Sequence[Arrival]) -> int:
    """Stores what came in. Raises only when the database is away: one bad update never holds up the others."""
    try:
        return await _store(services, arrivals)
    except Exception as error:
        if is_passing(error):
            raise
        log.error("a batch cannot be stored (%s), each of it is tried alone", type(error).__name__)
    return sum([await _store_alone(services, one) for one in arrivals])


async def _store_alone(services: Services, arrival: Arrival) -> int:
    try:
        return await _store(services, [arrival])
    except Exception as error:
        if is_passing(error):
            raise
        log.error("update %s cannot be stored (%s) and is parked empty", arrival.update_id, type(error).__name__)
    return await _store(services, [replace(arrival, chat_id=None, raw={})])


async def _store(services: Services, arrivals: Sequence[Arrival]) -> int:
    """Says too when each chat is to be served: texts wait a moment for their second half."""
    now = services.clock.now()
    ready: dict[int, datetime] = {}
    for arrival in arrivals:
        if arrival.chat_id is not None:
            at = now + services.merge if _may_go_on(arrival) else now
            ready[arrival.chat_id] = min(at, ready.get(arrival.chat_id, at))
    async with services.database.transaction() as session:
        new = await updates.store(session, arrivals, now)
        if ready:
            await chats.due(session, ready, now, MERGE_CAP)
    return new


def _may_go_on(arrival: Arrival) -> bool:
    """Whether more that belongs to it may follow: the second half of a text, the next picture of an album."""
    message = arrival.raw.get("message")
    if not isinstance(message, dict):
        return False
    text = message.get("text")
    return "media_group_id" in message or (isinstance(text, str) and not text.startswith("/"))


@dataclass(frozen=True, slots=True)
class Bundle:
    """The updates that are answered by one turn, and what they say together (None: nothing to answer).

    `complete_at` is when nothing more can belong to it.
    """

    row_ids: tuple[int, ...]
    incoming: Incoming | None
    attempts: int
    complete_at: datetime | None = None


async def serve(services: Services, lease: Lease) -> None:
    """Answers the oldest thing that waits in a chat. Raises only when the database is away."""
    bundle: Bundle | None = None
    rows: Sequence[StoredUpdate] = ()
    try:
        async with services.database.transaction() as session:
            rows = await updates.waiting_in(session, lease.chat_id)
        bundle = bundle_of(rows, services.merge)
        await _serve(services, lease, bundle)
    except LeaseLostError:
        log.info("chat lease lost, another process answers")
    except reading.UnreadableUpdateError as error:
        await _park(services, lease, _somebody(rows[0]), [rows[0].id], f"unreadable: {error}")
    except Exception as error:
        await _failed(services, lease, bundle, error)


def _somebody(row: StoredUpdate) -> Incoming | None:
    """Who is told that an unreadable update was not understood: whoever did something in a private chat."""
    if row.chat_id is None or row.chat_id < 0 or row.kind not in ("message", "callback_query"):
        return None
    return Incoming(row.chat_id, row.chat_id, "private", Kind.OTHER)


def bundle_of(rows: Sequence[StoredUpdate], merge: timedelta = timedelta()) -> Bundle:
    """The first update with all that directly follows it and belongs to it. Raises UnreadableUpdateError for the first.

    Texts follow texts, and pictures of an album each other, while each comes within `merge` of the one before.
    """
    if not rows:
        return Bundle((), None, 0)
    first = reading.read(rows[0].raw or {})
    if first is not None and first.chat_id != rows[0].chat_id:
        raise reading.UnreadableUpdateError("of two chats")
    if first is None or not (first.is_plain_text or first.album):
        return Bundle((rows[0].id,), first, rows[0].attempts)
    parts, ids = [first], [rows[0].id]
    for row in rows[1:]:
        following = _follows(parts[-1], row, merge)
        if following is None:
            break
        parts.append(following)
        ids.append(row.id)
    text = "\n".join(part.text for part in parts if part.text)
    together = replace(first, text=text, update_id=parts[-1].update_id)
    ends = min(rows[len(ids) - 1].received_at + merge, rows[0].received_at + MERGE_CAP)
    return Bundle(tuple(ids), together, rows[0].attempts, ends if len(ids) == len(rows) else None)


def _follows(last: Incoming, row: StoredUpdate, merge: timedelta) -> Incoming | None:
    """What a row adds to the bundle that ends with `last`; None when it belongs to another."""
    try:
        following = reading.read(row.raw or {})
    except reading.UnreadableUpdateError:
        return None
    if following is None or following.user_id != last.user_id:
        return None
    if last.album:
        return following if following.album == last.album else None
    # Telegram counts whole seconds.
    soon = merge and abs(following.sent_at - last.sent_at) <= merge.total_seconds() + 1
    return following if soon and following.is_plain_text else None


async def _serve(services: Services, lease: Lease, bundle: Bundle) -> None:
    incoming = bundle.incoming
    if incoming is None or incoming.chat != "private":
        await _not_a_turn(services, lease, bundle)
        return
    now = services.clock.now()
    # An end further ahead than the window means that the clock was set back.
    if bundle.complete_at is not None and now < bundle.complete_at <= now + services.merge:
        async with services.database.transaction() as session:
            await chats.finish(session, lease, now, bundle.complete_at)
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
            await _leave(services, session, incoming, now)
        elif incoming is not None:
            away = incoming.chat == "gone"
            await people.unreachable(session, incoming.chat_id, now if away else None)
            if away:
                await outbox.drop_waiting(session, incoming.chat_id)
        await updates.answered(session, bundle.row_ids, now)
        await chats.finish(session, lease, now)


async def _leave(services: Services, session: AsyncSession, incoming: Incoming, now: datetime) -> None:
    """One sentence and out, however many updates tell of the group; a tap there is answered too."""
    calls = []
    if incoming.kind is Kind.TAP:
        calls += render.calls(services.words, replace(incoming, message_id=0), Reply())
    if not await outbox.is_queued_since(session, incoming.chat_id, "leave_chat", now - LEAVING):
        text = render.plain(services.words.say("menu.no_groups").text)
        calls += [Call("send_message", {"text": text}), Call("leave_chat", {})]
    await outbox.put(session, incoming.chat_id, calls, now)


async def _failed(services: Services, lease: Lease, bundle: Bundle | None, error: Exception) -> None:
    """Sorts a failure: the database comes back by itself; ours is tried again, then parked with an apology."""
    if is_passing(error):
        log.warning("database not available (%s); the message stays and is tried again", type(error).__name__)
        await asyncio.sleep(0.5)
        await _again(services, lease, bundle, count=False)
        return
    log.error("turn failed (%s) at %s", type(error).__name__, _where(error))
    if bundle is not None and bundle.attempts + 1 >= ATTEMPTS:
        await _park(services, lease, bundle.incoming, bundle.row_ids, type(error).__name__)
    else:
        await _again(services, lease, bundle, count=True)


async def _park(services: Services, lease: Lease, incoming: Incoming | None, row_ids: Sequence[int], why: str) -> None:
    """Parks with an apology; without one when even that fails, so that a chat never hangs on one message."""
    try:
        await apologise(services, lease, incoming, row_ids, why)
    except LeaseLostError:
        log.info("chat lease lost, another process answers")
    except Exception as error:
        if is_passing(error):
            raise
        log.error("could not apologise (%s) at %s", type(error).__name__, _where(error))
        await apologise(services, lease, None, row_ids, why)


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
    """Serves many chats at once, each in order, up to `count` at the same time in this process.

    `wake` says that something came in, `mail` is set when there is something to send. What other processes store is
    looked for every `idle_s`.
    """

    def __init__(
        self, services: Services, count: int, wake: asyncio.Event, mail: asyncio.Event, idle_s: float = 0.3
    ) -> None:
        self._services = services
        self._count = count
        self._wake = wake
        self._mail = mail
        self._idle_s = idle_s
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Claims and serves until `stop`."""
        while not self._stopping:
            nap_s = self._idle_s
            try:
                leases, nap_s = await self._claim()
            except Exception as error:
                log.warning("cannot look for work (%s)", type(error).__name__)
                leases = []
                await asyncio.sleep(1)
            for lease in leases:
                task = asyncio.create_task(self._one(lease))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            if not leases:
                await _nap(self._wake, nap_s)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LEASE.total_seconds())

    async def _one(self, lease: Lease) -> None:
        try:
            await serve(self._services, lease)
        except Exception as error:
            log.error("could not serve a chat (%s)", type(error).__name__)
        self._mail.set()
        self._wake.set()

    async def _claim(self) -> tuple[list[Lease], float]:
        """Chats to serve now; without any, how long nothing will be due, in seconds."""
        free = self._count - len(self._tasks)
        if free <= 0:
            return [], self._idle_s
        now = self._services.clock.now()
        async with self._services.database.transaction() as session:
            leases = await chats.claim(session, self._services.owner, now, LEASE, free)
            due = None if leases else await chats.next_due(session)
        return leases, min(self._idle_s, max(SHORTEST_S, (due - now).total_seconds())) if due else self._idle_s

    def stop(self) -> None:
        """Takes nothing new; what is under way is finished."""
        self._stopping = True
        self._wake.set()


async def _nap(event: asyncio.Event, longest_s: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), longest_s)
    event.clear()
