"""Iterating lists requests pages as they are needed, and always ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from stored_completions._runtime.pages import Seen
from stored_completions.errors import APIError, APIResponseValidationError, InternalServerError
from stored_completions.models import ChatCompletion
from stored_completions_testing.faults import always, answer, failure, in_turn
from stored_completions_testing.server import Received, Server
from tests.conftest import Clock
from tests.support.callers import Sync
from tests.support.server import Generated


@pytest.fixture
def seven(server: Server) -> Server:
    """Return the server with seven completions."""
    reference = server.store.completions["chatcmpl-abc123"]
    server.store.completions = {f"chatcmpl-{n}": {**reference, "id": f"chatcmpl-{n}"} for n in range(7)}
    return server


def ids(items: list[Any]) -> list[str]:
    return [item.id for item in items]


def page(*items: Any, more: Any = True, **others: Any) -> dict[str, Any]:
    """Return the body of a page; a str stands for a completion with that id."""
    data = [{"id": item} if isinstance(item, str) else item for item in items]
    return {"object": "list", "data": data, **({} if more is None else {"has_more": more}), **others}


def cursors(server: Server) -> list[str | None]:
    """Return the `after` of each requested page."""
    return [dict(request.query).get("after") for request in server.received]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20])
def test_iterating_gives_each_item_once_whatever_the_limit(
    limit: int, caller: Sync, client: Any, seven: Server
) -> None:
    """`limit` bounds the page, not the iteration."""
    assert ids(caller.iterate(client.chat.completions.list(limit=limit))) == [f"chatcmpl-{n}" for n in range(7)]
    assert len(seven.received) == -(-7 // limit)
    assert {dict(request.query)["limit"] for request in seven.received} == {str(limit)}


def test_a_page_is_fetched_only_when_it_is_needed(caller: Sync, client: Any, seven: Server) -> None:
    for most, fetched in ((1, 1), (3, 1), (4, 2), (6, 2), (7, 3)):
        seven.received.clear()
        assert len(caller.iterate(client.chat.completions.list(limit=3), most)) == most
        assert len(seven.received) == fetched


def test_nothing_is_fetched_before_the_first_item_is_needed(caller: Sync, client: Any, seven: Server) -> None:
    first = caller.run(client.chat.completions.list(limit=3))
    assert (len(first), len(seven.received)) == (3, 1)
    assert (first.has_next_page(), first[2].id, first.data[-1].id) == (True, "chatcmpl-2", "chatcmpl-2")
    assert len(seven.received) == 1


def test_pages_follow_one_another(caller: Sync, client: Any, seven: Server) -> None:
    page = caller.run(client.chat.completions.list(limit=3, model="gpt-4o-2024-08-06", metadata={}))
    iterated = [ids(page.data)]
    while page.has_next_page():
        page = caller.run(page.next_page())
        iterated.append(ids(page.data))
    assert iterated == [[f"chatcmpl-{n}" for n in part] for part in ((0, 1, 2), (3, 4, 5), (6,))]
    assert cursors(seven) == [None, "chatcmpl-2", "chatcmpl-5"]
    with pytest.raises(APIError, match="There is no next page"):
        caller.run(page.next_page())


def test_the_filters_go_with_every_page(caller: Sync, client: Any, seven: Server) -> None:
    filters = {"model": "gpt-4o-2024-08-06", "limit": 3, "order": "desc"}
    caller.iterate(client.chat.completions.list(**filters, extra_headers={"x-extra": "yes"}, extra_query={"q": "1"}))
    for request in seven.received:
        query = dict(request.query)
        query.pop("after", None)
        assert query == {"model": "gpt-4o-2024-08-06", "limit": "3", "order": "desc", "q": "1"}
        assert request.headers["x-extra"] == "yes"


def test_an_iteration_started_in_the_middle_goes_on_from_there(caller: Sync, client: Any, seven: Server) -> None:
    assert ids(caller.iterate(client.chat.completions.list(after="chatcmpl-3", limit=2))) == [
        "chatcmpl-4",
        "chatcmpl-5",
        "chatcmpl-6",
    ]


def test_a_list_can_be_walked_twice(caller: Sync, client: Any, seven: Server) -> None:
    pages = caller.run(client.chat.completions.list(limit=3))
    assert ids(caller.iterate(pages)) == ids(caller.iterate(pages)) == [f"chatcmpl-{n}" for n in range(7)]


def test_pages_of_messages_are_iterated_too(caller: Sync, client: Any, seven: Server) -> None:
    messages = client.chat.completions.messages.list("chatcmpl-3", limit=1)
    assert ids(caller.iterate(messages)) == ["chatcmpl-3-0", "chatcmpl-3-1"]
    assert cursors(seven) == [None, "chatcmpl-3-0"]


@pytest.mark.parametrize("missing", [{}, {"last_id": None}, {"last_id": ""}], ids=str)
def test_without_a_last_id_the_last_items_id_is_the_cursor(
    missing: dict[str, Any], caller: Sync, client: Any, server: Server
) -> None:
    server.plan = in_turn(answer(page("a", "b", **missing)), answer(page("c", more=False, **missing)))
    assert ids(caller.iterate(client.chat.completions.list())) == ["a", "b", "c"]
    assert cursors(server) == [None, "b"]


def test_the_last_id_counts_where_there_is_one(caller: Sync, client: Any, server: Server) -> None:
    server.plan = in_turn(answer(page("a", "b", last_id="cursor-1")), answer(page("c", more=False)))
    assert ids(caller.iterate(client.chat.completions.list())) == ["a", "b", "c"]
    assert cursors(server) == [None, "cursor-1"]


def test_an_empty_page_in_the_middle_does_not_end_the_walk(caller: Sync, client: Any, server: Server) -> None:
    """A filter may leave a page empty."""
    server.plan = in_turn(
        answer(page("a", last_id="a")), answer(page(last_id="m")), answer(page("z", more=False, last_id="z"))
    )
    assert ids(caller.iterate(client.chat.completions.list())) == ["a", "z"]
    assert cursors(server) == [None, "a", "m"]


@pytest.mark.parametrize("more", [None, "yes"], ids=["missing", "no boolean"])
def test_without_has_more_the_iteration_ends_with_an_empty_page(
    more: Any, caller: Sync, client: Any, server: Server
) -> None:
    server.plan = in_turn(*(answer(page(*items, more=more)) for items in (["a"], ["b"], [])))
    assert ids(caller.iterate(client.chat.completions.list())) == ["a", "b"]
    assert cursors(server) == [None, "a", "b"]


@pytest.mark.parametrize(
    ("bodies", "cursor"),
    [
        ([page("a"), page("a")], "a"),
        ([page("a", last_id="x"), page("b", last_id="x")], "x"),
        ([page("a"), page("b"), page("a")], "a"),
        ([page("start")], "start"),
    ],
    ids=["the same page", "the same last_id", "in a circle", "where it began"],
)
def test_a_cursor_that_does_not_advance_raises(
    bodies: list[Any], cursor: str, caller: Sync, client: Any, server: Server
) -> None:
    server.plan = in_turn(*map(answer, bodies))
    with pytest.raises(APIError, match=f"the cursor '{cursor}' does not advance"):
        caller.iterate(client.chat.completions.list(after="start"))
    assert len(server.received) == len(bodies)


@pytest.mark.parametrize(
    "body",
    [page({"model": "m"}), page({"id": None}), page({"id": 7}), page("a", 1), page(), page("a", last_id=7)],
    ids=["no id", "null", "no text", "no object", "no item", "last_id is no text"],
)
def test_a_page_without_the_start_of_the_next_one_raises(body: Any, caller: Sync, client: Any, server: Server) -> None:
    """Ending the iteration silently would lose the rest of the list."""
    server.plan = always(answer(body))
    with pytest.raises(APIError, match="another page follows, but not where it starts"):
        caller.iterate(client.chat.completions.list())
    assert len(server.received) == 1
    assert len(caller.run(client.chat.completions.list())) == len(body["data"])


def test_items_without_an_id_end_the_last_page_like_any_others(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer(page({"model": "m"}, more=False)))
    assert [item.model for item in caller.iterate(client.chat.completions.list())] == ["m"]


def test_an_error_on_a_later_page_comes_after_the_items_before(
    caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    def plan(received: Received) -> Any:
        return failure(500) if "after" in dict(received.query) else answer(page("a", "b"))

    server.plan = plan
    first = caller.run(client.chat.completions.list())
    assert ids(caller.iterate(first, 2)) == ["a", "b"]
    with pytest.raises(InternalServerError):
        caller.iterate(first)


def test_a_later_page_is_tried_again(caller: Sync, client: Any, seven: Server, clock: Clock) -> None:
    seven.plan = in_turn(None, failure(500), failure(429), None, failure(503), None)
    assert len(caller.iterate(client.chat.completions.list(limit=3))) == 7
    assert len(clock.waits) == 3


def test_a_page_has_its_items_and_its_body(caller: Sync, client: Any, server: Server) -> None:
    body = page({"id": "a", "object": "chat.completion"}, more=False, first_id="a", last_id="a", extra=1)
    server.plan = always(answer(body))
    only = caller.run(client.chat.completions.list())
    assert only.to_dict() == body
    assert only.body["extra"] == 1
    assert type(only[0]) is ChatCompletion
    assert "ChatCompletion(id='a'" in repr(only)
    assert (only.has_more, only.has_next_page()) == (False, False)
    with pytest.raises(IndexError):
        only[1]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({"data": None}, "is a JSON null, not a JSON array"),
        ({"data": {}}, "is a JSON object, not a JSON array"),
        ({"data": "text"}, "is a JSON string, not a JSON array"),
        ({"data": 1.5}, "is a JSON number, not a JSON array"),
        ({}, "is missing"),
    ],
    ids=str,
)
@pytest.mark.parametrize("as_raw", [False, True], ids=["page", "raw"])
def test_a_page_whose_data_is_no_list_raises(
    as_raw: bool, data: dict[str, Any], found: str, caller: Sync, client: Any, server: Server
) -> None:
    """Treating it as an empty page would hide the mistake."""
    broken = answer({"object": "list", "has_more": False, **data}, x_request_id="r-1")
    server.plan = in_turn(broken, answer(page("a")), broken)
    completions = client.chat.completions

    def list_() -> Any:
        return caller.run(completions.with_raw_response.list()).parse() if as_raw else caller.run(completions.list())

    with pytest.raises(
        APIResponseValidationError, match=f"the body is not what is declared: its data {found}"
    ) as caught:
        list_()
    assert (caught.value.status_code, caught.value.request_id) == (200, "r-1")
    first = list_()
    with pytest.raises(APIResponseValidationError, match=f"its data {found}"):
        caller.iterate(first)


@pytest.mark.parametrize("cursor", ["a" * 70_000, "a\ud800"], ids=["long", "half a character"])
def test_a_cursor_that_no_url_holds_raises(cursor: str, caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer(page("a", last_id=cursor)))
    with pytest.raises(APIError, match="a cursor that no URL can hold"):
        caller.iterate(client.chat.completions.list())
    assert len(server.received) == 1


class Counted(dict[str, None]):
    """A set of cursors that counts how often one of them, or all, are looked at."""

    one = all = 0

    def __contains__(self, cursor: object) -> bool:
        self.one += 1
        return super().__contains__(cursor)

    def __setitem__(self, cursor: str, value: None) -> None:
        self.one += 1
        super().__setitem__(cursor, value)

    def __iter__(self) -> Iterator[str]:
        self.all += 1
        return super().__iter__()


def test_the_cost_of_a_page_does_not_grow_with_those_before_it(caller: Sync, client: Any, server: Server) -> None:
    server.keep(Generated(50, largest_page=1))
    page, cursors = caller.run(client.chat.completions.list()), Counted()
    page._seen = Seen(cursors)
    assert len(caller.iterate(page)) == len(server.received) == 50
    assert (cursors.one, cursors.all) == (2 * 49, 0)


def test_iterating_copies_no_cursors() -> None:
    """All pages of an iteration share one set of cursors; a new iteration has a new set."""
    shared: dict[str, None] = {}
    seen = first = Seen(shared)
    for number in range(40_000):
        assert str(number) not in seen
        seen = seen.with_cursor(str(number))
    assert seen._cursors is shared
    assert "39999" in seen
    assert "39999" not in first
    assert "0" not in first


def test_to_dict_of_a_page_equals_its_body(caller: Sync, client: Any, server: Server) -> None:
    sent = page("a", more=False, first_id="a", later=1)
    server.plan = always(answer(sent))
    first = caller.run(client.chat.completions.list())
    assert json.loads(first.to_json(indent=2)) == first.to_dict() == sent
    assert first.first_id == "a"
    with pytest.raises(AttributeError, match="has no attribute 'frist_id'"):
        _ = first.frist_id
    with pytest.raises(AttributeError, match="object has no attribute '_other'"):
        _ = first._other
