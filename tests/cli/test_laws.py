"""The laws of docs/export.md, over all commands and all faults of a server."""

from __future__ import annotations

import json
import random
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from stored_completions_cli.commands.delete import delete
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import CommandError
from stored_completions_cli.selection import Selection
from stored_completions_testing.faults import answer, failure
from stored_completions_testing.server import Received, Server
from tests.cli.faulty import METADATA, OF_KIND, Faulty
from tests.cli.processes import WHOLE_PRODUCT, Command, Done

OUT = "out.jsonl"
DELETES = ("delete", "--metadata", "run=test", "--until", "2024-01-01", "--yes", "--receipts", "r.jsonl")
EXPORTS = {
    "export": ("export", OUT),
    "export without messages": ("export", OUT, "--no-messages"),
    "export of ids": ("export", OUT, "--ids", "ids"),
    "export of a selection": ("export", OUT, "--since", "2000-01-01", "--until", "2024-01-01"),
    "append": ("export", OUT, "--append"),
}
DELETIONS = {
    "delete with an archive": (*DELETES, "--archive", OUT),
    "delete by a filter": DELETES,
    "delete by ids": ("delete", "--ids", "ids", "--yes", "--receipts", "r.jsonl"),
}
SHOWS = {
    "list": ("list", "--limit", "100"),
    "get": ("get", "chatcmpl-001"),
    "messages": ("messages", "chatcmpl-001"),
}
USES = {
    "list": ("export", "append", "export without messages", "export of a selection", *DELETIONS, "list"),
    "retrieve": ("export of ids", "delete with an archive", "delete by a filter", "update", "get"),
    "messages": ("export", "export of ids", "append", "delete with an archive", "messages"),
    "update": ("update",),
    "delete": (*DELETIONS,),
}
SEED, SAMPLE = 23, 36  # cases of each law
PATIENCE = ("--max-retries", "1", "--concurrency", "2")


@dataclass(frozen=True)
class Case:
    """A command, and the fault of one of its answers."""

    command: str
    kind: str
    fault: str
    number: int

    def __str__(self) -> str:
        return f"{self.command}: {self.kind} {self.number}: {self.fault}"


def cases(*commands: str) -> list[Any]:
    """Return some faults of each kind of request, with some commands; `make soak` takes all of both."""
    found = []
    for kind, faults in OF_KIND.items():
        users = [use for use in USES[kind] if use in commands]
        with_metadata = {**faults, **METADATA} if kind == "retrieve" and not {*EXPORTS} & {*users} else faults
        for fault in with_metadata:
            found += [Case(user, kind, fault, number) for user in users for number in (0, 2, 3)]
    if not WHOLE_PRODUCT:
        found = random.Random(SEED).sample(found, SAMPLE)
    return [pytest.param(case, id=str(case)) for case in found]


def spoilt(store: Faulty, case: Case) -> None:
    """Give the answer of that kind and number the fault, and the next one too, since requests are retried."""
    store.seen.clear()
    fault = {**METADATA, **OF_KIND[case.kind]}[case.fault]
    store.spoil = lambda kind, index: fault if kind == case.kind and case.number <= index <= case.number + 1 else None


def well(store: Faulty) -> None:
    store.spoil = lambda kind, index: None


def started(server: Server, command: Command) -> Faulty:
    store = Faulty()
    server.keep(store)
    (command.folder / "ids").write_text("".join(f"{name}\n" for name in store.names))
    return store


def check_the_end(done: Done, folder: Path) -> None:
    """Check that a fault gives a sentence and a status, and that only the user can read the files."""
    assert "Traceback" not in done.err, done.err
    assert done.status in (0, 1, 2, 3), done
    assert done.status == 0 or done.err.strip(), done
    for path in folder.iterdir():
        if path.name != "ids" and not path.name.startswith((".std", ".peak")):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def check_the_deleted(store: Faulty, command: Command, archived: bool) -> None:
    """Check that what was deleted is in the archive unchanged, and has a receipt."""
    receipts = command.lines("r.jsonl") if (command.folder / "r.jsonl").exists() else []
    assert store.deleted.keys() <= {receipt["id"] for receipt in receipts if receipt["deleted"] is not False}
    if archived and store.deleted:
        lines = command.lines(OUT)
        assert len({line["id"] for line in lines}) == len(lines)
        there = {line["id"]: line for line in lines}
        assert {name: there[name] for name in store.deleted} == store.deleted


@pytest.mark.parametrize("case", cases(*EXPORTS))
def test_an_export_is_whole_or_says_so_and_continues(server: Server, command: Command, case: Case) -> None:
    """Status 0 means every completion once and whole; otherwise the same command completes the export."""
    store = started(server, command)
    arguments = (*EXPORTS[case.command], *PATIENCE)
    bare = case.command == "export without messages"
    wanted = [store.completions[name] if bare else store.line(name) for name in store.names]
    if case.command == "append":
        for name in store.names[6:]:
            del store.completions[name]
        assert command(*arguments).status == 0
        store.completions = {
            completion["id"]: {k: v for k, v in completion.items() if k != "messages"} for completion in wanted
        }
    spoilt(store, case)
    done = command(*arguments)
    check_the_end(done, command.folder)
    if done.status == 0:
        assert command.lines(OUT) == wanted
        return
    well(store)
    again = command(*arguments)
    check_the_end(again, command.folder)
    assert again.status == 0, again.err
    found = command.lines(OUT)
    assert sorted(found, key=lambda line: str(line["id"])) == wanted


@pytest.mark.parametrize("case", cases(*DELETIONS))
def test_deleted_completions_are_archived_and_have_receipts(server: Server, command: Command, case: Case) -> None:
    """Status 0 means that all selected completions are gone; otherwise the same command deletes the rest."""
    store = started(server, command)
    arguments = (*DELETIONS[case.command], *PATIENCE)
    archived = "--archive" in arguments
    spoilt(store, case)
    done = command(*arguments)
    check_the_end(done, command.folder)
    check_the_deleted(store, command, archived)
    assert done.status or not store.completions, done.err
    well(store)
    again = command(*arguments)
    check_the_end(again, command.folder)
    check_the_deleted(store, command, archived)
    assert store.completions == {}
    receipts = command.lines("r.jsonl")
    assert {receipt["id"] for receipt in receipts if receipt["deleted"]} == {*store.names}
    assert all(receipt["deleted"] is not None for receipt in receipts)


@pytest.mark.parametrize("case", cases("update"))
def test_update_changes_only_the_named_keys_or_nothing(server: Server, command: Command, case: Case) -> None:
    """Other keys stay, and status 0 means that the update was made."""
    store = started(server, command)
    before = dict(store.completions["chatcmpl-001"]["metadata"])
    spoilt(store, case)
    done = command("update", "chatcmpl-001", "--metadata", "new=1", *PATIENCE)
    check_the_end(done, command.folder)
    after = store.completions["chatcmpl-001"]["metadata"]
    assert after in (before, {**before, "new": "1"})
    assert done.status or after == {**before, "new": "1"}


@pytest.mark.parametrize("case", cases(*SHOWS))
def test_every_failure_ends_with_a_sentence(server: Server, command: Command, case: Case) -> None:
    """`list`, `get` and `messages`."""
    store = started(server, command)
    spoilt(store, case)
    for more in ((), ("--json",)):
        done = command(*SHOWS[case.command], *more, "--max-retries", "1")
        check_the_end(done, command.folder)


@pytest.mark.parametrize(
    "created", [1.7e9, "1700000000", None, True, 0, -1, 10**17, [], ...], ids=lambda value: f"{value!r}"
)
def test_completions_without_a_readable_time_are_not_deleted(server: Server, command: Command, created: object) -> None:
    """They are counted, and the status says that something was kept, also if nothing else is selected."""
    store = started(server, command)
    odd = store.completions["chatcmpl-004"]
    odd["created"] = created
    if created is ...:
        del odd["created"]
    for _ in range(2):
        done = command("delete", "--older-than", "90d", "--yes", "--quiet", "--receipts", "r.jsonl")
        assert done.status == 3 and "Kept: 1 completion that cannot be checked" in done.err, done.err
        assert store.completions.keys() == {"chatcmpl-004"} and len(store.deleted) == 9


@pytest.mark.parametrize("unit", [10**3, 10**6, 10**9])
def test_times_in_parts_of_a_second_select_nothing_to_delete(server: Server, command: Command, unit: int) -> None:
    """Read as seconds, they would be after every `--since`."""
    store = started(server, command)
    for completion in store.completions.values():
        completion["created"] *= unit
    done = command("delete", "--since", "2024-01-01", "--yes", "--quiet")
    assert done.status == 3 and "Kept: 10 completions that cannot be checked" in done.err, done.err
    assert len(store.completions) == 10


@pytest.mark.parametrize("selection", [Selection(), Selection(metadata=[])], ids=str)
def test_no_filter_selects_nothing_to_delete(selection: Selection) -> None:
    """Also if the options are parsed to an empty list."""
    with pytest.raises(CommandError, match="Say what to delete"):
        delete(connection=Connection(), selection=selection, yes=True)


@pytest.mark.parametrize(
    "arguments",
    [("--metadata", "run=other"), ("--model", "gpt-9"), ("--older-than", "10000d"), ("--since", "2024-01-01")],
    ids=" ".join,
)
def test_a_server_that_ignores_filters_deletes_nothing(
    server: Server, command: Command, arguments: tuple[str, ...]
) -> None:
    """The filters are applied to each object as well."""
    store = started(server, command)
    store.list = _unfiltered(store)  # type: ignore[method-assign]  # a server that does not filter
    server.keep(store)
    done = command("delete", *arguments, "--yes", "--receipts", "r.jsonl")
    assert done.status == 0 and "nothing was deleted" in done.err, done.err
    assert len(store.completions) == 10
    done = command("export", OUT, *arguments[:2], "--json") if arguments[0] != "--older-than" else done
    assert done.status == 0


def _unfiltered(store: Faulty) -> Any:
    listing = Faulty.list

    async def unfiltered(request: Request) -> Any:
        query = "&".join(f"{k}={v}" for k, v in request.query_params.items() if k in ("after", "limit", "order"))
        return await listing(store, Request({**request.scope, "query_string": query.encode()}))

    return unfiltered


@pytest.mark.parametrize("arguments", [("--model", "gpt-4o"), ("--metadata", "run=test"), ("--until", "2024-01-01")])
def test_a_list_has_what_an_export_has(server: Server, command: Command, arguments: tuple[str, ...]) -> None:
    """Also completions that the filters may select: versions of a model, and those without the property."""
    store = started(server, command)
    odd: list[dict[str, Any]] = [
        {"model": "gpt-4o"},
        {"model": "gpt-4o-2024-08-06"},
        {"model": None},
        {"model": "o3"},
        {"metadata": None},
        {"metadata": {"run": "other"}},
        {"created": None},
        {"created": 1_750_000_000},
    ]
    for name, properties in zip(store.names, odd, strict=False):
        store.completions[name].update(properties)
    store.list = _unfiltered(store)  # type: ignore[method-assign]  # a server that does not filter
    server.keep(store)
    listed = command("list", *arguments, "--json")
    exported = command("export", "-", *arguments, "--no-messages", "--json")
    assert listed.status == exported.status == 0
    unchecked = json.loads(exported.err.splitlines()[0])["unchecked"]
    assert f"Included: {unchecked} completion" in exported.err
    assert "cannot be checked" in (kept := command("delete", *arguments, "--quiet").err)
    assert unchecked == sum(map(int, re.findall(r"Kept: (\d+) completions? (?:that cannot|of other)", kept)))
    assert listed.out == exported.out and 0 < len(listed.out.splitlines()) < len(store.names)


def test_versions_of_a_model_are_kept_and_named(server: Server, command: Command) -> None:
    """A server lists them under the shorter name; each is deleted only by its full name."""
    store = started(server, command)
    dated, other = store.names[:4], store.names[4:6]
    for names, model in ((dated, "gpt-4o-2024-08-06"), (other, "gpt-4o-mini"), (store.names[6:], "gpt-4o")):
        for name in names:
            store.completions[name]["model"] = model
    store.list = _unfiltered(store)  # type: ignore[method-assign]  # a server that does not filter
    server.keep(store)
    done = command("delete", "--model", "gpt-4o", "--yes", "--receipts", "r.jsonl")
    assert done.status == 0 and store.deleted.keys() == {*store.names[6:]}, done.err
    assert "Kept: 6 completions" in done.err and "cannot be checked" not in done.err
    written = [line.split()[1] for line in done.err.splitlines() if line.startswith("  --model ")]
    assert written == ["gpt-4o-2024-08-06", "gpt-4o-mini"]
    done = command("delete", "--model", written[0], "--yes", "--receipts", "r.jsonl")
    assert done.status == 0 and store.completions.keys() == {*other}, done.err


def test_a_completion_that_changes_meanwhile_is_archived_again(server: Server, command: Command) -> None:
    """In the deleting run, or after a run that failed: the archive has what was deleted."""
    store = started(server, command)
    changing = store.completions["chatcmpl-005"]

    def spoil(kind: str, number: int) -> None:
        if kind == "retrieve" and number == 11:
            changing["metadata"]["changed"] = "yes"

    store.spoil = spoil
    arguments = (*DELETIONS["delete with an archive"], "--concurrency", "1")
    done = command(*arguments)
    assert done.status == 0, done.err
    check_the_deleted(store, command, True)
    assert store.deleted["chatcmpl-005"]["metadata"]["changed"] == "yes"
    # A deletion that failed, and a change of the messages since.
    store = started(server, command)
    for path in command.folder.glob("*.json*"):
        path.unlink()
    store.spoil = lambda kind, number: OF_KIND["delete"]["500"] if kind == "delete" else None

    async def refused(request: Any) -> Any:
        return OF_KIND["delete"]["400"](None)

    store.delete = refused  # type: ignore[method-assign]  # nothing is deleted
    server.keep(store)
    assert command(*arguments).status == 3
    assert store.deleted == {}
    store._messages["chatcmpl-007"][0]["content"] = "Changed."
    store.completions["chatcmpl-002"]["choices"][0]["message"]["content"] = "Changed too."
    del store.delete
    well(store)
    server.keep(store)
    done = command(*arguments)
    assert done.status == 0, done.err
    check_the_deleted(store, command, True)
    assert len(store.deleted) == 10 and len(command.lines(OUT)) == 10
    assert json.loads(json.dumps(store.deleted["chatcmpl-007"]))["messages"][0]["content"] == "Changed."


@pytest.mark.parametrize("number", [0, 2, 5])
@pytest.mark.parametrize("kind", ["messages", "delete"])
def test_a_change_just_before_deletion_is_archived(server: Server, command: Command, kind: str, number: int) -> None:
    """With several requests at a time, the last two completions change while the others are fetched or deleted."""
    store = started(server, command)

    def spoil(asked: str, index: int) -> None:
        if asked == kind and index == number + 10 * (kind == "messages"):
            for name in store.names[-2:]:
                store.completions[name]["metadata"]["changed"] = "yes"

    store.spoil = spoil
    done = command(*DELETIONS["delete with an archive"], "--concurrency", "16")
    assert done.status == 0, done.err
    check_the_deleted(store, command, True)
    assert [store.deleted[name]["metadata"]["changed"] for name in store.names[-2:]] == ["yes", "yes"]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("what", ["metadata", "messages", "nothing"])
@pytest.mark.parametrize("archived", [True, False])
def test_a_change_between_two_attempts_to_delete_is_kept(
    server: Server, command: Command, status: int, what: str, archived: bool
) -> None:
    """A deletion that the server refuses for a moment is tried again, if the completion is still the archived one."""
    store = started(server, command)
    changing = store.names[4]

    def plan(received: Received) -> Any:
        if received.method != "DELETE" or not received.path.endswith(changing):
            return None
        seen.append(received)
        if len(seen) == 2 and what == "metadata":
            store.completions[changing]["metadata"] = {"run": "other"}
        elif len(seen) == 2 and what == "messages":
            store._messages[changing][0]["content"] = "Changed."
        return failure(status, retry_after_ms="1") if len(seen) < 3 else None

    seen: list[Received] = []
    server.plan = plan
    place = ("--archive", OUT) if archived else ()
    done = command("delete", "--metadata", "run=test", "--yes", "--receipts", "r.jsonl", *place, "--max-retries", "2")
    check_the_deleted(store, command, archived)
    is_kept = what == "metadata" or (what == "messages" and archived)
    assert (changing in store.completions) == is_kept and done.status == (3 if is_kept else 0), done.err
    receipts = [receipt["deleted"] for receipt in command.lines("r.jsonl") if receipt["id"] == changing]
    assert receipts == [not is_kept] and len(store.deleted) == 10 - is_kept


@pytest.mark.parametrize("status", [429, 503])
def test_a_change_between_two_attempts_to_update_is_kept(server: Server, command: Command, status: int) -> None:
    """Another program sets another key while the server refuses the update."""
    store = started(server, command)
    metadata = store.completions[store.names[0]]["metadata"]
    before = dict(metadata)

    def plan(received: Received) -> Any:
        if received.method != "POST" or "other" in metadata:
            return None
        metadata["other"] = "set"
        return failure(status, retry_after_ms="1")

    server.plan = plan
    done = command("update", store.names[0], "--metadata", "new=1", "--max-retries", "1")
    assert done.status == 0, done.err
    assert store.completions[store.names[0]]["metadata"] == {**before, "other": "set", "new": "1"}


def test_ids_with_receipts_are_not_requested_again(server: Server, command: Command) -> None:
    """The same command ends with status 0 and adds no receipt; without receipts it names what is missing."""
    store = started(server, command)
    assert command(*DELETIONS["delete by ids"]).status == 0
    receipts = (command.folder / "r.jsonl").read_bytes()
    done = command(*DELETIONS["delete by ids"])
    assert done.status == 0 and "deleted before: 10" in done.err, done.err
    assert (command.folder / "r.jsonl").read_bytes() == receipts
    assert command("delete", store.names[0], "--yes", "--receipts", "other.jsonl").status == 3


def test_a_charset_that_the_headers_name_counts(server: Server, command: Command) -> None:
    """Also if the bytes are not UTF-8."""
    store = started(server, command)

    def latin(body: Any) -> Any:
        content = json.dumps({**body, "more": "\xe9"}, ensure_ascii=False).encode("latin-1")
        return answer(content, content_type="application/json; charset=iso-8859-1")

    store.spoil = lambda kind, index: latin
    done = command("get", "--json", store.names[0])
    assert done.status == 0 and json.loads(done.out)["more"] == "\xe9", done.err
    assert command("export", OUT).status == 0 and len(command.lines(OUT)) == 10
