"""The user's own httpx2 client, as an httpx client: its requests, responses and errors are httpx's.

The asynchronous class is the twin of the other: they differ by `await` alone. This module is imported with the first
such client.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any, NoReturn, cast

import httpx
import httpx2

from .body import aparts, parts
from .building import BUILDERS
from .redirects import ahide_location, hide_location
from .streams import bound
from .twins import error_as_httpx

# What `hide_location` keeps the headers of a redirect as.
_HEADERS = "redirects.headers"

BUILDERS.update((httpx2.Client.build_request, httpx2.AsyncClient.build_request))


def as_httpx(client: object) -> SyncHttpx2Client | AsyncHttpx2Client | None:
    """Return an httpx client that sends through an httpx2 client, or None if it is something else."""
    if isinstance(client, httpx2.Client):
        return SyncHttpx2Client(client)
    return AsyncHttpx2Client(client) if isinstance(client, httpx2.AsyncClient) else None


def timeout_of_httpx(timeout: float | httpx.Timeout | httpx2.Timeout | None) -> float | httpx.Timeout | None:
    """Return an httpx2 timeout as an httpx timeout."""
    return httpx.Timeout(**timeout.as_dict()) if isinstance(timeout, httpx2.Timeout) else timeout


class SyncHttpx2Client(httpx.Client):
    """An httpx client that sends through an httpx2 client.

    Attributes:
        own: The user's client.
    """

    _hook = staticmethod(hide_location)

    def __init__(self, own: httpx2.Client) -> None:
        super().__init__(
            transport=httpx.MockTransport(_unreachable), timeout=timeout_of_httpx(own.timeout), trust_env=False
        )
        self.own = own
        _prepare(own, self._hook)

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """Build a request with what the user's client adds to each."""
        try:
            return _request_of_httpx(self.own.build_request(method, str(url), **_options_of_httpx2(options)))
        except httpx2.InvalidURL as error:
            raise error_as_httpx(error) from None

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Send a request through the user's client."""
        try:
            response = self.own.send(_request_of_httpx2(request), stream=True, **_options_of_httpx2(options))
        except httpx2.HTTPError as error:
            raise error_as_httpx(error) from error
        made = _response_of_httpx(response, request, SyncBody(response))
        if not stream:
            made.read()
        return made

    @property
    def is_closed(self) -> bool:
        """Whether the user's client was closed."""
        return self.own.is_closed

    def close(self) -> None:
        """Close the user's client."""
        self.own.close()


class AsyncHttpx2Client(httpx.AsyncClient):
    """`SyncHttpx2Client` for asynchronous clients."""

    _hook = staticmethod(ahide_location)

    def __init__(self, own: httpx2.AsyncClient) -> None:
        super().__init__(
            transport=httpx.MockTransport(_unreachable), timeout=timeout_of_httpx(own.timeout), trust_env=False
        )
        self.own = own
        _prepare(own, self._hook)

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """Build a request with what the user's client adds to each."""
        try:
            return _request_of_httpx(self.own.build_request(method, str(url), **_options_of_httpx2(options)))
        except httpx2.InvalidURL as error:
            raise error_as_httpx(error) from None

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        """Send a request through the user's client."""
        try:
            response = await self.own.send(_request_of_httpx2(request), stream=True, **_options_of_httpx2(options))
        except httpx2.HTTPError as error:
            raise error_as_httpx(error) from error
        made = _response_of_httpx(response, request, AsyncBody(response))
        if not stream:
            await made.aread()
        return made

    @property
    def is_closed(self) -> bool:
        """Whether the user's client was closed."""
        return self.own.is_closed

    async def aclose(self) -> None:
        """Close the user's client."""
        await self.own.aclose()


class SyncBody(httpx.SyncByteStream):
    """The body of a response, as it is sent."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in parts(cast(httpx.Response, self._response)):  # noqa: UP028 - the asynchronous twin has no `yield from`
                yield chunk
        except httpx2.HTTPError as error:
            raise error_as_httpx(error) from error

    def close(self) -> None:
        """Close the httpx2 response."""
        self._response.close()


class AsyncBody(httpx.AsyncByteStream):
    """The body of a response, as it is sent."""

    def __init__(self, response: httpx2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in aparts(cast(httpx.Response, self._response)):
                yield chunk
        except httpx2.HTTPError as error:
            raise error_as_httpx(error) from error

    async def aclose(self) -> None:
        """Close the httpx2 response."""
        await self._response.aclose()


def _prepare(own: httpx2.Client | httpx2.AsyncClient, hook: Callable[..., object]) -> None:
    """Apply this package's rules to what it sends through a client; nothing changes for what others send."""
    if hook not in own.event_hooks["response"]:
        own.event_hooks["response"].append(hook)
        bound(cast(Any, own))


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


def _response_of_httpx(
    response: httpx2.Response, request: httpx.Request, stream: httpx.SyncByteStream | httpx.AsyncByteStream
) -> httpx.Response:
    extensions = dict(response.extensions)
    if _HEADERS in extensions:
        extensions[_HEADERS] = httpx.Headers(extensions[_HEADERS].raw)
    made = httpx.Response(
        response.status_code, headers=response.headers.raw, stream=stream, request=request, extensions=extensions
    )
    if response.is_stream_consumed:  # by a hook of the user's
        made.is_stream_consumed = True
        with suppress(httpx2.ResponseNotRead):
            made._content = response.content
    return made


def _unreachable(request: httpx.Request) -> NoReturn:
    raise RuntimeError("The requests of this client are sent by another.")
