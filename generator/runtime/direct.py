"""httpx clients that give the requests of this package straight to their transport.

httpx asks of each request whether there is an auth flow, a hook, a redirect or a log; this package follows redirects
itself, and most clients have none of the others. What else is sent through these clients goes through all of httpx.

The asynchronous class is the twin of the other: they differ by `await` alone.
"""

from __future__ import annotations

import logging
from typing import Any

import httpx

from .redirects import hide_location, is_ours

# The arguments of httpx that name transports besides.
_OTHERS = frozenset({"mounts", "proxies", "proxy"})
_log_of_httpx = logging.getLogger("httpx")


class DirectClient(httpx.Client):
    """An `httpx.Client` that leaves out what nobody asked it for."""

    def __init__(self, *, transport: httpx.BaseTransport, **options: Any) -> None:
        super().__init__(transport=transport, **options)
        self._direct = None if _OTHERS & options.keys() else transport

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request as httpx does, or straight through the transport where that is the same."""
        if self._direct is None or _needs_httpx(self, request):
            return super().send(request, **options)
        return _finished(self, request, self._direct.handle_request(request))


class AsyncDirectClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` that leaves out what nobody asked it for."""

    def __init__(self, *, transport: httpx.AsyncBaseTransport, **options: Any) -> None:
        super().__init__(transport=transport, **options)
        self._direct = None if _OTHERS & options.keys() else transport

    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """Send a request as httpx does, or straight through the transport where that is the same."""
        if self._direct is None or _needs_httpx(self, request):
            return await super().send(request, **options)
        return _finished(self, request, await self._direct.handle_async_request(request))


def _needs_httpx(client: httpx.Client | httpx.AsyncClient, request: httpx.Request) -> bool:
    hooks = client.event_hooks
    return (
        not is_ours(request)
        or client.auth is not None
        or bool(hooks["request"])
        or len(hooks["response"]) > 1  # the first is this package's own
        or bool(request.url.userinfo)
        or client.is_closed
        or _log_of_httpx.isEnabledFor(logging.INFO)
    )


def _finished(
    client: httpx.Client | httpx.AsyncClient, request: httpx.Request, response: httpx.Response
) -> httpx.Response:
    response.request = request
    if "set-cookie" in response.headers:
        client.cookies.extract_cookies(response)
    hide_location(response)
    return response
