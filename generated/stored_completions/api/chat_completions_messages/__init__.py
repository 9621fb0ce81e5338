# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions.messages`."""

from __future__ import annotations

from collections.abc import Mapping as _Mapping
from functools import cached_property as _cached_property, partial as _partial

from ... import models as _models
from ..._runtime.client import AuthenticatedClient as _AuthenticatedClient, request_options as _request_options
from ..._runtime.facade import Resource as _Resource
from ..._runtime.pages import AsyncPager as _AsyncPager, Page as _Page, Paging as _Paging
from ..._runtime.raw import (
    async_raw as _async_raw,
    async_streamed as _async_streamed,
    raw as _raw,
    streamed as _streamed,
)
from ..._runtime.types import Timeout as _Timeout
from ..._runtime.unset import UNSET as _UNSET, Unset as _Unset
from . import list_chat_completion_messages as _list_chat_completion_messages

_LIST_CHAT_COMPLETION_MESSAGES_PAGING = _Paging(items="data", more="has_more", last="last_id", id="id", cursor="after")


class ChatCompletionsMessages(_Resource):
    """The messages of a stored chat completion."""

    @_cached_property
    def with_raw_response(self) -> ChatCompletionsMessagesWithRawResponse:
        """The same methods; they return whole responses."""
        return ChatCompletionsMessagesWithRawResponse(self._client)

    @_cached_property
    def with_streaming_response(self) -> ChatCompletionsMessagesWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return ChatCompletionsMessagesWithStreamingResponse(self._client)

    def list(
        self,
        completion_id: str,
        *,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _Page[_models.ChatCompletionStoreMessage]:
        """List the messages that a stored chat completion was created from.

        `GET /chat/completions/{completion_id}/messages`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion whose messages are listed.
            after: The id of the last item of the page before.
            limit: How many items a page holds at most. Default: 20.
            order: Sort by time, oldest (`asc`) or newest (`desc`) first.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            extra_body: Properties of a JSON body, which replace those of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        _fetch = _partial(
            _list_chat_completion_messages.sync,
            completion_id,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return _Page[_models.ChatCompletionStoreMessage].first(_fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class ChatCompletionsMessagesWithRawResponse(_Resource):
    """`ChatCompletionsMessages` with methods that return whole responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = ChatCompletionsMessages(client)
        self.list = _raw(_resource.list)


class ChatCompletionsMessagesWithStreamingResponse(_Resource):
    """`ChatCompletionsMessages` with methods that return context managers of responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = ChatCompletionsMessages(client)
        self.list = _streamed(_resource.list)


class AsyncChatCompletionsMessages(_Resource):
    """`ChatCompletionsMessages` with methods that are awaited."""

    @_cached_property
    def with_raw_response(self) -> AsyncChatCompletionsMessagesWithRawResponse:
        """The same methods; they return whole responses."""
        return AsyncChatCompletionsMessagesWithRawResponse(self._client)

    @_cached_property
    def with_streaming_response(self) -> AsyncChatCompletionsMessagesWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return AsyncChatCompletionsMessagesWithStreamingResponse(self._client)

    def list(
        self,
        completion_id: str,
        *,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _AsyncPager[_models.ChatCompletionStoreMessage]:
        """Do what `ChatCompletionsMessages.list` does; await it for a page, or iterate it with `async for`."""
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        _fetch = _partial(
            _list_chat_completion_messages.asyncio,
            completion_id,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return _AsyncPager(_fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class AsyncChatCompletionsMessagesWithRawResponse(_Resource):
    """`AsyncChatCompletionsMessages` with methods that return whole responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = AsyncChatCompletionsMessages(client)
        self.list = _async_raw(_resource.list)


class AsyncChatCompletionsMessagesWithStreamingResponse(_Resource):
    """`AsyncChatCompletionsMessages` with methods that return context managers of responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = AsyncChatCompletionsMessages(client)
        self.list = _async_streamed(_resource.list)
