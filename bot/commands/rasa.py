"""`ieum rasa`: the Rasa server alone, kept up."""

import argparse
import asyncio
from contextlib import suppress

import httpx

from bot.app import stop_on_signals
from bot.commands import prepare
from bot.commands.common import OperatorError, logs, read_settings
from bot.commands.steps import told
from bot.settings import Settings
from nlu.errors import NluError
from nlu.server import RasaServer


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(arguments: argparse.Namespace) -> int:
    """Serves until Ctrl-C."""
    settings = read_settings()
    logs(settings.log_level)
    try:
        asyncio.run(_run(settings))
    except NluError as error:
        raise OperatorError(str(error)) from None
    return 0


async def _run(settings: Settings) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    async with httpx.AsyncClient() as client:
        server = RasaServer(prepare.plan(settings), client)
        running = asyncio.create_task(server.run())
        stopping = asyncio.create_task(stop.wait())
        ready = asyncio.create_task(told("Rasa", lambda step: server.ready()))
        await asyncio.wait({running, stopping, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and not ready.exception():
            print(f"Rasa answers at {server.plan.url}", flush=True)
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
        for task in (ready, stopping, running):
            task.cancel()
        with suppress(asyncio.CancelledError):
            await running
