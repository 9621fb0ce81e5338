"""The request as httpx sends it: the client's part and the operation's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from .deadlines import attempt_timeout
from .document import HEADERS, USER_AGENT
from .log import log_headers
from .request import Content, Request, defaulted
from .secrets import Concealed, Secret, checked_cookies, checked_headers

if TYPE_CHECKING:
    from .client import Client


def built(client: Client, http: httpx.Client | httpx.AsyncClient, request: Request, secret: Secret) -> httpx.Request:
    """Return a request with what the client adds to each.

    Raises:
        ValueError: a header, a cookie or the URL cannot be sent.
    """
    content, files = (request.body, None) if isinstance(request.body, Content) else (None, request.body)
    cookies = checked_cookies(Concealed({**client.cookies, **request.cookies}))
    for _, (_, file, _) in files or ():
        if not isinstance(file, bytes) and file.seekable():
            file.seek(0)  # an attempt before may have read it
    try:
        made = http.build_request(
            request.method,
            f"{client.base_url}{request.path}",
            params=[*defaulted(request.query, client.query)],
            headers={"accept": request.accept, "accept-encoding": "gzip", "user-agent": USER_AGENT, **HEADERS},
            cookies=cookies or None,
            timeout=attempt_timeout(client.timeout),
            content=content.data if content else None,
            files=files,
        )
    except httpx.InvalidURL as error:
        raise ValueError(f"The URL of {request.method} cannot be sent: {error}.") from None
    # They go into the request at once: no frame of a traceback holds them.
    client._place_credentials(made, secret)
    for each in (client.headers, {"content-type": content.media_type} if content else {}, request.headers):
        made.headers.update(checked_headers(each))
    if "authorization" in made.headers:
        # httpx would replace it.
        made.url = made.url.copy_with(userinfo=b"")
    log_headers(request, made.headers)
    return made
