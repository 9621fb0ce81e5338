"""Exports by a real Dask cluster of two processes, one of which is killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from stored_completions_cli.cluster import Parts
from stored_completions_cli.connection import Connection
from stored_completions_cli.run import Request
from stored_completions_cli.selection import Filter, Selection
from stored_completions_testing.faults import answer, failure
from stored_completions_testing.server import Server
from tests import ROOT
from tests.cli.processes import PYTHONPATH, WHOLE_PRODUCT, Command, at_request
from tests.cli.test_laws import Case, cases, check_the_end, spoilt, started, well
from tests.cli.test_resume import Holed, whole
from tests.support.amount import WHOLE
from tests.support.server import Generated, generated_id

LAST = generated_id(39)
NUMBER = 120
# Dask's processes take seconds to start, and longer on a machine that does other things too.
pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(not (WHOLE or WHOLE_PRODUCT), reason="a cluster takes half a minute of the processor's time"),
]


@dataclass
class Cluster:
    """The address of the scheduler, and the processes of the workers."""

    scheduler: str
    pids: list[int]


@pytest.fixture(scope="module")
def cluster(_running_stored_completions_server: Server) -> Iterator[Cluster]:
    environment = {**os.environ, **_running_stored_completions_server.environment, "PYTHONPATH": PYTHONPATH}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.cli.workers"],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        yield Cluster(**json.loads(process.stdout.readline()))
        process.stdin.close()


def arguments(cluster: Cluster, *more: str) -> tuple[str, ...]:
    return ("export", "parts", "--engine", "dask", "--scheduler", cluster.scheduler, "--batch", "10", "--json", *more)


def lines(command: Command) -> list[str]:
    """Return the lines of all parts in order, after checking the manifest."""
    folder = command.folder / "parts"
    manifest = json.loads((folder / "manifest.json").read_text())
    found = []
    for part in manifest["parts"]:
        content = (folder / part["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (part["bytes"], part["sha256"])
        assert content.count(b"\n") == part["completions"]
        found += content.decode().splitlines()
    assert len(found) == manifest["completions"]
    named = {part["name"] for part in manifest["parts"]}
    assert {path.name for path in folder.iterdir()} - named <= {"manifest.json", "errors.jsonl", "_journal"}
    return found


def test_a_dead_worker_loses_and_repeats_nothing(server: Server, command: Command, cluster: Cluster) -> None:
    """SIGKILL of one worker gives its batches to the other; each completion is there once."""
    server.keep(Generated(NUMBER))
    server.plan = at_request(50, lambda: os.kill(cluster.pids[0], signal.SIGKILL))
    done = command(*arguments(cluster))
    assert done.status == 0, done.err
    assert done.summary["total"] == NUMBER
    assert lines(command) == whole(NUMBER)


def test_an_export_continues_after_the_driver_died(server: Server, command: Command, cluster: Cluster) -> None:
    """Parts that the driver had not noted are written again under other names, and the old ones removed."""
    server.keep(Generated(NUMBER))
    driver = command.start(*arguments(cluster))
    server.plan = at_request(70, driver.kill)
    assert driver.wait().status == -signal.SIGKILL
    server.plan = lambda received: None
    done = command(*arguments(cluster))
    assert done.status == 0, done.err
    assert done.summary["total"] == NUMBER
    assert lines(command) == whole(NUMBER)


@pytest.mark.parametrize("case", cases("export")[: None if WHOLE_PRODUCT else 4])
def test_an_export_by_a_cluster_is_whole_or_continues(
    server: Server, command: Command, cluster: Cluster, case: Case
) -> None:
    """Status 0 means every completion once and whole; otherwise the same command completes the export."""
    store = started(server, command)
    wanted = [store.line(name) for name in store.names]
    call = ("export", "parts", "--engine", "dask", "--scheduler", cluster.scheduler, "--batch", "3", "--json")
    spoilt(store, case)
    done = command(*call, "--max-retries", "1")
    check_the_end(done, command.folder / "parts")
    if done.status:
        well(store)
        again = command(*call, "--max-retries", "1")
        assert again.status == 0 and "Traceback" not in again.err, again.err
    found = [json.loads(line) for line in lines(command)]
    assert sorted(found, key=lambda line: str(line["id"])) == wanted


def test_failures_and_later_completions(server: Server, command: Command, cluster: Cluster) -> None:
    """An id that always fails is in the errors file; `--append` adds parts with new completions."""
    server.keep(Generated(30))
    server.plan = lambda received: failure(404) if generated_id(5) in received.path else None
    done = command(*arguments(cluster, "--append"))
    assert done.status == 3, done.err
    assert [problem["id"] for problem in command.lines("parts/errors.jsonl")] == [generated_id(5)]
    server.keep(Generated(50))
    assert command(*arguments(cluster, "--append")).status == 3
    assert lines(command) == [line for index, line in enumerate(whole(50)) if index != 5]


def test_a_failure_that_is_not_listed_any_more_is_none(server: Server, command: Command, cluster: Cluster) -> None:
    """As in an export without a cluster: the server refused it, and then it was deleted."""
    store = Holed(20)
    server.keep(store)
    server.plan = lambda received: failure(404) if generated_id(5) in received.path else None
    assert command(*arguments(cluster)).status == 3
    store.missing = {5}
    done = command(*arguments(cluster))
    assert done.status == 0 and done.summary["failed"] == 0, done
    assert not (command.folder / "parts" / "errors.jsonl").exists()
    assert json.loads((command.folder / "parts" / "manifest.json").read_text())["failed"] == 0


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_parts_that_another_program_removes_are_written_again(
    server: Server, command: Command, cluster: Cluster, kind: str
) -> None:
    """While the export runs, or after it: status 0 never stands for a folder without a part."""
    server.keep(Generated(50, largest_page=10))
    folder = command.folder / "parts"
    call = arguments(cluster, "--format", kind)
    server.plan = lambda received: failure(404) if generated_id(5) in received.path else None
    assert command(*call).status == 3
    server.keep(Generated(70, largest_page=10))

    def removed() -> None:
        sorted(folder.glob("part-*"))[1].unlink()

    server.plan = at_request(3, removed)
    done = command(*call, "--append")
    assert done.status == 1 and "was moved, removed or changed while the command ran" in done.err, done.err
    assert not (folder / "manifest.json").exists()
    server.plan = lambda received: None
    assert command(*call, "--append").status == 0
    parts = json.loads((folder / "manifest.json").read_text())["parts"]
    found = [
        item
        for part in parts
        for item in (
            pq.read_table(folder / part["name"])["json"].to_pylist()
            if kind == "parquet"
            else (folder / part["name"]).read_text().splitlines()
        )
    ]
    assert sorted(found) == sorted(whole(70))
    removed()
    done = command(*call, "--append")
    assert done.status == 2 and "was changed or moved after it was exported" in done.err, done.err


def test_parts_of_parquet(server: Server, command: Command, cluster: Cluster) -> None:
    """Each part is a Parquet file, and all together are a data set."""
    server.keep(Generated(25))
    done = command(*arguments(cluster, "--format", "parquet"))
    assert done.status == 0, done.err
    parts = sorted((command.folder / "parts").glob("*.parquet"))
    assert len(parts) == 3
    assert [item for part in parts for item in pq.read_table(part)["json"].to_pylist()] == whole(25)


def test_an_unusable_cluster_is_explained(server: Server, command: Command, cluster: Cluster) -> None:
    """A missing scheduler, an unknown kind of place and a password in a URL: a sentence and status 2."""
    where = ("--engine", "dask", "--scheduler", cluster.scheduler)
    for wrong, said in (
        (("export", "parts", "--engine", "dask"), "give both"),
        (("export", "s3://bucket/parts", *where), "s3fs"),
        (("export", "parts", *where, "--base-url", "http://user:secret@127.0.0.1"), "has a password in it"),
        (("export", "parts", *where, "--azure-endpoint", "http://user:secret@127.0.0.1"), "has a password in it"),
    ):
        done = command(*wrong)
        assert done.status == 2 and said in done.err and "Traceback" not in done.err


def test_an_object_store_has_no_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export of nothing is complete there too."""

    class Objects(MemoryFileSystem):  # type: ignore[misc]  # fsspec has no types
        """Keeps files, and no folders."""

        protocol = "objects"

        def makedirs(self, path: str, exist_ok: bool = False) -> None:
            pass

    monkeypatch.chdir(tmp_path)
    fsspec.register_implementation("objects", Objects, clobber=True)
    parts = Parts("objects://bucket/none", Request(Connection(), Filter(), vars(Selection())), "tcp://127.0.0.1:1", 10)
    with parts:
        parts.begin(append=False, restart=False)
        parts.finish()
    opened: Any = fsspec.open("objects://bucket/none/manifest.json")
    with opened as manifest:
        assert json.load(manifest)["parts"] == []


def test_files_of_other_programs_are_kept(server: Server, command: Command, cluster: Cluster) -> None:
    """Another user's part stays too, and a page that is none does not end an export as complete."""
    server.keep(Generated(30))
    assert command(*arguments(cluster)).status == 0
    mine = [command.folder / "parts" / name for name in ("part-000000-mine.jsonl", ".part-mine", "notes")]
    for path in mine:
        path.write_text("mine")
    server.keep(Generated(50, largest_page=40))
    server.plan = lambda received: (
        answer({"error": {"message": "Away."}}) if ("after", LAST) in received.query else None
    )
    done = command(*arguments(cluster, "--append"))
    assert done.status == 1 and "Nothing is lost" in done.err and "Traceback" not in done.err
    server.plan = lambda received: None
    assert command(*arguments(cluster, "--append")).status == 0
    assert all(path.read_text() == "mine" for path in mine)
    for path in mine:
        path.unlink()
    assert sorted(lines(command)) == whole(50)
