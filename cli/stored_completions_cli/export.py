"""An export to one file: lines into `OUT.partial`, what they are into `OUT.journal`, and `OUT` when all is there.

The order in which things reach the disk is what makes it safe to kill at any moment:

1. lines are appended to `OUT.partial`, which is synced;
2. the journal is committed, which says which completions those lines are and where they end;
3. at the end the journal says `finishing`; `OUT.partial` is renamed to `OUT`; the folder is synced; it says `done`.

A run that goes on cuts `OUT.partial` to what the journal says. The listing goes on from the cursor of the page that the
last written completion came from, and what the journal has already is dropped, so that it does not matter what was
added or repeated in between.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Protocol

from stored_completions.errors import APIError
from stored_completions_cli import jsontext
from stored_completions_cli.__main__ import missing_extra
from stored_completions_cli.calls import in_order, is_of_the_id
from stored_completions_cli.errors import CommandError, InexpressibleError, Status
from stored_completions_cli.formats import Format, Formatter
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

    @property
    def seconds(self) -> float:
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

    def append(self, line: bytes) -> None: ...
    def sync(self) -> None:
        """Return when everything appended is where it cannot be lost."""


class FileSink:
    """A file that lines are appended to, without a buffer that could be half written."""

    def __init__(self, path: Path, size: int) -> None:
        """Open a file, or make it, and cut it to a size in bytes."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        os.ftruncate(self._descriptor, size)
        os.lseek(self._descriptor, size, os.SEEK_SET)
        self._lines: list[bytes] = []

    def append(self, line: bytes) -> None:
        self._lines.append(line)

    def sync(self) -> None:
        left = memoryview(b"".join(self._lines))
        self._lines.clear()
        while left:
            left = left[os.write(self._descriptor, left) :]
        os.fsync(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class StreamSink:
    """Standard output."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def append(self, line: bytes) -> None:
        self._stream.write(line)

    def sync(self) -> None:
        self._stream.flush()


class Run:
    """One run of an export: from where the journal is to the end of the listing."""

    def __init__(self, request: Request, journal: Journal, sink: Sink, concurrency: int = 16) -> None:
        self._request, self._journal, self._sink = request, journal, sink
        self._concurrency = concurrency
        self._formatter = Formatter(request.kind, request.choice)
        self._unsynced, self._sync_at = 0, time.monotonic()
        failed = journal.failed()
        self.counts = Counts(journal.written - failed, 0, failed, size=journal.end)
        self.counts.left_out = Counter(journal.get("left_out", {}))
        if request.limit is not None:
            self.counts.expected = journal.get("base", 0) + request.limit

    async def run(self, source: Source, show: Callable[[Counts], object], interval: float) -> None:
        """Write what is not written yet, and return when all of it is.

        Args:
            show: Called with the counts every so many seconds, the interval.

        Raises:
            APIError: the server does not answer any more; what was written is kept.
            OSError: the file cannot be written; what was synced is kept.
        """

        async def made(completion: Completion) -> bytes | Failure:
            return await self._made(source, completion)

        calls = self._request.messages or self._request.ids is not None
        completions = self._completions(source)
        lines = in_order(completions, made, 4 * self._concurrency) if calls else _each(completions, made)
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
            self.counts.retries = source.pace.retries
        self._checkpoint()

    async def _watch(self, source: Source, show: Callable[[Counts], object], interval: float) -> None:
        while True:
            self.counts.retries = source.pace.retries
            show(self.counts)
            await asyncio.sleep(interval)

    async def _completions(self, source: Source) -> AsyncGenerator[Completion, None]:
        """Yield what the journal does not have, as it is listed, and note it there."""
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

    async def _made(self, source: Source, completion: Completion) -> bytes | Failure:
        """Return the line of a completion, or why there is none.

        Raises:
            APIError: the server does not answer any more.
        """
        try:
            if not completion.text:
                completion = await source.completion(completion.id)
            if self._request.messages:
                if completion.id.startswith("sha256:"):
                    return Failure(completion.id, "The server lists it without an id.", object=completion.text)
                completion = await source.with_messages(completion)
            return jsontext.encode(self._formatter.line(completion) + "\n")
        except InexpressibleError as reason:
            return Failure(completion.id, f"The format {self._request.kind} cannot say it: {reason}.")
        except CommandError as error:
            return Failure(completion.id, str(error))
        except APIError as error:
            await is_of_the_id(error, source.client, source.pace)
            return Failure(
                completion.id, str(error), getattr(error, "status_code", None), getattr(error, "request_id", None)
            )

    def _settle(self, line: bytes | Failure) -> None:
        if isinstance(line, Failure):
            self._journal.settle(0, line.line())
            self.counts.failed += 1
        else:
            self._sink.append(line)
            self._journal.settle(len(line))
            self._unsynced += len(line)
            self.counts.total += 1
            self.counts.new += 1
            self.counts.size += len(line)
        if self._unsynced >= _CHECKPOINT_BYTES or time.monotonic() >= self._sync_at:
            self._checkpoint()

    def _checkpoint(self) -> None:
        started = time.monotonic()
        self._sink.sync()
        self.counts.left_out = self._journal.add_to("left_out", self._formatter.left_out)
        self._journal.commit()
        now = time.monotonic()
        self._unsynced, self._sync_at = 0, now + max(_CHECKPOINT_SECONDS, (now - started) / _CHECKPOINT_SHARE)


class Output:
    """The files of an export: `OUT`, and beside it `OUT.partial`, `OUT.journal` and `OUT.errors.jsonl`."""

    def __init__(self, path: Path) -> None:
        """Name the files.

        Raises:
            CommandError: they cannot be in that place.
        """
        if path.is_dir() or not path.parent.is_dir():
            what = "it is a folder" if path.is_dir() else "its folder does not exist"
            raise CommandError(f"{path} cannot be written: {what}.", Status.USAGE)
        self.path = path
        self.partial, self.errors, self.journal = (
            path.with_name(f"{path.name}.{name}") for name in ("partial", "errors.jsonl", "journal")
        )

    def begin(self, request: Request, journal: Journal, *, append: bool, restart: bool) -> Request:
        """Decide with the journal how to go on, and return the request as it was when the export began.

        Raises:
            CommandError: what is there is nothing that this request can go on with.
        """
        if restart:
            journal.forget()
        state = journal.get("state")
        if state is None:
            known = [path.name for path in (self.path, self.partial) if path.exists()]
            if known and not restart:
                raise CommandError(
                    f"{' and '.join(known)} cannot be added to without {self.journal.name}: choose another file, or"
                    " --restart to export from scratch.",
                    Status.USAGE,
                )
        elif journal.get("request") != request.identity():
            raise CommandError(
                f"{self.path} was begun with other options"
                f" ({_differences(journal.get('request'), request.identity())}): give the same ones, or choose"
                " another file, or --restart to export from scratch.",
                Status.USAGE,
            )
        if state == "done" and not (self.path.exists() and self.path.stat().st_size == journal.get("size")):
            raise CommandError(
                f"{self.path} is not as it was exported: it was changed, or moved away. Choose another file, or"
                " --restart to export from scratch.",
                Status.USAGE,
            )
        if state == "done" and not append:
            raise CommandError(
                f"{self.path} is exported already, and whole: --append adds what is new since, --restart exports from"
                " scratch.",
                Status.USAGE,
            )
        if state in ("running", "finishing"):
            wanted = Filter(**journal.get("wanted"))
            return replace(request, wanted=wanted)
        if state == "done":
            self._begin_append(request, journal)
        journal.set("request", request.identity())
        journal.set("wanted", asdict(request.wanted))
        journal.set("state", "running")
        journal.commit()
        return request

    def sink(self, journal: Journal) -> FileSink:
        """Return the file to append to, as long as the journal says."""
        size = self.partial.stat().st_size if self.partial.exists() else 0
        if size < journal.end:
            journal.cut(size)
        return FileSink(self.partial, journal.end)

    def finish(self, request: Request, journal: Journal) -> None:
        """Put the file in place, now that all of it is written. It does not matter how often this is begun."""
        if journal.get("state") == "running":
            journal.set("state", "finishing")
            journal.commit()
        if self.partial.exists():
            whole = self.partial
            if request.kind is Format.PARQUET:
                whole, mistyped = parquet().compose(self.partial, self.path, journal.get("base_groups", 0))
                journal.set("left_out", mistyped)
            whole.replace(self.path)
            _sync_folder(self.path.parent)
            if whole is not self.partial:
                self.partial.unlink()
        self.write_errors(journal)
        journal.set("size", self.path.stat().st_size)
        journal.set("state", "done")
        journal.commit()

    def write_errors(self, journal: Journal) -> None:
        """Write down which completions could not be had so far, or that there are none: without a file."""
        if not journal.failed():
            self.errors.unlink(missing_ok=True)
            return
        draft = self.errors.with_name(f"{self.errors.name}.partial")
        with draft.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{line}\n" for line in journal.failures())
            lines.flush()
            os.fsync(lines.fileno())
        draft.replace(self.errors)

    def _begin_append(self, request: Request, journal: Journal) -> None:
        journal.set("base", journal.position)
        if request.kind is Format.PARQUET:
            # Its lines are in the file already, in another form: the new ones begin with nothing before them.
            journal.restart_data()
            journal.set("base_groups", parquet().row_groups(self.path))
            self.partial.unlink(missing_ok=True)
        else:
            shutil.copyfile(self.path, self.partial)
            with self.partial.open("rb") as copied:
                os.fsync(copied.fileno())


def parquet() -> Any:
    """Return the module that needs pyarrow, imported where it is used.

    Raises:
        CommandError: pyarrow is not installed.
    """
    if missing := missing_extra("parquet"):
        raise CommandError(missing, Status.USAGE)
    return import_module("stored_completions_cli.parquet")


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
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise CommandError(f"{path} cannot be read: {reason}.", Status.USAGE) from None


def _id_of(line: str) -> str:
    with suppress(ValueError, KeyError):
        found = json.loads(line)["id"]
        return found if isinstance(found, str) else ""
    return ""


async def _each(
    completions: AsyncIterator[Completion], made: Callable[[Completion], Awaitable[bytes | Failure]]
) -> AsyncGenerator[bytes | Failure, None]:
    """What `in_order` yields, where the work needs no call: then tasks cost more than it does."""
    async for completion in completions:
        yield await made(completion)


def _differences(before: dict[str, Any], now: dict[str, Any]) -> str:
    flat_before, flat_now = ({**each, **each["selection"]} for each in (before, now))
    names = [name for name in flat_now if name != "selection" and flat_before.get(name) != flat_now[name]]
    return ", ".join(f"--{name.replace('_', '-')} was {flat_before.get(name)!r}" for name in names)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
