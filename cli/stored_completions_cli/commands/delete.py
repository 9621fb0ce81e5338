"""The command `delete`: show the selection, ask, archive, compare, delete, and write receipts."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stored_completions_cli.archive import Archive
from stored_completions_cli.command import command, run_async
from stored_completions_cli.completion import is_id
from stored_completions_cli.connection import Connection
from stored_completions_cli.deletion import Deletion, Outcome, Selected
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.formats import Format, format_of
from stored_completions_cli.journal import Journal
from stored_completions_cli.lifecycle import Export
from stored_completions_cli.options import Concurrency, Quiet
from stored_completions_cli.output import Output
from stored_completions_cli.progress import Reporter
from stored_completions_cli.receipts import Receipts
from stored_completions_cli.run import Counts, Request
from stored_completions_cli.selection import Filter, Selection, Verdict, read_ids
from stored_completions_cli.source import Source
from stored_completions_cli.terminal import counted, inline, say
from stored_completions_cli.times import moment


@command(
    examples="""
stored-completions delete chatcmpl-abc123
stored-completions delete --older-than 90d --archive old.jsonl
stored-completions delete --metadata run=test --yes
"""
)
def delete(
    connection: Connection,
    selection: Selection,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The ids of the completions.")] = None,
    ids_file: Annotated[
        Path | None, typer.Option("--ids", metavar="FILE", help="Delete the ids in a file, one per line.")
    ] = None,
    older_than: Annotated[str | None, typer.Option(metavar="AGE", help="Only older completions: 90d.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete all stored completions.")] = False,
    archive: Annotated[
        Path | None, typer.Option(metavar="OUT", help="First export the completions to this file, and compare them.")
    ] = None,
    receipts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file for the receipts; by default deleted-TIME.jsonl.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    concurrency: Concurrency = 16,
    quiet: Quiet = False,
) -> None:
    """Delete stored completions.

    Selects them by their ids, by a filter, or by age; shows the selection, and asks before it deletes.
    """
    now = time.time()
    selection = _with_age(selection, older_than, now)
    filtered = selection != Selection() or everything
    if filtered and (ids or ids_file):
        raise CommandError("Give ids, or a filter, not both.", Status.USAGE)
    if not (filtered or ids or ids_file):
        raise CommandError("Say what to delete: ids, --ids FILE, a filter (--older-than 90d), or --all.", Status.USAGE)
    wanted = selection.resolved(now)
    output = _archive_at(archive) if archive else None
    path = receipts or Path(f"deleted-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}.jsonl")
    with ExitStack() as stack:
        selected = Selected(stack.enter_context(Journal(None)), wanted)
        for completion_id in ids or []:
            if not is_id(completion_id):
                raise CommandError(f"{completion_id!r} is not a valid id.", Status.USAGE)
            selected.add(completion_id)
        for completion_id in read_ids(ids_file) if ids_file else ():
            selected.add(completion_id)
        written = stack.enter_context(Receipts(path, archive))
        if filtered or written.pending:
            run_async(_select(selected, connection, written, filtered))
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
        work = _Work(selected, connection, concurrency, output, written, quiet)
        outcome = work.carry_out()
    if outcome.kept or not quiet:
        why = ", and says why" if outcome.kept else ""
        before = f"; deleted before: {outcome.before:,}" if outcome.before else ""
        say(
            f"Deleted: {counted(outcome.deleted)}{before}; not deleted: {outcome.kept:,}."
            f" {inline(str(path))} has the receipts{why}."
        )
    if outcome.kept or unchecked:
        raise typer.Exit(Status.INCOMPLETE)


def _with_age(selection: Selection, older_than: str | None, now: float) -> Selection:
    """Return the selection with `--older-than` as its `until`."""
    if older_than is None:
        return selection
    if selection.until is not None:
        raise CommandError("--older-than and --until say the same: give one of them.", Status.USAGE)
    moment("--older-than", older_than, now)
    return replace(selection, until=older_than)


def _archive_at(path: Path) -> Output:
    """Check that an archive can be written to a file, and return its files."""
    if format_of(path.name) is not Format.JSONL:
        raise CommandError("An archive is in JSON Lines: give it a name such as old.jsonl.", Status.USAGE)
    return Output(path)


async def _select(selected: Selected, connection: Connection, receipts: Receipts, filtered: bool) -> None:
    """Complete the receipts of an earlier process, then list the completions if a filter selects them."""
    async with Source.connect(connection) as source:
        await Deletion(source, receipts, selected.wanted).resolve()
        if filtered:
            await selected.add_listed(source)


def _ask(selected: Selected, yes: bool) -> None:
    """Ask the user to confirm the deletion, unless `--yes` was given.

    Raises:
        CommandError: the user refused, or there is no terminal.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask on: give --yes to delete them.", Status.USAGE)
    try:
        agreed = typer.confirm(f"Delete {counted(len(selected))} for good?", err=True)
    except typer.Abort:  # Ctrl-C or Ctrl-D, after which the cursor is still on the line of the question
        raise CommandError("\nNothing was deleted.", Status.INTERRUPTED) from None
    if not agreed:
        raise CommandError("Nothing was deleted.")


@dataclass
class _Work:
    """Archives and deletes the selected completions."""

    selected: Selected
    connection: Connection
    concurrency: int
    output: Output | None
    receipts: Receipts
    quiet: bool

    def carry_out(self) -> Outcome:
        """Delete the completions, and report the number so far if that stops early."""
        outcome = Outcome()
        try:
            if self.output is None:
                run_async(self._delete(self.selected, None, outcome))
            else:
                self._archive_and_delete(self.output, outcome)
        except BaseException as error:
            if outcome.deleted or not isinstance(error, CommandError):
                path = shlex.quote(str(self.receipts.path))
                say(
                    f"Deleted so far: {counted(outcome.deleted)}. The same command continues;"
                    f" --receipts {path} keeps the receipts together."
                )
            raise
        return outcome

    def _archive_and_delete(self, output: Output, outcome: Outcome) -> None:
        ids: Iterable[str] = self.selected
        stale: list[str] = []
        # Completions that have changed since they were archived are archived once more.
        for _ in range(2):
            self._archive(output, ids, stale)
            with Journal(output.journal) as journal, Archive(output.path, journal) as archive:
                run_async(self._delete(ids, archive, outcome))
            ids = stale = outcome.stale
            outcome.stale = []
            if not stale:
                return
        for completion_id in stale:
            self.receipts.refuse(completion_id, "It changed again while it was archived.")
            outcome.kept += 1

    def _archive(self, output: Output, ids: Iterable[str], stale: list[str]) -> None:
        """Add completions to the archive, and replace those that have changed."""
        request = Request(
            base_url=self.connection.redacted_url(), wanted=Filter(), selection=vars(Selection()), archive=True
        )
        Export(
            request,
            output,
            self.connection,
            self.concurrency,
            Reporter(self.quiet),
            append=True,
            ids=ids,
            without=frozenset(stale),
        ).carry_out()

    async def _delete(self, ids: Iterable[str], archive: Archive | None, outcome: Outcome) -> None:
        counts = Counts(expected=len(self.selected))
        async with Source.connect(self.connection, self.concurrency) as source:

            def ids_with_progress() -> Iterator[str]:
                for completion_id in ids:
                    counts.total, counts.new = outcome.deleted + outcome.before, outcome.deleted
                    counts.failed, counts.retries = outcome.kept, source.calls.retries
                    reporter.show(counts)
                    yield completion_id

            deletion = Deletion(source, self.receipts, self.selected.wanted)
            with Reporter(self.quiet) as reporter:
                await deletion.carry_out(ids_with_progress(), archive, outcome)
