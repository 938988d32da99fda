"""Signs of life of several processes on one database: what a dead one had claimed is free again within seconds."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from storage import chats, leases, outbox
from storage.database import Database

log = logging.getLogger(__name__)

BEAT_S = 2.5
SILENCE = timedelta(seconds=10)
"""A process that gave no sign of life for so long is dead; if it only slept, it finds its leases lost."""
PREFIX = "process:"


class Pulse:
    """The sign of life of one process, and its look for the others'.

    `clock` is the machine's, which no playground moves.
    """

    def __init__(self, database: Database, clock: Clock, owner: str) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner
        self._name = PREFIX + owner[-30:]

    async def run(self) -> None:
        """Beats until cancelled."""
        while True:
            try:
                await self.beat()
            except Exception as error:
                log.warning("no sign of life can be given (%s)", type(error).__name__)
            await asyncio.sleep(BEAT_S)

    async def beat(self) -> None:
        """Gives a sign of life, and frees what processes had claimed that give none any more."""
        now = self._clock.now()
        async with self._database.transaction() as session:
            await leases.take(session, self._name, self._owner, now, SILENCE)
            for dead in await leases.run_out(session, PREFIX, now):
                log.warning("process %s is gone, its work is taken over", dead.owner)
                await self._free(session, dead)

    async def forget_others(self, session: AsyncSession) -> None:
        """Forgets all other processes: right for a single one that has just started."""
        await leases.remove_all(session, PREFIX)

    async def _free(self, session: AsyncSession, dead: leases.NamedLease) -> None:
        name, owner = dead.name, dead.owner
        if owner is not None:
            await chats.release_all(session, owner)
            await outbox.release_all(session, owner)
            await leases.release_all(session, owner)
        await leases.remove(session, name)

    async def end(self) -> None:
        """This process ends in order: it leaves nothing claimed."""
        async with self._database.transaction() as session:
            await chats.release_all(session, self._owner)
            await leases.release_all(session, self._owner)
            await leases.remove(session, self._name)
