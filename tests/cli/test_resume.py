"""An export that was stopped continues, and has each completion once, in the order of the listing."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest

from stored_completions_cli.journal import Journal
from stored_completions_testing.faults import failure
from stored_completions_testing.server import Server
from tests.cli.processes import Command, at_request
from tests.support.server import Generated, generated_id

NUMBER = 60


class Holed(Generated):
    """A store that lacks some completions, not stored yet or deleted."""

    def __init__(self, number: int, *missing: int, largest_page: int = 100) -> None:
        super().__init__(number, largest_page=largest_page)
        self.missing = {*missing}

    def index(self, completion_id: str) -> int:
        index = super().index(completion_id)
        return super().index("gone") if index in self.missing else index

    def indices(self, after: int | None, limit: int, descending: bool) -> tuple[list[int], bool]:
        there = [
            index
            for index in range(self.number)
            if index not in self.missing and index > (-1 if after is None else after)
        ]
        return there[:limit], len(there) > limit


def line(store: Generated, index: int) -> str:
    """Return the line of a completion in an export."""
    return f'{store.text(index)[:-1]},"messages":[{store.message_text(index)}]}}'


def whole(number: int = NUMBER) -> list[str]:
    """Return the lines of an export of all completions."""
    store = Generated(number)
    return [line(store, index) for index in range(number)]


def lines(command: Command, name: str = "out.jsonl") -> list[str]:
    return (command.folder / name).read_text(encoding="utf-8").splitlines()


def settled(command: Command) -> int:
    """Return how many completions the journal of an export has, which are not fetched again."""
    if not (path := command.folder / "out.jsonl.journal").exists():
        return 0
    with Journal(path) as journal:
        return journal.count


def interrupted(server: Server, command: Command, *arguments: str, requests: int = 50) -> None:
    """Kill an export at a request after it has written something."""
    process = command.start("export", "out.jsonl", "--quiet", *arguments)
    server.plan = at_request(requests, process.kill)
    assert process.wait().status == -signal.SIGKILL
    server.plan = lambda received: None


@pytest.mark.parametrize("seed", range(6))
def test_an_export_killed_at_random_moments_is_complete(server: Server, command: Command, seed: int) -> None:
    """Each of six exports is killed at five random requests."""
    server.keep(Generated(NUMBER, largest_page=20))
    source = random.Random(seed)
    for _ in range(5):
        process = command.start("export", "out.jsonl", "--concurrency", "8", "--quiet")
        server.plan = at_request(source.randrange(2, 25), process.kill)
        assert process.wait().status == -signal.SIGKILL
        assert not (command.folder / "out.jsonl").exists()
    server.plan, before = lambda received: None, settled(command)
    done = command("export", "out.jsonl", "--json", "--quiet")
    assert done.status == 0, done.err
    assert lines(command) == whole()
    assert (done.summary["total"], done.summary["new"]) == (NUMBER, NUMBER - before)
    assert {path.name for path in command.folder.iterdir() if path.name[0] != "."} == {"out.jsonl", "out.jsonl.journal"}


@pytest.mark.parametrize("damage", ["torn line", "lost lines", "lost file"])
def test_a_partial_file_is_repaired_after_disk_faults(server: Server, command: Command, damage: str) -> None:
    """Bytes after the journal's last position are cut off; synced bytes that the disk lost are exported again."""
    server.keep(Generated(NUMBER, largest_page=20))
    interrupted(server, command)
    partial = command.folder / "out.jsonl.partial"
    if damage == "torn line":
        with partial.open("ab") as file:
            file.write(b'{"id":"chatcm')
    elif damage == "lost lines":
        os.truncate(partial, partial.stat().st_size // 2)
    else:
        partial.unlink()
    assert command("export", "out.jsonl").status == 0
    assert lines(command) == whole()


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_an_export_killed_at_its_end_can_be_finished(server: Server, command: Command, kind: str) -> None:
    """The journal says `finishing`, and the file was renamed or not: the same command finishes."""
    server.keep(Generated(20))
    arguments = ("export", "out", "--format", kind)
    assert command(*arguments).status == 0
    before = (command.folder / "out").read_bytes()
    for renamed in (True, False):
        with sqlite3.connect(command.folder / "out.journal") as journal:
            journal.execute("UPDATE meta SET value = '\"finishing\"' WHERE name = 'state'")
        journal.close()
        if not renamed and kind == "jsonl":
            (command.folder / "out").rename(command.folder / "out.partial")
        assert command(*arguments).status == 0
        assert (command.folder / "out").read_bytes() == before


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("more", [(), ("--append",)], ids=str)
@pytest.mark.parametrize("is_at_the_end", [False, True])
def test_lines_that_another_program_removed_are_exported_again(
    server: Server, command: Command, kind: str, more: tuple[str, ...], is_at_the_end: bool
) -> None:
    """While the export runs, or before the file gets its name: status 0 never stands for a file without them."""
    store = Generated(20)
    server.keep(store)
    arguments = ("export", "out", "--format", kind, "--concurrency", "1", *more)
    if more:
        assert command(*arguments).status == 0
        store.number = 40
    if is_at_the_end:
        process = command.start(*arguments)
        server.plan = at_request(15, process.kill)
        process.wait()
        server.plan = lambda received: None
        with Journal(command.folder / "out.journal") as journal:
            journal.set("state", "finishing")
            journal.commit()
        (command.folder / "out.partial").unlink()
    else:
        server.plan = at_request(15, (command.folder / "out.partial").unlink)
    done = command(*arguments)
    assert done.status == 1 and "out.partial was moved, removed or changed" in done.err, done.err
    server.plan = lambda received: None
    assert command(*arguments).status == 0
    if kind == "jsonl":
        assert lines(command, "out") == whole(store.number)
    else:
        assert pq.read_table(command.folder / "out")["json"].to_pylist() == whole(store.number)


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("change", ["removed", "text", "fewer"])
def test_a_file_that_another_program_changed_while_it_is_added_to_loses_no_lines(
    server: Server, command: Command, kind: str, change: str
) -> None:
    """The earlier lines were copied before, also those of a Parquet file."""
    store = Generated(5)
    server.keep(store)
    export = ("export", "out", "--format", kind, "--append", "--overlap", "0s")
    assert command("export", "other", "--format", kind).status == 0
    store.number = 20
    assert command(*export).status == 0
    store.number = 40
    path, other = command.folder / "out", (command.folder / "other").read_bytes()
    acts: dict[str, Callable[[], object]] = {
        "removed": path.unlink,
        "text": lambda: path.write_text("mine"),
        "fewer": lambda: path.write_bytes(other),
    }
    server.plan = at_request(5, acts[change])
    done = command(*export)
    assert done.status == 0, done.err
    found = lines(command, "out") if kind == "jsonl" else pq.read_table(path)["json"].to_pylist()
    assert found == whole(store.number)


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("more", [(), ("--append", "--overlap", "0s")], ids=str)
def test_lines_lost_while_failures_are_tried_again_are_exported_again(
    server: Server, command: Command, kind: str, kept: float, more: tuple[str, ...]
) -> None:
    """The lost lines include the completion that failed at first, which is recorded last and listed early."""
    store = Generated(40, largest_page=10)
    server.keep(store)
    arguments = ("export", "out", "--format", kind, "--max-retries", "0", "--concurrency", "1", *more)
    server.plan = lambda received: failure(500) if generated_id(5) in received.path else None
    assert command(*arguments).status == 3
    store.number = 60 if more else 40
    partial = command.folder / "out.partial"
    process = command.start(*arguments)
    server.plan = at_request(20 if more else 1, process.kill)
    process.wait()
    server.plan = lambda received: None
    if kept:
        os.truncate(partial, int(partial.stat().st_size * kept))
    else:
        partial.unlink()
    assert command(*arguments).status == 0
    found = lines(command, "out") if kind == "jsonl" else pq.read_table(command.folder / "out")["json"].to_pylist()
    assert sorted(found) == sorted(whole(store.number))


def test_a_forgotten_cursor_is_replaced_by_an_earlier_one(server: Server, command: Command) -> None:
    """The completion of the last cursor was deleted: the export continues from before it, without duplicates."""
    store = Holed(80, largest_page=20)
    server.keep(store)
    interrupted(server, command, requests=65)
    written = settled(command)
    store.missing = {19, 39, 75}
    assert command("export", "out.jsonl").status == 0
    missed = {index for index in store.missing if index >= written}
    assert lines(command) == [line for index, line in enumerate(whole(80)) if index not in missed]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_everything_and_says_how_to_go_on(
    server: Server, command: Command, number: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM end with a sentence, a status, and all fetched completions in the file."""
    server.keep(Generated(NUMBER, largest_page=20))
    process = command.start("export", "out.jsonl", "--quiet")
    server.plan = at_request(50, lambda: process.kill(number))
    done = process.wait()
    assert done.status == 128 + number
    assert "the same command continues" in done.err and "Traceback" not in done.err
    kept = lines(command, "out.jsonl.partial")
    assert len(kept) > 5 and kept == whole()[: len(kept)]
    server.plan = lambda received: None
    assert command("export", "out.jsonl").status == 0
    assert lines(command) == whole()


def test_an_export_continues_after_a_full_disk(server: Server, command: Command) -> None:
    """A sentence and status 1; the same command continues where there is room."""
    server.keep(Generated(NUMBER, largest_page=20))
    done = command("export", "out.jsonl", "--quiet", file_size=20_000)
    assert done.status == 1
    # Either file may reach the limit first, and SQLite has another message.
    assert "File too large" in done.err or "The journal cannot be written" in done.err
    assert "the same command continues" in done.err and "Traceback" not in done.err
    assert command("export", "out.jsonl").status == 0
    assert lines(command) == whole()


def test_an_export_continues_after_the_server_was_gone(server: Server, command: Command) -> None:
    """If a server stops answering, no completion counts as failed: status 1, and the same command continues."""
    server.keep(Generated(NUMBER, largest_page=20))
    left = iter(range(40))
    server.plan = lambda received: None if next(left, None) is not None else failure(503, retry_after_ms="1")
    done = command("export", "out.jsonl", "--max-retries", "2")
    assert done.status == 1 and "503" in done.err
    assert not (command.folder / "out.jsonl.errors.jsonl").exists()
    server.plan = lambda received: None
    assert command("export", "out.jsonl").status == 0
    assert lines(command) == whole()


def test_an_id_that_always_fails_does_not_stop_the_others(server: Server, command: Command) -> None:
    """An id that is not found, or always ends in a server error, is in the errors file, and the status is 3."""
    server.keep(Generated(50))
    bad = {generated_id(3): 404, generated_id(7): 500}
    server.plan = lambda received: next(
        (failure(status, retry_after_ms="1") for name, status in bad.items() if name in received.path), None
    )
    done = command("export", "out.jsonl", "--max-retries", "1", "--json")
    assert done.status == 3, done.err
    errors = command.lines("out.jsonl.errors.jsonl")
    assert [(problem["id"], problem["status"]) for problem in errors] == [*bad.items()]
    assert all("It went wrong." in problem["reason"] for problem in errors)
    assert lines(command) == [line for index, line in enumerate(whole(50)) if index not in (3, 7)]
    assert (done.summary["total"], done.summary["failed"]) == (48, 2)
    # The errors file is a list of ids for another export.
    server.plan = lambda received: None
    assert command("export", "rest.jsonl", "--ids", "out.jsonl.errors.jsonl").status == 0
    assert lines(command, "rest.jsonl") == [whole(50)[3], whole(50)[7]]


def test_an_id_that_stands_for_a_completion_without_one_is_a_failure(server: Server, command: Command) -> None:
    """The errors file names such a completion by a hash; as a list of ids, it can only say why it is left out."""
    server.keep(Generated(3))
    names = [generated_id(0), f"sha256:{'0' * 64}", generated_id(2)]
    (command.folder / "ids").write_text("".join(f"{name}\n" for name in names))
    assert command("export", "out.jsonl", "--ids", "ids").status == 3
    assert lines(command) == [whole(3)[0], whole(3)[2]]
    (error,) = command.lines("out.jsonl.errors.jsonl")
    assert error == {"id": names[1], "reason": "What the server listed cannot be exported: it has no id."}


def test_an_export_of_ids_can_be_continued(server: Server, command: Command) -> None:
    """In the order of the file, each id once."""
    server.keep(Generated(NUMBER, largest_page=20))
    order = [*range(NUMBER)]
    random.Random(0).shuffle(order)
    (command.folder / "ids").write_text("".join(f"{generated_id(index)}\n" for index in [*order, *order[:5]]))
    interrupted(server, command, "--ids", "ids")
    assert command("export", "out.jsonl", "--ids", "ids").status == 0
    assert lines(command) == [whole()[index] for index in order]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_append_adds_new_and_late_completions(server: Server, command: Command, kind: str) -> None:
    """The overlap finds what was stored late, before the newest exported one, without duplicates."""

    store = Holed(40, 20, 30)
    server.keep(store)
    arguments = ("export", "out", "--format", kind, "--append", "--json")
    assert command(*arguments).summary["total"] == 38
    store.missing, store.number = set(), 70
    process = command.start(*arguments)
    server.plan = at_request(20, process.kill)
    assert process.wait().status == -signal.SIGKILL
    server.plan = lambda received: None
    done = command(*arguments)
    assert done.status == 0, done.err
    if kind == "jsonl":
        found = [item["id"] for item in command.lines("out")]
    else:
        found = pq.read_table(command.folder / "out")["id"].to_pylist()
    order = [*(index for index in range(40) if index not in (20, 30)), 20, 30, *range(40, 70)]
    assert found == [generated_id(index) for index in order]
    # Nothing new: the file stays as it is.
    before = (command.folder / "out").read_bytes()
    assert command(*arguments).summary["new"] == 0
    assert (command.folder / "out").read_bytes() == before


def test_append_lists_from_the_overlap_and_not_from_the_start(server: Server, command: Command) -> None:
    """An overlap of 10 s needs only the last page, since the completions are a second apart."""
    store = Generated(500)
    server.keep(store)
    arguments = ("export", "out", "--no-messages", "--append", "--overlap", "10s")
    assert command(*arguments).status == 0
    server.received.clear()
    store.number = 510
    assert command(*arguments).status == 0
    assert [dict(request.query).get("after") for request in server.received] == [generated_id(399), generated_id(499)]


def test_append_adds_to_an_export_whose_failures_were_being_tried_again(server: Server, command: Command) -> None:
    """The command without `--append` was killed at the failure, which it alone would have tried again."""
    store = Generated(20)
    server.keep(store)
    server.plan = lambda received: failure(500) if generated_id(5) in received.path else None
    arguments = ("export", "out.jsonl", "--max-retries", "0")
    assert command(*arguments).status == 3
    process = command.start(*arguments)
    server.plan = at_request(0, process.kill)
    assert process.wait().status == -signal.SIGKILL
    server.plan, store.number = lambda received: None, 40
    assert command(*arguments, "--append").status == 0
    assert lines(command) == [*whole(5), *whole(20)[6:], whole(20)[5], *whole(40)[20:]]


def test_an_export_that_cannot_be_continued_is_explained(server: Server, command: Command) -> None:
    """Other options, an existing file, a changed file: a sentence, status 2, and nothing is changed."""
    server.keep(Generated(20))
    (command.folder / "mine.jsonl").write_text("mine")
    done = command("export", "mine.jsonl")
    assert done.status == 2 and "--restart" in done.err
    assert (command.folder / "mine.jsonl").read_text() == "mine"
    assert command("export", "out.jsonl").status == 0
    done = command("export", "out.jsonl")
    assert done.status == 2 and "--append adds new completions" in done.err
    done = command("export", "out.jsonl", "--append", "--model", "gpt-4o")
    assert done.status == 2 and "--model was not given" in done.err
    done = command("export", "out.jsonl", "--append", "--no-messages")
    assert done.status == 2 and "(--no-messages was not given): give the same ones, or choose another place" in done.err
    with (command.folder / "out.jsonl").open("a") as file:
        file.write("x")
    done = command("export", "out.jsonl", "--append")
    assert done.status == 2 and "was changed or moved after it was exported" in done.err
    assert command("export", "out.jsonl", "--restart").status == 0
    assert lines(command) == whole(20)
    with Journal(command.folder / "out.jsonl.journal") as journal:
        journal.set("base_groups", 1)
        journal.commit()
    done = command("export", "out.jsonl", "--append")
    assert done.status == 2 and "was begun by an earlier version of this command" in done.err
    assert lines(command) == whole(20)


def test_a_second_export_to_a_file_is_refused(server: Server, command: Command) -> None:
    """The second one names the first and changes nothing."""
    server.keep(Generated(60))
    results = []
    first = command.start("export", "out.jsonl")
    second = Command(command.folder / "elsewhere", command.environment)
    second.folder.mkdir()
    server.plan = at_request(30, lambda: results.append(second("export", "../out.jsonl")))
    assert first.wait().status == 0
    assert results[0].status == 1 and "Another export writes this file now" in results[0].err
    assert lines(command) == whole(60)


def test_a_file_that_is_no_journal_is_left_alone(server: Server, command: Command) -> None:
    """A file with the journal's name is not overwritten."""
    (command.folder / "out.jsonl.journal").write_text("notes of my own, long enough for a header" * 9)
    done = command("export", "out.jsonl", "--restart")
    assert done.status == 1 and "cannot be used as a journal" in done.err
    assert "notes" in (command.folder / "out.jsonl.journal").read_text()


def test_a_limit_holds_over_runs(server: Server, command: Command) -> None:
    """`--limit 25`, killed and continued, exports 25, and with `--append` 25 more."""
    server.keep(Generated(NUMBER, largest_page=20))
    interrupted(server, command, "--limit", "25", requests=20)
    assert command("export", "out.jsonl", "--limit", "25").status == 0
    assert lines(command) == whole()[:25]
    assert command("export", "out.jsonl", "--limit", "25", "--append").status == 0
    assert lines(command) == whole()[:50]
