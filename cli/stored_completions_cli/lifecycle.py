"""Begin or continue an export, run it in this process or on a cluster, finish it, and report the result."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from stored_completions_cli.command import run_async
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.formats import Format
from stored_completions_cli.journal import Journal
from stored_completions_cli.output import Output, StreamSink
from stored_completions_cli.progress import Reporter, counts_in_words
from stored_completions_cli.run import Counts, LocalRun, Request, Run
from stored_completions_cli.source import Source
from stored_completions_cli.terminal import counted, inline, say


@dataclass(frozen=True)
class Export:
    """An export to files.

    Attributes:
        shown: The progress bar.
        append: Add new completions to a finished export.
        restart: Throw away an earlier export.
        as_json: Print a summary as JSON.
        ids: The ids to export, instead of those that the server lists.
        without: The ids of completions to remove from a finished export when adding to it.
    """

    request: Request
    output: Output
    connection: Connection
    concurrency: int
    shown: Reporter
    append: bool = False
    restart: bool = False
    as_json: bool = False
    ids: Iterable[str] | None = None
    without: Collection[str] = ()

    def carry_out(self) -> Counts:
        """Begin or continue the export, and report the result.

        Raises:
            CommandError, APIError, OSError, KeyboardInterrupt, asyncio.CancelledError: the export stopped early.
        """
        output, counts = self.output, Counts()
        is_new = not output.journal.exists()
        with Journal(output.journal) as journal:
            try:
                request = output.begin(
                    self.request, journal, append=self.append, restart=self.restart, without=self.without
                )
                counts = Counts.of(journal)
                if journal.get("state") == "running":
                    with output.run(request, journal, self.ids) as run, self.shown:
                        counts = run.counts
                        run_async(_run(run, self))
                output.finish(request, journal)
            except BaseException as error:
                if isinstance(error, CommandError) and error.status is Status.USAGE and not counts.new:
                    if is_new:
                        output.forget(journal)
                    raise
                with suppress(OSError, sqlite3.Error, CommandError):
                    output.write_errors(journal)
                say(f"{counts_in_words(counts)}. Nothing is lost: the same command continues from there.")
                self._summarize(counts, "stopped")
                raise
            counts.left_out = Counter(journal.get("left_out", {}))
        self._summarize(counts, "done")
        return counts

    def _summarize(self, counts: Counts, state: str) -> None:
        output, kind = self.output, self.request.kind
        if self.as_json:
            print(json.dumps(summary(output, kind, counts, state)))
        elif state == "done":
            self.shown.say(f"{output}: {counts_in_words(counts)}, {counts.new:,} of them new.")
        for name, times in sorted(counts.left_out.items()):
            what = "did not fit its column" if kind is Format.PARQUET else "has no place and was left out"
            self.shown.say(f"{kind}: {name} {what} {counted(times, 'time')}.")
        if counts.unmatched:
            self.shown.say(f"Left out: {counted(counts.unmatched)} that the server listed against the filters.")
        if counts.failed:
            where = inline(output.errors_at)
            say(f"Not exported: {counted(counts.failed)}; {where} says why. The same command tries again.")


async def _run(run: Run, export: Export) -> None:
    """Connect to the server, run an export, and show its progress."""

    def show() -> None:
        run.counts.retries = source.calls.retries
        export.shown.show(run.counts)

    async def watch() -> None:
        while True:
            show()
            await asyncio.sleep(export.shown.interval)

    async with Source.connect(export.connection, export.concurrency) as source:
        watching = asyncio.create_task(watch())
        try:
            await run.run(source)
        finally:
            watching.cancel()
            show()


def to_stdout(export: Export) -> Counts:
    """Export to standard output, and print the failures to standard error.

    Raises:
        CommandError, APIError, OSError, KeyboardInterrupt, asyncio.CancelledError: the export stopped early.
    """
    with Journal(None) as journal:
        with export.shown:
            run = LocalRun(export.request, journal, StreamSink(sys.stdout.buffer))
            run_async(_run(run, export))
        for line in journal.failures():
            print(line, file=sys.stderr)
    if export.as_json:
        print(json.dumps(summary(None, export.request.kind, run.counts, "done")), file=sys.stderr)
    return run.counts


def summary(output: Output | None, kind: Format, counts: Counts, state: str) -> dict[str, Any]:
    """Return the summary that `--json` prints."""
    return {
        "state": state,
        "out": str(output or "-"),
        "format": kind,
        "total": counts.total,
        "new": counts.new,
        "failed": counts.failed,
        "repeated": counts.repeated,
        "unmatched": counts.unmatched,
        "retries": counts.retries,
        "bytes": output.size() if output and state == "done" else counts.size,
        "seconds": round(counts.seconds, 3),
        "left_out": dict(counts.left_out),
        "errors": output.errors_at if output and counts.failed else None,
    }
