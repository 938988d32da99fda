"""The readers run on Rasa's Python 3.10 too, whose regular expressions know neither atomic groups nor `*+`."""

import ast
import re
from pathlib import Path

import pytest

import nlu.korean

SOURCES = sorted(Path(nlu.korean.__file__).parent.glob("*.py"))
ONLY_SINCE_3_11 = re.compile(r"\(\?>|(?<!\\)[*+?]\+(?!\])")


def texts(source: str) -> list[str]:
    """All text constants of a source, those within f-strings too."""
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [node.value for node in nodes if isinstance(node.value, str)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_patterns_are_known_to_both(path: Path) -> None:
    assert [text for text in texts(path.read_text("utf-8")) if ONLY_SINCE_3_11.search(text)] == []


@pytest.mark.parametrize("source", [r'A = r"(?>\d+)원"', r'A = rf"{B}\d*+원"', r'A = r"\d?+원"'])
def test_what_only_the_newer_knows_is_seen(source: str) -> None:
    assert any(ONLY_SINCE_3_11.search(text) for text in texts(source))
