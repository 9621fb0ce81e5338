"""The request as httpx sends it: the client's part and the operation's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from .document import USER_AGENT
from .log import log_headers
from .request import Content, Request, query_pairs
from .secrets import checked_headers

if TYPE_CHECKING:
    from .client import Client


def built(client: Client, http: httpx.Client | httpx.AsyncClient, request: Request, secret: str) -> httpx.Request:
    """Return a request with what the client adds to each.

    Raises:
        ValueError: a header cannot be sent.
    """
    headers = httpx.Headers({"accept": "application/json", "accept-encoding": "gzip", "user-agent": USER_AGENT})
    content, files = (request.body, None) if isinstance(request.body, Content) else (None, request.body)
    own = {"content-type": content.media_type} if content else {}
    for each in (client._credentials(secret), client.headers, own, request.headers):
        headers.update(checked_headers(each))
    made = http.build_request(
        request.method,
        f"{client.base_url}{request.path}",
        params=[*(pair for name, value in client.query.items() for pair in query_pairs(name, value)), *request.query],
        headers=headers,
        cookies={**client.cookies, **request.cookies} or None,
        timeout=client.timeout,
        content=content.data if content else None,
        files=files,
    )
    log_headers(request, made.headers)
    return made
