"""Begin or continue an export, run it in this process or on a cluster, finish it, and report the result."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from functools import partial

from stored_completions_cli.errors import CommandError, UsageError
from stored_completions_cli.formats import Format
from stored_completions_cli.journal import Journal
from stored_completions_cli.output import Output
from stored_completions_cli.progress import Bar, Counts
from stored_completions_cli.run import LineWriter, Request, Run
from stored_completions_cli.source import Source, with_source
from stored_completions_cli.terminal import Printing, counted, inline, say


def export_to_file(
    output: Output,
    printing: Printing,
    *,
    append: bool = False,
    restart: bool = False,
    ids: Iterable[str] | None = None,
    without: Collection[str] = (),
) -> Counts:
    """Begin or continue an export, and report the result.

    Args:
        append: Add new completions to a finished export.
        restart: Throw away an earlier export.
        ids: The ids to export, instead of those that the server lists.
        without: The ids of completions to remove from a finished export when adding to it.

    Raises:
        CommandError, APIError, OSError, KeyboardInterrupt, asyncio.CancelledError: the export stopped early.
    """
    counts = Counts()
    is_new = not output.journal_path.exists()
    with output:
        try:
            output.begin(append=append, restart=restart, without=without)
            run = Run(output.request, output.journal, ids)
            counts = run.counts
            if output.journal.get("state") == "running":
                _carry_out(run, partial(output.write, run), printing)
            output.finish()
        except BaseException as error:
            if isinstance(error, UsageError) and not counts.new:
                if is_new:
                    output.forget()
                raise
            with suppress(OSError, sqlite3.Error, CommandError):
                output.write_errors()
            say(f"{counts}. Nothing is lost: the same command continues from there.")
            _report(output.request.kind, output, counts, "stopped", printing)
            raise
        counts.left_out, counts.size = Counter(output.journal.get("left_out", {})), output.journal.get("size")
    _report(output.request.kind, output, counts, "done", printing)
    return counts


def export_to_stdout(request: Request, printing: Printing, ids: Iterable[str] | None = None) -> Counts:
    """Export to standard output, and print the failures to standard error.

    Args:
        ids: The ids to export, instead of those that the server lists.

    Raises:
        CommandError, APIError, OSError, KeyboardInterrupt, asyncio.CancelledError: the export stopped early.
    """
    with Journal(None) as journal:
        run = Run(request, journal, ids)
        _carry_out(run, LineWriter(run, sys.stdout.buffer).write, printing)
        for line in journal.failures():
            print(line, file=sys.stderr)
    _report(request.kind, None, run.counts, "done", printing)
    return run.counts


def _carry_out(run: Run, write: Callable[[Source], Awaitable[None]], printing: Printing) -> None:
    with Bar(run.counts, printing.quiet):
        with_source(run.request.connection, write, run.counts)


def _report(kind: Format, output: Output | None, counts: Counts, state: str, printing: Printing) -> None:
    """Print the result of an export; without an output, it was written to standard output."""
    messages = []
    if printing.as_json:
        summary = {
            "state": state,
            "out": str(output or "-"),
            "format": kind,
            "total": counts.total,
            "new": counts.new,
            "failed": counts.failed,
            "repeated": counts.repeated,
            "unmatched": counts.unmatched,
            "unchecked": counts.unchecked,
            "retries": counts.retries,
            "bytes": counts.size,
            "seconds": round(counts.seconds, 3),
            "left_out": dict(counts.left_out),
            "errors": output.errors_at if output and counts.failed else None,
        }
        print(json.dumps(summary), file=sys.stdout if output else sys.stderr)
    elif output and state == "done":
        messages.append(f"{output}: {counts}, {counts.new:,} of them new.")
    what = "did not fit its column" if kind is Format.PARQUET else "has no place and was left out"
    messages += [f"{kind}: {name} {what} {counted(times, 'time')}." for name, times in sorted(counts.left_out.items())]
    if counts.unmatched:
        messages.append(f"Left out: {counted(counts.unmatched)} that the server listed against the filters.")
    if counts.unchecked:
        messages.append(
            f"Included: {counted(counts.unchecked)} that the filters may not select: of models whose names begin"
            " alike, or without a readable time, model or metadata. `delete` keeps such completions."
        )
    for message in messages if not printing.quiet else ():
        say(message)
    if output and counts.failed:
        where = inline(output.errors_at)
        say(f"Not exported: {counted(counts.failed)}; {where} says why. The same command tries again.")
