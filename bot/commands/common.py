"""What several commands share: settings, logs, JSON lines, and errors that an operator can mend."""

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.clock import SEOUL
from bot.errors import OperatorError
from bot.settings import ROOT, Settings

QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "aiosqlite",
    "sqlalchemy",
    "alembic",
    "sentence_transformers",
    "uvicorn.error",
    "faiss",
)
"""Libraries whose talk would fill the logs, or hold a token, an address, or the values of a statement."""
YEARS = (1900, 2100)
"""First and last year of a day that a command is asked about, the last one excluded."""
LARGEST = 2**63 - 1
"""The largest number that a row can have."""
NLU_PYTHON = ROOT / "nlu" / ".venv" / "bin" / "python"


def read_settings() -> Settings:
    """The settings of this process. Raises OperatorError naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "IEUM_" + str(first["loc"][0]).upper() if first["loc"] else "a setting"
        why = first["msg"].removeprefix("Value error, ")
        raise OperatorError(f"{name} is not right ({why}): set it anew or leave it out.") from None


def logs(level: str) -> None:
    """Logs to standard error. httpx would write the bot token with every address, the drivers what people wrote."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def day(text: str | None) -> date:
    """`--on DATE`, or today in Seoul. Raises OperatorError, too for a day of which nobody can know anything."""
    if not text:
        return datetime.now(SEOUL).date()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{text} is not a date: write it as 2026-11-21.") from None
    if not YEARS[0] <= found.year < YEARS[1]:
        raise OperatorError(f"{text} is outside {YEARS[0]} to {YEARS[1] - 1}.")
    return found


def moment(text: str) -> datetime:
    """A time, in Seoul where it names no zone. Raises OperatorError."""
    day(re.split("[T ]", text)[0])
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{text} is not a time: write it as 2026-12-01T13:00.") from None
    return found.astimezone(SEOUL) if found.tzinfo else found.replace(tzinfo=SEOUL)


def whole(least: int, most: int = LARGEST) -> Callable[[str], int]:
    """A type of arguments: a whole number within bounds. What it reads raises OperatorError."""
    bounds = f"from {least}" if most == LARGEST else f"from {least} to {most}"

    def read(text: str) -> int:
        found = int(text) if re.fullmatch("[0-9]{1,19}", text) else -1
        if not least <= found <= most:
            raise OperatorError(f"{text} is no whole number {bounds} that can be.")
        return found

    return read


number = whole(1)
"""The type of arguments that number a row."""


def lines(path: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a JSON Lines file. Raises OperatorError naming the line."""
    file = Path(path)
    if not file.is_file():
        raise OperatorError(f"there is no file {path}.")
    for count, line in enumerate(file.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
            raise OperatorError(f"{path}, line {count}: not JSON in UTF-8 ({what}).") from None
        if not isinstance(found, dict):
            raise OperatorError(f"{path}, line {count}: each line must be one JSON object.")
        yield found


def show(document: Any, *, as_json: bool, text: Callable[[Any], str] | None = None) -> None:
    """Prints one document: as one line of JSON, or for people."""
    if as_json or text is None:
        print(json.dumps(document, ensure_ascii=False, default=str), flush=True)
    else:
        print(text(document), flush=True)


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Sends what libraries print to standard error, so that standard output holds nothing but answers."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)


def nlu_python() -> Path:
    """The Rasa environment's Python. Raises OperatorError when it is not installed."""
    if not NLU_PYTHON.exists():
        raise OperatorError("the Rasa environment is missing: run `make setup`.")
    return NLU_PYTHON


__all__ = [
    "OperatorError",
    "day",
    "lines",
    "logs",
    "moment",
    "nlu_python",
    "number",
    "quiet_stdout",
    "read_settings",
    "show",
    "whole",
]
