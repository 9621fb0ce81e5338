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
import shutil
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from stored_completions_cli.__main__ import missing_extra
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.export import Request
from stored_completions_cli.formats import Format
from stored_completions_cli.journal import Journal
from stored_completions_cli.options import Filter


class FileSink:
    """A file that lines are appended to, without a buffer that could be half written."""

    def __init__(self, path: Path, size: int) -> None:
        """Open a file, or make it, and cut it to a size in bytes."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)
        self._lines: list[bytes] = []

    def append(self, line: bytes) -> None:
        """Keep a line until `sync`."""
        self._lines.append(line)

    def sync(self) -> None:
        """Write the lines, and return when they are on disk."""
        left = memoryview(b"".join(self._lines))
        self._lines.clear()
        while left:
            left = left[os.write(self._descriptor, left) :]
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Close the file; lines that were not synced are lost."""
        os.close(self._descriptor)


class StreamSink:
    """Standard output."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def append(self, line: bytes) -> None:
        """Write a line."""
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
        if path.is_dir() or not path.parent.is_dir():
            what = "it is a folder" if path.is_dir() else "its folder does not exist"
            raise CommandError(f"{path} cannot be written: {what}.", Status.USAGE)
        self.path = path
        self.partial, self.errors, self.journal = (
            path.with_name(f"{path.name}.{name}") for name in ("partial", "errors.jsonl", "journal")
        )
        self.errors_at = str(self.errors)

    def __str__(self) -> str:
        return str(self.path)

    def begin(self, request: Request, journal: Journal, *, append: bool, restart: bool) -> Request:
        """Decide by the journal how to continue, and return the request as it was when the export began.

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
        if state == "done" and not append:
            raise CommandError(
                f"{self} is exported already, and whole: --append adds what is new since, --restart exports from"
                " scratch.",
                Status.USAGE,
            )
        if state in ("running", "finishing"):
            wanted = Filter(**journal.get("wanted"))
            return replace(request, wanted=wanted)
        if state == "done":
            self._begin_append(request, journal)
        journal.set("request", request.identity())
        journal.set("wanted", asdict(request.wanted))
        journal.set("state", "running")
        journal.commit()
        return request

    def forget(self) -> None:
        """Remove what an export left that could not begin."""
        for path in (self.journal, self.partial):
            path.unlink(missing_ok=True)

    def sink(self, journal: Journal) -> FileSink:
        """Return the file to append to, cut to the length in the journal."""
        size = self.partial.stat().st_size if self.partial.exists() else 0
        if size < journal.end:
            journal.cut(size)
        return FileSink(self.partial, journal.end)

    def finish(self, request: Request, journal: Journal) -> None:
        """Put the file in place, now that all of it is written. It does not matter how often this is begun."""
        if journal.get("state") == "running":
            journal.set("state", "finishing")
            journal.commit()
        if self.partial.exists():
            whole = self.partial
            if request.kind is Format.PARQUET:
                whole, mistyped = parquet().compose(self.partial, self.path, journal.get("base_groups", 0))
                journal.set("left_out", mistyped)
            whole.replace(self.path)
            _sync_folder(self.path.parent)
            if whole is not self.partial:
                self.partial.unlink()
        self.write_errors(journal)
        journal.set("size", self.path.stat().st_size)
        journal.set("state", "done")
        journal.commit()

    def write_errors(self, journal: Journal) -> None:
        """Write down which completions could not be exported so far, or remove the file if there are none."""
        if not journal.failed():
            self.errors.unlink(missing_ok=True)
            return
        draft = self.errors.with_name(f"{self.errors.name}.partial")
        with draft.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{line}\n" for line in journal.failures())
            lines.flush()
            os.fsync(lines.fileno())
        draft.replace(self.errors)

    def size(self) -> int:
        """Return the bytes of the file that is in place."""
        return self.path.stat().st_size

    def _known(self) -> str:
        """Return the names of files that are there before an export begins, for a message."""
        return " and ".join(str(path) for path in (self.path, self.partial) if path.exists())

    def _is_as_exported(self, journal: Journal) -> bool:
        return self.path.exists() and self.path.stat().st_size == journal.get("size")

    def _begin_append(self, request: Request, journal: Journal) -> None:
        journal.set("base", journal.position)
        if request.kind is Format.PARQUET:
            # Its lines are in the file already, in another form: the new ones begin with nothing before them.
            journal.restart_data()
            journal.set("base_groups", parquet().row_groups(self.path))
            self.partial.unlink(missing_ok=True)
        else:
            shutil.copyfile(self.path, self.partial)
            with self.partial.open("rb") as copied:
                os.fsync(copied.fileno())


def parquet() -> Any:
    """Return the module that needs pyarrow, imported where it is used.

    Raises:
        CommandError: pyarrow is not installed.
    """
    return optional_module("parquet", "stored_completions_cli.parquet")


def optional_module(extra: str, name: str) -> Any:
    """Return a module of this package that needs an extra, imported where it is used.

    Raises:
        CommandError: the extra is not installed.
    """
    if missing := missing_extra(extra):
        raise CommandError(missing, Status.USAGE)
    return import_module(name)


def _differences(before: dict[str, Any], now: dict[str, Any]) -> str:
    flat_before, flat_now = ({**each, **each["selection"]} for each in (before, now))
    names = [name for name in flat_now if name != "selection" and flat_before.get(name) != flat_now[name]]
    return ", ".join(f"--{name.replace('_', '-')} was {flat_before.get(name)!r}" for name in names)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
