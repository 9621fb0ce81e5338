"""Measure the generated package side by side with its peers, and write `results.md` beside this: `make bench`.

What is compared takes turns in short batches, so that other work of the machine hits all of it; a ratio is the median
of those of all rounds. A goal that is not met is reported, and is no failure. A measurement that cannot be made is a
failure.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from generator.spec.reading import read
from tests import ROOT
from tests.programs.benchmarks.calls import AIOHTTP, ASYNC, OURS, SDK, SYNC
from tests.programs.benchmarks.inputs import GENERATED, REFERENCE, SPEC, Input, corpus, logprobs, reference
from tests.programs.benchmarks.peers import PEERS
from tests.programs.benchmarks.turns import Batch, BenchmarkError, Case, Interpreter, Ratio, Rounds, ratio, take_turns
from tests.support import stock
from tests.support.stock import StockError

FOLDER, MODULE = Path(__file__).parent, "tests.programs.benchmarks"
STOCK, JSON = "stock generator", "json.loads"
SOURCES, CONCURRENCIES, IMPORTS = ("object", "bytes"), (1, 10, 50, 200), ("httpx", OURS, SDK)
DISTRIBUTIONS = (
    *("openai", "msgspec", "pydantic", "attrs", "httpx", "httpx2", "httpx-aiohttp", "aiohttp", "pyreqwest", "tenacity"),
)

_IMPORT = "import time; start = time.process_time(); import {}; print(time.process_time() - start)"
_VERSIONS = """
import json, platform
from importlib.metadata import version
print(json.dumps({"Python": platform.python_version(), **{name: version(name) for name in %r}}))
"""


class Goal(NamedTuple):
    """The largest ratio that one case should have to another one of the same table.

    Attributes:
        needs: What is installed, or given, besides the package.
    """

    text: str
    needs: str
    table: str
    ours: Case
    theirs: Case
    limit: float


_FAST, _BOTH = "[fast]", "[fast,aiohttp]"
# json.loads does not read dicts, so `from_dict` is compared with its time for bytes.
GOALS = (
    Goal("one at a time: of bare httpx", _FAST, "one call", (OURS, 0), ("httpx", 0), 1.15),
    Goal("one at a time: of the openai SDK", _FAST, "one call", (OURS, 0), (SDK, 0), 0.6),
    Goal("50 at a time: of the openai SDK", _FAST, "calls", (OURS, 50), (SDK, 50), 0.6),
    Goal("50 at a time: of the openai SDK's defaults", _BOTH, "calls", (AIOHTTP, 50), (SDK, 50), 0.3),
    Goal("50 at a time: of raw aiohttp with json()", _BOTH, "calls", (AIOHTTP, 50), ("aiohttp", 50), 2.7),
    Goal("200 at a time: of 50 at a time", _FAST, "calls", (OURS, 200), (OURS, 50), 1.2),
    Goal("200 at a time: of 50 at a time", _BOTH, "calls", (AIOHTTP, 200), (AIOHTTP, 50), 1.2),
    *(
        Goal(f"bytes to model, {name}: of {whose}", _FAST, name, (OURS, "bytes"), (peer, "bytes"), limit)
        for name, peer, whose, limit in (
            ("reference response", JSON, "json.loads", 0.9),
            ("logprobs", SDK, "the openai SDK", 0.4),
        )
    ),
    *(
        Goal(f"from_dict, {name}: of {whose}", "", name, (OURS, "object"), (peer, source), limit)
        for name, peer, source, whose, limit in (
            ("reference response", SDK, "object", "the openai SDK", 0.1),
            ("corpus", SDK, "object", "the openai SDK", 0.1),
            ("reference response", STOCK, "object", "stock from_dict", 0.2),
            ("reference response", JSON, "bytes", "json.loads", 1.2),
        )
    ),
    Goal("memory of what logprobs decode to: of the openai SDK", "", "memory", (OURS, "bytes"), (SDK, "bytes"), 0.5),
    Goal(f"import {OURS}: of import httpx", "", "import", (OURS, ""), ("httpx", ""), 1.5),
    Goal(f"import {OURS}: of import openai", "", "import", (OURS, ""), (SDK, ""), 0.25),
)


@dataclass(frozen=True)
class Results:
    """The results of all rounds: seconds of processor time, and bytes in the table `memory`.

    Attributes:
        tables: The rounds by table; a body's are named like its input. Cases that raise have none.
        raising: How many of an input's bodies raise in a peer.
        waiting: How many processes ran, or waited for a core, when it began.
    """

    inputs: Sequence[Input]
    tables: Mapping[str, Rounds]
    raising: Mapping[tuple[str, str], int]
    versions: Mapping[str, str]
    date: datetime.date
    waiting: float

    def reached(self, goal: Goal) -> Ratio | None:
        return ratio(self.tables[goal.table], goal.ours, goal.theirs)


def measure_decoding(
    interpreter: Interpreter, inputs: Sequence[Input], stock: Path, work: Path, seconds: float
) -> tuple[dict[str, Rounds], dict[tuple[str, str], int]]:
    """Return the rounds of each input and of `memory`, and how many bodies raise in each peer.

    Raises:
        BenchmarkError: a measurement fails, which is not the same as a peer that cannot decode a body.
    """
    tables, raising = dict[str, Rounds](), dict[tuple[str, str], int]()
    for input in inputs:
        print(f"Decoding: {input.name}, {input.description} ...", file=sys.stderr)
        file = work / "bodies.json"
        file.write_text(json.dumps([body.decode() for body in input.bodies]), encoding="utf-8")
        with ExitStack() as stack:
            group, held = dict[Case, Batch](), dict[Case, Batch]()
            for peer in PEERS:
                for source in SOURCES if peer != JSON else ("bytes",):
                    package = stock if peer == STOCK else GENERATED
                    arguments = [f"{MODULE}.peers", peer, source, str(file)]
                    ask = stack.enter_context(interpreter.worker(arguments, package))
                    raising[input.name, peer] = ask("raise")
                    if raising[input.name, peer] < len(input.bodies):
                        group[peer, source] = partial(ask, "batch")
                        if input.name == "logprobs" and source == "bytes":
                            held[peer, source] = partial(ask, "memory")
            tables[input.name] = take_turns([group], seconds)
            if held:
                tables["memory"] = take_turns([held], 0, at_least=2)
    return tables, raising


def measure_imports(interpreter: Interpreter, modules: Sequence[str], rounds: int) -> Rounds:
    """Return the times of each module's first import in fresh interpreters.

    Raises:
        BenchmarkError: a module cannot be imported.
    """
    print("Imports ...", file=sys.stderr)

    def imported(name: str) -> float:
        return float(interpreter.run(["-c", _IMPORT.format(name)], GENERATED))

    group: dict[Case, Batch] = {(name, ""): partial(imported, name) for name in modules}
    take_turns([group], 0, at_least=1)  # warms the bytecode caches
    return take_turns([group], 0, at_least=rounds)


def measure_calls(interpreter: Interpreter, url: str, seconds: float) -> dict[str, Rounds]:
    """Return the rounds of each caller, synchronous and at each concurrency."""
    print("Calls ...", file=sys.stderr)
    with ExitStack() as stack:
        workers = {
            caller: stack.enter_context(interpreter.worker([f"{MODULE}.calls", caller, url], GENERATED))
            for caller in {**SYNC, **ASYNC}
        }
        groups: list[dict[Case, Batch]] = [
            {(caller, many): partial(workers[caller], str(many)) for caller in (ASYNC if many else SYNC)}
            for many in (0, *CONCURRENCIES)
        ]
        return {"one call": take_turns(groups[:1], seconds / 2), "calls": take_turns(groups[1:], seconds)}


@contextmanager
def serving(python: str) -> Iterator[str]:
    """Run a server in a separate process that sends the reference page's response; yield its URL."""
    arguments = [python, "-m", f"{MODULE}.server", str(REFERENCE)]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        finally:
            server.stdin.close()


def render(results: Results) -> str:
    """Return the tables as Markdown."""
    tables, versions = results.tables, ", ".join(f"{name} {number}" for name, number in results.versions.items())
    lines = [
        "# Benchmarks",
        "",
        "The goals. Each is a ratio: the most that ours may take, as a multiple of the other. `[fast]` and `[aiohttp]`",
        "are extras of the package.",
        "",
        *_headed("", "needs", "goal", "reached", "quartiles", ""),
        *map(_goal_row, GOALS, map(results.reached, GOALS)),
        "",
        f"Written by `make bench` on {results.date.isoformat()}, with {versions}. Processes that ran at the start, or"
        f" waited for one of the {os.cpu_count()} cores: {results.waiting:.0f}. The fewer, the closer the quartiles.",
        "",
        "The cases of one table took turns, in short batches, each in its own process. Times are processor time, the"
        " median of all rounds; they depend on the machine. Ratios depend on it less: a ratio is the median of the"
        " ratios of all rounds, with its quartiles, and says how many times longer the peer takes than"
        " stored_completions. The garbage collector runs as it does in a program.",
    ]
    for input in results.inputs:
        rounds = tables[input.name]
        lines += ["", f"## {input.name[0].upper()}{input.name[1:]}", ""]
        lines += [f"Input: {input.description}; {_number(rounds)} rounds.", ""]
        lines += _headed("", "from a dict", "ratio", "from JSON bytes", "ratio", "bodies that raise")
        for peer in PEERS:
            raising = results.raising[input.name, peer]
            cells = [cell for source in SOURCES for cell in _cells(rounds, (peer, source), (OURS, source), _time)]
            others = "; the others are timed" if any(cells) and raising else ""
            lines.append(_row(peer, *cells, f"{raising} of {len(input.bodies)}{others}"))
    calls = {**tables["one call"], **tables["calls"]}
    lines += [
        "",
        "## Calls",
        "",
        "Retrieving the reference page's response over loopback: the client's time for a call, and its ratio to ours in"
        f" the same column. {_number(tables['one call'])} rounds of the synchronous clients, {_number(tables['calls'])}"
        " of the others. msgspec and sniffio are installed, unless the name says otherwise.",
        "",
        "![cost of a call by concurrency](throughput.svg)",
        "",
        *_headed("", "sync", *(f"{many} at a time" for many in CONCURRENCIES)),
    ]
    for caller in {**SYNC, **ASYNC}:
        found = [_cells(calls, (caller, many), (OURS, many), _time) for many in (0, *CONCURRENCIES)]
        lines.append(_row(caller, *(" ".join([cells[0], cells[1].partition(" ")[0]]).strip() for cells in found)))
    for name, what, show in (
        ("import", "The first import in fresh interpreters, with warm bytecode caches.", _time),
        ("memory", "Held by what logprobs were decoded to, as tracemalloc counts it.", _mebibytes),
    ):
        rounds = tables[name]
        lines += [
            "",
            f"## {name.title()}",
            "",
            f"{what} {_number(rounds)} rounds.",
            "",
            *_headed("", "median", "ratio"),
        ]
        lines += [_row(case[0], *_cells(rounds, case, (OURS, case[1]), show)) for case in rounds]
    return "\n".join(lines) + "\n"


def _goal_row(goal: Goal, reached: Ratio | None) -> str:
    verdict = "met" if reached and reached.median <= goal.limit else "**not met**"
    found, quartiles = (f"{reached.median:.2f}", f"{reached.low:.2f} to {reached.high:.2f}") if reached else ("", "")
    return _row(goal.text, goal.needs, f"≤ {goal.limit:g}", found, quartiles, verdict)


def _cells(rounds: Rounds, case: Case, ours: Case, show: Callable[[float], str]) -> list[str]:
    """Return the cells of a case: its median, and its ratio to ours."""
    found = ratio(rounds, case, ours)
    if found is None:
        return ["", ""]
    return [show(median(rounds[case])), f"{found.median:.2f}x ({found.low:.2f} to {found.high:.2f})"]


def _headed(*names: str) -> list[str]:
    return [_row(*names), f"|---|{'--:|' * (len(names) - 1)}"]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _number(rounds: Rounds) -> int:
    return len(next(iter(rounds.values())))


def _time(seconds: float) -> str:
    microseconds = seconds * 1e6
    if microseconds >= 10_000:
        return f"{microseconds / 1000:,.1f} ms"
    return f"{microseconds:,.0f} µs" if microseconds >= 100 else f"{microseconds:.1f} µs"


def _mebibytes(size: float) -> str:
    return f"{size / 2**20:.1f} MiB"


def generate_stock(folder: Path) -> None:
    """Generate the package of the spec with openapi-python-client alone, with enums as literals as in our package."""
    options = {"literal_enums": True, "use_path_prefixes_for_title_model_names": False}
    if warnings := stock.generate(read(SPEC).value, folder / "stored_completions", **options):
        raise BenchmarkError(f"openapi-python-client reports {warnings} warnings")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure stored_completions and its peers.")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the peers")
    parser.add_argument("--seconds", type=float, default=240, help="about how long the calls are measured")
    arguments = parser.parse_args()
    python, seconds = arguments.python, arguments.seconds
    inputs = (reference(), logprobs(), corpus())
    waiting = os.getloadavg()[0]
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            work = Path(folder)
            packages, interpreter = work / "stock", Interpreter(python, work / "cache")
            packages.mkdir()
            generate_stock(packages)
            imports = measure_imports(interpreter, IMPORTS, max(2, int(seconds / 15)))
            decoding, raising = measure_decoding(interpreter, inputs, packages, work, seconds / 10)
            with serving(python) as url:
                calls = measure_calls(interpreter, url, seconds)
            costs = {caller: [median(calls["calls"][caller, many]) * 1e6 for many in CONCURRENCIES] for caller in ASYNC}
            drawing = [str(FOLDER / "throughput.svg"), json.dumps(CONCURRENCIES), json.dumps(costs)]
            interpreter.run(["-m", f"{MODULE}.plot", *drawing], GENERATED)
            versions = json.loads(interpreter.run(["-c", _VERSIONS % (DISTRIBUTIONS,)], packages))
    except (BenchmarkError, StockError) as error:
        print(f"A measurement could not be made: {error}", file=sys.stderr)
        return 1
    versions["openapi-python-client"] = version("openapi-python-client")
    today = datetime.datetime.now(datetime.UTC).date()
    text = render(Results(inputs, {**decoding, **calls, "import": imports}, raising, versions, today, waiting))
    (FOLDER / "results.md").write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
