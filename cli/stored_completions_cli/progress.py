"""How a command shows its progress: a bar on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stored_completions_cli.export import Counts


class Reporter(Protocol):
    """Shows counts at intervals.

    Attributes:
        interval: Seconds between two counts.
    """

    interval: float

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def show(self, counts: Counts) -> None:
        """Show the counts."""


class Bar:
    """A bar with the count, the rate, the retries and the time, on the terminal of standard error."""

    interval = 0.2

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
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


class Lines:
    """A line every ten seconds, on standard error."""

    interval = 10.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def show(self, counts: Counts) -> None:
        """Print a line, unless the run has just begun."""
        if counts.seconds >= 1:
            print(told(counts), file=sys.stderr, flush=True)


class Silence(Lines):
    """Shows nothing."""

    def show(self, counts: Counts) -> None:
        """Do nothing."""


def reporter(quiet: bool) -> Reporter:
    """Return the reporter that suits standard error."""
    return Silence() if quiet else Bar() if sys.stderr.isatty() else Lines()


def counted(number: int) -> str:
    """Return a number of completions in words."""
    return f"{number:,} completion{'' if number == 1 else 's'}"


def told(counts: Counts) -> str:
    """Return the counts in words."""
    words = [counted(counts.total), f"{counts.new / max(counts.seconds, 0.001):,.0f}/s"]
    words.append(f"{counts.retries:,} {'retry' if counts.retries == 1 else 'retries'}")
    if counts.failed:
        words.append(f"{counts.failed:,} failed")
    return ", ".join(words)
