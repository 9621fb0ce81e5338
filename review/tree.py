"""Read trees of this repository: the working tree, and the tree of a git ref."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from .source import ReviewError
from .verdict import semver

ROOT: Final = Path(__file__).resolve().parent.parent
SPEC: Final = "openapi.yaml"
CONFIGURATION: Final = "generator-config.yml"
FIXTURES: Final = "tests/fixtures"
ACCEPTED: Final = "review/accepted.toml"
CACHE: Final = ROOT / ".cache" / "review"
# Files that no generator reads, so that they do not influence the generated package.
NOT_READ: Final = (
    *("generated", "cli", "testing", "tests", "review", "docs", "examples", "requirements"),
    *(".github", ".ci", "CHANGELOG.md", "README.md", "Makefile"),
)
_MAIN: Final = ("origin/main", "main", "origin/master", "master")
_SHALLOW: Final = "this clone is shallow: run `git fetch --unshallow`, or check out with `fetch-depth: 0` in a workflow"


def commit_of(ref: str | None, *, root: Path = ROOT) -> str:
    """Return the commit of a ref, or by default the merge base of HEAD and the main branch.

    Raises:
        ReviewError: `root` is not a repository, or there is no such ref or no main branch.
    """
    if _git(root, "rev-parse", "--git-dir") is None:
        raise ReviewError(
            f"{root} is no git repository (or git is missing), so that there is no base: "
            "compare two files with `python -m review diff OLD NEW`"
        )
    shallow = _git(root, "rev-parse", "--is-shallow-repository") == "true"
    if ref:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if commit is None:
            raise ReviewError(f"there is no git ref {ref!r} here" + (f"; {_SHALLOW}" if shallow else ""))
        return commit
    for name in _MAIN:
        if (commit := _git(root, "merge-base", "HEAD", name)) is not None:
            return commit
    if shallow:
        raise ReviewError(f"the merge base with the main branch is not here; {_SHALLOW}")
    raise ReviewError("there is no main branch to take the merge base with: say BASE=<git ref>")


def extract(commit: str, folder: Path, *, root: Path = ROOT) -> Path:
    """Check out the files of a commit that a generator may read, and return their folder.

    Symbolic links that lead out of the tree are left out.

    Raises:
        ReviewError: git failed.
    """
    tree = folder / "tree"
    tree.mkdir()
    # Use another index and no hooks, so that the repository is not changed.
    command = ["git", "-c", f"core.hooksPath={os.devnull}", f"--work-tree={tree}", "checkout", "--quiet", commit, "--"]
    command += [".", *(f":(exclude){name}" for name in NOT_READ)]
    environment = {**os.environ, "GIT_INDEX_FILE": str(folder / "index")}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReviewError(f"git cannot show {commit}: {done.stderr.strip()}")
    for path in [*tree.rglob("*")]:
        if path.is_symlink() and not path.resolve().is_relative_to(tree.resolve()):
            path.unlink()
    return tree


def files_of(tree: Path) -> list[Path]:
    """Return the files of a tree, without those that git ignores if it is a repository."""
    listed = (
        _git(tree, "ls-files", "-z", "--cached", "--others", "--exclude-standard") if (tree / ".git").exists() else None
    )
    if listed is None:
        return [path for path in tree.rglob("*") if path.is_file()]
    return [tree / name for name in listed.split("\0") if name]


def last_release(commit: str, *, root: Path = ROOT) -> str | None:
    """Return the highest version among the tags of a commit and its ancestors, or None if there is none."""
    tags = (_git(root, "tag", "--merged", commit) or "").split()
    versions = [(numbers, tag) for tag in tags if (numbers := semver(tag)) is not None]
    return max(versions)[1].removeprefix("v") if versions else None


def _git(root: Path, *arguments: str) -> str | None:
    """Run git and return its output, or None if it failed."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
