"""Processes that remind people, for tests/integration/test_reminders_kill.py: the timers and the sender of the bot.

This one loads what they need and then, for each line of JSON on standard input, becomes two: the new one works until
it is killed. So a process is there within a moment, however long its libraries take to load.
"""

import asyncio
import json
import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import jobs
from bot.app import make_bot
from bot.booking_messages import appointment_renderer, waiting_renderer
from bot.clock import SEOUL
from bot.deliver import Sender
from bot.words import Words, load_words
from counsel.terms import STANDARD
from storage import leases, outbox
from storage.database import Database


@dataclass
class RunningClock:
    """A clock that runs `speed` times as fast as the machine's, from `begins` at the machine's time `since`."""

    begins: datetime
    since: float
    speed: float

    def now(self) -> datetime:
        return self.begins + timedelta(seconds=(time.time() - self.since) * self.speed)

    def moved(self, by: timedelta) -> None:
        self.begins += by


async def work(plan: dict[str, Any], words: Words) -> None:
    clock = RunningClock(datetime.fromisoformat(plan["begins"]).astimezone(SEOUL), plan["since"], plan["speed"])
    database = Database(plan["url"])
    owner = f"test:{os.getpid()}"
    async with database.transaction() as session:
        # As the bot does when it starts as the only process.
        await outbox.release_all(session)
        await leases.release_all(session)
    renderers = {"appointment": appointment_renderer(words, "이음"), "waiting": waiting_renderer(words)}
    timers = [replace(job, every=timedelta()) for job in (jobs.booking(STANDARD), jobs.remind(renderers))]
    async with make_bot(plan["token"], plan["api"]) as bot:
        sender = Sender(bot, database, clock, owner, asyncio.Event())
        sending = asyncio.create_task(sender.run())
        print("works", flush=True)
        while not sending.done():
            for job in timers:
                await jobs.run_if_due(job, database, clock, owner)
            await asyncio.sleep(0.05)


def main() -> None:
    words = load_words()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(work(json.loads(line), words))
            os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
