"""Statements about programs that are written for openai-python: a function for each."""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import os
import pickle
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

import httpx

from tests.programs.migrating.subject import COMPLETIONS, KEY, Subject

Statement = Callable[[Subject], object]
STATEMENTS: dict[str, Statement] = {}


def statement(function: Statement) -> Statement:
    STATEMENTS[function.__name__] = function
    return function


def says(name: str, holds: Statement) -> None:
    """Add a statement that an expression is true."""

    def check(subject: Subject) -> None:
        assert holds(subject)

    STATEMENTS[name] = check


def is_a_class(name: str, s: Subject) -> bool:
    return isinstance(getattr(s.sdk, name), type)


def is_a_type(name: str, s: Subject) -> bool:
    return hasattr(s.module("types.chat"), name)


def raises_for(status: int, name: str, s: Subject) -> bool:
    error = s.error(lambda: s.client().chat.completions.retrieve(f"status-{status}"))
    return type(error) is getattr(s.sdk, name)


# The names at the top of the package.
for item in [
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "InternalServerError",
    "NotFoundError",
    "OpenAIError",
    "PermissionDeniedError",
    "RateLimitError",
    "UnprocessableEntityError",
    "AsyncAzureOpenAI",
    "AsyncOpenAI",
    "AzureOpenAI",
    "OpenAI",
    "Timeout",
    "DefaultHttpxClient",
    "DefaultAsyncHttpxClient",
    "NotGiven",
    "Omit",
    "BaseModel",
]:
    says(f"top_{item}", partial(is_a_class, item))
says("top_NOT_GIVEN", lambda s: isinstance(s.sdk.NOT_GIVEN, s.sdk.NotGiven) and not s.sdk.NOT_GIVEN)
says("top_omit", lambda s: isinstance(s.sdk.omit, s.sdk.Omit) and not s.sdk.omit)
says("top_default_client", lambda s: s.sdk.DefaultHttpxClient().timeout == s.sdk.Timeout(600, connect=5))
says("top_default_async_client", lambda s: s.sdk.DefaultAsyncHttpxClient(timeout=3).timeout.read == 3)
says("top_version", lambda s: s.sdk.__version__.count(".") == 2)
says("errors_are_related", lambda s: issubclass(s.sdk.NotFoundError, s.sdk.APIStatusError))
says("timeouts_are_connection_errors", lambda s: issubclass(s.sdk.APITimeoutError, s.sdk.APIConnectionError))
says("all_errors_have_a_base", lambda s: issubclass(s.sdk.APIError, s.sdk.OpenAIError))
says("azure_is_the_same", lambda s: issubclass(s.sdk.AzureOpenAI, s.sdk.OpenAI))
for item in [
    "ChatCompletion",
    "ChatCompletionAudio",
    "ChatCompletionContentPartImage",
    "ChatCompletionContentPartText",
    "ChatCompletionDeleted",
    "ChatCompletionMessage",
    "ChatCompletionMessageCustomToolCall",
    "ChatCompletionMessageToolCall",
    "ChatCompletionMessageFunctionToolCall",
    "ChatCompletionStoreMessage",
    "ChatCompletionTokenLogprob",
    "ChatCompletionMessageToolCallUnion",
]:
    says(f"types_{item}", partial(is_a_type, item))
says("types_usage", lambda s: s.module("types").CompletionUsage is s.module("types.completion_usage").CompletionUsage)
says("types_choice", lambda s: s.module("types.chat.chat_completion").Choice.__name__ == "Choice")
says("types_by_attribute", lambda s: s.sdk.types.chat.ChatCompletion is s.module("types.chat").ChatCompletion)
says("modules_by_attribute", lambda s: s.sdk.types.chat.chat_completion.Choice.__name__ == "Choice")
says("types_pages", lambda s: s.module("pagination").SyncCursorPage and s.module("pagination").AsyncCursorPage)

# What methods return.
CHAT = "chatcmpl-1"
says("retrieve", lambda s: s.client().chat.completions.retrieve(CHAT).choices[0].message.content == "Hello 1")
says("retrieve_by_name", lambda s: s.client().chat.completions.retrieve(completion_id=CHAT).id == CHAT)
says("update", lambda s: s.client().chat.completions.update(CHAT, metadata={"a": "b"}).metadata == {"a": "b"})
says("delete", lambda s: s.client().chat.completions.delete(CHAT).deleted is True)
says("list", lambda s: [item.id for item in s.client().chat.completions.list()][-1] == "chatcmpl-3")
says("messages", lambda s: s.client().chat.completions.messages.list(CHAT).data[0].content == "Hi 0")
says("request_id", lambda s: s.client().chat.completions.retrieve(CHAT)._request_id == "req_1")
says("request_id_of_a_page", lambda s: s.client().chat.completions.list()._request_id == "req_1")
says("request_id_of_a_deletion", lambda s: s.client().chat.completions.delete(CHAT)._request_id == "req_1")
says("is_a_type", lambda s: type(s.client().chat.completions.retrieve(CHAT)) is s.module("types.chat").ChatCompletion)


@statement
def a_wrong_keyword_is_refused_by_the_methods_name(s: Subject) -> None:
    for call in (s.client().chat.completions.list, s.client().with_options, s.client().chat.completions.delete):
        error = s.error(partial(call, no_such=1))
        assert isinstance(error, TypeError) and "no_such" in str(error) and "._" not in str(error)


@statement
def an_empty_id_is_refused(s: Subject) -> None:
    assert isinstance(s.error(lambda: s.client().chat.completions.retrieve("")), ValueError)


# What is sent.
says(
    "extra_headers",
    lambda s: s.sent(lambda: s.client().chat.completions.list(extra_headers={"x-a": "b"})).headers["x-a"] == "b",
)
says(
    "default_headers",
    lambda s: s.sent(lambda: s.client(default_headers={"x-a": "b"}).chat.completions.list()).headers["x-a"] == "b",
)
says(
    "extra_query",
    lambda s: ("a", "b") in s.sent(lambda: s.client().chat.completions.list(extra_query={"a": "b"})).query,
)
says(
    "extra_query_overrides",
    lambda s: (
        s.sent(lambda: s.client(default_query={"a": "1"}).chat.completions.list(extra_query={"a": "2"})).query
        == [("a", "2")]
    ),
)
says(
    "extra_query_overrides_arguments",
    lambda s: (
        s.sent(lambda: s.client().chat.completions.list(limit=1, extra_query={"limit": 2})).query == [("limit", "2")]
    ),
)
says(
    "arguments_override_the_default_query",
    lambda s: (
        s.sent(lambda: s.client(default_query={"limit": 1}).chat.completions.list(limit=2)).query == [("limit", "2")]
    ),
)
says(
    "nested_extra_query",
    lambda s: (
        ("metadata[a]", "b")
        in s.sent(lambda: s.client().chat.completions.list(extra_query={"metadata": {"a": "b"}})).query
    ),
)
says(
    "metadata",
    lambda s: s.sent(lambda: s.client().chat.completions.list(metadata={"a": "b"})).query == [("metadata[a]", "b")],
)
says(
    "extra_body",
    lambda s: (
        s.sent(lambda: s.client().chat.completions.update(CHAT, metadata={"a": "b"}, extra_body={"c": 1})).body
        == {"metadata": {"a": "b"}, "c": 1}
    ),
)
says(
    "extra_body_overrides",
    lambda s: (
        s.sent(
            lambda: s.client().chat.completions.update(CHAT, metadata=None, extra_body={"metadata": {"a": "b"}})
        ).body
        == {"metadata": {"a": "b"}}
    ),
)
says(
    "metadata_null",
    lambda s: s.sent(lambda: s.client().chat.completions.update(CHAT, metadata=None)).body == {"metadata": None},
)
says(
    "not_given_is_not_sent",
    lambda s: (
        s.sent(
            lambda: s.client().chat.completions.list(limit=s.sdk.NOT_GIVEN, order=s.sdk.omit, model=s.sdk.Omit())
        ).query
        == []
    ),
)
says(
    "not_given_timeout",
    lambda s: s.client(timeout=s.sdk.NotGiven()).chat.completions.list(timeout=s.sdk.NOT_GIVEN).data,
)
says(
    "organization",
    lambda s: (
        s.sent(lambda: s.client(organization="org").chat.completions.list()).headers["openai-organization"] == "org"
    ),
)
says(
    "project",
    lambda s: s.sent(lambda: s.client(project="proj").chat.completions.list()).headers["openai-project"] == "proj",
)
says("key", lambda s: s.sent(lambda: s.client().chat.completions.list()).headers["authorization"] == f"Bearer {KEY}")
says(
    "key_with_a_space",
    lambda s: (
        s.sent(lambda: s.client(api_key="My API Key").chat.completions.list()).headers["authorization"]
        == "Bearer My API Key"
    ),
)
says(
    "key_from_a_function",
    lambda s: (
        s.sent(lambda: s.client(api_key=lambda: "sk-two").chat.completions.list()).headers["authorization"]
        == "Bearer sk-two"
    ),
)
says(
    "base_url_with_a_slash",
    lambda s: (
        s.sent(lambda: s.client(base_url=f"{s.base_url}/").chat.completions.list()).path == "/v1/chat/completions"
    ),
)

# Clients: what can be read, assigned and copied.
says("read_base_url", lambda s: str(s.client().base_url) == f"{s.base_url}/")
says("read_base_url_host", lambda s: s.client().base_url.host == "127.0.0.1")
says("read_timeout", lambda s: s.client(timeout=3).timeout == 3)
says("read_default_timeout", lambda s: s.client().timeout == s.sdk.Timeout(600, connect=5))
says("read_max_retries", lambda s: s.client(max_retries=4).max_retries == 4)
says("read_api_key", lambda s: s.client().api_key == KEY)
says(
    "read_organization", lambda s: (s.client(organization="org").organization, s.client().organization) == ("org", None)
)
says("read_project", lambda s: s.client(project="proj").project == "proj")
says("read_default_headers", lambda s: s.client(default_headers={"X-A": "b"}).default_headers["X-A"] == "b")
says("read_default_query", lambda s: s.client(default_query={"a": "b"}).default_query == {"a": "b"})
says("is_not_closed", lambda s: s.client().is_closed() is False)
says("copy_timeout", lambda s: s.client().copy(timeout=None).timeout is None)
says("copy_keeps_the_timeout", lambda s: s.client(timeout=3).copy(max_retries=3).timeout == 3)
says(
    "copy_key",
    lambda s: (
        s.sent(lambda: s.client().copy(api_key="sk-two").chat.completions.list()).headers["authorization"]
        == "Bearer sk-two"
    ),
)
says(
    "copy_organization",
    lambda s: (
        s.sent(lambda: s.client(organization="one").copy(organization="two").chat.completions.list()).headers[
            "openai-organization"
        ]
        == "two"
    ),
)
says("copy_project", lambda s: s.client().copy(project="proj").project == "proj")
says(
    "copy_base_url",
    lambda s: (
        s.sent(lambda: s.client().copy(base_url=f"{s.origin}/v2").chat.completions.list()).path
        == "/v2/chat/completions"
    ),
)
says(
    "copy_headers",
    lambda s: (
        {"X-A", "X-B"} <= {*s.client(default_headers={"X-A": "1"}).copy(default_headers={"X-B": "2"}).default_headers}
    ),
)
says(
    "copy_replaces_headers",
    lambda s: (
        "X-A" not in s.client(default_headers={"X-A": "1"}).copy(set_default_headers={"X-B": "2"}).default_headers
    ),
)
says(
    "copy_query",
    lambda s: s.client(default_query={"a": "1"}).copy(default_query={"b": "2"}).default_query == {"a": "1", "b": "2"},
)
says(
    "copy_replaces_query",
    lambda s: s.client(default_query={"a": "1"}).copy(set_default_query={"b": "2"}).default_query == {"b": "2"},
)
says(
    "copy_refuses_both",
    lambda s: isinstance(s.error(lambda: s.client().copy(default_query={}, set_default_query={})), ValueError),
)
says(
    "with_options_chained",
    lambda s: s.client().with_options(timeout=3, max_retries=1).chat.completions.retrieve(CHAT).id == CHAT,
)
says(
    "arguments_for_other_resources",
    lambda s: (
        s.sdk.OpenAI(
            api_key="k",
            admin_api_key="a",
            webhook_secret="w",
            websocket_base_url="wss://a.test",
            _strict_response_validation=True,
        )
        .copy(admin_api_key="b", webhook_secret="v")
        .api_key
        == "k"
    ),
)
says("copy_is_of_the_type", lambda s: type(s.client().copy()) is s.sdk.OpenAI)


@statement
def a_copy_changes_nothing(s: Subject) -> None:
    client = s.client(default_headers={"X-A": "1"})
    client.copy(
        timeout=1, max_retries=9, default_headers={"X-A": "2"}, organization="org", base_url="http://127.0.0.1:1"
    )
    assert (client.timeout.read, client.max_retries, client.organization) == (600, 0, None)
    assert client.default_headers["X-A"] == "1" and str(client.base_url) == f"{s.base_url}/"


@statement
def a_subclass_overrides_properties(s: Subject) -> None:
    class Gateway(s.sdk.OpenAI):  # type: ignore[misc, name-defined]  # it is known only at run time
        @property
        def default_headers(self) -> Any:
            return {**super().default_headers, "X-B": "2"}

        @property
        def default_query(self) -> Any:
            return {**super().default_query, "b": "2"}

        @property
        def base_url(self) -> Any:
            return httpx.URL(f"{s.origin}/gateway/")

        @base_url.setter
        def base_url(self, url: Any) -> None:
            raise AssertionError

        api_key = property(lambda _: "sk-gateway", lambda *_: None)

    client = Gateway(api_key=KEY, default_headers={"X-A": "1"}, default_query={"a": "1"})
    for subject in (client, client.copy()):
        sent = s.sent(subject.chat.completions.list)
        assert sent.path == "/gateway/chat/completions" and sent.query == [("a", "1"), ("b", "2")]
        assert (sent.headers["x-a"], sent.headers["x-b"]) == ("1", "2")
        assert sent.headers["authorization"] == "Bearer sk-gateway"
    assert client.base_url.path == "/gateway/"
    client.close()


@statement
def headers_may_be_bytes(s: Subject) -> None:
    list_ = s.client(default_headers={b"X-A": b"1", "X-B": b"2"}).chat.completions.list
    sent = s.sent(lambda: list_(extra_headers={"X-B": b"3"}))
    assert (sent.headers["x-a"], sent.headers["x-b"]) == ("1", "3")


@statement
def what_is_assigned_counts(s: Subject) -> None:
    client = s.client(base_url="http://127.0.0.1:1/v1")
    completions = client.chat.completions
    client.base_url, client.api_key, client.organization = f"{s.origin}/v3", "sk-two", "org"
    client.timeout, client.max_retries, client.project = 7.0, 5, "proj"
    sent = s.sent(completions.list)
    assert sent.path == "/v3/chat/completions" and sent.headers["authorization"] == "Bearer sk-two"
    assert (sent.headers["openai-organization"], sent.headers["openai-project"]) == ("org", "proj")
    assert (str(client.base_url), client.timeout, client.max_retries) == (f"{s.origin}/v3/", 7.0, 5)


@statement
def what_is_assigned_counts_after_a_request(s: Subject) -> None:
    client = s.client(organization="one")
    client.chat.completions.list()
    client.base_url, client.organization = f"{s.origin}/v4", None
    sent = s.sent(client.chat.completions.list)
    assert sent.path == "/v4/chat/completions" and "openai-organization" not in sent.headers


@statement
def a_closed_client_says_so(s: Subject) -> None:
    client = s.client()
    client.chat.completions.list()
    with client:
        pass
    assert client.is_closed()


@statement
def an_asynchronous_client_is_closed(s: Subject) -> None:
    async def main() -> None:
        async with s.client("AsyncOpenAI") as client:
            await client.chat.completions.retrieve(CHAT)
        assert client.is_closed()

    s.run(main())


@statement
def the_environment_says_who_and_where(s: Subject) -> None:
    variables = {
        "OPENAI_API_KEY": "sk-env",
        "OPENAI_BASE_URL": s.base_url,
        "OPENAI_ORG_ID": "o",
        "OPENAI_PROJECT_ID": "p",
    }
    os.environ.update(variables)
    try:
        with s.sdk.OpenAI() as client:
            sent = s.sent(client.chat.completions.list)
    finally:
        for name in variables:
            del os.environ[name]
    assert sent.headers["authorization"] == "Bearer sk-env"
    assert (sent.headers["openai-organization"], sent.headers["openai-project"]) == ("o", "p")


@statement
def no_key_is_an_error_of_the_package(s: Subject) -> None:
    assert isinstance(s.error(lambda: s.sdk.OpenAI(base_url=s.base_url)), s.sdk.OpenAIError)


@statement
def an_own_http_client_sends(s: Subject) -> None:
    with httpx.Client(headers={"x-own": "yes"}) as own:
        assert s.sent(lambda: s.client(http_client=own).chat.completions.list()).headers["x-own"] == "yes"


@statement
def a_closed_http_client_is_a_runtime_error(s: Subject) -> None:
    own = httpx.Client()
    own.close()
    error = s.error(s.client(http_client=own, max_retries=2).chat.completions.list)
    assert str(error) == "Cannot send a request, as the client has been closed."
    assert type(error) is RuntimeError


@statement
def an_assertion_of_a_mock_fails_the_test(s: Subject) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.method)

    with httpx.Client(transport=httpx.MockTransport(refuse)) as own:
        error = s.error(s.client(http_client=own, max_retries=2).chat.completions.list)
    assert (type(error), str(error)) == (AssertionError, "GET")


@statement
def the_time_out_of_an_own_http_client_counts(s: Subject) -> None:
    assert s.client(http_client=httpx.Client(timeout=3)).timeout.read == 3
    assert s.client(http_client=httpx.Client(timeout=3), timeout=9).timeout == 9
    assert s.client(http_client=httpx.Client()).timeout.read == 600


@statement
def the_defaults_of_an_own_http_client(s: Subject) -> None:
    with s.sdk.DefaultHttpxClient(timeout=3) as own:
        assert s.client(http_client=own).chat.completions.list().data


@statement
def a_copy_takes_another_http_client(s: Subject) -> None:
    with httpx.Client(headers={"x-own": "yes"}) as own:
        assert s.sent(lambda: s.client().copy(http_client=own).chat.completions.list()).headers["x-own"] == "yes"


# Azure.
AZURE = {"api_version": "2024-10-21", "api_key": "azure-key-0123"}
says(
    "azure_classic",
    lambda s: (
        s.sent(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, **AZURE).chat.completions.retrieve(CHAT)).path
        == f"/openai/chat/completions/{CHAT}"
    ),
)
says(
    "azure_api_version",
    lambda s: (
        s.sent(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, **AZURE).chat.completions.list()).query
        == [("api-version", "2024-10-21")]
    ),
)
says(
    "azure_key",
    lambda s: (
        s.sent(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, **AZURE).chat.completions.list()).headers[
            "api-key"
        ]
        == "azure-key-0123"
    ),
)
says(
    "azure_no_bearer",
    lambda s: (
        "authorization"
        not in s.sent(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, **AZURE).chat.completions.list()).headers
    ),
)
says(
    "azure_deployment",
    lambda s: (
        s.sent(
            lambda: s.client(
                "AzureOpenAI", azure_endpoint=f"{s.origin}/", azure_deployment="gpt", **AZURE
            ).chat.completions.list()
        ).path
        == "/openai/deployments/gpt/chat/completions"
    ),
)
says(
    "azure_deployment_elsewhere",
    lambda s: (
        s.sent(
            lambda: s.client(
                "AzureOpenAI", azure_endpoint=s.origin, azure_deployment="gpt", **AZURE
            ).chat.completions.retrieve(CHAT)
        ).path
        == f"/openai/chat/completions/{CHAT}"
    ),
)
says(
    "azure_v1",
    lambda s: (
        s.sent(
            lambda: s.client(
                "AzureOpenAI", base_url=f"{s.origin}/openai/v1/", **{**AZURE, "api_version": "preview"}
            ).chat.completions.list()
        ).path
        == "/openai/v1/chat/completions"
    ),
)
says(
    "azure_token",
    lambda s: (
        s.sent(
            lambda: s.client(
                "AzureOpenAI", azure_endpoint=s.origin, api_version="v", azure_ad_token="token-1"
            ).chat.completions.list()
        ).headers["authorization"]
        == "Bearer token-1"
    ),
)
says(
    "azure_token_provider",
    lambda s: (
        s.sent(
            lambda: s.client(
                "AzureOpenAI", azure_endpoint=s.origin, api_version="v", azure_ad_token_provider=lambda: "token-2"
            ).chat.completions.list()
        ).headers["authorization"]
        == "Bearer token-2"
    ),
)
says(
    "azure_no_version",
    lambda s: isinstance(
        s.error(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, api_key="azure-key")), ValueError
    ),
)
says(
    "azure_no_endpoint",
    lambda s: isinstance(s.error(lambda: s.client("AzureOpenAI", api_version="v", api_key="azure-key")), ValueError),
)
says(
    "azure_no_key",
    lambda s: isinstance(
        s.error(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, api_version="v")), s.sdk.OpenAIError
    ),
)
says(
    "azure_two_keys",
    lambda s: isinstance(
        s.error(lambda: s.client("AzureOpenAI", azure_endpoint=s.origin, azure_ad_token="token-1", **AZURE)),
        s.sdk.OpenAIError,
    ),
)
says(
    "azure_copy",
    lambda s: (
        s.sent(
            lambda: (
                s.client("AzureOpenAI", azure_endpoint=s.origin, **AZURE).copy(api_version="v2").chat.completions.list()
            )
        ).query
        == [("api-version", "v2")]
    ),
)
says(
    "azure_copy_to_a_token",
    lambda s: (
        s.sent(
            lambda: (
                s.client("AzureOpenAI", azure_endpoint=s.origin, **AZURE)
                .copy(azure_ad_token="token-3")
                .chat.completions.list()
            )
        ).headers["authorization"]
        == "Bearer token-3"
    ),
)
says(
    "azure_default_query",
    lambda s: (
        {
            *s.sent(
                lambda: s.client(
                    "AzureOpenAI", azure_endpoint=s.origin, default_query={"a": "b"}, **AZURE
                ).chat.completions.list()
            ).query
        }
        == {("a", "b"), ("api-version", "2024-10-21")}
    ),
)


@statement
def azure_from_the_environment(s: Subject) -> None:
    variables = {"AZURE_OPENAI_API_KEY": "azure-env", "AZURE_OPENAI_ENDPOINT": s.origin, "OPENAI_API_VERSION": "v"}
    os.environ.update(variables)
    try:
        with s.sdk.AzureOpenAI() as client:
            sent = s.sent(client.chat.completions.list)
    finally:
        for name in variables:
            del os.environ[name]
    assert (sent.path, sent.headers["api-key"], sent.query) == (
        "/openai/chat/completions",
        "azure-env",
        [("api-version", "v")],
    )


@statement
def azure_asynchronous(s: Subject) -> None:
    async def token() -> str:
        return "token-4"

    async def main() -> None:
        options = {"azure_endpoint": s.origin, "api_version": "v", "azure_ad_token_provider": token}
        async with s.client("AsyncAzureOpenAI", **options) as client:
            await client.chat.completions.retrieve(CHAT)

    assert s.sent(lambda: s.run(main())).headers["authorization"] == "Bearer token-4"


# Errors.
def gone(s: Subject) -> Any:
    return s.error(lambda: s.client().chat.completions.retrieve("status-404"))


for number, name in {
    400: "BadRequest",
    401: "Authentication",
    403: "PermissionDenied",
    404: "NotFound",
    409: "Conflict",
    422: "UnprocessableEntity",
    429: "RateLimit",
    500: "InternalServer",
    503: "InternalServer",
}.items():
    says(f"error_{number}", partial(raises_for, number, f"{name}Error"))
says("error_status_code", lambda s: gone(s).status_code == 404)
says("error_request_id", lambda s: gone(s).request_id == "req_1")
says("error_code", lambda s: (gone(s).code, gone(s).type, gone(s).param) == ("gone", "invalid_request_error", "id"))
says("error_message", lambda s: "It is not there." in gone(s).message and "It is not there." in str(gone(s)))
says(
    "error_body",
    lambda s: (
        gone(s).body == {"message": "It is not there.", "type": "invalid_request_error", "param": "id", "code": "gone"}
    ),
)
says(
    "error_response",
    lambda s: (gone(s).response.status_code, gone(s).response.json()["error"]["code"]) == (404, "gone"),
)
says("error_response_headers", lambda s: gone(s).response.headers["X-Request-Id"] == "req_1")
says(
    "error_request",
    lambda s: (gone(s).request.method, gone(s).request.url.path) == ("GET", "/v1/chat/completions/status-404"),
)


@statement
def a_connection_error(s: Subject) -> None:
    error = s.error(lambda: s.client(base_url="http://127.0.0.1:9/v1").chat.completions.list())
    assert type(error) is s.sdk.APIConnectionError and error.request.url.port == 9 and error.__cause__ is not None


REQUEST = httpx.Request("GET", "https://api.example.com/v1")
RESPONSE = httpx.Response(404, request=REQUEST, headers={"x-request-id": "req_2"})
says("make_a_status_error", lambda s: s.sdk.NotFoundError("gone", response=RESPONSE, body=None).status_code == 404)
says(
    "make_a_status_error_with_an_id",
    lambda s: s.sdk.NotFoundError("gone", response=RESPONSE, body=None).request_id == "req_2",
)
says(
    "make_a_status_error_with_a_body",
    lambda s: s.sdk.RateLimitError("slow", response=RESPONSE, body={"code": 7}).code == "7",
)
says("make_a_connection_error", lambda s: str(s.sdk.APIConnectionError(request=REQUEST)) == "Connection error.")
says(
    "make_a_connection_error_with_a_message",
    lambda s: s.sdk.APIConnectionError(message="no", request=REQUEST).message == "no",
)
says("make_a_timeout", lambda s: str(s.sdk.APITimeoutError(REQUEST)) == "Request timed out.")
says("make_a_timeout_by_name", lambda s: s.sdk.APITimeoutError(request=REQUEST).request is REQUEST)
says("make_an_error", lambda s: s.sdk.APIError("no", REQUEST, body={"message": "no"}).body == {"message": "no"})
says(
    "make_a_validation_error",
    lambda s: s.sdk.APIResponseValidationError(RESPONSE, {"a": 1}, message="no").message == "no",
)
says("status_of_a_class", lambda s: s.sdk.NotFoundError.status_code == 404)

# Pages.
says(
    "page_data",
    lambda s: [item.id for item in s.client().chat.completions.list(limit=2).data] == ["chatcmpl-1", "chatcmpl-2"],
)
says("page_has_more", lambda s: s.client().chat.completions.list().has_more is True)
says("page_has_next_page", lambda s: s.client().chat.completions.list().has_next_page())
says("page_get_next_page", lambda s: s.client().chat.completions.list().get_next_page().data[0].id == "chatcmpl-3")
says(
    "page_iter_pages", lambda s: [len(page.data) for page in s.client().chat.completions.list().iter_pages()] == [2, 1]
)
says(
    "page_next_page_info",
    lambda s: s.client().chat.completions.list().next_page_info().params == {"after": "chatcmpl-2"},
)
says("page_last_has_no_next", lambda s: not s.client().chat.completions.list(after="chatcmpl-2").has_next_page())
says("page_object", lambda s: s.client().chat.completions.list().object == "list")
says(
    "page_ids",
    lambda s: (
        (s.client().chat.completions.list().first_id, s.client().chat.completions.list().last_id)
        == ("chatcmpl-1", "chatcmpl-2")
    ),
)
says("page_model_dump", lambda s: s.client().chat.completions.list().model_dump()["data"][0]["id"] == CHAT)
says("page_to_dict", lambda s: s.client().chat.completions.list().to_dict()["object"] == "list")
says(
    "page_model_dump_json",
    lambda s: json.loads(s.client().chat.completions.list().model_dump_json())["has_more"] is True,
)
says(
    "page_is_a_cursor_page",
    lambda s: isinstance(s.client().chat.completions.list(), s.module("pagination").SyncCursorPage),
)
says(
    "page_keeps_arguments",
    lambda s: (
        s.sent(
            lambda: s.client().chat.completions.list(limit=1, model="m", extra_headers={"x-a": "b"}).get_next_page()
        ).headers["x-a"]
        == "b"
    ),
)
says(
    "page_keeps_its_query",
    lambda s: (
        {*s.sent(lambda: s.client().chat.completions.list(limit=1, model="m").get_next_page()).query}
        == {("limit", "1"), ("model", "m"), ("after", CHAT)}
    ),
)


@statement
def pages_asynchronously(s: Subject) -> None:
    async def main() -> None:
        async with s.client("AsyncOpenAI") as client:
            page = await client.chat.completions.list()
            assert isinstance(page, s.module("pagination").AsyncCursorPage) and page.object == "list"
            assert (await page.get_next_page()).data[0].id == "chatcmpl-3"
            assert page.next_page_info().params == {"after": "chatcmpl-2"}
            assert [item.id async for item in client.chat.completions.list()] == [item["id"] for item in COMPLETIONS]
            assert [item.id async for item in page] == [item["id"] for item in COMPLETIONS]
            assert [len(item.data) async for item in page.iter_pages()] == [2, 1]
            assert [message.content async for message in client.chat.completions.messages.list(CHAT)] == [
                "Hi 0",
                "Hi 1",
            ]

    s.run(main())


# Raw and streamed responses.
def raw(s: Subject) -> Any:
    return s.client().chat.completions.with_raw_response.retrieve(CHAT)


says("raw_parse", lambda s: raw(s).parse().id == CHAT)
says("raw_request_id", lambda s: (raw(s).request_id, raw(s).parse()._request_id) == ("req_1", "req_1"))
says("raw_headers", lambda s: raw(s).headers["x-request-id"] == "req_1")
says("raw_status_code", lambda s: raw(s).status_code == 200)
says("raw_text", lambda s: json.loads(raw(s).text)["id"] == CHAT)
says("raw_content", lambda s: json.loads(raw(s).content)["id"] == CHAT)
says("raw_http_response", lambda s: raw(s).http_response.json()["id"] == CHAT)
says(
    "raw_http_request",
    lambda s: (raw(s).http_request.method, raw(s).http_request.url.path) == ("GET", f"/v1/chat/completions/{CHAT}"),
)
says("raw_method_and_url", lambda s: (raw(s).method, raw(s).url.path) == ("GET", f"/v1/chat/completions/{CHAT}"))
says("raw_is_closed", lambda s: raw(s).is_closed is True)
says("raw_elapsed", lambda s: raw(s).elapsed.total_seconds() > 0)
says("raw_retries_taken", lambda s: raw(s).retries_taken == 0)
says(
    "raw_list",
    lambda s: s.client().chat.completions.with_raw_response.list().parse().get_next_page().data[0].id == "chatcmpl-3",
)
says(
    "raw_messages",
    lambda s: s.client().chat.completions.messages.with_raw_response.list(CHAT).parse().data[0].content == "Hi 0",
)
says("raw_of_the_client", lambda s: s.client().with_raw_response.chat.completions.retrieve(CHAT).parse().id == CHAT)
says("raw_of_a_namespace", lambda s: s.client().chat.with_raw_response.completions.messages.list(CHAT).parse().data)
says(
    "raw_update",
    lambda s: (
        s.client().chat.completions.with_raw_response.update(CHAT, metadata={"a": "b"}).parse().metadata == {"a": "b"}
    ),
)
says(
    "raw_error",
    lambda s: isinstance(
        s.error(lambda: s.client().chat.completions.with_raw_response.delete("status-404")), s.sdk.NotFoundError
    ),
)


says(
    "raw_of_what_is_no_json",
    lambda s: (
        s.client().chat.completions.with_raw_response.retrieve("html").text == "<html><title>Sign in</title></html>"
    ),
)


@statement
def a_streamed_response_that_is_no_json(s: Subject) -> None:
    with s.client().chat.completions.with_streaming_response.retrieve("html") as response:
        assert "Sign in" in response.text()


@statement
def a_streamed_response(s: Subject) -> None:
    with s.client().chat.completions.with_streaming_response.retrieve(CHAT) as response:
        assert not response.is_closed and response.headers["x-request-id"] == "req_1"
        assert response.http_request.method == "GET" and response.status_code == 200
        assert json.loads(b"".join(response.iter_bytes()))["id"] == CHAT
    assert response.is_closed


@statement
def a_streamed_response_is_read(s: Subject) -> None:
    with s.client().with_streaming_response.chat.completions.list() as response:
        assert json.loads(response.read()) == response.json() == json.loads(response.text())
        assert response.parse().data[0].id == CHAT
    with s.client().chat.completions.with_streaming_response.retrieve(CHAT) as response:
        assert json.loads("".join(response.iter_lines()))["id"] == CHAT


@statement
def responses_asynchronously(s: Subject) -> None:
    async def main() -> None:
        async with s.client("AsyncOpenAI") as client:
            response = await client.chat.completions.with_raw_response.retrieve(CHAT)
            assert response.parse().id == CHAT and json.loads(response.text)["id"] == CHAT
            assert (await client.with_raw_response.chat.completions.list()).parse().data[0].id == CHAT
            async with client.chat.completions.with_streaming_response.retrieve(CHAT) as streamed:
                assert (await streamed.parse()).id == CHAT
                assert (await streamed.json())["id"] == CHAT
            async with client.chat.completions.with_streaming_response.retrieve(CHAT) as streamed:
                assert json.loads("".join([line async for line in streamed.iter_lines()]))["id"] == CHAT
            assert streamed.is_closed

    s.run(main())


@statement
def an_export(s: Subject) -> None:
    """Everything is read at once, and the client's own way to end it is enough: nothing warns of open resources."""
    complaints: list[Any] = []

    async def whole(client: Any, limit: asyncio.Semaphore, completion_id: str) -> dict[str, Any]:
        async with limit:
            completion = await client.chat.completions.retrieve(completion_id)
            messages = [message async for message in client.chat.completions.messages.list(completion_id, limit=1)]
        return {
            **completion.model_dump(mode="json", exclude_none=True),
            "messages": [message.model_dump(mode="json", exclude_none=True) for message in messages],
        }

    async def export() -> list[Any]:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        http_client = s.sdk.DefaultAioHttpClient() if find_spec("httpx_aiohttp") else None
        async with s.sdk.AsyncOpenAI(api_key=KEY, base_url=s.base_url, http_client=http_client) as client:
            ids = [item.id async for item in client.chat.completions.list(metadata={"team": "a"}, limit=2)]
            limit = asyncio.Semaphore(2)
            tasks = (whole(client, limit, item) for item in [*ids, "status-404"])
            found = await asyncio.gather(*tasks, return_exceptions=True)
            # The frames of a traceback would keep the client.
            return [item.with_traceback(None) if isinstance(item, Exception) else item for item in found]

    *lines, error = s.run(export())
    gc.collect()
    s.run(asyncio.sleep(0))  # sockets are closed at the loop's next turn
    assert [(line["id"], len(line["messages"])) for line in lines] == [(f"chatcmpl-{n}", 2) for n in (1, 2, 3)]
    assert "refusal" not in json.loads(json.dumps(lines[0]))["choices"][0]["message"]
    assert isinstance(error, s.sdk.APIStatusError) and error.status_code == 404
    assert not complaints


# Models.
def completion(s: Subject) -> Any:
    return s.client().chat.completions.retrieve(CHAT)


says("model_dump", lambda s: completion(s).model_dump()["choices"][0]["message"]["content"] == "Hello 1")
says("model_dump_has_what_is_absent", lambda s: completion(s).model_dump()["service_tier"] is None)
says("model_dump_exclude_unset", lambda s: completion(s).model_dump(exclude_unset=True) == COMPLETIONS[0])
says(
    "model_dump_exclude_none",
    lambda s: "refusal" not in completion(s).model_dump(exclude_none=True)["choices"][0]["message"],
)
says(
    "model_dump_include",
    lambda s: completion(s).model_dump(include={"id", "created"}) == {"id": CHAT, "created": 1741570284},
)
says("model_dump_exclude", lambda s: "choices" not in completion(s).model_dump(exclude={"choices"}))
says("model_dump_json_mode", lambda s: completion(s).model_dump(mode="json")["id"] == CHAT)
says("model_dump_json", lambda s: json.loads(completion(s).model_dump_json(exclude_unset=True)) == COMPLETIONS[0])
says("model_dump_json_indent", lambda s: completion(s).model_dump_json(indent=2).startswith('{\n  "'))
says("model_copy", lambda s: completion(s).model_copy() == completion(s))
says("model_copy_update", lambda s: completion(s).model_copy(update={"model": "other"}).model == "other")
says("model_copy_deep", lambda s: completion(s).model_copy(deep=True) == completion(s))
says("model_extra", lambda s: completion(s).model_extra == {"undeclared": 1})
says("model_undeclared", lambda s: completion(s).undeclared == 1)
says(
    "model_fields_set",
    lambda s: (
        {"id", "choices"} <= completion(s).model_fields_set and "service_tier" not in completion(s).model_fields_set
    ),
)
says("model_validate", lambda s: type(completion(s)).model_validate(COMPLETIONS[0]).choices[0].finish_reason == "stop")
says(
    "model_validate_json",
    lambda s: type(completion(s)).model_validate_json(json.dumps(COMPLETIONS[0])).usage.total_tokens == 3,
)
says("model_construct", lambda s: type(completion(s)).model_construct(**COMPLETIONS[0]).id == CHAT)
says("to_dict", lambda s: completion(s).to_dict() == COMPLETIONS[0])
says("to_json", lambda s: json.loads(completion(s).to_json()) == COMPLETIONS[0])
says("dict_of_a_model", lambda s: dict(completion(s))["model"] == "gpt-4o")
says(
    "absent_is_none",
    lambda s: completion(s).service_tier is None and completion(s).choices[0].message.tool_calls is None,
)
says("copy_of_a_model", lambda s: copy.deepcopy(completion(s)) == completion(s))
says("pickle_of_a_model", lambda s: pickle.loads(pickle.dumps(completion(s))) == completion(s))


@statement
def a_model_is_made(s: Subject) -> None:
    chat, whole = s.module("types.chat"), s.module("types.chat.chat_completion")
    message = chat.ChatCompletionMessage(role="assistant", content="Hello")
    choice = whole.Choice(index=0, finish_reason="stop", message=message, logprobs=None)
    made = chat.ChatCompletion(id="1", object="chat.completion", created=1, model="m", choices=[choice])
    assert made.choices[0].message.content == "Hello" and made.usage is None
