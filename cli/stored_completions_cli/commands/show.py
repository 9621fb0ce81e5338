"""The commands `list`, `get` and `messages`."""

from __future__ import annotations

import json
import time
from contextlib import aclosing, suppress
from typing import Annotated

import typer
from rich.console import Console

from stored_completions.models import Order
from stored_completions_cli import jsontext
from stored_completions_cli.command import command
from stored_completions_cli.completion import Completion
from stored_completions_cli.connection import Connection
from stored_completions_cli.listing import Listing
from stored_completions_cli.selection import MISMATCHES, Selection
from stored_completions_cli.source import PAGE, Source, with_source
from stored_completions_cli.terminal import Printing, inline, say
from stored_completions_cli.times import shown


@command(examples="stored-completions list --since 2026-01-01 --limit 50\nstored-completions list --json | jq .id")
def list_(
    connection: Connection,
    selection: Selection,
    printing: Printing,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="The most completions to list.")] = 20,
    order: Annotated[Order, typer.Option(help="Oldest (asc) or newest (desc) first.")] = "asc",
) -> None:
    """List stored completions."""
    wanted = selection.resolved(time.time())

    async def fetch(source: Source) -> list[Completion]:
        found: list[Completion] = []
        listing = Listing(source, wanted, order, min(limit, PAGE))
        async with aclosing(listing.completions()) as completions:
            async for completion in completions:
                if wanted.judge(completion) not in MISMATCHES:
                    found.append(completion)
                if len(found) == limit:
                    break
        return found

    completions = with_source(connection, fetch)
    if printing.as_json or printing.quiet:
        printing.json(completion.text for completion in completions if completion.text)
        for completion in completions:
            if not completion.text:
                say(f"Completions are missing: {completion.problem}.")
        return
    if not completions:
        say(
            "Nothing is stored. Chat completions are stored when they are created with `store: true`."
            if selection == Selection()
            else "No stored completion matches these filters."
        )
    width = Console().width
    for completion in completions:
        for line in _lines(completion, width):
            print(line)


@command(
    examples="stored-completions get chatcmpl-abc123\nstored-completions get --json chatcmpl-abc123 chatcmpl-def456"
)
def get(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of the completions.")],
    connection: Connection,
    printing: Printing,
) -> None:
    """Show completions by their ids.

    With --json, prints them as they were received, one per line.
    """

    async def show(source: Source) -> None:
        for completion_id in ids:
            found = await source.completion(completion_id)
            printing.json([found.text])

    with_source(connection, show)


@command(examples="stored-completions messages chatcmpl-abc123")
def messages(
    completion_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the completion.")],
    connection: Connection,
    printing: Printing,
) -> None:
    """Show the messages that a completion was created from."""

    stored = with_source(connection, lambda source: source.messages(completion_id))
    printing.json(jsontext.elements(stored))


def _lines(completion: Completion, width: int) -> list[str]:
    """Describe a completion in two lines: its id, time and model; and its tokens and answer, cut to the width."""
    answer, tokens = "", ""
    with suppress(LookupError, TypeError, ValueError, AttributeError, RecursionError):
        whole = json.loads(completion.text)
        usage = whole.get("usage")
        tokens = f"{usage['total_tokens']} tokens" if isinstance(usage, dict) and "total_tokens" in usage else ""
        message = whole["choices"][0]["message"]
        calls = "(tool calls)" if message.get("tool_calls") else ""
        answer = str(message.get("content") or message.get("refusal") or calls)
    if completion.problem:
        answer = f"({completion.problem})"
    cells = (completion.id if completion.has_id else "(no id)", shown(completion.created), completion.model or "")
    second = "  ".join(filter(None, (tokens, " ".join(answer.split()))))
    return [inline("  ".join(cells).rstrip()), f"  {jsontext.shortened(inline(second), max(20, width - 2))}"]
