# Generated from generator/runtime/redirects.py by `make generate`; do not edit.
"""Redirects: followed only where the client is told to, and without credentials where they lead to another origin."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

MAX_REDIRECTS = 20

# The headers that may cross to another origin on a redirect, and be shown; any other may hold credentials.
OPEN_HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"}
)

# Marks the requests whose redirects are read here, with what those of one attempt have in common.
_OURS = "redirects"
_HEADERS = "redirects.headers"


class Redirects:
    """The redirects of one attempt.

    Attributes:
        options: Further arguments for `httpx.Client.send`: none, until a redirect leads to another origin; from then on
            `auth=None`, so that credentials of the user's own httpx client are not sent there.
    """

    def __init__(self, request: httpx.Request, follow: bool) -> None:
        """Expect redirects of a request."""
        request.extensions[_OURS] = self
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


def attempt_of(request: httpx.Request) -> object | None:
    """Return what the requests of one attempt have in common, those that httpx made of them included."""
    return request.extensions.get(_OURS)


def is_ours(request: httpx.Request) -> bool:
    """Return whether this package sends a request, and follows its redirects."""
    return _OURS in request.extensions


def hide_location(response: httpx.Response) -> None:
    """Hide the target of a redirect from httpx, which would build a request for it at once, and fail if it cannot."""
    if is_ours(response.request) and response.has_redirect_location:
        response.extensions[_HEADERS] = response.headers
        response.headers = response.headers.copy()
        del response.headers["location"]


async def ahide_location(response: httpx.Response) -> None:
    """Do what `hide_location` does, for asynchronous clients."""
    hide_location(response)


def _target(response: httpx.Response) -> httpx.URL | None:
    """Return the target of a redirect, without user and password, or None if no request can be sent there."""
    try:
        url = response.request.url.join(response.headers["location"]).copy_with(fragment=None, userinfo=b"")
        url.host.encode("idna")
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.scheme in ("http", "https") and url.host and (url.port or 0) < 2**16 else None
