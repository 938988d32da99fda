"""`ieum bot`: one bot process beside others, on a shared database, with Rasa and Telegram elsewhere."""

import argparse
import asyncio
from contextlib import AsyncExitStack

from bot import app
from bot.commands import prepare
from bot.commands.common import OperatorError, logs, read_settings
from bot.settings import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--playground URL`."""
    parser.add_argument("--playground", default="", metavar="URL", help="a running playground to be the bot of")


def run(arguments: argparse.Namespace) -> int:
    """Runs until Ctrl-C."""
    settings = read_settings()
    logs(settings.log_level)
    if not settings.telegram_bot_token and not arguments.playground:
        raise OperatorError("set TELEGRAM_BOT_TOKEN, or name a running playground with --playground URL.")
    try:
        with prepare.sound_facts():
            asyncio.run(_run(settings, arguments.playground.rstrip("/")))
    except app.BadTokenError:
        raise OperatorError("Telegram does not know this token: check TELEGRAM_BOT_TOKEN with @BotFather.") from None
    return 0


async def _run(settings: Settings, playground: str) -> None:
    stop = asyncio.Event()
    app.stop_on_signals(stop)
    token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
    if playground:
        from bot.playground.server import TOKEN

        settings, token = settings.model_copy(update={"bot_api_url": playground}), TOKEN
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(app.open_app(settings, token, playground))
        print("bot runs", flush=True)
        await app.run(running, stop)
