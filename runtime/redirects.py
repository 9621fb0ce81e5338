"""Redirects: followed only where the client is told to, and without credentials where they lead to another origin."""

from __future__ import annotations

import httpx

MAX_REDIRECTS = 20

# What may cross to another origin on a redirect, or stand in a log; any other header may hold credentials.
OPEN_HEADERS = frozenset({"accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"})


def redirected(response: httpx.Response, hops: int) -> httpx.Request:
    """Return the request that a redirect asks for, without credentials when it goes to another origin."""
    request, before = response.next_request, response.request.url
    if request is None or hops > MAX_REDIRECTS:
        raise httpx.TooManyRedirects(f"more than {MAX_REDIRECTS} redirects", request=response.request)
    if (request.url.scheme, request.url.host, request.url.port) != (before.scheme, before.host, before.port):
        for name in set(request.headers) - OPEN_HEADERS:
            del request.headers[name]
    return request
