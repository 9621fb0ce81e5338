"""Run contenders in turns: each has a short batch in each round, so that the machine's speed affects all alike.

It imports the standard library alone, since the workers run where the peers are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple, TypeVar

from tests import ROOT

T = TypeVar("T")
# The contender, and a variant such as the concurrency.
Case = tuple[str, str | int]
# Runs a batch of a case, and returns its time.
Batch = Callable[[], float]
# The times of each case, by round.
Rounds = Mapping[Case, Sequence[float]]


class BenchmarkError(Exception):
    """A measurement could not be made; the message says which one, and why."""


class Ratio(NamedTuple):
    """The quartiles of all rounds' ratios."""

    low: float
    median: float
    high: float


def ratio(rounds: Rounds, ours: Case, theirs: Case) -> Ratio | None:
    """Return the ratio of two cases, batch by batch; None if one has no rounds."""
    if not rounds.get(ours) or not rounds.get(theirs):
        return None
    ratios = [first / second for first, second in zip(rounds[ours], rounds[theirs], strict=True)]
    return Ratio(*quantiles(ratios, n=4, method="inclusive"))


def take_turns(groups: Sequence[Mapping[Case, Batch]], seconds: float, at_least: int = 5) -> dict[Case, list[float]]:
    """Run a batch of each case in rounds, and return their times.

    Args:
        groups: The cases that are compared run next to each other.
        seconds: The time in seconds after which no round begins.
        at_least: The least number of rounds, however long they take.
    """
    taken, ends = defaultdict[Case, list[float]](list), time.monotonic() + seconds
    for number in count():
        if number >= at_least and time.monotonic() > ends:
            break
        for group in _rotated(groups, number):
            for case in _rotated([*group], number):
                taken[case].append(group[case]())
    return dict(taken)


def _rotated(items: Sequence[T], number: int) -> Sequence[T]:
    start = number % len(items)
    return [*items[start:], *items[:start]]


@dataclass(frozen=True)
class Interpreter:
    """A Python with the peers, and a folder for its bytecode, so that none is left beside the sources."""

    python: str
    cache: Path

    def run(self, arguments: Sequence[str], package: Path) -> str:
        """Return the output of a fresh interpreter that finds the package below a folder.

        Raises:
            BenchmarkError: it fails.
        """
        done = subprocess.run(
            [self.python, *arguments], env=self._environment(package), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchmarkError(f"{' '.join(arguments)}: {_end_of(done.stderr)}")
        return done.stdout

    @contextmanager
    def worker(self, arguments: Sequence[str], package: Path) -> Iterator[Callable[[str], Any]]:
        """Start a process that runs `answer`; yield a function that sends a line and returns the answer.

        Raises:
            BenchmarkError: it ended.
        """
        with (
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                [self.python, "-m", *arguments],
                env=self._environment(package),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            assert process.stdin and process.stdout
            stdin, stdout = process.stdin, process.stdout

            def ask(line: str) -> Any:
                try:
                    print(line, file=stdin, flush=True)
                    return json.loads(stdout.readline())
                except (BrokenPipeError, ValueError):
                    process.wait()
                    errors.seek(0)
                    raise BenchmarkError(f"{' '.join(arguments)}: {_end_of(errors.read())}") from None

            try:
                yield ask
            finally:
                process.kill()  # the worker has nothing to save

    def _environment(self, package: Path) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        path = os.pathsep.join([str(package), str(ROOT)])
        return environment | {"PYTHONPATH": path, "PYTHONPYCACHEPREFIX": str(self.cache)}


def answer(answers: Callable[[str], object]) -> None:
    """Answer each line of standard input, as a worker does."""
    for line in sys.stdin:
        print(json.dumps(answers(line.strip())), flush=True)


def _end_of(errors: str) -> str:
    return "\n".join(errors.strip().splitlines()[-12:]) or "it ended, and said nothing"
