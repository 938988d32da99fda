"""Timers: a short tick over named leases in the database, so that each runs once, whatever processes there are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.desk import House
from storage import conversation, dialogues, leases, outbox, people, personal_data, turns, updates
from storage.database import Database

log = logging.getLogger(__name__)

TICK_S = 5.0
LENGTH = timedelta(minutes=5)
REPEATS = timedelta(hours=48)
"""Telegram repeats an update for 24 hours at most; its number is kept twice as long, so that a repeat is seen."""
PARKED_DAYS = 30
UNCONSENTED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done every so often, inside one transaction."""

    name: str
    every: timedelta
    run: Callable[[AsyncSession, datetime], Awaitable[None]]


def retention(house: House, dialogue_days: int) -> Job:
    """Deletes what is older than its purpose: words, states, records, and people who have been silent for long."""

    async def run(session: AsyncSession, now: datetime) -> None:
        await updates.forget_before(session, now - REPEATS, now - timedelta(days=PARKED_DAYS))
        await outbox.forget_before(session, now - REPEATS)
        await dialogues.forget_before(session, now - timedelta(days=dialogue_days))
        await dialogues.forget_unconsented(session, now - UNCONSENTED)
        await conversation.forget_before(session, now - timedelta(days=house.keep_words_days))
        await turns.forget_before(session, now - timedelta(days=house.keep_days))
        for person in await people.silent_since(session, now - timedelta(days=house.keep_days)):
            await personal_data.erase(session, person.id)

    return Job("retention", timedelta(hours=1), run)


async def run_jobs(jobs: Sequence[Job], database: Database, clock: Clock, owner: str) -> None:
    """Runs due jobs until cancelled. A failing one is logged and tried again at the next tick."""
    while True:
        for job in jobs:
            try:
                await run_if_due(job, database, clock, owner)
            except Exception as error:
                log.error("job %s failed (%s)", job.name, type(error).__name__)
        await asyncio.sleep(TICK_S)


async def run_if_due(job: Job, database: Database, clock: Clock, owner: str) -> bool:
    """Runs a job when its time has come and nobody else does. Whether it ran."""
    now = clock.now()
    async with database.transaction() as session:
        if not await leases.take_if_due(session, job.name, owner, now, LENGTH, job.every):
            await leases.give_back(session, job.name, owner)
            return False
    async with database.transaction() as session:
        await job.run(session, now)
        await leases.give_back(session, job.name, owner, done_at=now)
    return True
