"""Adapt the user's own httpx2 client to an httpx client, with httpx's requests, responses and errors.

This module is imported when a program first passes an httpx2 client.
"""

# Type checkers also read this module where the extra is not installed.
# mypy: disable-error-code=import-not-found, no-warn-return-any

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn, TypeAlias

import httpx
import httpx2

from .awaiting import result_of, run
from .errors import closed_response

_Stream: TypeAlias = httpx.SyncByteStream | httpx.AsyncByteStream


def as_httpx(client: object) -> SyncHttpx2Client | AsyncHttpx2Client | None:
    """Return an httpx client that sends through an httpx2 client, or None if `client` is something else."""
    if isinstance(client, httpx2.Client):
        return SyncHttpx2Client(client)
    return AsyncHttpx2Client(client) if isinstance(client, httpx2.AsyncClient) else None


class _Adapter:
    """The mixin of both adapters.

    Attributes:
        own: The user's client.
    """

    def __init__(self, own: httpx2.Client | httpx2.AsyncClient) -> None:
        timeout = httpx.Timeout(**own.timeout.as_dict())
        options: dict[str, Any] = {
            "transport": httpx.MockTransport(_unreachable),
            "timeout": timeout,
            "trust_env": False,
        }
        super().__init__(**options)
        self.own: Any = own

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """Build a request with the user's client, so that its defaults are added."""
        try:
            return _request_of_httpx(self.own.build_request(method, str(url), **_options_of_httpx2(options)))
        except httpx2.InvalidURL as error:
            raise _error_of_httpx(error) from None

    @property
    def is_closed(self) -> bool:
        """Whether the user's client was closed."""
        return self.own.is_closed

    async def _sent(self, request: httpx.Request, body: Callable[[Any], _Stream], **options: Any) -> httpx.Response:
        """Send a request through the user's client; `body` wraps the httpx2 response as a stream for httpx."""
        try:
            sent = self.own.send(_request_of_httpx2(request), stream=True, **_options_of_httpx2(options))
            response = await result_of(sent)
        except httpx2.HTTPError as error:
            raise _error_of_httpx(error) from error
        return _response_of_httpx(response, request, body(response))


class SyncHttpx2Client(_Adapter, httpx.Client):
    """An httpx client that sends through an httpx2 client."""

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Send a request through the user's client."""
        made = run(self._sent(request, SyncBody, **options))
        if not stream:
            made.read()
        return made

    def close(self) -> None:
        """Close the user's client."""
        self.own.close()


class AsyncHttpx2Client(_Adapter, httpx.AsyncClient):
    """An asynchronous httpx client that sends through an httpx2 client."""

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Send a request through the user's client."""
        made = await self._sent(request, AsyncBody, **options)
        if not stream:
            await made.aread()
        return made

    async def aclose(self) -> None:
        """Close the user's client."""
        await self.own.aclose()


class SyncBody(httpx.SyncByteStream):
    """The body of a response, still compressed."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._response.iter_raw():  # noqa: UP028 - asynchronous code has no `yield from`
                yield chunk
        except httpx2.HTTPError as error:
            raise _error_of_httpx(error) from error

    def close(self) -> None:
        """Close the httpx2 response."""
        self._response.close()


class AsyncBody(httpx.AsyncByteStream):
    """The body of an asynchronous response, still compressed."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_raw():
                yield chunk
        except httpx2.HTTPError as error:
            raise _error_of_httpx(error) from error

    async def aclose(self) -> None:
        """Close the httpx2 response."""
        await self._response.aclose()


def _options_of_httpx2(options: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if value is not httpx.USE_CLIENT_DEFAULT}
    if isinstance(timeout := given.get("timeout"), httpx.Timeout):
        given["timeout"] = httpx2.Timeout(**timeout.as_dict())
    return given


def _request_of_httpx2(request: httpx.Request) -> httpx2.Request:
    content, extensions = request.read(), request.extensions
    made = httpx2.Request(
        request.method,
        str(request.url),
        headers=request.headers.raw,
        stream=httpx2.ByteStream(content),
        extensions=extensions,
    )
    made.read()
    return made


def _request_of_httpx(request: httpx2.Request) -> httpx.Request:
    return httpx.Request(
        request.method,
        str(request.url),
        headers=request.headers.raw,
        stream=httpx.ByteStream(request.read()),
        extensions=request.extensions,
    )


def _response_of_httpx(response: httpx2.Response, request: httpx.Request, stream: _Stream) -> httpx.Response:
    with suppress(httpx2.ResponseNotRead):  # a hook of the user's client may have read the body
        return closed_response(response.status_code, httpx.Headers(response.headers.raw), response.content, request)
    return httpx.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=stream,
        request=request,
        extensions=response.extensions,
    )


def _unreachable(request: httpx.Request) -> NoReturn:
    raise RuntimeError("The adapter sends requests through the user's client only.")


def _error_of_httpx(error: Exception) -> Exception:
    """Convert an error of httpx2 to httpx's error of the same name."""
    kind: type[Exception] = getattr(httpx, type(error).__name__, httpx.TransportError)
    return kind(str(error))
