"""Pipes, devices, hard links, closed streams and edited files: nothing is overwritten or lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from email.utils import formatdate

import pytest

from stored_completions_testing.faults import Raw, head
from stored_completions_testing.server import Server
from tests.cli.faulty import Faulty
from tests.cli.processes import PYTHONPATH, Command

NAMES = ["old.jsonl", "old.jsonl.partial", "old.jsonl.errors.jsonl", "old.jsonl.journal", "old.jsonl.journal-journal"]
BOM = "\ufeff"


def shell(command: Command, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash in which `$SC` is the command."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": PYTHONPATH,
        "SC": f"{sys.executable} -m stored_completions_cli",
        **command.environment,
    }
    return subprocess.run(
        ["bash", "-c", line], env=environment, cwd=command.folder, capture_output=True, text=True, check=False
    )


def started(server: Server, number: int = 3) -> Faulty:
    store = Faulty(number)
    server.keep(store)
    return store


@pytest.mark.parametrize("more", [(), ("--restart",), ("--append",)], ids=str)
def test_pipes_and_devices_are_not_replaced(server: Server, command: Command, more: tuple[str, ...]) -> None:
    """A rename would put a file in the place of `/dev/null`, too."""
    started(server)
    pipe = command.folder / "pipe"
    os.mkfifo(pipe)
    done = command("export", "pipe", *more)
    assert done.status == 2 and "it is not a file: give - to write to standard output" in done.err
    assert pipe.is_fifo() and not server.received
    pipe.rename(command.folder / "out.partial")
    done = command("export", "out", *more)
    assert done.status == 2 and "Traceback" not in done.err
    assert (command.folder / "out.partial").is_fifo()


@pytest.mark.parametrize("name", ["out.jsonl.partial", "out.jsonl.journal", "r.jsonl"])
def test_a_hard_link_is_not_written(server: Server, command: Command, name: str) -> None:
    """The file has another name, which may be a backup."""
    store = started(server)
    mine = command.folder / "mine"
    mine.write_text("")
    (command.folder / name).hardlink_to(mine)
    for arguments in (("export", "out.jsonl", "--restart"), ("delete", "--all", "--yes", "--receipts", "r.jsonl")):
        if (name == "r.jsonl") == (arguments[0] == "delete"):
            done = command(*arguments)
            assert done.status == 2 and "is a hard link" in done.err, done
    assert mine.read_bytes() == b"" and not store.deleted


def test_a_hard_link_of_an_export_keeps_what_it_had(server: Server, command: Command) -> None:
    """`--append` and `--restart` write another file, so that a snapshot by hard links stays."""
    store = started(server)
    assert command("export", "out.jsonl").status == 0
    before = (command.folder / "out.jsonl").read_bytes()
    (command.folder / "snapshot").hardlink_to(command.folder / "out.jsonl")
    store.add({**store.completions[store.names[0]], "id": "chatcmpl-new"})
    for more in ("--append", "--restart"):
        assert command("export", "out.jsonl", more).status == 0
        assert len(command.lines("out.jsonl")) == 4 and (command.folder / "snapshot").read_bytes() == before


@pytest.mark.parametrize("name", NAMES)
def test_receipts_are_in_none_of_the_archives_files(server: Server, command: Command, name: str) -> None:
    """The journal would be overwritten, or the receipts replaced."""
    store = started(server)
    (command.folder / "here").symlink_to(command.folder)
    for place in (name, f"here/{name}"):
        done = command("delete", "--all", "--yes", "--archive", "old.jsonl", "--receipts", place)
        assert done.status == 2 and "belongs to the archive: name another file with --receipts" in done.err
    assert not store.deleted and not [*command.folder.glob("old*")]


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("$SC list >&-", 1, "Standard output cannot be written"),
        ("$SC export - >&-", 1, "Standard output cannot be written"),
        ("$SC export out.jsonl >&-", 0, "3 of them new"),
        ("$SC export out.jsonl 2>&-", 0, ""),
        ("$SC export - --format finetune 2>&-", 0, ""),
        ("$SC export out.jsonl <&- >&- 2>&-", 0, ""),
        ("$SC delete --all <&-", 2, "There is no terminal to ask on"),
    ],
)
def test_closed_streams_are_no_files(server: Server, command: Command, line: str, status: int, said: str) -> None:
    """No file gets the number of a closed stream, and messages never go to standard output."""
    started(server)
    done = shell(command, line)
    assert done.returncode == status and said in done.stderr and "Traceback" not in done.stderr, done
    assert all(json.loads(text) for text in done.stdout.splitlines())
    if "out.jsonl" in line:
        assert len(command.lines("out.jsonl")) == 3


@pytest.mark.parametrize("phase", ["stored_completions_cli.extras.missing_extra", "typer.main.get_command"])
def test_ctrl_c_before_a_command_begins_gives_no_traceback(command: Command, phase: str) -> None:
    """The shell sees that the process was interrupted."""
    module, _, name = phase.rpartition(".")
    program = f"""
import os, signal
import {module}
from stored_completions_cli.__main__ import main

def interrupted(*_, **__):
    os.kill(os.getpid(), signal.SIGINT)

{module}.{name} = interrupted
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


@pytest.mark.parametrize("hours", [-30, -0.5, 0.5, 30])
def test_a_wrong_clock_deletes_nothing_by_age(server: Server, command: Command, hours: float) -> None:
    """An age would select others than on a machine with the right time; a date does not."""
    store = started(server)
    body = json.dumps({"object": "list", "data": [*store.completions.values()], "has_more": False}).encode()
    date = formatdate(time.time() + hours * 3600, usegmt=True)
    listing = Raw(head(len(body), date=date) + body, "stall")
    server.plan = lambda received: listing if received.path.endswith("/completions") else None
    done = command("delete", "--older-than", "90d", "--yes")
    if abs(hours) < 1:
        assert done.status == 0 and len(store.deleted) == 3, done.err
        return
    assert done.status == 2 and not store.deleted
    assert f"clock is {abs(hours):.0f} hours {'ahead of' if hours < 0 else 'behind'} the server's" in done.err
    assert command("delete", "--until", "2024-01-01", "--yes").status == 0 and len(store.deleted) == 3


def test_an_archive_without_a_journal_is_left_alone(server: Server, command: Command) -> None:
    """The advice names no option that `delete` does not have."""
    store = started(server)
    (command.folder / "old.jsonl").write_text("mine")
    done = command("delete", "--all", "--yes", "--archive", "old.jsonl")
    assert done.status == 2 and "without old.jsonl.journal: choose another place." in done.err
    assert "--restart" not in done.err and (command.folder / "old.jsonl").read_text() == "mine" and not store.deleted


def test_a_key_from_a_pipe_is_read_once(server: Server, command: Command) -> None:
    """`delete` connects to the server several times."""
    store = started(server)
    line = f"$SC delete --all --yes --archive old.jsonl --api-key-file <(echo {server.key})"
    done = shell(command, f"unset OPENAI_API_KEY; {line}")
    assert done.returncode == 0 and len(store.deleted) == 3, done.stderr


def test_a_byte_order_mark_belongs_to_no_id_and_no_key(server: Server, command: Command) -> None:
    """Editors put it at the start of a file, and write line breaks of Windows."""
    store = started(server)
    (command.folder / "key").write_text(f"{BOM}{server.key}\r\n", encoding="utf-8")
    (command.folder / "ids").write_text(f"{BOM}{store.names[0]}\r\n{store.names[1]}\r\n", encoding="utf-8")
    done = command("export", "out.jsonl", "--ids", "ids", "--api-key-file", "key", OPENAI_API_KEY="")
    assert done.status == 0, done.err
    assert [line["id"] for line in command.lines("out.jsonl")] == store.names[:2]


def test_a_last_receipt_without_a_line_break_is_kept(server: Server, command: Command) -> None:
    """An editor may have removed it; a part of a receipt, whose request was not sent, is cut off."""
    store = started(server)
    arguments = ("--yes", "--receipts", "r.jsonl")
    assert command("delete", store.names[0], *arguments).status == 0
    receipts = command.folder / "r.jsonl"
    first = receipts.read_bytes()
    receipts.write_bytes(first.rstrip(b"\n"))
    assert command("delete", store.names[1], *arguments).status == 0
    assert receipts.read_bytes().startswith(first) and len(command.lines("r.jsonl")) == 2
    both = receipts.read_bytes()
    receipts.write_bytes(both + first[:20])
    assert command("delete", *store.names, *arguments).status == 0
    assert receipts.read_bytes().startswith(both) and len(command.lines("r.jsonl")) == 3
