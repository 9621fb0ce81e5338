"""Cache the results of slow steps for later reviews, by a hash of everything that they depend on."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import get_ident
from typing import Any

from .tree import CACHE


def digest(parts: Iterable[str | bytes]) -> str:
    """Hash texts together with the version of Python and of the installed packages."""
    sha256 = hashlib.sha256(_environment())
    for part in parts:
        data = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        sha256.update(b"%d\0" % len(data) + data)
    return sha256.hexdigest()[:32]


@cache
def _environment() -> bytes:
    """Return the version of Python and the names and versions of the installed packages."""
    folders = sorted(Path(entry) for entry in sys.path if Path(entry).name == "site-packages")
    return "\n".join(
        [sys.version, *sorted(item.name for path in folders for item in path.glob("*.dist-info"))]
    ).encode()


def python_files(folder: Path) -> list[Path]:
    """Return the Python files and stubs below a folder."""
    return sorted(file for ending in ("*.py", "*.pyi") for file in folder.rglob(ending))


def digest_of_folder(folder: Path) -> str:
    """Hash the Python files below a folder."""
    return digest(part for file in python_files(folder) for part in (str(file.relative_to(folder)), file.read_bytes()))


def get_or_make(parts: Iterable[str | bytes], make: Callable[[], Any]) -> Any:
    """Return the cached result for some texts, or make and cache it."""
    file = CACHE / "results" / digest(parts)
    try:
        found = pickle.loads(file.read_bytes())
        os.utime(file)
    except Exception:  # noqa: BLE001 - a file that cannot be read is written again
        found = make()
        part = file.with_suffix(f".{os.getpid()}-{get_ident()}")
        with suppress(OSError):  # If the cache cannot be written, go on without it.
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(pickle.dumps(found))
            part.replace(file)
            prune(file.parent, 60)
    return found


def prune(folder: Path, most: int) -> None:
    """Remove all but the most recently used entries of a folder."""
    for old in sorted(folder.iterdir(), key=_age)[:-most]:
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Return when an entry was last used; 0 if another review has removed it."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
