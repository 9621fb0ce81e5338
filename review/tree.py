"""Trees of this repository: the working tree, and the tree of a git ref."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from .source import ReviewError

ROOT: Final = Path(__file__).resolve().parent.parent
SPEC: Final = "openapi.yaml"
FIXTURES: Final = "tests/fixtures"
_MAIN: Final = ("origin/main", "main", "origin/master", "master")


def commit_of(ref: str | None, *, root: Path = ROOT) -> str:
    """Return the commit of a ref, or without one the merge base of HEAD and the main branch.

    Raises:
        ReviewError: there is no such ref, or no main branch to take the merge base with.
    """
    if ref:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if commit is None:
            raise ReviewError(f"there is no git ref {ref!r} here")
        return commit
    for name in _MAIN:
        if (commit := _git(root, "merge-base", "HEAD", name)) is not None:
            return commit
    raise ReviewError("there is no main branch to take the merge base with: say BASE=<git ref>")


def extract(commit: str, folder: Path, *, root: Path = ROOT) -> Path:
    """Write the tree of a commit into a folder and return it.

    Raises:
        ReviewError: git failed.
    """
    done = subprocess.run(["git", "archive", commit], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise ReviewError(f"git cannot show {commit}: {done.stderr.decode(errors='replace').strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _git(root: Path, *arguments: str) -> str | None:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
