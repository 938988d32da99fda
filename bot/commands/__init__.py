"""The `ieum` command: one file a command. Each loads only what it needs, so that short questions get short answers."""

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence

from bot.commands.common import OperatorError

COMMANDS = {
    "run": "start everything: database, model, index, Rasa, bot, and the playground when no token is set",
    "bot": "start one bot process beside others (needs a database, a Rasa server and a token)",
    "rasa": "start the Rasa server alone, and keep it up",
    "playground": "start the playground alone",
    "parse": "what a text means, through the real Rasa server",
    "search": "catalog entries that answer a question",
    "eligibility": "what a profile qualifies for",
    "train": "train the Rasa model when something changed, and report how well it understands",
    "index": "rebuild what changed of the search index",
    "check": "validate the catalog, list what is stale or has no source",
    "inbox": "updates that could not be handled; put one back into the line",
    "cases": "people who wait for a counselor; claim, answer, close",
    "erase": "erase a person who asked for it in writing",
    "events": "events ahead, and how they fill",
    "staff": "counselors, centers and plans; leave, what became of appointments, figures",
    "migrate": "bring the database to this version's schema",
    "doctor": "what is installed, reachable and stale, and what to do about it",
    "bench": "measure whole turns, search, eligibility, booking, start-up and memory",
}


def parser(chosen: str) -> argparse.ArgumentParser:
    """The command line. Only the chosen command's own file is loaded."""
    top = argparse.ArgumentParser(prog="ieum", description="A job counselor's desk on Telegram.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, what in COMMANDS.items():
        sub = commands.add_parser(name, help=what, description=what)
        if name == chosen:
            importlib.import_module(f"bot.commands.{name}").arguments(sub)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command. What an operator can mend is told in one sentence, with exit code 2."""
    words = sys.argv[1:] if argv is None else argv
    try:
        arguments = parser(next((w for w in words if not w.startswith("-")), "")).parse_args(words)
        command = importlib.import_module(f"bot.commands.{arguments.command}")
        code = command.run(arguments)
    except OperatorError as error:
        print(f"ieum: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141
    finally:
        logging.shutdown()
    return int(code)
