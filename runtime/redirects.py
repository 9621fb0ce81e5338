"""Redirects: followed only where the client is told to, and without credentials where they lead to another origin."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

MAX_REDIRECTS = 20

# What may cross to another origin on a redirect, or stand in a log; any other header may hold credentials.
OPEN_HEADERS = frozenset({"accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"})

# Marks the requests whose redirects are read here.
_OURS = "redirects"
_HEADERS = "redirects.headers"


class Redirects:
    """The redirects of one attempt.

    Attributes:
        options: What `httpx.Client.send` is told besides: nothing, until a redirect led to another origin; from then
            on not to use the credentials of an httpx client of the user's own.
    """

    def __init__(self, request: httpx.Request, follow: bool) -> None:
        """Expect redirects of a request."""
        request.extensions[_OURS] = True
        self.options: Mapping[str, None] = {}
        self._follow, self._hops = follow, 0

    def following(self, response: httpx.Response) -> httpx.Request | None:
        """Return the request that a response asks for, if it is to be followed.

        Raises:
            httpx.TooManyRedirects: there were `MAX_REDIRECTS` already.
        """
        headers = response.extensions.pop(_HEADERS, None)
        if headers is None:
            return None
        response.headers = headers
        url = _target(response) if self._follow else None
        if url is None:
            return None
        self._hops += 1
        before = response.request
        if self._hops > MAX_REDIRECTS:
            raise httpx.TooManyRedirects(f"more than {MAX_REDIRECTS} redirects", request=before)
        method, status = before.method, response.status_code
        # Browsers and httpx turn these into GET.
        changed = (status in (302, 303) and method not in ("GET", "HEAD")) or (status == 301 and method == "POST")
        request = type(before)(
            "GET" if changed else method,
            url,
            headers=before.headers.copy(),
            stream=None if changed else before.stream,
            extensions=before.extensions,
        )
        if isinstance(request.stream, httpx.ByteStream):
            request.read()  # what was not read, other transports send in chunks
        for name in ("content-length", "content-type", "transfer-encoding") if changed else ():
            request.headers.pop(name, None)
        if (url.scheme, url.host, url.port) != (before.url.scheme, before.url.host, before.url.port):
            self.options = {"auth": None}
            request.headers["host"] = url.netloc.decode("ascii")
            for name in set(request.headers) - OPEN_HEADERS:
                del request.headers[name]
        return request


def is_ours(request: httpx.Request) -> bool:
    """Whether this package sends a request, and follows its redirects."""
    return _OURS in request.extensions


def hide_location(response: httpx.Response) -> None:
    """Keep the target of a redirect from httpx, which would prepare a request for it at once, and fail if it cannot."""
    if is_ours(response.request) and response.has_redirect_location:
        response.extensions[_HEADERS] = response.headers
        response.headers = response.headers.copy()
        del response.headers["location"]


async def ahide_location(response: httpx.Response) -> None:
    """`hide_location` for asynchronous clients."""
    hide_location(response)


def _target(response: httpx.Response) -> httpx.URL | None:
    """Return where a redirect leads, without the user that it may name; None if no request can be sent there."""
    try:
        url = response.request.url.join(response.headers["location"]).copy_with(fragment=None, userinfo=b"")
        url.host.encode("idna")
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.scheme in ("http", "https") and url.host and (url.port or 0) < 2**16 else None
