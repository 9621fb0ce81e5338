"""`delete`: what is selected is shown, asked about, archived, compared, deleted, and noted in receipts."""

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
from stored_completions_cli.command import command
from stored_completions_cli.completion import is_id
from stored_completions_cli.connection import Connection
from stored_completions_cli.delete import Deletion, Outcome, Selected
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.export import Counts, Request, read_ids
from stored_completions_cli.exporting import Export, run_to_its_end
from stored_completions_cli.formats import Format, format_of
from stored_completions_cli.journal import Journal
from stored_completions_cli.options import Concurrency, Quiet
from stored_completions_cli.output import Output
from stored_completions_cli.progress import Reporter
from stored_completions_cli.receipts import Receipts
from stored_completions_cli.selection import Filter, Selection, Verdict
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
        Path | None, typer.Option("--ids", metavar="FILE", help="Delete the ids in a file: one a line.")
    ] = None,
    older_than: Annotated[str | None, typer.Option(metavar="AGE", help="Only what is older, as 90d.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete all that is stored.")] = False,
    archive: Annotated[
        Path | None, typer.Option(metavar="OUT", help="First export each to this file, and compare it.")
    ] = None,
    receipts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the receipts go; by default deleted-TIME.jsonl.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    concurrency: Concurrency = 16,
    quiet: Quiet = False,
) -> None:
    """Delete stored completions.

    By their ids, by a filter, or by age. Shows what it would do, and asks.
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
                raise CommandError(f"{completion_id!r} is no id.", Status.USAGE)
        for completion_id in [*(ids or []), *(read_ids(ids_file) if ids_file else [])]:
            selected.add(completion_id)
        written = stack.enter_context(Receipts(path, archive))
        if filtered or written.pending:
            run_to_its_end(_select(selected, connection, written, filtered))
        tell = (lambda text: None) if quiet else say
        # What cannot be judged is said, however quiet.
        if (left := selected.left_described()) and (not (yes and quiet) or selected.left[Verdict.UNKNOWN]):
            say(left)
        if not len(selected):
            tell("Nothing is selected, and nothing was deleted.")
            return
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
    if outcome.kept:
        raise typer.Exit(Status.INCOMPLETE)


def _with_age(selection: Selection, older_than: str | None, now: float) -> Selection:
    if older_than is None:
        return selection
    if selection.until is not None:
        raise CommandError("--older-than and --until say the same: give one of them.", Status.USAGE)
    moment("--older-than", older_than, now)
    return replace(selection, until=older_than)


def _archive_at(path: Path) -> Output:
    if format_of(path.name) is not Format.JSONL:
        raise CommandError("An archive is JSON Lines: name it as old.jsonl.", Status.USAGE)
    return Output(path)


async def _select(selected: Selected, connection: Connection, receipts: Receipts, filtered: bool) -> None:
    async with Source.reached(connection) as source:
        await Deletion(source, receipts, Filter()).resolve()
        if filtered:
            await selected.add_listed(source)


def _ask(selected: Selected, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError("There is no terminal to ask on: give --yes to delete them.", Status.USAGE)
    try:
        agreed = typer.confirm(f"Delete {counted(len(selected))} for good?", err=True)
    except typer.Abort:  # Ctrl-C or Ctrl-D, which end no line
        raise CommandError("\nNothing was deleted.", Status.INTERRUPTED) from None
    if not agreed:
        raise CommandError("Nothing was deleted.")


@dataclass
class _Work:
    """What is to be deleted, and how."""

    selected: Selected
    connection: Connection
    concurrency: int
    output: Output | None
    receipts: Receipts
    quiet: bool

    def carry_out(self) -> Outcome:
        """Delete, and say how far it came if it stops."""
        outcome = Outcome()
        try:
            if self.output is None:
                run_to_its_end(self._deleted(self.selected, None, outcome))
            else:
                self._archived_and_deleted(self.output, outcome)
        except BaseException as error:
            if outcome.deleted or not isinstance(error, CommandError):
                path = shlex.quote(str(self.receipts.path))
                say(
                    f"Deleted so far: {counted(outcome.deleted)}. The same command continues;"
                    f" --receipts {path} keeps the receipts together."
                )
            raise
        return outcome

    def _archived_and_deleted(self, output: Output, outcome: Outcome) -> None:
        ids: Iterable[str] = self.selected
        stale: list[str] = []
        # What is in the archive as it was before is archived again, once: then it changes too often.
        for _ in range(2):
            self._archive(output, ids, stale)
            with Journal(output.journal) as journal, Archive(output.path, journal) as archive:
                run_to_its_end(self._deleted(ids, archive, outcome))
            ids = stale = outcome.stale
            outcome.stale = []
            if not stale:
                return
        for completion_id in stale:
            self.receipts.refuse(completion_id, "It changed again while it was archived.")
            outcome.kept += 1

    def _archive(self, output: Output, ids: Iterable[str], stale: list[str]) -> None:
        request = Request(
            base_url=self.connection.shown_url(), wanted=Filter(), selection=vars(Selection()), archive=True
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

    async def _deleted(self, ids: Iterable[str], archive: Archive | None, outcome: Outcome) -> None:
        counts = Counts(expected=len(self.selected))
        async with Source.reached(self.connection, self.concurrency) as source:

            def each() -> Iterator[str]:
                for completion_id in ids:
                    counts.total, counts.new = outcome.deleted + outcome.before, outcome.deleted
                    counts.failed, counts.retries = outcome.kept, source.calls.retries
                    shown.show(counts)
                    yield completion_id

            deletion = Deletion(source, self.receipts, self.selected.wanted)
            with Reporter(self.quiet) as shown:
                await deletion.carry_out(each(), archive, outcome)
