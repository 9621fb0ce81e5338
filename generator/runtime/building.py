"""Build the httpx request of an attempt, from the operation's request and the client's settings."""

from __future__ import annotations

from functools import cache
from urllib.parse import quote

import httpx

from .bodies import Content
from .deadlines import LIMITED, attempt_timeout
from .document import HEADERS, USER_AGENT
from .log import log_headers
from .parameters import Pairs, with_defaults
from .request import Request
from .secrets import Secret, checked_values, strip_frames
from .settings import CallSettings

# The reserved characters that a query may hold unescaped; not `&`, which separates pairs, and `+`, read as a space.
_RESERVED = ":/?@!$'()*,;="
_DEFAULT_HEADERS = {"accept-encoding": "gzip", "user-agent": USER_AGENT, **HEADERS}


def build_request(
    settings: CallSettings, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret
) -> httpx.Request:
    """Build the httpx request, with the client's headers, query, cookies and key.

    Raises:
        ValueError: A header, a cookie or the URL cannot be sent.
    """
    try:
        made = _httpx_request(settings, http, request)
    except httpx.InvalidURL as error:
        strip_frames(error)
        raise ValueError(f"The URL of {request.method} cannot be sent: {error}.") from None
    # The key is added when nothing can fail any more, so that no traceback holds a request with it.
    settings.auth.place(made, secret)
    own = {"content-type": request.body.media_type} if isinstance(request.body, Content) else {}
    for headers in ({"accept": request.accept}, _DEFAULT_HEADERS, settings.headers, own, request.headers):
        for name, value in headers.items():
            made.headers[name] = value
    if made.url.userinfo and "authorization" in made.headers:
        made.url = made.url.copy_with(userinfo=b"")  # httpx would replace the header
    log_headers(request, made.headers)
    return made


def _httpx_request(settings: CallSettings, http: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    content, files = (request.body, None) if isinstance(request.body, Content) else (None, request.body)
    checked_values("header", settings.headers)
    checked_values("header", request.headers)
    for _, (_, file, _) in files or ():
        if not isinstance(file, bytes) and file.seekable():
            file.seek(0)  # an earlier attempt may have read it
    url, params = _target(settings, request)
    return http.build_request(
        request.method,
        url,
        params=[*params] or None,
        cookies=dict(checked_values("cookie", {**settings.cookies, **request.cookies})) or None,
        extensions={"timeout": attempt_timeout(settings.timeout), LIMITED: True},
        content=content.data if content else None,
        files=files,
    )


def _target(settings: CallSettings, request: Request) -> tuple[str, Pairs]:
    """Return the URL of a request, and the query pairs for httpx to encode; with `reserved`, they are in the URL."""
    url, pairs = f"{settings.base_url}{request.path}", with_defaults(request.query, settings.query)
    if not request.reserved:
        return url, pairs
    query = "&".join(
        f"{quote(name, '')}={quote(text, _reserved() if name.partition('[')[0] in request.reserved else '')}"
        for name, text in pairs
    )
    return f"{url}?{query}" if query else url, []


@cache
def _reserved() -> str:
    """Return the reserved characters that this version of httpx leaves unescaped; others would be escaped twice."""
    return "".join(
        character for character in _RESERVED if httpx.URL(f"http://localhost/?{character}").query == character.encode()
    )
