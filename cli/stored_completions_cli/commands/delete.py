"""The command `delete`: show the selection, ask, archive, compare, delete, and write receipts."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stored_completions_cli.archive import Archive
from stored_completions_cli.command import command
from stored_completions_cli.completion import is_id
from stored_completions_cli.connection import ConcurrentConnection, Connection
from stored_completions_cli.deletion import Deletion, Selected
from stored_completions_cli.errors import CommandError, Status, UsageError
from stored_completions_cli.formats import Format, format_of
from stored_completions_cli.journal import Journal
from stored_completions_cli.lifecycle import export_to_file
from stored_completions_cli.options import Quiet
from stored_completions_cli.output import Output
from stored_completions_cli.progress import Bar, Counts
from stored_completions_cli.receipts import Receipts
from stored_completions_cli.run import Request
from stored_completions_cli.selection import Filter, Selection, Verdict, read_ids
from stored_completions_cli.source import Source, with_source
from stored_completions_cli.terminal import Printing, counted, inline, say
from stored_completions_cli.times import is_age, moment


@command(
    examples="""
stored-completions delete chatcmpl-abc123
stored-completions delete --older-than 90d --archive old.jsonl
stored-completions delete --metadata run=test --yes
"""
)
def delete(
    connection: ConcurrentConnection,
    selection: Selection,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The ids of the completions.")] = None,
    ids_file: Annotated[
        Path | None,
        typer.Option("--ids", metavar="FILE", help="Delete the ids in a file, one per line, or in an errors file."),
    ] = None,
    older_than: Annotated[str | None, typer.Option(metavar="AGE", help="Only older completions, such as 90d.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete all stored completions.")] = False,
    archive: Annotated[
        Path | None, typer.Option(metavar="OUT", help="First export the completions to this file, and compare them.")
    ] = None,
    receipts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file for the receipts; by default deleted-TIME.jsonl.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    quiet: Quiet = False,
) -> None:
    """Delete stored completions.

    Selects them by their ids, by a filter, or by age; shows the selection, and asks before it deletes.
    """
    now = time.time()
    if older_than is not None:
        if selection.until is not None:
            raise UsageError("--older-than and --until say the same: give one of them.")
        moment("--older-than", older_than, now)
        selection = replace(selection, until=older_than)
    wanted = selection.resolved(now)
    filtered = wanted != Filter() or everything
    if filtered and (ids or ids_file):
        raise UsageError("Give ids, or a filter, not both.")
    if not (filtered or ids or ids_file):
        raise UsageError("Say what to delete: ids, --ids FILE, a filter (--older-than 90d), or --all.")
    if archive and format_of(archive.name) is not Format.JSONL:
        raise UsageError("An archive is in JSON Lines: give it a name such as old.jsonl.")
    request = Request(connection, Filter(), vars(Selection()), archive=True)
    output = Output(archive, request) if archive else None
    path = receipts or Path(f"deleted-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}.jsonl")
    if output and path.resolve() in output.all_files():
        raise UsageError(f"{inline(str(path))} belongs to the archive: name another file with --receipts.")
    with ExitStack() as stack:
        selected = Selected(stack.enter_context(Journal(None)), wanted)
        for completion_id in ids or []:
            if not is_id(completion_id):
                raise UsageError(f"{completion_id!r} is not a valid id.")
            selected.add(completion_id)
        for completion_id in read_ids(ids_file) if ids_file else ():
            selected.add(completion_id)
        written = stack.enter_context(Receipts(path, archive))

        async def select(source: Source) -> None:
            await Deletion(source, written, wanted).resolve()
            if filtered:
                await selected.add_listed(source)
            if any(is_age(text) for text in (selection.since, selection.until)):
                source.check_clock()

        if filtered or written.pending:
            with_source(connection, select)
        # Completions that cannot be checked are reported even with --quiet, and in the exit status.
        unchecked = selected.left[Verdict.UNKNOWN]
        if (left := selected.left_described()) and (not (yes and quiet) or unchecked):
            say(left)
        if not len(selected):
            if not quiet:
                say("Nothing is selected, and nothing was deleted.")
            raise typer.Exit(Status.INCOMPLETE if unchecked else Status.DONE)
        if not (yes and quiet):
            say(selected.described())
        _ask(selected, yes)
        counts = _archive_and_delete(selected, connection, output, written, quiet)
    if counts.failed or not quiet:
        why = ", and says why" if counts.failed else ""
        before = f"; deleted before: {counts.total - counts.new:,}" if counts.total > counts.new else ""
        say(
            f"Deleted: {counted(counts.new)}{before}; not deleted: {counts.failed:,}."
            f" {inline(str(path))} has the receipts{why}."
        )
    if counts.failed or unchecked:
        raise typer.Exit(Status.INCOMPLETE)


def _ask(selected: Selected, yes: bool) -> None:
    """Ask the user to confirm the deletion, unless `--yes` was given.

    Raises:
        CommandError: the user refused, or there is no terminal.
        typer.Exit: the user interrupted the question.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("There is no terminal to ask on: give --yes to delete them.")
    try:
        agreed = typer.confirm(f"Delete {counted(len(selected))} for good?", err=True)
    except typer.Abort:  # Ctrl-C or Ctrl-D, after which the cursor is still on the line of the question
        say("\nNothing was deleted.")
        raise typer.Exit(Status.INTERRUPTED) from None
    if not agreed:
        raise CommandError("Nothing was deleted.")


def _archive_and_delete(
    selected: Selected, connection: Connection, output: Output | None, receipts: Receipts, quiet: bool
) -> Counts:
    """Archive the selected completions if there is an output, delete them, and return how many were deleted."""
    counts = Counts(expected=len(selected))

    def delete_all(ids: Iterable[str], archive: Archive | None = None) -> list[str]:
        async def work(source: Source) -> list[str]:
            return await Deletion(source, receipts, selected.wanted, archive).carry_out(ids)

        with Bar(counts, quiet):
            return with_source(connection, work, counts)

    try:
        if output is None:
            delete_all(selected)
            return counts
        ids: Iterable[str] = selected
        stale: list[str] = []
        # Completions that have changed since they were archived are archived once more.
        for _ in range(2):
            export_to_file(output, Printing(quiet), append=True, ids=ids, without=frozenset(stale))
            with output, output.path.open("rb", buffering=0) as file:
                ids = stale = delete_all(ids, Archive(output.path, file, output.journal))
            if not stale:
                return counts
        for completion_id in stale:
            receipts.refuse(completion_id, "It changed again while it was archived.")
            counts.failed += 1
    except BaseException as error:
        if counts.new or not isinstance(error, CommandError):
            path = shlex.quote(str(receipts.path))
            say(
                f"Deleted so far: {counted(counts.new)}. The same command continues;"
                f" --receipts {path} keeps the receipts together."
            )
        raise
    return counts
