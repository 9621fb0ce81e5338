"""How a command shows its progress: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stored_completions_cli.export import Counts
from stored_completions_cli.terminal import counted, say


class Reporter(Progress):
    """A bar with the count, the rate, the retries and the time, where standard error is a terminal.

    Attributes:
        interval: Seconds between two counts.
    """

    def __init__(self, quiet: bool = False) -> None:
        console = Console(stderr=True)
        super().__init__(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._quiet, self.interval = quiet, 1.0 if self.disable else 0.2
        self._task = self.add_task("", total=None, told="")

    def show(self, counts: Counts) -> None:
        """Show the counts."""
        self.update(self._task, total=counts.expected, completed=counts.total + counts.failed, told=told(counts))

    def say(self, text: str) -> None:
        """Say what came of it, unless it is to be quiet."""
        if not self._quiet:
            say(text)


def told(counts: Counts) -> str:
    """Return the counts in words."""
    words = [counted(counts.total), f"{counts.new / max(counts.seconds, 0.001):,.0f}/s"]
    words.append(f"{counts.retries:,} {'retry' if counts.retries == 1 else 'retries'}")
    if counts.failed:
        words.append(f"{counts.failed:,} failed")
    return ", ".join(words)
