"""What servers do while the command lists: repeat, add, shuffle, refuse, stall; and what a selection takes."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from stored_completions_testing.faults import BROKEN, STALLS, answer, failure, in_turn
from stored_completions_testing.server import Received, Server
from tests.cli.faulty import OLD, Fault, Faulty
from tests.cli.processes import Command
from tests.support.server import Generated, generated_id

NUMBER = 250


class Scripted(Generated):
    """A store whose pages are made by a function of the cursor's index."""

    def __init__(self, number: int, page: Callable[[int | None], tuple[list[int], bool]]) -> None:
        super().__init__(number)
        self.page = page

    def indices(self, after: int | None, limit: int, descending: bool) -> tuple[list[int], bool]:
        return self.page(after)


def exported(command: Command, *arguments: str) -> list[str]:
    """Return the ids of an export in order."""
    done = command("export", "out.jsonl", "--no-messages", *arguments)
    assert done.status == 0, done.err
    return [line["id"] for line in command.lines("out.jsonl")]


def ids(indices: Any) -> list[str]:
    return [generated_id(index) for index in indices]


def test_items_that_are_repeated_are_exported_once(server: Server, command: Command) -> None:
    """Each page begins with half of the previous one."""

    def page(after: int | None) -> tuple[list[int], bool]:
        start = 0 if after is None else after - 49
        return [*range(start, min(start + 100, NUMBER))], start + 100 < NUMBER

    server.keep(Scripted(NUMBER, page))
    assert exported(command) == ids(range(NUMBER))


def test_pages_out_of_order_keep_the_order_of_the_listing(server: Server, command: Command) -> None:
    """The second hundred comes first, and pages are reversed: the file keeps the order of the listing."""
    order = [*range(199, 99, -1), *range(99, -1, -1), *range(249, 199, -1)]

    def page(after: int | None) -> tuple[list[int], bool]:
        start = 0 if after is None else order.index(after) + 1
        return order[start : start + 100], start + 100 < NUMBER

    server.keep(Scripted(NUMBER, page))
    assert exported(command, "--until", "1d") == ids(order)


def test_items_added_during_the_listing_are_exported(server: Server, command: Command) -> None:
    """Each page that is requested adds ten completions at the end, up to a limit."""
    store = Generated(100)
    server.keep(store)

    def plan(received: Received) -> None:
        if received.path.endswith("/completions") and store.number < 300:
            store.number += 10

    server.plan = plan
    assert exported(command) == ids(range(store.number))
    assert store.number > 110


@pytest.mark.parametrize("cursors", [[99, 99], [99, 199, 99]])
def test_an_endless_listing_is_reported(server: Server, command: Command, cursors: list[int]) -> None:
    """A cursor that repeats would never end: status 1, and what was listed is kept."""
    following = iter(cursors)
    server.keep(Scripted(NUMBER, lambda after: ([next(following)], True)))
    done = command("export", "out.jsonl", "--no-messages")
    assert done.status == 1 and "The listing does not end" in done.err


@pytest.mark.parametrize(
    "arguments", [("export", "out.jsonl"), ("list", "--limit", "999"), ("delete", "--all", "--yes")], ids=str
)
def test_empty_pages_without_end_are_reported(server: Server, command: Command, arguments: tuple[str, ...]) -> None:
    """Each empty page has another cursor, and says that more follows: after a hundred of them the command stops."""
    number = 0

    def plan(received: Received) -> ASGIApp:
        nonlocal number
        number += 1
        return answer({"object": "list", "data": [], "last_id": f"chatcmpl-{number}", "has_more": number < 500})

    server.plan = plan
    done = command(*arguments)
    assert done.status == 1 and "does not end: the server says of 100 empty pages that more follows" in done.err, done


def nothing_and_more(kind: str, *numbers: int) -> Callable[[str, int], Fault | None]:
    """Return a plan for empty answers, at these numbers of a kind, that say that another page follows."""
    empty: Fault = lambda body: answer({**body, "data": [], "has_more": True})  # noqa: E731 - typed
    return lambda asked, number: empty if asked == kind and number in numbers else None


@pytest.mark.parametrize("kind", ["list", "messages"])
def test_a_page_that_is_empty_by_mistake_is_asked_for_again(server: Server, command: Command, kind: str) -> None:
    """Its cursor would skip its completions."""
    store = Faulty()
    server.keep(store)
    store.spoil = nothing_and_more(kind, 1)
    assert command("export", "out.jsonl", "--concurrency", "1").status == 0
    assert command.lines("out.jsonl") == [store.line(name) for name in store.names]


@pytest.mark.parametrize("number", [0, 1])
def test_a_page_that_stays_empty_is_a_failure(server: Server, command: Command, number: int) -> None:
    """What follows is exported by the cursor, and the skipped completions as soon as the server lists them."""
    store = Faulty()
    server.keep(store)
    rest = [*store.names[: 4 * number], *store.names[4 * (number + 1) :]]
    # The second run lists from this page on.
    for first in (number, 0):
        store.spoil = nothing_and_more("list", first, first + 1)
        done = command("export", "out.jsonl", "--concurrency", "1")
        assert done.status == 3 and "Not exported: 1 completion" in done.err
        assert [line["id"] for line in command.lines("out.jsonl")] == rest
        assert "an empty page" in command.lines("out.jsonl.errors.jsonl")[0]["reason"]
        store.seen.clear()
    store.spoil = lambda kind, index: None
    assert command("export", "out.jsonl").status == 0
    found = command.lines("out.jsonl")
    assert sorted(found, key=lambda line: str(line["id"])) == [store.line(name) for name in store.names]


def test_a_list_says_that_a_page_stays_empty(server: Server, command: Command) -> None:
    """With `--json` too, which prints nothing but JSON."""
    store = Faulty()
    server.keep(store)
    store.spoil = nothing_and_more("list", 1, 2)
    done = command("list", "--json", "--limit", "50")
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [*store.names[:4], *store.names[8:]]
    assert done.err.startswith("Completions are missing: the server says that more follows, and sent an empty page")
    store.seen.clear()
    assert "sent an empty page" in command("list", "--limit", "50", COLUMNS="200").out.decode()


@pytest.mark.parametrize("completion_id", ["chatcmpl-unknown", "..", "a\0b", "a\nb", "\x85"])
@pytest.mark.parametrize("number", [0, 2])
def test_a_page_with_wrong_ids_is_requested_again(
    server: Server, command: Command, completion_id: str, number: int
) -> None:
    """An unknown or impossible id is given up once another takes its place."""
    store = Faulty()
    server.keep(store)
    store.spoil = lambda kind, index: (
        (lambda body: answer({**body, "data": [{**body["data"][0], "id": completion_id}, *body["data"][1:]]}))
        if (kind, index) == ("list", number)
        else None
    )
    done = command("export", "out.jsonl")
    assert done.status == 3 and "Not exported: 1 completion" in done.err
    (error,) = command.lines("out.jsonl.errors.jsonl")
    assert completion_id in (error["id"], json.loads(error.get("object", "{}")).get("id"))
    assert command("export", "out.jsonl").status == 0
    found = command.lines("out.jsonl")
    assert sorted(found, key=lambda line: str(line["id"])) == [store.line(name) for name in store.names]


@pytest.mark.parametrize("more", [(), ("--append",)])
def test_items_deleted_during_the_listing_are_no_failures(
    server: Server, command: Command, more: tuple[str, ...]
) -> None:
    """The first run fails for its messages; later runs do not try it again."""
    store = Faulty()
    server.keep(store)

    def plan(received: Received) -> None:
        if received.path.endswith("002/messages"):
            store.completions.pop(store.names[3], None)

    server.plan = plan
    assert command("export", "out.jsonl", "--concurrency", "1", *more).status == 3
    assert command("export", "out.jsonl", *more).status == 0
    assert [line["id"] for line in command.lines("out.jsonl")] == [*store.completions]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_listing_that_seems_to_end_is_asked_again(server: Server, command: Command, number: int) -> None:
    """A last page that is empty once, by mistake, is requested again."""
    store = Faulty()
    server.keep(store)
    none: Fault = lambda body: answer({**body, "data": [], "has_more": False})  # noqa: E731 - typed
    for kind in ("list", "messages"):
        store.spoil = lambda asked, index, kind=kind: none if (asked, index) == (kind, number) else None  # type: ignore[misc]  # bound
        assert command("export", f"{kind}.jsonl", "--concurrency", "1").status == 0
        assert command.lines(f"{kind}.jsonl") == [store.line(name) for name in store.names]
        store.seen.clear()


def test_messages_that_stay_empty_are_a_failure(server: Server, command: Command) -> None:
    """Such a completion is not deleted either."""
    store = Faulty(3)
    server.keep(store)
    store.spoil = nothing_and_more("messages", 0, 1)
    assert command("export", "out.jsonl", "--concurrency", "1").status == 3
    assert [line["id"] for line in command.lines("out.jsonl")] == store.names[1:]
    assert "an empty page" in command.lines("out.jsonl.errors.jsonl")[0]["reason"]
    store.spoil = nothing_and_more("messages", *range(100))
    assert command("delete", "--all", "--yes", "--archive", "old.jsonl").status == 3
    assert [*store.completions] == store.names


def test_messages_that_come_twice_are_not_exported(server: Server, command: Command) -> None:
    """A server that ignores the cursor sends the same page for each request."""
    store = Faulty(1)
    server.keep(store)
    whole = store.line(store.names[0])["messages"]
    store.spoil = lambda kind, number: (
        (lambda body: answer({"object": "list", "data": whole, **({"has_more": False} if number else {})}))
        if kind == "messages"
        else None
    )
    assert command("export", "out.jsonl").status == 3
    assert "sent the same page twice" in command.lines("out.jsonl.errors.jsonl")[0]["reason"]


def test_messages_on_two_pages_are_exported_once(server: Server, command: Command) -> None:
    """Each page begins with the last message of the previous one; messages without ids may be equal."""
    store = Faulty(1)
    server.keep(store)
    sent = [{"id": f"m{number}", "role": "user", "content": "Again."} for number in range(6)]
    sent += [{"role": "user", "content": "Again."}] * 2
    pages = (
        answer({"object": "list", "data": items, "last_id": f"c{number}", "has_more": number < 2})
        for number, items in enumerate([sent[:3], sent[2:5], sent[4:]])
    )
    server.plan = lambda received: next(pages) if received.path.endswith("messages") else None
    assert command("export", "out.jsonl").status == 0
    assert command.lines("out.jsonl")[0]["messages"] == sent


def test_an_item_without_an_id_is_an_error_and_not_lost(server: Server, command: Command) -> None:
    """Its messages cannot be requested; the errors file has the item as received."""
    server.keep(Generated(0))
    page = {
        "object": "list",
        "data": [{"object": "chat.completion", "model": "m"}, {"id": "", "n": 1}],
        "has_more": False,
    }
    server.plan = lambda received: answer(page)
    assert command("export", "out.jsonl").status == 3
    errors = command.lines("out.jsonl.errors.jsonl")
    assert [json.loads(problem["object"]) for problem in errors] == page["data"]
    assert command("export", "plain.jsonl", "--no-messages").status == 3
    assert command.lines("plain.jsonl") == []


@pytest.mark.parametrize(
    ("selection", "wanted"),
    [
        (["--since", "2023-11-14T22:15:00Z"], range(100, NUMBER)),
        (["--until", "2023-11-14T22:15:00Z"], range(100)),
        (["--since", "2023-11-14T22:15:00+00:00", "--until", "20231114T221540Z"], range(100, 140)),
        (["--since", "2024-01-01"], range(0)),
        (["--limit", "7"], range(7)),
    ],
)
def test_a_selection_by_time_takes_what_was_created_then(
    server: Server, command: Command, selection: list[str], wanted: range
) -> None:
    """From `--since` on and before `--until`; the completions are a second apart from 22:13:20."""
    server.keep(Generated(NUMBER))
    assert exported(command, *selection) == ids(wanted)


def test_since_lists_from_the_newest_back_and_not_all(server: Server, command: Command) -> None:
    """For the last 50 of 5,000 completions a few pages are requested, not fifty."""
    server.keep(Generated(5000))
    assert exported(command, "--since", "2023-11-14T23:35:50Z") == ids(range(4950, 5000))
    assert len(server.received) <= 6


def test_since_works_with_servers_that_ignore_order(server: Server, command: Command) -> None:
    """A server that always lists the newest first gives the same selection."""
    order = [*range(NUMBER - 1, -1, -1)]

    def page(after: int | None) -> tuple[list[int], bool]:
        start = 0 if after is None else order.index(after) + 1
        return order[start : start + 100], start + 100 < NUMBER

    server.keep(Scripted(NUMBER, page))
    assert exported(command, "--since", "2023-11-14T22:15:00Z") == ids(order[: NUMBER - 100])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_times_select_in_a_listing_of_any_order(server: Server, command: Command, seed: int, option: str) -> None:
    """Completions may be listed by their id, or when they were stored, and not by their time."""
    store = Faulty(30)
    old, new = {*store.names[:25]}, {*store.names[25:]}
    store.completions = {name: store.completions[name] for name in random.Random(seed).sample(store.names, 30)}
    server.keep(store)
    day = datetime.fromtimestamp(OLD + 25, UTC).isoformat()
    assert command("export", "out.jsonl", option, day).status == 0
    found = [line["id"] for line in command.lines("out.jsonl")]
    assert sorted(found) == sorted(new if option == "--since" else old)


def test_filters_are_sent_to_the_server(server: Server, command: Command) -> None:
    """`--model` and `--metadata`."""
    done = command("export", "out.jsonl", "--model", "m", "--metadata", "a=b=c", "--metadata", "d=", "--no-messages")
    assert done.status == 0
    query = dict(server.received[0].query)
    assert (query["model"], query["metadata[a]"], query["metadata[d]"]) == ("m", "b=c", "")


class FiltersPages(Faulty):
    """A store that filters after it cuts its pages, so that a page may be empty before the last one."""

    def __init__(self, has_cursors: bool) -> None:
        super().__init__()
        self.has_cursors = has_cursors
        for name in self.names[1:9]:
            self.completions[name] |= {"model": "gpt-4o-mini-2024-07-18", "metadata": {}}

    async def list(self, request: Request) -> Response:
        query = dict(request.query_params)
        wanted = {name: query.pop(name) for name in ("model", "metadata[run]") if name in query}
        page = json.loads(
            bytes((await super().list(Request({**request.scope, "query_string": urlencode(query).encode()}))).body)
        )
        page["data"] = [
            item
            for item in page["data"]
            if wanted.items() <= {"model": item["model"], "metadata[run]": item["metadata"].get("run")}.items()
        ]
        if not self.has_cursors:
            page["last_id"] = page["data"][-1]["id"] if page["data"] else None
        return answer(page)


@pytest.mark.parametrize("has_cursors", [True, False])
@pytest.mark.parametrize("selection", [("--model", "gpt-4o-mini"), ("--metadata", "run=test", "--until", "2024-01-01")])
def test_a_server_may_filter_after_it_cuts_its_pages(
    server: Server, command: Command, selection: tuple[str, ...], has_cursors: bool
) -> None:
    """An empty page is right if the same page without filters has nothing that they select."""
    store = FiltersPages(has_cursors)
    server.keep(store)
    wanted = [store.line(name) for name in (store.names[0], store.names[9])]
    done = command("export", "out.jsonl", *selection)
    assert done.status == 0 and "against the filters" not in done.err, done.err
    assert command.lines("out.jsonl") == wanted
    done = command("list", "--json", *selection)
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [completion["id"] for completion in wanted]
    done = command("delete", "--yes", "--archive", "old.jsonl", *selection)
    assert done.status == 0 and "Kept" not in done.err, done.err
    assert [*store.deleted] == [completion["id"] for completion in wanted]


def test_an_empty_page_of_selected_items_is_a_failure(server: Server, command: Command) -> None:
    """The completions of the page are listed again once the server is well."""
    store = Faulty()
    server.keep(store)
    store.spoil = nothing_and_more("list", 1, 2)
    done = command("export", "out.jsonl", "--metadata", "run=test")
    assert done.status == 3 and "Not exported: 1 completion" in done.err
    store.spoil = lambda kind, number: None
    assert command("export", "out.jsonl", "--metadata", "run=test").status == 0
    assert {line["id"] for line in command.lines("out.jsonl")} == {*store.names}


@pytest.mark.parametrize(
    "item", [None, 1, "a", [], [{}], {}, {"choices": 1}, {"choices": [[]]}, {"choices": [{"message": []}]}]
)
def test_objects_that_are_no_completions_are_listed(server: Server, command: Command, item: Any) -> None:
    """Each item has a line with what is wrong."""
    store = Faulty(3)
    server.keep(store)
    store.spoil = lambda kind, number: lambda body: answer({**body, "data": [*body["data"], item]})
    done = command("list")
    assert done.status == 0 and "(no id)" in done.out.decode(), done
    assert len(command("list", "--json").out.splitlines()) == 4


def test_a_429_slows_all_down_together(server: Server, command: Command) -> None:
    """During the server's `Retry-After`, only requests that were under way are sent; nothing is lost."""
    server.keep(Generated(40))
    refused_at: list[float] = []
    early = 0

    def plan(received: Received) -> ASGIApp | None:
        nonlocal early
        now = time.monotonic()
        if refused_at and now < refused_at[0] + 0.4:
            early += 1
            return failure(429, retry_after_ms="500")
        if len(server.received) == 30:
            refused_at.append(now)
            return failure(429, retry_after_ms="500")
        return None

    server.plan = plan
    done = command("export", "out.jsonl", "--json", "--concurrency", "8", WAITS="1")
    assert done.status == 0, done.err
    assert [line["id"] for line in command.lines("out.jsonl")] == ids(range(40))
    assert refused_at and early <= 8
    assert done.summary["retries"] == early + 1


def test_many_429_responses_do_not_end_the_export(server: Server, command: Command) -> None:
    """Two of three requests are refused: all completions are exported, without failures."""
    server.keep(Generated(40))
    server.plan = lambda received: failure(429, retry_after_ms="1") if len(server.received) % 3 else None
    done = command("export", "out.jsonl", "--json", "--max-retries", "40")
    assert done.status == 0, done.err
    assert done.summary["retries"] > 40
    assert [line["id"] for line in command.lines("out.jsonl")] == ids(range(40))


def test_an_exhausted_quota_ends_the_export(server: Server, command: Command) -> None:
    """Waiting does not help with `insufficient_quota`: the run stops at once, and can be continued."""
    server.keep(Generated(40))
    body = {"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}}
    server.plan = lambda received: failure(429, body) if len(server.received) > 20 else None
    done = command("export", "out.jsonl")
    assert done.status == 1 and "You exceeded your quota." in done.err
    assert len(server.received) < 20 + 2 * 16 + 16


@pytest.mark.parametrize("name", ["closed", "reset in the body", "a chunked body that is cut", "no HTTP"])
def test_a_connection_that_breaks_is_tried_again(server: Server, command: Command, name: str) -> None:
    """In listings and for messages: the file is complete."""
    server.keep(Generated(5))
    server.plan = in_turn(BROKEN[name], None, None, BROKEN[name])
    done = command("export", "out.jsonl", "--json", "--concurrency", "1")
    assert done.status == 0, done.err
    assert done.summary["retries"] == 2
    assert len(server.received) == 2 + 6
    assert len(command.lines("out.jsonl")) == 5


def test_a_stall_ends_by_the_timeout(server: Server, command: Command) -> None:
    """A request without an answer is sent again."""
    server.keep(Generated(3))
    server.plan = in_turn(None, STALLS)
    done = command("export", "out.jsonl", "--json", "--timeout", "0.3")
    assert done.status == 0, done.err
    assert done.summary["retries"] >= 1
