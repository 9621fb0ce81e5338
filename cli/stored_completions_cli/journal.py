"""What an export has written so far, on disk, so that it can go on after it was killed.

A journal never says more than the data file has: lines are synced to disk first, then the journal is committed. What
the data file has beyond the journal is cut off when an export goes on.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from stored_completions_cli.errors import CommandError

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS item(
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, created INTEGER, end INTEGER, error TEXT);
CREATE TABLE IF NOT EXISTS page(position INTEGER PRIMARY KEY, after TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS part(number INTEGER PRIMARY KEY, described TEXT NOT NULL);
"""


class Journal:
    """The completions of an export in the order of the listing, each by its id and the place where it ends.

    Attributes:
        position: How many completions were listed, each counted once.
        written: How many of them are settled: in the data file, or failed for good.
        end: The size of the data file, in bytes, with what is settled.
    """

    def __init__(self, path: Path | None) -> None:
        """Open a journal, or begin one; without a path it is temporary, and kept on disk all the same.

        Raises:
            CommandError: another process has it open, or it is no journal.
        """
        self._path = path
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
        if self.get("version", _VERSION) != _VERSION:
            raise CommandError(f"{path} is of another version of this command: finish the export with that version.")
        self.set("version", _VERSION)
        # What was listed and not written is listed again.
        self._database.execute("DELETE FROM item WHERE end IS NULL")
        self._database.execute("DELETE FROM page WHERE position > ?", (self._count(),))
        self.position = self.written = self._count()
        self.end = self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # Closing lets go of what was not committed.
        self._database.close()

    def get(self, name: str, default: Any = None) -> Any:
        """Return a value that was set, or the default."""
        row = self._database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, name: str, value: Any) -> None:
        """Keep any JSON value from the next commit on."""
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, json.dumps(value)))

    def commit(self) -> None:
        """Make everything so far durable. Whoever calls this has synced the data file."""
        self._database.execute("COMMIT")
        self._database.execute("BEGIN EXCLUSIVE")

    def page(self, after: str | None) -> None:
        """Note that a page was asked for, and by which cursor: its new completions start at the present position."""
        if after is not None:
            self._database.execute("INSERT OR REPLACE INTO page VALUES (?, ?)", (self.position, after))

    def add(self, completion_id: str, created: int | None) -> bool:
        """Note a completion that was listed; return False if it is there already."""
        added = self._database.execute(
            "INSERT OR IGNORE INTO item(position, id, created) VALUES (?, ?, ?)",
            (self.position, completion_id, created),
        ).rowcount
        self.position += added
        return bool(added)

    def settle(self, size: int, error: str | None = None) -> None:
        """Note that the next completion takes so many bytes, or why it has failed for good."""
        self.end += size
        self._database.execute("UPDATE item SET end = ?, error = ? WHERE position = ?", (self.end, error, self.written))
        self.written += 1

    def forget(self) -> None:
        """Begin from scratch."""
        self._database.execute("DELETE FROM item")
        self._database.execute("DELETE FROM page")
        self._database.execute("DELETE FROM part")
        self._database.execute("DELETE FROM meta WHERE name != 'version'")
        self.position = self.written = self.end = 0

    def restart_data(self) -> None:
        """Note that what is written so far is in another file now, and this one begins empty."""
        self._database.execute("UPDATE item SET end = 0")
        self.end = 0

    def cut(self, size: int) -> None:
        """Forget what a data file of this size, in bytes, does not hold: a disk may lose what it confirmed."""
        self._database.execute("DELETE FROM item WHERE end > ?", (size,))
        self._database.execute("DELETE FROM page WHERE position > ?", (self._count(),))
        self.position = self.written = self._count()
        self.end = self._end()

    def cursors(self, before: int | None = None) -> Iterator[str | None]:
        """Yield the cursors to list on from, the best first: a server may not know one any more. None is the start.

        Args:
            before: Only cursors before which everything was created earlier than this, in Unix seconds.
        """
        step, position = 1, self.position
        if before is not None:
            row = self._database.execute("SELECT min(position) FROM item WHERE created >= ?", (before,)).fetchone()
            position = position if row[0] is None else row[0]
        while row := self._database.execute(
            "SELECT position, after FROM page WHERE position <= ? ORDER BY position DESC LIMIT 1", (position,)
        ).fetchone():
            yield row[1]
            position, step = row[0] - step, step * 2
        yield None

    def newest(self) -> int | None:
        """Return when the newest completion was created, in Unix seconds."""
        newest: int | None = self._database.execute("SELECT max(created) FROM item").fetchone()[0]
        return newest

    def failures(self) -> Iterator[str]:
        """Yield what was noted of each completion that has failed for good, in order."""
        yield from (
            row[0] for row in self._database.execute("SELECT error FROM item WHERE error IS NOT NULL ORDER BY position")
        )

    def failed(self) -> int:
        """Return how many completions have failed for good."""
        failed: int = self._database.execute("SELECT count(*) FROM item WHERE error IS NOT NULL").fetchone()[0]
        return failed

    def ids(self) -> Iterator[str]:
        """Yield the ids of the completions that were written, in order."""
        yield from (
            row[0] for row in self._database.execute("SELECT id FROM item WHERE error IS NULL ORDER BY position")
        )

    def add_part(self, described: dict[str, Any]) -> None:
        """Note a part that is whole."""
        self._database.execute("INSERT INTO part(described) VALUES (?)", (json.dumps(described),))

    def parts(self) -> Iterator[dict[str, Any]]:
        """Yield what was noted of each part, in order."""
        yield from (json.loads(row[0]) for row in self._database.execute("SELECT described FROM part ORDER BY number"))

    def add_to(self, name: str, counts: Counter[str]) -> Counter[str]:
        """Add to counts that are kept, empty the given ones, and return the sums."""
        sums = Counter(self.get(name, {})) + counts
        counts.clear()
        self.set(name, sums)
        return sums

    def _count(self) -> int:
        # The positions have no gaps.
        count: int = self._database.execute("SELECT coalesce(max(position) + 1, 0) FROM item").fetchone()[0]
        return count

    def _end(self) -> int:
        end: int = self._database.execute(
            "SELECT coalesce((SELECT end FROM item ORDER BY position DESC LIMIT 1), 0)"
        ).fetchone()[0]
        return end
