"""Measure the generated package side by side with its peers, and write `benchmarks/results.md`: `make bench`.

Each measurement is a process of its own, and the peers take turns, so that whatever else the machine does hits all of
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
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.inputs import ROOT, Input, corpus, logprobs, reference
from benchmarks.peers import PEERS, Measurement
from benchmarks.throughput import CONCURRENCIES, PLOT, Costs, measure_calls, plotted, render_calls, serving
from generate import GENERATED, GenerationError, generate

RESULTS = Path(__file__).parent / "results.md"
OURS, SDK, STOCK, JSON, FLOOR = "stored_completions", "openai", "stock generator", "json.loads", "msgspec"
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
    """

    inputs: Sequence[Input]
    runs: int
    import_runs: int
    decoding: dict[tuple[str, str, str], Measurement]
    imports: dict[str, float]
    versions: dict[str, str]
    date: datetime.date
    costs: Costs | None = None


@dataclass(frozen=True)
class Target:
    """A ratio to reach, None when there is nothing to compare with; `floor` is what the least work gives."""

    text: str
    limit: str
    reached: float | None
    met: bool
    floor: float | None = None


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
                        out = run_python(python, ["-m", "benchmarks.peers", *arguments], package, work / "cache")
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


def targets(results: Results) -> list[Target]:
    """Return the goals, and what was reached of them."""
    found = []
    for each in results.inputs:
        for source, factor, least in (("object", 10, FLOOR), ("bytes", 6, JSON)):
            ratio, floor = (_ratio(results, each.name, SDK, source, of) for of in (OURS, least))
            target = _at_least(f"{_FROM[source]}, {each.name}: faster than the openai SDK", factor, ratio)
            found.append(replace(target, floor=floor))
    name = results.inputs[0].name
    found.append(
        _at_least(f"from_dict, {name}: faster than stock from_dict", 5, _ratio(results, name, STOCK, "object"))
    )
    ours = results.decoding[name, OURS, "object"].seconds
    loads = results.decoding[name, JSON, "bytes"].seconds
    found.append(_at_most(f"from_dict, {name}: of json.loads", 1.2, ours / loads if ours and loads else None))
    imports = results.imports
    found.append(_at_most("import stored_completions: of import httpx", 1.4, imports[OURS] / imports["httpx"]))
    found.append(_at_least("import stored_completions: less than import openai", 4, imports[SDK] / imports[OURS]))
    return found


def render(results: Results) -> str:
    """Return the tables, in Markdown."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {results.date.isoformat()}, with "
        + ", ".join(f"{name} {number}" for name, number in results.versions.items())
        + ".",
        "",
        f"Number of runs: {results.runs} of decoding, each measurement in a process of its own. The shortest stands"
        " here, since whatever else the machine does only adds to it. Times are the processor's, for one body, with the"
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
    lines += [
        "",
        "## Targets",
        "",
        "The floor of `from_dict` is msgspec's compiled code, that of bytes to model `json.loads` without a model: a"
        " target that the floor does not reach is out of reach for Python code above it.",
        "",
        "| | target | reached | the floor | |",
        "|---|--:|--:|--:|---|",
    ]
    for target in targets(results):
        verdict = "met" if target.met else "**not met**"
        lines.append(
            f"| {target.text} | {target.limit} | {_times(target.reached)} | {_times(target.floor)} | {verdict} |"
        )
    return "\n".join(lines) + "\n"


_FROM = {"object": "from_dict", "bytes": "bytes to model"}


def _shortest(measurements: Sequence[Measurement]) -> Measurement:
    first = measurements[0]
    seconds = [each.seconds for each in measurements if each.seconds is not None]
    return Measurement(min(seconds, default=None), first.bodies, first.failures)


def _ratio(results: Results, name: str, peer: str, source: str, of: str = OURS) -> float | None:
    ours, theirs = (results.decoding.get((name, who, source)) for who in (of, peer))
    if ours is None or theirs is None or ours.seconds is None or theirs.seconds is None:
        return None
    return theirs.seconds / ours.seconds


def _at_least(text: str, limit: float, reached: float | None) -> Target:
    return Target(text, f"≥ {limit:g}x", reached, reached is not None and reached >= limit)


def _at_most(text: str, limit: float, reached: float | None) -> Target:
    return Target(text, f"≤ {limit:g}x", reached, reached is not None and reached <= limit)


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
    parser.add_argument("--import-runs", type=int, default=31, help="fresh interpreters for each module")
    parser.add_argument("--calls", type=int, default=2000, help="calls that each caller makes in a round")
    arguments = parser.parse_args()
    inputs = (reference(), logprobs(), corpus())
    print("\n".join(f"{each.name}: {each.description}" for each in inputs), file=sys.stderr)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            work = Path(folder)
            stock = work / "stock"
            stock.mkdir()
            generate(stock, templates=None)
            imports = measure_imports(arguments.python, IMPORTS, work, arguments.import_runs)
            decoding = measure_decoding(arguments.python, inputs, stock, work, arguments.runs, 5, 0.05)
            with serving(arguments.python) as url:
                costs = measure_calls(
                    lambda code: run_python(arguments.python, code, GENERATED, work / "cache"),
                    url,
                    arguments.runs,
                    arguments.calls,
                )
            drawing = ["-m", "benchmarks.plot", str(PLOT), json.dumps(CONCURRENCIES), plotted(costs)]
            run_python(arguments.python, drawing, GENERATED, work / "cache")
            versions = json.loads(run_python(arguments.python, ["-c", _VERSIONS % (DISTRIBUTIONS,)], stock, work))
    except (BenchmarkError, GenerationError) as error:
        print(f"A measurement could not be made: {error}", file=sys.stderr)
        return 1
    versions["openapi-python-client"] = version("openapi-python-client")
    today = datetime.datetime.now(datetime.UTC).date()
    text = render(Results(inputs, arguments.runs, arguments.import_runs, decoding, imports, versions, today, costs))
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
