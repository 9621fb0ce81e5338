"""Where a client of the endpoint functions sends the key: a header, the query, a cookie, or nowhere."""

from __future__ import annotations

import asyncio
import copy
from base64 import b64encode
from collections.abc import Generator
from typing import Any

import pytest

from stored_completions import AuthenticatedClient, Client
from stored_completions.api.chat_completions import retrieve_chat_completion
from stored_completions.errors import APIStatusError, AuthenticationError
from stored_completions_testing.faults import always, answer, failure
from stored_completions_testing.server import Received, Server
from tests.support.callers import Async, Sync
from tests.support.server import recorded

COMPLETION = recorded()[0][0]
KEY = "key-of-somebody-0123456789"


def retrieve(caller: Sync, client: Client) -> Any:
    try:
        return caller.run(caller.function(retrieve_chat_completion)(COMPLETION["id"], client=client))
    finally:
        caller.end(client)


def sent(caller: Sync, server: Server, **options: Any) -> Received:
    """Return the request that a client with these options sends, to a server that checks no key."""
    server.plan = always(answer(COMPLETION))
    options = {"token": KEY, **options}
    client = AuthenticatedClient(base_url=server.base_url, **options)
    assert retrieve(caller, client).to_dict() == COMPLETION
    return server.received[-1]


def test_a_key_in_the_query_is_a_parameter(caller: Sync, server: Server) -> None:
    request = sent(caller, server, auth_location="query", auth_header_name="key", query={"beta": "1"})
    assert dict(request.query) == {"beta": "1", "key": KEY}
    assert KEY not in str(request.headers)


def test_an_error_does_not_show_a_key_in_the_query(caller: Sync, server: Server) -> None:
    server.plan = always(failure(400))
    client = AuthenticatedClient(base_url=server.base_url, token=KEY, auth_location="query", auth_header_name="key")
    with pytest.raises(APIStatusError) as caught:
        retrieve(caller, client)
    assert KEY not in str(caught.value) + str(caught.value.request.url)
    assert dict(server.received[-1].query) == {"key": KEY}


def test_a_key_among_the_cookies_leaves_the_others(caller: Sync, server: Server) -> None:
    request = sent(caller, server, auth_location="cookie", auth_header_name="key", cookies={"beta": "1"})
    assert request.headers["cookie"] == f"beta=1; key={KEY}"
    assert "authorization" not in request.headers


def test_a_key_that_is_sent_nowhere_is_not_sent(caller: Sync, server: Server) -> None:
    request = sent(caller, server, auth_location="")
    assert KEY not in str(request)


def test_a_user_and_a_password_are_encoded_for_basic(caller: Sync, server: Server) -> None:
    request = sent(caller, server, prefix="Basic", token="user:password")
    assert request.headers["authorization"] == f"Basic {b64encode(b'user:password').decode()}"


def test_a_client_without_credentials_sends_none(caller: Sync, server: Server) -> None:
    """Errors leave out the client's query, because it may hold a secret."""
    with pytest.raises(AuthenticationError) as caught:
        retrieve(caller, Client(base_url=server.base_url, query={"beta": "1"}))
    assert "authorization" not in server.received[-1].headers
    assert (dict(server.received[-1].query), caught.value.request.url.query) == ({"beta": "1"}, b"")


class Later:
    """An awaitable that is no coroutine, like a future, and returns the key."""

    def __await__(self) -> Generator[Any, None, str]:
        yield from asyncio.sleep(0).__await__()
        return KEY


def test_a_key_function_may_return_any_awaitable(caller: Sync, server: Server) -> None:
    if isinstance(caller, Async):
        assert sent(caller, server, token=Later).headers["authorization"] == f"Bearer {KEY}"
    else:
        with pytest.raises(TypeError, match="asynchronous: use the asynchronous client or functions"):
            sent(caller, server, token=Later)


def test_an_endpoint_client_is_a_context_manager_and_copies(caller: Sync, server: Server) -> None:
    """Copies share the client's connections."""
    made = AuthenticatedClient(base_url=server.base_url, token=server.key)
    with caller.use(made) as client:
        for subject in (client, copy.copy(client), copy.deepcopy(client)):
            function = caller.function(retrieve_chat_completion)
            assert caller.run(function(COMPLETION["id"], client=subject)).to_dict() == COMPLETION
    assert len({request.port for request in server.received}) == 1
    assert made.is_closed
