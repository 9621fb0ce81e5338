"""Export with a Dask cluster: this process lists the completions, and workers fetch the messages and write parts.

This process records a part in the journal when it is complete. A part is written completely or not at all. If a worker
dies, another one gets its batch; a part that the dead worker may have written is not in the manifest, and is removed at
the end. The names of an export's parts contain the random token of its journal. No other file in the folder is touched.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import secrets
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import fsspec
from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError
from fsspec.implementations.local import LocalFileSystem

from stored_completions.errors import APIError
from stored_completions_cli import files
from stored_completions_cli.completion import Completion
from stored_completions_cli.errors import CommandError, UsageError
from stored_completions_cli.extras import parquet
from stored_completions_cli.formats import Format, Line
from stored_completions_cli.jsontext import shortened
from stored_completions_cli.output import Output
from stored_completions_cli.run import Failure, Request, Run, in_order, make_lines
from stored_completions_cli.source import Source

# The command reports the same errors itself.
logging.getLogger("distributed.client").setLevel(logging.CRITICAL + 1)

MANIFEST, ERRORS = "manifest.json", "errors.jsonl"
NO_WORKERS = 20.0  # seconds that a cluster may be without workers


@dataclass(frozen=True)
class Part:
    """A part that a worker has written.

    Attributes:
        entry: Its entry in the manifest: `name`, `completions`, `bytes` and `sha256`.
        errors: For each completion of the batch, its line in the errors file, or None if it is in the part.
        left_out: How often each property was left out because the format or its column has no place for it.
        retries: How often the worker sent a request again.
    """

    entry: dict[str, Any]
    errors: list[str | None]
    left_out: Counter[str]
    retries: int


class Parts(Output):
    """A folder of parts with a manifest, at any URL that fsspec supports; its journal is on this machine.

    Attributes:
        url: The URL or absolute path by which a worker can find the folder.
        scheduler: The URL of the Dask cluster's scheduler.
        batch: The most completions in a part.
    """

    def __init__(self, url: str, request: Request, scheduler: str, batch: int) -> None:
        """Create the folder if it does not exist.

        Raises:
            UsageError: the folder cannot be created, its URL needs a package that is not installed, or the URL of the
                server contains a password.
        """
        self._for_workers = replace(request, connection=request.connection.for_workers())
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
            self._files.makedirs(self._root, exist_ok=True)
        except (ImportError, ValueError, OSError) as error:
            raise UsageError(f"{url} cannot be written: {error}") from None
        self._given, self.request, self.scheduler, self.batch = url, request, scheduler, batch
        self.errors_at = f"{url.rstrip('/')}/{ERRORS}"
        if isinstance(self._files, LocalFileSystem):
            # The root is an absolute path: a worker may run in another folder.
            self.url, self.journal_path = self._root, Path(self._root, "_journal")
        else:
            self.url, self.journal_path = url, Path(f"{self._root.rstrip('/').rpartition('/')[2]}.journal")

    def __str__(self) -> str:
        return self._given

    def all_files(self) -> set[Path]:
        """Return the absolute paths of the files that are replaced; for a URL, no file on this machine has them."""
        return {
            Path(path).resolve() for path in (f"{self._root}/{MANIFEST}", f"{self._root}/{ERRORS}", self.journal_path)
        }

    def forget(self) -> None:
        """Remove the journal of an export that could not begin."""
        self.journal_path.unlink(missing_ok=True)

    async def write(self, run: Run, source: Source) -> None:
        """Let the workers of the cluster write the parts of a run, with the API key of their environment or file.

        Raises:
            APIError, CommandError: the server or the cluster failed for good; the parts so far are kept.
            OSError: the journal cannot be written.
        """
        scheduler = self.scheduler
        try:
            cluster: Any = await Client(scheduler, asynchronous=True, timeout=10)  # type: ignore[no-untyped-call]
        except (OSError, TimeoutError, ValueError) as error:
            raise UsageError(f"There is no Dask scheduler at {scheduler} ({error}).") from None
        working = asyncio.ensure_future(self._work(cluster, run, source))
        staffed = asyncio.ensure_future(self._until_no_workers(cluster))
        try:
            await asyncio.wait((working, staffed), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise CommandError(
                    f"The Dask scheduler at {scheduler} has no workers any more: start some, and the same command"
                    " continues."
                )
            working.result()
        except KilledWorker:
            raise CommandError(
                "Workers died repeatedly over the same part: see their logs, or make parts smaller with --batch."
            ) from None
        except FutureCancelledError:
            raise CommandError(
                f"The Dask scheduler at {scheduler} is gone: start one, and the same command continues."
            ) from None
        except (APIError, CommandError, OSError, sqlite3.Error, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 - a cluster passes on every exception of a scheduler or worker
            reason = shortened(str(error).partition("\n")[0])
            raise CommandError(
                f"The Dask cluster cannot do the work ({reason}): its scheduler and workers need the same Python"
                " and the same stored-completions[dask] as this machine. Then the same command continues."
            ) from None
        finally:
            for task in (working, staffed):
                task.cancel()
            await asyncio.gather(working, staffed, return_exceptions=True)
            with suppress(OSError, TimeoutError):
                await cluster.close()

    async def _work(self, cluster: Any, run: Run, source: Source) -> None:
        name_of_run = f"{self.journal.token}-{secrets.token_hex(4)}"
        threads = sum((await cluster.nthreads()).values())
        if not threads:
            raise UsageError(f"The Dask scheduler at {self.scheduler} has no workers.")

        async def submit(numbered: tuple[int, list[Completion]]) -> tuple[list[Completion], Part]:
            number, batch = numbered
            name = f"part-{number:06}-{name_of_run}.{self.request.kind}"
            part: Part = await cluster.submit(
                write_part, batch, name, self.url, self._for_workers, key=name, pure=False
            )
            return batch, part

        completions = run.completions(source)
        written = sum(1 for _ in self.journal.parts())
        batches = _batched(completions, self.batch, written)
        parts = in_order(batches, submit, 2 * threads, 2 * threads)
        async with aclosing(completions), aclosing(batches), aclosing(parts):
            async for batch, part in parts:
                source.counts.retries += part.retries
                self._settle_part(run, batch, part)

    async def _until_no_workers(self, cluster: Any) -> None:
        """Return when the cluster has been without workers for `NO_WORKERS` seconds."""
        since = None
        while since is None or time.monotonic() - since < NO_WORKERS:
            await asyncio.sleep(1)
            with suppress(OSError, TimeoutError):
                since = None if await cluster.nthreads() else since or time.monotonic()

    def _settle_part(self, run: Run, batch: list[Completion], part: Part) -> None:
        for completion, error in zip(batch, part.errors, strict=True):
            run.settle(completion, 0, error)
        if part.entry["completions"]:
            self.journal.add_part(part.entry)
        run.counts.size += part.entry["bytes"]
        run.counts.left_out += part.left_out
        self.journal.set("left_out", run.counts.left_out)
        self.journal.commit()

    def _complete(self) -> int:
        """Remove the incomplete parts of this export, write the manifest, and return the size of all parts in bytes."""
        parts = [*self.journal.parts()]
        complete = {part["name"] for part in parts}
        own = re.compile(rf"\.?part-\d+-{self.journal.token}-.*")  # with a dot: a worker's temporary file
        for name in self._sizes():
            if own.fullmatch(name) and name not in complete:
                self._files.rm_file(f"{self._root}/{name}")
        size: int = sum(part["bytes"] for part in parts)
        manifest = {
            "version": 1,
            "format": self.request.kind,
            "selection": self.request.selection,
            "completions": sum(part["completions"] for part in parts),
            "failed": self.journal.failed(),
            "bytes": size,
            "parts": parts,
        }
        write_atomically(self._files, f"{self._root}/{MANIFEST}", json.dumps(manifest, indent=1).encode())
        return size

    def write_errors(self) -> None:
        """Write the errors file, or remove it if no completion has failed."""
        path = f"{self._root}/{ERRORS}"
        if self.journal.failed():
            write_atomically(self._files, path, "".join(f"{line}\n" for line in self.journal.failures()).encode())
        elif self._files.exists(path):
            self._files.rm_file(path)

    def _existing(self) -> str:
        is_empty = all(name.startswith("_journal") for name in self._sizes())
        return "" if is_empty else f"What is in {self.url}"

    def _lost(self) -> str:
        if self.journal.get("state") == "done" and not self._files.exists(f"{self._root}/{MANIFEST}"):
            return MANIFEST
        return min(self._lost_parts(), default="")

    def _lost_parts(self) -> set[str]:
        """Return the names of written parts that are not there, or have another size."""
        sizes = self._sizes()
        return {part["name"] for part in self.journal.parts() if sizes.get(part["name"]) != part["bytes"]}

    def _sizes(self) -> dict[str, int]:
        """Return the sizes of the files in the folder by their names; an object store has no empty folder."""
        self._files.invalidate_cache(self._root)
        with suppress(FileNotFoundError):
            found = self._files.ls(self._root, detail=True)
            return {file["name"].rstrip("/").rpartition("/")[2]: file["size"] for file in found}
        return {}

    def _forget_lost(self) -> None:
        if lost := self._lost_parts():
            self.journal.forget_parts(lost)
            if self._files.exists(f"{self._root}/{MANIFEST}"):  # of the export that this run adds to
                self._files.rm_file(f"{self._root}/{MANIFEST}")

    def _begin_again(self, without: Collection[str]) -> None:
        """Keep the parts: the run adds others."""


async def _batched(
    completions: AsyncIterator[Completion], size: int, number: int
) -> AsyncGenerator[tuple[int, list[Completion]], None]:
    """Yield numbered batches of completions; the first has the given number."""
    batch: list[Completion] = []
    async for completion in completions:
        batch.append(completion)
        if len(batch) == size:
            yield number, batch
            batch, number = [], number + 1
    if batch:
        yield number, batch


def write_part(batch: list[Completion], name: str, url: str, request: Request) -> Part:
    """Fetch the messages of a batch and write its part; this runs on a worker.

    Raises:
        APIError: the server failed for good.
    """
    return asyncio.run(_write_part(batch, name, url, request))


async def _write_part(batch: list[Completion], name: str, url: str, request: Request) -> Part:
    async with Source.connect(request.connection) as source:

        async def completions() -> AsyncIterator[Completion]:
            for completion in batch:
                yield completion

        async with aclosing(make_lines(completions(), source, request)) as made:
            results = [line async for _, line in made]
    errors = [line.line() if isinstance(line, Failure) else None for line in results]
    written = [line for line in results if isinstance(line, Line)]
    lines = [line.content for line in written]
    left_out = sum((line.left_out for line in written), Counter[str]())
    content = b"".join(lines)
    if request.kind is Format.PARQUET:
        content = parquet().file_of(lines, left_out)
    if lines:
        place, root = fsspec.core.url_to_fs(url)
        write_atomically(place, f"{root}/{name}", content)
    sha256 = hashlib.sha256(content).hexdigest()
    entry = {"name": name, "completions": len(lines), "bytes": len(content), "sha256": sha256}
    return Part(entry, errors, left_out, source.counts.retries)


def write_atomically(place: Any, path: str, content: bytes) -> None:
    """Write a file so that it never exists in part: object stores guarantee it, and a local file is renamed."""
    if not isinstance(place, LocalFileSystem):
        place.pipe_file(path, content)
        return
    # The random name keeps two workers that write the same part apart.
    draft = Path(path).with_name(f".{Path(path).name}.{secrets.token_hex(4)}")
    with files.replacing(Path(path), draft) as file:
        file.write(content)
