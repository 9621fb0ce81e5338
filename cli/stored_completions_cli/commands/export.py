"""The command `export`."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stored_completions_cli.command import command
from stored_completions_cli.connection import ConcurrentConnection
from stored_completions_cli.errors import Status, UsageError
from stored_completions_cli.extras import optional_module, parquet
from stored_completions_cli.formats import WHOLE, Format, format_of
from stored_completions_cli.lifecycle import export_to_file, export_to_stdout
from stored_completions_cli.output import Output
from stored_completions_cli.run import Request
from stored_completions_cli.selection import Selection, read_ids
from stored_completions_cli.terminal import Printing
from stored_completions_cli.times import age


class Engine(StrEnum):
    """Where an export runs."""

    LOCAL = "local"
    DASK = "dask"


@command(
    examples="""
stored-completions export all.jsonl
stored-completions export week.jsonl --since 7d --metadata team=search
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
    connection: ConcurrentConnection,
    selection: Selection,
    printing: Printing,
    kind: Annotated[
        Format | None, typer.Option("--format", help="The format; by default the one that OUT's extension stands for.")
    ] = None,
    choice: Annotated[
        int, typer.Option(metavar="N", min=0, help="The choice that is the answer, for finetune and evals.")
    ] = 0,
    limit: Annotated[int | None, typer.Option(metavar="N", min=1, help="The most completions to export.")] = None,
    ids: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Export the ids in a file, one per line, or in an errors file.")
    ] = None,
    messages: Annotated[bool, typer.Option(help="Fetch the messages of each completion.")] = True,
    append: Annotated[bool, typer.Option("--append", help="Add new completions to an earlier export.")] = False,
    overlap: Annotated[
        str, typer.Option(metavar="AGE", help="How far before the newest completion in OUT --append begins to list.")
    ] = "1h",
    restart: Annotated[bool, typer.Option("--restart", help="Export from scratch, and replace OUT.")] = False,
    engine: Annotated[
        Engine, typer.Option(help="What runs the export: this process, or a Dask cluster.")
    ] = Engine.LOCAL,
    scheduler: Annotated[str | None, typer.Option(metavar="URL", help="The scheduler of the Dask cluster.")] = None,
    batch: Annotated[
        int, typer.Option(metavar="N", min=1, help="The most completions in a part, with --engine dask.")
    ] = 1000,
) -> None:
    """Export stored completions to a file.

    If it is interrupted or killed, the same command continues.
    """
    is_stdout = out == "-" and scheduler is None
    if (engine is Engine.DASK) != (scheduler is not None):
        raise UsageError("--engine dask and --scheduler URL go together: give both.")
    if ids is not None and selection != Selection():
        raise UsageError("--ids already says what to export: leave the other filters out.")
    kind = kind or (Format.JSONL if out == "-" else format_of(out))
    if not messages and kind not in WHOLE:
        raise UsageError(f"--format {kind} needs the messages: leave --no-messages out.")
    request = Request(
        connection=connection,
        wanted=selection.resolved(time.time()),
        selection=vars(selection),
        kind=kind,
        choice=choice,
        messages=messages,
        limit=limit,
        ids=ids,
        overlap=age("--overlap", overlap),
    )
    if is_stdout and (append or restart):
        raise UsageError("--append and --restart are for files: name a file instead of -.")
    if kind is Format.PARQUET:
        if is_stdout:
            raise UsageError("Parquet cannot be written to standard output: name a file instead of -.")
        parquet()  # fails now, and not at the end, if pyarrow is not installed
    named = None if ids is None else read_ids(ids)
    if is_stdout:
        counts = export_to_stdout(request, printing, named)
    else:
        output = (
            Output(Path(out), request)
            if scheduler is None
            else optional_module("dask", "cluster").Parts(out, request, scheduler, batch)
        )
        if ids and ids.resolve() in output.all_files():
            raise UsageError(f"--ids {ids} belongs to the export, which replaces it: copy it, and name the copy.")
        counts = export_to_file(output, printing, append=append, restart=restart, ids=named)
    if counts.failed:
        raise typer.Exit(Status.INCOMPLETE)
