"""Steps that take a while, told as they go: what is being done, how far it is, how long it took."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")
TELL_AFTER_S = 2.0
"""A step that is quicker is told in one line when it is done."""


class Step:
    """One step on the operator's screen."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.note = ""
        self.began = time.monotonic()

    def tell(self, note: object) -> None:
        """What is being done now."""
        self.note = str(note)
        if time.monotonic() - self.began > TELL_AFTER_S:
            self._write(f"{self.note[:90]}")

    def passage(self, done: int, total: int) -> None:
        """How many passages of the search index are embedded."""
        self.tell(f"passage {done} of {total}")

    def done(self, note: str = "") -> None:
        """The step is over."""
        self._write(f"done in {time.monotonic() - self.began:.1f} s {note}".rstrip())

    def _write(self, text: str) -> None:
        print(f"  {self.name:<12} {text}", file=sys.stderr, flush=True)


async def told(name: str, work: Callable[[Step], Awaitable[Result]]) -> Result:
    """Does a step, and says every few seconds that it goes on."""
    step = Step(name)
    beat = asyncio.create_task(_beat(step))
    try:
        result = await work(step)
    finally:
        beat.cancel()
    step.done()
    return result


async def _beat(step: Step) -> None:
    await asyncio.sleep(TELL_AFTER_S)
    while True:
        step._write(f"{time.monotonic() - step.began:.0f} s {step.note[:80]}".rstrip())
        await asyncio.sleep(10)
