# Generated from generator/runtime/transport.py by `make generate`; do not edit.
"""httpx transports on httpcore's connections, which find an idle connection in constant time.

The pools of httpcore 1.0 walk all of their connections several times for each request, which is half of the cost of a
call when fifty are made at a time.

An asynchronous transport cannot close the connections of a client that was not closed, which needs its event loop.
"""

from __future__ import annotations

import logging
import os
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from functools import cache
from types import FunctionType
from typing import Any, ClassVar, cast

import anyio
import httpcore
import httpx

from .awaiting import close, result_of, run
from .connections import Connections, Origin
from .document import NAME
from .redirects import hide_location
from .streams import AsyncBackend, Backend, refuse_unsolicited

_ERRORS = (
    *(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError),
    *(httpcore.UnsupportedProtocol, httpcore.ConnectionNotAvailable),
)


class _BaseTransport:
    """Sending and connecting, shared by the sync and async transports."""

    _is_async: ClassVar[bool]
    _kinds: ClassVar[tuple[Any, Any, Any]]  # directly, through an HTTP proxy, through SOCKS
    _httpx_kind: ClassVar[Any]
    _backend: ClassVar[Any]
    _event: ClassVar[Any]

    def __init__(
        self,
        *,
        certificates: Callable[[], ssl.SSLContext],
        limits: httpx.Limits,
        proxy: httpx.Proxy | None = None,
    ) -> None:
        self._certificates, self._limits, self._proxy = certificates, limits, proxy
        self.connections = Connections(limits)
        self._process = os.getpid()
        self._httpx: Any = None

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """Send a request on an idle connection or, within the limits, a new one."""
        origin, sent = _as_httpcore(request)
        if not self.connections.take_place():
            await self._wait(request.extensions.get("timeout", {}).get("pool"))
        connection, stale = self.connections.take_idle(origin)
        try:
            if connection is None:
                self.connections.add(connection := self._connect(sent.url))
            await _close(stale, is_async=self._is_async)
            response = await result_of(
                connection.handle_async_request(sent) if self._is_async else connection.handle_request(sent)
            )
            refuse_unsolicited(response)
            stream = (_AsyncStream if self._is_async else _Stream)(self, response.stream, connection, origin)
            made = httpx.Response(
                response.status, headers=response.headers, stream=stream, extensions={**response.extensions}
            )
            return hide_location(request, made)
        except BaseException as error:
            await _close(self.connections.give_back(connection, origin), is_async=self._is_async)
            if isinstance(error, _ERRORS):
                raise _as_httpx(error) from error
            raise

    async def _end(self) -> None:
        """Close all connections."""
        if self._httpx is not None:
            await close(self._httpx, is_async=self._is_async)
        await _close(self.connections.forget(), is_async=self._is_async)

    async def _wait(self, seconds: float | None) -> None:
        """Wait until another request frees its place for this one."""
        place, is_taken = self._event(), False
        if self.connections.take_place(place):
            return
        try:
            if self._is_async:
                with anyio.move_on_after(seconds):
                    await place.wait()
                    is_taken = True
            else:
                is_taken = place.wait(seconds)
        finally:
            if not is_taken:
                self.connections.stop_waiting(place)
        if not is_taken:
            raise httpx.PoolTimeout("")

    def _connect(self, url: httpcore.URL) -> Any:
        directly, by_http, by_socks = self._kinds
        options: dict[str, Any] = {
            "ssl_context": self._certificates() if url.scheme == b"https" else None,
            "keepalive_expiry": self._limits.keepalive_expiry,
            "network_backend": self._backend,
        }
        if self._proxy is None:
            return directly(url.origin, **options)
        options |= {"proxy_url": str(self._proxy.url), "proxy_auth": self._proxy.raw_auth, "max_connections": 1}
        if self._proxy.url.scheme.startswith("socks"):
            return by_socks(**options)
        tls = getattr(self._proxy, "ssl_context", None)
        return by_http(**options, proxy_headers=self._proxy.headers.raw, proxy_ssl_context=tls)

    def _httpx_transport(self) -> Any:
        """Return httpx's own transport, for tools that patch it to record, mock or trace requests."""
        if self._httpx is None:
            if not self._is_async:  # an asynchronous attempt is cancelled in time
                _warn_of_patches()
            self._httpx = self._httpx_kind(verify=self._certificates(), limits=self._limits, proxy=self._proxy)
        return self._httpx


class Transport(_BaseTransport, httpx.BaseTransport):
    """An httpx transport for HTTP/1.1, directly or through a proxy.

    Args:
        certificates: Returns the TLS context; called for each connection of https.
        limits: The limits of open and idle connections.
        proxy: The proxy to connect through.
    """

    _is_async = False
    _kinds = (httpcore.HTTPConnection, httpcore.HTTPProxy, httpcore.SOCKSProxy)
    _httpx_kind = httpx.HTTPTransport
    _backend = Backend()
    _event = threading.Event

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on an idle connection or, within the limits, a new one."""
        if _are_patched(httpx.HTTPTransport.handle_request, httpcore.ConnectionPool.handle_request):
            return cast(httpx.Response, self._httpx_transport().handle_request(request))
        return run(self._send(request))

    def close(self) -> None:
        """Close all connections."""
        run(self._end())

    def __del__(self) -> None:
        """Close the connections of a client that was not closed, before Python warns about each."""
        with suppress(Exception):
            if self._process == os.getpid():  # a thread of a forked process's parent may hold the lock
                run(_close(self.connections.forget(), is_async=False))


class AsyncTransport(_BaseTransport, httpx.AsyncBaseTransport):
    """`Transport` for asynchronous requests."""

    _is_async = True
    _kinds = (httpcore.AsyncHTTPConnection, httpcore.AsyncHTTPProxy, httpcore.AsyncSOCKSProxy)
    _httpx_kind = httpx.AsyncHTTPTransport
    _backend = AsyncBackend()
    _event = anyio.Event

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on an idle connection or, within the limits, a new one."""
        if _are_patched(
            httpx.AsyncHTTPTransport.handle_async_request, httpcore.AsyncConnectionPool.handle_async_request
        ):
            return cast(httpx.Response, await self._httpx_transport().handle_async_request(request))
        return await self._send(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._end()


class _Body:
    """The body of a response. Closing it returns its connection."""

    def __init__(self, transport: _BaseTransport, stream: Any, connection: Any, origin: Origin) -> None:
        # The transport closes its connections when it is deleted: not before the body was read.
        self._transport, self._stream, self._connection, self._origin = transport, stream, connection, origin
        self._is_closed = False

    async def _end(self, *, is_async: bool) -> None:
        if not self._is_closed:
            self._is_closed = True
            try:
                await close(self._stream, is_async=is_async)
            finally:
                unused = self._transport.connections.give_back(self._connection, self._origin)
                await _close(unused, is_async=is_async)


class _Stream(_Body, httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._stream:  # noqa: UP028 - asynchronous code has no `yield from`
                yield part
        except _ERRORS as error:
            raise _as_httpx(error) from error

    def close(self) -> None:
        run(self._end(is_async=False))


class _AsyncStream(_Body, httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._stream:
                yield part
        except _ERRORS as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        await self._end(is_async=True)


async def _close(connections: Sequence[Any], *, is_async: bool) -> None:
    """Close all of the connections, even if closing one of them is interrupted or the task is cancelled."""
    if not connections:
        return  # the usual case, without the cost of a stack
    async with AsyncExitStack() as stack:
        for connection in connections:
            stack.enter_context(suppress(Exception))  # the socket is closed in any case
            if is_async:
                stack.enter_context(anyio.CancelScope(shield=True))
            stack.push_async_callback(close, connection, is_async=is_async)


def _as_httpcore(request: httpx.Request) -> tuple[Origin, httpcore.Request]:
    url = request.url
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol(f"Request URL has an unsupported protocol '{url.scheme}://'.")
    origin = (url.raw_scheme, url.raw_host, url.port)
    target = httpcore.URL(scheme=origin[0], host=origin[1], port=origin[2], target=url.raw_path)
    content: Any = request.stream
    return origin, httpcore.Request(
        request.method, target, headers=request.headers.raw, content=content, extensions=request.extensions
    )


def _as_httpx(error: Exception) -> Exception:
    """Convert an error of httpcore to httpx's error of the same name."""
    kind: type[Exception] = getattr(httpx, type(error).__name__, httpx.TransportError)
    return kind(str(error))


def _are_patched(*functions: object) -> bool:
    """Return whether a tool has patched functions of httpx or httpcore, to record, mock or trace requests.

    Such tools expect the requests of all httpx clients there. A patch is recognized by the package that defines it.
    The result is not cached: wrapt's wrappers, which many tools use, are equal to the functions that they wrap.
    """
    return any(
        type(function) is not FunctionType
        or function.__globals__.get("__name__", "").partition(".")[0] not in ("httpx", "httpcore")
        for function in functions
    )


@cache
def _warn_of_patches() -> None:
    """Log, once, that patched transports do not limit a synchronous attempt as a whole."""
    logging.getLogger(NAME).warning(
        "Functions of httpx's transports are replaced: in synchronous calls, each read has the whole timeout."
    )
