"""The clients whose methods are grouped by tag."""

from __future__ import annotations

import copy
import functools
import json
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from generator.generate import GenerationError, generate
from stored_completions import (
    UNSET,
    AsyncOpenAI,
    AuthenticatedClient,
    AzureOpenAI,
    DefaultAioHttpClient,
    NotGiven,
    OpenAI,
)
from stored_completions.errors import APIError, CredentialsError
from stored_completions_testing.server import Server
from tests import ROOT
from tests.support.callers import Async, Sync
from tests.support.server import CONFIG, recorded

AZURE: dict[str, Any] = {"azure_endpoint": "https://example.openai.azure.com", "api_version": "v", "project": "proj"}
KEY = "azure-secret-0123456789"


def test_a_pickle_of_a_client_keeps_its_settings_and_not_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpickling takes the key from the environment."""
    data = pickle.dumps(AzureOpenAI(azure_ad_token=KEY, **AZURE))
    assert KEY.encode() not in data
    monkeypatch.setenv("AZURE_OPENAI_AD_TOKEN", "token-of-there")
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "key-of-there")
    restored = pickle.loads(data)
    assert (restored.api_key, restored.project, restored.api_version) == ("token-of-there", "proj", "v")
    assert str(restored.base_url) == "https://example.openai.azure.com/openai/"


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.copy(api_key=f"{KEY}\n"),
        lambda client: client.copy(api_key=KEY, timeout="soon"),
        lambda client: AzureOpenAI(api_key=KEY, azure_ad_token=KEY, **AZURE),
        lambda client: setattr(client, "base_url", "nowhere"),
        lambda client: setattr(client, "max_retries", -1),
    ],
)
def test_no_traceback_of_a_refusal_holds_the_key(call: Any) -> None:
    client = AzureOpenAI(api_key=KEY, **AZURE)
    with pytest.raises((ValueError, TypeError)) as caught:
        call(client)
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    assert KEY not in str(caught.value) + repr(client)
    assert not [name for frame in frames[2:] for name, value in frame.f_locals.items() if KEY in repr(value)]


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_a_resource_can_be_copied_and_pickled_after_it_was_used(kind: Any) -> None:
    client = kind(api_key=KEY, base_url="https://a.test/v1")
    resources = [client.chat, client.chat.completions, client.chat.completions.messages]
    for way in ("with_raw_response", "with_streaming_response"):
        resources += [getattr(client.chat, way), getattr(client.chat.completions, way)]
    for resource in resources:
        for copied in (copy.copy(resource), copy.deepcopy(resource), pickle.loads(pickle.dumps(resource))):
            assert repr(copied) == repr(resource)
        assert KEY.encode() not in pickle.dumps(resource)
    assert callable(copy.copy(client.chat.with_raw_response).completions.messages.list)


def test_a_part_of_the_base_url_cannot_be_assigned() -> None:
    client = AzureOpenAI(api_key=KEY, **AZURE)
    with pytest.raises(AttributeError, match="azure_endpoint is a part of the base URL: assign base_url"):
        client.azure_endpoint = "https://other.openai.azure.com"
    client.api_version = "w"
    assert client.default_query == {"api-version": "w"}


def test_a_client_without_a_key_says_what_to_do() -> None:
    with pytest.raises(CredentialsError, match=r"give api_key=, or set OPENAI_API_KEY\.$"):
        OpenAI()
    with pytest.raises(CredentialsError, match=r"or api_key=, or set AZURE_OPENAI_AD_TOKEN or AZURE_OPENAI_API_KEY\.$"):
        AzureOpenAI(**AZURE)
    with pytest.raises(ValueError, match=r"give azure_endpoint=, or set AZURE_OPENAI_ENDPOINT, or give base_url=\.$"):
        AzureOpenAI(api_key=KEY, api_version="v")


def test_a_pickle_of_a_whole_response_holds_no_secret(caller: Sync, client: Any, server: Server) -> None:
    completion_id = recorded()[0][0]["id"]
    retrieve = client.chat.completions.with_raw_response.retrieve
    response = caller.run(retrieve(completion_id, extra_headers={"x-secret": KEY}, extra_query={"secret": KEY}))
    assert response.http_request.headers["x-secret"] == response.http_request.headers["authorization"] == "***"
    assert server.received[-1].headers["x-secret"] == response.url.params["secret"] == KEY
    data = pickle.dumps(response)
    assert KEY.encode() not in data and server.key.encode() not in data
    restored = pickle.loads(data)
    assert restored.parse() == response.parse() and restored.url.path == response.url.path


def test_the_request_id_costs_nested_models_nothing(caller: Sync, client: Any) -> None:
    """The model of the whole body keeps the id; the id is not compared and not copied."""
    completion = caller.run(client.chat.completions.retrieve(recorded()[0][0]["id"]))
    assert completion._request_id.startswith("req_")
    assert completion.choices[0]._request_id is None
    assert (
        "_request_id" not in vars(completion)
        and completion.to_dict() == type(completion).from_dict(completion.to_dict()).to_dict()
    )


def test_a_plain_for_refuses_an_asynchronous_page(caller: Sync, client: Any) -> None:
    pages = client.chat.completions.list()
    if isinstance(client, OpenAI):
        assert list(pages)
        return
    for item in (pages, caller.run(pages)):
        with pytest.raises(TypeError, match="async for"):
            iter(item)


def test_errors_and_arguments_that_were_not_given() -> None:
    request = httpx.Request("GET", "https://api.example.com")
    assert APIError("no", request, body=None).request is request
    with pytest.raises(RuntimeError, match="made without a request"):
        _ = APIError("no").request
    assert NotGiven() is UNSET


def test_wrong_options_of_an_endpoint_function_are_named() -> None:
    from stored_completions.api.chat_completions import retrieve_chat_completion as endpoint  # noqa: PLC0415

    client = AuthenticatedClient(token="sk-1", base_url="http://127.0.0.1:9")
    with pytest.raises(TypeError, match="GET /chat/completions/1 takes no argument 'retries'"):
        endpoint.sync("1", client=client, retries=3)  # type: ignore[call-arg]  # it is the wrong one


def test_a_name_in_no_module_is_a_clear_error(tmp_path: Path) -> None:
    text = (ROOT / "openapi.yaml").read_text(encoding="utf-8")
    spec = tmp_path / "openapi.yaml"
    spec.write_text(text.replace("      types.chat:\n", "      types.talk:\n", 1), encoding="utf-8")
    (tmp_path / "out").mkdir()
    with pytest.raises(GenerationError, match=r"names has types\.chat\.chat_completion, but not its parent"):
        generate(tmp_path / "out", spec=spec, config=CONFIG)


@pytest.mark.parametrize("way", ["with_raw_response", "with_streaming_response"])
@pytest.mark.parametrize("path", [["chat", "completions"], ["chat", "completions", "messages"]], ids=".".join)
def test_with_raw_response_works_on_every_resource(
    path: list[str], way: str, caller: Sync, client: Any, server: Server
) -> None:
    """`with_raw_response` works before, between and after the names of resources."""
    ids = [recorded()[0][0]["id"]] if path[-1] == "messages" else []
    for place in range(len(path) + 1):
        methods = functools.reduce(getattr, [*path[:place], way, *path[place:]], client)
        if way == "with_raw_response":
            response = caller.run(methods.list(*ids, limit=1))
            assert (response.status_code, len(response.parse())) == (200, 1)
        else:
            with caller.use(methods.list(*ids, limit=1)) as response:
                assert (response.status_code, len(caller.run(response.parse()))) == (200, 1)
        assert (response.method, response.url.path) == ("GET", server.received[-1].path)


def test_a_streamed_response_is_read_as_bytes_lines_and_json(caller: Sync, client: Any, server: Server) -> None:
    """All ways to read it give the same content."""
    stored = recorded()[0][0]
    reads: tuple[Callable[[Any], Any], ...] = (
        lambda response: json.loads(b"".join(caller.iterate(response.iter_bytes(100)))),
        lambda response: json.loads("".join(caller.iterate(response.iter_text(100)))),
        lambda response: json.loads("\n".join(caller.iterate(response.iter_lines()))),
        lambda response: json.loads(caller.run(response.read())),
        lambda response: json.loads(caller.run(response.text())),
        lambda response: caller.run(response.json()),
    )
    for read in reads:
        with caller.use(client.chat.completions.with_streaming_response.retrieve(stored["id"])) as response:
            assert read(response) == stored


def test_http_client_must_be_a_client_of_a_known_package(caller: Sync, client: Any) -> None:
    async def asynchronous() -> Any:
        return client.http_client

    made = caller.run(asynchronous()) if isinstance(caller, Async) else client.http_client
    assert isinstance(made, caller.httpx)
    with pytest.raises(TypeError, match="must be a client of httpx or httpx2, not an object"):
        caller.client(http_client=object())


def test_an_invalid_max_response_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="max_response_bytes must be a whole number from 1, not 0"):
        OpenAI(api_key=KEY, max_response_bytes=0)


def test_a_transport_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the command that installs it."""
    monkeypatch.delitem(sys.modules, "stored_completions._runtime.aiohttp_transport", raising=False)
    monkeypatch.setitem(sys.modules, "httpx_aiohttp", None)
    with pytest.raises(RuntimeError, match=r"pip install 'stored-completions\[aiohttp\]'"):
        DefaultAioHttpClient()
