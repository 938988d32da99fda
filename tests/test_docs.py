"""What the documents claim: every setting, command, path, name and link in them is real, and none is left out."""

import ast
import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.commands import COMMANDS
from bot.settings import ROOT, Settings

DOCS = ("README.md", "README.ko.md", "CHANGELOG.md", *(f"docs/{name}" for name in ("map.md", "operating.md")))
NOTES = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|(–)) \| (.+) \|$", re.MULTILINE)
MADE_LATER = ("var/", "docs/pictures/")
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def variable(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"IEUM_{field.upper()}"


def shown(value: Any) -> str:
    """A default as the table writes it; a dash for none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, Path):
        return value.relative_to(ROOT).as_posix()
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


def test_the_settings_table_is_complete_and_true():
    table = {name: default or dash for name, default, dash, _ in ROW.findall(read("docs/operating.md"))}
    assert table == {variable(name): shown(field.default) for name, field in Settings.model_fields.items()}
    assert not any(isinstance(field.default, SecretStr) for field in Settings.model_fields.values())


def test_every_variable_that_the_code_reads_is_documented():
    files = [file for room in ("bot", "nlu", "retrieval", "storage", "tools") for file in (ROOT / room).rglob("*.py")]
    sources = "".join(file.read_text("utf-8") for file in files if ".venv" not in file.parts)
    named = set(re.findall(r"\bIEUM_[A-Z0-9_]*[A-Z0-9]\b", sources))
    assert len(named) > 5
    assert sorted(name for name in named if f"`{name}`" not in read("docs/operating.md")) == []


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_told(command):
    rows = [line for line in read("docs/operating.md").splitlines() if line.startswith("|")]
    assert any(f"`ieum {command}" in row for row in rows)


@pytest.mark.parametrize("name", [*DOCS, *(f"docs/decisions/{note.name}" for note in NOTES)])
def test_commands_and_targets_that_are_named_exist(name):
    text = read(name)
    spoken = set(re.findall(r"(?:`|bin/|^)ieum ([a-z]+)", text, re.MULTILINE))
    targets = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    made = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert spoken <= set(COMMANDS)
    assert targets <= made


def paths(text: str) -> Iterator[str]:
    """Words in code marks that name a file or folder of the project, perhaps with a name inside it."""
    tops = {file.name for file in ROOT.iterdir()}
    for words in CODE.findall(text):
        path = words.split(":")[0]
        if re.fullmatch(r"[\w.-]+(/[\w.-]*)+|[\w-]+\.(?:yml|toml|lock|md)", path) and (
            path.split("/")[0] in tops or "/" not in path
        ):
            yield words


@pytest.mark.parametrize("name", [*DOCS, "docs/decisions/README.md", "docs/decisions/0001-the-house.md"])
def test_paths_that_are_named_exist(name):
    missing = [p for p in paths(read(name)) if not p.startswith(MADE_LATER) and not (ROOT / p.split(":")[0]).exists()]
    assert missing == []


def test_the_map_names_what_is_there():
    named = [words.split(":") for words in paths(read("docs/map.md")) if ".py:" in words]
    assert len(named) > 20
    assert [f"{path}:{name}" for path, name in named if name not in defined(ROOT / path)] == []


def defined(file: Path) -> set[str]:
    """The classes and functions at the top of a file."""
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, kinds)}


def test_every_room_is_on_the_map():
    rooms = [folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists() and folder.name != "tests"]
    assert sorted(room for room in rooms if f"`{room}/" not in read("docs/map.md")) == []


@pytest.mark.parametrize("name", [*DOCS, "docs/decisions/README.md"])
def test_links_lead_somewhere(name):
    folder = (ROOT / name).parent
    links = [link for link in LINK.findall(read(name)) if not link.startswith(("http:", "https:"))]
    assert [link for link in links if not (folder / link).exists()] == []


def test_links_inside_operating_lead_to_headings():
    text = read("docs/operating.md")
    heads = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in re.findall(r"^## (.+)$", text, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= heads


def test_every_decision_is_in_the_index():
    index = read("docs/decisions/README.md")
    assert NOTES
    assert [note.name for note in NOTES if f"({note.name})" not in index] == []


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_first_screen_shows_how_to_start(name):
    text = read(name)
    assert "make run" in text
    assert "docs/pictures/playground.png" in "\n".join(text.splitlines()[:14])


def test_documents_name_no_place_of_one_machine():
    texts = {name: read(name) for name in (*DOCS, *(f"docs/decisions/{note.name}" for note in NOTES))}
    place = re.compile(r"(?<![\w.])/(?:home|root|Users|work|tmp|opt)/")
    assert [name for name, text in texts.items() if place.search(text)] == []
