# Generated from generator/runtime/connections.py by `make generate`; do not edit.
"""The connections of an event loop, handed out in constant time.

The pool of httpcore 1.0 looks at all of its connections several times a request: of a call that is one of fifty at a
time, that is half of the cost. The connections themselves are httpcore's.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from types import FunctionType
from typing import Any, NamedTuple

import anyio
import httpcore
import httpx

from .streams import AsyncBackend
from .twins import error_as_httpx

Connection = httpcore.AsyncHTTPConnection
Origin = tuple[bytes, bytes, int | None]
_ERRORS = (
    *(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol),
    httpcore.ConnectionNotAvailable,
)


class _Idle(NamedTuple):
    connection: Connection
    origin: Origin
    expires: float


class Connections(httpx.AsyncBaseTransport):
    """Sends through connections that no two requests use at a time: HTTP/1.1, without a proxy."""

    def __init__(self, *, limits: httpx.Limits, **tls: Any) -> None:
        """Prepare for connecting, as `httpx.AsyncHTTPTransport` does."""
        self._ssl_context, self._expiry = httpx.create_ssl_context(**tls), limits.keepalive_expiry
        self._backend: Any = AsyncBackend(httpcore.AnyIOBackend())
        self._most = sys.maxsize if limits.max_connections is None else limits.max_connections
        kept = limits.max_keepalive_connections
        self._most_idle = self._most if kept is None else min(kept, self._most)
        self._idle: list[_Idle] = []  # the one that was used last is at the end, and used again first
        self._used: set[Connection] = set()
        # A place is for a request and its connection; whoever gives one back gives it to the first who waits.
        self._places = 0
        self._waiting: deque[anyio.Event] = deque()
        self._httpx: httpx.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on an idle connection, or a new one, as soon as there may be one."""
        if _are_replaced():
            return await self._as_httpx_does().handle_async_request(request)
        url, extensions = request.url, request.extensions
        if url.scheme not in ("http", "https"):
            raise httpx.UnsupportedProtocol(f"Request URL has an unsupported protocol '{url.scheme}://'.")
        origin = (url.raw_scheme, url.raw_host, url.port)
        target = httpcore.URL(scheme=origin[0], host=origin[1], port=origin[2], target=url.raw_path)
        sent = httpcore.Request(
            request.method, target, headers=request.headers.raw, content=request.stream, extensions=extensions
        )
        if self._places < self._most:
            self._places += 1
        else:
            await self._wait(extensions.get("timeout", {}).get("pool"))
        connection, unused = self._taken(origin, target)
        self._used.add(connection)
        try:
            await _close(unused)
            response = await connection.handle_async_request(sent)
        except BaseException as error:
            await self._give_back(connection, origin)
            if isinstance(error, _ERRORS):
                raise error_as_httpx(error) from error
            raise
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Stream(self, response.stream, connection, origin),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        if self._httpx is not None:
            await self._httpx.aclose()
        connections = [*(each.connection for each in self._idle), *self._used]
        self._idle, self._used = [], set()
        await _close(connections)

    def _as_httpx_does(self) -> httpx.AsyncHTTPTransport:
        """Return the transport for what records, mocks or traces httpx's: it finds the requests there."""
        if self._httpx is None:
            self._httpx = httpx.AsyncHTTPTransport(verify=self._ssl_context)
        return self._httpx

    async def _wait(self, seconds: float | None) -> None:
        """Wait until another request gives its place to this one."""
        place, is_taken = anyio.Event(), False
        self._waiting.append(place)
        try:
            with anyio.move_on_after(seconds):
                await place.wait()
                is_taken = True
        finally:
            if not place.is_set():
                self._waiting.remove(place)
            elif not is_taken:
                self._give_place()  # it came at the moment that this request gave up
        if not is_taken:
            raise httpx.PoolTimeout("")

    def _give_place(self) -> None:
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._places -= 1

    def _taken(self, origin: Origin, url: httpcore.URL) -> tuple[Connection, list[Connection]]:
        """Return a connection for a request that has a place, and those that are to be closed."""
        stale: list[Connection] = []
        for index in reversed(range(len(self._idle))):
            if self._idle[index].origin != origin:
                continue
            connection = self._idle.pop(index).connection
            if not connection.has_expired():
                return connection, stale
            stale.append(connection)
        connection = httpcore.AsyncHTTPConnection(
            url.origin,
            ssl_context=self._ssl_context,
            keepalive_expiry=self._expiry,
            network_backend=self._backend,
        )
        return connection, stale + self._surplus(self._most - self._places)

    async def _give_back(self, connection: Connection, origin: Origin) -> None:
        """Keep a connection for the next request if it can be used again, close it if not, and give its place."""
        try:
            if connection.is_closed():
                return
            if connection in self._used and connection.is_idle():
                self._idle.append(_Idle(connection, origin, time.monotonic() + (self._expiry or 0)))
                await _close(self._surplus(self._most_idle))
            else:
                await _close([connection])
        finally:
            self._used.discard(connection)
            self._give_place()

    def _surplus(self, most: int) -> list[Connection]:
        """Return the idle connections that are above a number, or expired: they are to be closed."""
        number = max(0, len(self._idle) - most)
        if self._expiry is not None:
            now = time.monotonic()
            while number < len(self._idle) and self._idle[number].expires < now:
                number += 1
        surplus, self._idle = self._idle[:number], self._idle[number:] if number else self._idle
        return [each.connection for each in surplus]


class _Stream(httpx.AsyncByteStream):
    """The body of a response; its connection is given back when it is closed."""

    def __init__(self, connections: Connections, stream: Any, connection: Connection, origin: Origin) -> None:
        self._connections, self._stream, self._connection, self._origin = connections, stream, connection, origin
        self._is_closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                yield part
        except _ERRORS as error:
            raise error_as_httpx(error) from error

    async def aclose(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            try:
                await self._stream.aclose()
            finally:
                await self._connections._give_back(self._connection, self._origin)


async def _close(connections: list[Connection]) -> None:
    if connections:
        with anyio.CancelScope(shield=True):
            for each in connections:
                await each.aclose()


def _are_replaced() -> bool:
    """Return whether functions of others stand in httpx or httpcore, as those of vcrpy, respx and pytest-httpx do.

    They record, mock or trace requests, and expect to find all of them there.
    """
    functions = (httpx.AsyncHTTPTransport.handle_async_request, httpcore.AsyncConnectionPool.handle_async_request)
    return not all(
        type(each) is FunctionType and each.__globals__["__name__"].startswith(("httpx.", "httpcore."))
        for each in functions
    )
