"""Trains the Rasa model when something that it is made of has changed; keeps the last good one when training fails."""

import hashlib
import json
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from pathlib import Path

from nlu.environment import require, variables
from nlu.errors import TrainingError

ROOT = Path(__file__).parent.parent
MODEL = "ieum.tar.gz"
STAMP = "ieum.json"
MADE_OF = (
    "config.yml",
    "nlu/requirements.txt",
    "nlu/data/intents/*.yml",
    "nlu/data/extra/*.yml",
    "nlu/components/*.py",
    "nlu/korean/spelling.py",
)
"""What a model is made of. Readers of values and the catalog's names are not: the server reads them when it starts."""
DATA = "nlu/data"
TOLD = ("Starting to train component", "Finished training component", "Restored component", "Your Rasa model")
"""The lines of Rasa's output that say how far it is."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a call of `train` did. `seconds` is 0 and `trained` False when the model was already the right one."""

    model: Path
    fingerprint: str
    trained: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """Stored beside a model: what it was made of, when (UTC), and how long that took."""

    fingerprint: str
    at: str
    seconds: float


def model_file(folder: Path) -> Path:
    """Where the trained model lies in a models folder."""
    return folder / MODEL


def fingerprint(root: Path = ROOT) -> str:
    """One hash over everything that a model is made of."""
    digest = hashlib.sha256()
    for file in _files(root):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()


def read_stamp(folder: Path) -> Stamp | None:
    """What the model in a folder was made of; None without a whole model."""
    try:
        stamp = Stamp(**json.loads((folder / STAMP).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return stamp if model_file(folder).exists() else None


def train(nlu_python: Path, out: Path, progress: Progress, *, force: bool = False, root: Path = ROOT) -> TrainReport:
    """Puts a model made of today's data into `out`, telling `progress` a line for every step.

    Raises RasaMissingError without the Rasa environment, TrainingError when Rasa makes no model; the old one stays.
    """
    require(nlu_python)
    wanted, old = fingerprint(root), read_stamp(out)
    if old is not None and old.fingerprint == wanted and not force:
        return TrainReport(model_file(out), wanted, False, 0.0)
    out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as folder:
        _run(_command(nlu_python, Path(folder)), root, Path(folder) / MODEL, progress, kept=old is not None)
        seconds = round(time.monotonic() - start, 1)
        _keep(Path(folder), out, Stamp(wanted, datetime.now(timezone.utc).isoformat(timespec="seconds"), seconds))
    return TrainReport(model_file(out), wanted, True, seconds)


def _files(root: Path) -> Iterator[Path]:
    for pattern in MADE_OF:
        yield from sorted(file for file in root.glob(pattern) if file.is_file())


def _command(python: Path, folder: Path) -> list[str]:
    words = [str(python), "-m", "nlu.launch", "train", "nlu", "-c", "config.yml", "-u", DATA]
    return [*words, "--out", str(folder), "--fixed-model-name", MODEL, "--num-threads", "2"]


def _run(command: list[str], root: Path, made: Path, progress: Progress, *, kept: bool) -> None:
    last: deque[str] = deque(maxlen=12)
    with subprocess.Popen(  # noqa: S603 - our own interpreter with our own arguments
        command,
        cwd=root,
        env=variables(threads=2),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            last.append(line.strip())
            if any(words in line for words in TOLD):
                progress(line.split(" - ")[-1].strip())
    if process.returncode != 0:
        raise TrainingError(_reason(last), kept)
    if not made.exists():
        raise TrainingError("Rasa ended well but wrote no model.", kept)


def _reason(last: deque[str]) -> str:
    said = [line for line in last if line]
    return said[-1].rstrip(".") + "." if said else "Rasa said nothing."


def _keep(folder: Path, out: Path, stamp: Stamp) -> None:
    """The model before its stamp: a crash in between leaves a model that is trained again, never a wrong stamp."""
    (out / STAMP).unlink(missing_ok=True)
    (folder / MODEL).replace(model_file(out))
    (folder / STAMP).write_text(json.dumps(asdict(stamp), indent=1))
    (folder / STAMP).replace(out / STAMP)
