"""Timers: a short tick over named leases in the database, so that each runs once, whatever processes there are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.desk import House
from counsel import leave, reminders
from counsel.reminders import Renderer
from counsel.terms import Terms
from storage import conversation, dialogues, leases, outbox, personal_data, turns, updates
from storage import reminders as reminder_store
from storage.database import Database

log = logging.getLogger(__name__)

TICK_S = 5.0
LENGTH = timedelta(minutes=5)
REPEATS = timedelta(hours=48)
"""Telegram repeats an update for 24 hours at most; its number is kept twice as long, so that a repeat is seen."""
PARKED_DAYS = 30
UNCONSENTED = timedelta(days=1)
REMINDERS_AT_ONCE = 50
ERASED_AT_ONCE = 10
SAID_DAYS = 90
"""Days for which it is known what was reminded of."""


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done every so often, inside one transaction; `run` says True when there is more, for another one."""

    name: str
    every: timedelta
    run: Callable[[AsyncSession, datetime], Awaitable[bool | None]]


def retention(house: House, dialogue_days: int) -> Job:
    """Deletes what is older than its purpose: words, states, records, and people who have been silent for long."""

    async def run(session: AsyncSession, now: datetime) -> bool:
        await updates.forget_before(session, now - REPEATS, now - timedelta(days=PARKED_DAYS))
        await outbox.forget_before(session, now - REPEATS)
        await reminder_store.forget_before(session, now - timedelta(days=SAID_DAYS))
        await dialogues.forget_before(session, now - timedelta(days=dialogue_days))
        await dialogues.forget_unconsented(session, now - UNCONSENTED)
        await conversation.forget_before(session, now - timedelta(days=house.keep_words_days))
        await turns.forget_before(session, now - timedelta(days=house.keep_days))
        silent_since = now - timedelta(days=house.keep_days)
        return await personal_data.erase_silent(session, silent_since, now, ERASED_AT_ONCE)

    return Job("retention", timedelta(hours=1), run)


def booking(terms: Terms) -> Job:
    """Ends holds whose time is up, and offers what is free to those who wait."""

    async def run(session: AsyncSession, now: datetime) -> None:
        await leave.sweep(session, now, terms)

    return Job("booking", timedelta(seconds=20), run)


def remind(renderers: Mapping[str, Renderer]) -> Job:
    """Hands what is due to be said to the outbox, a few at a time: an answer never waits behind many reminders."""

    async def run(session: AsyncSession, now: datetime) -> bool:
        return await reminders.hand_over(session, renderers, now, REMINDERS_AT_ONCE) == REMINDERS_AT_ONCE

    return Job("reminders", timedelta(seconds=10), run)


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
    more: bool | None = True
    while more:
        async with database.transaction() as session:
            now = clock.now()
            more = await job.run(session, now)
            if more:
                await leases.take(session, job.name, owner, now, LENGTH)
            else:
                await leases.give_back(session, job.name, owner, done_at=now)
        # Whoever answers a person takes the database's one writer in between.
        await asyncio.sleep(0)
    return True
