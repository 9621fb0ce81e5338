"""The journal of an export: a database of what was written so far, so that a killed export can continue.

Lines are synced to disk before the journal is committed, so that the journal never names a line that the data file does
not have. Lines that the journal does not name are cut off when the export continues.

These values have names (`Journal.get` and `set`):

- `state`: `running`; `finishing` once everything is written; `done` once the file has its name.
- `request`: the identity of the request; an export continues only with an equal one.
- `wanted`: the filter, with ages counted from when the export began.
- `listed`: true if a run lists nothing, and only tries the failures again.
- `list_from`: the position that the listing is repeated from, if an earlier completion may be missing.
- `exported`: how many completions there were before `--append`, which `--limit` does not count.
- `left_out`: how often each property was left out.
- `size`: the size of the complete export in bytes.
- `token`: random letters for the names of temporary files and parts.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

from stored_completions_cli import files
from stored_completions_cli.completion import NO_ID
from stored_completions_cli.errors import CommandError, UsageError
from stored_completions_cli.progress import Counts

_VERSION = 1
# `item` has the listed completions, with `end` null until they are settled; `page` the cursors of pages; `part` the
# parts of a cluster; and `again` the failures of earlier runs that this run has not settled yet.
_TABLES = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item(
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created INTEGER, end INTEGER, error TEXT);
CREATE TABLE IF NOT EXISTS page(position INTEGER PRIMARY KEY, after TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS part(number INTEGER PRIMARY KEY, described TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS again(position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created INTEGER, error TEXT);
"""
_FAILED = "SELECT position, id, error FROM again UNION ALL SELECT position, id, error FROM item WHERE error NOT NULL"


class Written(NamedTuple):
    """A completion in the data file, and the byte offsets where its line starts and ends."""

    id: str
    start: int
    end: int


class Journal:
    """The ids of an export's completions in the order of the listing, with the offset where each line ends.

    A completion is settled when it was written to the data file or has failed.

    Attributes:
        position: The position in the listing of the next completion.
        count: How many completions were listed, without repetitions.
        end: The size in bytes of the data file, up to the last settled completion.
    """

    def __init__(self, path: Path | None) -> None:
        """Open a journal, or create one.

        Args:
            path: The file; None keeps the journal in a temporary file.

        Raises:
            CommandError: another process has it open, or the file is not a journal.
            OSError: the file cannot be created.
        """
        if path is not None:
            os.close(files.open_private(path))
            if (beside := path.with_name(f"{path.name}-journal")).is_symlink():
                raise UsageError(f"{beside} is a link, and links are not followed: remove it.")
        self._database = sqlite3.connect(str(path or ""), timeout=0, isolation_level=None)
        try:
            self._database.executescript(
                # EXTRA syncs the folder too, so that a commit survives a power failure.
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = EXTRA; BEGIN EXCLUSIVE;" + _TABLES
            )
        except sqlite3.DatabaseError as error:
            self._database.close()
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise CommandError(f"Another export writes this file now: {path} is in use.") from None
            raise CommandError(
                f"{path} cannot be used as a journal ({error}): move it away to begin from scratch."
            ) from None
        try:
            if self.get("version", _VERSION) != _VERSION:
                raise CommandError(
                    f"{path} is of another version of this command: finish the export with that version."
                )
            self.set("version", _VERSION)
            self.token: str = self.get("token") or secrets.token_hex(4)
            self.set("token", self.token)
            # Completions that were listed but not settled are listed again.
            self._database.execute("DELETE FROM item WHERE end IS NULL")
            self._measure()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __contains__(self, completion_id: str) -> bool:
        """Return whether a completion was listed."""
        return self._value("SELECT 1 FROM item WHERE id = ?", completion_id) is not None

    def close(self) -> None:
        """Close the journal, and discard uncommitted changes."""
        self._database.close()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a named value, or the default if it was never set."""
        value = self._value("SELECT value FROM meta WHERE name = ?", name)
        return default if value is None else json.loads(value)

    def set(self, name: str, value: Any) -> None:
        """Store a JSON value under a name."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, json.dumps(value))

    def commit(self) -> None:
        """Make all changes durable; the caller must have synced the data file."""
        self._run("COMMIT")
        self._run("BEGIN EXCLUSIVE")

    def page(self, after: str | None) -> None:
        """Record the cursor of a page; the page's new completions start at the current position."""
        if after is not None:
            self._run("INSERT OR REPLACE INTO page VALUES (?, ?)", self.position, after)

    def add(self, completion_id: str, created: int | None = None) -> bool:
        """Record a listed completion; return False if it was recorded before."""
        added = self._run(
            "INSERT OR IGNORE INTO item(position, id, created) VALUES (?, ?, ?)", self.position, completion_id, created
        ).rowcount
        self.position += added
        self.count += added
        return bool(added)

    def settle(self, completion_id: str, size: int, error: str | None = None) -> None:
        """Record that the next completion in order was written or has failed.

        Args:
            size: Bytes of its line; 0 if it failed.
            error: Why it failed, as a line of the errors file.
        """
        self.end += size
        self._run("UPDATE item SET end = ?, error = ? WHERE id = ?", self.end, error, completion_id)
        self._run("DELETE FROM again WHERE id = ?", completion_id)

    def take_failures(self) -> list[tuple[str, int | None]]:
        """Return the ids and creation times of the failed completions, which are tried and settled again.

        Completions that no request can name, or that the server refused, are not returned: the listing is repeated
        from the first of them.
        """
        self._run("INSERT INTO again SELECT position, id, created, error FROM item WHERE error NOT NULL")
        self._run("DELETE FROM item WHERE error NOT NULL")
        self._count_again()
        rows = self._run("SELECT position, id, created, error FROM again ORDER BY position").fetchall()
        others = [position for position, key, _, error in rows if not _is_asked_for(key, error)]
        if others:
            # Completions that fail again are recorded at the end, but are still listed at their first position.
            self._list_again(min(others))
        return [(key, created) for _, key, created, error in rows if _is_asked_for(key, error)]

    def finish(self) -> None:
        """Record that everything was listed, and that all failures were tried again."""
        self._run("DELETE FROM again")
        if all(_is_asked_for(key, error) for _, key, error in self._run(_FAILED)):
            self.set("list_from", None)
        self.set("state", "finishing")

    def forget(self) -> None:
        """Delete everything, to begin the export again."""
        for table in ("item", "page", "part", "again"):
            self._run(f"DELETE FROM {table}")
        self._run("DELETE FROM meta WHERE name NOT IN ('version', 'token')")
        self._measure()

    def cut(self, size: int) -> None:
        """Delete the completions beyond a size of the data file in bytes: a disk may lose data that it has synced.

        The whole listing is repeated, because completions that failed at first are not recorded in its order.
        """
        self._run("DELETE FROM item WHERE end > ?", size)
        self._measure()
        self._list_again(0)

    def lines(self) -> Iterator[Written]:
        """Yield the place of each line of the data file, in order."""
        start = 0
        for key, end, error in self._run("SELECT id, end, error FROM item ORDER BY position"):
            if error is None:
                yield Written(key, start, end)
            start = end

    def place(self, completion_id: str) -> Written | None:
        """Return the place of a completion's line in the data file, or None if it has none."""
        found = self._run("SELECT position, end FROM item WHERE id = ? AND error IS NULL", completion_id).fetchone()
        if found is None:
            return None
        start = self._value("SELECT end FROM item WHERE position < ? ORDER BY position DESC LIMIT 1", found[0])
        return Written(completion_id, start or 0, found[1])

    def remove(self, completion_ids: Collection[str]) -> None:
        """Delete completions whose lines were removed from the data file, so that later lines moved up."""
        start = moved = 0
        for key, end in self._run("SELECT id, end FROM item ORDER BY position").fetchall():
            if key in completion_ids:
                moved += end - start
                self._run("DELETE FROM item WHERE id = ?", key)
            else:
                self._run("UPDATE item SET end = ? WHERE id = ?", end - moved, key)
            start = end
        self._measure()

    def list_new(self, overlap: int) -> None:
        """Prepare to list the completions that are new since the export was complete.

        Args:
            overlap: The listing continues before all completions that are at most this many seconds older than the
                newest one.
        """
        _, newest = self.times()
        if newest is not None:
            since = "SELECT min(position) FROM item WHERE created >= ?"
            self._run(f"DELETE FROM page WHERE position > ({since})", newest - overlap)
        self.set("listed", False)

    def cursors(self) -> Iterator[str | None]:
        """Yield cursors to continue the listing from, the latest first; None, the start of the listing, comes last.

        There are several because a server may no longer know the latest.
        """
        bound: int | None = self.get("list_from")
        position: int = self.position if bound is None else min(self.position, bound)
        step = 1
        while row := self._run(
            "SELECT position, after FROM page WHERE position <= ? ORDER BY position DESC LIMIT 1", position
        ).fetchone():
            yield row[1]
            position, step = row[0] - step, step * 2
        yield None

    def times(self) -> tuple[int | None, int | None]:
        """Return the creation times of the oldest and the newest completion in Unix seconds; None if none is known."""
        oldest, newest = self._run("SELECT min(created), max(created) FROM item").fetchone()
        return oldest, newest

    def failures(self) -> Iterator[str]:
        """Yield the errors-file line of each failed completion, in order."""
        yield from self._column(f"SELECT error FROM ({_FAILED}) ORDER BY position")

    def failure(self, completion_id: str) -> str | None:
        """Return the errors-file line of a completion, or None if it has not failed."""
        noted: str | None = self._value(f"SELECT error FROM ({_FAILED}) WHERE id = ?", completion_id)
        return noted

    def failed(self) -> int:
        """Return how many completions failed."""
        return int(self._value(f"SELECT count(*) FROM ({_FAILED})"))

    def exported(self) -> int:
        """Return how many completions are in the data file."""
        return int(self._value("SELECT count(*) FROM item WHERE end NOT NULL AND error IS NULL"))

    def counts(self) -> Counts:
        """Return the counts at the start of a run."""
        return Counts(self.exported(), failed=self.failed(), size=self.end, left_out=Counter(self.get("left_out", {})))

    def ids(self) -> Iterator[str]:
        """Yield the ids of the completions that have not failed, in order."""
        yield from self._column("SELECT id FROM item WHERE error IS NULL ORDER BY position")

    def add_part(self, described: dict[str, Any]) -> None:
        """Record a part that was written, as the manifest describes it."""
        self._run("INSERT INTO part(described) VALUES (?)", json.dumps(described))

    def parts(self) -> Iterator[dict[str, Any]]:
        """Yield the parts that were written, in order, as the manifest describes them."""
        yield from map(json.loads, self._column("SELECT described FROM part ORDER BY number"))

    def forget_parts(self, names: Collection[str]) -> None:
        """Delete parts that another program removed or changed, and their completions, to export them again."""
        ids = self.ids()
        lost = {key for part in self.parts() for key in islice(ids, part["completions"]) if part["name"] in names}
        for name in names:
            self._run("DELETE FROM part WHERE json_extract(described, '$.name') = ?", name)
        self.remove(lost)
        self._list_again(0)

    def _list_again(self, position: int) -> None:
        """Record that the listing must be repeated from a position until the export finishes."""
        before = self.get("list_from")
        self.set("list_from", position if before is None else min(before, position))
        self.set("listed", False)

    def _measure(self) -> None:
        """Compute the attributes from the settled completions, and delete the cursors of later pages."""
        last = self._run("SELECT position, end FROM item ORDER BY position DESC LIMIT 1").fetchone()
        position, end = (-1, 0) if last is None else last
        self.position: int = position + 1
        self.end = end
        self._run("DELETE FROM page WHERE position > ?", self.position)
        self._count_again()

    def _count_again(self) -> None:
        self.count = int(self._value("SELECT count(*) FROM item"))

    def _run(self, sql: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(sql, values)

    def _column(self, sql: str, *values: object) -> Iterator[Any]:
        yield from (row[0] for row in self._run(sql, *values))

    def _value(self, sql: str, *values: object) -> Any:
        """Return the first value of a query, or None if there are no rows."""
        return next(self._column(sql, *values), None)


def _is_asked_for(key: str, error: str) -> bool:
    """Return whether a failed completion is requested again by its id: it has one, and was not refused with a 4xx."""
    return not key.startswith(NO_ID) and json.loads(error).get("status", 0) // 100 != 4
