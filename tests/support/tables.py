"""Tables of tests, out of YAML files."""

from pathlib import Path
from typing import Any

import yaml


def read_table(path: Path) -> Any:
    """The file as plain data. With libyaml: Python's own reader takes seconds for our tables, once in each process."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
