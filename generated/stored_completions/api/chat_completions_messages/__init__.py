# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions.messages`."""

from __future__ import annotations

from functools import partial as _partial
from typing import Unpack as _Unpack

from ... import models as _models
from ...client import RequestOptions as _RequestOptions
from ...facade import Resource as _Resource
from ...pages import AsyncPager as _AsyncPager, Page as _Page, Paging as _Paging
from ...response import Response as _Response
from ...unset import UNSET as _UNSET, Unset as _Unset
from . import list_chat_completion_messages as _list_chat_completion_messages

_LIST_CHAT_COMPLETION_MESSAGES_PAGING = _Paging(items="data", more="has_more", last="last_id", id="id", cursor="after")


class ChatCompletionsMessages(_Resource):
    """The messages of a stored chat completion."""

    @property
    def with_raw_response(self) -> ChatCompletionsMessagesWithRawResponse:
        """The methods of `ChatCompletionsMessages`, each returning the whole response."""
        return ChatCompletionsMessagesWithRawResponse(self._client)

    def list(
        self,
        completion_id: str,
        *,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        **options: _Unpack[_RequestOptions],
    ) -> _Page[_models.ChatCompletionStoreMessage]:
        """List the messages that a stored chat completion was created from.

        `GET /chat/completions/{completion_id}/messages`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion whose messages are listed.
            after: The id of the last item of the page before.
            limit: How many items a page holds at most.
            order: Sort by time, oldest (`asc`) or newest (`desc`) first.
        """
        fetch = _partial(
            _list_chat_completion_messages.sync, completion_id, limit=limit, order=order, client=self._client, **options
        )
        return _Page[_models.ChatCompletionStoreMessage].first(fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class ChatCompletionsMessagesWithRawResponse(_Resource):
    """`ChatCompletionsMessages`, returning whole responses, whose `parse()` returns the model."""

    def list(
        self,
        completion_id: str,
        *,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        **options: _Unpack[_RequestOptions],
    ) -> _Response[_models.ChatCompletionMessageList, _models.ErrorResponse]:
        response = _list_chat_completion_messages.sync_detailed(
            completion_id, after=after, limit=limit, order=order, client=self._client, **options
        )
        return response.raise_for_status()


class AsyncChatCompletionsMessages(_Resource):
    """`ChatCompletionsMessages`, awaited."""

    @property
    def with_raw_response(self) -> AsyncChatCompletionsMessagesWithRawResponse:
        """The methods of `AsyncChatCompletionsMessages`, each returning the whole response."""
        return AsyncChatCompletionsMessagesWithRawResponse(self._client)

    def list(
        self,
        completion_id: str,
        *,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        **options: _Unpack[_RequestOptions],
    ) -> _AsyncPager[_models.ChatCompletionStoreMessage]:
        """Await or iterate `ChatCompletionsMessages.list`."""
        fetch = _partial(
            _list_chat_completion_messages.asyncio,
            completion_id,
            limit=limit,
            order=order,
            client=self._client,
            **options,
        )
        return _AsyncPager(fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class AsyncChatCompletionsMessagesWithRawResponse(_Resource):
    """`AsyncChatCompletionsMessages`, returning whole responses, whose `parse()` returns the model."""

    async def list(
        self,
        completion_id: str,
        *,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        **options: _Unpack[_RequestOptions],
    ) -> _Response[_models.ChatCompletionMessageList, _models.ErrorResponse]:
        response = await _list_chat_completion_messages.asyncio_detailed(
            completion_id, after=after, limit=limit, order=order, client=self._client, **options
        )
        return response.raise_for_status()
