"""What an export has written so far, on disk, so that it can go on after it was killed.

A journal never says more than the data file has: lines are synced to disk first, then the journal is committed. What
the data file has beyond the journal is cut off when an export goes on.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

from stored_completions_cli import files
from stored_completions_cli.completion import NO_ID
from stored_completions_cli.errors import CommandError, Status

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item(
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created INTEGER, end INTEGER, error TEXT);
CREATE TABLE IF NOT EXISTS page(position INTEGER PRIMARY KEY, after TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS part(number INTEGER PRIMARY KEY, described TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS begun(name TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS again(position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created INTEGER, error TEXT);
"""


_FAILED = "SELECT position, id, error FROM again UNION ALL SELECT position, id, error FROM item WHERE error NOT NULL"


class Written(NamedTuple):
    """A completion in the data file, and where its line is, in bytes."""

    id: str
    start: int
    end: int


class Journal:
    """The completions of an export in the order of the listing, each by its id and the place where it ends.

    Attributes:
        position: The place of the next completion that is listed.
        count: How many completions were listed, each counted once.
        written: How many of them are settled: in the data file, or failed.
        end: The size of the data file, in bytes, with what is settled.
    """

    def __init__(self, path: Path | None) -> None:
        """Open a journal, or begin one; without a path it is temporary, and kept on disk all the same.

        Raises:
            CommandError: another process has it open, or it is no journal.
            OSError: it cannot be made.
        """
        if path is not None:
            os.close(files.opened(path))
            if (beside := path.with_name(f"{path.name}-journal")).is_symlink():
                raise CommandError(f"{beside} is a link, and links are not followed: remove it.", Status.USAGE)
        self._database = sqlite3.connect(str(path or ""), timeout=0, isolation_level=None)
        try:
            self._database.executescript(
                # EXTRA syncs the folder too, so that a commit survives the loss of power.
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
            # What was listed and not written is listed again.
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
        """Whether a completion was listed."""
        return self._value("SELECT 1 FROM item WHERE id = ?", completion_id) is not None

    def close(self) -> None:
        """Close it, and discard what was not committed."""
        self._database.close()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value that was set, or the default."""
        value = self._value("SELECT value FROM meta WHERE name = ?", name)
        return default if value is None else json.loads(value)

    def set(self, name: str, value: Any) -> None:
        """Keep any JSON value from the next commit on."""
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, json.dumps(value))

    def commit(self) -> None:
        """Make everything so far durable. The caller has synced the data file."""
        self._run("COMMIT")
        self._run("BEGIN EXCLUSIVE")

    def page(self, after: str | None) -> None:
        """Note that a page was asked for, and by which cursor: its new completions start at the present position."""
        if after is not None:
            self._run("INSERT OR REPLACE INTO page VALUES (?, ?)", self.position, after)

    def add(self, completion_id: str, created: int | None = None) -> bool:
        """Note a completion that was listed; return False if it is there already."""
        added = self._run(
            "INSERT OR IGNORE INTO item(position, id, created) VALUES (?, ?, ?)", self.position, completion_id, created
        ).rowcount
        self.position += added
        self.count += added
        return bool(added)

    def settle(self, completion_id: str, size: int, error: str | None = None) -> None:
        """Note that a completion, the next one in order, takes so many bytes, or why it failed."""
        self.end += size
        self._run("UPDATE item SET end = ?, error = ? WHERE id = ?", self.end, error, completion_id)
        self._run("DELETE FROM again WHERE id = ?", completion_id)
        self.written += 1

    def take_failures(self) -> list[tuple[str, int | None]]:
        """Return the ids and times of the completions that failed: they are tried again, and settled again.

        What no call can name, or the server does not know, can only be listed again: the listing is not over then.
        """
        self._run("INSERT INTO again SELECT position, id, created, error FROM item WHERE error NOT NULL")
        self._run("DELETE FROM item WHERE error NOT NULL")
        self._count_again()
        rows = self._run("SELECT position, id, created, error FROM again ORDER BY position").fetchall()
        unnamed = [position for position, key, _, error in rows if not _is_known(key, error)]
        if unnamed:
            self.set("listed", False)
            # What fails again is noted at the end, and is listed at its first place still.
            unnamed += [before] if (before := self.get("list_from")) is not None else []
        self.set("list_from", min(unnamed, default=None))
        return [(key, created) for _, key, created, error in rows if _is_known(key, error)]

    def finish(self) -> None:
        """Note that all is listed, and that what failed was tried again."""
        self._run("DELETE FROM again")
        self.set("state", "finishing")

    def forget(self) -> None:
        """Begin from scratch."""
        for table in ("item", "page", "part", "again"):
            self._run(f"DELETE FROM {table}")
        self._run("DELETE FROM meta WHERE name NOT IN ('version', 'token')")
        self._measure()

    def restart_data(self) -> None:
        """Note that what is written so far is in another file now, and this one begins empty."""
        self._run("UPDATE item SET end = 0")
        self.end = 0

    def cut(self, size: int) -> None:
        """Forget what a data file of this size, in bytes, does not hold: a disk may lose what it confirmed."""
        self._run("DELETE FROM item WHERE end > ?", size)
        self._measure()

    def lines(self) -> Iterator[Written]:
        """Yield the completions that the data file holds, in order, and where their lines are."""
        start = 0
        for key, end, error in self._run("SELECT id, end, error FROM item ORDER BY position"):
            if error is None:
                yield Written(key, start, end)
            start = end

    def place(self, completion_id: str) -> Written | None:
        """Return where the data file holds a completion; None if it does not."""
        found = self._run("SELECT position, end FROM item WHERE id = ? AND error IS NULL", completion_id).fetchone()
        if found is None:
            return None
        start = self._value("SELECT end FROM item WHERE position < ? ORDER BY position DESC LIMIT 1", found[0])
        return Written(completion_id, start or 0, found[1])

    def move(self, ends: Iterable[tuple[str, int | None]]) -> None:
        """Note where lines end in a file that was written again; None for what is no longer in it."""
        for completion_id, end in ends:
            if end is None:
                self._run("DELETE FROM item WHERE id = ?", completion_id)
            else:
                self._run("UPDATE item SET end = ? WHERE id = ?", end, completion_id)
        self._run(
            "UPDATE item SET end = coalesce((SELECT before.end FROM item before WHERE before.error IS NULL"
            " AND before.position < item.position ORDER BY before.position DESC LIMIT 1), 0) WHERE error IS NOT NULL"
        )
        self._measure()

    def cursors(self, before: int | None = None) -> Iterator[str | None]:
        """Yield the cursors to list on from, the best first: a server may not know one any more. None is the start.

        Args:
            before: Only cursors before which everything was created earlier than this, in Unix seconds.
        """
        bound: int | None = self.get("list_from")
        position: int = self.position if bound is None else min(self.position, bound)
        step = 1
        if before is not None:
            since = self._value("SELECT min(position) FROM item WHERE created >= ?", before)
            position = min(position, position if since is None else since)
        while row := self._run(
            "SELECT position, after FROM page WHERE position <= ? ORDER BY position DESC LIMIT 1", position
        ).fetchone():
            yield row[1]
            position, step = row[0] - step, step * 2
        yield None

    def newest(self) -> int | None:
        """Return when the newest completion was created, in Unix seconds."""
        newest: int | None = self._value("SELECT max(created) FROM item")
        return newest

    def failures(self) -> Iterator[str]:
        """Yield what was noted of each completion that failed, in order."""
        yield from self._column(f"SELECT error FROM ({_FAILED}) ORDER BY position")

    def failure(self, completion_id: str) -> str | None:
        """Return what was noted of a completion that failed."""
        noted: str | None = self._value(f"SELECT error FROM ({_FAILED}) WHERE id = ?", completion_id)
        return noted

    def failed(self) -> int:
        """Return how many completions failed."""
        return int(self._value(f"SELECT count(*) FROM ({_FAILED})"))

    def exported(self) -> int:
        """Return how many completions are in the data file."""
        return int(self._value("SELECT count(*) FROM item WHERE end NOT NULL AND error IS NULL"))

    def ids(self) -> Iterator[str]:
        """Yield the ids of the completions that did not fail, in order."""
        yield from self._column("SELECT id FROM item WHERE error IS NULL ORDER BY position")

    def begin_part(self, name: str) -> None:
        """Note the name of a part before anyone writes it: no other file is this export's."""
        self._run("INSERT OR IGNORE INTO begun VALUES (?)", name)

    def begun_parts(self) -> frozenset[str]:
        """Return the names of all parts that were begun."""
        return frozenset(self._column("SELECT name FROM begun"))

    def add_part(self, described: dict[str, Any]) -> None:
        """Note a part that is whole."""
        self._run("INSERT INTO part(described) VALUES (?)", json.dumps(described))

    def parts(self) -> Iterator[dict[str, Any]]:
        """Yield what was noted of each part, in order."""
        yield from map(json.loads, self._column("SELECT described FROM part ORDER BY number"))

    def add_to(self, name: str, counts: Counter[str]) -> Counter[str]:
        """Add to counts that are kept, empty the given ones, and return the sums."""
        sums = Counter(self.get(name, {})) + counts
        counts.clear()
        self.set(name, sums)
        return sums

    def _measure(self) -> None:
        """Take the place, the number and the size from what is settled, and forget the pages beyond."""
        last = self._run("SELECT position, end FROM item ORDER BY position DESC LIMIT 1").fetchone()
        position, end = (-1, 0) if last is None else last
        self.position: int = position + 1
        self.end = end
        self._run("DELETE FROM page WHERE position > ?", self.position)
        self._count_again()

    def _count_again(self) -> None:
        self.count = self.written = int(self._value("SELECT count(*) FROM item"))

    def _run(self, sql: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(sql, values)

    def _column(self, sql: str, *values: object) -> Iterator[Any]:
        yield from (row[0] for row in self._run(sql, *values))

    def _value(self, sql: str, *values: object) -> Any:
        """Return the first value that there is, or None."""
        return next(self._column(sql, *values), None)


def _is_known(key: str, error: str) -> bool:
    """Return whether the server may answer for what has this key: it has an id, which it did not refuse."""
    return not key.startswith(NO_ID) and json.loads(error).get("status", 0) // 100 != 4
