"""Full disks, odd folders and kills lose nothing, and files of others are not touched."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from stored_completions_testing.faults import failure
from stored_completions_testing.server import Received, Server
from tests.cli.faulty import Faulty
from tests.cli.processes import PYTHONPATH, WHOLE_PRODUCT, Command, at_request
from tests.cli.test_resume import lines, whole
from tests.support.server import Generated

DELETE = ("delete", "--all", "--yes", "--archive", "old.jsonl", "--receipts", "r.jsonl", "--quiet")


def started(server: Server, number: int = 10) -> Faulty:
    store = Faulty(number)
    server.keep(store)
    return store


def receipts(command: Command) -> dict[str, bool | None]:
    path = command.folder / "r.jsonl"
    return {receipt["id"]: receipt["deleted"] for receipt in command.lines("r.jsonl")} if path.exists() else {}


def check_deleted(store: Faulty, command: Command) -> None:
    found = receipts(command)
    assert all(found.get(name, False) is not False for name in store.deleted), (store.deleted.keys(), found)
    if store.deleted:
        there = {line["id"]: line for line in command.lines("old.jsonl")}
        assert {name: there.get(name) for name in store.deleted} == store.deleted


@pytest.mark.parametrize("size", [100, 1_000, 2_500, 9_000, 12_000] if WHOLE_PRODUCT else [100, 1_000, 5_000])
@pytest.mark.parametrize("kind", ["archive", "receipts"])
def test_a_full_disk_loses_nothing(server: Server, command: Command, size: int, kind: str) -> None:
    """Files cannot grow: each deletion has its receipt, and the same command does the rest."""
    store = started(server, 16)
    arguments = DELETE if kind == "archive" else ("delete", "--all", "--yes", "--receipts", "r.jsonl")
    done = command(*arguments, file_size=size)
    assert "Traceback" not in done.err and done.status in (0, 1)
    assert done.status == 0 or done.err
    if kind == "archive":
        check_deleted(store, command)
    assert {name for name, deleted in receipts(command).items() if deleted} == {*store.deleted}
    done = command(*arguments)
    assert done.status == 0 and not store.completions, done.err
    assert {name for name, deleted in receipts(command).items() if deleted} == {*store.names}


@pytest.mark.parametrize("size", [50, 8_000, 20_000])
@pytest.mark.parametrize("name", ["out.jsonl", "out.parquet"])
def test_an_export_to_a_full_disk_continues(server: Server, command: Command, name: str, size: int) -> None:
    """The result has the bytes of an export that was not stopped."""
    started(server, 16)
    assert command("export", f"whole-{name}").status == 0
    done = command("export", name, file_size=size)
    assert "Traceback" not in done.err and done.status in (0, 1), done
    if done.status:
        assert command("export", name).status == 0
    assert (command.folder / name).read_bytes() == (command.folder / f"whole-{name}").read_bytes()


@pytest.mark.parametrize("seed", range(15 if WHOLE_PRODUCT else 2))
def test_a_killed_delete_can_be_completed(server: Server, command: Command, seed: int) -> None:
    """After five kills at random requests the archive has the same bytes, and each deletion a receipt."""
    source = random.Random(seed)
    store = started(server, 24)
    whole = "".join(command("export", "-", "--quiet").out.decode())
    for _ in range(5):
        process = command.start(*DELETE, "--concurrency", "4")
        server.plan = at_request(source.randrange(1, 60), process.kill)
        status = process.wait().status
        server.plan = lambda received: None
        assert status in (0, -signal.SIGKILL)
        check_deleted(store, command)
        if status == 0:
            break
    assert command(*DELETE).status == 0
    assert store.deleted.keys() == {*store.names}
    assert (command.folder / "old.jsonl").read_text() == whole
    assert receipts(command) == dict.fromkeys(store.names, True)
    found = {path.name for path in command.folder.iterdir() if not path.name.startswith((".std", ".peak"))}
    # SQLite's own file stays after a kill at the last deletion, until the archive is opened again.
    assert found - {"old.jsonl.journal-journal"} == {"old.jsonl", "old.jsonl.journal", "r.jsonl"}


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.partial", "out.jsonl.journal", "out.jsonl.errors.jsonl"])
@pytest.mark.parametrize("target", ["there", "missing"])
@pytest.mark.parametrize("more", [(), ("--restart",), ("--append",)], ids=str)
def test_links_are_not_followed(
    server: Server, command: Command, name: str, target: str, more: tuple[str, ...]
) -> None:
    """Targets of links are not written, created or removed."""
    started(server)
    mine = command.folder / "mine"
    if target == "there":
        mine.write_text("mine")
    (command.folder / name).symlink_to(mine)
    done = command("export", "out.jsonl", *more)
    assert "Traceback" not in done.err
    assert done.status == 2 or (more == ("--restart",) and name.endswith("errors.jsonl")), done
    assert mine.exists() == (target == "there") and (target == "missing" or mine.read_text() == "mine")


@pytest.mark.parametrize("name", ["r.jsonl", "old.jsonl", "old.jsonl.partial", "old.jsonl.journal", "old.jsonl.ids"])
def test_delete_follows_no_links_and_keeps_what_is_there(server: Server, command: Command, name: str) -> None:
    """The user's files beside the archive stay."""
    store = started(server)
    (command.folder / "mine").write_text("mine")
    (command.folder / name).symlink_to(command.folder / "mine")
    done = command(*DELETE)
    assert "Traceback" not in done.err and (command.folder / "mine").read_text() == "mine"
    assert (command.folder / name).is_symlink()
    assert done.status == (0 if name == "old.jsonl.ids" else 2), done
    assert bool(store.deleted) == (done.status == 0)
    (command.folder / name).unlink()
    (command.folder / name).write_text("mine")
    done = command("delete", "--all", "--yes", "--archive", "old.jsonl", "--receipts", "r.jsonl")
    assert "Traceback" not in done.err and (command.folder / name).read_text() == "mine"


def test_an_unwritable_folder_is_named(server: Server, command: Command) -> None:
    """The message names the folder."""
    started(server)
    for arguments in (("export", "/proc/out.jsonl"), ("delete", "--all", "--yes", "--receipts", "/proc/r.jsonl")):
        done = command(*arguments)
        assert done.status in (1, 2) and "/proc/" in done.err and "Traceback" not in done.err
    assert len(server.store.completions) == 10


def test_files_that_are_no_receipts_are_left_alone(server: Server, command: Command) -> None:
    """A user's file is not appended to."""
    started(server)
    Path(command.folder / "r.jsonl").write_text("notes\n")
    done = command("delete", "--all", "--yes", "--receipts", "r.jsonl")
    assert done.status == 2 and "is not a receipt" in done.err and len(server.store.completions) == 10
    assert (command.folder / "r.jsonl").read_text() == "notes\n"


@pytest.mark.parametrize("change", ["swapped", "shifted", "no JSON"])
def test_an_archive_that_was_changed_is_no_archive(server: Server, command: Command, change: str) -> None:
    """Even with the same size: a completion whose line changed is not deleted."""
    store = started(server, 4)
    server.plan = lambda received: failure(400) if received.method == "DELETE" else None
    assert command(*DELETE).status == 3 and not store.deleted
    path = command.folder / "old.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    changed = {
        "swapped": [lines[1], lines[0]],
        "shifted": [lines[0][:-1], b" " + lines[1]],
        "no JSON": [lines[0], b"{"],
    }
    content = b"".join(changed[change])
    content += b" " * (len(lines[0] + lines[1]) - len(content) - 1) + b"\n" if change == "no JSON" else b""
    path.write_bytes(content + b"".join(lines[2:]))
    server.plan = lambda received: None
    done = command(*DELETE)
    assert done.status == 3 and "Traceback" not in done.err, done.err
    assert {*store.deleted} >= {*store.names[2:]} and store.names[1] not in store.deleted
    reasons = [receipt["reason"] for receipt in command.lines("r.jsonl") if "was changed" in receipt.get("reason", "")]
    assert len(reasons) == len(store.completions)


@pytest.mark.parametrize("name", ["old.jsonl", "r.jsonl"])
@pytest.mark.parametrize("is_replaced", [False, True])
def test_nothing_is_deleted_once_its_archive_or_receipts_are_moved(
    server: Server, command: Command, name: str, is_replaced: bool
) -> None:
    """Another program moves or replaces the file during the deletion: the rest is kept, and a sentence says so."""
    store = started(server)
    path, moved = command.folder / name, command.folder / "moved"

    def move() -> None:
        path.rename(moved)
        if is_replaced:
            path.write_text("")

    def plan(received: Received) -> None:
        if received.method == "DELETE" and len(store.deleted) == 4:
            move()

    server.plan = plan
    done = command(*DELETE)
    assert done.status in (1, 3) and "Traceback" not in done.err, done
    assert len(store.deleted) == 5 and len(store.completions) == 5
    said = done.err + (command.folder / "r.jsonl").read_text() if name == "old.jsonl" else done.err
    assert f"{name} was moved, removed or changed while the command ran" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "arguments", ["list", "list --json", "get chatcmpl-000", "export -", "--version", "list --help"]
)
def test_a_full_disk_below_standard_output_is_reported(server: Server, command: Command, arguments: str) -> None:
    """With its own status, although Python writes the output only at the end."""
    started(server)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": PYTHONPATH, **command.environment}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "stored_completions_cli", *arguments.split()],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1 and "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("change", ["cut", "emptied", "added to"])
def test_a_partial_file_that_another_program_changes_loses_no_lines(
    server: Server, command: Command, kind: str, change: str
) -> None:
    """While the export runs: it stops and says so, and the same command completes it."""
    server.keep(Generated(40, largest_page=20))
    partial = command.folder / "out.partial"

    def act() -> None:
        while not (partial.exists() and partial.stat().st_size):
            time.sleep(0.01)
        size = partial.stat().st_size
        if change == "added to":
            with partial.open("ab") as file:
                file.write(b"{}\n")
        else:
            os.truncate(partial, 0 if change == "emptied" else size // 2)

    server.plan = at_request(40, act)
    arguments = ("export", "out", "--format", kind, "--concurrency", "1")
    done = command(*arguments)
    assert done.status == 1 and "out.partial was moved, removed or changed" in done.err, done.err
    server.plan = lambda received: None
    assert command(*arguments).status == 0
    found = lines(command, "out") if kind == "jsonl" else pq.read_table(command.folder / "out")["json"].to_pylist()
    assert found == whole(40)


@pytest.mark.parametrize("text", ['{"id": "chatcmpl-000"}', '{"id": "chatcmpl-000"}\n', "[1]", "{}"])
def test_a_file_of_one_line_that_is_no_receipt_is_left_alone(server: Server, command: Command, text: str) -> None:
    """A file of ids is no receipt that a killed process has written in part."""
    started(server)
    path = command.folder / "r.jsonl"
    path.write_text(text)
    done = command("delete", "--all", "--yes", "--receipts", "r.jsonl")
    assert path.read_text() == text and len(server.store.completions) == 10
    assert done.status == 2 and "is not a receipt" in done.err


def test_receipts_that_another_program_cuts_end_the_deletion(server: Server, command: Command) -> None:
    """Nothing is deleted after that, and the receipts that are left can be read."""
    store = started(server)
    path = command.folder / "r.jsonl"
    server.plan = at_request(12, lambda: os.truncate(path, 0))
    done = command("delete", "--all", "--yes", "--receipts", "r.jsonl")
    assert done.status == 1 and "r.jsonl was moved, removed or changed" in done.err, done.err
    assert 0 < len(store.completions) < 10
    server.plan = lambda received: None
    assert command("delete", "--all", "--yes", "--receipts", "r.jsonl").status == 0 and not store.completions


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.errors.jsonl", "out.jsonl.partial"])
def test_ids_are_in_none_of_the_files_that_an_export_replaces(server: Server, command: Command, name: str) -> None:
    """An export that stops would replace its errors file, and then end without the ids that it had."""
    store = started(server)
    path = command.folder / name
    path.write_text("\n".join(store.names))
    done = command("export", "out.jsonl", "--restart", "--ids", name)
    assert done.status == 2 and "belongs to the export" in done.err, done.err
    assert path.read_text().split() == store.names
