"""What a call costs the processor, for each caller and concurrency, beside the peers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests import ROOT
from tests.programs.benchmarks.calls import ASYNC, SYNC
from tests.programs.benchmarks.inputs import REFERENCE

CONCURRENCIES = (1, 10, 50, 200)
PLOT = Path(__file__).parent / "throughput.svg"
# Seconds of the processor for a call, by caller and concurrency; 0 is the synchronous client.
Costs = Mapping[tuple[str, int], float]


class Goal(NamedTuple):
    """A ratio that is to be reached: one caller's cost, at a concurrency, of another's.

    Attributes:
        needs: What is installed, or given, besides the package.
    """

    text: str
    needs: str
    ours: tuple[str, int]
    theirs: tuple[str, int]
    limit: float


OURS, AIOHTTP = (
    "stored_completions",
    "stored_completions, DefaultAioHttpClient",
)
GOALS = (
    Goal("one at a time: of bare httpx", "[fast]", (OURS, 0), ("httpx", 0), 1.15),
    Goal("one at a time: of the openai SDK", "[fast]", (OURS, 0), ("openai", 0), 0.6),
    Goal("50 at a time: of the openai SDK", "[fast]", (OURS, 50), ("openai", 50), 0.6),
    Goal("50 at a time: of the openai SDK's defaults", "[fast,aiohttp]", (AIOHTTP, 50), ("openai", 50), 0.3),
    Goal("50 at a time: of raw aiohttp with json()", "[fast,aiohttp]", (AIOHTTP, 50), ("aiohttp", 50), 2.7),
    Goal("200 at a time: of 50 at a time", "[fast]", (OURS, 200), (OURS, 50), 1.2),
    Goal("200 at a time: of 50 at a time", "[fast,aiohttp]", (AIOHTTP, 200), (AIOHTTP, 50), 1.2),
)


@contextmanager
def serving(python: str) -> Iterator[str]:
    """Run a server that sends the reference page's response, in a separate process; yield its URL."""
    arguments = [python, "-m", "tests.programs.benchmarks.server", str(REFERENCE)]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        finally:
            server.stdin.close()


def measure_calls(run: Callable[[Sequence[str]], str], url: str, runs: int, calls: int) -> Costs:
    """Measure each caller at each concurrency in `runs` rounds; return the shortest.

    Args:
        run: Runs Python with these arguments, and returns its output.
        calls: How many calls a round makes.
    """
    found = defaultdict[tuple[str, int], list[float]](list)
    cases = [(caller, 0) for caller in SYNC] + [(caller, many) for many in CONCURRENCIES for caller in ASYNC]
    for number in range(runs):
        print(f"Calls: run {number + 1} of {runs} ...", file=sys.stderr)
        for caller, concurrency in cases:
            out = run(["-m", "tests.programs.benchmarks.calls", caller, url, str(concurrency), str(calls)])
            found[caller, concurrency].append(float(json.loads(out)))
    return {case: min(seconds) for case, seconds in found.items()}


def render_calls(costs: Costs, runs: int) -> list[str]:
    """Return the table and the goals, in Markdown."""
    lines = [
        "## Calls",
        "",
        f"Retrieving the reference page's response over loopback, in the processor's microseconds for a call. Number of"
        f" runs: {runs}, each caller in a separate process and in turns; the shortest batch. msgspec and sniffio are"
        " installed but where it says otherwise.",
        "",
        "![cost of a call by concurrency](throughput.svg)",
        "",
        "| | sync | " + " | ".join(f"{many} at a time" for many in CONCURRENCIES) + " |",
        "|---|--:|" + "--:|" * len(CONCURRENCIES),
    ]
    for caller in dict.fromkeys([*SYNC, *ASYNC]):
        cells = [costs.get((caller, many)) for many in (0, *CONCURRENCIES)]
        shown = ["" if each is None else f"{each * 1e6:,.0f}" for each in cells]
        lines.append(f"| {caller} | {' | '.join(shown)} |")
    return lines


def plotted(costs: Costs) -> str:
    """Return the costs of the asynchronous callers as JSON, for `tests.programs.benchmarks.plot` to draw."""
    return json.dumps({each: [costs[each, many] * 1e6 for many in CONCURRENCIES] for each in ASYNC})
