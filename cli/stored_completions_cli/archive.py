"""An archive of what is to be deleted: its lines, read again from the disk, and compared with what the server has."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import IO, Any, Self

from stored_completions_cli import jsontext
from stored_completions_cli.completion import Completion, is_id
from stored_completions_cli.errors import CommandError
from stored_completions_cli.formats import whole
from stored_completions_cli.journal import Journal


class Archive:
    """The lines of an archive by the ids of the completions."""

    def __init__(self, path: Path, journal: Journal) -> None:
        """Read the file again, and check that each of its lines is whole.

        Args:
            journal: Says what could not be archived.

        Raises:
            CommandError: a line is not what an export writes.
            OSError: it cannot be read.
        """
        self._journal = journal
        # On disk, however many they are.
        self._lines = sqlite3.connect("", isolation_level=None)
        self._lines.execute("CREATE TABLE line(id TEXT PRIMARY KEY, start INTEGER, size INTEGER)")
        self._file: IO[bytes] = path.open("rb")
        self._lines.execute("BEGIN")
        start = 0
        for number, line in enumerate(self._file, 1):
            try:
                completion = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CommandError(f"{path}:{number} is not JSON ({error}): nothing was deleted.") from None
            if not line.endswith(b"\n") or not _is_whole(completion):
                raise CommandError(f"{path}:{number} is not a complete line of an export: nothing was deleted.")
            values = (completion["id"], start, len(line))
            self._lines.execute("INSERT OR REPLACE INTO line VALUES (?, ?, ?)", values)
            start += len(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._file.close()

    def line(self, completion_id: str) -> str | None:
        """Return the line of a completion, if it is there."""
        found = self._lines.execute("SELECT start, size FROM line WHERE id = ?", (completion_id,)).fetchone()
        if found is None:
            return None
        self._file.seek(found[0])
        return self._file.read(found[1]).decode("utf-8", "surrogatepass").rstrip("\n")

    def why_not(self, completion_id: str) -> str:
        """Return why a completion is not there."""
        noted = self._journal.failure(completion_id)
        return str(json.loads(noted)["reason"]) if noted else "it is not there"

    def holds(self, completion: Completion) -> bool:
        """Return whether this completion and its messages stand in the archive as they are."""
        line = self.line(completion.id)
        return line is not None and jsontext.is_same(line, whole(completion))


def _is_whole(completion: Any) -> bool:
    return isinstance(completion, dict) and is_id(completion.get("id")) and isinstance(completion.get("messages"), list)
