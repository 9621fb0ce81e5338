"""Follow redirects, if the client is told to, without sending credentials to another origin."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

MAX_REDIRECTS = 20

# Headers that hold no credentials: they may be sent to another origin, and be shown.
OPEN_HEADERS = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"}
)

# The extensions that mark a request of this package, and that keep the headers of a redirect.
_MARK, _HEADERS = "redirects", "redirects.headers"


class Redirects:
    """The redirects of one attempt.

    Attributes:
        options: Further arguments for `httpx.Client.send`: `auth=None` once a redirect has led to another origin, so
            that the credentials of the user's own httpx client are not sent there.
    """

    def __init__(self, request: httpx.Request, follow: bool) -> None:
        """Mark a request, so that `hide_location` leaves its redirects to this class."""
        request.extensions[_MARK] = True
        self.options: Mapping[str, None] = {}
        self._follow, self._hops = follow, 0
        # The cookies that redirects of one origin have set.
        self._cookies = httpx.Cookies()

    def next_request(self, before: httpx.Request, response: httpx.Response) -> httpx.Request | None:
        """Return the next request if a response is a redirect to follow, else None.

        Raises:
            httpx.TooManyRedirects: More than `MAX_REDIRECTS` redirects were followed.
        """
        response.headers = response.extensions.pop(_HEADERS, response.headers)
        url = _target(before, response) if self._follow and response.has_redirect_location else None
        if url is None:
            return None
        self._hops += 1
        if self._hops > MAX_REDIRECTS:
            raise httpx.TooManyRedirects(f"more than {MAX_REDIRECTS} redirects", request=before)
        method, status = before.method, response.status_code
        # Browsers and httpx change the method of these to GET.
        changed = (status in (302, 303) and method not in ("GET", "HEAD")) or (status == 301 and method == "POST")
        request = type(before)(
            "GET" if changed else method,
            url,
            headers=before.headers.copy(),
            stream=None if changed else before.stream,
            extensions=before.extensions,
        )
        if isinstance(request.stream, httpx.ByteStream):
            request.read()  # otherwise some transports would send the body in chunks
        for name in ("content-length", "content-type", "transfer-encoding") if changed else ():
            request.headers.pop(name, None)
        if (url.scheme, url.host, url.port) != (before.url.scheme, before.url.host, before.url.port):
            self.options = {"auth": None}
            request.headers["host"] = url.netloc.decode("ascii")
            for name in set(request.headers) - OPEN_HEADERS:
                del request.headers[name]
            self._cookies = httpx.Cookies()
        elif "set-cookie" in response.headers:
            self._cookies.extract_cookies(httpx.Response(200, headers=response.headers, request=before))
        if self._cookies:
            _add_cookies(request, self._cookies)
        return request


def _add_cookies(request: httpx.Request, cookies: httpx.Cookies) -> None:
    """Add the cookies that belong to the URL of a request; they replace its own of the same name."""
    own = request.headers.pop("cookie", "").split("; ")
    cookies.set_cookie_header(request)
    added = request.headers.get("cookie", "").split("; ")
    names = {pair.partition("=")[0] for pair in added}
    pairs = [pair for pair in own if pair.partition("=")[0] not in names] + added
    request.headers["cookie"] = "; ".join(filter(None, pairs))


def hide_location(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Hide the `Location` of a redirect from httpx, which would fail if it cannot build a request from it.

    Only responses to requests of this package are changed.
    """
    if _MARK in request.extensions and response.has_redirect_location:
        response.extensions[_HEADERS] = response.headers
        response.headers = response.headers.copy()
        del response.headers["location"]
    return response


def _target(request: httpx.Request, response: httpx.Response) -> httpx.URL | None:
    """Return the URL of a redirect without user and password, or None if no request can be sent to it."""
    try:
        url = request.url.join(response.headers["location"]).copy_with(fragment=None, userinfo=b"")
        url.host.encode("idna")
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.scheme in ("http", "https") and url.host and 0 <= (url.port or 0) < 2**16 else None
