"""Who may import whom, what may be imported only at the edge, and how long a module and a function may be.

Reads the source and imports nothing of it, so that nlu's parts for Rasa's Python are held as well.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "console", "counsel", "knowledge", "nlu", "retrieval", "storage")
MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "bot": frozenset({"counsel", "knowledge", "nlu", "retrieval", "storage"}),
    "console": frozenset({"counsel", "knowledge", "retrieval", "storage"}),
    "counsel": frozenset({"knowledge", "storage"}),
    "retrieval": frozenset({"knowledge"}),
    "knowledge": frozenset({"storage"}),
    "nlu": frozenset(),
    "storage": frozenset(),
}
KNOWLEDGE_STORED = ("knowledge/openings",)
"""The only part of knowledge that knows a database: openings come and go daily, all else is files."""
NLU_IN_A_CHAT = ("nlu.client", "nlu.korean", "nlu.labels")
"""What a conversation needs of nlu."""
NLU_OPERATED = ("bot/commands/", "bot/frontpage.py")
"""Training, serving and watching Rasa is the matter of the commands and of the operator's page."""
RASA_SIDE = ("nlu.components", "nlu.launch")
"""Runs in Rasa's environment only."""
TELEGRAM_EDGE = frozenset({"bot/app.py", "bot/deliver.py", "bot/incoming.py"})
LENT = "sqlalchemy.ext.asyncio.AsyncSession"
"""What storage lends to its callers: the session to pass on. Commands may also catch SQLAlchemy's errors."""
FLOWS_SHARE = "bot.flows.parts"
HISTORY = "storage/migrations/versions/"
"""Migrations are written by Alembic and never edited afterwards: a table's columns are as long as they are."""
RUN_NOT_IMPORTED = frozenset({"bot/commands/__main__.py", "storage/migrations/env.py"})
LONGEST_MODULE, LONGEST_FUNCTION, MEDIAN_MODULE, MEDIAN_FUNCTION = 400, 40, 120, 10
LONGEST_TEST_MODULE = 500


@dataclass(frozen=True)
class Module:
    """One source file, by its path from the project's folder."""

    path: str
    source: str

    @property
    def room(self) -> str:
        """The folder at the top."""
        return self.path.split("/")[0]

    @property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.source)

    def imports(self) -> Iterator[str]:
        """Everything imported, in full, wherever it stands in the file; relative imports as from the file's package."""
        package = self.path.removesuffix(".py").split("/")[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package[: len(package) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                yield from (f"{base}.{alias.name}" for alias in node.names)

    def functions(self) -> Iterator[tuple[str, int]]:
        """Each function's name and length in lines."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def in_package(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of these packages or lies inside one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def wrong_rooms(modules: Iterable[Module]) -> list[str]:
    """Imports between rooms that the house does not allow."""
    out = []
    for module in modules:
        for name in module.imports():
            target = name.split(".")[0]
            if target not in ROOMS or target == module.room:
                continue
            stored = module.room != "knowledge" or module.path.startswith(KNOWLEDGE_STORED)
            if target not in MAY_IMPORT[module.room] or not stored:
                out.append(f"{module.path} imports {name}")
    return out


def wrong_nlu(modules: Iterable[Module]) -> list[str]:
    """Imports of nlu's machinery where only its answers are needed."""
    out = []
    for module in modules:
        for name in module.imports():
            if module.room == "nlu" or not in_package(name, "nlu"):
                continue
            door = module.path.startswith(NLU_OPERATED) and not in_package(name, *RASA_SIDE)
            if not door and not in_package(name, *NLU_IN_A_CHAT):
                out.append(f"{module.path} imports {name}")
    return out


def wrong_telegram(modules: Iterable[Module]) -> list[str]:
    """Imports of python-telegram-bot away from the edge."""
    return [
        f"{module.path} imports {name}"
        for module in modules
        for name in module.imports()
        if in_package(name, "telegram") and module.path not in TELEGRAM_EDGE
    ]


def wrong_sql(modules: Iterable[Module]) -> list[str]:
    """Imports of SQLAlchemy or Alembic outside storage, apart from the lent session and, in commands, the errors."""
    out = []
    for module in modules:
        for name in module.imports():
            if module.room == "storage" or not in_package(name, "sqlalchemy", "alembic", "aiosqlite", "asyncpg"):
                continue
            caught = module.path.startswith("bot/commands/") and in_package(name, "sqlalchemy.exc")
            if name != LENT and not caught:
                out.append(f"{module.path} imports {name}")
    return out


def wrong_flows(modules: Iterable[Module]) -> list[str]:
    """Flows that import each other. Only the list of all flows, `bot/flows/__init__.py`, knows them."""
    return [
        f"{module.path} imports {name}"
        for module in modules
        for name in module.imports()
        if module.path.startswith("bot/flows/")
        and module.path != "bot/flows/__init__.py"
        and in_package(name, "bot.flows")
        and not in_package(name, FLOWS_SHARE)
    ]


def wrong_at_import(modules: Iterable[Module]) -> list[str]:
    """Statements that do something while a module is imported: calls, loops and with-blocks at the top level.

    Texts stand there as docstrings, and a class may be completed by calls to its own methods.
    """
    out = []
    for module in modules:
        if module.path in RUN_NOT_IMPORTED:
            continue
        tree = module.tree
        classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        loose = [node for node in tree.body if isinstance(node, ast.Expr | ast.For | ast.While | ast.With)]
        out += [f"{module.path}:{node.lineno} runs when imported" for node in loose if not defines(node, classes)]
    return out


def defines(node: ast.stmt, classes: set[str]) -> bool:
    """Whether a bare statement is a text, or completes one of these classes."""
    if not isinstance(node, ast.Expr):
        return False
    match node.value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
            return name in classes
    return False


def too_long(modules: Iterable[Module]) -> list[str]:
    """Modules and functions over the marks."""
    out = []
    for module in modules:
        if module.path.startswith(HISTORY):
            continue
        lines = len(module.source.splitlines())
        if lines > (LONGEST_TEST_MODULE if module.path.startswith("tests/") else LONGEST_MODULE):
            out.append(f"{module.path} has {lines} lines")
        out += [f"{module.path}: {name} has {n} lines" for name, n in module.functions() if n > LONGEST_FUNCTION]
    return out


RULES = (wrong_rooms, wrong_nlu, wrong_telegram, wrong_sql, wrong_flows, wrong_at_import, too_long)


@pytest.fixture(scope="module")
def house() -> list[Module]:
    """Every module of the rooms."""
    files = [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")) if ".venv" not in file.parts]
    return [Module(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_holds(house, rule):
    assert rule(house) == []


def test_modules_and_functions_are_mostly_short(house):
    written = [module for module in house if not module.path.startswith(HISTORY)]
    assert median(len(module.source.splitlines()) for module in written) <= MEDIAN_MODULE
    assert median(n for module in written for _, n in module.functions()) <= MEDIAN_FUNCTION


def test_tests_and_tools_stay_in_bounds():
    files = [file for folder in ("tests", "tools") for file in sorted((ROOT / folder).rglob("*.py"))]
    assert too_long(Module(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files) == []


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (wrong_rooms, "storage/people.py", "from bot.turn import Turn"),
        (wrong_rooms, "nlu/client.py", "import knowledge.catalog"),
        (wrong_rooms, "counsel/cases.py", "def f():\n    from retrieval import search"),
        (wrong_rooms, "knowledge/catalog.py", "from storage import people"),
        (wrong_rooms, "bot/app.py", "from console.pages import queue"),
        (wrong_nlu, "bot/understand.py", "from nlu.server import RasaServer"),
        (wrong_nlu, "bot/commands/train.py", "from nlu.components.tokenizer import KiwiTokenizer"),
        (wrong_telegram, "bot/flows/start.py", "from telegram import Message"),
        (wrong_telegram, "bot/playground/view.py", "import telegram.constants"),
        (wrong_sql, "bot/answer.py", "from sqlalchemy import select"),
        (wrong_sql, "bot/answer.py", "from sqlalchemy.exc import OperationalError"),
        (wrong_sql, "counsel/cases.py", "import asyncpg"),
        (wrong_flows, "bot/flows/programs.py", "from bot.flows.menu import FLOW"),
        (wrong_flows, "bot/flows/programs.py", "from . import menu"),
        (wrong_at_import, "bot/words/__init__.py", "WORDS = {}\nWORDS.update(a=1)"),
        (wrong_at_import, "bot/table.py", "for name in (1, 2):\n    pass"),
        (too_long, "bot/route.py", "\n" * 401),
        (too_long, "bot/route.py", "def f():\n" + "    x = 1\n" * 40),
    ],
)
def test_each_rule_sees_what_it_forbids(rule, path, source):
    assert len(rule([Module(path, source)])) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/commands/migrate.py", "from sqlalchemy.exc import SQLAlchemyError"),
        ("bot/commands/train.py", "from nlu import training"),
        ("bot/flows/programs.py", "from bot.flows.parts import person_button"),
        ("bot/flows/__init__.py", "from bot.flows import menu, programs"),
        ("bot/frontpage.py", "from nlu.server import probe"),
        ("counsel/cases.py", "from sqlalchemy.ext.asyncio import AsyncSession"),
        ("knowledge/loading.py", "class Loader:\n    pass\nLoader.add_resolver(1)"),
        ("knowledge/openings.py", "from storage import people"),
        ("storage/migrations/versions/0001_x.py", "def upgrade():\n" + "    x = 1\n" * 60),
    ],
)
def test_what_is_allowed_passes(path, source):
    assert [found for rule in RULES for found in rule([Module(path, source)])] == []
