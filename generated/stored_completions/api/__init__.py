# Generated from openapi.yaml by `make generate`; do not edit.
"""The clients with methods grouped by tag."""

from __future__ import annotations

from collections.abc import Mapping as _Mapping
from functools import cached_property as _cached_property
from typing import ClassVar as _ClassVar, Self as _Self

import httpx as _httpx

from .._runtime.facade import (
    AsyncFacade as _AsyncFacade,
    Credential as _Credential,
    Facade as _Facade,
    HttpClient as _HttpClient,
    Resource as _Resource,
    Setting as _Setting,
    SyncFacade as _SyncFacade,
)
from .._runtime.types import (
    AsyncHttpClient as _AsyncHttpClient,
    SyncHttpClient as _SyncHttpClient,
    Timeout as _Timeout,
    Token as _Token,
)
from .._runtime.unset import UNSET as _UNSET, Unset as _Unset
from . import chat_completions as _chat_completions


class Chat(_Resource):
    """The resources below `chat`."""

    @_cached_property
    def with_raw_response(self) -> ChatWithRawResponse:
        """The same resources; their methods return whole responses."""
        return ChatWithRawResponse(self._client)

    @_cached_property
    def with_streaming_response(self) -> ChatWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return ChatWithStreamingResponse(self._client)

    @_cached_property
    def completions(self) -> _chat_completions.ChatCompletions:
        """The operations tagged `chat.completions`."""
        return _chat_completions.ChatCompletions(self._client)


class ChatWithRawResponse(_Resource):
    """The resources below `chat`, by `with_raw_response`."""

    @_cached_property
    def completions(self) -> _chat_completions.ChatCompletionsWithRawResponse:
        """The operations tagged `chat.completions`."""
        return _chat_completions.ChatCompletionsWithRawResponse(self._client)


class ChatWithStreamingResponse(_Resource):
    """The resources below `chat`, by `with_streaming_response`."""

    @_cached_property
    def completions(self) -> _chat_completions.ChatCompletionsWithStreamingResponse:
        """The operations tagged `chat.completions`."""
        return _chat_completions.ChatCompletionsWithStreamingResponse(self._client)


class AsyncChat(_Resource):
    """The resources below `chat`, with methods that are awaited."""

    @_cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same resources; their methods return whole responses."""
        return AsyncChatWithRawResponse(self._client)

    @_cached_property
    def with_streaming_response(self) -> AsyncChatWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return AsyncChatWithStreamingResponse(self._client)

    @_cached_property
    def completions(self) -> _chat_completions.AsyncChatCompletions:
        """The operations tagged `chat.completions`."""
        return _chat_completions.AsyncChatCompletions(self._client)


class AsyncChatWithRawResponse(_Resource):
    """The resources below `chat`, with methods that are awaited, by `with_raw_response`."""

    @_cached_property
    def completions(self) -> _chat_completions.AsyncChatCompletionsWithRawResponse:
        """The operations tagged `chat.completions`."""
        return _chat_completions.AsyncChatCompletionsWithRawResponse(self._client)


class AsyncChatWithStreamingResponse(_Resource):
    """The resources below `chat`, with methods that are awaited, by `with_streaming_response`."""

    @_cached_property
    def completions(self) -> _chat_completions.AsyncChatCompletionsWithStreamingResponse:
        """The operations tagged `chat.completions`."""
        return _chat_completions.AsyncChatCompletionsWithStreamingResponse(self._client)


class BaseOpenAI(_Facade[_HttpClient]):
    """What `OpenAI` and `AsyncOpenAI` have in common."""

    _base_url_variable: _ClassVar[str] = "OPENAI_BASE_URL"
    _credentials: _ClassVar[_Mapping[str, _Credential]] = {"api_key": _Credential("OPENAI_API_KEY")}
    organization = _Setting("OPENAI_ORG_ID", header="OpenAI-Organization")
    project = _Setting("OPENAI_PROJECT_ID", header="OpenAI-Project")

    def __init__(
        self,
        *,
        api_key: _Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | _httpx.URL | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
        default_headers: _Mapping[str, str] | None = None,
        default_query: _Mapping[str, object] | None = None,
        http_client: _HttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int | _Unset = _UNSET,
        pickle_api_key: bool = False,
    ) -> None:
        self._open(
            {"api_key": api_key},
            {"organization": organization, "project": project},
            {
                "base_url": base_url,
                "timeout": timeout,
                "max_retries": max_retries,
                "default_headers": default_headers,
                "default_query": default_query,
                "http_client": http_client,
                "follow_redirects": follow_redirects,
                "max_response_bytes": max_response_bytes,
                "pickle_api_key": pickle_api_key,
            },
        )

    def copy(
        self,
        *,
        api_key: _Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | _httpx.URL | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
        default_headers: _Mapping[str, str] | None = None,
        set_default_headers: _Mapping[str, str] | None = None,
        default_query: _Mapping[str, object] | None = None,
        set_default_query: _Mapping[str, object] | None = None,
        http_client: _HttpClient | None = None,
        follow_redirects: bool | _Unset = _UNSET,
        max_response_bytes: int | _Unset = _UNSET,
        pickle_api_key: bool | _Unset = _UNSET,
    ) -> _Self:
        """Return a copy with these arguments in place of the client's own; it shares the client's connections.

        Args:
            default_headers: Added to the client's own; `set_default_headers` replaces them.
            default_query: Added to the client's own; `set_default_query` replaces them.
        """
        return self._copy(
            {"api_key": api_key},
            {"organization": organization, "project": project},
            {
                "base_url": base_url,
                "timeout": timeout,
                "max_retries": max_retries,
                "default_headers": default_headers,
                "default_query": default_query,
                "http_client": http_client,
                "follow_redirects": follow_redirects,
                "max_response_bytes": max_response_bytes,
                "pickle_api_key": pickle_api_key,
            },
            set_default_headers,
            set_default_query,
        )

    with_options = copy


class OpenAI(BaseOpenAI[_SyncHttpClient], _SyncFacade):
    """Read, list, update and delete the chat completions that an account keeps.

    The client is a context manager that closes its connections at the end.

    Args:
        api_key: The key, or a function that returns the current one; by default OPENAI_API_KEY of the environment.
        organization: Sent as `OpenAI-Organization`; by default OPENAI_ORG_ID of the environment.
        project: Sent as `OpenAI-Project`; by default OPENAI_PROJECT_ID of the environment.
        base_url: Where the API is; by default OPENAI_BASE_URL of the environment.
        timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever; by default that of
            `http_client`, or 600 seconds, and 5 to connect.
        max_retries: How many times a request is sent again after transient failures; 2 by default.
        default_headers: Sent with every request.
        default_query: Query parameters of every request.
        http_client: Your own httpx or httpx2 client to send through; this client never closes it.
        follow_redirects: Whether redirects are followed; no credentials cross to another origin.
        max_response_bytes: The largest body that is accepted, both as it is sent and once it is decompressed.
        pickle_api_key: Whether a pickle of this client holds the key; if not, loading it reads the key from the
            environment.
        admin_api_key: Accepted and not used: it is for the administration API.
        webhook_secret: Accepted and not used: it is for webhooks.
        websocket_base_url: Accepted and not used: it is for the realtime API.
        _strict_response_validation: Accepted and not used: a body that is not what is declared is an error in any
            case.

    Raises:
        CredentialsError: there is no key, or more than one; it is a ValueError too.
        ValueError: the key cannot be sent, or `base_url` is not a URL.
    """

    @_cached_property
    def with_raw_response(self) -> OpenAIWithRawResponse:
        """The same resources; their methods return whole responses."""
        return OpenAIWithRawResponse(self.client)

    @_cached_property
    def with_streaming_response(self) -> OpenAIWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return OpenAIWithStreamingResponse(self.client)

    @_cached_property
    def chat(self) -> Chat:
        """The resources below `chat`."""
        return Chat(self.client)


class OpenAIWithRawResponse(_Resource):
    """The resources of `OpenAI`, by `with_raw_response`."""

    @_cached_property
    def chat(self) -> ChatWithRawResponse:
        """The resources below `chat`."""
        return ChatWithRawResponse(self._client)


class OpenAIWithStreamingResponse(_Resource):
    """The resources of `OpenAI`, by `with_streaming_response`."""

    @_cached_property
    def chat(self) -> ChatWithStreamingResponse:
        """The resources below `chat`."""
        return ChatWithStreamingResponse(self._client)


class AsyncOpenAI(BaseOpenAI[_AsyncHttpClient], _AsyncFacade):
    """`OpenAI` with methods that are awaited; lists can also be iterated with `async for`."""

    @_cached_property
    def with_raw_response(self) -> AsyncOpenAIWithRawResponse:
        """The same resources; their methods return whole responses."""
        return AsyncOpenAIWithRawResponse(self.client)

    @_cached_property
    def with_streaming_response(self) -> AsyncOpenAIWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return AsyncOpenAIWithStreamingResponse(self.client)

    @_cached_property
    def chat(self) -> AsyncChat:
        """The resources below `chat`."""
        return AsyncChat(self.client)


class AsyncOpenAIWithRawResponse(_Resource):
    """The resources of `AsyncOpenAI`, by `with_raw_response`."""

    @_cached_property
    def chat(self) -> AsyncChatWithRawResponse:
        """The resources below `chat`."""
        return AsyncChatWithRawResponse(self._client)


class AsyncOpenAIWithStreamingResponse(_Resource):
    """The resources of `AsyncOpenAI`, by `with_streaming_response`."""

    @_cached_property
    def chat(self) -> AsyncChatWithStreamingResponse:
        """The resources below `chat`."""
        return AsyncChatWithStreamingResponse(self._client)


class BaseAzureOpenAI(BaseOpenAI[_HttpClient]):
    """What `AzureOpenAI` and `AsyncAzureOpenAI` have in common."""

    _base_url_variable: _ClassVar[str] = ""
    _base_url: _ClassVar[str] = "{azure_endpoint}/openai"
    _paths: _ClassVar[_Mapping[str, str]] = {"/chat/completions": "/deployments/{azure_deployment}/chat/completions"}
    _call_attributes: _ClassVar[_Mapping[str, str]] = {"gen_ai.provider.name": "azure.ai.openai"}
    _credentials: _ClassVar[_Mapping[str, _Credential]] = {
        "azure_ad_token": _Credential("AZURE_OPENAI_AD_TOKEN"),
        "azure_ad_token_provider": _Credential(""),
        "api_key": _Credential("AZURE_OPENAI_API_KEY", header="api-key", prefix=""),
    }
    azure_endpoint = _Setting("AZURE_OPENAI_ENDPOINT")
    azure_deployment = _Setting("")
    api_version = _Setting("OPENAI_API_VERSION", query="api-version", is_required=True)

    def __init__(
        self,
        *,
        azure_ad_token: _Token | None = None,
        azure_ad_token_provider: _Token | None = None,
        api_key: _Token | None = None,
        azure_endpoint: str | None = None,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | _httpx.URL | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
        default_headers: _Mapping[str, str] | None = None,
        default_query: _Mapping[str, object] | None = None,
        http_client: _HttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int | _Unset = _UNSET,
        pickle_api_key: bool = False,
    ) -> None:
        self._open(
            {"azure_ad_token": azure_ad_token, "azure_ad_token_provider": azure_ad_token_provider, "api_key": api_key},
            {
                "azure_endpoint": azure_endpoint,
                "azure_deployment": azure_deployment,
                "api_version": api_version,
                "organization": organization,
                "project": project,
            },
            {
                "base_url": base_url,
                "timeout": timeout,
                "max_retries": max_retries,
                "default_headers": default_headers,
                "default_query": default_query,
                "http_client": http_client,
                "follow_redirects": follow_redirects,
                "max_response_bytes": max_response_bytes,
                "pickle_api_key": pickle_api_key,
            },
        )

    def copy(
        self,
        *,
        azure_ad_token: _Token | None = None,
        azure_ad_token_provider: _Token | None = None,
        api_key: _Token | None = None,
        azure_endpoint: str | None = None,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | _httpx.URL | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
        default_headers: _Mapping[str, str] | None = None,
        set_default_headers: _Mapping[str, str] | None = None,
        default_query: _Mapping[str, object] | None = None,
        set_default_query: _Mapping[str, object] | None = None,
        http_client: _HttpClient | None = None,
        follow_redirects: bool | _Unset = _UNSET,
        max_response_bytes: int | _Unset = _UNSET,
        pickle_api_key: bool | _Unset = _UNSET,
    ) -> _Self:
        """Return a copy as `OpenAI.copy` does, with these arguments."""
        return self._copy(
            {"azure_ad_token": azure_ad_token, "azure_ad_token_provider": azure_ad_token_provider, "api_key": api_key},
            {
                "azure_endpoint": azure_endpoint,
                "azure_deployment": azure_deployment,
                "api_version": api_version,
                "organization": organization,
                "project": project,
            },
            {
                "base_url": base_url,
                "timeout": timeout,
                "max_retries": max_retries,
                "default_headers": default_headers,
                "default_query": default_query,
                "http_client": http_client,
                "follow_redirects": follow_redirects,
                "max_response_bytes": max_response_bytes,
                "pickle_api_key": pickle_api_key,
            },
            set_default_headers,
            set_default_query,
        )

    with_options = copy


class AzureOpenAI(BaseAzureOpenAI[_SyncHttpClient], OpenAI):
    """The same for a resource of Azure OpenAI.

    The client is a context manager that closes its connections at the end.

    Args:
        azure_ad_token: A token of Microsoft Entra ID; by default AZURE_OPENAI_AD_TOKEN of the environment.
        azure_ad_token_provider: A function that returns the current token of Microsoft Entra ID.
        api_key: The key, or a function that returns the current one; by default AZURE_OPENAI_API_KEY of the
            environment.
        azure_endpoint: The URL of the resource, `https://example.openai.azure.com`; by default
            AZURE_OPENAI_ENDPOINT of the environment.
        azure_deployment: The deployment whose completions are listed.
        api_version: Sent as `api-version`; by default OPENAI_API_VERSION of the environment.
        organization: Sent as `OpenAI-Organization`; by default OPENAI_ORG_ID of the environment.
        project: Sent as `OpenAI-Project`; by default OPENAI_PROJECT_ID of the environment.
        base_url: Where the API is.
        timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever; by default that of
            `http_client`, or 600 seconds, and 5 to connect.
        max_retries: How many times a request is sent again after transient failures; 2 by default.
        default_headers: Sent with every request.
        default_query: Query parameters of every request.
        http_client: Your own httpx or httpx2 client to send through; this client never closes it.
        follow_redirects: Whether redirects are followed; no credentials cross to another origin.
        max_response_bytes: The largest body that is accepted, both as it is sent and once it is decompressed.
        pickle_api_key: Whether a pickle of this client holds the key; if not, loading it reads the key from the
            environment.
        admin_api_key: Accepted and not used: it is for the administration API.
        webhook_secret: Accepted and not used: it is for webhooks.
        websocket_base_url: Accepted and not used: it is for the realtime API.
        _strict_response_validation: Accepted and not used: a body that is not what is declared is an error in any
            case.

    Raises:
        CredentialsError: there is no key, or more than one; it is a ValueError too.
        ValueError: the key cannot be sent, or `base_url` is not a URL.
    """


class AsyncAzureOpenAI(BaseAzureOpenAI[_AsyncHttpClient], AsyncOpenAI):
    """`AzureOpenAI` with methods that are awaited; lists can also be iterated with `async for`."""
