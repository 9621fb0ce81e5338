# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions.messages`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial

from ... import models
from ..._runtime.facade import Resource
from ..._runtime.options import request_options
from ..._runtime.pages import Paging
from ..._runtime.raw import async_raw, async_streamed, raw, streamed
from ..._runtime.types import Timeout
from ..._runtime.unset import UNSET, Unset
from ...pages import AsyncPager, Page
from . import list_chat_completion_messages

_LIST_CHAT_COMPLETION_MESSAGES_PAGING = Paging(items="data", more="has_more", last="last_id", id="id", cursor="after")


class ChatCompletionsMessages(Resource):
    """The messages of a stored chat completion."""

    @cached_property
    def with_raw_response(self) -> ChatCompletionsMessagesWithRawResponse:
        """The same methods; they return whole responses."""
        return ChatCompletionsMessagesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ChatCompletionsMessagesWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return ChatCompletionsMessagesWithStreamingResponse(self)

    def list(
        self,
        completion_id: str,
        *,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: models.Order | Unset = UNSET,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> Page[models.ChatCompletionStoreMessage]:
        """List the messages that a stored chat completion was created from.

        `GET /chat/completions/{completion_id}/messages`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion whose messages are listed.
            after: The id of the last item of the previous page.
            limit: The maximum number of items of a page. Default: 20.
            order: The order by time, oldest (`asc`) or newest (`desc`) first.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        _fetch = partial(
            list_chat_completion_messages.sync, completion_id, limit=limit, order=order, client=self._client, **_options
        )
        return Page[models.ChatCompletionStoreMessage].first(_fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class ChatCompletionsMessagesWithRawResponse(Resource):
    """`ChatCompletionsMessages` with methods that return whole responses."""

    def __init__(self, plain: ChatCompletionsMessages) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = raw(plain.list)


class ChatCompletionsMessagesWithStreamingResponse(Resource):
    """`ChatCompletionsMessages` with methods that return context managers of responses."""

    def __init__(self, plain: ChatCompletionsMessages) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = streamed(plain.list)


class AsyncChatCompletionsMessages(Resource):
    """`ChatCompletionsMessages` with asynchronous methods."""

    @cached_property
    def with_raw_response(self) -> AsyncChatCompletionsMessagesWithRawResponse:
        """The same methods; they return whole responses."""
        return AsyncChatCompletionsMessagesWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncChatCompletionsMessagesWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return AsyncChatCompletionsMessagesWithStreamingResponse(self)

    def list(
        self,
        completion_id: str,
        *,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: models.Order | Unset = UNSET,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> AsyncPager[models.ChatCompletionStoreMessage]:
        """Do the same as `ChatCompletionsMessages.list`; await the result for a page, or iterate with `async for`."""
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        _fetch = partial(
            list_chat_completion_messages.asyncio,
            completion_id,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return AsyncPager(_fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class AsyncChatCompletionsMessagesWithRawResponse(Resource):
    """`AsyncChatCompletionsMessages` with methods that return whole responses."""

    def __init__(self, plain: AsyncChatCompletionsMessages) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = async_raw(plain.list)


class AsyncChatCompletionsMessagesWithStreamingResponse(Resource):
    """`AsyncChatCompletionsMessages` with methods that return context managers of responses."""

    def __init__(self, plain: AsyncChatCompletionsMessages) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = async_streamed(plain.list)
