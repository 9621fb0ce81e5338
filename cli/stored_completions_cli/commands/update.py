"""The command `update`."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated, Any

import typer

from stored_completions_cli.command import command
from stored_completions_cli.completion import Completion
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import CommandError, UsageError
from stored_completions_cli.selection import pairs
from stored_completions_cli.source import Source, with_source
from stored_completions_cli.terminal import Printing


@command(
    examples="""
stored-completions update chatcmpl-abc123 --metadata topic=tests
stored-completions update chatcmpl-abc123 --remove topic
"""
)
def update(
    completion_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the completion.")],
    connection: Connection,
    printing: Printing,
    metadata: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Set this pair; repeatable.")] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="KEY", help="Remove this key; repeatable.")] = None,
    replace_all: Annotated[bool, typer.Option("--replace", help="Remove all other keys.")] = False,
) -> None:
    """Change the metadata of a completion.

    Other keys keep their values.
    """
    changes = pairs("--metadata", metadata or [])
    removed = set(remove or [])
    if not changes and not removed and not replace_all:
        raise UsageError("Say what to change: --metadata key=value, --remove key, or --replace.")
    if both := removed & changes.keys():
        raise UsageError(f"--metadata and --remove both name {min(both)!r}: give one of them.")

    async def update_and_fetch(source: Source) -> str:
        send = source.completions.with_raw_response.update
        wanted: dict[str, Any] = {}
        async for attempt in source.attempts():
            # Before each attempt, because another program may have changed it.
            found = await source.completion(completion_id)
            kept = {} if replace_all else _metadata_of(found)
            wanted = {name: value for name, value in {**kept, **changes}.items() if name not in removed}
            with attempt:
                await source.raw(partial(send, completion_id, metadata=wanted, max_retries=0))
        # The response may be wrong: fetch the completion again.
        after = await source.completion(completion_id)
        if _metadata_of(after) != wanted:
            now = json.dumps(_metadata_of(after))
            raise CommandError(f"{completion_id} was not changed: its metadata is now {now}.")
        return after.text

    printing.json([with_source(connection, update_and_fetch)])


def _metadata_of(completion: Completion) -> dict[str, Any]:
    """Return the metadata of a completion, which is empty if the server sent null.

    Raises:
        CommandError: the server sent no metadata.
    """
    whole = json.loads(completion.text)
    if "metadata" not in whole or not isinstance(whole["metadata"], dict | None):
        raise CommandError(
            f"The server does not show the metadata of {completion.id}, so keys that are not named could be lost, and"
            " nothing was changed. --replace sets all of it."
        )
    return dict(whole["metadata"] or {})
