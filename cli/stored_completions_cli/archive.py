"""Read the archive that `delete --archive` writes, and compare it with the server before anything is deleted."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path

from stored_completions_cli import files, jsontext
from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import CommandError
from stored_completions_cli.formats import whole
from stored_completions_cli.journal import Journal, Written


class ChangedError(CommandError):
    """A completion has changed since it was archived."""


@dataclass(frozen=True)
class Archive:
    """The archived completions, by their ids.

    Attributes:
        file: The open file, without a buffer, so that each line is read as it is now.
        journal: The journal of the export that wrote the file.
    """

    path: Path
    file: RawIOBase
    journal: Journal

    def place(self, completion_id: str) -> Written:
        """Return the place of a completion's line.

        Raises:
            CommandError: the archive does not have the completion; the message says why.
        """
        if found := self.journal.place(completion_id):
            return found
        noted = self.journal.failure(completion_id)
        raise CommandError(f"It could not be archived: {json.loads(noted)['reason'] if noted else 'it is not there'}")

    def check(self, completion: Completion, place: Written) -> None:
        """Check that a line has this completion, with the same content and messages.

        Raises:
            ChangedError: the completion has changed since it was archived.
            CommandError: the archive was moved or changed: the completion's line is not where the journal says.
        """
        files.check_in_place(self.file.fileno(), self.path)
        start = max(place.start - 1, 0)  # include the line break before it
        self.file.seek(start)
        before, line = self.file.read(place.start - start), self.file.read(place.end - place.start)
        with suppress(ValueError, LookupError, TypeError, RecursionError):
            found = json.loads(line)
            is_line = before in (b"", b"\n") and line.endswith(b"\n")
            if is_line and found["id"] == completion.id and isinstance(found["messages"], list):
                if jsontext.is_same(line.decode("utf-8", "surrogatepass").rstrip("\n"), whole(completion)):
                    return
                raise ChangedError("It has changed since it was archived.")
        raise CommandError(f"{self.path} was changed: its line is not where it was written. Name another archive.")
