# Generated from openapi.yaml by `make generate`; do not edit.
"""The clients whose methods stand by tag."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Generic, Self, TypeVar

import httpx

from ..client import (
    BASE_URL,
    MAX_RESPONSE_BYTES,
    MAX_RETRIES,
    TIMEOUT,
    AuthenticatedClient,
    Timeout,
    Token,
    merged_headers,
    without_user,
)
from ..types import UNSET, Unset
from .chat_completions import AsyncChatCompletions, ChatCompletions

HttpClient = TypeVar("HttpClient", httpx.Client, httpx.AsyncClient)


class _Base(Generic[HttpClient]):
    """What `OpenAI` and `AsyncOpenAI` do alike."""

    _http_client: type[HttpClient]

    def __init__(
        self,
        *,
        api_key: Token | None = None,
        organization: str | None = None,
        project: str | None = None,
        base_url: str | httpx.URL | None = None,
        timeout: Timeout = TIMEOUT,
        max_retries: int = MAX_RETRIES,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, Any] | None = None,
        http_client: HttpClient | None = None,
        follow_redirects: bool = False,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        pickle_api_key: bool = False,
    ) -> None:
        headers: dict[str, str] = {
            "OpenAI-Organization": organization or os.environ.get("OPENAI_ORG_ID") or "",
            "OpenAI-Project": project or os.environ.get("OPENAI_PROJECT_ID") or "",
        }
        self.client = AuthenticatedClient(
            base_url=str(base_url or os.environ.get("OPENAI_BASE_URL") or BASE_URL),
            token=_key() if api_key is None else api_key,
            timeout=timeout,
            max_retries=max_retries,
            headers={name: value for name, value in merged_headers(headers, default_headers or {}).items() if value},
            query=default_query or {},
            follow_redirects=follow_redirects,
            max_response_bytes=max_response_bytes,
            pickle_token=pickle_api_key,
        )
        if isinstance(http_client, httpx.Client):
            self.client.set_httpx_client(http_client)
        elif isinstance(http_client, httpx.AsyncClient):
            self.client.set_async_httpx_client(http_client)
        if http_client is not None and not isinstance(http_client, self._http_client):
            wanted = self._http_client.__name__
            raise TypeError(f"http_client must be an httpx.{wanted}, not {type(http_client).__name__}.")

    @property
    def api_key(self) -> Token:
        """The key, or the function that gives it. A key assigned here is used from the next request on."""
        return self.client.token

    @api_key.setter
    def api_key(self, key: Token) -> None:
        self.client.token = key

    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        default_headers: Mapping[str, str] | None = None,
        default_query: Mapping[str, Any] | None = None,
    ) -> Self:
        """A copy with these options, which shares the connections; headers and query are added to what there is."""
        copy = type(self).__new__(type(self))
        copy.client = self.client.with_options(
            timeout=timeout, max_retries=max_retries, headers=default_headers, query=default_query
        )
        return copy

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={without_user(self.client.base_url)!r})"

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, _: object) -> Self:
        return self.with_options()

    def __getstate__(self) -> dict[str, Any]:
        # What names the account is no secret, unlike what other headers may hold.
        names = ["OpenAI-Organization", "OpenAI-Project"]
        headers = {name: value for name, value in self.client.headers.items() if name in names}
        return {"client": self.client, "headers": headers}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.client = state["client"]
        self.client.headers = {**state["headers"], **self.client.headers}
        if not self.client.token:
            self.client.token = os.environ.get("OPENAI_API_KEY") or ""


def _key() -> str:
    """The key of the environment."""
    key = os.environ.get("OPENAI_API_KEY")
    if key is None:
        raise ValueError("There is no API key: give api_key=, or set OPENAI_API_KEY.")
    return key


class Chat:
    """The resources below `chat`."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def completions(self) -> ChatCompletions:
        return ChatCompletions(self._client)


class AsyncChat:
    """The resources below `chat`, awaited."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def completions(self) -> AsyncChatCompletions:
        return AsyncChatCompletions(self._client)


class OpenAI(_Base[httpx.Client]):
    """A client whose methods stand by tag.

    Args:
        api_key: The key, or a function that gives the current one; by default OPENAI_API_KEY of the environment.
        organization: Sent as `OpenAI-Organization`; by default OPENAI_ORG_ID of the environment.
        project: Sent as `OpenAI-Project`; by default OPENAI_PROJECT_ID of the environment.
        base_url: Where the API is; by default OPENAI_BASE_URL of the environment.
        timeout: Seconds for each attempt, or an `httpx.Timeout`, or None to wait for ever; 600, and 5 to connect.
        max_retries: How often a request is sent again at most after a failure that may pass.
        default_headers: Sent with every request.
        default_query: Query parameters of every request.
        http_client: A client of your own to send through; it is not closed with this one.
        follow_redirects: Whether redirects are followed; no credentials cross to another origin.
        max_response_bytes: The size that a body may have once it is decoded.
        pickle_api_key: Whether the key goes where a pickle of this client goes; if not, the environment there has it.

    Raises:
        ValueError: there is no key, or it cannot be sent as one, or the base URL is none.

    The client is a context manager, which closes its connections at the end.
    """

    _http_client = httpx.Client

    @property
    def chat(self) -> Chat:
        return Chat(self.client)

    def close(self) -> None:
        """Close the connections. A client that is used again connects anew."""
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncOpenAI(_Base[httpx.AsyncClient]):
    """`OpenAI` for asyncio: its methods are awaited, and its lists can be walked with `async for` too."""

    _http_client = httpx.AsyncClient

    @property
    def chat(self) -> AsyncChat:
        return AsyncChat(self.client)

    async def aclose(self) -> None:
        """Close the connections of the running event loop. A client that is used again connects anew."""
        await self.client.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
