"""How a command shows its progress: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stored_completions_cli.export import Counts
from stored_completions_cli.terminal import counted, say


class Reporter(AbstractContextManager["Reporter"]):
    """Shows nothing of the progress, and says what comes of it unless it is quiet.

    Attributes:
        interval: Seconds between two counts.
    """

    interval = 1.0

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop showing."""

    def show(self, counts: Counts) -> None:
        """Show the counts."""

    def say(self, text: str) -> None:
        """Say what came of it."""
        if not self._quiet:
            say(text)


class Bar(Reporter):
    """A bar with the count, the rate, the retries and the time, on the terminal of standard error."""

    interval = 0.2

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, told="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, counts: Counts) -> None:
        """Update the bar."""
        self._progress.update(
            self._task, total=counts.expected, completed=counts.total + counts.failed, told=told(counts)
        )


def reporter(quiet: bool) -> Reporter:
    """Return the reporter that suits standard error."""
    return Bar() if sys.stderr.isatty() and not quiet else Reporter(quiet)


def told(counts: Counts) -> str:
    """Return the counts in words."""
    words = [counted(counts.total), f"{counts.new / max(counts.seconds, 0.001):,.0f}/s"]
    words.append(f"{counts.retries:,} {'retry' if counts.retries == 1 else 'retries'}")
    if counts.failed:
        words.append(f"{counts.failed:,} failed")
    return ", ".join(words)
