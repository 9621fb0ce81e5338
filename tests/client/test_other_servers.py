"""Other servers than the vendor's: all forms of base URLs, other headers for the key, and changing keys."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from stored_completions import AsyncOpenAI, AuthenticatedClient, OpenAI
from stored_completions._runtime.document import BASE_URL
from stored_completions._runtime.request import Request
from stored_completions._runtime.response import Operation, Response
from stored_completions.api.chat_completions import list_chat_completions, retrieve_chat_completion
from stored_completions.errors import AuthenticationError
from stored_completions_testing.faults import always, answer, failure, in_turn
from stored_completions_testing.server import Server
from tests.conftest import Clock
from tests.support.callers import Async, Sync

ID = "chatcmpl-abc123"
ANY: Operation[Any, Any] = Operation("any", "/any", lambda _, content: content, lambda _, content: content)


def sent(caller: Sync, client: Any, request: Request) -> Response[Any, Any]:
    """Return the response to an operation that the document does not declare."""
    send = client.client.asend if isinstance(caller, Async) else client.client.send
    response: Response[Any, Any] = caller.run(send(request, ANY))
    return response


@pytest.mark.parametrize(
    ("base", "path", "query"),
    [
        ("", "", []),
        ("/", "", []),
        ("/v1", "/v1", []),
        ("/v1/", "/v1", []),
        ("/v1//", "/v1", []),
        ("/openai/deployments/a%20b", "/openai/deployments/a%20b", []),
        ("/openai/v1?api-version=preview", "/openai/v1", [("api-version", "preview")]),
        ("/openai/v1/?api-version=preview&a=b", "/openai/v1", [("api-version", "preview"), ("a", "b")]),
        ("?api-version=2024-10-21", "", [("api-version", "2024-10-21")]),
        ("/v1#fragment", "/v1", []),
    ],
)
def test_a_base_url_may_have_a_path_a_slash_and_a_query(
    base: str, path: str, query: list[tuple[str, str]], caller: Sync, server: Server
) -> None:
    """The base URL's query is sent with every request, also of copies, before the operation's query."""
    server.plan = always(answer({"object": "list", "data": [], "has_more": False}))
    client = caller.client(base_url=server.origin + base)
    caller.run(client.chat.completions.list(limit=3))
    caller.run(client.with_options(timeout=7).chat.completions.messages.list("a b"))
    caller.run(client.chat.completions.list(extra_query={"api-version": "other"} if query else {}))
    first, second, third = server.received
    assert (first.path, first.query) == (f"{path}/chat/completions", [*query, ("limit", "3")])
    assert (second.path, second.query) == (f"{path}/chat/completions/a%20b/messages", query)
    assert dict(third.query).get("api-version") == ("other" if query else None)


@pytest.mark.parametrize("cookies", [{}, {"a": "1"}], ids=["alone", "with a cookie"])
def test_reserved_characters_of_a_query_arrive_as_they_are(
    cookies: dict[str, str], caller: Sync, client: Any, server: Server
) -> None:
    """Where the document allows it, they are sent unquoted, except `&`, `+` and `%`."""
    server.plan = always(answer({"id": ID}))
    text = "a/b?c:d@e&f=g+h%26 i,j;k"
    request = Request("GET", "/any", [("kept", text), ("quoted", text)], cookies=cookies, reserved=["kept"])
    response = sent(caller, client, request)
    assert server.received[0].query == [("kept", text), ("quoted", text)]
    kept, quoted = response.http_request.url.query.split(b"&")
    assert b"c:d" in kept and b"%3A" in quoted
    assert b"e%26f" in kept and b"g%2Bh%2526" in kept


def test_a_request_without_a_query_may_name_reserved_characters(caller: Sync, client: Any, server: Server) -> None:
    server.plan = always(answer({"id": ID}))
    assert sent(caller, client, Request("GET", "/any", reserved=["kept"])).http_request.url.query == b""


def test_an_operation_is_sent_to_its_declared_server(caller: Sync, server: Server) -> None:
    """A base URL that is given to the client takes precedence."""
    server.plan = always(answer({"id": ID}))
    request = Request("GET", "/any", server=f"{server.origin}/elsewhere")
    for base_url in (BASE_URL, f"{server.origin}/given"):
        client = caller.client(base_url=base_url)
        assert sent(caller, client, request).status_code == 200
    assert [item.path for item in server.received] == ["/elsewhere/any", "/given/any"]


@pytest.mark.parametrize("url", [httpx.URL("http://127.0.0.1:1/v1/"), "http://127.0.0.1:1/v1"])
def test_a_base_url_may_be_an_httpx_url(url: Any) -> None:
    assert OpenAI(api_key="sk-1", base_url=url).client.base_url == "http://127.0.0.1:1/v1"


@pytest.mark.parametrize(
    "url",
    ["localhost:8000/v1", "api.openai.com/v1", "/v1", "ftp://example.com", "http://", "https:///v1"],
)
def test_a_base_url_of_another_form_is_refused(url: str) -> None:
    for kind in (OpenAI, AsyncOpenAI):
        with pytest.raises(ValueError, match="base_url"):
            kind(api_key="sk-1", base_url=url)
    with pytest.raises(ValueError, match="base_url"):
        AuthenticatedClient(token="sk-1", base_url=url)


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, ("authorization", "Bearer sk-1")),
        ({"auth_header_name": "api-key", "prefix": ""}, ("api-key", "sk-1")),
        ({"auth_header_name": "x-api-key", "prefix": "Key"}, ("x-api-key", "Key sk-1")),
        ({"prefix": "Token"}, ("authorization", "Token sk-1")),
    ],
    ids=str,
)
def test_the_key_may_be_sent_in_another_header(
    options: Any, sent: tuple[str, str], caller: Sync, server: Server
) -> None:
    server.plan = always(answer({"id": ID}))
    client = AuthenticatedClient(base_url=f"{server.origin}/openai?api-version=1", token="sk-1", **options)
    assert caller.run(caller.function(retrieve_chat_completion)(ID, client=client)).id == ID
    caller.end(client)
    received = server.received[0]
    assert received.headers[sent[0]] == sent[1]
    assert ("authorization" in received.headers) == (sent[0] == "authorization")
    assert received.query == [("api-version", "1")]


def test_a_callers_header_replaces_the_key(caller: Sync, server: Server) -> None:
    server.plan = always(answer({"id": ID}))
    client = caller.client(default_headers={"Authorization": "Custom sk-2"})
    caller.run(client.chat.completions.retrieve(ID))
    caller.run(client.chat.completions.retrieve(ID, extra_headers={"AUTHORIZATION": "Custom sk-3"}))
    assert [request.headers.getlist("authorization") for request in server.received] == [
        ["Custom sk-2"],
        ["Custom sk-3"],
    ]


def test_headers_that_differ_in_case_alone_are_one_header(caller: Sync, server: Server) -> None:
    server.plan = always(answer({"id": ID}))
    client = caller.client(organization="org-1", default_headers={"openai-organization": "org-2", "X-One": "1"})
    caller.run(client.chat.completions.retrieve(ID))
    caller.run(client.with_options(default_headers={"x-one": "2"}).chat.completions.retrieve(ID))
    first, second = (request.headers for request in server.received)
    assert (first.getlist("openai-organization"), first.getlist("x-one")) == (["org-2"], ["1"])
    assert second.getlist("x-one") == ["2"]


def test_a_function_that_returns_the_key_is_called_each_attempt(caller: Sync, server: Server, clock: Clock) -> None:
    """A retry uses a key that was rotated."""
    keys = iter(["sk-1", "sk-2", server.key])
    server.plan = in_turn(failure(500), None)
    client = caller.client(api_key=lambda: next(keys))
    with pytest.raises(AuthenticationError):
        caller.run(client.chat.completions.retrieve(ID))
    assert caller.run(client.chat.completions.retrieve(ID)).id == ID
    sent = [request.headers["authorization"] for request in server.received]
    assert sent == ["Bearer sk-1", "Bearer sk-2", f"Bearer {server.key}"]


def test_a_key_may_come_from_a_coroutine(server: Server) -> None:
    async def key() -> str:
        await asyncio.sleep(0)
        return server.key

    async def main() -> str:
        async with AsyncOpenAI(base_url=server.base_url, api_key=key) as client:
            return (await client.chat.completions.retrieve(ID)).id

    assert asyncio.run(main()) == ID


def test_a_coroutine_for_the_key_needs_the_asynchronous_client(server: Server) -> None:
    """The coroutine is closed, so that Python does not warn that it was never awaited."""

    async def key() -> str:
        return server.key

    with (
        OpenAI(base_url=server.base_url, api_key=key) as client,
        pytest.raises(TypeError, match="asynchronous client"),
    ):
        client.chat.completions.retrieve(ID)
    assert server.received == []


def test_an_error_of_the_key_function_is_raised(caller: Sync, server: Server, clock: Clock) -> None:
    """At once, since it is no failure of the server."""

    def key() -> str:
        raise LookupError("The vault is sealed.")

    with pytest.raises(LookupError, match="The vault is sealed"):
        caller.run(caller.client(api_key=key).chat.completions.retrieve(ID))
    assert (server.received, clock.waits) == ([], [])


def test_metadata_is_sent_key_by_key(caller: Sync, client: Any, server: Server) -> None:
    """And not as Python's text of a dict or of None."""
    metadata: Any = {"k": "v", "a b": "c&d=e", "ü": "?", "": "x", "none": None}
    caller.run(client.chat.completions.list(metadata=metadata))
    caller.run(caller.function(list_chat_completions)(client=client.client, metadata=metadata))
    sent = [("metadata[k]", "v"), ("metadata[a b]", "c&d=e"), ("metadata[ü]", "?"), ("metadata[]", "x")]
    assert [request.query for request in server.received] == [sent, sent]


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_an_empty_variable_counts_as_unset(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "")
    client = kind(api_key="sk-1").client
    assert (client.base_url, client.headers) == ("https://api.openai.com/v1", {})
