"""A run of an export: from what its journal has to the end of the listing, with the messages of many at a time."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self

from stored_completions.errors import APIError
from stored_completions_cli.calls import Calls
from stored_completions_cli.errors import CommandError, InexpressibleError, Status
from stored_completions_cli.formats import Format, Formatter, Line
from stored_completions_cli.journal import Journal
from stored_completions_cli.options import Filter
from stored_completions_cli.source import Completion, Source, is_past

_CHECKPOINT_SECONDS = 0.1
_CHECKPOINT_BYTES = 4 * 2**20
# The share of the time that may go into syncing, however slow the disk is.
_CHECKPOINT_SHARE = 0.05


@dataclass(frozen=True)
class Request:
    """What is exported, and how. An export that goes on must be asked for with an equal one.

    Attributes:
        wanted: The selection as it was when the export began.
        selection: The same as it was typed: `7d` stays `7d`.
        limit: The most completions that a run adds.
        ids: A file with the ids of what is exported, instead of a selection.
        overlap: Seconds before the newest exported completion from which an append lists again.
    """

    base_url: str
    wanted: Filter
    selection: dict[str, Any]
    kind: Format = Format.JSONL
    choice: int = 0
    messages: bool = True
    limit: int | None = None
    ids: Path | None = None
    overlap: int = 3600

    def identity(self) -> dict[str, Any]:
        """Return what must be equal for an export to go on."""
        whole = {**asdict(self), "ids": str(self.ids.absolute()) if self.ids else None}
        return {name: value for name, value in whole.items() if name not in ("wanted", "overlap")}


@dataclass
class Counts:
    """How far an export is.

    Attributes:
        total: The completions in the file, with those of earlier runs.
        new: Those of them that this run wrote.
        failed: Completions that could not be had for good, with those of earlier runs.
        repeated: How often something was listed that was there already.
        size: Bytes of the file.
        left_out: How often the format had no place for a property.
    """

    total: int = 0
    new: int = 0
    failed: int = 0
    repeated: int = 0
    retries: int = 0
    size: int = 0
    expected: int | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, journal: Journal) -> Self:
        """Return the counts at the start of a run."""
        failed = journal.failed()
        counts = cls(journal.written - failed, 0, failed, size=journal.end)
        counts.left_out = Counter(journal.get("left_out", {}))
        return counts

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return time.monotonic() - self.started


@dataclass(frozen=True)
class Failure:
    """A completion that cannot be exported, and why."""

    id: str
    reason: str
    status: int | None = None
    request_id: str | None = None
    object: str | None = None

    def line(self) -> str:
        """Return the JSON object of this failure."""
        return json.dumps({name: value for name, value in asdict(self).items() if value is not None})


class Sink(Protocol):
    """Where lines go."""

    def append(self, line: bytes) -> None:
        """Take a line, which may be kept in memory until `sync`."""

    def sync(self) -> None:
        """Make everything appended durable."""


class Run:
    """One run of an export, from where the journal ends to the end of the listing."""

    def __init__(self, request: Request, journal: Journal, sink: Sink) -> None:
        self._request, self._journal, self._sink = request, journal, sink
        self._formatter = Formatter(request.kind, request.choice)
        self._left_out: Counter[str] = Counter()
        self._unsynced, self._sync_at = 0, time.monotonic()
        self.counts = Counts.of(journal)
        if request.limit is not None:
            self.counts.expected = journal.get("base", 0) + request.limit

    async def run(self, source: Source, show: Callable[[Counts], object], interval: float) -> None:
        """Write everything that is not written yet.

        Args:
            show: Called with the counts every so many seconds, the interval.

        Raises:
            APIError: the server does not answer any more; what was written is kept.
            OSError: the file cannot be written; what was synced is kept.
        """

        completions = self.completions(source)
        if self._request.messages or self._request.ids is not None:
            lines = made_lines(completions, source, self._formatter, self._request)
        else:  # no calls: tasks cost more than making a line does
            lines = _each(
                completions, partial(make_line, source=source, formatter=self._formatter, request=self._request)
            )
        watching = asyncio.ensure_future(self._watch(source, show, interval))
        try:
            async with aclosing(completions), aclosing(lines):
                async for line in lines:
                    self._settle(line)
        except (asyncio.CancelledError, APIError):
            self._checkpoint()
            raise
        finally:
            watching.cancel()
            self.counts.retries = source.calls.tally.retries
        self._checkpoint()

    async def _watch(self, source: Source, show: Callable[[Counts], object], interval: float) -> None:
        while True:
            self.counts.retries = source.calls.tally.retries
            show(self.counts)
            await asyncio.sleep(interval)

    async def completions(self, source: Source) -> AsyncGenerator[Completion, None]:
        """Yield what the journal does not have, as it is listed, and note it in the journal."""
        request, journal = self._request, self._journal
        most = None if request.limit is None else journal.get("base", 0) + request.limit
        if request.ids is not None:
            for completion_id in read_ids(request.ids):
                if journal.position == most:
                    return
                if journal.add(completion_id, None):
                    yield Completion(completion_id, None, "")
            return
        before = journal.newest() if journal.get("base") and journal.position == journal.get("base") else None
        cursors = list(journal.cursors(None if before is None else before - request.overlap))
        if cursors == [None]:
            cursors = [await source.start(request.wanted), None]
        async with aclosing(source.pages(request.wanted, cursors)) as pages:
            async for page in pages:
                journal.page(page.after)
                for completion in page.completions:
                    if journal.position == most:
                        return
                    if not request.wanted.takes(completion.created):
                        continue
                    if journal.add(completion.id, completion.created):
                        yield completion
                    else:
                        self.counts.repeated += 1
                if is_past(page, request.wanted):
                    return

    def _settle(self, line: Line | Failure) -> None:
        if isinstance(line, Failure):
            self._journal.settle(0, line.line())
            self.counts.failed += 1
        else:
            size = len(line.content)
            self._sink.append(line.content)
            self._journal.settle(size)
            self._unsynced += size
            self._left_out += line.left_out
            self.counts.total += 1
            self.counts.new += 1
            self.counts.size += size
        if self._unsynced >= _CHECKPOINT_BYTES or time.monotonic() >= self._sync_at:
            self._checkpoint()

    def _checkpoint(self) -> None:
        started = time.monotonic()
        self._sink.sync()
        self.counts.left_out = self._journal.add_to("left_out", self._left_out)
        self._journal.commit()
        now = time.monotonic()
        self._unsynced, self._sync_at = 0, now + max(_CHECKPOINT_SECONDS, (now - started) / _CHECKPOINT_SHARE)


def made_lines(
    completions: AsyncIterator[Completion], source: Source, formatter: Formatter, request: Request
) -> AsyncGenerator[Line | Failure, None]:
    """Yield the lines of completions in their order, made many at a time.

    Raises:
        APIError: the server does not answer any more.
    """

    async def made(completion: Completion, calls: Calls) -> Line | Failure:
        return await make_line(completion, Source(calls), formatter, request)

    return source.calls.in_order(completions, lambda completion: completion.id, made)


async def make_line(completion: Completion, source: Source, formatter: Formatter, request: Request) -> Line | Failure:
    """Return the line of a completion, or why there is none.

    Raises:
        APIError: the server does not answer any more.
    """
    try:
        if not completion.text:
            completion = await source.completion(completion.id)
        if request.messages:
            if completion.id.startswith("sha256:"):
                return Failure(completion.id, "The server listed it without an id.", object=completion.text)
            completion = await source.with_messages(completion)
        return formatter.line(completion)
    except InexpressibleError as reason:
        return Failure(completion.id, f"The format {request.kind} cannot hold it: {reason}.")
    except CommandError as error:
        return Failure(completion.id, str(error))
    except APIError as error:
        await source.calls.check_the_server(error)
        return Failure(
            completion.id, str(error), getattr(error, "status_code", None), getattr(error, "request_id", None)
        )


def read_ids(path: Path) -> Iterator[str]:
    """Yield the ids in a file: one on each line, or as the `id` of a JSON object, as in `OUT.errors.jsonl`.

    Raises:
        CommandError: the file cannot be read, or a line has no id.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                text = line.strip()
                if text.startswith("{"):
                    text = _id_of(text)
                    if not text:
                        raise CommandError(f"{path}:{number} has no id.", Status.USAGE)
                if text:
                    yield text
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CommandError(f"{path} cannot be read: {reason}.", Status.USAGE) from None


def _id_of(line: str) -> str:
    with suppress(ValueError, KeyError):
        found = json.loads(line)["id"]
        return found if isinstance(found, str) else ""
    return ""


async def _each(
    completions: AsyncIterator[Completion], made: Callable[[Completion], Awaitable[Line | Failure]]
) -> AsyncGenerator[Line | Failure, None]:
    """Yield what is made of each completion, one after the other."""
    async for completion in completions:
        yield await made(completion)
