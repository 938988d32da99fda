"""YAML with line numbers, and validation errors that name the file and the line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

Steps = tuple[str | int, ...]
Read = TypeVar("Read")


@dataclass(frozen=True)
class Problem:
    """Something wrong at a line of a file; the path is relative to the facts folder.

    `kind` is a fixed word: broken, unknown-source, unknown-id, no-source.
    """

    file: str
    line: int
    message: str
    kind: str = "broken"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CatalogError(Exception):
    """The catalog cannot be used as it is written. `problems` holds every one that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class _Loader(yaml.CSafeLoader):
    """YAML without surprises: `on` and `no` are words, `14:00` and `2026-01-01` are text."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML looks for it here, and the base's own must not be inherited


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(true|false)\Z"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(0|-?[1-9][0-9_]*)\Z"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"-?[0-9]+\.[0-9]+\Z"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(~|null)?\Z"), ["~", "n", ""])


class _Reader:
    """Turns composed nodes into plain data while noting the line of each path."""

    def __init__(self, loader: _Loader, file: str) -> None:
        self.loader, self.file = loader, file
        self.lines: dict[Steps, int] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: Steps = ()) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return self.loader.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, path: Steps) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.loader.construct_object(key_node)
            line = key_node.start_mark.line + 1
            if key in result:
                self.problems.append(Problem(self.file, line, f"{key!r} is written twice"))
            self.lines[(*path, key)] = line
            result[key] = self.value(value_node, (*path, key))
        return result


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data and the line of every path in it."""

    file: str
    data: Any
    lines: Mapping[Steps, int]

    def line(self, path: Steps) -> int:
        """Line of the path, or of its nearest parent that the file has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Steps, message: str, kind: str = "broken") -> Problem:
        """A problem at the path."""
        return Problem(self.file, self.line(path), message, kind)


def read(path: Path, file: str) -> Document:
    """The file as plain data with lines. CatalogError when it is not YAML, or says a key twice."""
    loader = _Loader(path.read_text(encoding="utf-8"))
    reader = _Reader(loader, file)
    try:
        node = loader.get_single_node()
        data = reader.value(node) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogError([Problem(file, line, f"not YAML: {error.problem}")]) from error
    finally:
        loader.dispose()
    if reader.problems:
        raise CatalogError(reader.problems)
    return Document(file, data, reader.lines)


def validate(document: Document, shape: type[Read], context: Mapping[str, object], data: Any = None) -> Read:
    """The document's data (or `data` made from it) as the shape. CatalogError with one problem per error."""
    try:
        return TypeAdapter(shape).validate_python(document.data if data is None else data, context=dict(context))
    except ValidationError as error:
        raise CatalogError(
            document.problem(item["loc"], _message(item["loc"], item["msg"]), _kind(item["msg"]))
            for item in error.errors()
        ) from error


def _message(steps: Steps, message: str) -> str:
    where = ".".join(str(step) for step in steps)
    return f"{where}: {message.removeprefix('Value error, ')}" if where else message.removeprefix("Value error, ")


def _kind(message: str) -> str:
    return "unknown-source" if "unknown source" in message else "broken"
