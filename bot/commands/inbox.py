"""`ieum inbox`: updates that could not be handled; put one back into the line."""

import argparse
import asyncio
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SEOUL
from bot.commands.common import OperatorError, number, read_settings, show
from bot.commands.store import opened
from storage import chats, outbox, updates


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--retry N`, `--json`."""
    parser.add_argument("--retry", type=number, metavar="N", help="put parked update N back into its chat's line")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Lists, or retries."""
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    async with opened(read_settings().url) as database, database.transaction() as session:
        if arguments.retry is not None:
            return await _retry(session, arguments.retry)
        found = [
            {"id": u.id, "kind": u.kind, "error": u.error, "attempts": u.attempts, "received_at": u.received_at}
            for u in await updates.parked(session)
        ]
        counts = {"updates": await updates.counts(session), "outbox": await outbox.counts(session)}
    show({"parked": found, **counts}, as_json=arguments.json, text=_for_people)
    return 0


async def _retry(session: AsyncSession, row_id: int) -> int:
    chat_id = await updates.release(session, row_id)
    if chat_id is None:
        raise OperatorError(f"there is no parked update {row_id} that a chat waits for.")
    now = datetime.now(SEOUL)
    await chats.due(session, {chat_id: now}, now, timedelta())
    print(f"update {row_id} is back in its line")
    return 0


def _for_people(document: dict[str, Any]) -> str:
    rows = [
        f"{u['id']:>6}  {u['received_at']:%Y-%m-%d %H:%M}  {u['kind']:<18} {u['error']}" for u in document["parked"]
    ]
    counts = "; ".join(f"{name}: {dict(found)}" for name, found in document.items() if name != "parked")
    return "\n".join([*rows, f"{len(rows)} parked; {counts}"])
