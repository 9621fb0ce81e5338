"""All programs and commands in the documents do what the documents show."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stored_completions_testing.server import Server, Store
from tests import ROOT
from tests.support import python
from tests.support.amount import WHOLE

# Pages that a command writes (reports, measurements) show no commands.
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Pages whose commands a reader can run in an empty folder.
GUIDES = [path for path in PAGES if path.name == "tutorial.md" or path.parent.name == "how-to"]
_FENCE = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
EXTRAS = set(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"])
# pytest and the plugin, as a user has them who installed the package.
_COMMANDS = {"python": "-W error", "pytest": "-m pytest -p stored_completions_testing.plugin -p no:cacheprovider"}
_SHIM = '#!/bin/sh\nexec "{python}" {arguments} "$@"\n'


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    place: str
    language: str
    title: str | None
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        place = f"{page.relative_to(ROOT)}:{line}"
        yield Block(place, found["language"], found["title"], found["text"])


PROGRAMS = [block for page in PAGES for block in blocks(page) if block.language == "python" and not block.title]


@pytest.fixture
def stored_completions_seed() -> Store:
    """Return the server's three completions, as readers see them."""
    return Store()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Set the environment of a reader who has installed the package, in an empty folder."""
    programs = tmp_path / ".bin"
    programs.mkdir()
    for name, given in _COMMANDS.items():
        shim = programs / name
        shim.write_text(_SHIM.format(python=sys.executable, arguments=given), encoding="utf-8")
        shim.chmod(0o755)
    path = os.pathsep.join(str(ROOT / folder) for folder in ("generated", "testing"))
    search = f"{programs}{os.pathsep}{os.environ['PATH']}"
    alone = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return {**os.environ, "PATH": search, "PYTHONPATH": path, **alone}


def run(arguments: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = python.run([sys.executable, *arguments], cwd=folder, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.mark.parametrize("block", PROGRAMS, ids=lambda block: block.place)
def test_each_program_runs_by_itself(
    block: Block, tmp_path: Path, environment: dict[str, str], stored_completions_server: Server
) -> None:
    """Copied, it runs against the embedded server without a warning and prints what the page shows."""
    program = ["-W", "error", "-c", block.text]
    printed = run(program, tmp_path, {**environment, **stored_completions_server.environment})
    assert printed or "print(" not in block.text


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_each_guide_can_be_followed(page: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """Files are saved, and commands run in order and print what the page shows; `...` matches anything."""
    printed: str | None = None
    for block in blocks(page):
        if block.title:
            (tmp_path / block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            for command in block.text.splitlines():
                if command.startswith("pip install "):
                    assert is_installable(command), block.place
                else:
                    name, *arguments = shlex.split(command)
                    printed = run([*_COMMANDS[name].split(), *arguments], tmp_path, environment)
        elif block.language == "text":
            assert printed is not None, f"{block.place} shows what no command before it printed"
            shown = "[^\n]*".join(map(re.escape, block.text.split("...")))
            assert re.fullmatch(shown, printed), f"{block.place}\n{printed}"


@pytest.mark.skipif(not WHOLE, reason="pyright takes seconds")
def test_each_program_is_what_an_editor_calls_correct(tmp_path: Path) -> None:
    """pyright, with an editor's settings, marks no line."""
    for number, block in enumerate(item for page in PAGES for item in blocks(page) if item.language == "python"):
        (tmp_path / f"program_{number}.py").write_text(f"# {block.place}\n{block.text}", encoding="utf-8")
    configuration = {
        "typeCheckingMode": "standard",
        "extraPaths": [str(ROOT / folder) for folder in ("generated", "testing", "cli")],
        "pythonVersion": "3.11",
    }
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(configuration), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", str(tmp_path)]
    environment = {**os.environ, "PYRIGHT_PYTHON_CACHE_DIR": str(ROOT / ".cache" / "pyright")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    places = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in tmp_path.glob("*.py")}
    lines = [
        line.replace(name, place) for line in done.stdout.splitlines() for name, place in places.items() if name in line
    ]
    assert done.returncode == 0, "\n".join(lines or [done.stdout, done.stderr])


def is_installable(command: str) -> bool:
    """Return whether a `pip install` names this package and extras that exist."""
    names = [name for name in shlex.split(command)[2:] if name != "."]
    found = [re.fullmatch(r"stored-completions(?:\[([\w,]+)\])?", name) for name in names]
    return all(item and set((item[1] or "").split(",")) - {""} <= EXTRAS for item in found)


def test_every_install_command_names_this_package_and_its_extras() -> None:
    for page in PAGES:
        for block in blocks(page):
            for line in block.text.splitlines() if block.language == "sh" else ():
                if line.startswith("pip install stored") or line.startswith("pip install 'stored"):
                    assert is_installable(line.partition("#")[0]), f"{block.place}: {line}"


def test_every_code_block_with_a_file_name_is_saved_or_used() -> None:
    """A program with a title is used by the commands of a guide; elsewhere it would never run."""
    assert {block.place for page in PAGES if page not in GUIDES for block in blocks(page) if block.title} == set()
