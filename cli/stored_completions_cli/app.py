"""The commands, and how each of them ends."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractContextManager, aclosing, closing, contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial, wraps
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.highlighter import JSONHighlighter
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from stored_completions.errors import APIError
from stored_completions_cli import jsontext
from stored_completions_cli.calls import PAGE
from stored_completions_cli.delete import Selected, check_archive, delete as deleting, write
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.export import Counts, Request, Run, read_ids
from stored_completions_cli.formats import WHOLE, Format
from stored_completions_cli.journal import Journal
from stored_completions_cli.options import Connection, Filter, Selection, grouped, moment, pairs
from stored_completions_cli.output import Output, StreamSink, optional_module, parquet
from stored_completions_cli.progress import Reporter, counted, reporter, told
from stored_completions_cli.source import Completion, Order, Source

T = TypeVar("T")
MakeRun = Callable[[Request, Journal], AbstractContextManager[Run]]

app = typer.Typer(
    name="stored-completions",
    help="Export stored chat completions, and list, show, update and delete them.",
    epilog="Exit statuses: 0 all done; 1 stopped before the end, and the same command continues; 2 a wrong command;"
    " 3 done, except for what the errors file or the receipts name; 130 and 143 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Concurrency = Annotated[int, typer.Option(min=1, max=1000, help="How many requests to make at a time.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


class Engine(StrEnum):
    """What runs an export."""

    LOCAL = "local"
    DASK = "dask"


def command(*, examples: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorate a function as a command, which ends with a sentence and a status whatever happens."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def ending(**values: Any) -> None:
            try:
                function(**values)
            except CommandError as error:
                _stop(str(error), error.status)
            except APIError as error:
                _stop(str(error), Status.STOPPED)
            except KeyboardInterrupt:
                _stop("Interrupted.", Status.INTERRUPTED)
            except asyncio.CancelledError:
                _stop("Terminated.", Status.TERMINATED)
            except BrokenPipeError:
                # Whoever reads standard output has enough; Python would complain when it flushes at the end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise typer.Exit(Status.STOPPED) from None
            except OSError as error:
                where = f"{error.filename}: " if error.filename else ""
                _stop(f"{where}{error.strerror or error}.", Status.STOPPED)
            except sqlite3.Error as error:
                text = (
                    f"The journal cannot be written: {error}. Is the disk full? Make room: the same command continues."
                )
                _stop(text, Status.STOPPED)

        epilog = "Examples:\n\n" + "\n\n".join(f"    {line}" for line in examples.strip().splitlines())
        app.command(function.__name__.rstrip("_").replace("_", "-"), epilog=epilog)(grouped(ending))
        return function

    return decorate


@command(
    examples="""
stored-completions export all.jsonl
stored-completions export week.jsonl --since 7d --model gpt-4o --metadata team=search
stored-completions export train.jsonl --format finetune --limit 5000
stored-completions export all.jsonl --append
"""
)
def export(
    out: Annotated[
        str,
        typer.Argument(
            metavar="OUT", help="The file to write, - for standard output, or a folder's URL with --engine dask."
        ),
    ],
    connection: Connection,
    selection: Selection,
    kind: Annotated[Format, typer.Option("--format", help="What a completion becomes.")] = Format.JSONL,
    choice: Annotated[int, typer.Option(min=0, help="The choice that is the answer, for finetune and evals.")] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="The most completions to export.", show_default=False)
    ] = None,
    ids: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Export the ids in a file: one a line, or errors of before.", show_default=False
        ),
    ] = None,
    messages: Annotated[bool, typer.Option(help="Fetch the messages of each completion.")] = True,
    append: Annotated[bool, typer.Option("--append", help="Add to OUT what is new since its export.")] = False,
    overlap: Annotated[
        str, typer.Option(metavar="AGE", help="How far before its newest completion --append looks for late ones.")
    ] = "1h",
    restart: Annotated[bool, typer.Option("--restart", help="Throw away what was exported to OUT before.")] = False,
    concurrency: Concurrency = 16,
    engine: Annotated[
        Engine, typer.Option(help="What runs the export: this process, or a Dask cluster.")
    ] = Engine.LOCAL,
    scheduler: Annotated[
        str | None, typer.Option(metavar="URL", help="The scheduler of the Dask cluster.", show_default=False)
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="The completions of a part, with --engine dask.")] = 1000,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Export stored completions to a file. If it is interrupted or killed, the same command continues."""
    if (engine is Engine.DASK) != (scheduler is not None):
        raise CommandError("--engine dask and --scheduler URL go together: give both.", Status.USAGE)
    if ids is not None and selection != Selection():
        raise CommandError("--ids already says what to export: leave the other filters out.", Status.USAGE)
    if not messages and kind not in WHOLE:
        raise CommandError(f"--format {kind} needs the messages: leave --no-messages out.", Status.USAGE)
    now = time.time()
    request = Request(
        base_url=connection.shown_url(),
        wanted=selection.resolved(now),
        selection=vars(selection),
        kind=kind,
        choice=choice,
        messages=messages,
        limit=limit,
        ids=ids,
        overlap=int(now) - moment("--overlap", overlap, int(now)),
    )
    if out == "-" and scheduler is None:
        _to_stdout(request, connection, concurrency, reporter(quiet), as_json)
        return
    if kind is Format.PARQUET:
        parquet()
    make: MakeRun
    output: Any
    if scheduler is None:
        output = Output(Path(out))
        make = partial(_run_here, output)
    else:
        cluster = optional_module("dask", "stored_completions_cli.cluster")
        output = cluster.Parts(out)
        make = partial(_run_there, cluster, output.url, connection.to_share(), concurrency, scheduler, batch)
    counts = exported(
        request,
        output,
        make,
        connection,
        concurrency,
        reporter(quiet),
        append=append,
        restart=restart,
        as_json=as_json,
    )
    if counts.failed:
        raise typer.Exit(Status.INCOMPLETE)


@contextmanager
def _run_here(output: Output, request: Request, journal: Journal) -> Iterator[Run]:
    with closing(output.sink(journal)) as sink:
        yield Run(request, journal, sink)


@contextmanager
def _run_there(
    cluster: Any,
    url: str,
    connection: Connection,
    concurrency: int,
    scheduler: str,
    batch: int,
    request: Request,
    journal: Journal,
) -> Iterator[Run]:
    yield cluster.ClusterRun(cluster.Job(url, request, connection, concurrency), journal, scheduler, batch)


def exported(
    request: Request,
    output: Output,
    make: MakeRun,
    connection: Connection,
    concurrency: int,
    shown: Reporter,
    *,
    append: bool,
    restart: bool,
    as_json: bool,
) -> Counts:
    """Export to a place, and say how it went.

    Raises:
        CommandError, APIError, OSError, KeyboardInterrupt, asyncio.CancelledError: it stopped before the end.
    """
    is_new = not output.journal.exists()
    counts = Counts()
    with Journal(output.journal) as journal:
        try:
            request = output.begin(request, journal, append=append, restart=restart)
            counts = Counts.of(journal)
            if journal.get("state") == "running":
                with make(request, journal) as run, shown:
                    counts = run.counts
                    _run(_running(run, connection, concurrency, shown))
            output.finish(request, journal)
        except BaseException as error:
            if isinstance(error, CommandError) and error.status is Status.USAGE and not counts.new:
                if is_new:
                    output.forget()
                raise
            with suppress(OSError, sqlite3.Error):
                output.write_errors(journal)
            _say(f"{told(counts)}. Nothing is lost: the same command continues from there.")
            _summarize(output, request, counts, as_json, "stopped")
            raise
        counts.left_out = Counter(journal.get("left_out", {}))
        _summarize(output, request, counts, as_json, "done")
        return counts


async def _running(run: Run, connection: Connection, concurrency: int, shown: Reporter) -> None:
    async with Source.reached(connection, concurrency) as source:
        await run.run(source, shown.show, shown.interval)
        shown.show(run.counts)


def _to_stdout(request: Request, connection: Connection, concurrency: int, shown: Reporter, as_json: bool) -> None:
    if request.kind is Format.PARQUET:
        raise CommandError("Parquet cannot be written to standard output: name a file instead of -.", Status.USAGE)
    with Journal(None) as journal:
        with shown:
            run = Run(request, journal, StreamSink(sys.stdout.buffer))
            _run(_running(run, connection, concurrency, shown))
        for line in journal.failures():
            print(line, file=sys.stderr)
        if as_json:
            print(json.dumps(_summary(None, request, run.counts, "done")), file=sys.stderr)
    if run.counts.failed:
        raise typer.Exit(Status.INCOMPLETE)


def _summary(output: Output | None, request: Request, counts: Counts, state: str) -> dict[str, Any]:
    return {
        "state": state,
        "out": str(output or "-"),
        "format": request.kind,
        "total": counts.total,
        "new": counts.new,
        "failed": counts.failed,
        "repeated": counts.repeated,
        "retries": counts.retries,
        "bytes": output.size() if output and state == "done" else counts.size,
        "seconds": round(counts.seconds, 3),
        "left_out": dict(counts.left_out),
        "errors": output.errors_at if output and counts.failed else None,
    }


def _summarize(output: Output, request: Request, counts: Counts, as_json: bool, state: str) -> None:
    if as_json:
        print(json.dumps(_summary(output, request, counts, state)))
    elif state == "done":
        _say(f"{output}: {told(counts)}, {counts.new:,} of them new.")
    for name, times in sorted(counts.left_out.items()):
        what = "did not fit its column" if request.kind is Format.PARQUET else "has no place and was left out"
        _say(f"{request.kind}: {name} {what} {times:,} time{'' if times == 1 else 's'}.")
    if counts.failed:
        _say(f"Not exported: {counted(counts.failed)}; {output.errors_at} says why.")


def _run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine as `asyncio.run` does; SIGTERM ends it as cleanly as Ctrl-C."""

    async def terminable() -> T:
        task = asyncio.current_task()
        if task:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await main

    return asyncio.run(terminable())


def _say(text: str) -> None:
    """Print a message for the person to standard error."""
    print(text, file=sys.stderr, flush=True)


def _stop(text: str, status: Status) -> None:
    _say(printable(text))
    raise typer.Exit(status)


def printable(text: str) -> str:
    """Return a server's text without control characters."""
    return "".join(
        character if character.isprintable() or character == "\n" else "\N{REPLACEMENT CHARACTER}" for character in text
    )


@command(examples="stored-completions list --since 2026-01-01 --limit 50\nstored-completions list --json | jq .id")
def list_(
    connection: Connection,
    selection: Selection,
    limit: Annotated[int, typer.Option(min=1, help="The most completions to list.")] = 20,
    order: Annotated[Order, typer.Option(help="Oldest (asc) or newest (desc) first.")] = "asc",
    as_json: AsJson = False,
) -> None:
    """List stored completions in a table."""
    wanted = selection.resolved(time.time())

    async def listed() -> list[Completion]:
        found: list[Completion] = []
        async with (
            Source.reached(connection) as source,
            aclosing(source.listed(wanted, order, min(limit, PAGE))) as completions,
        ):
            async for completion in completions:
                found.append(completion)
                if len(found) == limit:
                    break
        return found

    completions = _run(listed())
    if as_json:
        _print_lines(completion.text for completion in completions)
        return
    table = Table("Id", "Created", "Model", "Tokens", box=None, header_style="bold", expand=True)
    # The answer has what room the others leave.
    table.add_column("Answer", no_wrap=True, overflow="ellipsis", ratio=1)
    for completion in completions:
        table.add_row(*(Text(cell) for cell in _row(completion)))
    Console().print(table)


@command(
    examples="stored-completions get chatcmpl-abc123\nstored-completions get --json chatcmpl-abc123 chatcmpl-def456"
)
def get(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of the completions.")],
    connection: Connection,
    as_json: AsJson = False,
) -> None:
    """Show completions by their ids; with --json as they are received, one a line."""

    async def show() -> None:
        async with Source.reached(connection) as source:
            for completion_id in ids:
                _print_json([(await source.completion(completion_id)).text], as_json)

    _run(show())


@command(examples="stored-completions messages chatcmpl-abc123")
def messages(
    completion_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the completion.")],
    connection: Connection,
    as_json: AsJson = False,
) -> None:
    """Show the messages that a completion was created from."""

    async def got() -> Completion:
        async with Source.reached(connection) as source:
            return await source.with_messages(Completion(completion_id, None, ""))

    stored = _run(got()).messages or "[]"
    _print_json([each.text for each in jsontext.elements(stored)], as_json)


@command(
    examples="""
stored-completions update chatcmpl-abc123 --metadata topic=tests
stored-completions update chatcmpl-abc123 --remove topic
"""
)
def update(
    completion_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the completion.")],
    connection: Connection,
    metadata: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="Set this pair; repeatable.", show_default=False)
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Remove this key; repeatable.", show_default=False)
    ] = None,
    replace_all: Annotated[bool, typer.Option("--replace", help="Remove all that is not set here.")] = False,
    as_json: AsJson = False,
) -> None:
    """Change the metadata of a completion; keys that are not named stay as they are."""
    changes = pairs("--metadata", metadata or [])
    if not changes and not remove and not replace_all:
        raise CommandError("Say what to change: --metadata key=value, --remove key, or --replace.", Status.USAGE)

    async def updated() -> str:
        async with Source.reached(connection) as source:
            before = json.loads((await source.completion(completion_id)).text).get("metadata")
            kept = before if isinstance(before, dict) and not replace_all else {}
            wanted = {name: value for name, value in {**kept, **changes}.items() if name not in (remove or [])}
            raw = source.calls.completions.with_raw_response
            return await source.calls.text(lambda: raw.update(completion_id, metadata=wanted))

    _print_json([jsontext.on_one_line(_run(updated()))], as_json)


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
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID...", help="The ids of the completions.", show_default=False)
    ] = None,
    ids_file: Annotated[
        Path | None,
        typer.Option("--ids", metavar="FILE", help="Delete the ids in a file: one a line.", show_default=False),
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="AGE", help="Only what is older, as 90d.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete all that is stored.")] = False,
    archive: Annotated[
        Path | None,
        typer.Option(metavar="OUT", help="First export each to this file, and check the file.", show_default=False),
    ] = None,
    receipts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the receipts go; by default deleted-TIME.jsonl.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    concurrency: Concurrency = 16,
    quiet: Quiet = False,
) -> None:
    """Delete stored completions, by their ids, by a filter, or by age. Shows what it would do, and asks."""
    now = time.time()
    if older_than is not None:
        if selection.until is not None:
            raise CommandError("--older-than and --until say the same: give one of them.", Status.USAGE)
        moment("--older-than", older_than, now)
        selection = dataclasses.replace(selection, until=older_than)
    filtered = selection != Selection() or everything
    if filtered and (ids or ids_file):
        raise CommandError("Give ids, or a filter, not both.", Status.USAGE)
    if not (filtered or ids or ids_file):
        raise CommandError("Say what to delete: ids, --ids FILE, a filter (--older-than 90d), or --all.", Status.USAGE)
    wanted = selection.resolved(now)
    with Journal(None) as journal:
        selected = Selected(journal)
        for completion_id in [*(ids or []), *(read_ids(ids_file) if ids_file else [])]:
            selected.add(completion_id)
        if filtered:
            _run(_selected(selected, connection, wanted))
        if not len(selected):
            _say("Nothing is selected, and nothing was deleted.")
            return
        _say(_described(selected))
        if not yes:
            if not sys.stdin.isatty():
                raise CommandError("There is no terminal to ask on: give --yes to delete them.", Status.USAGE)
            typer.confirm(f"Delete {counted(len(selected))} for good?", abort=True, err=True)
        if archive:
            _archive(archive, selected, connection, concurrency, reporter(quiet))
        receipts = receipts or Path(f"deleted-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}.jsonl")
        deleted, kept = _run(_deleted(selected, connection, concurrency, archive, receipts))
    _say(f"Deleted: {counted(deleted)}; not deleted: {kept:,}. {receipts} has the receipts.")
    if kept:
        raise typer.Exit(Status.INCOMPLETE)


@command(examples="stored-completions import-check all.jsonl")
def import_check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An export in jsonl or parquet.", exists=True, dir_okay=False)
    ],
    examples: Annotated[int, typer.Option(min=0, max=10, help="How many examples of each finding to show.")] = 3,
    quiet: Quiet = False,
) -> None:
    """Decode an export again, and say what differs from what the document declares."""
    check = optional_module("check", "stored_completions_cli.check")
    console = Console(stderr=True, quiet=quiet)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading", total=file.stat().st_size)
        tally = check.check_export(file, lambda count: progress.advance(task, count))
    tally.print(Console(), examples)
    if tally.failed:
        raise typer.Exit(Status.INCOMPLETE)


async def _selected(selected: Selected, connection: Connection, wanted: Filter) -> None:
    async with Source.reached(connection) as source:
        await selected.add_listed(source, wanted)


def _described(selected: Selected) -> str:
    first = list(islice(selected, 5))
    more = f" and {len(selected) - len(first):,} more" if len(selected) > len(first) else ""
    times = (
        f", created from {_time(selected.oldest)} to {_time(selected.newest)}" if selected.oldest is not None else ""
    )
    return printable(f"Selected: {counted(len(selected))}{times}: {', '.join(first)}{more}.")


def _archive(path: Path, selected: Selected, connection: Connection, concurrency: int, shown: Reporter) -> None:
    """Export what is selected, and check that the file holds all of it.

    Raises:
        CommandError: it does not; nothing is deleted then.
    """
    output = Output(path)
    ids = path.with_name(f"{path.name}.ids")
    with ids.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps({"id": each}) + "\n" for each in selected)
    request = Request(base_url=connection.shown_url(), wanted=Filter(), selection=vars(Selection()), ids=ids)
    make = partial(_run_here, output)
    exported(request, output, make, connection, concurrency, shown, append=True, restart=False, as_json=False)
    if missing := check_archive(path, selected):
        raise CommandError(
            f"{path} lacks {counted(len(missing))}, {missing[0]} first: nothing was deleted."
            f" {output.errors_at} says why; leave them out to delete the others."
        )
    ids.unlink()


async def _deleted(
    selected: Selected, connection: Connection, concurrency: int, archive: Path | None, receipts: Path
) -> tuple[int, int]:
    """Delete what is selected, and return how many were and were not."""
    counts = [0, 0]
    with receipts.open("a", encoding="utf-8") as file:
        async with (
            Source.reached(connection, concurrency) as source,
            aclosing(deleting(source, selected, archive)) as each,
        ):
            async for receipt in each:
                write(receipt, file)
                counts[not receipt.deleted] += 1
    return counts[0], counts[1]


def _row(completion: Completion) -> tuple[str, ...]:
    whole = json.loads(completion.text)
    whole = whole if isinstance(whole, dict) else {}
    answer = ""
    with suppress(LookupError, TypeError):
        message = whole["choices"][0]["message"]
        answer = str(
            message.get("content") or message.get("refusal") or ("tool calls" if message.get("tool_calls") else "")
        )
    usage = whole.get("usage")
    tokens = usage.get("total_tokens", "") if isinstance(usage, dict) else ""
    cells = (completion.id, _time(completion.created), whole.get("model", ""), tokens, " ".join(answer.split())[:200])
    return tuple(printable(str(cell)) for cell in cells)


def _time(created: int | None) -> str:
    with suppress(OverflowError, ValueError, OSError):
        return "" if created is None else f"{datetime.fromtimestamp(created, UTC):%Y-%m-%d %H:%M:%SZ}"
    return str(created)


def _print_json(texts: Iterable[str], as_json: bool) -> None:
    """Print JSON values as they are, one a line, or for a person, with colors on a terminal."""
    if as_json:
        _print_lines(texts)
        return
    for text in texts:
        shown = printable(json.dumps(json.loads(text), indent=2, ensure_ascii=False))
        Console().print(JSONHighlighter()(shown), soft_wrap=True)


def _print_lines(texts: Iterable[str]) -> None:
    for text in texts:
        sys.stdout.buffer.write(jsontext.encode(text) + b"\n")
    sys.stdout.buffer.flush()
