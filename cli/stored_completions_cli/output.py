"""The files of an export: `OUT.partial` with the lines so far, `OUT.journal`, and `OUT` when the export is complete.

An export can be killed at any moment, because files reach the disk in this order:

1. lines are appended to `OUT.partial`, which is synced;
2. the journal is committed, which names the completions of these lines and the offsets where they end;
3. at the end, the journal is set to `finishing`, `OUT.partial` is renamed to `OUT` (a Parquet file is written from it,
   and renamed), the folder is synced, and the journal is set to `done`.

An export that continues cuts `OUT.partial` to the size in the journal. It lists from the cursor of the page with the
last written completion, and drops completions that the journal has already, so that completions which were added or
repeated in between do no harm. An export that adds to a complete one begins with a copy of its lines in `OUT.partial`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

from stored_completions_cli import files
from stored_completions_cli.errors import CommandError, UsageError, changed_file
from stored_completions_cli.extras import parquet
from stored_completions_cli.formats import Format
from stored_completions_cli.journal import Journal
from stored_completions_cli.run import LineWriter, Request, Run
from stored_completions_cli.selection import Filter
from stored_completions_cli.source import Source
from stored_completions_cli.terminal import inline


class Output:
    """The files of an export: `OUT`, and beside it `OUT.partial`, `OUT.journal` and `OUT.errors.jsonl`.

    The journal is open within `with output:`. A subclass that writes elsewhere keeps `begin` and `finish`, which change
    the state, and overrides the other methods.
    """

    journal: Journal

    def __init__(self, path: Path, request: Request) -> None:
        """Check that the file can be written.

        Raises:
            UsageError: the path is a folder, a symbolic link, or in a folder that does not exist.
        """
        problem = "" if path.name else "it has no name"
        if not path.parent.is_dir():
            problem = "its folder does not exist"
        elif path.is_symlink():
            problem = "it is a link, and links are not followed: name the file itself"
        elif path.is_dir():
            problem = "it is a folder: name a file in it"
        elif path.exists() and not path.is_file():
            problem = "it is not a file: give - to write to standard output"
        if problem:
            raise UsageError(f"{inline(str(path))} cannot be written: {problem}.")
        self.path, self.request = path, request
        self.partial, self.errors, self.journal_path = (
            path.with_name(f"{path.name}.{name}") for name in ("partial", "errors.jsonl", "journal")
        )
        self.errors_at = str(self.errors)

    def __str__(self) -> str:
        return inline(str(self.path))

    def __enter__(self) -> Self:
        self.journal = Journal(self.journal_path)
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.close()

    def all_files(self) -> set[Path]:
        """Return the absolute paths of all files that an export may write."""
        beside = self.journal_path.with_name(f"{self.journal_path.name}-journal")  # SQLite's
        return {path.resolve() for path in (self.path, self.partial, self.errors, self.journal_path, beside)}

    def begin(self, *, append: bool, restart: bool, without: Collection[str] = ()) -> None:
        """Prepare the files to begin or continue an export; to continue, the request gets its original filter.

        Args:
            append: Add new completions to a finished export.
            restart: Throw away an earlier export.
            without: The ids of completions to remove from a finished export.

        Raises:
            UsageError: the export at this place cannot be continued with this request.
        """
        journal, identity = self.journal, self.request.identity()
        # While nothing is written yet, as after a mistyped URL, the options may change.
        has_nothing = journal.get("state") == "running" and not journal.count
        restart = restart or (has_nothing and journal.get("request") != identity)
        if restart:
            journal.forget()
        elif problem := self._problem(append):
            raise UsageError(problem)
        state = journal.get("state")
        if state in ("running", "finishing"):
            self.request = replace(self.request, wanted=Filter(**journal.get("wanted")))
        else:
            if state == "done":
                self._begin_again(without)
                journal.set("listed", True)
            journal.set("request", identity)
            journal.set("wanted", asdict(self.request.wanted))
            journal.set("state", "running")
        if append and journal.get("listed"):
            journal.list_new(self.request.overlap)
            journal.set("exported", journal.exported())
        if journal.get("state") == "running":
            self._forget_lost()
        journal.commit()

    def forget(self) -> None:
        """Remove the files of an export that could not begin."""
        if self.journal.get("state") == "running":
            with suppress(CommandError):  # it may be a link or a pipe, and not of this command
                os.close(files.open_private(self.partial))
                self.partial.unlink()
        self.journal_path.unlink(missing_ok=True)

    async def write(self, run: Run, source: Source) -> None:
        """Append the lines of a run to `OUT.partial`, after cutting it to the size in the journal.

        Raises:
            APIError, CommandError: the server failed for good; the lines so far are kept.
            OSError: the file cannot be written; the synced lines are kept.
        """
        # All writes go to the end: if another program cuts the file, it ends before the size in the journal.
        with os.fdopen(files.open_private(self.partial, os.O_APPEND), "ab") as file:
            file.truncate(self.journal.end)
            await LineWriter(run, file, self.partial).write(source)

    def finish(self) -> None:
        """Make the export complete; if this is interrupted, it can be repeated.

        Raises:
            CommandError: something that was written is lost: another program removed or changed it.
        """
        journal = self.journal
        if lost := self._lost():
            self._forget_lost()
            journal.set("state", "running")
            journal.commit()
            raise changed_file(lost)
        if journal.get("state") == "running":
            journal.finish()
            journal.commit()
        self.write_errors()
        journal.set("size", self._complete())
        journal.set("state", "done")
        journal.commit()

    def _lost(self) -> str:
        """Return the name of a file that does not have what the journal names; empty if there is none."""
        journal, size = self.journal, _size(self.path)
        if journal.get("state") == "done":
            return "" if size == journal.get("size") else str(self)
        if self.partial.exists():
            has_all = _size(self.partial) == journal.end
        elif self.request.kind is Format.PARQUET and size is not None:
            has_all = parquet().rows(self.path) == journal.exported()
        else:
            has_all = size == journal.end
        return "" if has_all else inline(str(self.partial))

    def _complete(self) -> int:
        """Give the complete file its name, and return its size in bytes."""
        if self.partial.exists():
            if self.request.kind is Format.PARQUET:
                self.journal.set("left_out", parquet().compose(self.partial, self.path, self._draft()))
                self.partial.unlink()
            else:
                files.rename_durably(self.partial, self.path)
        return self.path.stat().st_size

    def _forget_lost(self) -> None:
        """Remove the completions from the journal whose lines are lost, so that they are exported again."""
        size = _size(self.partial) or 0
        if size < self.journal.end:
            self.journal.cut(size)

    def write_errors(self) -> None:
        """Write the errors file, or remove it if no completion has failed."""
        draft = self._draft()
        if not self.journal.failed():
            self.errors.unlink(missing_ok=True)
            draft.unlink(missing_ok=True)
            return
        with files.replacing(self.errors, draft) as file:
            file.writelines(f"{line}\n".encode() for line in self.journal.failures())

    def _problem(self, append: bool) -> str:
        """Return why the request cannot begin or continue an export at this place; empty if it can."""
        state, before, now = self.journal.get("state"), self.journal.get("request"), self.request.identity()
        advice = "choose another place"
        if not self.request.archive:
            advice += ", or --restart to replace it by a new export"
        if state is None:
            existing = self._existing()
            return f"{existing} cannot be added to without {self.journal_path}: {advice}." if existing else ""
        if before != now:
            different = _differences(before, now)
            return f"{self} was begun with other options ({different}): give the same ones, or {advice}."
        if self.journal.get("base_groups") is not None:  # set by 0.2.0, which added to Parquet files in another way
            return f"{self} was begun by an earlier version of this command: {advice}."
        if state == "done" and self._lost():
            return f"{self} was changed or moved after it was exported: {advice}."
        if state == "done" and not append and not self.journal.failed():
            return f"{self} is already exported and complete: --append adds new completions, --restart replaces it."
        return ""

    def _existing(self) -> str:
        """Return the names of files that exist before the export begins, for an error message."""
        existing = (path for path in (self.path, self.partial, self.errors) if os.path.lexists(path))
        return " and ".join(map(str, existing))

    def _draft(self) -> Path:
        """Return the name of a temporary file; the journal's random token makes it unique."""
        return self.path.with_name(f".{self.path.name}.{self.journal.token}")

    def _begin_again(self, without: Collection[str]) -> None:
        """Copy the lines of a finished export to `OUT.partial`, to add others to them.

        Raises:
            UsageError: they are not the lines that the journal names.
        """
        journal = self.journal
        with files.replacing(self.partial, self._draft()) as file, self.path.open("rb") as earlier:
            if self.request.kind is Format.PARQUET:
                file.writelines(parquet().lines_of(self.path))
            elif without:
                lines = ((written.id, earlier.read(written.end - written.start)) for written in journal.lines())
                file.writelines(line for key, line in lines if key not in without)
                journal.remove(without)
            else:
                shutil.copyfileobj(earlier, file)
            if file.tell() != journal.end:
                raise UsageError(f"{self} was changed after it was exported: choose another place.")


def _size(path: Path) -> int | None:
    """Return the size of a file in bytes, or None if it does not exist."""
    return path.stat().st_size if path.exists() else None


def _differences(before: dict[str, Any], now: dict[str, Any]) -> str:
    """Name the options that differ between two identities of requests."""
    before, now = ({**identity, **identity["selection"], "selection": None} for identity in (before, now))
    return ", ".join(_option(name, before.get(name)) for name in now | before if before.get(name) != now.get(name))


def _option(name: str, value: Any) -> str:
    """Say which value an option of an earlier export had."""
    if name == "messages":
        return f"--no-messages was{' not' if value else ''} given"
    option = {"kind": "format", "base_url": "base-url"}.get(name, name)
    return f"--{option} was {'not given' if value in (None, '') else repr(value)}"
