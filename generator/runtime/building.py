"""The request as httpx sends it: the client's part and the operation's."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from .deadlines import attempt_timeout
from .document import HEADERS, USER_AGENT
from .log import log_headers
from .request import Content, Pairs, Request, defaulted
from .secrets import Concealed, Secret, checked_cookies, checked_headers, without_frames

if TYPE_CHECKING:
    from .client import Client

# httpx adds no header of its own to these when they have no body.
_WITHOUT_BODY = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
_NO_BODY = httpx.ByteStream(b"")
# What a query may hold as it is, but for what separates its pairs, and `+`, which is read as a space.
_RESERVED = ":/?@!$'()*,;="
_LONGEST_PATH = 4096
# Of clients that have another way to build requests, that way is used.
BUILDERS: set[object] = {httpx.Client.build_request, httpx.AsyncClient.build_request}


class Prepared:
    """The headers that a client sends without a body, for as long as what they are made from is the same."""

    __slots__ = ("base", "headers", "made_from", "timeout", "timeouts")

    def __init__(self, made_from: tuple[Any, ...], headers: httpx.Headers, base: httpx.URL) -> None:
        self.made_from, self.headers, self.base = made_from, headers, base
        self.timeout: object = self
        self.timeouts: dict[str, float | None] = {}

    def copy(self) -> Prepared:
        """Return what another client begins with: it may have another timeout."""
        return Prepared(self.made_from, self.headers, self.base)


def built(client: Client, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret) -> httpx.Request:
    """Return a request with what the client adds to each.

    Raises:
        ValueError: a header, a cookie or the URL cannot be sent.
    """
    try:
        make = _prepared if _is_plain(client, http, request) else _made
        made = make(client, http, request, secret)
    except httpx.InvalidURL as error:
        without_frames(error)
        raise ValueError(f"The URL of {request.method} cannot be sent: {error}.") from None
    log_headers(request, made.headers)
    return made


def _made(client: Client, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret) -> httpx.Request:
    content, files = (request.body, None) if isinstance(request.body, Content) else (None, request.body)
    cookies = checked_cookies(Concealed({**client.cookies, **request.cookies}))
    own = {"content-type": content.media_type} if content else {}
    headers = [*map(checked_headers, (client.headers, own, request.headers))]
    for _, (_, file, _) in files or ():
        if not isinstance(file, bytes) and file.seekable():
            file.seek(0)  # an attempt before may have read it
    url, params = _target(client, request)
    made = http.build_request(
        request.method,
        url,
        params=[*params] or None,
        headers={"accept": request.accept, "accept-encoding": "gzip", "user-agent": USER_AGENT, **HEADERS},
        cookies=cookies or None,
        timeout=attempt_timeout(client.timeout),
        content=content.data if content else None,
        files=files,
    )
    # They go into the request last, when nothing can be refused any more: no frame of a traceback holds them.
    client._place_credentials(made, secret)
    for each in headers:
        made.headers.update(each)
    if "authorization" in made.headers:
        # httpx would replace it.
        made.url = made.url.copy_with(userinfo=b"")
    return made


def _target(client: Client, request: Request) -> tuple[str, Pairs]:
    """Return the URL of a request, and the pairs of its query that httpx encodes: all or none."""
    url, pairs = f"{client.base_url}{request.path}", [*defaulted(request.query, client.query)]
    if not request.reserved:
        return url, pairs
    query = "&".join(f"{quote(name, '')}={quote(text, _kept(request, name))}" for name, text in pairs)
    return f"{url}?{query}" if query else url, []


@cache
def _reserved() -> str:
    """Return those of them that this version of httpx sends as they are: one that it encodes, it would encode twice."""
    return "".join(each for each in _RESERVED if httpx.URL(f"http://localhost/?{each}").query == each.encode())


def _kept(request: Request, name: str) -> str:
    return _reserved() if name.partition("[")[0] in request.reserved else ""


def _is_plain(client: Client, http: httpx.Client | httpx.AsyncClient, request: Request) -> bool:
    """Return whether nothing but the URL differs from one request to the next."""
    own = getattr(http, "own", http)
    return (
        request.body is None
        and request.method in _WITHOUT_BODY
        # A key in the query or among the cookies is placed in each request.
        and getattr(client, "auth_location", "header") in ("header", "")
        and not (client.cookies or request.cookies or own.cookies or own.params or "@" in client.base_url)
        and type(own).build_request in BUILDERS
    )


def _prepared(
    client: Client, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret
) -> httpx.Request:
    """Return what `_made` does, at a tenth of the cost: httpx parses URLs and merges headers several times."""
    found = client._prepared
    if found is None or found.made_from != _made_from(client, http, request, secret):
        headers = _made(client, http, request, secret).headers
        base = httpx.URL(client.base_url)
        found = client._prepared = Prepared(_made_from(client, http, request, secret), headers, base)
    if found.timeout is not client.timeout:
        found.timeout, found.timeouts = client.timeout, attempt_timeout(client.timeout).as_dict()
    url, params = _target(client, request)
    joined = None if params else _joined(found.base, request)
    made = httpx.Request(
        request.method,
        joined or (httpx.URL(url, params=params) if params else httpx.URL(url)),
        headers=found.headers,
        stream=_NO_BODY,
        extensions={"timeout": {**found.timeouts}},
    )
    made.headers.encoding = found.headers.encoding  # httpx would look for it each time
    made.read()  # what was not read, other transports send in chunks
    return made


def _joined(base: httpx.URL, request: Request) -> httpx.URL | None:
    """Return the URL of a request, if httpx would leave its path as it is: it looks at each character of a URL."""
    paths = _plain_paths()
    if request.reserved or len(request.path) > _LONGEST_PATH or not paths or not paths.fullmatch(request.path):
        return None
    reference = base._uri_reference
    url = object.__new__(httpx.URL)
    url._uri_reference = reference._replace(path=reference.path.rstrip("/") + request.path)
    return url


@cache
def _plain_paths() -> re.Pattern[str] | None:
    """Return what matches paths that have nothing to quote and nothing to resolve, as `.` and `..` are.

    It is None if this version of httpx does not keep the parts of a URL where those that are known do.
    """
    parts = getattr(httpx.URL("http://localhost/a"), "__dict__", {})
    reference = parts.get("_uri_reference")
    if len(parts) != 1 or getattr(reference, "path", None) != "/a" or not hasattr(reference, "_replace"):
        return None
    return re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))(?:[\w.~-]|%[0-9A-F]{2})+)+", re.ASCII)


def _made_from(
    client: Client, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret
) -> tuple[Any, ...]:
    """Return copies of what the headers come from: each of these can be assigned or changed."""
    return (
        client.base_url,
        request.accept,
        client._credentials(secret),
        {**client.headers},
        {**request.headers},
        getattr(http, "own", http).headers.raw,
    )
