# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions.messages`."""

from __future__ import annotations

from functools import partial
from typing import Unpack

from ...client import AuthenticatedClient, RequestOptions
from ...models import ChatCompletionMessageList, ChatCompletionStoreMessage, ErrorResponse, Order
from ...types import UNSET, AsyncPager, Page, Paging, Response, Unset
from . import list_chat_completion_messages

_LIST_CHAT_COMPLETION_MESSAGES_PAGING = Paging(items="data", more="has_more", last="last_id", cursor="after", id="id")


class ChatCompletionsMessages:
    """The messages of a stored chat completion."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def with_raw_response(self) -> ChatCompletionsMessagesWithRawResponse:
        """The methods of `ChatCompletionsMessages`, each giving the whole response."""
        return ChatCompletionsMessagesWithRawResponse(self._client)

    def list(
        self,
        completion_id: str,
        *,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Page[ChatCompletionStoreMessage]:
        """List the messages that a stored chat completion was created from.

        `GET /chat/completions/{completion_id}/messages`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion whose messages are listed.
            after: The id of the last item of the page before.
            limit: How many items a page holds at most.
            order: Sort by time, oldest (`asc`) or newest (`desc`) first.
        """
        fetch = partial(
            list_chat_completion_messages.sync, completion_id, limit=limit, order=order, client=self._client, **options
        )
        return Page[ChatCompletionStoreMessage].first(fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class ChatCompletionsMessagesWithRawResponse:
    """`ChatCompletionsMessages`, giving whole responses, whose `parse()` gives the model."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list(
        self,
        completion_id: str,
        *,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Response[ChatCompletionMessageList, ErrorResponse]:
        response = list_chat_completion_messages.sync_detailed(
            completion_id, after=after, limit=limit, order=order, client=self._client, **options
        )
        return response.raise_for_status()


class AsyncChatCompletionsMessages:
    """`ChatCompletionsMessages`, awaited."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def with_raw_response(self) -> AsyncChatCompletionsMessagesWithRawResponse:
        """The methods of `AsyncChatCompletionsMessages`, each giving the whole response."""
        return AsyncChatCompletionsMessagesWithRawResponse(self._client)

    def list(
        self,
        completion_id: str,
        *,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[ChatCompletionStoreMessage]:
        """`ChatCompletionsMessages.list`, to be awaited or walked."""
        fetch = partial(
            list_chat_completion_messages.asyncio,
            completion_id,
            limit=limit,
            order=order,
            client=self._client,
            **options,
        )
        return AsyncPager(fetch, _LIST_CHAT_COMPLETION_MESSAGES_PAGING, after)


class AsyncChatCompletionsMessagesWithRawResponse:
    """`AsyncChatCompletionsMessages`, giving whole responses, whose `parse()` gives the model."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list(
        self,
        completion_id: str,
        *,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Response[ChatCompletionMessageList, ErrorResponse]:
        response = await list_chat_completion_messages.asyncio_detailed(
            completion_id, after=after, limit=limit, order=order, client=self._client, **options
        )
        return response.raise_for_status()
