"""The receipts of deletions, each synced to disk before its request is sent, so that every deletion has one.

A receipt says `"deleted": null` until the server has answered. Then that word is overwritten in place, which works on a
full disk too. Where a killed process left `null`, the next command with the same file asks the server and fills it in.
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
from stored_completions_cli.errors import CommandError, UsageError, changed_file
from stored_completions_cli.journal import Journal

_START = b'{"id": "'  # of each receipt
# All of the same length, so that one can overwrite another.
_WORDS = {None: b"null} ", True: b"true} ", False: b"false}"}


class Receipt(NamedTuple):
    """A receipt whose deletion is not answered yet.

    Attributes:
        start: The byte offset of its line.
        word: The byte offset of the `null` in it.
    """

    id: str
    start: int
    word: int


class Receipts:
    """A file of receipts, one JSON object per line: `id`, `at`, `deleted`, and `archive` and `reason` if there are any.

    Attributes:
        pending: The receipts that an earlier process left without an answer.
    """

    def __init__(self, path: Path, archive: Path | None) -> None:
        """Open a file of receipts, or create one.

        Args:
            archive: The archive to name in the receipts.

        Raises:
            CommandError: the file cannot be opened, another process writes to it, or it does not hold receipts.
        """
        self.path, self._archive = path, archive
        self.pending: list[Receipt] = []
        self._end = 0
        self._deleted = Journal(None)  # on disk, because there may be millions
        is_new = not path.exists()
        try:
            self._descriptor = files.open_private(path)
        except OSError as error:
            problem = f"The receipts cannot be written to {path}: {error.strerror}."
            raise UsageError(f"{problem} Name another file with --receipts.") from None
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read()
            if is_new:
                files.sync_folder(path.parent)
        except BaseException as error:
            os.close(self._descriptor)
            if isinstance(error, BlockingIOError):
                raise CommandError(f"Another command writes its receipts to {path}: wait for it.") from None
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, CommandError):
            if not self._end:
                files.check_in_place(self._descriptor, self.path)
                self.path.unlink()
        os.close(self._descriptor)
        self._deleted.close()

    def __contains__(self, completion_id: str) -> bool:
        """Return whether a receipt says that a completion was deleted."""
        return completion_id in self._deleted

    def begin(self, completion_id: str) -> Receipt:
        """Write and sync the receipt of a deletion whose request is sent next.

        Raises:
            OSError: the receipt cannot be written; the file is unchanged.
            CommandError: the file was moved.
        """
        files.check_in_place(self._descriptor, self.path, self._end)
        start, line = self._end, self._line(completion_id, None, None)
        self._append(line)
        return Receipt(completion_id, start, start + line.rindex(_WORDS[None]))

    def settle(self, receipt: Receipt, deleted: bool, reason: str | None = None) -> None:
        """Write and sync the outcome of a deletion.

        Args:
            reason: Why the completion was not deleted; only the last receipt of the file has room for it.

        Raises:
            CommandError: another program has changed the file.
        """
        if os.fstat(self._descriptor).st_size != self._end:
            raise changed_file(str(self.path))
        if deleted:
            self._deleted.add(receipt.id)
        if reason is not None and receipt.word + len(_WORDS[None]) + 1 == self._end:
            with suppress(OSError):
                self._append(self._line(receipt.id, deleted, reason), receipt.start)
                return
        files.write_all(self._descriptor, _WORDS[deleted], receipt.word)
        os.fsync(self._descriptor)

    def refuse(self, completion_id: str, reason: str) -> None:
        """Write the receipt of a completion for which no deletion is requested."""
        self._append(self._line(completion_id, False, reason))

    def _append(self, line: bytes, at: int | None = None) -> None:
        """Write and sync a line at the end of the file, or in place of the last line, which starts at `at`.

        Raises:
            OSError: the line cannot be written; the file is unchanged.
        """
        at = self._end if at is None else at
        before = os.pread(self._descriptor, self._end - at, at)
        try:
            files.write_all(self._descriptor, line, at)
            os.ftruncate(self._descriptor, at + len(line))
            os.fsync(self._descriptor)
        except OSError:
            # The old bytes fit, because their blocks are still allocated.
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
        text = json.dumps({name: value for name, value in values.items() if value is not None})
        return text[:-1].encode() + b', "deleted": ' + _WORDS[deleted] + b"\n"

    def _read(self) -> None:
        """Read the file, and repair its last line: a killed process leaves part of it, and an editor no line break."""
        start, missing = 0, b""
        with os.fdopen(os.dup(self._descriptor), "rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    found = json.loads(line)
                    completion_id, deleted = found["id"], found["deleted"]
                except (ValueError, LookupError, TypeError, RecursionError) as error:
                    # A receipt that was written in part is not JSON: a whole object without `deleted` is no receipt.
                    is_cut = isinstance(error, ValueError) and not line.endswith(b"\n")
                    if is_cut and line[: len(_START)] == _START[: len(line)]:
                        break
                    raise UsageError(
                        f"{self.path}:{number} is not a receipt: give another file for --receipts."
                    ) from None
                if deleted is True:
                    self._deleted.add(str(completion_id))
                if deleted is None and (word := line.rfind(_WORDS[None])) >= 0:
                    self.pending.append(Receipt(completion_id, start, start + word))
                start += len(line)
                missing = b"" if line.endswith(b"\n") else b"\n"
        os.ftruncate(self._descriptor, start)
        files.write_all(self._descriptor, missing, start)
        self._end = start + len(missing)
