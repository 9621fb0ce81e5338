"""Files that hold private conversations: for their owner alone, beside their target, and never through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from stored_completions_cli.errors import CommandError, Status

_PRIVATE = 0o600
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def opened(path: Path, flags: int = 0) -> int:
    """Return a descriptor to read and write a file, which is made if there is none.

    Raises:
        CommandError: it is a link, or no file.
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(path, _FLAGS | flags, _PRIVATE)
    except OSError as error:
        if error.errno == errno.ELOOP or path.is_symlink():
            raise CommandError(
                f"{path} is a link, and links are not followed: remove it, or choose another place.", Status.USAGE
            ) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CommandError(f"{path} is not a file: choose another place.", Status.USAGE)
    return descriptor


def write_all(descriptor: int, content: bytes, at: int) -> None:
    """Write bytes at a place of a file."""
    left = memoryview(content)
    while left:
        written = os.pwrite(descriptor, left, at)
        left, at = left[written:], at + written


def put_in_place(draft: Path, path: Path) -> None:
    """Give a file that is on disk its name, and return when that is on disk too."""
    draft.replace(path)
    sync_folder(path.parent)


def write_whole(path: Path, draft: Path, content: Iterable[bytes]) -> None:
    """Write a file that is there whole or not at all.

    Args:
        draft: The name that it has until it is whole; what is there is overwritten.

    Raises:
        OSError: it cannot be written; what was there before is there still.
    """
    try:
        with os.fdopen(opened(draft, os.O_TRUNC), "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(draft, path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
