"""`ieum playground`: the playground alone, for trying a bot process that was started by itself."""

import argparse
import asyncio
import os

from bot.commands.common import OperatorError, read_settings
from bot.playground.server import PlaygroundRefusedError, refuse_if_real_token, serve


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--port N`."""
    parser.add_argument("--port", type=int, help="the port on loopback (default IEUM_PLAYGROUND_PORT)")


def run(arguments: argparse.Namespace) -> int:
    """Serves until Ctrl-C."""
    port = arguments.port if arguments.port is not None else read_settings().playground_port
    try:
        refuse_if_real_token(os.environ)
        asyncio.run(serve("127.0.0.1", port, ready=lambda address: print(f"playground: {address}", flush=True)))
    except PlaygroundRefusedError as error:
        raise OperatorError(str(error)) from None
    return 0
