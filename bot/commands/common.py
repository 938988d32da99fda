"""What several commands share: settings, logs, JSON lines, and errors that an operator can mend."""

import json
import logging
import os
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
    """`--on DATE`, or today in Seoul. Raises OperatorError."""
    if not text:
        return datetime.now(SEOUL).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{text} is not a date: write it as 2026-11-21.") from None


def lines(path: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a JSON Lines file. Raises OperatorError naming the line."""
    file = Path(path)
    if not file.is_file():
        raise OperatorError(f"there is no file {path}.")
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            raise OperatorError(f"{path}, line {number}: not JSON ({error.msg}).") from None
        if not isinstance(found, dict):
            raise OperatorError(f"{path}, line {number}: each line must be one JSON object.")
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


__all__ = ["OperatorError", "day", "lines", "logs", "nlu_python", "quiet_stdout", "read_settings", "show"]
