# Generated from generator/runtime/aiohttp_transport.py by `make generate`; do not edit.
"""An httpx transport on aiohttp that raises the errors of httpx's own transport. It needs the extra `aiohttp`."""

# Type checkers also read this module where the extra is not installed.
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

from .deadlines import LIMITED
from .redirects import hide_location
from .transport import AsyncTransport

_HEADERS = 100 * 1024  # bytes of a header; httpx's own limit
_LARGE = 2**20  # aiohttp warns about larger bytes, but not about files
_PIECE = 2**14  # bytes read at a time


def transport(
    *, certificates: Callable[[], ssl.SSLContext], limits: httpx.Limits, proxy: httpx.Proxy | None = None
) -> httpx.AsyncBaseTransport:
    """Return a transport on aiohttp, or on httpcore for a proxy, because httpcore supports all kinds of proxies."""
    if proxy is not None:
        return AsyncTransport(certificates=certificates, limits=limits, proxy=proxy)
    return AioHttpTransport(verify=certificates(), limits=limits)


class AioHttpTransport(AiohttpTransport):
    """httpx-aiohttp's transport, without aiohttp's retries, changes of the URL and cookies."""

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
        """Send a request; raise the errors of httpx's own transport."""
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        data = _data(request)
        try:
            response = await self.client.request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=_headers(request),
                data=data,
                allow_redirects=False,
                auto_decompress=False,
                timeout=_timeout(request),
                server_hostname=request.extensions.get("sni_hostname"),
            )
        except _OnceError as error:
            raise _as_httpx(error.error) from error.error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _as_httpx(error) from error
        extensions = {
            "http_version": b"HTTP/1.1",
            "reason_phrase": (response.reason or "").encode("utf-8", "surrogateescape"),
        }
        made = httpx.Response(
            response.status, headers=response.raw_headers, stream=_Stream(response), extensions=extensions
        )
        return hide_location(request, made)

    def __del__(self) -> None:
        """Close the connections of a client that was not closed, before aiohttp logs an error."""
        session = getattr(self, "client", None)
        if not isinstance(session, aiohttp.ClientSession) or session.closed or sys.is_finalizing():
            return
        closing = session.close()
        # The coroutine's first step closes the connections. The rest would wait in an event loop that may have ended.
        with warnings.catch_warnings(), suppress(RuntimeError, StopIteration):
            warnings.simplefilter("ignore")
            closing.send(None)
        closing.close()


class _OnceError(Exception):
    """Wraps an aiohttp error: after an unwrapped one, aiohttp would send the request again, even a DELETE."""

    def __init__(self, error: Exception) -> None:
        self.error = error


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise _OnceError(error) from error


class _Stream(httpx.AsyncByteStream):
    """The body of a response, with httpx's errors."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while not self._response.content.at_eof():
                yield await self._response.content.read(_PIECE)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        self._response.release()


def _headers(request: httpx.Request) -> CIMultiDict[str]:
    encoding = request.headers.encoding
    return CIMultiDict([(name.decode(encoding), value.decode(encoding)) for name, value in request.headers.raw])


def _timeout(request: httpx.Request) -> aiohttp.ClientTimeout:
    """Return the timeouts of a request, without those that its limited attempt ends before: each timer costs time."""
    parts = request.extensions.get("timeout", {})
    whole = parts.get("read") if LIMITED in request.extensions else None
    pool, connect, read = (
        None if parts.get(name) == whole else parts.get(name) for name in ("pool", "connect", "read")
    )
    return _client_timeout(pool, connect, read)


@lru_cache
def _client_timeout(pool: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(connect=pool, sock_connect=connect, sock_read=read)


def _data(request: httpx.Request) -> Any:
    """Return the body of a request as aiohttp's `data`."""
    try:
        content = request.content
    except httpx.RequestNotRead:
        request.headers.pop("transfer-encoding", None)  # aiohttp adds the header itself
        return request.stream
    return io.BytesIO(content) if len(content) >= _LARGE else content or None


def _as_httpx(error: Exception) -> httpx.RequestError:
    """Convert an error of aiohttp to the error of httpx's own transport."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return httpx.ConnectTimeout(str(error))
    if isinstance(error, TimeoutError):
        return httpx.ReadTimeout(str(error))
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(error))
    if isinstance(error, aiohttp.ClientOSError):
        return httpx.ReadError(str(error))
    return httpx.RemoteProtocolError(str(error))
