"""Run an export: list the completions, fetch the messages of many at a time, and write them in order."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeVar

from stored_completions.errors import APIError
from stored_completions_cli import files, jsontext
from stored_completions_cli.completion import Completion
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import CommandError
from stored_completions_cli.formats import Format, Line, line_of
from stored_completions_cli.journal import Journal
from stored_completions_cli.listing import Listing
from stored_completions_cli.selection import MISMATCHES, Filter, Verdict
from stored_completions_cli.source import Source

T = TypeVar("T")
R = TypeVar("R")

_CHECKPOINT_SECONDS = 0.1
# The most of the time that may be spent on syncing, even to a slow disk.
_CHECKPOINT_SHARE = 0.05
# The completions that may wait for a slow one before them, as a multiple of the concurrency.
_AHEAD = 4


@dataclass(frozen=True)
class Request:
    """What to export, and how. To continue an export, its request must have the same identity.

    Attributes:
        wanted: The filter, with ages counted from when the export began.
        selection: The filter's options as the user typed them: `7d` stays `7d`.
        choice: The index of the choice that is the answer, for `finetune` and `evals`.
        messages: Whether to fetch the messages.
        limit: The most completions that a run adds.
        ids: The file with the ids to export, if there is one.
        archive: Whether the export archives completions before they are deleted.
        overlap: `--append` starts to list this many seconds before the newest exported completion.
    """

    connection: Connection
    wanted: Filter
    selection: dict[str, Any]
    kind: Format = Format.JSONL
    choice: int = 0
    messages: bool = True
    limit: int | None = None
    ids: Path | None = None
    archive: bool = False
    overlap: int = 3600

    def identity(self) -> dict[str, Any]:
        """Return the values that must be equal for an export to continue."""
        values = {
            "base_url": self.connection.redacted_url(),
            **asdict(self),
            "ids": str(self.ids.absolute()) if self.ids else None,
        }
        for name in ("connection", "wanted", "overlap"):
            del values[name]
        if not self.archive:
            del values["archive"]  # which journals of 0.2.0 do not have
        return values


@dataclass(frozen=True)
class Failure:
    """A completion that cannot be exported, and why.

    Attributes:
        status: The HTTP status of the response, if the request failed.
        request_id: The response's `x-request-id`.
        object: The JSON text that the server listed, if it has no id to fetch the completion by.
    """

    id: str
    reason: str
    status: int | None = None
    request_id: str | None = None
    object: str | None = None

    def line(self) -> str:
        """Return the failure as a line of the errors file."""
        return json.dumps({name: value for name, value in asdict(self).items() if value is not None})


class Run:
    """One run of an export, from where the journal ends to the end of the listing.

    Attributes:
        counts: The progress of the export.
    """

    def __init__(self, request: Request, journal: Journal, ids: Iterable[str] | None = None) -> None:
        """Prepare a run.

        Args:
            ids: The ids to export, instead of those that the server lists.
        """
        self.request, self.journal, self._ids = request, journal, ids
        self.counts = journal.counts()
        # The number of completions that the export then has at most.
        self._most = None if request.limit is None else journal.get("exported", 0) + request.limit
        self.counts.expected = self._most

    async def completions(self, source: Source) -> AsyncGenerator[Completion, None]:
        """Yield the completions to write, and record them in the journal: first earlier failures, then new ones."""
        journal = self.journal
        failures = journal.take_failures()
        self.counts.failed = 0
        for completion_id, created in failures:
            if journal.add(completion_id, created):
                yield Completion(completion_id, created)
        if self._ids is not None:
            for completion_id in self._ids:
                if journal.count == self._most:
                    return
                if journal.add(completion_id):
                    yield Completion(completion_id)
        elif not journal.get("listed"):
            async with aclosing(self._listed(source)) as completions:
                async for completion in completions:
                    yield completion

    async def _listed(self, source: Source) -> AsyncGenerator[Completion, None]:
        """Yield the new completions of the listing, from the journal's cursor on."""
        wanted, journal = self.request.wanted, self.journal
        listing = Listing(source, wanted)
        cursors = list(journal.cursors())
        if cursors == [None]:
            cursors = [await listing.start(), None]
        async with aclosing(listing.pages(cursors)) as pages:
            async for page in pages:
                journal.page(page.after)
                for completion in page.completions:
                    if journal.count == self._most:
                        return
                    verdict = wanted.judge(completion)
                    self.counts.unmatched += verdict is Verdict.OTHER
                    if verdict in MISMATCHES:
                        continue
                    if journal.add(completion.id, completion.created):
                        self.counts.unchecked += verdict is not Verdict.SELECTED
                        yield completion
                    else:
                        self.counts.repeated += 1

    def settle(self, completion: Completion, size: int, error: str | None = None) -> None:
        """Record that the next completion in order was written or has failed.

        Args:
            size: Bytes of its line; 0 if it failed, or is in a part of a cluster.
            error: Why it failed, as a line of the errors file.
        """
        self.journal.settle(completion.id, size, error)
        self.counts.failed += error is not None
        self.counts.total += error is None
        self.counts.new += error is None
        self.counts.size += size


class LineWriter:
    """Appends the lines of a run to a file or stream."""

    def __init__(self, run: Run, file: IO[bytes], path: Path | None = None) -> None:
        """Prepare to write.

        Args:
            path: Where the file is: it is synced and checked before the journal is committed. None is a stream.
        """
        self._run, self._file, self._path, self._is_terminal = run, file, path, file.isatty()
        self._sync_at = time.monotonic()

    async def write(self, source: Source) -> None:
        """Write every completion that is not written yet.

        Raises:
            APIError, CommandError: the server failed for good; the lines so far are kept.
            OSError: the file cannot be written; the synced lines are kept.
        """
        completions = self._run.completions(source)
        lines = make_lines(completions, source, self._run.request)
        try:
            async with aclosing(completions), aclosing(lines):
                async for completion, line in lines:
                    self._settle(completion, line)
        except (asyncio.CancelledError, APIError, CommandError):
            self._checkpoint()
            raise
        self._checkpoint()

    def _settle(self, completion: Completion, line: Line | Failure) -> None:
        if isinstance(line, Failure):
            self._run.settle(completion, 0, line.line())
        else:
            # A terminal obeys control characters.
            self._file.write(jsontext.escaped(line.content) if self._is_terminal else line.content)
            self._run.settle(completion, len(line.content))
            self._run.counts.left_out += line.left_out
        if time.monotonic() >= self._sync_at:
            self._checkpoint()

    def _checkpoint(self) -> None:
        started, journal = time.monotonic(), self._run.journal
        self._file.flush()
        if self._path:
            os.fsync(self._file.fileno())
            if os.fstat(self._file.fileno()).st_size < journal.end:
                # Another program cut the file, so that later lines are not where the journal says.
                self._file.truncate(0)
            files.check_in_place(self._file.fileno(), self._path, journal.end)
        journal.set("left_out", self._run.counts.left_out)
        journal.commit()
        now = time.monotonic()
        self._sync_at = now + max(_CHECKPOINT_SECONDS, (now - started) / _CHECKPOINT_SHARE)


async def in_order(
    items: AsyncIterable[T], work: Callable[[T], Awaitable[R]], concurrency: int, most_begun: int
) -> AsyncGenerator[R, None]:
    """Do work on many items at a time, and yield the results in the order of the items.

    The client's `retrieve_many` cannot do this: it makes one call for each id. Here the work on an item takes several
    requests, or is done by a cluster, and an exception of the work ends the iteration.

    Args:
        items: The items, none of which is None.
        concurrency: The most items to work on at a time.
        most_begun: The most items to begin before their results are yielded.
    """
    slots = asyncio.Semaphore(concurrency)
    begun: deque[asyncio.Task[R]] = deque()
    source = aiter(items)

    async def work_in_slot(item: T) -> R:
        async with slots:
            return await work(item)

    try:
        while True:
            while len(begun) < most_begun and (item := await anext(source, None)) is not None:
                begun.append(asyncio.create_task(work_in_slot(item)))
            if not begun:
                return
            # Leave the task in the queue until it is done, so that a cancellation here cancels the task too.
            result = await begun[0]
            begun.popleft()
            yield result
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


def make_lines(
    completions: AsyncIterator[Completion], source: Source, request: Request
) -> AsyncGenerator[tuple[Completion, Line | Failure], None]:
    """Make the lines of many completions at a time, and yield them in the order of the completions.

    Raises:
        APIError: the server failed for good.
    """
    concurrency = source.concurrency
    make = partial(make_line, source=source, request=request)
    return in_order(completions, make, concurrency, _AHEAD * concurrency)


async def make_line(completion: Completion, source: Source, request: Request) -> tuple[Completion, Line | Failure]:
    """Fetch the missing parts of a completion, and return it with its line, or with the reason why it has none.

    Raises:
        APIError: the server failed for good.
    """
    found = completion
    try:
        if not found.has_id:
            reason = f"What the server listed cannot be exported: {found.problem or 'it has no id'}."
            return completion, Failure(found.id, reason, object=found.text or None)
        if not found.text or found.problem:
            found = await source.completion(found.id)
        if request.messages:
            found = await source.with_messages(found)
        return completion, line_of(found, request.kind, request.choice)
    except CommandError as error:
        return completion, Failure(completion.id, str(error))
    except RecursionError:
        return completion, Failure(completion.id, "It is nested too deeply.")
    except APIError as error:
        await source.check_server(error)
        status, request_id = getattr(error, "status_code", None), getattr(error, "request_id", None)
        return completion, Failure(completion.id, str(error), status, request_id)
