"""Measure `stored-completions export` beside a plain loop with the vendor's SDK, and write `export.md`.

The server is a separate process on loopback, which answers after some milliseconds, as one far away does. `--large`
exports 100,000 and a million with their messages, and a million without, too, which takes an hour.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from stored_completions_testing.server import KEY
from tests import ROOT
from tests.programs.benchmarks.server import response, serve
from tests.support.server import Generated, generated_id

RESULTS = Path(__file__).parent / "export.md"

# The loop that people write without the command.
LOOP = """
import json, sys
from openai import OpenAI

client = OpenAI()
with open(sys.argv[1], "w") as out:
    for completion in client.chat.completions.list(limit=100):
        messages = client.chat.completions.messages.list(completion.id, limit=100)
        line = {**completion.to_dict(), "messages": [message.to_dict() for message in messages]}
        out.write(json.dumps(line) + "\\n")
"""


@dataclass(frozen=True)
class Run:
    """The cost of a run.

    Attributes:
        seconds: By the clock.
        processor: Seconds of the processor.
        megabytes: The most memory that it had at a time.
    """

    completions: int
    seconds: float
    processor: float
    megabytes: float

    @property
    def rate(self) -> float:
        """The completions per second."""
        return self.completions / self.seconds


@contextmanager
def serving(number: int, milliseconds: float) -> Iterator[dict[str, str]]:
    """Run a server in a separate process, and yield the environment of its clients."""
    command = [
        sys.executable,
        "-m",
        "tests.programs.benchmarks.export",
        "--serve",
        str(number),
        "--latency",
        str(milliseconds),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        url = f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        yield {**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": KEY}
        process.stdin.close()


def answer_from(store: Generated, request: bytes) -> bytes:
    """Return the response to a listing of completions, or of the messages of one."""
    url = urlsplit(request.split(b" ", 2)[1].decode())
    query = {name: values[-1] for name, values in parse_qs(url.query).items()}
    if url.path.endswith("/messages"):
        indices, more = [store.index(url.path.split("/")[-2])], False
        texts, ids = [store.message_text(indices[0])], [f"{generated_id(indices[0])}-0"]
    else:
        after = store.index(query["after"]) if "after" in query else None
        indices, more = store.indices(after, int(query.get("limit", "20")), query.get("order") == "desc")
        texts, ids = [store.text(index) for index in indices], [generated_id(index) for index in indices]
    page = {"first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None, "has_more": more}
    return response(f'{{"object":"list","data":[{",".join(texts)}],{json.dumps(page)[1:]}'.encode())


def measure(command: Sequence[str], out: Path, number: int, environment: dict[str, str]) -> Run:
    """Measure a program that must write a number of lines.

    Raises:
        SystemExit: it fails, or writes something else.
    """
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    with out.open("rb") as lines:
        written = sum(1 for _ in lines)
    if status or written != number:
        sys.exit(f"{command[0]} ended with {status} and wrote {written:,} of {number:,} lines")
    return Run(number, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def export(number: int, milliseconds: float, *options: str) -> Run:
    """Measure the command."""
    with tempfile.TemporaryDirectory() as folder, serving(number, milliseconds) as environment:
        out = Path(folder) / "out.jsonl"
        command = [sys.executable, "-m", "stored_completions_cli", "export", str(out), "--quiet", *options]
        return measure(command, out, number, environment)


def loop(python: str, number: int, milliseconds: float) -> Run:
    """Measure the plain loop with the vendor's SDK."""
    with tempfile.TemporaryDirectory() as folder, serving(number, milliseconds) as environment:
        out = Path(folder) / "out.jsonl"
        return measure([python, "-c", LOOP, str(out)], out, number, environment)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the SDK")
    parser.add_argument("--large", action="store_true", help="measure more of them too")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--latency", type=float, default=0, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve is not None:
        store = Generated(arguments.serve)
        asyncio.run(serve(lambda request: answer_from(store, request), arguments.latency / 1000))
        return
    lines = [
        "# Benchmarks of the export",
        "",
        f"Written by `make bench` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d}. The server is a process on the"
        f" same {os.cpu_count()} cores, for which {os.getloadavg()[2]:.0f} other processes waited at the start: the"
        " fewer, the higher all rates.",
        "",
        "## Beside a plain loop with the openai SDK",
        "",
        "Both export completions with their messages to JSON Lines; the command at its default concurrency of 16. Rates"
        " and the processor's time are of whole processes, from their start to their end; the ratio is that of rates.",
        "",
        "| the server answers after | program | completions | per second | ratio | processor's time for one |",
        "|--:|---|--:|--:|--:|--:|",
    ]
    # The loop is slow, so it exports fewer.
    for milliseconds, number, fewer in ((0, 2_000, 500), (50, 2_000, 200)):
        ours, theirs = export(number, milliseconds), loop(arguments.python, fewer, milliseconds)
        ratio = ours.rate / theirs.rate
        for name, run, shown in (
            ("stored-completions export", ours, f"{ratio:.1f}x"),
            ("openai in a loop", theirs, ""),
        ):
            lines.append(
                f"| {milliseconds} ms | {name} | {run.completions:,} | {run.rate:,.0f} | {shown} |"
                f" {run.processor / run.completions * 1e3:.2f} ms |"
            )
            print(lines[-1], file=sys.stderr)
    lines += [
        "",
        f"The goal is 5 times as many with a server that is far away: {'met' if ratio >= 5 else '**not met**'}.",
        "",
    ]
    lines += ["## Memory", ""]
    lines += ["| completions | with or without messages | the most memory | seconds |", "|--:|---|--:|--:|"]
    bare = ("--no-messages",)
    sizes: list[tuple[int, tuple[str, ...]]] = [(1_000, ()), (5_000, ()), (10_000, bare), (100_000, bare)]
    for number, options in [*sizes, *([(100_000, ()), (1_000_000, bare), (1_000_000, ())] if arguments.large else [])]:
        run = export(number, 0, *options)
        what = "without messages" if options else "with messages"
        lines.append(f"| {number:,} | {what} | {run.megabytes:.0f} MB | {run.seconds:.0f} |")
        print(lines[-1], file=sys.stderr)
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
