"""aiohttp as httpx's transport, with the errors that httpx's own would raise. It needs the extra `aiohttp`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport


class AioHttpTransport(AiohttpTransport):
    """httpx-aiohttp's transport, without cookies of aiohttp's own and with each error as what it is."""

    def __init__(self, *, limits: httpx.Limits, **tls: Any) -> None:
        super().__init__(limits=limits, client=self._session, **tls)

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, and raise what httpx's own transport would."""
        try:
            response = await super().handle_async_request(request)
        except (httpx.TransportError, aiohttp.ClientError) as error:
            raise _as_httpx(error) from error
        response.stream = _Stream(response.stream)
        return response

    def __del__(self) -> None:
        """Close the connections of a client that nobody closed, as httpx's own are; aiohttp would log errors."""
        session = getattr(self, "client", None)
        if isinstance(session, aiohttp.ClientSession) and session.connector is not None:
            connector = session.connector
            session.detach()
            connector._close()  # what is public wants an event loop that runs


class _Stream(httpx.AsyncByteStream):
    """The stream of a body, with each error as what it is."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._stream:
                yield chunk
        except (httpx.TransportError, aiohttp.ClientError) as error:
            raise _as_httpx(error) from error

    async def aclose(self) -> None:
        await self._stream.aclose()


def _as_httpx(error: Exception) -> Exception:
    """Return what httpx's own transport would raise: httpx-aiohttp says of what breaks that it took too long."""
    found = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    if isinstance(found, aiohttp.ConnectionTimeoutError):
        return httpx.ConnectTimeout(str(found))
    if isinstance(found, TimeoutError):
        return httpx.ReadTimeout(str(found))
    if isinstance(found, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(found))
    if isinstance(found, aiohttp.ClientOSError):
        return httpx.ReadError(str(found))
    if isinstance(found, aiohttp.ClientError):
        return httpx.RemoteProtocolError(str(found))
    return error
