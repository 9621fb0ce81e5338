"""Count what a command does, and show it: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stored_completions_cli.terminal import counted


@dataclass
class Counts:
    """The progress of an export or a deletion.

    Attributes:
        total: The completions in the file, including those of earlier runs; or the deleted ones.
        new: The completions that this run wrote or deleted.
        failed: The completions that could not be exported, including those of earlier runs; or those not deleted.
        repeated: The listed completions that were in the file already.
        unmatched: The listed completions that the filters do not select.
        unchecked: The exported completions that the filters may not select.
        retries: How often a request was sent again.
        size: Bytes of the file.
        expected: The completions in the file when the run is complete, if that is known.
        left_out: How often each property was left out because the format has no place for it.
        started: When the run began, by `time.monotonic`.
    """

    total: int = 0
    new: int = 0
    failed: int = 0
    repeated: int = 0
    unmatched: int = 0
    unchecked: int = 0
    retries: int = 0
    size: int = 0
    expected: int | None = None
    left_out: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        words = [counted(self.total), f"{self.new / max(self.seconds, 0.001):,.0f}/s"]
        words.append(f"{self.retries:,} {'retry' if self.retries == 1 else 'retries'}")
        if self.failed:
            words.append(f"{self.failed:,} failed")
        return ", ".join(words)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started


class Bar(Progress):
    """A progress bar with the count, the rate, the retries and the elapsed time."""

    def __init__(self, counts: Counts, quiet: bool) -> None:
        self._counts, console = counts, Console(stderr=True)
        super().__init__(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self.add_task("", total=None)

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return the bar with the counts as they are now."""
        done = self._counts.total + self._counts.failed
        for task in self.task_ids:
            self.update(task, total=self._counts.expected, completed=done, description=str(self._counts))
        return super().get_renderables()
