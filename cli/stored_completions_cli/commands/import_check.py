"""The command `import-check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from stored_completions_cli.command import command
from stored_completions_cli.conformance import MOST_EXAMPLES, check_export
from stored_completions_cli.errors import Status
from stored_completions_cli.options import Quiet


@command(examples="stored-completions import-check all.jsonl")
def import_check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An export in jsonl or parquet.", exists=True, dir_okay=False)
    ],
    examples: Annotated[
        int, typer.Option(metavar="N", min=0, max=MOST_EXAMPLES, help="How many examples of each finding to show.")
    ] = 3,
    quiet: Quiet = False,
) -> None:
    """Check an export.

    Decodes each line, and reports how it differs from the types that the models declare.
    """
    console = Console(stderr=True, quiet=quiet)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading", total=file.stat().st_size)
        tally = check_export(file, lambda count: progress.advance(task, count))
    if not quiet:
        print("\n".join(tally.lines(examples)))
    if tally.failed:
        raise typer.Exit(Status.INCOMPLETE)
