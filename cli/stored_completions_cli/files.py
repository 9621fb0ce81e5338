"""Write files that hold private conversations: readable by their owner alone, and never through a symbolic link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from stored_completions_cli.errors import UsageError, changed_file

_PRIVATE = 0o600
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def open_private(path: Path, flags: int = 0) -> int:
    """Open a file for reading and writing, create it if it does not exist, and return its descriptor.

    Args:
        flags: Further flags of `os.open`.

    Raises:
        UsageError: the path is a symbolic link, not a regular file, or one of several names of a file.
        OSError: the file cannot be opened.
    """
    try:
        descriptor = os.open(path, _FLAGS | flags, _PRIVATE)
    except OSError as error:
        if error.errno == errno.ELOOP or path.is_symlink():
            raise UsageError(
                f"{path} is a link, and links are not followed: remove it, or choose another place."
            ) from None
        raise
    status = os.fstat(descriptor)
    problem = "" if stat.S_ISREG(status.st_mode) else "is not a file"
    if status.st_nlink > 1:
        problem = "is a hard link, and the file would change under its other names too"
    if problem:
        os.close(descriptor)
        raise UsageError(f"{path} {problem}: choose another place.")
    return descriptor


def check_in_place(descriptor: int, path: Path, size: int | None = None) -> None:
    """Check that a path still names an open file.

    Args:
        size: The size in bytes that the file must have; None allows any.

    Raises:
        CommandError: another program has moved, removed or changed the file.
    """
    with suppress(FileNotFoundError):
        status = os.fstat(descriptor)
        if os.path.samestat(status, path.stat()) and size in (None, status.st_size):
            return
    raise changed_file(str(path))


def write_all(descriptor: int, content: bytes, at: int) -> None:
    """Write bytes at an offset of a file."""
    left = memoryview(content)
    while left:
        written = os.pwrite(descriptor, left, at)
        left, at = left[written:], at + written


@contextmanager
def replacing(path: Path, draft: Path) -> Iterator[IO[bytes]]:
    """Open a file to write under a temporary name, and rename it at the end, so that it never exists in part.

    Args:
        draft: The temporary name, in the same folder; an existing file of this name is overwritten.

    Raises:
        OSError: the file cannot be written; the file that `path` named before is unchanged.
    """
    try:
        with os.fdopen(open_private(draft, os.O_TRUNC), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        rename_durably(draft, path)
    except BaseException:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def rename_durably(draft: Path, path: Path) -> None:
    """Rename a file that is synced to disk, and sync the new name too."""
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
