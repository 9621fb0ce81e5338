"""What takes too long for every run: a million completions, more kills, a cluster without workers. `make soak` runs it,
and all that varies in test_laws.py, test_odd.py and test_disk.py."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from stored_completions_testing.faults import failure
from stored_completions_testing.server import Server
from tests.cli.processes import PYTHONPATH, Command, at_request
from tests.cli.test_cluster import Cluster, arguments, cluster as cluster, lines
from tests.cli.test_resume import whole
from tests.support.server import Generated, generated_id

MILLION = 1_000_000
MEGABYTES = 150


@pytest.mark.timeout(1500)
def test_a_million_completions_take_little_memory_if_killed_too(server: Server, command: Command) -> None:
    """After three kills, each completion is there once and in order, and no process had more than 150 MB."""
    server.keep(Generated(MILLION))
    server.remembers = False
    for seconds in (5, 8, 11):
        process = command.start("export", "out.jsonl", "--no-messages", "--quiet")
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        assert process.wait(600, timer).status == -signal.SIGKILL
    process = command.start("export", "out.jsonl", "--no-messages", "--quiet", "--json")
    done = process.wait(1200)
    assert done.status == 0, done.err
    assert MILLION > done.summary["new"] > 0
    with (command.folder / "out.jsonl").open("rb") as lines:
        for index in range(MILLION):
            assert lines.readline().startswith(f'{{"id":"{generated_id(index)}",'.encode())
        assert lines.read() == b""
    assert process.megabytes < MEGABYTES


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_killed_by_the_clock(server: Server, command: Command, kind: str) -> None:
    """Thirty kills at any moment give the same file."""
    server.keep(Generated(800))
    source = random.Random(kind)
    for _ in range(30):
        process = command.start("export", "out", "--format", kind, "--quiet", "--append")
        timer = threading.Timer(source.uniform(0, 0.6), process.kill)
        timer.start()
        assert process.wait(timer=timer).status in (0, -signal.SIGKILL)
    assert command("export", "out", "--format", kind, "--append", "--quiet").status == 0
    if kind == "jsonl":
        assert (command.folder / "out").read_text(encoding="utf-8").splitlines() == whole(800)
    else:
        assert command("import-check", "out").out.decode().rstrip().endswith("1600 of 1600 came back equal")


@pytest.mark.timeout(1500)
def test_a_driver_that_is_killed_a_hundred_times(server: Server, command: Command, cluster: Cluster) -> None:
    """The driver is killed at requests or by the clock, and the parts have the same lines as without."""
    server.keep(Generated(1500))
    source = random.Random(23)
    killed = 0
    while killed < 100:
        process = command.start(*arguments(cluster, "--append", "--quiet"))
        timer = threading.Timer(source.uniform(0.5, 6), process.kill)
        server.plan = at_request(source.randrange(1, 120), process.kill)
        timer.start()
        status = process.wait(120, timer).status
        assert status in (0, -signal.SIGKILL)
        killed += status != 0
    server.plan = lambda received: None
    assert command(*arguments(cluster, "--append", "--quiet")).status == 0
    assert lines(command) == whole(1500)


@pytest.mark.timeout(600)
def test_a_long_storm(server: Server, command: Command) -> None:
    """A server that takes 20 requests in a tenth of a second and refuses the others: all is exported."""
    server.keep(Generated(1000))
    window, taken = 0.0, 0

    def plan(received: object) -> object:
        nonlocal window, taken
        now = time.monotonic()
        if now - window > 0.1:
            window, taken = now, 0
        taken += 1
        return failure(429, retry_after_ms="100") if taken > 20 else None

    server.plan = plan  # type: ignore[assignment]  # it is one
    done = command("export", "out.jsonl", "--json", "--max-retries", "30", "--concurrency", "32")
    assert done.status == 0, done.err
    assert (command.folder / "out.jsonl").read_text(encoding="utf-8").splitlines() == whole(1000)
    assert done.summary["retries"] > 0


@pytest.mark.timeout(300)
def test_workers_that_are_all_gone_are_said(server: Server, command: Command) -> None:
    """The driver stops waiting and says how to continue."""
    server.keep(Generated(200, seconds=0.05))
    run = {"env": {**os.environ, **server.environment, "PYTHONPATH": PYTHONPATH}, "text": True}
    tool = (sys.executable, "-m")
    serve = [*tool, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, **run) as scheduler:  # type: ignore[call-overload]  # keywords
        assert scheduler.stderr
        where = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://\S+", line)))
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()
        work = [*tool, "distributed.cli.dask_worker", where, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        with subprocess.Popen(work, stderr=subprocess.DEVNULL, cwd=command.folder, **run) as worker:  # type: ignore[call-overload]  # keywords
            there = f"from distributed import Client; Client({where!r}).wait_for_workers(1, timeout=60)"
            subprocess.run([sys.executable, "-c", there], check=True)
            server.plan = at_request(60, worker.kill)
            done = command("export", "parts", "--engine", "dask", "--scheduler", where, "--batch", "10")
            worker.kill()
        scheduler.kill()
    assert done.status == 1 and "has no workers any more" in done.err and "the same command continues" in done.err


@pytest.mark.timeout(300)
def test_workers_without_the_package_are_said(server: Server, command: Command) -> None:
    """The message says what the workers need."""
    server.keep(Generated(20))
    without = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    tool = (sys.executable, "-m")
    serve = [*tool, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, env=without, cwd=command.folder, text=True) as scheduler:
        assert scheduler.stderr
        where = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://\S+", line)))
        threading.Thread(target=scheduler.stderr.read, daemon=True).start()
        work = [*tool, "distributed.cli.dask_worker", where, "--no-nanny", "--nthreads", "1", "--no-dashboard"]
        with subprocess.Popen(work, stderr=subprocess.DEVNULL, env=without, cwd=command.folder) as worker:
            there = f"from distributed import Client; Client({where!r}).wait_for_workers(1, timeout=60)"
            subprocess.run([sys.executable, "-c", there], check=True)
            done = command("export", "parts", "--engine", "dask", "--scheduler", where)
            worker.kill()
        scheduler.kill()
    assert done.status == 1 and "need the same Python and the same stored-completions[dask]" in done.err, done.err
    assert "Traceback" not in done.err
