"""What takes a process seconds, kept for the next review by the content of all that it depends on."""

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
    """Return a name for contents, this Python and its packages."""
    seen = hashlib.sha256(_environment())
    for part in parts:
        data = part.encode(errors="surrogatepass") if isinstance(part, str) else part
        seen.update(b"%d\0" % len(data) + data)
    return seen.hexdigest()[:32]


@cache
def _environment() -> bytes:
    """Return what names this Python and its packages."""
    folders = sorted(Path(entry) for entry in sys.path if Path(entry).name == "site-packages")
    return "\n".join(
        [sys.version, *sorted(item.name for path in folders for item in path.glob("*.dist-info"))]
    ).encode()


def python_of(folder: Path) -> list[Path]:
    """Return the Python of a folder, with its stubs."""
    return sorted(file for ending in ("*.py", "*.pyi") for file in folder.rglob(ending))


def of_folder(folder: Path) -> str:
    """Return a name for the Python of a folder."""
    return digest(part for file in python_of(folder) for part in (str(file.relative_to(folder)), file.read_bytes()))


def answer(parts: Iterable[str | bytes], ask: Callable[[], Any]) -> Any:
    """Return what was kept for these contents, or else ask for it and keep it."""
    file = CACHE / "answers" / digest(parts)
    try:
        found = pickle.loads(file.read_bytes())
        os.utime(file)
    except Exception:  # noqa: BLE001 - what was kept and cannot be read is asked for again
        found = ask()
        part = file.with_suffix(f".{os.getpid()}-{get_ident()}")
        with suppress(OSError):  # Where nothing can be written, it is asked for each time.
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(pickle.dumps(found))
            part.replace(file)
            forget(file.parent, 60)
    return found


def forget(folder: Path, most: int) -> None:
    """Remove what was kept in a folder, but for the newest."""
    for old in sorted(folder.iterdir(), key=_age)[:-most]:
        if old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Return when something was last used; one that another review has removed is the oldest."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
