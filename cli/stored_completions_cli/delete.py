"""Deleting completions: what is selected, checked against an archive, deleted one by one, each with a receipt."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from stored_completions.errors import APIError
from stored_completions_cli.calls import Calls
from stored_completions_cli.errors import CommandError
from stored_completions_cli.journal import Journal
from stored_completions_cli.options import Filter
from stored_completions_cli.source import Source


@dataclass(frozen=True)
class Receipt:
    """The outcome of deleting a completion.

    Attributes:
        at: When the server answered, in UTC.
        reason: Why it was not deleted.
        archive: The file that it was exported to before.
    """

    id: str
    deleted: bool
    at: str
    reason: str | None = None
    archive: str | None = None

    def line(self) -> str:
        """Return the JSON object of this receipt."""
        return json.dumps({name: value for name, value in asdict(self).items() if value is not None})


class Selected:
    """The completions that are to be deleted, each once, kept on disk however many they are."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.oldest: int | None = None
        self.newest: int | None = None

    def __len__(self) -> int:
        return self._journal.position

    def __iter__(self) -> Iterator[str]:
        return self._journal.ids()

    def add(self, completion_id: str, created: int | None = None) -> None:
        """Add a completion, if it is not there."""
        if self._journal.add(completion_id, created) and created is not None:
            self.oldest = min(created, self.oldest or created)
            self.newest = max(created, self.newest or created)

    async def add_listed(self, source: Source, wanted: Filter) -> None:
        """Add what the server lists of a selection.

        Raises:
            APIError: it cannot be listed.
        """
        async with aclosing(source.listed(wanted)) as completions:
            async for completion in completions:
                self.add(completion.id, completion.created)


def check_archive(archive: Path, wanted: Iterable[str]) -> list[str]:
    """Read an export again, and return the wanted ids that it does not hold whole.

    Raises:
        CommandError: a line is not what an export writes.
    """
    with Journal(None) as held, archive.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                completion = json.loads(line)
            except ValueError as error:
                raise CommandError(f"{archive}:{number} is not JSON ({error}): nothing was deleted.") from None
            if not line.endswith(b"\n") or not isinstance(completion, dict):
                raise CommandError(f"{archive}:{number} is not a complete line of an export: nothing was deleted.")
            if isinstance(completion.get("messages"), list) and isinstance(completion.get("id"), str):
                held.add(completion["id"], None)
        return [completion_id for completion_id in wanted if held.add(completion_id, None)]


def delete(source: Source, ids: Iterable[str], archive: Path | None) -> AsyncGenerator[Receipt, None]:
    """Delete completions, many at a time, and yield a receipt for each, in order.

    Raises:
        APIError: the server does not answer any more.
    """

    async def receipt(completion_id: str, calls: Calls) -> Receipt:
        reason = None
        try:
            answer = await calls.text(lambda: calls.completions.with_raw_response.delete(completion_id))
            if json.loads(answer).get("deleted") is not True:
                reason = f"The server did not confirm the deletion: {answer}"
        except CommandError as error:
            reason = str(error)
        except APIError as error:
            await calls.check_the_server(error)
            reason = str(error)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Receipt(completion_id, reason is None, now, reason, str(archive) if archive else None)

    return source.calls.in_order(_each(ids), str, receipt)


async def _each(ids: Iterable[str]) -> AsyncIterator[str]:
    for completion_id in ids:
        yield completion_id


def write(receipt: Receipt, file: IO[str]) -> None:
    """Append a receipt and make it durable, before the next deletion."""
    file.write(receipt.line() + "\n")
    file.flush()
