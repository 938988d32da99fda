"""Makes both environments, exactly as their lock files say. Standard library only: it runs before anything is there.

Does nothing when the lock files have not changed. `--lock` resolves both anew from pyproject.toml and
nlu/requirements.in; `--lock app` and `--lock rasa` only one of them.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GIB = 1024**3
NEEDED_GIB = 6
"""Measured: the app's environment takes 2.2 GB, Rasa's 2.7 GB, models and index 0.3 GB."""
BUILD = {"app": ("setuptools==80.9.0", "wheel==0.45.1"), "Rasa": ("setuptools==70.3.0", "wheel==0.45.1")}
"""What builds packages, by environment. Rasa asks for setuptools 70.3 and no other, torch for 77 or newer."""


class SetupError(Exception):
    """Something that the operator must mend first; the message says what."""


@dataclass(frozen=True)
class Environment:
    """One virtual environment: its folder, its Python, its lock file, and what is installed on top."""

    name: str
    folder: Path
    lock: Path
    python: str
    extra: tuple[str, ...] = ()

    @property
    def pip(self) -> list[str]:
        return [str(self.folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]

    @property
    def stamp(self) -> Path:
        return self.folder / "ieum.stamp"

    def wanted(self) -> str:
        """A digest of everything that a new installation would depend on."""
        digest = hashlib.sha256(self.lock.read_bytes())
        digest.update("|".join((version_of(self.python) or "", *BUILD[self.name], *self.extra)).encode())
        if self.extra:
            digest.update((ROOT / "pyproject.toml").read_bytes())
        return digest.hexdigest()

    def is_ready(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == self.wanted()


def version_of(python: str) -> str | None:
    """ "3.10" for a Python that runs; None for one that does not."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def find_310() -> str:
    """A Python 3.10 for Rasa: on the path, from pyenv, or from uv, in this order. Raises SetupError."""
    root = os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))
    pyenv = sorted(glob.glob(f"{root}/versions/3.10.*/bin/python"))
    for candidate in (os.environ.get("IEUM_PYTHON310", ""), shutil.which("python3.10") or "", *reversed(pyenv)):
        if candidate and version_of(candidate) == "3.10":
            return candidate
    if uv := shutil.which("uv"):
        say("fetching Python 3.10 with uv")
        subprocess.run([uv, "python", "install", "3.10"], check=False)
        found = subprocess.run([uv, "python", "find", "3.10"], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            return found.stdout.strip()
    raise SetupError(
        "Rasa needs Python 3.10 and none was found: install it (`pyenv install 3.10`, `uv python install 3.10` or your "
        "system's package), or set IEUM_PYTHON310 to its path."
    )


def find_311() -> str:
    """The Python of the app: 3.11 or newer. Raises SetupError."""
    root = os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))
    names = [os.environ.get("IEUM_PYTHON", ""), sys.executable, shutil.which("python3.11") or ""]
    for candidate in (*names, *sorted(glob.glob(f"{root}/versions/3.11.*/bin/python"))):
        if candidate and version_of(candidate) == "3.11":
            return candidate
    for candidate in (shutil.which("python3.12") or "", shutil.which("python3.13") or ""):
        if candidate and version_of(candidate):
            return candidate
    raise SetupError("the app needs Python 3.11 or newer: install it, or set IEUM_PYTHON to its path.")


def say(text: str) -> None:
    print(f"  {text}", flush=True)


def check_disk() -> None:
    """Raises SetupError when the disk is too full for both environments."""
    free = shutil.disk_usage(ROOT).free / GIB
    if free < NEEDED_GIB:
        raise SetupError(f"the disk has {free:.1f} GB free and setting up needs {NEEDED_GIB} GB: make room first.")


def install(environment: Environment) -> None:
    """Makes an environment anew from its lock file, showing how far it is."""
    start = time.monotonic()
    name, pins = environment.name, environment.lock.read_text().splitlines()
    shutil.rmtree(environment.folder, ignore_errors=True)
    say(f"{name}: new environment with Python {version_of(environment.python)}")
    run([environment.python, "-m", "venv", str(environment.folder)], name)
    run([*environment.pip, "install", "-q", *BUILD[name]], name)
    if torch := next((line for line in pins if line.startswith("torch==")), ""):
        install_torch(environment.pip, torch, name, environment.lock)
    count = sum(1 for line in pins if "==" in line)
    run([*environment.pip, "install", "--no-deps", "-r", str(environment.lock)], name, count)
    for extra in environment.extra:
        run([*environment.pip, "install", "--no-deps", "--no-build-isolation", "-e", extra], name)
    environment.stamp.write_text(environment.wanted())
    say(f"{name}: ready after {time.monotonic() - start:.0f} s")


def install_torch(pip: list[str], torch: str, name: str, lock: Path | None = None) -> None:
    """Installs torch before everything else. `IEUM_TORCH_INDEX` names an index of CPU builds to take it from.

    A CUDA build, which Linux may get by default, needs libraries that are in no lock file of ours, so they come
    with it. A CPU build needs nothing but what the lock file has, which its own index may not have.
    """
    say(f"{name}: {torch}, the largest package")
    if index := os.environ.get("IEUM_TORCH_INDEX", ""):
        run([*pip, "install", "--no-deps", torch, "--index-url", index], name, 1)
        return
    run([*pip, "install", torch, *(["-c", str(lock)] if lock else [])], name, 10)


def run(command: list[str], name: str, count: int = 0) -> None:
    """Runs a step. pip's lines become one count on the screen; a failure shows its last lines. Raises SetupError."""
    last: list[str] = []
    done = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            last = [*last[-15:], line.rstrip()]
            if count and line.startswith(("Collecting ", "Processing ")):
                done += 1
                print(f"\r  {name}: package {done} of {max(count, done)}   ", end="", flush=True)
            if count and line.startswith("Installing collected"):
                print(f"\r  {name}: {done or count} packages fetched, installing them now", flush=True)
    if process.returncode:
        print()
        raise SetupError(f"setting up {name} failed:\n" + "\n".join(last) + "\n" + advice("\n".join(last)))


def advice(output: str) -> str:
    """One sentence that says what to do, by the last words of a step that failed."""
    if "No space left" in output:
        return f"The disk is full: make {NEEDED_GIB} GB of room and run it again."
    if "ensurepip" in output:
        return "This Python has no venv module: install it (on Debian and Ubuntu the package python3.11-venv)."
    return "Check the network and run it again."


def environments() -> tuple[Environment, Environment]:
    """Both environments of the project."""
    return (
        Environment("app", ROOT / ".venv", ROOT / "requirements.lock", find_311(), (f"{ROOT}",)),
        Environment("Rasa", ROOT / "nlu" / ".venv", ROOT / "nlu" / "requirements.txt", find_310()),
    )


def lock(which: str) -> None:
    """Resolves the lock files anew, in throwaway environments: "app", "rasa", or "" for both."""
    if which != "rasa":
        # Editable: it needs the project's dependencies only, and leaves no build folder behind.
        resolve("app", find_311(), ["-e", f"{ROOT}[dev]"], ROOT / "requirements.lock", torch_wanted())
    if which != "app":
        wanted = ["-r", str(ROOT / "nlu" / "requirements.in")]
        resolve("Rasa", find_310(), wanted, ROOT / "nlu" / "requirements.txt")


def torch_wanted() -> str:
    """The torch that pyproject.toml asks for."""
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    return next(line.strip(' ",') for line in lines if line.strip().startswith('"torch=='))


def resolve(name: str, python: str, wanted: list[str], target: Path, torch: str = "") -> None:
    """Installs `wanted` into a fresh environment and writes down what came."""
    say(f"{name}: resolving {target.name}, this takes some minutes")
    with tempfile.TemporaryDirectory() as folder:
        run([python, "-m", "venv", folder], name)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check", "--no-input"]
        run([*pip, "install", "-q", *BUILD[name]], name)
        if torch:
            install_torch(pip, torch, name)
        run([*pip, "install", *wanted], name, 150)
        frozen = subprocess.run([*pip, "freeze", "--all"], capture_output=True, text=True, check=True).stdout
    target.write_text(HEADER + "\n".join(pins(frozen)) + "\n")


HEADER = "# Made by `make lock`: exactly what was installed and tested. Do not edit by hand.\n"
NOT_LOCKED = ("ieum", "pip", "setuptools", "wheel", "triton")
"""Our own package, what BUILD pins, and what comes with a CUDA build of torch (with everything named nvidia, cuda)."""


def pins(frozen: str) -> list[str]:
    """pip's list as plain pins: no local paths, no build tags, nothing that belongs to one build of torch only."""
    out = []
    for line in frozen.splitlines():
        name = line.split("==")[0].split(" @ ")[0].strip()
        if line.startswith(("-e", "#")) or name in NOT_LOCKED or name.startswith(("nvidia-", "cuda-")):
            continue
        if " @ " in line:
            version = line.rsplit("/", 1)[-1].split("-")[1]
            line = f"{name}=={version}"
        out.append(line.split("+")[0])
    return out


def main() -> int:
    """Sets up, or locks."""
    try:
        if sys.argv[1:2] == ["--lock"]:
            lock("".join(sys.argv[2:3]))
            return 0
        missing = [e for e in environments() if not e.is_ready()]
        if missing:
            check_disk()
        for environment in missing:
            install(environment)
    except SetupError as error:
        print(f"ieum: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
