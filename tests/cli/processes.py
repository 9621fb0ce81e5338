"""Run the command in processes that are forked from one that has imported it, so that a start takes milliseconds."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import typer.main

from stored_completions_cli.app import app
from tests import ROOT

# Whether all combinations are tried, as in `make soak`.
WHOLE_PRODUCT = bool(os.environ.get("WHOLE_PRODUCT"))
# The path of processes that are not forked.
PYTHONPATH = os.pathsep.join(str(ROOT / folder) for folder in ("generated", "cli", "testing", "."))
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "tests.cli.warm"])
# Typer would make the command again at each call of `app`.
_PROGRAM = typer.main.get_command(app)


@dataclass(frozen=True)
class Done:
    """The end of a command.

    Attributes:
        status: Its exit status; negative for the signal that ended it.
    """

    status: int | None
    out: bytes
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        """Return the object that `--json` printed."""
        summary: dict[str, Any] = json.loads(self.out)
        return summary


class Process:
    """A command that is running in a folder.

    Attributes:
        megabytes: The most memory that it had at a time, once it has ended by itself.
    """

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str], folder: Path, file_size: int) -> None:
        self.megabytes = 0.0
        self._peak = folder / ".peak"
        self._streams = [folder / f".{name}" for name in ("stdout", "stderr")]
        self.process: ForkServerProcess = _CONTEXT.Process(
            target=_main, args=(arguments, environment, folder, self._streams, self._peak, file_size), daemon=True
        )
        self.process.start()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal."""
        if self.process.pid:
            os.kill(self.process.pid, number)

    def wait(self, seconds: float = 300, timer: threading.Timer | None = None) -> Done:
        """Wait for the command, which a timer kills if it hangs, and return how it ended."""
        self.process.join(seconds)
        if timer:
            timer.cancel()
            timer.join()
        out, err = (stream.read_bytes() if stream.exists() else b"" for stream in self._streams)
        done = Done(self.process.exitcode, out, err.decode())
        self.process.close()
        if self._peak.exists():
            self.megabytes = float(self._peak.read_text())
            self._peak.unlink()
        return done


@dataclass(frozen=True)
class Command:
    """Runs the command in a test's folder, for a server."""

    folder: Path
    environment: dict[str, str]

    def start(self, *arguments: str, file_size: int = resource.RLIM_INFINITY, **environment: str) -> Process:
        """Start the command; no file may become larger than a number of bytes."""
        return Process(arguments, {**self.environment, **environment}, self.folder, file_size)

    def __call__(self, *arguments: str, **options: Any) -> Done:
        """Run the command to its end."""
        return self.start(*arguments, **options).wait()

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Return the JSON objects in a file."""
        return [json.loads(line) for line in (self.folder / name).read_bytes().splitlines()]


def _main(
    arguments: tuple[str, ...],
    environment: dict[str, str],
    folder: Path,
    streams: list[Path],
    peak: Path,
    file_size: int,
) -> None:
    # A shell in a terminal starts programs like this.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor, stream in enumerate(streams, 1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(environment)
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, resource.RLIM_INFINITY))
    try:
        _PROGRAM(arguments, prog_name="stored-completions")
    finally:
        kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak.write_text(str(kilobytes / 1024))


def at_request(number: int, act: Callable[[], object]) -> Callable[[object], None]:
    """Return a plan for `Server.plan` that calls a function before it answers the request of a number."""
    left = iter(range(number, -1, -1))

    def plan(_: object) -> None:
        if next(left, -1) == 0:
            act()

    return plan
