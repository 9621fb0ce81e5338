"""Install npm packages for tests, at pinned versions."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.programs.record.process import MissingError, call


def npm() -> str:
    """Return the npm command.

    Raises:
        MissingError: there is none.
    """
    if not (shutil.which("node") and (command := shutil.which("npm"))):
        raise MissingError("node and npm are needed")
    return command


def install(package: str, folder: Path) -> None:
    """Install a package, `name@version`, below a folder."""
    # Without a lock, since npm's locks record where packages were downloaded from.
    options = ("--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund")
    call(npm(), "install", "--prefix", folder, *options, package)
