# Generated from openapi.yaml by `make generate`; do not edit.
"""The operations with the tag `chat.completions`."""

from __future__ import annotations

from collections.abc import (
    AsyncIterable as _AsyncIterable,
    AsyncIterator as _AsyncIterator,
    Iterable as _Iterable,
    Iterator as _Iterator,
    Mapping as _Mapping,
)
from functools import cached_property as _cached_property, partial as _partial

from ... import models as _models
from ..._runtime.client import AuthenticatedClient as _AuthenticatedClient, request_options as _request_options
from ..._runtime.facade import Resource as _Resource
from ..._runtime.many import Outcome as _Outcome, amany as _amany, many as _many
from ..._runtime.model import kept as _kept
from ..._runtime.pages import AsyncPager as _AsyncPager, Page as _Page, Paging as _Paging
from ..._runtime.raw import (
    async_raw as _async_raw,
    async_streamed as _async_streamed,
    raw as _raw,
    streamed as _streamed,
)
from ..._runtime.request import present as _present
from ..._runtime.types import Timeout as _Timeout
from ..._runtime.unset import UNSET as _UNSET, Unset as _Unset
from .. import chat_completions_messages as _chat_completions_messages
from . import (
    delete_chat_completion as _delete_chat_completion,
    list_chat_completions as _list_chat_completions,
    retrieve_chat_completion as _retrieve_chat_completion,
    update_chat_completion as _update_chat_completion,
)

_LIST_CHAT_COMPLETIONS_PAGING = _Paging(items="data", more="has_more", last="last_id", id="id", cursor="after")


class ChatCompletions(_Resource):
    """Stored chat completions."""

    @_cached_property
    def with_raw_response(self) -> ChatCompletionsWithRawResponse:
        """The same methods; they return whole responses."""
        return ChatCompletionsWithRawResponse(self._client)

    @_cached_property
    def with_streaming_response(self) -> ChatCompletionsWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return ChatCompletionsWithStreamingResponse(self._client)

    @_cached_property
    def messages(self) -> _chat_completions_messages.ChatCompletionsMessages:
        """The operations tagged `chat.completions.messages`."""
        return _chat_completions_messages.ChatCompletionsMessages(self._client)

    def list(
        self,
        *,
        model: str | _Unset = _UNSET,
        metadata: dict[str, str] | _Unset = _UNSET,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _Page[_models.ChatCompletion]:
        """List the stored chat completions, oldest first unless `order` says otherwise.

        `GET /chat/completions`. Raises `errors.APIError`.

        Args:
            model: Only completions that this model made.
            metadata: Only completions whose metadata has all of these keys and values.
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
            _list_chat_completions.sync,
            model=model,
            metadata=metadata,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return _Page[_models.ChatCompletion].first(_fetch, _LIST_CHAT_COMPLETIONS_PAGING, after)

    def retrieve(
        self,
        completion_id: str,
        *,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _models.ChatCompletion:
        """Get a stored chat completion.

        `GET /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            extra_body: Properties of a JSON body, which replace those of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        return _retrieve_chat_completion.sync(completion_id, client=self._client, **_options)

    def retrieve_many(
        self,
        ids: _Iterable[str],
        *,
        concurrency: int = 10,
        in_order: bool = True,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _Iterator[_Outcome[_models.ChatCompletion]]:
        """Call `retrieve` for each id, several at a time in threads, and iterate over the outcomes.

        The error of an id is its outcome and ends nothing else: `outcome.result()` returns what was retrieved, or
        raises. When the server answers 429 with `Retry-After`, all calls wait. Ids are taken when there is room.

        Args:
            ids: The ids, as many as there are: they may come from a generator.
            concurrency: How many calls are made at a time, and how many answers may wait to be iterated.
            in_order: Whether outcomes come in the order of the ids, rather than as they are ready.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever.
            max_retries: How many times each request is sent again after transient failures.
        """
        options = _request_options(timeout, max_retries, extra_headers, extra_query, None)
        return _many(
            _partial(_retrieve_chat_completion.sync, **options),
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
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _models.ChatCompletion:
        """Replace the metadata of a stored chat completion.

        `POST /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            metadata: The new metadata, in place of the old; null removes it.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            extra_body: Properties of a JSON body, which replace those of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        return _update_chat_completion.sync(
            completion_id,
            body=_kept(_models.ChatCompletionUpdate, _present({"metadata": metadata})),
            client=self._client,
            **_options,
        )

    def delete(
        self,
        completion_id: str,
        *,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _models.ChatCompletionDeleted:
        """Delete a stored chat completion.

        `DELETE /chat/completions/{completion_id}`. Raises `errors.APIError`.

        Args:
            completion_id: The id of the stored chat completion.
            extra_headers: Headers beside the client's.
            extra_query: Query parameters, which replace the client's and the operation's of the same name.
            extra_body: Properties of a JSON body, which replace those of the same name.
            timeout: Seconds for each attempt, an `httpx.Timeout`, or None to wait for ever.
            max_retries: How many times the request is sent again after transient failures.
        """
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        return _delete_chat_completion.sync(completion_id, client=self._client, **_options)


class ChatCompletionsWithRawResponse(_Resource):
    """`ChatCompletions` with methods that return whole responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = ChatCompletions(client)
        self.list = _raw(_resource.list)
        self.retrieve = _raw(_resource.retrieve)
        self.update = _raw(_resource.update)
        self.delete = _raw(_resource.delete)

    @_cached_property
    def messages(self) -> _chat_completions_messages.ChatCompletionsMessagesWithRawResponse:
        """The operations tagged `chat.completions.messages`."""
        return _chat_completions_messages.ChatCompletionsMessagesWithRawResponse(self._client)


class ChatCompletionsWithStreamingResponse(_Resource):
    """`ChatCompletions` with methods that return context managers of responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = ChatCompletions(client)
        self.list = _streamed(_resource.list)
        self.retrieve = _streamed(_resource.retrieve)
        self.update = _streamed(_resource.update)
        self.delete = _streamed(_resource.delete)

    @_cached_property
    def messages(self) -> _chat_completions_messages.ChatCompletionsMessagesWithStreamingResponse:
        """The operations tagged `chat.completions.messages`."""
        return _chat_completions_messages.ChatCompletionsMessagesWithStreamingResponse(self._client)


class AsyncChatCompletions(_Resource):
    """`ChatCompletions` with methods that are awaited."""

    @_cached_property
    def with_raw_response(self) -> AsyncChatCompletionsWithRawResponse:
        """The same methods; they return whole responses."""
        return AsyncChatCompletionsWithRawResponse(self._client)

    @_cached_property
    def with_streaming_response(self) -> AsyncChatCompletionsWithStreamingResponse:
        """The same methods; they return context managers of responses."""
        return AsyncChatCompletionsWithStreamingResponse(self._client)

    @_cached_property
    def messages(self) -> _chat_completions_messages.AsyncChatCompletionsMessages:
        """The operations tagged `chat.completions.messages`."""
        return _chat_completions_messages.AsyncChatCompletionsMessages(self._client)

    def list(
        self,
        *,
        model: str | _Unset = _UNSET,
        metadata: dict[str, str] | _Unset = _UNSET,
        after: str | _Unset = _UNSET,
        limit: int | _Unset = _UNSET,
        order: _models.Order | _Unset = _UNSET,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _AsyncPager[_models.ChatCompletion]:
        """Do what `ChatCompletions.list` does; await it for a page, or iterate it with `async for`."""
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        _fetch = _partial(
            _list_chat_completions.asyncio,
            model=model,
            metadata=metadata,
            limit=limit,
            order=order,
            client=self._client,
            **_options,
        )
        return _AsyncPager(_fetch, _LIST_CHAT_COMPLETIONS_PAGING, after)

    async def retrieve(
        self,
        completion_id: str,
        *,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _models.ChatCompletion:
        """Do what `ChatCompletions.retrieve` does; it is awaited."""
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        return await _retrieve_chat_completion.asyncio(completion_id, client=self._client, **_options)

    def retrieve_many(
        self,
        ids: _Iterable[str] | _AsyncIterable[str],
        *,
        concurrency: int = 50,
        in_order: bool = True,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _AsyncIterator[_Outcome[_models.ChatCompletion]]:
        """Do what `ChatCompletions.retrieve_many` does, for `async for`; the calls are made in tasks."""
        options = _request_options(timeout, max_retries, extra_headers, extra_query, None)
        return _amany(
            _partial(_retrieve_chat_completion.asyncio, **options),
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
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _models.ChatCompletion:
        """Do what `ChatCompletions.update` does; it is awaited."""
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        return await _update_chat_completion.asyncio(
            completion_id,
            body=_kept(_models.ChatCompletionUpdate, _present({"metadata": metadata})),
            client=self._client,
            **_options,
        )

    async def delete(
        self,
        completion_id: str,
        *,
        extra_headers: _Mapping[str, str] | None = None,
        extra_query: _Mapping[str, object] | None = None,
        extra_body: _Mapping[str, object] | None = None,
        timeout: _Timeout | _Unset = _UNSET,
        max_retries: int | _Unset = _UNSET,
    ) -> _models.ChatCompletionDeleted:
        """Do what `ChatCompletions.delete` does; it is awaited."""
        _options = _request_options(timeout, max_retries, extra_headers, extra_query, extra_body)
        return await _delete_chat_completion.asyncio(completion_id, client=self._client, **_options)


class AsyncChatCompletionsWithRawResponse(_Resource):
    """`AsyncChatCompletions` with methods that return whole responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = AsyncChatCompletions(client)
        self.list = _async_raw(_resource.list)
        self.retrieve = _async_raw(_resource.retrieve)
        self.update = _async_raw(_resource.update)
        self.delete = _async_raw(_resource.delete)

    @_cached_property
    def messages(self) -> _chat_completions_messages.AsyncChatCompletionsMessagesWithRawResponse:
        """The operations tagged `chat.completions.messages`."""
        return _chat_completions_messages.AsyncChatCompletionsMessagesWithRawResponse(self._client)


class AsyncChatCompletionsWithStreamingResponse(_Resource):
    """`AsyncChatCompletions` with methods that return context managers of responses."""

    def __init__(self, client: _AuthenticatedClient) -> None:
        super().__init__(client)
        _resource = AsyncChatCompletions(client)
        self.list = _async_streamed(_resource.list)
        self.retrieve = _async_streamed(_resource.retrieve)
        self.update = _async_streamed(_resource.update)
        self.delete = _async_streamed(_resource.delete)

    @_cached_property
    def messages(self) -> _chat_completions_messages.AsyncChatCompletionsMessagesWithStreamingResponse:
        """The operations tagged `chat.completions.messages`."""
        return _chat_completions_messages.AsyncChatCompletionsMessagesWithStreamingResponse(self._client)
