"""Show the progress of a command: a bar on a terminal, and nothing elsewhere."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from stored_completions_cli.run import Counts
from stored_completions_cli.terminal import counted, say


class Reporter(Progress):
    """A progress bar with the count, the rate, the retries and the elapsed time.

    Attributes:
        interval: Seconds between two updates.
    """

    def __init__(self, quiet: bool = False) -> None:
        console = Console(stderr=True)
        super().__init__(
            SpinnerColumn(),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[text]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._quiet, self.interval = quiet, 1.0 if self.disable else 0.2
        self._task = self.add_task("", total=None, text="")

    def show(self, counts: Counts) -> None:
        """Update the bar."""
        self.update(
            self._task, total=counts.expected, completed=counts.total + counts.failed, text=counts_in_words(counts)
        )

    def say(self, text: str) -> None:
        """Print a message to standard error, unless `--quiet` was given."""
        if not self._quiet:
            say(text)


def counts_in_words(counts: Counts) -> str:
    """Describe the counts in one line."""
    words = [counted(counts.total), f"{counts.new / max(counts.seconds, 0.001):,.0f}/s"]
    words.append(f"{counts.retries:,} {'retry' if counts.retries == 1 else 'retries'}")
    if counts.failed:
        words.append(f"{counts.failed:,} failed")
    return ", ".join(words)
