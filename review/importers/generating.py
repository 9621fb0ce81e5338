"""Generating the package of a tree, or of a document, and keeping it for the next review."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from threading import Lock
from typing import Final

from generator.spec.places import Place

from ..kept import digest, forget
from ..source import ReviewError
from ..tree import CACHE, NOT_READ

# Two trees that a generator reads the same in share their package: the second one waits for it.
_being_made: Final[defaultdict[Path, Lock]] = defaultdict(Lock)
# Nothing is collected, and httpx finds neither trio nor click, which it imports where it can: a third of the time.
_QUICKLY: Final = "import gc, runpy, sys; gc.disable(); sys.modules.update(click=None, trio=None)"


def generate(tree: Path, spec: Path | None, output: Path, *, files: Iterable[Path] | None = None) -> Path:
    """Generate the package of a document (or of the tree's own) with a tree's generator, templates and configuration.

    Args:
        tree: A tree with a generator.
        spec: The document; None for the tree's own.
        output: The folder that the package's folder is written into, where it is not kept.
        files: All files of the tree. The package that is made from these is kept in the cache, and stays there.

    Raises:
        ReviewError: the tree has no generator, or the generator refused the document.
    """
    if _program(tree) is None:
        raise ReviewError("the tree has no generator/, so that there is no package to compare")
    kept = CACHE / "packages" / _digest(tree, files) if files is not None and spec is None else None
    with _being_made[kept] if kept else nullcontext():
        if kept is None:
            _run_generator(tree, spec, output)
        elif not kept.is_dir():
            made = kept.with_name(f"{kept.name}.{os.getpid()}")
            _run_generator(tree, spec, made)
            _keep(made, kept)
    if kept is not None:
        os.utime(kept)
    packages = [path.parent for path in (kept or output).glob("*/__init__.py")]
    if len(packages) != 1:
        raise ReviewError(f"the generator wrote {len(packages)} packages, and one is needed")
    return packages[0]


def _program(tree: Path) -> str | None:
    """Return the statement that runs a tree's generator: before 0.3, it was a file."""
    if (tree / "generator/__main__.py").is_file():
        return "runpy.run_module('generator', run_name='__main__', alter_sys=True)"
    return "runpy.run_path('generate.py', run_name='__main__')" if (tree / "generate.py").is_file() else None


def _run_generator(tree: Path, spec: Path | None, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", f"{_QUICKLY}; {_program(tree)}", "--output", str(output)]
    command += ["--spec", str(spec.resolve())] if spec else []
    environment = {key: item for key, item in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(output, ignore_errors=True)
        text = done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}"
        said = text.replace(f"{output}{os.sep}", "").splitlines()  # which is gone when that is read
        # That its output is unchanged does not matter here.
        told = [line.strip() for line in said if not line.endswith("is unchanged.")]
        raise GeneratorRefusedError(" ".join(told[-4:]).rstrip("."), _place_in(said, tree))


class GeneratorRefusedError(ReviewError):
    """The generator refused the document, a template or the configuration. `place` is where, if it says."""

    def __init__(self, said: str, place: Place | None) -> None:
        super().__init__(f"the generator refused: {said}")
        self.place = place


def _place_in(said: Iterable[str], tree: Path) -> Place | None:
    """Return the first place in a file of the tree that a generator's words name."""
    for line in said:
        for match in re.finditer(r"([\w./-]+\.\w+):(\d+)", line):
            path = Path(match[1])
            shown = path.relative_to(tree) if path.is_absolute() and path.is_relative_to(tree) else path
            if not shown.is_absolute() and (tree / shown).is_file():
                return Place(str(shown), int(match[2]), 1)
    return None


def _digest(tree: Path, files: Iterable[Path]) -> str:
    """Return a name for what a generator reads of a tree."""
    named = ((file.relative_to(tree), file) for file in sorted(files))
    read = [(str(name), file) for name, file in named if name.parts[0] not in NOT_READ and file.is_file()]
    return digest(part for name, file in read for part in (name, file.read_bytes()))


def _keep(made: Path, kept: Path) -> None:
    """Keep a package for the next review of the same tree, and no more than a few."""
    try:
        made.rename(kept)
    except OSError:  # Another review was faster.
        shutil.rmtree(made, ignore_errors=True)
    forget(kept.parent, 20)
