"""The Rasa environment: where its Python is, and the surroundings in which Rasa runs quietly and within its cores."""

import os
from pathlib import Path

from nlu.errors import RasaMissingError

PASSED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""The only variables of ours that Rasa sees: no token, no database address."""


def rasa_python(root: Path) -> Path:
    """Where `make setup` puts the Rasa environment's Python."""
    return root / "nlu" / ".venv" / "bin" / "python"


def require(python: Path) -> None:
    """Raises RasaMissingError unless Rasa is installed beside this Python."""
    if not python.exists() or not (python.parent / "rasa").exists():
        raise RasaMissingError(python)


def variables(threads: int) -> dict[str, str]:
    """The environment variables for Rasa: no telemetry, no TensorFlow chatter, at most `threads` threads a library."""
    count = str(threads)
    return {
        **{name: os.environ[name] for name in PASSED if name in os.environ},
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONWARNINGS": "ignore",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "RASA_MAX_CACHE_SIZE": "0",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "OMP_NUM_THREADS": count,
        "OMP_WAIT_POLICY": "PASSIVE",  # spinning ones took 1.4 s for a sentence on busy cores, not 0.03
        "OPENBLAS_NUM_THREADS": count,
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": count,
    }
