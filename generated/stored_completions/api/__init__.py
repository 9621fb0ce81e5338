# Generated from openapi.yaml by `make generate`; do not edit.
"""The clients with methods grouped by tag."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Self

import httpx

from .._runtime.facade import AsyncFacade, Facade, HttpClient, Resource, Setting, SyncFacade
from .._runtime.lazy import LazyModule
from .._runtime.settings import Credential
from .._runtime.types import AsyncHttpClient, SyncHttpClient, Timeout, Token
from .._runtime.unset import UNSET, Unset

if typing.TYPE_CHECKING:
    from . import chat_completions as chat_completions
else:
    chat_completions = LazyModule(__name__, "chat_completions")


class Chat(Resource):
    """The resources below `chat`."""

    @cached_property
    def with_raw_response(self) -> ChatWithRawResponse:
        """The same resources; their methods return whole responses."""
        return ChatWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ChatWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return ChatWithStreamingResponse(self)

    @cached_property
    def completions(self) -> chat_completions.ChatCompletions:
        """The operations tagged `chat.completions`."""
        return chat_completions.ChatCompletions(self._client)


class ChatWithRawResponse(Resource):
    """The resources below `chat`, by `with_raw_response`."""

    def __init__(self, plain: Chat) -> None:
        super().__init__(plain._client)
        self._plain = plain

    @cached_property
    def completions(self) -> chat_completions.ChatCompletionsWithRawResponse:
        """The operations tagged `chat.completions`."""
        return chat_completions.ChatCompletionsWithRawResponse(self._plain.completions)


class ChatWithStreamingResponse(Resource):
    """The resources below `chat`, by `with_streaming_response`."""

    def __init__(self, plain: Chat) -> None:
        super().__init__(plain._client)
        self._plain = plain

    @cached_property
    def completions(self) -> chat_completions.ChatCompletionsWithStreamingResponse:
        """The operations tagged `chat.completions`."""
        return chat_completions.ChatCompletionsWithStreamingResponse(self._plain.completions)


class AsyncChat(Resource):
    """The resources below `chat`, with asynchronous methods."""

    @cached_property
    def with_raw_response(self) -> AsyncChatWithRawResponse:
        """The same resources; their methods return whole responses."""
        return AsyncChatWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncChatWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return AsyncChatWithStreamingResponse(self)

    @cached_property
    def completions(self) -> chat_completions.AsyncChatCompletions:
        """The operations tagged `chat.completions`."""
        return chat_completions.AsyncChatCompletions(self._client)


class AsyncChatWithRawResponse(Resource):
    """The resources below `chat`, with asynchronous methods, by `with_raw_response`."""

    def __init__(self, plain: AsyncChat) -> None:
        super().__init__(plain._client)
        self._plain = plain

    @cached_property
    def completions(self) -> chat_completions.AsyncChatCompletionsWithRawResponse:
        """The operations tagged `chat.completions`."""
        return chat_completions.AsyncChatCompletionsWithRawResponse(self._plain.completions)


class AsyncChatWithStreamingResponse(Resource):
    """The resources below `chat`, with asynchronous methods, by `with_streaming_response`."""

    def __init__(self, plain: AsyncChat) -> None:
        super().__init__(plain._client)
        self._plain = plain

    @cached_property
    def completions(self) -> chat_completions.AsyncChatCompletionsWithStreamingResponse:
        """The operations tagged `chat.completions`."""
        return chat_completions.AsyncChatCompletionsWithStreamingResponse(self._plain.completions)


class BaseOpenAI(Facade[HttpClient]):
    """The base of `OpenAI` and `AsyncOpenAI`."""

    _base_url_variable: ClassVar[str] = "OPENAI_BASE_URL"
    _credentials: ClassVar[Mapping[str, Credential]] = {"api_key": Credential("OPENAI_API_KEY")}
    organization = Setting("OPENAI_ORG_ID", header="OpenAI-Organization")
    project = Setting("OPENAI_PROJECT_ID", header="OpenAI-Project")

    def __init__(
        self,
        *,
        api_key: Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | httpx.URL | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: HttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int | Unset = UNSET,
        pickle_api_key: bool = False,
    ) -> None:
        self._initialize(
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
        api_key: Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | httpx.URL | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        http_client: HttpClient | None = None,
        follow_redirects: bool | Unset = UNSET,
        max_response_bytes: int | Unset = UNSET,
        pickle_api_key: bool | Unset = UNSET,
    ) -> Self:
        """Return a copy with other arguments, which shares the client's connections.

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


class OpenAI(BaseOpenAI[SyncHttpClient], SyncFacade):
    """Read, list, update and delete the chat completions that an account keeps.

    The client is a context manager that closes its connections at the end.

    Args:
        api_key: The token, or a function that returns the current token, sent as `Authorization: Bearer`; by
            default OPENAI_API_KEY of the environment.
        organization: Sent as `OpenAI-Organization`; by default OPENAI_ORG_ID of the environment.
        project: Sent as `OpenAI-Project`; by default OPENAI_PROJECT_ID of the environment.
        base_url: The URL of the API; by default OPENAI_BASE_URL of the environment.
        timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit; by default that of
            `http_client`, or 600 seconds, and 5 to connect.
        max_retries: How many times a request is sent again after transient failures; 2 by default.
        default_headers: Headers of every request.
        default_query: Query parameters of every request.
        http_client: Your own httpx or httpx2 client to send through; this client never closes it.
        follow_redirects: Whether redirects are followed; credentials are never sent to another origin.
        max_response_bytes: The size of the largest accepted body, compressed and decompressed.
        pickle_api_key: Whether a pickle of this client holds the key; if not, loading it reads the key from the
            environment.
        admin_api_key: Accepted and not used: it is for the administration API.
        webhook_secret: Accepted and not used: it is for webhooks.
        websocket_base_url: Accepted and not used: it is for the realtime API.
        _strict_response_validation: Accepted and not used: a body that is not what is declared is an error in any
            case.

    Raises:
        CredentialsError: No key is given, or more than one. The error is a ValueError too.
        ValueError: The key cannot be sent, or `base_url` is not a URL.
    """

    @cached_property
    def with_raw_response(self) -> OpenAIWithRawResponse:
        """The same resources; their methods return whole responses."""
        return OpenAIWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> OpenAIWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return OpenAIWithStreamingResponse(self)

    @cached_property
    def chat(self) -> Chat:
        """The resources below `chat`."""
        return Chat(self.client)


class OpenAIWithRawResponse(Resource):
    """The resources of `OpenAI`, by `with_raw_response`."""

    def __init__(self, plain: OpenAI) -> None:
        super().__init__(plain.client)
        self._plain = plain

    @cached_property
    def chat(self) -> ChatWithRawResponse:
        """The resources below `chat`."""
        return ChatWithRawResponse(self._plain.chat)


class OpenAIWithStreamingResponse(Resource):
    """The resources of `OpenAI`, by `with_streaming_response`."""

    def __init__(self, plain: OpenAI) -> None:
        super().__init__(plain.client)
        self._plain = plain

    @cached_property
    def chat(self) -> ChatWithStreamingResponse:
        """The resources below `chat`."""
        return ChatWithStreamingResponse(self._plain.chat)


class AsyncOpenAI(BaseOpenAI[AsyncHttpClient], AsyncFacade):
    """An asynchronous `OpenAI`; lists can also be iterated with `async for`."""

    @cached_property
    def with_raw_response(self) -> AsyncOpenAIWithRawResponse:
        """The same resources; their methods return whole responses."""
        return AsyncOpenAIWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncOpenAIWithStreamingResponse:
        """The same resources; their methods return context managers of responses."""
        return AsyncOpenAIWithStreamingResponse(self)

    @cached_property
    def chat(self) -> AsyncChat:
        """The resources below `chat`."""
        return AsyncChat(self.client)


class AsyncOpenAIWithRawResponse(Resource):
    """The resources of `AsyncOpenAI`, by `with_raw_response`."""

    def __init__(self, plain: AsyncOpenAI) -> None:
        super().__init__(plain.client)
        self._plain = plain

    @cached_property
    def chat(self) -> AsyncChatWithRawResponse:
        """The resources below `chat`."""
        return AsyncChatWithRawResponse(self._plain.chat)


class AsyncOpenAIWithStreamingResponse(Resource):
    """The resources of `AsyncOpenAI`, by `with_streaming_response`."""

    def __init__(self, plain: AsyncOpenAI) -> None:
        super().__init__(plain.client)
        self._plain = plain

    @cached_property
    def chat(self) -> AsyncChatWithStreamingResponse:
        """The resources below `chat`."""
        return AsyncChatWithStreamingResponse(self._plain.chat)


class BaseAzureOpenAI(BaseOpenAI[HttpClient]):
    """The base of `AzureOpenAI` and `AsyncAzureOpenAI`."""

    _base_url_variable: ClassVar[str] = ""
    _base_url: ClassVar[str] = "{azure_endpoint}/openai"
    _paths: ClassVar[Mapping[str, str]] = {"/chat/completions": "/deployments/{azure_deployment}/chat/completions"}
    _call_attributes: ClassVar[Mapping[str, str]] = {"gen_ai.provider.name": "azure.ai.openai"}
    _credentials: ClassVar[Mapping[str, Credential]] = {
        "azure_ad_token": Credential("AZURE_OPENAI_AD_TOKEN"),
        "azure_ad_token_provider": Credential(""),
        "api_key": Credential("AZURE_OPENAI_API_KEY", header="api-key", prefix=""),
    }
    azure_endpoint = Setting("AZURE_OPENAI_ENDPOINT")
    azure_deployment = Setting("")
    api_version = Setting("OPENAI_API_VERSION", query="api-version", is_required=True)

    def __init__(
        self,
        *,
        azure_ad_token: Token | None = None,
        azure_ad_token_provider: Token | None = None,
        api_key: Token | None = None,
        azure_endpoint: str | None = None,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | httpx.URL | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        http_client: HttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int | Unset = UNSET,
        pickle_api_key: bool = False,
    ) -> None:
        self._initialize(
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
        azure_ad_token: Token | None = None,
        azure_ad_token_provider: Token | None = None,
        api_key: Token | None = None,
        azure_endpoint: str | None = None,
        azure_deployment: str | None = None,
        api_version: str | None = None,
        organization: str | None = None,
        project: str | None = None,
        admin_api_key: object = None,
        webhook_secret: object = None,
        websocket_base_url: object = None,
        _strict_response_validation: object = None,
        base_url: str | httpx.URL | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        set_default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, object] | None = None,
        set_default_query: Mapping[str, object] | None = None,
        http_client: HttpClient | None = None,
        follow_redirects: bool | Unset = UNSET,
        max_response_bytes: int | Unset = UNSET,
        pickle_api_key: bool | Unset = UNSET,
    ) -> Self:
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


class AzureOpenAI(BaseAzureOpenAI[SyncHttpClient], OpenAI):
    """A client for a resource of Azure OpenAI.

    The client is a context manager that closes its connections at the end.

    Args:
        azure_ad_token: A token of Microsoft Entra ID; by default AZURE_OPENAI_AD_TOKEN of the environment.
        azure_ad_token_provider: A function that returns the current token of Microsoft Entra ID.
        api_key: The key, or a function that returns the current key; by default AZURE_OPENAI_API_KEY of the
            environment.
        azure_endpoint: The URL of the resource, `https://example.openai.azure.com`; by default
            AZURE_OPENAI_ENDPOINT of the environment.
        azure_deployment: The deployment whose completions are listed.
        api_version: Sent as `api-version`; by default OPENAI_API_VERSION of the environment.
        organization: Sent as `OpenAI-Organization`; by default OPENAI_ORG_ID of the environment.
        project: Sent as `OpenAI-Project`; by default OPENAI_PROJECT_ID of the environment.
        base_url: The URL of the API.
        timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit; by default that of
            `http_client`, or 600 seconds, and 5 to connect.
        max_retries: How many times a request is sent again after transient failures; 2 by default.
        default_headers: Headers of every request.
        default_query: Query parameters of every request.
        http_client: Your own httpx or httpx2 client to send through; this client never closes it.
        follow_redirects: Whether redirects are followed; credentials are never sent to another origin.
        max_response_bytes: The size of the largest accepted body, compressed and decompressed.
        pickle_api_key: Whether a pickle of this client holds the key; if not, loading it reads the key from the
            environment.
        admin_api_key: Accepted and not used: it is for the administration API.
        webhook_secret: Accepted and not used: it is for webhooks.
        websocket_base_url: Accepted and not used: it is for the realtime API.
        _strict_response_validation: Accepted and not used: a body that is not what is declared is an error in any
            case.

    Raises:
        CredentialsError: No key is given, or more than one. The error is a ValueError too.
        ValueError: The key cannot be sent, or `base_url` is not a URL.
    """


class AsyncAzureOpenAI(BaseAzureOpenAI[AsyncHttpClient], AsyncOpenAI):
    """An asynchronous `AzureOpenAI`; lists can also be iterated with `async for`."""
