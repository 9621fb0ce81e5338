"""Generate a document's package with our templates and the stock ones, and type-check ours."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from generator.generate import GenerationError, generate
from generator.spec.reading import read
from tests.programs.documents.sources import Source
from tests.support import pyright as pyrights, stock as stocked
from tests.support.server import CONFIG

_CHANGED = re.compile(r"^package_name_override: .*$", re.MULTILINE)


@dataclass
class Made:
    """A package, or why there is none, with the number of the generator's warnings."""

    folder: Path | None
    reason: str = ""
    warnings: int = 0


def ours(source: Source, output: Path, name: str, accepted: str = "", *, plainly: bool = False) -> Made:
    """Generate with our templates, as `make generate` does, but for the package's name and what is accepted.

    Args:
        plainly: Configure nothing but the name.
    """
    output.mkdir(parents=True, exist_ok=True)
    text = "package_name_override: name\n" if plainly else CONFIG.read_text(encoding="utf-8")
    config = output / "generator-config.yml"
    config.write_text(_CHANGED.sub(f"package_name_override: {name}", text) + accepted, encoding="utf-8")
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            return Made(generate(output, spec=source.path, config=config))
    except GenerationError as error:
        return Made(None, str(error))
    except Exception as error:  # noqa: BLE001  # none may come to a person as a traceback
        return Made(None, f"crashed: {type(error).__name__}: {str(error)[:200]}")


def stock(source: Source, output: Path, name: str) -> Made:
    """Generate with the generator's own templates and defaults."""
    output.mkdir(parents=True, exist_ok=True)
    try:
        return Made(output / name, warnings=stocked.generate(_read_by_stock(source.path), output / name))
    except stocked.StockError as error:
        return Made(None, str(error))
    except Exception as error:  # noqa: BLE001  # the generator's own defects
        return Made(None, f"{type(error).__name__}: {str(error)[:200]}")


def _read_by_stock(path: Path) -> dict[str, object]:
    text = path.read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text) if path.suffix == ".json" else YAML(typ="safe").load(text)
    return found


def mypy(folders: Sequence[Path]) -> dict[Path, str]:
    """Return the first error of `mypy --strict` in each package; all packages are checked at once."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file", os.devnull]
    command += map(str, folders)
    environment, cwd = _environment(folders), folders[0].parent.parent
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    return _first_errors(done, folders)


def pyright(folders: Sequence[Path]) -> dict[Path, str]:
    """Return pyright's first error in each package; a few packages at a time, for pyright's memory."""
    found: dict[Path, str] = {}
    for start in range(0, len(folders), 10):
        few = folders[start : start + 10]
        above = Path(os.path.commonpath([folder.parent for folder in few]))
        found |= _first_errors(pyrights.pyright(above, few, _environment(few)), few)
    return found


def _environment(folders: Iterable[Path]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(folder.parent) for folder in folders)}


def _first_errors(done: subprocess.CompletedProcess[str], folders: Iterable[Path]) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for line in done.stdout.splitlines():
        for folder in folders:
            if f"{folder.name}/" in line and "error" in line:
                found.setdefault(folder, line.strip().split(f"{folder.name}/", 1)[1])
    if done.returncode and not found:
        raise RuntimeError(f"A type checker failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return found


def same_value(one: Path, other: Path) -> bool:
    """Return whether two documents are equal."""
    return bool(read(one).value == read(other).value)
