"""`ieum train`: train Rasa when something changed, and report how well it understands."""

import argparse
import asyncio

import httpx

from bot.commands import prepare
from bot.commands.common import OperatorError, logs, read_settings
from bot.commands.steps import Step
from bot.ports import free_port
from bot.safety import check
from bot.settings import Settings
from nlu.errors import NluError


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--force`, `--report`."""
    parser.add_argument("--force", action="store_true", help="train even when nothing changed")
    parser.add_argument("--report", action="store_true", help="measure on the development set; picture in docs/bench/")


def run(arguments: argparse.Namespace) -> int:
    """Trains, and reports where asked."""
    settings = read_settings()
    logs("WARNING")
    prepare.check_disk(settings)
    step = Step("model")
    report = prepare.train(settings, step, force=arguments.force)
    step.done("(trained anew)" if report.trained else "(nothing changed)")
    if arguments.report:
        asyncio.run(_report(settings))
    return 0


async def _report(settings: Settings) -> None:
    from nlu.report import make_report, print_report
    from nlu.server import serving

    # A server that runs already may still have the model before this one.
    own = settings.model_copy(update={"rasa_port": free_port()})
    try:
        async with httpx.AsyncClient(timeout=10) as client, serving(prepare.plan(own), client) as url:
            print_report(await make_report(client, url, danger=lambda text: check(text) is not None))
    except NluError as error:
        raise OperatorError(str(error)) from None
