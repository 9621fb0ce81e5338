"""The other commands: what they print for people, without secrets."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from stored_completions_cli.app import app
from stored_completions_testing.faults import STALLS, always, answer, failure
from stored_completions_testing.server import Server
from tests.cli.processes import PYTHONPATH, Command
from tests.support.server import Generated, generated_id

REFERENCE = "chatcmpl-abc123"


class Terminal:
    """A command in a pseudo-terminal."""

    def __init__(self, command: Command, *arguments: str) -> None:
        self.shown = ""
        self._master, slave = pty.openpty()
        environment = {**os.environ, **command.environment, "PYTHONPATH": PYTHONPATH, "TERM": "xterm", "COLUMNS": "100"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stored_completions_cli", *arguments],
            cwd=command.folder,
            env=environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def read(self, pattern: str = "(?!)") -> None:
        """Read until a pattern is shown, or to the end."""
        while not re.search(pattern, self.shown):
            ready, _, _ = select.select([self._master], [], [], 20)
            assert ready, f"nothing more is shown after {self.shown!r}"
            try:
                chunk = os.read(self._master, 65536)
            except OSError as error:
                # Linux's error once the other end is closed.
                assert error.errno == errno.EIO
                return
            self.shown += chunk.decode(errors="replace")

    def end(self) -> int:
        """Read the rest, and return the exit status."""
        self.read()
        os.close(self._master)
        return self.process.wait(20)


def test_a_terminal_sees_a_bar_and_ctrl_c_ends_cleanly(server: Server, command: Command) -> None:
    """The bar has the count, the rate, the retries and the time; Ctrl-C prints how to continue."""
    server.keep(Generated(5000))
    # The export must still run when Ctrl-C is pressed.
    server.plan = lambda received: {10: failure(503, retry_after_ms="1")}.get(
        len(server.received), STALLS if len(server.received) > 100 else None
    )
    terminal = Terminal(command, "export", "out.jsonl")
    terminal.read(r"[1-9][\d,]* completions, \d+/s, 1 retry")
    os.kill(terminal.process.pid, signal.SIGINT)
    assert terminal.end() == 130
    assert re.search(r"━.*[1-9]\d* completions, \d+/s, 1 retry +\S*0:00:0", terminal.shown)
    assert "Nothing is lost: the same command continues" in terminal.shown
    assert "Traceback" not in terminal.shown


def test_ctrl_c_during_a_deletion_says_how_to_go_on(server: Server, command: Command) -> None:
    server.plan = lambda received: (
        STALLS if len([request for request in server.received if request.method == "DELETE"]) > 5 else None
    )
    terminal = Terminal(command, "delete", "--older-than", "1d", "--yes", "--receipts", "r.jsonl", "--concurrency", "1")
    terminal.read(r"[1-9][\d,]* completions, \d+/s")
    os.kill(terminal.process.pid, signal.SIGINT)
    assert terminal.end() == 130
    assert "Deleted so far: " in terminal.shown and "--receipts r.jsonl" in terminal.shown
    assert "Traceback" not in terminal.shown


def test_delete_shows_the_selection_and_asks(server: Server, command: Command) -> None:
    """`n` deletes nothing; `y` deletes all, with a receipt for each."""
    for typed, left in (("n\n", 20), ("y\n", 0)):
        terminal = Terminal(command, "delete", "--older-than", "1d", "--receipts", "receipts.jsonl")
        terminal.read(r"\[y/N\]")
        assert re.search(r"Selected: 20 completions created before \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", terminal.shown)
        assert "oldest: 2025-02-07 20:36:50Z" in terminal.shown and "newest: 20" in terminal.shown
        assert REFERENCE in terminal.shown and "17 more" in terminal.shown
        terminal.type(typed)
        assert terminal.end() == (1 if left else 0)
        assert len(server.store.completions) == left
    receipts = command.lines("receipts.jsonl")
    assert len({receipt["id"] for receipt in receipts}) == 20
    assert all(receipt["deleted"] and receipt["at"] for receipt in receipts)


def test_delete_archives_first_and_compares_the_archive(server: Server, command: Command) -> None:
    """A completion that cannot be exported is not deleted, with the reason; the same command tries it again."""
    wanted = ("delete", "--model", "upstream/stub-1", "--yes", "--archive", "old.jsonl", "--receipts", "receipts.jsonl")
    selected = [
        completion["id"] for completion in server.store.completions.values() if completion["model"] == "upstream/stub-1"
    ]
    assert len(selected) > 3
    server.plan = lambda received: failure(404) if received.path.endswith(f"{selected[1]}/messages") else None
    done = command(*wanted)
    assert done.status == 3 and "not deleted: 1." in done.err
    assert [selected_id for selected_id in selected if selected_id in server.store.completions] == [selected[1]]
    (kept,) = [receipt for receipt in command.lines("receipts.jsonl") if not receipt["deleted"]]
    assert kept["id"] == selected[1] and "could not be archived" in kept["reason"] and "404" in kept["reason"]
    server.plan = lambda received: None
    done = command(*wanted)
    assert done.status == 0, done.err
    assert not {*selected} & server.store.completions.keys()
    archived = command.lines("old.jsonl")
    receipts = [receipt for receipt in command.lines("receipts.jsonl") if receipt["deleted"]]
    assert sorted(line["id"] for line in archived) == sorted(selected) == sorted(receipt["id"] for receipt in receipts)
    assert all(line["messages"] for line in archived)
    assert {receipt["archive"] for receipt in receipts} == {"old.jsonl"}


def test_delete_names_completions_that_it_could_not_delete(server: Server, command: Command) -> None:
    """A completion that is gone has a receipt that says so; the rest is deleted, and the status is 3."""
    (command.folder / "ids").write_text(f"chatcmpl-gone\n{REFERENCE}\n")
    done = command("delete", "--ids", "ids", "--yes", "--receipts", "r.jsonl")
    assert done.status == 3
    gone, deleted = command.lines("r.jsonl")
    assert (gone["deleted"], deleted["deleted"]) == (False, True) and "404" in gone["reason"]
    assert REFERENCE not in server.store.completions


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["delete", "--yes"], "Say what to delete"),
        (["delete", "--model", "upstream/stub-1"], "There is no terminal to ask on: give --yes"),
        (["delete", "a", "--all", "--yes"], "not both"),
        (["export", "out", "--since", "soon"], "is neither an age nor an ISO 8601 date"),
        (
            ["export", "out", "--since", "2026"],
            "is a year alone: write an age as 7d, 12h, 30m or 2w, or a date as 2026",
        ),
        (["export", ""], "it is a folder: name a file in it"),
        (["export", "out", "--metadata", "a"], "is not a pair: write --metadata key=value"),
        (["export", "no/where/out"], "its folder does not exist"),
        (["export", "out", "--ids", "none"], "none cannot be read: No such file"),
        (["export", "out", "--no-messages", "--format", "evals"], "leave --no-messages out"),
        (["export", "out", "--api-key-file", "none"], "--api-key-file none cannot be read"),
        (["export", "out", "--base-url", "example.com"], "base_url must start with http"),
        (["get", ".."], "must be an id"),
        (["update", REFERENCE], "Say what to change"),
        (["export", "out", "--concurrency", "0"], "Invalid value for '--concurrency'"),
    ],
)
def test_failures_are_one_sentence(server: Server, command: Command, arguments: list[str], said: str) -> None:
    """Status 2, what is wrong and what to do, no traceback, and no request or change."""
    done = command(*arguments)
    assert done.status == 2, done.err
    assert said in " ".join(done.err.split()) and "Traceback" not in done.err
    assert {request.method for request in server.received} <= {"GET"}


def test_list_shows_ids_whole_or_the_objects(server: Server, command: Command) -> None:
    """However narrow the terminal is; `--json` prints the objects as received."""
    done = command("list", "--limit", "3", "--order", "desc", COLUMNS="30")
    newest = [*server.store.completions][::-1][:3]
    lines = done.out.decode().splitlines()
    assert [line.split()[0] for line in lines[::2]] == newest
    assert all(len(line) <= 30 for line in lines[1::2])
    done = command("list", "--json", "--limit", "100")
    assert [json.loads(line) for line in done.out.splitlines()] == [*server.store.completions.values()]
    server.keep(Generated(0))
    assert "stored when they are created with `store: true`" in command("list").err


def test_a_servers_text_does_not_reach_the_terminal_raw(server: Server, command: Command) -> None:
    """Escape sequences in an answer are shown escaped."""
    server.store.completions[REFERENCE]["choices"][0]["message"]["content"] = "\x1b[2J\x9b2Jred"
    for arguments in (("list",), ("get", REFERENCE)):
        done = command(*arguments, COLUMNS="200")
        assert b"red" in done.out and b"\x1b" not in done.out and "\x9b".encode() not in done.out


def test_an_export_to_a_terminal_is_escaped(server: Server, command: Command) -> None:
    """And otherwise byte for byte."""
    item = '{"id":"a","choices":[],"text":"\x9b2J\x7f"}'
    server.plan = always(answer(f'{{"object":"list","data":[{item}],"has_more":false}}'.encode()))
    terminal = Terminal(command, "export", "-", "--no-messages", "--quiet")
    assert terminal.end() == 0, terminal.shown
    assert '"text":"\\u009b2J\\u007f"' in terminal.shown
    assert command("export", "-", "--no-messages").out == f"{item}\n".encode()


def test_an_export_is_printed_to_a_stream_without_a_file(server: Server) -> None:
    """As in tests of programs that run the command."""
    done = CliRunner().invoke(app, ["export", "-", "--limit", "1", "--no-messages"], env=server.environment)
    assert done.exit_code == 0 and json.loads(done.stdout)["id"] == next(iter(server.store.completions))


def test_a_completion_is_printed_to_a_stream_of_text(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in programs that redirect the output of the command to a `StringIO`."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    with contextlib.redirect_stdout(io.StringIO()) as written:
        app(["get", REFERENCE], standalone_mode=False)
    assert json.loads(written.getvalue()) == server.store.completions[REFERENCE]


def test_get_and_messages_show_one(server: Server, command: Command) -> None:
    """For people, or as received."""
    for arguments in (["get", REFERENCE], ["get", "--json", REFERENCE]):
        assert json.loads(command(*arguments).out) == server.store.completions[REFERENCE]
    done = command("messages", "--json", REFERENCE)
    assert [json.loads(line)["role"] for line in done.out.splitlines()] == ["system", "user"]
    done = command("get", "chatcmpl-gone")
    assert done.status == 1 and done.err.startswith("404 Not Found")


def test_update_keeps_other_metadata(server: Server, command: Command) -> None:
    """The API replaces all metadata; the command does so only with `--replace`."""
    stored = server.store.completions[REFERENCE]
    for arguments, wanted in (
        (["--metadata", "a=1", "--metadata", "b=2"], {"a": "1", "b": "2"}),
        (["--metadata", "c=3", "--remove", "a"], {"b": "2", "c": "3"}),
        (["--replace", "--metadata", "d=4"], {"d": "4"}),
    ):
        assert command("update", REFERENCE, *arguments).status == 0
        assert stored["metadata"] == wanted


def test_a_closed_pipe_ends_the_export(server: Server, command: Command) -> None:
    """`export - | head -1` ends with status 1, without a traceback, and requests no more."""
    server.keep(Generated(5_000))
    script = f"set -o pipefail; {sys.executable} -m stored_completions_cli export - --no-messages --quiet | head -1"
    environment = {**os.environ, **command.environment, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["id"] == generated_id(0)
    assert done.returncode == 1 and done.stderr == ""
    assert len(server.received) < 50


def test_the_key_is_shown_nowhere(server: Server, command: Command) -> None:
    """Not if it is wrong, and not in any file; it is only read from a file or the environment."""
    key = "sk-very-secret-key"
    (command.folder / "key").write_text(f"{key}\n")
    done = command("export", "out.jsonl", "--api-key-file", "key", "--max-retries", "0")
    assert done.status == 1 and "401" in done.err and key not in done.err
    done = command("export", "out2.jsonl", "--base-url", server.base_url.replace("//", f"//user:{key}@"))
    assert key not in done.err
    for path in command.folder.iterdir():
        assert path.name == "key" or key.encode() not in path.read_bytes(), path
    done = command("export", "out3.jsonl", OPENAI_API_KEY="")
    assert done.status == 2 and "set OPENAI_API_KEY" in done.err and "--api-key-file" in done.err
    assert "--api-key " not in command("export", "--help").out.decode()


@pytest.mark.parametrize(
    ("version", "path", "sent"),
    [
        ("", "/openai/v1/chat/completions", "v1"),
        ("preview", "/openai/v1/chat/completions", "preview"),
        ("2025-04-01-preview", "/openai/chat/completions", "2025-04-01-preview"),
    ],
)
def test_azure_endpoints_are_called(version: str, path: str, sent: str, server: Server, command: Command) -> None:
    """At the path that `AzureOpenAI` uses, or `v1` if no dated version is named."""
    server.plan = always(answer({"object": "list", "data": [], "has_more": False}))
    named = {"AZURE_OPENAI_ENDPOINT": f"{server.origin}/", "OPENAI_API_VERSION": version, "OPENAI_API_KEY": ""}
    for credentials, header, value in (
        ({"AZURE_OPENAI_API_KEY": "azure-key"}, "api-key", "azure-key"),
        ({"AZURE_OPENAI_AD_TOKEN": "entra"}, "authorization", "Bearer entra"),
    ):
        done = command("export", f"{header}.jsonl", **named, **credentials)
        assert done.status == 0, done.err
        received = server.received[-1]
        assert (received.path, dict(received.query)["api-version"]) == (path, sent)
        assert received.headers[header] == value
    done = command("export", "none.jsonl", **named)
    assert done.status == 2 and "set AZURE_OPENAI_API_KEY" in done.err
    # A base URL that is given directly is not a resource.
    assert command("list", "--base-url", server.base_url, **{**named, "OPENAI_API_KEY": server.key}).status == 0
    assert server.received[-1].path == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("export", "out.jsonl", "--base-url", "here"),
            "base_url must start with http:// or https:// and name a host.",
        ),
        (("export", "out.jsonl", "--ids", "none"), "none cannot be read: No such file or directory."),
        (("export", "out.jsonl", "--scheduler", "tcp://127.0.0.1:1"), "--engine dask and --scheduler URL go together"),
        (("export", "none/out.jsonl"), "none/out.jsonl cannot be written: its folder does not exist."),
        (("export", "out.jsonl", "--since", "soon"), "--since 'soon' is neither an age nor"),
        (("delete", "--older-than", "3x"), "--older-than '3x' is neither an age nor"),
        (("import-check", "none.jsonl"), "File 'none.jsonl' does not exist."),
        (("export", "out.jsonl", "--ids", "/dev/null", "--model", "m"), "leave the other filters out"),
        (("export", "out.jsonl", "--metadata", "a=1", "--metadata", "a=2"), "gives 'a' two values"),
        (("export", "out.jsonl", "--base-url", "http://a:b:c"), "The base URL is not a URL"),
        (("export", "-", "--format", "parquet"), "Parquet cannot be written to standard output"),
        (("export", "-", "--append"), "--append and --restart are for files"),
        (("update", "a", "--metadata", "b=1", "--remove", "b"), "both name 'b'"),
        (("delete", "--older-than", "1d", "--until", "1d"), "--older-than and --until say the same"),
        (("delete", "..", "--yes"), "'..' is not a valid id"),
    ],
)
def test_usage_errors_are_named_and_write_no_file(
    arguments: tuple[str, ...], said: str, server: Server, command: Command
) -> None:
    """One sentence, status 2, no file, and no advice to run the same command."""
    done = command(*arguments)
    assert (done.status, done.out) == (2, b"")
    assert said in done.err
    assert "continues" not in done.err
    assert [path.name for path in command.folder.iterdir() if not path.name.startswith(".")] == []


def test_an_export_that_has_nothing_yet_takes_other_options(server: Server, command: Command) -> None:
    """A wrong address can be corrected; once there are completions, `--restart` is needed."""
    server.keep(Generated(3))
    wrong = server.base_url.replace("/v1", "/v2")
    assert command("export", "out.jsonl", "--base-url", wrong).status == 1
    done = command("export", "out.jsonl")
    assert done.status == 0, done.err
    assert len(command.lines("out.jsonl")) == 3


def test_a_missing_extra_is_named_with_how_to_install_it() -> None:
    """A sentence instead of a traceback where typer is missing."""
    code = "import sys; sys.modules['typer'] = None; from stored_completions_cli.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "This needs more packages: pip install 'stored-completions[cli]'"


def test_help_has_examples_and_the_exit_statuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--help` of each command has an example, and completion of the shell can be installed."""
    # Ignore the shell that runs the tests.
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")

    def shown(*arguments: str) -> str:
        return CliRunner().invoke(app, arguments, prog_name="stored-completions").output

    top = shown("--help")
    assert "Exit statuses: 0 all done" in " ".join(top.split())
    for name in ("export", "list", "get", "messages", "update", "delete"):
        assert name in top
        text = shown(name, "--help")
        assert f"stored-completions {name}" in " ".join(text.split("Examples:")[1].split())
        assert not re.search(r"[{}]|<bool>|…", text)
        assert max(map(len, text.splitlines())) <= 80
        # A command's own options are checked before those of the connection.
        own = re.search(r"^  (-q, )?--(?!base-url|model|metadata)", text, re.MULTILINE)
        assert own and own.start() < text.index("--base-url")
    assert "complete" in shown("--show-completion", "bash")


def test_without_a_terminal_only_the_last_line_is_shown(server: Server, command: Command) -> None:
    """And nothing with `--quiet`."""
    server.keep(Generated(1))
    shown = command("export", "out.jsonl").err
    assert re.fullmatch(r"out\.jsonl: 1 completion, [\d,]+/s, 0 retries, 1 of them new\.\n", shown)
    assert command("export", "quiet.jsonl", "--quiet").err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "out.jsonl"),
        ("list",),
        ("list", "--model", "none"),
        ("list", "--json"),
        ("get", REFERENCE),
        ("get", "--json", REFERENCE),
        ("messages", REFERENCE),
        ("update", REFERENCE, "--metadata", "a=1"),
        ("import-check", "kept.jsonl"),
        ("delete", "--model", "none", "--yes"),
        ("delete", REFERENCE, "--yes"),
        ("delete", "--all", "--yes", "--archive", "old.jsonl"),
    ],
)
def test_quiet_shows_nothing(arguments: tuple[str, ...], server: Server, command: Command) -> None:
    """Errors are still printed, and the status says the result."""
    assert command("export", "kept.jsonl").status == 0
    done = command(*arguments, "--quiet")
    assert (done.status, done.out, done.err) == (0, b"", "")
    if arguments[0] in ("get", "messages", "update"):
        server.store.completions.clear()
        done = command(*arguments, "--quiet")
        assert done.status == 1 and done.out == b"" and "404" in done.err


def test_receipts_that_cannot_be_made_name_their_option(server: Server, command: Command) -> None:
    """Before any request, with the place, the reason and what to write instead."""
    (command.folder / "folder").mkdir()
    for place, why in (("folder", "Is a directory"), ("none/r.jsonl", "No such file or directory")):
        done = command("delete", "--all", "--yes", "--receipts", place)
        assert done.status == 2
        assert done.err == (f"The receipts cannot be written to {place}: {why}. Name another file with --receipts.\n")
    assert not server.received


def test_a_deletion_that_fails_says_where_the_reason_is(command: Command) -> None:
    """The message names the receipts, which have the reason."""
    done = command("delete", "chatcmpl-gone", "--yes", "--receipts", "r.jsonl")
    assert done.status == 3
    assert done.err.endswith("not deleted: 1. r.jsonl has the receipts, and says why.\n")
