"""Measure the generated package side by side with its peers, and write `results.md` beside this: `make bench`.

Each measurement is a separate process, and the peers take turns, so that other work of the machine hits all of
them. A target that is not met is said, and is no failure; a measurement that cannot be made is.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from generator.generate import GenerationError, generate
from tests import ROOT
from tests.programs.benchmarks.inputs import CONFIG, GENERATED, SPEC, Input, corpus, logprobs, reference
from tests.programs.benchmarks.peers import PEERS, Measurement
from tests.programs.benchmarks.throughput import (
    CONCURRENCIES,
    GOALS,
    PLOT,
    Costs,
    measure_calls,
    plotted,
    render_calls,
    serving,
)

RESULTS = Path(__file__).parent / "results.md"
OURS, SDK, STOCK, JSON = "stored_completions", "openai", "stock generator", "json.loads"
SOURCES = ("object", "bytes")
IMPORTS = ("httpx", OURS, SDK)
DISTRIBUTIONS = (
    *("openai", "msgspec", "pydantic", "attrs", "httpx", "httpx2", "httpx-aiohttp", "aiohttp", "pyreqwest", "tenacity"),
)

_IMPORT = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"
_VERSIONS = """
import json, platform
from importlib.metadata import version
print(json.dumps({"Python": platform.python_version(), **{name: version(name) for name in %r}}))
"""


class BenchmarkError(Exception):
    """A measurement could not be made; the message says which, and why."""


@dataclass(frozen=True)
class Results:
    """What all runs gave.

    Attributes:
        decoding: For each input, peer and source (`object` or `bytes`), the shortest of the runs.
        imports: For each module, the median of the import runs in seconds.
        costs: What calls cost, if they were measured.
        memory: For each peer, the bytes that are held by what logprobs were decoded to.
    """

    inputs: Sequence[Input]
    runs: int
    import_runs: int
    decoding: dict[tuple[str, str, str], Measurement]
    imports: dict[str, float]
    versions: dict[str, str]
    date: datetime.date
    costs: Costs | None = None
    memory: dict[str, int] = field(default_factory=dict)


class Target(NamedTuple):
    """A ratio that is to be reached at most; None where there is nothing to compare with.

    Attributes:
        needs: What is installed, or given, besides the package.
    """

    text: str
    needs: str
    limit: float
    reached: float | None

    @property
    def met(self) -> bool:
        return self.reached is not None and self.reached <= self.limit


def run_python(python: str, arguments: Sequence[str], package: Path, cache: Path) -> str:
    """Return the output of a fresh interpreter that finds the package below a folder and has warm bytecode caches.

    Raises:
        BenchmarkError: it fails.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": os.pathsep.join([str(package), str(ROOT)]), "PYTHONPYCACHEPREFIX": str(cache)}
    done = subprocess.run([python, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"it ended with status {done.returncode} and said nothing"]
        raise BenchmarkError("\n".join(lines[-12:]))
    return done.stdout


def measure_decoding(
    python: str, inputs: Sequence[Input], stock: Path, work: Path, runs: int, repeats: int, seconds: float
) -> dict[tuple[str, str, str], Measurement]:
    """Measure each peer with each input and source in `runs` rounds; return the shortest time of a body in a round.

    Raises:
        BenchmarkError: a measurement fails, which is not the same as a peer that cannot decode a body.
    """
    paths = {}
    for index, each in enumerate(inputs):
        paths[each.name] = work / f"{index}.json"
        paths[each.name].write_text(json.dumps([body.decode() for body in each.bodies]), encoding="utf-8")
    measured = defaultdict[tuple[str, str, str], list[Measurement]](list)
    for run in range(runs):
        print(f"Decoding: run {run + 1} of {runs} ...", file=sys.stderr)
        for each in inputs:
            for peer in PEERS:
                for source in SOURCES:
                    if (peer, source) == (JSON, "object"):
                        continue
                    package = stock if peer == STOCK else GENERATED
                    arguments = [peer, source, str(paths[each.name]), str(repeats), str(seconds)]
                    try:
                        out = run_python(
                            python, ["-m", "tests.programs.benchmarks.peers", *arguments], package, work / "cache"
                        )
                    except BenchmarkError as error:
                        raise BenchmarkError(f"{peer}, {each.name}, from {source}: {error}") from error
                    measured[each.name, peer, source].append(Measurement(**json.loads(out)))
    return {key: _shortest(measurements) for key, measurements in measured.items()}


def measure_imports(python: str, modules: Sequence[str], work: Path, runs: int) -> dict[str, float]:
    """Measure the first import of each module in a fresh interpreter; return the median of `runs`, in seconds.

    Raises:
        BenchmarkError: a module cannot be imported.
    """
    taken = defaultdict[str, list[float]](list)
    print(f"Imports: {runs} runs ...", file=sys.stderr)
    for run in range(runs + 1):
        for module in modules:
            try:
                out = run_python(python, ["-c", _IMPORT.format(module)], GENERATED, work / "cache")
            except BenchmarkError as error:
                raise BenchmarkError(f"import {module}: {error}") from error
            if run:  # the first warms the bytecode caches
                taken[module].append(float(out))
    return {module: median(seconds) for module, seconds in taken.items()}


def measure_memory(python: str, each: Input, stock: Path, work: Path) -> dict[str, int]:
    """Return the bytes that each peer holds for a body that it decoded.

    Raises:
        BenchmarkError: a measurement fails.
    """
    file = work / "memory.json"
    file.write_text(json.dumps([each.bodies[0].decode()]), encoding="utf-8")
    print("Memory ...", file=sys.stderr)
    found = {}
    for peer in PEERS:
        arguments = ["-m", "tests.programs.benchmarks.peers", peer, "memory", str(file), "1", "0"]
        found[peer] = int(run_python(python, arguments, stock if peer == STOCK else GENERATED, work / "cache"))
    return found


def targets(results: Results) -> list[Target]:
    """Return the goals, and what was reached of them."""
    costs, imports, memory = results.costs or {}, results.imports, results.memory
    found = [
        Target(goal.text, goal.needs, goal.limit, _of(costs.get(goal.ours), costs.get(goal.theirs))) for goal in GOALS
    ]
    for name, peer, source, limit in _DECODING:
        text, needs = f"{_FROM[source]}, {name}: of {_NAMES[peer]}", "[fast]" if source == "bytes" else ""
        # json.loads has nothing to do with a dict: the time for the bytes is what there is to compare with.
        theirs = _seconds(results, name, peer, "bytes" if peer == JSON else source)
        found.append(Target(text, needs, limit, _of(_seconds(results, name, OURS, source), theirs)))
    found.append(
        Target("memory of what logprobs decode to: of the openai SDK", "", 0.5, _of(memory.get(OURS), memory.get(SDK)))
    )
    found += [
        Target(f"import {OURS}: of import {peer}", "", limit, _of(imports.get(OURS), imports.get(peer)))
        for peer, limit in (("httpx", 1.5), (SDK, 0.25))
    ]
    return found


def render(results: Results) -> str:
    """Return the tables, in Markdown."""
    lines = [
        "# Benchmarks",
        "",
        *_rendered_targets(targets(results)),
        "",
        f"Written by `make bench` on {results.date.isoformat()}, with "
        + ", ".join(f"{name} {number}" for name, number in results.versions.items())
        + ".",
        "",
        f"Number of runs: {results.runs} of decoding, each measurement in a separate process. The shortest stands"
        " here, since other work of the machine only adds to it. Times are the processor's, for one body, with the"
        " garbage collector running as it does in a program. A ratio says how many times longer the peer takes than"
        " stored_completions.",
    ]
    for each in results.inputs:
        lines += ["", f"## {each.name[0].upper()}{each.name[1:]}", "", f"Input: {each.description}.", ""]
        lines += [
            "| | from a dict | ratio | from JSON bytes | ratio | bodies that raise |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for peer in PEERS:
            cells = [peer]
            for source in SOURCES:
                measurement = results.decoding.get((each.name, peer, source))
                cells += [_time(measurement), _times(_ratio(results, each.name, peer, source))]
            last = results.decoding[each.name, peer, "bytes"]
            cells.append(
                f"{last.failures} of {last.bodies}"
                + ("; the others are timed" if 0 < last.failures < last.bodies else "")
            )
            lines.append(f"| {' | '.join(cells)} |")
    if results.costs is not None:
        lines += ["", *render_calls(results.costs, results.runs)]
    lines += [
        "",
        "## Import",
        "",
        f"Number of runs: {results.import_runs} interpreters for each module, with warm bytecode caches. The median of"
        " the processor's time.",
        "",
    ]
    lines += ["| | time | ratio |", "|---|--:|--:|"]
    for module, seconds in results.imports.items():
        lines.append(f"| import {module} | {seconds * 1e3:.0f} ms | {_times(seconds / results.imports[OURS])} |")
    if results.memory:
        lines += [
            "",
            "## Memory",
            "",
            "What is held by what the body with logprobs was decoded to, as tracemalloc counts it.",
            "",
            "| | held | ratio |",
            "|---|--:|--:|",
        ]
        for peer, size in results.memory.items():
            lines.append(f"| {peer} | {size / 2**20:.1f} MiB | {_times(size / results.memory[OURS])} |")
    return "\n".join(lines) + "\n"


def _rendered_targets(found: Sequence[Target]) -> list[str]:
    lines = [
        "What is to be reached, each a ratio in one run: how many times the other's it takes at most. `[fast]` and",
        "`[aiohttp]` are extras of the package.",
        "",
        "| | needs | goal | reached | |",
        "|---|---|--:|--:|---|",
    ]
    for each in found:
        reached, verdict = "" if each.reached is None else f"{each.reached:.2f}", "met" if each.met else "**not met**"
        lines.append(f"| {each.text} | {each.needs} | ≤ {each.limit:g} | {reached} | {verdict} |")
    return lines


_FROM = {"object": "from_dict", "bytes": "bytes to model"}
_NAMES = {SDK: "the openai SDK", STOCK: "stock from_dict", JSON: "json.loads"}
# The input, the peer, the source, and what the ratio may be at most.
_DECODING = (
    ("reference response", JSON, "bytes", 0.9),
    ("logprobs", SDK, "bytes", 0.4),
    ("reference response", SDK, "object", 0.1),
    ("corpus", SDK, "object", 0.1),
    ("reference response", STOCK, "object", 0.2),
    ("reference response", JSON, "object", 1.2),
)


def _shortest(measurements: Sequence[Measurement]) -> Measurement:
    first = measurements[0]
    seconds = [each.seconds for each in measurements if each.seconds is not None]
    return Measurement(min(seconds, default=None), first.bodies, first.failures)


def _ratio(results: Results, name: str, peer: str, source: str) -> float | None:
    return _of(_seconds(results, name, peer, source), _seconds(results, name, OURS, source))


def _seconds(results: Results, name: str, peer: str, source: str) -> float | None:
    found = results.decoding.get((name, peer, source))
    return found.seconds if found else None


def _of(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs if ours is not None and theirs else None


def _time(measurement: Measurement | None) -> str:
    if measurement is None:
        return ""
    if measurement.seconds is None:
        return "raises"
    milliseconds = measurement.seconds * 1e3
    return f"{milliseconds:.1f} ms" if milliseconds >= 1 else f"{milliseconds * 1e3:.1f} µs"


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}x"


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure stored_completions and its peers.")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--runs", type=int, default=5, help="rounds of the decoding measurements")
    parser.add_argument("--import-runs", type=int, default=15, help="fresh interpreters for each module")
    parser.add_argument("--calls", type=int, default=500, help="calls that each caller makes in a round")
    arguments = parser.parse_args()
    inputs = (reference(), logprobs(), corpus())
    print("\n".join(f"{each.name}: {each.description}" for each in inputs), file=sys.stderr)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            work = Path(folder)
            stock = work / "stock"
            stock.mkdir()
            generate(stock, spec=SPEC, config=CONFIG, templates=None)
            imports = measure_imports(arguments.python, IMPORTS, work, arguments.import_runs)
            decoding = measure_decoding(arguments.python, inputs, stock, work, arguments.runs, 5, 0.05)
            memory = measure_memory(arguments.python, inputs[1], stock, work)
            with serving(arguments.python) as url:
                costs = measure_calls(
                    lambda code: run_python(arguments.python, code, GENERATED, work / "cache"),
                    url,
                    arguments.runs,
                    arguments.calls,
                )
            drawing = ["-m", "tests.programs.benchmarks.plot", str(PLOT), json.dumps(CONCURRENCIES), plotted(costs)]
            run_python(arguments.python, drawing, GENERATED, work / "cache")
            versions = json.loads(run_python(arguments.python, ["-c", _VERSIONS % (DISTRIBUTIONS,)], stock, work))
    except (BenchmarkError, GenerationError) as error:
        print(f"A measurement could not be made: {error}", file=sys.stderr)
        return 1
    versions["openapi-python-client"] = version("openapi-python-client")
    today = datetime.datetime.now(datetime.UTC).date()
    text = render(
        Results(inputs, arguments.runs, arguments.import_runs, decoding, imports, versions, today, costs, memory)
    )
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
