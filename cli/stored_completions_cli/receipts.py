"""The receipts of deletions. Each is on disk before its deletion is asked for, so that a kill leaves none without one.

A receipt begins as `"deleted": null`. The answer overwrites that word where it stands, which needs no room on a full
disk. A `null` that a process left when it was killed is made good by the next command with the same file.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

from stored_completions_cli import files
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.journal import Journal

_START = b'{"id": "'
# As long as each other.
_WORDS = {None: b"null} ", True: b"true} ", False: b"false}"}


class Receipt(NamedTuple):
    """A receipt in the file, without its outcome yet.

    Attributes:
        start: Where its line is, in bytes.
        word: Where its outcome is.
    """

    id: str
    start: int
    word: int


class Receipts:
    """A file of receipts, one JSON object a line: `id`, `at`, `deleted`, and `archive` and `reason` where known.

    Attributes:
        pending: Receipts of an earlier process that ended before it had an answer.
    """

    def __init__(self, path: Path, archive: Path | None) -> None:
        """Open a file, or make it.

        Raises:
            CommandError: it cannot be opened, another process writes it, or it has something else than receipts.
        """
        self.path, self._archive = path, archive
        self.pending: list[Receipt] = []
        self._deleted = Journal(None)  # on disk, however many they are
        is_new = not path.exists()
        try:
            self._descriptor = files.opened(path)
        except OSError as error:
            raise CommandError(
                f"The receipts cannot be written to {path}: {error.strerror}. Name another file with --receipts.",
                Status.USAGE,
            ) from None
        try:
            self._lock()
            self._end = self._read()
            os.ftruncate(self._descriptor, self._end)
            if is_new:
                files.sync_folder(path.parent)
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            if not self._end:
                self.path.unlink()
        os.close(self._descriptor)
        self._deleted.close()

    def __contains__(self, completion_id: str) -> bool:
        """Whether a receipt says that a completion was deleted."""
        return completion_id in self._deleted

    def begin(self, completion_id: str) -> Receipt:
        """Write the receipt of a deletion that is about to be asked for, and return when it is on disk.

        Raises:
            OSError: it cannot be written; nothing is left of it.
        """
        receipt = Receipt(completion_id, self._end, 0)
        line = self._line(completion_id, None, None)
        self._append(line)
        return receipt._replace(word=self._end - len(line) + line.rindex(_WORDS[None]))

    def settle(self, receipt: Receipt, deleted: bool, reason: str | None = None) -> None:
        """Write what came of a deletion, and return when it is on disk.

        Args:
            reason: Why it was not deleted; it needs room, and is left out of a receipt that others follow.
        """
        if deleted:
            self._deleted.add(receipt.id)
        if reason is not None and receipt.word + len(_WORDS[None]) + 1 == self._end:
            with suppress(OSError):
                self._append(self._line(receipt.id, deleted, reason), receipt.start)
                return
        files.write_all(self._descriptor, _WORDS[deleted], receipt.word)
        os.fsync(self._descriptor)

    def refuse(self, completion_id: str, reason: str) -> None:
        """Write why a completion is not asked to be deleted."""
        self._append(self._line(completion_id, False, reason))

    def _append(self, line: bytes, at: int | None = None) -> None:
        at = self._end if at is None else at
        before = os.pread(self._descriptor, self._end - at, at)
        try:
            files.write_all(self._descriptor, line, at)
            os.ftruncate(self._descriptor, at + len(line))
            os.fsync(self._descriptor)
        except OSError:
            # What was there has its room still.
            files.write_all(self._descriptor, before, at)
            os.ftruncate(self._descriptor, at + len(before))
            raise
        self._end = at + len(line)

    def _line(self, completion_id: str, deleted: bool | None, reason: str | None) -> bytes:
        values = {
            "id": completion_id,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "archive": str(self._archive) if self._archive else None,
            "reason": reason,
        }
        told = json.dumps({name: value for name, value in values.items() if value is not None})
        return told[:-1].encode() + b', "deleted": ' + _WORDS[deleted] + b"\n"

    def _lock(self) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"Another command writes its receipts to {self.path}: wait for it.") from None

    def _read(self) -> int:
        """Find the receipts without an outcome, and return where the whole ones end: a kill may cut the last."""
        start = 0
        with os.fdopen(os.dup(self._descriptor), "rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n") and line[: len(_START)] == _START[: len(line)]:
                    break
                try:
                    found = json.loads(line)
                    completion_id, deleted = found["id"], found["deleted"]
                except (ValueError, LookupError, TypeError, RecursionError):
                    raise CommandError(
                        f"{self.path}:{number} is no receipt: give another file for --receipts.", Status.USAGE
                    ) from None
                if deleted is True:
                    self._deleted.add(str(completion_id))
                if deleted is None and (word := line.rfind(_WORDS[None])) >= 0:
                    self.pending.append(Receipt(completion_id, start, start + word))
                start += len(line)
        return start
