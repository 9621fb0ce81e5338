"""Wrap methods of a client so that they return responses, for `with_raw_response` and `with_streaming_response`."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar, cast

import httpx
from attrs import evolve

from .awaiting import result_of, run
from .errors import APIResponseValidationError
from .response import Response, kept_responses

P = ParamSpec("P")
T = TypeVar("T")


def raw(method: Callable[P, T]) -> Callable[P, Response[T, None]]:
    """Wrap a method so that it returns the response, whose `parse()` returns the method's own result.

    The wrapper raises `APIStatusError` and `APIConnectionError` at once; `parse()` raises `APIResponseValidationError`.
    """

    @wraps(method)
    def whole(*args: P.args, **kwargs: P.kwargs) -> Response[T, None]:
        return run(_whole(method, *args, **kwargs))

    return whole


def async_raw(method: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[Response[T, None]]]:
    """Wrap an asynchronous method as `raw` does."""

    @wraps(method)
    async def whole(*args: P.args, **kwargs: P.kwargs) -> Response[T, None]:
        return await _whole(method, *args, **kwargs)

    return whole


async def _whole(
    method: Callable[P, T] | Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
) -> Response[T, None]:
    kept: list[Response[Any, Any]] = []
    token = kept_responses.set(kept)
    try:
        parsed = await result_of(method(*args, **kwargs))
    except APIResponseValidationError:
        if not kept:
            raise
        return kept[-1]  # its `parse` raises the same error
    finally:
        kept_responses.reset(token)
    # A mock in place of the method has sent nothing.
    return evolve(kept[-1], parsed=parsed) if kept else cast("Response[T, None]", parsed)


def streamed(method: Callable[P, T]) -> Callable[P, AbstractContextManager[StreamedResponse[T]]]:
    """Wrap a method so that its response is read in a `with` block."""

    @wraps(method)
    @contextmanager
    def opened(*args: P.args, **kwargs: P.kwargs) -> Iterator[StreamedResponse[T]]:
        response = StreamedResponse(raw(method)(*args, **kwargs))
        try:
            yield response
        finally:
            response.close()

    return opened


def async_streamed(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, AbstractAsyncContextManager[AsyncStreamedResponse[T]]]:
    """Wrap an asynchronous method so that its response is read in an `async with` block."""

    @wraps(method)
    @asynccontextmanager
    async def opened(*args: P.args, **kwargs: P.kwargs) -> AsyncIterator[AsyncStreamedResponse[T]]:
        response = AsyncStreamedResponse(await async_raw(method)(*args, **kwargs))
        try:
            yield response
        finally:
            await response.close()

    return opened


class _Streamed(Generic[T]):
    """The base of `StreamedResponse` and `AsyncStreamedResponse`.

    Attributes:
        http_response: The httpx response, not read yet.
        headers: The HTTP headers.
        status_code: The HTTP status.
        request_id: The id of the request, for the server's support, if the server sent one.
        elapsed: The duration of the last attempt, until its body was read.
        retries_taken: How many times the request was sent again.
        http_request: The request that was sent, with stars in place of headers that may be secret.
        method: The HTTP method of the request.
        url: The URL of the request.
    """

    def __init__(self, response: Response[T, None]) -> None:
        self._response = response
        self.headers, self.status_code = response.headers, response.status_code
        self.request_id: str | None = response.request_id
        self.elapsed: datetime.timedelta = response.elapsed
        self.retries_taken, self.http_request = response.retries_taken, response.http_request
        self.method, self.url = self.http_request.method, self.http_request.url
        # The whole content was received and decompressed before.
        headers = [header for header in response.headers.multi_items() if header[0] != "content-encoding"]
        self.http_response = httpx.Response(
            response.status_code, headers=headers, stream=httpx.ByteStream(response.content), request=self.http_request
        )

    @property
    def is_closed(self) -> bool:
        """Whether the content was read, or the block has ended."""
        return self.http_response.is_closed


class StreamedResponse(_Streamed[T]):
    """A response that is read in a `with` block. Iterators can be used once, other methods any number of times."""

    def parse(self) -> T:
        """Return the model, or the page."""
        self.read()
        return self._response.parse()

    def read(self) -> bytes:
        """Return the content."""
        return self.http_response.read()

    def text(self) -> str:
        """Return the content as a str."""
        self.read()
        return self.http_response.text

    def json(self) -> Any:
        """Return the JSON value of the content."""
        self.read()
        return self.http_response.json()

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Iterate over the content in chunks of `chunk_size` bytes."""
        return self.http_response.iter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """Iterate over the content in chunks of `chunk_size` characters."""
        return self.http_response.iter_text(chunk_size)

    def iter_lines(self) -> Iterator[str]:
        """Iterate over the lines of the content."""
        return self.http_response.iter_lines()

    def close(self) -> None:
        """Forget the content."""
        self.http_response.close()


class AsyncStreamedResponse(_Streamed[T]):
    """An asynchronous `StreamedResponse`, read in an `async with` block."""

    async def parse(self) -> T:
        """Return the model, or the page."""
        await self.read()
        return self._response.parse()

    async def read(self) -> bytes:
        """Return the content."""
        return await self.http_response.aread()

    async def text(self) -> str:
        """Return the content as a str."""
        await self.read()
        return self.http_response.text

    async def json(self) -> Any:
        """Return the JSON value of the content."""
        await self.read()
        return self.http_response.json()

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """Iterate over the content in chunks of `chunk_size` bytes."""
        return self.http_response.aiter_bytes(chunk_size)

    def iter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """Iterate over the content in chunks of `chunk_size` characters."""
        return self.http_response.aiter_text(chunk_size)

    def iter_lines(self) -> AsyncIterator[str]:
        """Iterate over the lines of the content."""
        return self.http_response.aiter_lines()

    async def close(self) -> None:
        """Forget the content."""
        await self.http_response.aclose()
