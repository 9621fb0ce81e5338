"""Generate the package of a tree or document, and cache it for later reviews."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Final

from generator.spec.places import Place

from ..cache import digest, prune
from ..source import ReviewError
from ..tree import CACHE, NOT_READ, files_of

# One lock for each cached package: the second of two equal trees waits for the first.
_locks: Final[defaultdict[Path, Lock]] = defaultdict(Lock)
# Without garbage collection, and without trio and click, which httpx would import, a third of the time is saved.
_PREPARE: Final = "import gc, runpy, sys; gc.disable(); sys.modules.update(click=None, trio=None)"


def generate(tree: Path, spec: Path | None, output: Path) -> Path:
    """Generate a package with the generator of a tree, and return the package's folder.

    Args:
        tree: A tree with a generator.
        spec: The document; None for the tree's own document, whose package is cached.
        output: The folder to write the package of another document into.

    Raises:
        ReviewError: the tree has no generator, or the generator refused the document.
    """
    if _program(tree) is None:
        raise ReviewError("the tree has no generator/, so that there is no package to compare")
    if spec is None:
        output = _cached(tree)
    else:
        _run_generator(tree, spec, output)
    packages = [path.parent for path in output.glob("*/__init__.py")]
    if len(packages) != 1:
        raise ReviewError(f"the generator wrote {len(packages)} packages, and one is needed")
    return packages[0]


def _cached(tree: Path) -> Path:
    """Return the folder of the cache with the package of a tree's own document, generated if it is not there yet."""
    folder = CACHE / "packages" / _digest(tree)
    with _locks[folder]:
        if not folder.is_dir():
            made = folder.with_name(f"{folder.name}.{os.getpid()}")
            _run_generator(tree, None, made)
            _move_to_cache(made, folder)
    os.utime(folder)
    return folder


def _program(tree: Path) -> str | None:
    """Return the statement that runs a tree's generator, which was a single file before version 0.3."""
    if (tree / "generator/__main__.py").is_file():
        return "runpy.run_module('generator', run_name='__main__', alter_sys=True)"
    return "runpy.run_path('generate.py', run_name='__main__')" if (tree / "generate.py").is_file() else None


def _run_generator(tree: Path, spec: Path | None, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", f"{_PREPARE}; {_program(tree)}", "--output", str(output)]
    command += ["--spec", str(spec.resolve())] if spec else []
    environment = {key: item for key, item in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(output, ignore_errors=True)
        text = done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}"
        lines = text.replace(f"{output}{os.sep}", "").splitlines()  # hide the folder, which is temporary
        relevant = [line.strip() for line in lines if not line.endswith("is unchanged.")]
        raise GeneratorRefusedError(" ".join(relevant[-4:]).rstrip("."), _place_in(lines, tree))


class GeneratorRefusedError(ReviewError):
    """The generator refused the document, a template or the configuration; `place` is the cause, if it is known."""

    def __init__(self, reason: str, place: Place | None) -> None:
        super().__init__(f"the generator refused: {reason}")
        self.place = place


def _place_in(lines: Iterable[str], tree: Path) -> Place | None:
    """Return the first place in a file of the tree that a generator's output names."""
    for line in lines:
        for match in re.finditer(r"([\w./-]+\.\w+):(\d+)", line):
            path = Path(match[1])
            shown = path.relative_to(tree) if path.is_absolute() and path.is_relative_to(tree) else path
            if not shown.is_absolute() and (tree / shown).is_file():
                return Place(str(shown), int(match[2]), 1)
    return None


def _digest(tree: Path) -> str:
    """Hash the files of a tree that a generator may read."""
    named = ((file.relative_to(tree), file) for file in sorted(files_of(tree)))
    read = [(str(name), file) for name, file in named if name.parts[0] not in NOT_READ and file.is_file()]
    return digest(part for name, file in read for part in (name, file.read_bytes()))


def _move_to_cache(made: Path, cached: Path) -> None:
    """Move a package into the cache, and remove old packages from the cache."""
    try:
        made.rename(cached)
    except OSError:  # Another review was faster.
        shutil.rmtree(made, ignore_errors=True)
    prune(cached.parent, 20)
