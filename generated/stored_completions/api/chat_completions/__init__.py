# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions`."""

from __future__ import annotations

from functools import partial
from typing import Unpack

from ...client import AuthenticatedClient, RequestOptions
from ...models import (
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionList,
    ChatCompletionUpdate,
    ErrorResponse,
    Order,
)
from ...types import UNSET, AsyncPager, Page, Paging, Response, Unset
from ..chat_completions_messages import AsyncChatCompletionsMessages, ChatCompletionsMessages
from . import delete_chat_completion, list_chat_completions, retrieve_chat_completion, update_chat_completion

_LIST_CHAT_COMPLETIONS_PAGING = Paging(items="data", more="has_more", last="last_id", cursor="after", id="id")


class ChatCompletions:
    """Stored chat completions."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def with_raw_response(self) -> ChatCompletionsWithRawResponse:
        """The methods of `ChatCompletions`, each giving the whole response."""
        return ChatCompletionsWithRawResponse(self._client)

    @property
    def messages(self) -> ChatCompletionsMessages:
        return ChatCompletionsMessages(self._client)

    def list(
        self,
        *,
        model: str | Unset = UNSET,
        metadata: dict[str, str] | Unset = UNSET,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Page[ChatCompletion]:
        """List the stored chat completions, oldest first unless `order` says otherwise.

        `GET /chat/completions`. Raises `errors.APIError`.

        Args:
            model: Only completions that this model made.
            metadata: Only completions whose metadata has all of these keys and values.
            after: The id of the last item of the page before.
            limit: How many items a page holds at most.
            order: Sort by time, oldest (`asc`) or newest (`desc`) first.
        """
        fetch = partial(
            list_chat_completions.sync,
            model=model,
            metadata=metadata,
            limit=limit,
            order=order,
            client=self._client,
            **options,
        )
        return Page[ChatCompletion].first(fetch, _LIST_CHAT_COMPLETIONS_PAGING, after)

    def retrieve(self, completion_id: str, **options: Unpack[RequestOptions]) -> ChatCompletion:
        """Get a stored chat completion.

        `GET /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
        """
        return retrieve_chat_completion.sync(completion_id, client=self._client, **options)

    def update(
        self, completion_id: str, *, metadata: dict[str, str] | None, **options: Unpack[RequestOptions]
    ) -> ChatCompletion:
        """Replace the metadata of a stored chat completion.

        `POST /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            metadata: The new metadata, in place of the old; null removes it.
        """
        return update_chat_completion.sync(
            completion_id, body=ChatCompletionUpdate(metadata=metadata), client=self._client, **options
        )

    def delete(self, completion_id: str, **options: Unpack[RequestOptions]) -> ChatCompletionDeleted:
        """Delete a stored chat completion.

        `DELETE /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
        """
        return delete_chat_completion.sync(completion_id, client=self._client, **options)


class ChatCompletionsWithRawResponse:
    """`ChatCompletions`, giving whole responses, whose `parse()` gives the model."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    def list(
        self,
        *,
        model: str | Unset = UNSET,
        metadata: dict[str, str] | Unset = UNSET,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Response[ChatCompletionList, ErrorResponse]:
        response = list_chat_completions.sync_detailed(
            model=model, metadata=metadata, after=after, limit=limit, order=order, client=self._client, **options
        )
        return response.raise_for_status()

    def retrieve(
        self, completion_id: str, **options: Unpack[RequestOptions]
    ) -> Response[ChatCompletion, ErrorResponse]:
        response = retrieve_chat_completion.sync_detailed(completion_id, client=self._client, **options)
        return response.raise_for_status()

    def update(
        self, completion_id: str, *, metadata: dict[str, str] | None, **options: Unpack[RequestOptions]
    ) -> Response[ChatCompletion, ErrorResponse]:
        response = update_chat_completion.sync_detailed(
            completion_id, body=ChatCompletionUpdate(metadata=metadata), client=self._client, **options
        )
        return response.raise_for_status()

    def delete(
        self, completion_id: str, **options: Unpack[RequestOptions]
    ) -> Response[ChatCompletionDeleted, ErrorResponse]:
        response = delete_chat_completion.sync_detailed(completion_id, client=self._client, **options)
        return response.raise_for_status()


class AsyncChatCompletions:
    """`ChatCompletions`, awaited."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    @property
    def with_raw_response(self) -> AsyncChatCompletionsWithRawResponse:
        """The methods of `AsyncChatCompletions`, each giving the whole response."""
        return AsyncChatCompletionsWithRawResponse(self._client)

    @property
    def messages(self) -> AsyncChatCompletionsMessages:
        return AsyncChatCompletionsMessages(self._client)

    def list(
        self,
        *,
        model: str | Unset = UNSET,
        metadata: dict[str, str] | Unset = UNSET,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> AsyncPager[ChatCompletion]:
        """`ChatCompletions.list`, to be awaited or walked."""
        fetch = partial(
            list_chat_completions.asyncio,
            model=model,
            metadata=metadata,
            limit=limit,
            order=order,
            client=self._client,
            **options,
        )
        return AsyncPager(fetch, _LIST_CHAT_COMPLETIONS_PAGING, after)

    async def retrieve(self, completion_id: str, **options: Unpack[RequestOptions]) -> ChatCompletion:
        """`ChatCompletions.retrieve`, awaited."""
        return await retrieve_chat_completion.asyncio(completion_id, client=self._client, **options)

    async def update(
        self, completion_id: str, *, metadata: dict[str, str] | None, **options: Unpack[RequestOptions]
    ) -> ChatCompletion:
        """`ChatCompletions.update`, awaited."""
        return await update_chat_completion.asyncio(
            completion_id, body=ChatCompletionUpdate(metadata=metadata), client=self._client, **options
        )

    async def delete(self, completion_id: str, **options: Unpack[RequestOptions]) -> ChatCompletionDeleted:
        """`ChatCompletions.delete`, awaited."""
        return await delete_chat_completion.asyncio(completion_id, client=self._client, **options)


class AsyncChatCompletionsWithRawResponse:
    """`AsyncChatCompletions`, giving whole responses, whose `parse()` gives the model."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self._client = client

    async def list(
        self,
        *,
        model: str | Unset = UNSET,
        metadata: dict[str, str] | Unset = UNSET,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: Order | Unset = UNSET,
        **options: Unpack[RequestOptions],
    ) -> Response[ChatCompletionList, ErrorResponse]:
        response = await list_chat_completions.asyncio_detailed(
            model=model, metadata=metadata, after=after, limit=limit, order=order, client=self._client, **options
        )
        return response.raise_for_status()

    async def retrieve(
        self, completion_id: str, **options: Unpack[RequestOptions]
    ) -> Response[ChatCompletion, ErrorResponse]:
        response = await retrieve_chat_completion.asyncio_detailed(completion_id, client=self._client, **options)
        return response.raise_for_status()

    async def update(
        self, completion_id: str, *, metadata: dict[str, str] | None, **options: Unpack[RequestOptions]
    ) -> Response[ChatCompletion, ErrorResponse]:
        response = await update_chat_completion.asyncio_detailed(
            completion_id, body=ChatCompletionUpdate(metadata=metadata), client=self._client, **options
        )
        return response.raise_for_status()

    async def delete(
        self, completion_id: str, **options: Unpack[RequestOptions]
    ) -> Response[ChatCompletionDeleted, ErrorResponse]:
        response = await delete_chat_completion.asyncio_detailed(completion_id, client=self._client, **options)
        return response.raise_for_status()
