# Generated from generator/runtime/aiohttp_transport.py by `make generate`; do not edit.
"""aiohttp as httpx's transport, with the errors that httpx's own would raise. It needs the extra `aiohttp`."""

# Type checkers read this where the extra is not installed, too.
# mypy: disable-error-code="import-not-found,has-type", allow-subclassing-any

from __future__ import annotations

import io
import ssl
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport
from multidict import CIMultiDict
from yarl import URL

from .redirects import hide_location
from .transport import AsyncTransport

# What httpx takes of headers, in bytes.
_HEADERS = 100 * 1024
# aiohttp warns of bytes from this size on, and sends a file in pieces.
_LARGE = 2**20
_PIECE = 2**14


def transport(
    *, certificates: Callable[[], ssl.SSLContext], limits: httpx.Limits, proxy: httpx.Proxy | None = None
) -> httpx.AsyncBaseTransport:
    """Return a transport; that of a proxy is httpcore's, which knows all kinds of them."""
    if proxy is not None:
        return AsyncTransport(certificates=certificates, limits=limits, proxy=proxy)
    return AioHttpTransport(verify=certificates(), limits=limits)


class AioHttpTransport(AiohttpTransport):
    """httpx-aiohttp's transport, which sends once, with the URL unchanged and without aiohttp's cookies."""

    def __init__(self, *, limits: httpx.Limits, **tls: Any) -> None:
        super().__init__(limits=limits, client=self._session, **tls)

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            max_line_size=_HEADERS,
            max_field_size=_HEADERS,
            middlewares=(_once,),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and raise what httpx's own transport would."""
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        timeout, data = request.extensions.get("timeout", {}), _data(request)
        try:
            response = await self.client.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=_headers(request),
                data=data,
                allow_redirects=False,
                auto_decompress=False,
                timeout=_timeout(timeout.get("pool"), timeout.get("connect"), timeout.get("read")),
                server_hostname=request.extensions.get("sni_hostname"),
            )
        except _OnceError as error:
            raise _as_httpx(error.error) from error.error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _as_httpx(error) from error
        extensions = {"http_version": b"HTTP/1.1", "reason_phrase": (response.reason or "").encode()}
        made = httpx.Response(
            response.status, headers=response.raw_headers, stream=_Stream(response), extensions=extensions
        )
        return hide_location(request, made)

    def __del__(self) -> None:
        """Close the connections of a client that was not closed, as httpx's own are; aiohttp would log errors."""
        session = getattr(self, "client", None)
        if not isinstance(session, aiohttp.ClientSession) or session.closed or sys.is_finalizing():
            return
        closing = session.close()
        # Its first step closes the connections. The rest waits for them, in an event loop that may have ended.
        with warnings.catch_warnings(), suppress(RuntimeError, StopIteration):
            warnings.simplefilter("ignore")
            closing.send(None)
        closing.close()


class _OnceError(Exception):
    """The error that ended a request: after its own errors, aiohttp would send it again, a DELETE too."""

    def __init__(self, error: Exception) -> None:
        self.error = error


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _OnceError(error) from error


class _Stream(httpx.AsyncByteStream):
    """The body of a response, with each error as what it is."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._response.content.read(_PIECE):
                yield chunk
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        self._response.release()


def _headers(request: httpx.Request) -> CIMultiDict[str]:
    encoding = request.headers.encoding
    return CIMultiDict([(name.decode(encoding), value.decode(encoding)) for name, value in request.headers.raw])


@lru_cache
def _timeout(pool: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read)


def _data(request: httpx.Request) -> Any:
    """Return the body of a request as aiohttp takes it."""
    try:
        content = request.content
    except httpx.RequestNotRead:
        request.headers.pop("transfer-encoding", None)  # aiohttp says itself how it sends
        return request.stream
    return io.BytesIO(content) if len(content) >= _LARGE else content or None


def _as_httpx(error: Exception) -> httpx.RequestError:
    """Return what httpx's own transport would raise."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return httpx.ConnectTimeout(str(error))
    if isinstance(error, TimeoutError):
        return httpx.ReadTimeout(str(error))
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(error))
    if isinstance(error, aiohttp.ClientOSError):
        return httpx.ReadError(str(error))
    return httpx.RemoteProtocolError(str(error))
