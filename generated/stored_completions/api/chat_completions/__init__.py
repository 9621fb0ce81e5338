# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions`."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from functools import cached_property, partial

from ... import models
from ..._runtime.batches import Outcome, abatch, batch
from ..._runtime.bodies import present
from ..._runtime.facade import Resource
from ..._runtime.model import new_model
from ..._runtime.options import request_options
from ..._runtime.pages import Paging
from ..._runtime.raw import async_raw, async_streamed, raw, streamed
from ..._runtime.types import Timeout
from ..._runtime.unset import UNSET, Unset
from ...pages import AsyncPager, Page
from .. import chat_completions_messages
from . import delete_chat_completion, list_chat_completions, retrieve_chat_completion, update_chat_completion

_LIST_CHAT_COMPLETIONS_PAGING = Paging(items="data", more="has_more", last="last_id", id="id", cursor="after")


class ChatCompletions(Resource):
    """Stored chat completions."""

    @cached_property
    def with_raw_response(self) -> ChatCompletionsWithRawResponse:
        """The same methods; they return whole responses."""
        return ChatCompletionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> ChatCompletionsWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return ChatCompletionsWithStreamingResponse(self)

    @cached_property
    def messages(self) -> chat_completions_messages.ChatCompletionsMessages:
        """The operations tagged `chat.completions.messages`."""
        return chat_completions_messages.ChatCompletionsMessages(self._client)

    def list(
        self,
        *,
        model: str | Unset = UNSET,
        metadata: dict[str, str] | Unset = UNSET,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: models.Order | Unset = UNSET,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> Page[models.ChatCompletion]:
        """List the stored chat completions, oldest first unless `order` says otherwise.

        `GET /chat/completions`. Raises `errors.APIError`.

        Args:
            model: List only completions of this model.
            metadata: List only completions whose metadata has all of these keys and values.
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
            list_chat_completions.sync,
            model=model,
            metadata=metadata,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return Page[models.ChatCompletion].first(_fetch, _LIST_CHAT_COMPLETIONS_PAGING, after)

    def retrieve(
        self,
        completion_id: str,
        *,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> models.ChatCompletion:
        """Get a stored chat completion.

        `GET /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        return retrieve_chat_completion.sync(completion_id, client=self._client, **_options)

    def retrieve_many(
        self,
        ids: Iterable[str],
        *,
        concurrency: int = 10,
        in_order: bool = True,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> Iterator[Outcome[models.ChatCompletion]]:
        """Call `retrieve` for each id, several at a time in threads, and iterate over the outcomes.

        A call that fails ends no other call: `outcome.result()` returns the retrieved value, or raises the error. When
        the server answers 429 with `Retry-After`, all calls wait.

        Args:
            ids: Any number of ids. They are read as calls are started, so that they may come from a generator.
            concurrency: The maximum number of concurrent calls, and of outcomes that wait to be iterated.
            in_order: Whether outcomes come in the order of the ids, or as calls end.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit.
            max_retries: How many times each request is sent again after transient failures.
        """
        options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        return batch(
            partial(retrieve_chat_completion.sync, **options),
            self._client,
            ids,
            concurrency=concurrency,
            in_order=in_order,
        )

    def update(
        self,
        completion_id: str,
        *,
        metadata: dict[str, str] | None,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> models.ChatCompletion:
        """Replace the metadata of a stored chat completion.

        `POST /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            metadata: The new metadata, which replaces the old; null removes all metadata.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            extra_body: Properties of the JSON body, which replace those of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = request_options(
            timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query, extra_body=extra_body
        )
        return update_chat_completion.sync(
            completion_id,
            body=new_model(models.ChatCompletionUpdate, present({"metadata": metadata})),
            client=self._client,
            **_options,
        )

    def delete(
        self,
        completion_id: str,
        *,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> models.ChatCompletionDeleted:
        """Delete a stored chat completion.

        `DELETE /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None for no limit.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        return delete_chat_completion.sync(completion_id, client=self._client, **_options)


class ChatCompletionsWithRawResponse(Resource):
    """`ChatCompletions` with methods that return whole responses."""

    def __init__(self, plain: ChatCompletions) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = raw(plain.list)
        self.retrieve = raw(plain.retrieve)
        self.update = raw(plain.update)
        self.delete = raw(plain.delete)

    @cached_property
    def messages(self) -> chat_completions_messages.ChatCompletionsMessagesWithRawResponse:
        """The operations tagged `chat.completions.messages`."""
        return chat_completions_messages.ChatCompletionsMessagesWithRawResponse(self._plain.messages)


class ChatCompletionsWithStreamingResponse(Resource):
    """`ChatCompletions` with methods that return context managers of responses."""

    def __init__(self, plain: ChatCompletions) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = streamed(plain.list)
        self.retrieve = streamed(plain.retrieve)
        self.update = streamed(plain.update)
        self.delete = streamed(plain.delete)

    @cached_property
    def messages(self) -> chat_completions_messages.ChatCompletionsMessagesWithStreamingResponse:
        """The operations tagged `chat.completions.messages`."""
        return chat_completions_messages.ChatCompletionsMessagesWithStreamingResponse(self._plain.messages)


class AsyncChatCompletions(Resource):
    """`ChatCompletions` with asynchronous methods."""

    @cached_property
    def with_raw_response(self) -> AsyncChatCompletionsWithRawResponse:
        """The same methods; they return whole responses."""
        return AsyncChatCompletionsWithRawResponse(self)

    @cached_property
    def with_streaming_response(self) -> AsyncChatCompletionsWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return AsyncChatCompletionsWithStreamingResponse(self)

    @cached_property
    def messages(self) -> chat_completions_messages.AsyncChatCompletionsMessages:
        """The operations tagged `chat.completions.messages`."""
        return chat_completions_messages.AsyncChatCompletionsMessages(self._client)

    def list(
        self,
        *,
        model: str | Unset = UNSET,
        metadata: dict[str, str] | Unset = UNSET,
        after: str | Unset = UNSET,
        limit: int | Unset = UNSET,
        order: models.Order | Unset = UNSET,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> AsyncPager[models.ChatCompletion]:
        """Do the same as `ChatCompletions.list`; await the result for a page, or iterate with `async for`."""
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        _fetch = partial(
            list_chat_completions.asyncio,
            model=model,
            metadata=metadata,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return AsyncPager(_fetch, _LIST_CHAT_COMPLETIONS_PAGING, after)

    async def retrieve(
        self,
        completion_id: str,
        *,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> models.ChatCompletion:
        """Do the same as `ChatCompletions.retrieve`, asynchronously."""
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        return await retrieve_chat_completion.asyncio(completion_id, client=self._client, **_options)

    def retrieve_many(
        self,
        ids: Iterable[str] | AsyncIterable[str],
        *,
        concurrency: int = 50,
        in_order: bool = True,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> AsyncIterator[Outcome[models.ChatCompletion]]:
        """Do the same as `ChatCompletions.retrieve_many` in tasks; iterate over the outcomes with `async for`."""
        options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        return abatch(
            partial(retrieve_chat_completion.asyncio, **options),
            self._client,
            ids,
            concurrency=concurrency,
            in_order=in_order,
        )

    async def update(
        self,
        completion_id: str,
        *,
        metadata: dict[str, str] | None,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> models.ChatCompletion:
        """Do the same as `ChatCompletions.update`, asynchronously."""
        _options = request_options(
            timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query, extra_body=extra_body
        )
        return await update_chat_completion.asyncio(
            completion_id,
            body=new_model(models.ChatCompletionUpdate, present({"metadata": metadata})),
            client=self._client,
            **_options,
        )

    async def delete(
        self,
        completion_id: str,
        *,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
    ) -> models.ChatCompletionDeleted:
        """Do the same as `ChatCompletions.delete`, asynchronously."""
        _options = request_options(timeout, max_retries, extra_headers=extra_headers, extra_query=extra_query)
        return await delete_chat_completion.asyncio(completion_id, client=self._client, **_options)


class AsyncChatCompletionsWithRawResponse(Resource):
    """`AsyncChatCompletions` with methods that return whole responses."""

    def __init__(self, plain: AsyncChatCompletions) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = async_raw(plain.list)
        self.retrieve = async_raw(plain.retrieve)
        self.update = async_raw(plain.update)
        self.delete = async_raw(plain.delete)

    @cached_property
    def messages(self) -> chat_completions_messages.AsyncChatCompletionsMessagesWithRawResponse:
        """The operations tagged `chat.completions.messages`."""
        return chat_completions_messages.AsyncChatCompletionsMessagesWithRawResponse(self._plain.messages)


class AsyncChatCompletionsWithStreamingResponse(Resource):
    """`AsyncChatCompletions` with methods that return context managers of responses."""

    def __init__(self, plain: AsyncChatCompletions) -> None:
        super().__init__(plain._client)
        self._plain = plain
        self.list = async_streamed(plain.list)
        self.retrieve = async_streamed(plain.retrieve)
        self.update = async_streamed(plain.update)
        self.delete = async_streamed(plain.delete)

    @cached_property
    def messages(self) -> chat_completions_messages.AsyncChatCompletionsMessagesWithStreamingResponse:
        """The operations tagged `chat.completions.messages`."""
        return chat_completions_messages.AsyncChatCompletionsMessagesWithStreamingResponse(self._plain.messages)
