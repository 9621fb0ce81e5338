"""A run of an export: from what its journal has to the end of the listing, with the messages of many at a time."""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol, Self

from stored_completions.errors import APIError
from stored_completions_cli.calls import in_order
from stored_completions_cli.completion import Completion, is_id
from stored_completions_cli.errors import CommandError, Status
from stored_completions_cli.formats import Format, Line, line_of
from stored_completions_cli.journal import Journal
from stored_completions_cli.selection import Filter, Verdict
from stored_completions_cli.source import Past, Source

_CHECKPOINT_SECONDS = 0.1
_CHECKPOINT_BYTES = 4 * 2**20
# The share of the time that may go into syncing, however slow the disk is.
_CHECKPOINT_SHARE = 0.05
# How many times as many calls may be begun while the next one in order takes long.
_AHEAD = 4


@dataclass(frozen=True)
class Request:
    """What is exported, and how. An export that goes on must be asked for with an equal one.

    Attributes:
        wanted: The selection as it was when the export began.
        selection: The same as it was typed: `7d` stays `7d`.
        limit: The most completions that a run adds.
        ids: A file with the ids of what is exported, instead of a selection.
        archive: Whether it is of what is to be deleted.
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
    archive: bool = False
    overlap: int = 3600

    def identity(self) -> dict[str, Any]:
        """Return what must be equal for an export to go on."""
        whole = {**asdict(self), "ids": str(self.ids.absolute()) if self.ids else None}
        left_out = ("wanted", "overlap") if self.archive else ("wanted", "overlap", "archive")
        return {name: value for name, value in whole.items() if name not in left_out}


@dataclass
class Counts:
    """How far an export is.

    Attributes:
        total: The completions in the file, with those of earlier runs.
        new: Those of them that this run wrote.
        failed: Completions that could not be exported, with those of earlier runs.
        repeated: How often something was listed that was there already.
        unmatched: How often something was listed that the filters do not select.
        size: Bytes of the file.
        left_out: How often the format had no place for a property.
    """

    total: int = 0
    new: int = 0
    failed: int = 0
    repeated: int = 0
    unmatched: int = 0
    retries: int = 0
    size: int = 0
    expected: int | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, journal: Journal) -> Self:
        """Return the counts at the start of a run."""
        counts = cls(journal.exported(), 0, journal.failed(), size=journal.end)
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


class Run(ABC):
    """One run of an export, from where the journal ends to the end of the listing."""

    def __init__(self, request: Request, journal: Journal, ids: Iterable[str] | None = None) -> None:
        """Begin a run.

        Args:
            ids: What to export instead of what is listed.
        """
        self._request, self._journal = request, journal
        self._ids = read_ids(request.ids) if request.ids is not None else ids
        self.counts = Counts.of(journal)
        if request.limit is not None:
            self.counts.expected = self._most

    @abstractmethod
    async def run(self, source: Source, show: Callable[[Counts], object], interval: float) -> None:
        """Write everything that is not written yet.

        Args:
            show: Called with the counts every so many seconds, the interval.

        Raises:
            APIError, CommandError: the server does not answer any more; what was written is kept.
            OSError: the file cannot be written; what was synced is kept.
        """

    @property
    def _most(self) -> int | None:
        """How many completions there may be."""
        limit = self._request.limit
        return None if limit is None else self._journal.get("exported", 0) + limit

    async def watch(self, show: Callable[[Counts], object], interval: float) -> None:
        """Show the counts every so many seconds, until it is cancelled."""
        while True:
            show(self.counts)
            await asyncio.sleep(interval)

    async def completions(self, source: Source) -> AsyncGenerator[Completion, None]:
        """Yield what the journal does not have, as it is listed, and note it in the journal; first what failed."""
        journal = self._journal
        is_begun = journal.count > journal.get("base", 0)
        again = journal.take_failures()
        self.counts.failed = 0
        for completion_id, created in again:
            if journal.add(completion_id, created):
                yield Completion(completion_id, created)
        if self._ids is not None:
            for completion_id in self._ids:
                if journal.count == self._most:
                    return
                if journal.add(completion_id, None):
                    yield Completion(completion_id)
        elif not journal.get("listed"):
            async with aclosing(self._listed(source, is_begun)) as completions:
                async for completion in completions:
                    yield completion

    async def _listed(self, source: Source, is_begun: bool) -> AsyncGenerator[Completion, None]:
        """Yield what is listed and new, from where the journal says."""
        wanted, journal = self._request.wanted, self._journal
        before = journal.newest() if journal.get("base") and not is_begun else None
        cursors = list(journal.cursors(None if before is None else before - self._request.overlap))
        if cursors == [None]:
            cursors = [await source.start(wanted), None]
        past = Past(wanted)
        async with aclosing(source.pages(wanted, cursors)) as pages:
            async for page in pages:
                journal.page(page.after)
                for completion in page.completions:
                    if journal.count == self._most:
                        return
                    verdict = wanted.judge(completion)
                    self.counts.unmatched += verdict is Verdict.OTHER
                    if verdict in (Verdict.OTHER, Verdict.OTHER_TIME):
                        continue
                    if journal.add(completion.id, completion.created):
                        yield completion
                    else:
                        self.counts.repeated += 1
                if past.is_past(page):
                    return


class LocalRun(Run):
    """A run whose lines are made by this process."""

    def __init__(self, request: Request, journal: Journal, sink: Sink, ids: Iterable[str] | None = None) -> None:
        super().__init__(request, journal, ids)
        self._sink = sink
        self._left_out: Counter[str] = Counter()
        self._unsynced, self._sync_at = 0, time.monotonic()

    async def run(self, source: Source, show: Callable[[Counts], object], interval: float) -> None:
        """Write everything that is not written yet."""

        def shown(counts: Counts) -> None:
            counts.retries = source.calls.retries
            show(counts)

        completions = self.completions(source)
        if self._request.messages or self._ids is not None:
            lines = made_lines(completions, source, self._request)
        else:  # no calls: tasks cost more than making a line does
            lines = _each(completions, partial(make_line, source=source, request=self._request))
        watching = asyncio.ensure_future(self.watch(shown, interval))
        try:
            async with aclosing(completions), aclosing(lines):
                async for completion, line in lines:
                    self._settle(completion, line)
        except (asyncio.CancelledError, APIError, CommandError):
            self._checkpoint()
            raise
        finally:
            watching.cancel()
            self.counts.retries = source.calls.retries
        self._checkpoint()

    def _settle(self, completion: Completion, line: Line | Failure) -> None:
        if isinstance(line, Failure):
            self._journal.settle(completion.id, 0, line.line())
            self.counts.failed += 1
        else:
            size = len(line.content)
            self._sink.append(line.content)
            self._journal.settle(completion.id, size)
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
    completions: AsyncIterator[Completion], source: Source, request: Request
) -> AsyncGenerator[tuple[Completion, Line | Failure], None]:
    """Yield completions in their order, each with its line, made many at a time.

    Raises:
        APIError: the server does not answer any more.
    """
    concurrency = source.calls.concurrency
    made = partial(make_line, source=source, request=request)
    return in_order(completions, made, concurrency, _AHEAD * concurrency)


async def make_line(completion: Completion, source: Source, request: Request) -> tuple[Completion, Line | Failure]:
    """Return a completion with its line, or with why there is none.

    Raises:
        APIError: the server does not answer any more.
    """
    found = completion
    try:
        if not found.has_id:
            reason = f"What the server listed cannot be exported: {found.problem}."
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
        await source.calls.check_the_server(error)
        status, request_id = getattr(error, "status_code", None), getattr(error, "request_id", None)
        return completion, Failure(completion.id, str(error), status, request_id)


def read_ids(path: Path) -> Iterator[str]:
    """Yield the ids in a file: one on each line, or as the `id` of a JSON object, as in `OUT.errors.jsonl`.

    Raises:
        CommandError: the file cannot be read, or a line has no id.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                text = line.strip()
                found = _id_of(text) if text.startswith("{") else text
                if text and not is_id(found):
                    raise CommandError(f"{path}:{number} has no id.", Status.USAGE)
                if text:
                    yield found
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CommandError(f"{path} cannot be read: {reason}.", Status.USAGE) from None


def _id_of(line: str) -> str:
    with suppress(ValueError, KeyError, RecursionError):
        found = json.loads(line)["id"]
        return found if isinstance(found, str) else ""
    return ""


async def _each(
    completions: AsyncIterator[Completion], made: Callable[[Completion], Awaitable[tuple[Completion, Line | Failure]]]
) -> AsyncGenerator[tuple[Completion, Line | Failure], None]:
    """Yield what is made of each completion, one after the other."""
    async for completion in completions:
        yield await made(completion)
