"""`ieum check`: validate the catalog, list what is stale or has no source."""

import argparse

from bot.commands.common import day, read_settings
from knowledge import checking


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--on DATE`."""
    parser.add_argument("--on", metavar="DATE", help="as of this day instead of today")


def run(arguments: argparse.Namespace) -> int:
    """Prints the findings; 1 when something must be mended."""
    text, code = checking.report(read_settings().facts, day(arguments.on))
    print(text)
    return code
