"""The files of an export: lines into `OUT.partial`, what they are into `OUT.journal`, and `OUT` when all is there.

The order in which things reach the disk is what makes it safe to kill at any moment:

1. lines are appended to `OUT.partial`, which is synced;
2. the journal is committed, which says which completions those lines are and where they end;
3. at the end the journal says `finishing`; `OUT.partial` is renamed to `OUT`; the folder is synced; it says `done`.

A run that goes on cuts `OUT.partial` to what the journal says. The listing goes on from the cursor of the page that the
last written completion came from, and what the journal has already is dropped, so that it does not matter what was
added or repeated in between.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from stored_completions_cli import files, jsontext
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.export import Request
from stored_completions_cli.extras import parquet
from stored_completions_cli.formats import Format
from stored_completions_cli.journal import Journal
from stored_completions_cli.selection import Filter
from stored_completions_cli.terminal import inline


class FileSink:
    """A file that lines are appended to, without a buffer that could be half written."""

    def __init__(self, path: Path, size: int) -> None:
        """Open a file, or make it, and cut it to a size in bytes."""
        self._descriptor, self._size = files.opened(path), size
        os.ftruncate(self._descriptor, size)
        self._lines: list[bytes] = []

    def append(self, line: bytes) -> None:
        """Keep a line until `sync`."""
        self._lines.append(line)

    def sync(self) -> None:
        """Write the lines, and return when they are on disk."""
        content = b"".join(self._lines)
        self._lines.clear()
        files.write_all(self._descriptor, content, self._size)
        self._size += len(content)
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file; lines that were not synced are lost."""
        os.close(self._descriptor)


class StreamSink:
    """Standard output; a terminal gets its control characters escaped."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._escapes = stream, stream.isatty()

    def append(self, line: bytes) -> None:
        """Write a line."""
        if self._escapes:
            line = jsontext.encode(jsontext.escaped(line.decode("utf-8", "surrogatepass")))
        self._stream.write(line)

    def sync(self) -> None:
        """Flush the stream."""
        self._stream.flush()


class Output:
    """The files of an export: `OUT`, and beside it `OUT.partial`, `OUT.journal` and `OUT.errors.jsonl`."""

    def __init__(self, path: Path) -> None:
        """Name the files.

        Raises:
            CommandError: they cannot be in that place.
        """
        problem = "" if path.name else "it has no name"
        if not path.parent.is_dir():
            problem = "its folder does not exist"
        elif path.is_symlink():
            problem = "it is a link, and links are not followed: name the file itself"
        elif path.is_dir():
            problem = "it is a folder: name a file in it"
        if problem:
            raise CommandError(f"{inline(str(path))} cannot be written: {problem}.", Status.USAGE)
        self.path = path
        self.partial, self.errors, self.journal = (
            path.with_name(f"{path.name}.{name}") for name in ("partial", "errors.jsonl", "journal")
        )
        self.errors_at = str(self.errors)

    def __str__(self) -> str:
        return inline(str(self.path))

    @property
    def url(self) -> str:
        """What another process finds it by."""
        return str(self.path)

    def begin(
        self, request: Request, journal: Journal, *, append: bool, restart: bool, without: Collection[str] = ()
    ) -> Request:
        """Decide by the journal how to continue, and return the request as it was when the export began.

        Args:
            without: The ids of what is not kept of an export that is added to.

        Raises:
            CommandError: this request cannot continue what is there.
        """
        # With other options an export goes on only where it has nothing yet, as after a wrong address.
        has_nothing = journal.get("state") == "running" and not journal.written
        if restart or (has_nothing and journal.get("request") != request.identity()):
            journal.forget()
            restart = True
        state = journal.get("state")
        if state is None:
            if not restart and (known := self._known()):
                raise CommandError(
                    f"{known} cannot be added to without {self.journal}: choose another place, or --restart to export"
                    " from scratch.",
                    Status.USAGE,
                )
        elif journal.get("request") != request.identity():
            raise CommandError(
                f"{self} was begun with other options"
                f" ({_differences(journal.get('request'), request.identity())}): give the same ones, or choose"
                " another place, or --restart to export from scratch.",
                Status.USAGE,
            )
        if state == "done" and not self._is_as_exported(journal):
            raise CommandError(
                f"{self} is not as it was exported: it was changed, or moved away. Choose another place, or"
                " --restart to export from scratch.",
                Status.USAGE,
            )
        if state == "done" and not append and not journal.failed():
            raise CommandError(
                f"{self} is exported already, and whole: --append adds what is new since, --restart exports from"
                " scratch.",
                Status.USAGE,
            )
        if state in ("running", "finishing"):
            wanted = Filter(**journal.get("wanted"))
            return replace(request, wanted=wanted)
        if state == "done":
            self._begin_again(request, journal, without)
            if append:
                journal.set("exported", journal.exported())
            # Without --append only what failed is tried again.
            journal.set("listed", not append)
        journal.set("request", request.identity())
        journal.set("wanted", asdict(request.wanted))
        journal.set("state", "running")
        journal.commit()
        return request

    def forget(self, journal: Journal) -> None:
        """Remove what an export made that could not begin."""
        if journal.get("state") == "running" and not self.partial.is_symlink():
            self.partial.unlink(missing_ok=True)
        self.journal.unlink(missing_ok=True)

    def sink(self, journal: Journal) -> FileSink:
        """Return the file to append to, cut to the length in the journal."""
        size = self.partial.stat().st_size if self.partial.exists() else 0
        if size < journal.end:
            journal.cut(size)
        return FileSink(self.partial, journal.end)

    def finish(self, request: Request, journal: Journal) -> None:
        """Put the file in place, now that all of it is written. It does not matter how often this is begun."""
        if journal.get("state") == "running":
            journal.finish()
            journal.commit()
        if self.partial.exists():
            if request.kind is Format.PARQUET:
                whole = self._draft(journal)
                mistyped = parquet().compose(self.partial, self.path, journal.get("base_groups", 0), whole)
                journal.set("left_out", mistyped)
                files.put_in_place(whole, self.path)
                self.partial.unlink()
            else:
                files.put_in_place(self.partial, self.path)
        self.write_errors(journal)
        journal.set("size", self.path.stat().st_size)
        journal.set("state", "done")
        journal.commit()

    def write_errors(self, journal: Journal) -> None:
        """Write down which completions could not be exported so far, or remove the file if there are none."""
        draft = self._draft(journal)
        if not journal.failed():
            self.errors.unlink(missing_ok=True)
            draft.unlink(missing_ok=True)
            return
        files.write_whole(self.errors, draft, (f"{line}\n".encode() for line in journal.failures()))

    def size(self) -> int:
        """Return the bytes of the file that is in place."""
        return self.path.stat().st_size

    def _known(self) -> str:
        """Return the names of files that are there before an export begins, for a message."""
        there = (path for path in (self.path, self.partial, self.errors) if os.path.lexists(path))
        return " and ".join(map(str, there))

    def _is_as_exported(self, journal: Journal) -> bool:
        return self.path.exists() and self.path.stat().st_size == journal.get("size")

    def _draft(self, journal: Journal) -> Path:
        """Return the name of what is not whole yet: no other file has the token of a journal in its name."""
        return self.path.with_name(f".{self.path.name}.{journal.token}")

    def _begin_again(self, request: Request, journal: Journal, without: Collection[str]) -> None:
        journal.set("base", journal.count)
        if request.kind is Format.PARQUET:
            # Its lines are in the file already, in another form: the new ones begin with nothing before them.
            journal.restart_data()
            journal.set("base_groups", parquet().row_groups(self.path))
            self.partial.unlink(missing_ok=True)
            return
        ends: list[tuple[str, int | None]] = []
        files.write_whole(self.partial, self._draft(journal), self._kept(journal, without, ends))
        if without:
            journal.move(ends)
            journal.set("base", journal.count)

    def _kept(self, journal: Journal, without: Collection[str], ends: list[tuple[str, int | None]]) -> Iterator[bytes]:
        """Yield the file without the lines of some completions, and note where each of the others ends then."""
        with self.path.open("rb") as file:
            if not without:
                while chunk := file.read(2**20):
                    yield chunk
                return
            size = 0
            for written in journal.lines():
                line = file.read(written.end - written.start)
                if written.id in without:
                    ends.append((written.id, None))
                    continue
                size += len(line)
                ends.append((written.id, size))
                yield line


def _differences(before: dict[str, Any], now: dict[str, Any]) -> str:
    flat_before, flat_now = ({**selected, **selected["selection"]} for selected in (before, now))
    names = [
        name for name in (flat_now | flat_before) if name != "selection" and flat_before.get(name) != flat_now.get(name)
    ]
    return ", ".join(f"--{_OPTIONS.get(name, name)} was {flat_before.get(name)!r}" for name in names)


_OPTIONS = {"kind": "format", "base_url": "base-url"}
