# Generated from openapi.yaml by `make generate`; do not edit.
"""The clients whose methods are grouped by tag."""

from __future__ import annotations

from collections.abc import Mapping as _Mapping
from typing import Any as _Any, ClassVar as _ClassVar

import httpx as _httpx

from ..client import MAX_RESPONSE_BYTES as _MAX_RESPONSE_BYTES, MAX_RETRIES as _MAX_RETRIES, TIMEOUT as _TIMEOUT
from ..facade import (
    AsyncFacade as _AsyncFacade,
    HeaderOption as _HeaderOption,
    Resource as _Resource,
    SyncFacade as _SyncFacade,
)
from ..secrets import Token as _Token
from ..twins import AsyncHttpClient as _AsyncHttpClient, HttpClient as _HttpClient, Timeout as _Timeout
from . import chat_completions as _chat_completions


class Chat(_Resource):
    """The resources below `chat`."""

    @property
    def completions(self) -> _chat_completions.ChatCompletions:
        return _chat_completions.ChatCompletions(self._client)


class AsyncChat(_Resource):
    """The resources below `chat`, awaited."""

    @property
    def completions(self) -> _chat_completions.AsyncChatCompletions:
        return _chat_completions.AsyncChatCompletions(self._client)


class OpenAI(_SyncFacade):
    """Read, list, update and delete the chat completions that an account keeps.

    The client is a context manager, which closes its connections at the end.

    Args:
        api_key: The key, or a function that returns the current one; by default OPENAI_API_KEY of the environment.
        organization: Sent as `OpenAI-Organization`; by default OPENAI_ORG_ID of the environment.
        project: Sent as `OpenAI-Project`; by default OPENAI_PROJECT_ID of the environment.
        base_url: Where the API is; by default OPENAI_BASE_URL of the environment.
        timeout: Seconds for each attempt, or an `httpx.Timeout`, or None to wait for ever; 600, and 5 to connect.
        max_retries: How often a request is sent again at most after a transient failure.
        default_headers: Sent with every request.
        default_query: Query parameters of every request.
        http_client: A client of your own, of httpx or httpx2, to send through; it is not closed with this one.
        follow_redirects: Whether redirects are followed; no credentials cross to another origin.
        max_response_bytes: The size that a body may have once it is decoded.
        pickle_api_key: Whether the key goes where a pickle of this client goes; if not, the environment there has it.

    Raises:
        ValueError: there is no key, or it cannot be sent as one, or `base_url` is not a URL.
    """

    _key_variable = "OPENAI_API_KEY"
    _base_url_variable = "OPENAI_BASE_URL"
    _header_options: _ClassVar[_Mapping[str, _HeaderOption]] = {
        "organization": _HeaderOption("OpenAI-Organization", "OPENAI_ORG_ID"),
        "project": _HeaderOption("OpenAI-Project", "OPENAI_PROJECT_ID"),
    }

    def __init__(
        self,
        *,
        api_key: _Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        base_url: str | _httpx.URL | None = None,
        timeout: _Timeout = _TIMEOUT,
        max_retries: int = _MAX_RETRIES,
        default_headers: _Mapping[str, str] | None = None,
        default_query: _Mapping[str, _Any] | None = None,
        http_client: _HttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int = _MAX_RESPONSE_BYTES,
        pickle_api_key: bool = False,
    ) -> None:
        super().__init__(
            api_key=api_key,
            organization=organization,
            project=project,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            http_client=http_client,
            follow_redirects=follow_redirects,
            max_response_bytes=max_response_bytes,
            pickle_api_key=pickle_api_key,
        )

    @property
    def chat(self) -> Chat:
        return Chat(self.client)


class AsyncOpenAI(_AsyncFacade):
    """`OpenAI`, awaited; its lists can be iterated with `async for` too."""

    _key_variable = "OPENAI_API_KEY"
    _base_url_variable = "OPENAI_BASE_URL"
    _header_options: _ClassVar[_Mapping[str, _HeaderOption]] = {
        "organization": _HeaderOption("OpenAI-Organization", "OPENAI_ORG_ID"),
        "project": _HeaderOption("OpenAI-Project", "OPENAI_PROJECT_ID"),
    }

    def __init__(
        self,
        *,
        api_key: _Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        base_url: str | _httpx.URL | None = None,
        timeout: _Timeout = _TIMEOUT,
        max_retries: int = _MAX_RETRIES,
        default_headers: _Mapping[str, str] | None = None,
        default_query: _Mapping[str, _Any] | None = None,
        http_client: _AsyncHttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int = _MAX_RESPONSE_BYTES,
        pickle_api_key: bool = False,
    ) -> None:
        super().__init__(
            api_key=api_key,
            organization=organization,
            project=project,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
            default_headers=default_headers,
            default_query=default_query,
            http_client=http_client,
            follow_redirects=follow_redirects,
            max_response_bytes=max_response_bytes,
            pickle_api_key=pickle_api_key,
        )

    @property
    def chat(self) -> AsyncChat:
        return AsyncChat(self.client)
