"""A call does not change the user's own httpx client."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import MagicMock, create_autospec, patch

import httpx
import pytest

from stored_completions import APIConnectionError, AsyncOpenAI, DefaultAioHttpClient, OpenAI
from stored_completions_testing.faults import answer, in_turn
from stored_completions_testing.server import Server
from tests.support.callers import Sync

ID = "chatcmpl-abc123"


def state(own: Any) -> dict[str, Any]:
    """Return all that can be seen of an httpx client."""
    hooks = {name: [*found] for name, found in own.event_hooks.items()}
    names = ("auth", "base_url", "follow_redirects", "max_redirects", "params", "timeout", "trust_env", "is_closed")
    headers, cookies = own.headers.copy(), [*own.cookies.items()]
    return {"hooks": hooks, "headers": headers, "cookies": cookies, **{name: getattr(own, name) for name in names}}


def hooked(request: httpx.Request) -> None:
    request.headers["x-hook"] = "1"


async def ahooked(request: httpx.Request) -> None:
    hooked(request)


@pytest.mark.parametrize("follow", [True, False], ids=["redirects", "none"])
@pytest.mark.parametrize("kind", ["sync", "async", "aiohttp"])
def test_a_users_client_is_never_changed(kind: str, follow: bool, server: Server) -> None:
    server.plan = in_turn(*[answer(status=307, location="/v1/chat/completions/" + ID), None] * 3)

    async def main() -> None:
        options: dict[str, Any] = {"base_url": server.base_url, "api_key": server.key, "max_retries": 0}
        hooks: dict[str, Any] = {"request": [hooked if kind == "sync" else ahooked], "response": []}
        own: Any = {"sync": httpx.Client, "async": httpx.AsyncClient, "aiohttp": DefaultAioHttpClient}[kind](
            event_hooks=hooks, follow_redirects=True
        )
        own.get(server.base_url) if kind == "sync" else await own.get(server.base_url)  # opens the client
        server.received.clear()
        before = state(own)
        client: Any = (OpenAI if kind == "sync" else AsyncOpenAI)(**options, http_client=own, follow_redirects=follow)
        for _ in range(2):
            try:
                found = client.chat.completions.retrieve(ID, timeout=3)
                assert (found if kind == "sync" else await found).id == ID
            except Exception as error:  # noqa: BLE001 - the redirect is not followed
                assert not follow and not isinstance(error, APIConnectionError)
        assert state(own) == before
        assert all(request.headers["x-hook"] == "1" for request in server.received)
        own.close() if kind == "sync" else await own.aclose()

    asyncio.run(main())


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_resources_can_be_patched_and_replaced(kind: Any) -> None:
    """As in openai-python, also on `with_raw_response`."""
    client = kind(api_key="sk-x", base_url="http://127.0.0.1:1")
    assert client.chat.completions is client.chat.completions
    for target in (
        client.chat.completions,
        client.chat.completions.with_raw_response,
        client.chat.completions.messages,
    ):
        name = "list"
        with patch.object(target, name, MagicMock(return_value="patched")) as patched:
            assert getattr(target, name)("a") == "patched"
        patched.assert_called_once_with("a")
    with patch.object(client.chat.completions.with_raw_response, "delete", MagicMock(return_value="patched")):
        assert client.chat.completions.with_raw_response.delete(ID) == "patched"
    client.chat = MagicMock()
    client.chat.completions.retrieve.return_value = "mock"
    assert client.chat.completions.retrieve(ID) == "mock"


@pytest.mark.parametrize("way", ["with_raw_response", "with_streaming_response"])
@pytest.mark.parametrize("is_of_class", [True, False], ids=["class", "instance"])
def test_responses_come_from_a_method_that_replaces_another(
    is_of_class: bool, way: str, caller: Sync, client: Any, server: Server
) -> None:
    """As in openai-python, also if the function has another name; a mock that sends nothing is asked too."""
    completions = client.chat.completions
    target = type(completions) if is_of_class else completions
    original, asked = target.retrieve, []

    def replacing(*arguments: Any, **options: Any) -> Any:
        asked.append(arguments)
        return original(*arguments, **options)

    with patch.object(target, "retrieve", replacing):
        opened = getattr(client.chat.completions, way).retrieve(ID)
        if way == "with_raw_response":
            assert caller.run(opened).parse().id == ID
        else:
            with caller.use(opened) as response:
                assert caller.run(response.parse()).id == ID
    assert len(asked) == len(server.received) == 1
    other = caller.client().chat.completions
    other.delete = MagicMock(return_value="mock")
    assert caller.run(other.with_raw_response.delete(ID)) == "mock"
    assert len(server.received) == 1


@pytest.mark.parametrize("mock", [MagicMock, create_autospec], ids=["MagicMock", "autospec"])
def test_a_mock_of_an_httpx_client_answers(mock: Any, caller: Sync) -> None:
    """As in openai-python, also if nothing but `send` is set."""
    own = MagicMock(spec=caller.httpx) if mock is MagicMock else create_autospec(caller.httpx, instance=True)
    own.send.return_value = httpx.Response(200, json={"id": "mocked", "choices": []})
    assert caller.run(caller.client(http_client=own).chat.completions.retrieve(ID)).id == "mocked"


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_the_repr_of_a_resource_says_what_it_is(kind: Any) -> None:
    client = kind(api_key="sk-x", base_url="https://user:pass@a.test/v1")
    prefix = "Async" if kind is AsyncOpenAI else ""
    assert repr(client.chat) == f"{prefix}Chat(base_url='https://a.test/v1')"
    assert repr(client.chat.completions) == f"{prefix}ChatCompletions(base_url='https://a.test/v1')"
    assert repr(client.chat.with_raw_response) == f"{prefix}ChatWithRawResponse(base_url='https://a.test/v1')"
