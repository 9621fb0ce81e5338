"""An odd completion is a line in the errors file, and the others are exported."""

from __future__ import annotations

import asyncio
import json
import re
import time
from itertools import cycle, product
from types import SimpleNamespace

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from stored_completions import AsyncOpenAI
from stored_completions.errors import APIConnectionError, APIError, APIStatusError
from stored_completions_cli.errors import CommandError
from stored_completions_cli.progress import Counts
from stored_completions_cli.source import Source
from stored_completions_cli.times import age, moment
from stored_completions_testing.server import Server
from tests.cli.faulty import DEEP, Faulty
from tests.cli.processes import WHOLE_PRODUCT, Command

ODD = {
    "a lone surrogate": b'{"id":"chat\\ud800","object":"chat.completion","created":1,"choices":[]}',
    "an integer of 5,000 digits": b'{"id":"chatcmpl-long","choices":[],"n":' + b"9" * 5000 + b"}",
    "30,000 deep": b'{"id":"chatcmpl-deep","choices":[],"n":' + DEEP + b"}",
    "null": b"null",
    "an array": b"[[]]",
    "nothing in it": b"{}",
    "an error": b'{"id":"chatcmpl-error","error":{"message":"It is gone."}}',
    "an empty id": b'{"id":"","choices":[]}',
    "a dot": b'{"id":".","choices":[]}',
    "a control character": b'{"id":"a\\u0000b","choices":[]}',
    "an id of 9,000 characters": b'{"id":"' + b"a" * 9000 + b'","choices":[]}',
    "a number as an id": b'{"id":7,"choices":[]}',
    "no choices": b'{"id":"chatcmpl-none","choices":null}',
}
PLACES = (0, 3, 10)


class WithOne(Faulty):
    """Ten completions with an odd one, first, last or in the middle of a page."""

    def __init__(self, odd: bytes, place: int) -> None:
        super().__init__()
        self.odd, self.place = odd, place

    async def list(self, request: Request) -> Response:
        query = request.query_params
        texts = [json.dumps(completion).encode() for completion in self.completions.values()]
        place = min(self.place, len(texts))
        texts.insert(place, self.odd)
        ids = [*self.completions]
        ids.insert(place, "")
        # Not of all formats: Python cannot decode integers of 5,000 digits.
        found = re.match(rb'{"id":("[^"]*")', self.odd)
        ids[place] = json.loads(found[1]) if found else ""
        start = ids.index(query["after"]) + 1 if "after" in query else 0
        page = texts[start : start + 4]
        more = b"true" if start + 4 < len(texts) else b"false"
        return Response(b'{"data":[' + b",".join(page) + b'],"has_more":' + more + b"}")


CASES = [*product(ODD, PLACES)] if WHOLE_PRODUCT else [*zip(ODD, cycle(PLACES), strict=False)]


@pytest.mark.parametrize(("name", "place"), CASES)
def test_an_odd_completion_does_not_stop_the_others(server: Server, command: Command, name: str, place: int) -> None:
    """In each place and with each command; trying it again keeps it one line."""
    store = WithOne(ODD[name], place)
    server.keep(store)
    for _ in range(2):
        done = command("export", "out.jsonl", "--max-retries", "0")
        assert done.status == 3 and "Traceback" not in done.err, done
        assert [line["id"] for line in command.lines("out.jsonl")] == store.names
        (error,) = command.lines("out.jsonl.errors.jsonl")
        assert error["reason"]
    done = command(
        "delete",
        "--until",
        "2024-01-01",
        "--yes",
        "--archive",
        "old.jsonl",
        "--receipts",
        "r.jsonl",
        "--max-retries",
        "0",
    )
    assert "Traceback" not in done.err and store.deleted.keys() == {*store.names}
    done = command("list", "--json", "--max-retries", "0")
    assert done.status == 0 and len(done.out.splitlines()) == 1


NO_TIMES = "30 7 2026 20260131 2026-01 mon monday 01/02/2026 1.5d -7d 7days now tomorrow 2999-01-01 2026-13-01"
MORE = "2026-02-30 2026-W05 12:00 ٧d d 2026-01-01T25:00 0x7d 7D P7D 1700000000 +7d 7d7d 1969-01-01"

ZONED = "2026-01-31+02:00 2026-01-31-12:00 2026-01-31x12:00"


@pytest.mark.parametrize(
    "text",
    [
        *NO_TIMES.split(),
        *MORE.split(),
        *ZONED.split(),
        "Jan 3",
        "3 Jan 2026",
        "7 d",
        "",
        " ",
        "9" * 30 + "d",
        "0" * 30 + "7d",
    ],
)
def test_invalid_and_ambiguous_times_are_refused(text: str) -> None:
    """With what to write instead."""
    with pytest.raises(CommandError, match="7d, 12h, 30m or 2w"):
        moment("--until", text, 1_800_000_000)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7d", 1_800_000_000 - 7 * 86400),
        ("12h", 1_800_000_000 - 43200),
        ("90m", 1_800_000_000 - 5400),
        ("2w", 1_800_000_000 - 14 * 86400),
        ("0d", 1_800_000_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000),
        ("20231114T221320Z", 1_700_000_000),
    ],
)
def test_times_are_ages_or_iso_dates(text: str, seconds: int) -> None:
    """Ages count back from now; a date may have a zone."""
    assert moment("--since", text, 1_800_000_000) == seconds


@pytest.mark.parametrize("text", ["2023-10-29T02:30", "2023-03-26 02:30"])
def test_a_local_time_that_is_twice_or_never_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Where clocks are changed; with a zone, or an hour later, it is one moment."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        with pytest.raises(CommandError, match="is twice or never on this machine's clock"):
            moment("--until", text, 1_800_000_000)
        assert moment("--until", text.replace("02:30", "03:30"), 1_800_000_000)
        assert moment("--until", f"{text}+01:00", 1_800_000_000)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_parts_of_a_second_select_no_more() -> None:
    """Completions have whole seconds: one of second 10 is not from 10.5 on."""
    assert moment("--since", "1970-01-02T00:00:10.5Z", 1_800_000_000) == 86411
    assert moment("--since", "10s", 1_800_000_000.5) == 1_799_999_991
    assert moment("--until", "0s", 1_800_000_000.5) == 1_800_000_001


def test_an_overlap_is_an_age() -> None:
    """A date is refused."""
    assert age("--overlap", "10s") == 10
    with pytest.raises(CommandError, match="is not an age"):
        age("--overlap", "2026-01-01")


@pytest.mark.parametrize(
    ("status", "headers", "attempt", "seconds"),
    [
        (503, {}, 1, 0.5),
        (503, {}, 20, 7.5),
        (503, {}, 21, None),
        (429, {"retry-after": "3"}, 7, 3),
        (429, {"retry-after": "3600"}, 1, None),
        (408, {}, 2, 1),
        (400, {}, 1, None),
        (400, {"x-should-retry": "true"}, 1, 0.5),
        (503, {"x-should-retry": "false"}, 1, None),
        (None, {}, 3, 2),
    ],
)
def test_a_deletion_is_tried_again_as_the_client_retries(
    monkeypatch: pytest.MonkeyPatch, status: int | None, headers: dict[str, str], attempt: int, seconds: float | None
) -> None:
    """After transient failures, up to the number of retries, and as late as the server asks for."""
    slept: list[float] = []

    async def sleep(length: float) -> None:
        slept.append(length)

    # Only the command's: the event loop of a server in another thread sleeps too.
    monkeypatch.setattr("stored_completions_cli.source.asyncio", SimpleNamespace(sleep=sleep))
    request = httpx.Request("DELETE", "http://127.0.0.1/")
    error: APIError = APIConnectionError(request=request)
    if status is not None:
        response = httpx.Response(status, headers=headers, request=request)
        error = APIStatusError("It went wrong.", response=response, body=None)
    source = Source(AsyncOpenAI(api_key="sk-unused", max_retries=20), 1, Counts())

    async def fail() -> None:
        async for one in source.attempts():
            with one:
                raise error

    with pytest.raises(type(error)):
        asyncio.run(fail())
    assert source.counts.retries == len(slept)
    assert (attempt <= len(slept)) == (seconds is not None)
    if seconds is not None:
        jitter = 0 if headers.get("retry-after") else 0.5
        assert seconds <= slept[attempt - 1] <= seconds + jitter


def test_control_characters_reach_no_terminal(server: Server, command: Command) -> None:
    """C1 controls are escaped, as JSON allows, by all commands that print JSON."""
    store = Faulty(1)
    store.completions["chatcmpl-000"]["choices"][0]["message"]["content"] = "\x9b2J\x7f\x85"
    store._messages["chatcmpl-000"][0]["content"] = "\x9b2J"
    server.keep(store)
    for arguments in (("list",), ("get", "chatcmpl-000"), ("messages", "chatcmpl-000")):
        for more in ((), ("--json",)):
            done = command(*arguments, *more)
            assert done.status == 0 and done.out, done
            assert not {*done.out.decode()} & {*map(chr, range(0x7F, 0xA0))}
    assert json.loads(command("get", "--json", "chatcmpl-000").out) == store.completions["chatcmpl-000"]


def test_a_name_with_a_line_break_stays_on_its_line(server: Server, command: Command) -> None:
    """An id or a file's name cannot look like a line of the command."""
    store = Faulty(1)
    store.completions["chatcmpl-000"]["id"] = store.completions["chatcmpl-000"]["model"] = "a\n  and 0 more\x1b[2J"
    server.keep(store)
    name = "a\nb\x1b[31m.jsonl"
    shown = command("list").out.decode()
    shown += command("delete", "--all").err
    shown += command("export", name, "--no-messages").err
    shown += command("export", name, "--no-messages").err
    shown += command("export", f"none/{name}").err
    assert "\x1b" not in shown
    assert not any(line.startswith(("  and", "b")) for line in shown.splitlines()), shown


@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.xlsx", "out.jsonl.gz", "out.tsv"])
def test_a_name_of_no_format_is_refused(server: Server, command: Command, name: str) -> None:
    """The message lists the formats."""
    done = command("export", name)
    assert done.status == 2 and "--format jsonl, finetune, evals, parquet" in done.err
    server.keep(Faulty())
    assert command("export", name, "--format", "jsonl").status == 0


def test_the_name_says_the_format(server: Server, command: Command) -> None:
    """Parquet is known by its first bytes."""
    server.keep(Faulty())
    assert command("export", "out.parquet").status == 0
    assert (command.folder / "out.parquet").read_bytes()[:4] == b"PAR1"
    assert command("export", "named.parquet", "--format", "jsonl").status == 0
    assert len(command.lines("named.parquet")) == 10
    done = command("delete", "--all", "--yes", "--archive", "old.parquet")
    assert done.status == 2 and "An archive is in JSON Lines" in done.err


@pytest.mark.parametrize("place", PLACES)
def test_a_completion_that_became_valid_is_exported(server: Server, command: Command, place: int) -> None:
    """It has no id that can be requested, so it is found by listing again, however often it failed."""
    store = WithOne(b'{"object":"chat.completion","model":"m"}', place)
    server.keep(store)
    for _ in range(3):
        assert command("export", "out.jsonl", "--no-messages", "--overlap", "0s").status == 3
    store.odd = b'{"id":"chatcmpl-well","object":"chat.completion","created":1700000000,"choices":[]}'
    assert command("export", "out.jsonl", "--no-messages", "--overlap", "0s").status == 0
    assert {line["id"] for line in command.lines("out.jsonl")} == {*store.names, "chatcmpl-well"}


def test_a_limit_counts_retried_completions(server: Server, command: Command) -> None:
    """Failures are not counted: as many are exported as without them."""
    store = WithOne(b"{}", 0)
    server.keep(store)
    export = ("export", "out.jsonl", "--no-messages", "--limit", "3", "--overlap", "0s")
    assert command(*export).status == 3
    store.odd = json.dumps({**store.completions["chatcmpl-000"], "id": "chatcmpl-well"}).encode()
    for more, number in (((), 3), (("--append",), 6)):
        assert command(*export, *more).status == 0
        assert len(command.lines("out.jsonl")) == number
