# Generated from generator/runtime/building.py by `make generate`; do not edit.
"""The request as httpx sends it: the client's part and the operation's."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

import httpx

from .bodies import Content
from .deadlines import attempt_timeout
from .document import HEADERS, USER_AGENT
from .log import log_headers
from .parameters import Pairs, defaulted
from .request import Request
from .secrets import Secret, checked_values, without_frames
from .settings import CallSettings

# What a query may hold unescaped, without what separates its pairs and `+`, which is read as a space.
_RESERVED = ":/?@!$'()*,;="
_OF_EACH = {"accept-encoding": "gzip", "user-agent": USER_AGENT, **HEADERS}


def built(
    settings: CallSettings, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret
) -> httpx.Request:
    """Return a request with what the client adds to each.

    Raises:
        ValueError: a header, a cookie or the URL cannot be sent.
    """
    try:
        made = _made(settings, http, request)
    except httpx.InvalidURL as error:
        without_frames(error)
        raise ValueError(f"The URL of {request.method} cannot be sent: {error}.") from None
    # The key goes into the request last, when nothing can be refused any more: no frame of a traceback holds it.
    settings.auth.place(made, secret)
    own = {"content-type": request.body.media_type} if isinstance(request.body, Content) else {}
    for headers in ({"accept": request.accept}, _OF_EACH, settings.headers, own, request.headers):
        for name, value in headers.items():
            made.headers[name] = value
    if made.url.userinfo and "authorization" in made.headers:
        made.url = made.url.copy_with(userinfo=b"")  # httpx would replace it
    log_headers(request, made.headers)
    return made


def _made(settings: CallSettings, http: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    content, files = (request.body, None) if isinstance(request.body, Content) else (None, request.body)
    checked_values("header", settings.headers)
    checked_values("header", request.headers)
    for _, (_, file, _) in files or ():
        if not isinstance(file, bytes) and file.seekable():
            file.seek(0)  # an attempt before may have read it
    url, params = _target(settings, request)
    return http.build_request(
        request.method,
        url,
        params=[*params] or None,
        cookies=dict(checked_values("cookie", {**settings.cookies, **request.cookies})) or None,
        extensions={"timeout": attempt_timeout(settings.timeout)},
        content=content.data if content else None,
        files=files,
    )


def _target(settings: CallSettings, request: Request) -> tuple[str, Pairs]:
    """Return the URL of a request, and the pairs of its query that httpx encodes: all or none."""
    url, pairs = f"{settings.base_url}{request.path}", defaulted(request.query, settings.query)
    if not request.reserved:
        return url, pairs
    query = "&".join(f"{quote(name, '')}={quote(text, _reserved_in(request, name))}" for name, text in pairs)
    return f"{url}?{query}" if query else url, []


def _reserved_in(request: Request, name: str) -> str:
    return _reserved() if name.partition("[")[0] in request.reserved else ""


@cache
def _reserved() -> str:
    """Return those that this version of httpx sends unchanged: the others would be encoded twice."""
    return "".join(
        character for character in _RESERVED if httpx.URL(f"http://localhost/?{character}").query == character.encode()
    )
