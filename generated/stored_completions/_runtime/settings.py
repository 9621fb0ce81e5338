# Generated from generator/runtime/settings.py by `make generate`; do not edit.
"""What a call needs of the client that makes it, as one value."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any, NamedTuple

import httpx
from attrs import field, frozen

from .document import AUTH_LOCATION, AUTH_NAME, AUTH_PREFIX
from .secrets import Secret, checked_token
from .types import Token
from .unset import UNSET, Unset


@frozen(eq=False)
class Auth:
    """How requests are authenticated.

    Attributes:
        token: The key, or a function that returns the current one; UNSET where there is none.
        prefix: What precedes it in a header.
        name: The name of the header, query parameter or cookie that holds it.
        location: Which of them it is: `header`, `query` or `cookie`; nowhere if it is empty.
        also: What else the same request is authenticated by.
    """

    token: Token | Unset = field(default=UNSET, repr=False)
    prefix: str = ""
    name: str = ""
    location: str = ""
    also: tuple[Auth, ...] = ()

    async def secret(self, *, is_async: bool) -> Secret:
        """Return the current key, and those of what else there is.

        Args:
            is_async: Whether the function that returns it may be asynchronous.

        Raises:
            ValueError: no header can hold it.
            TypeError: it is not a str, or the function that returns it is asynchronous.
        """
        if isinstance(self.token, Unset):
            return Secret("")
        key: object = self.token() if callable(self.token) else self.token
        if isinstance(key, Awaitable):
            if not is_async:
                if isinstance(key, Coroutine):
                    key.close()
                raise TypeError(
                    "The function that returns the key is asynchronous: use the asynchronous client or functions."
                )
            key = await key
        secret = checked_token(key)
        secret.others = tuple([await other.secret(is_async=is_async) for other in self.also])
        return secret

    def place(self, request: httpx.Request, secret: Secret) -> None:
        """Put the key into a request. After `Basic`, a key is `user:password`, or the user alone, and is encoded."""
        for auth, other in zip(self.also, secret.others, strict=True):
            auth.place(request, other)
        if self.location == "query":
            request.url = request.url.copy_set_param(self.name, secret.reveal())
        elif self.location == "cookie":
            before, own = request.headers.get("cookie"), f"{self.name}={secret.reveal()}"
            request.headers["cookie"] = f"{before}; {own}" if before else own
        elif self.location == "header":
            request.headers[self.name] = f"{self.prefix} {self._in_header(secret)}".lstrip()

    def hide(self, request: httpx.Request) -> None:
        """Replace the key in the URL of a request that was sent, if it is there."""
        for auth in self.also:
            auth.hide(request)
        if self.location == "query":
            request.url = request.url.copy_set_param(self.name, "***")

    def _in_header(self, secret: Secret) -> str:
        key = secret.reveal()
        if self.prefix != "Basic" or _is_encoded(key):
            return key
        return b64encode((key if ":" in key else f"{key}:").encode()).decode()


def _is_encoded(key: str) -> bool:
    """Return whether a key is the base64 of a user and a password already."""
    try:
        text = b64decode(key, validate=True).decode()
    except ValueError:
        return False
    return ":" in text and text.isprintable()


class Credential(NamedTuple):
    """An argument of the client that is the key, or a function that returns it.

    Attributes:
        variable: The environment variable that holds it by default.
        header: The header that it is sent in, or the name in `location`.
        prefix: What precedes it there.
        location: Where it is sent: `header`, `query` or `cookie`; nowhere if it is empty.
        scheme: What the document calls it, where it has several that a client may have at once.
    """

    variable: str = ""
    header: str = AUTH_NAME
    prefix: str = AUTH_PREFIX
    location: str = AUTH_LOCATION
    scheme: str = ""

    def auth(self, token: Token) -> Auth:
        """Return how a request is authenticated by a token."""
        return Auth(token, self.prefix, self.header, self.location)


@frozen(eq=False)
class CallSettings:
    """The options of one call: the client's, and those that were given for the call.

    Attributes:
        base_url: Where the API is.
        headers: Sent with the request.
        cookies: Sent with the request.
        query: Query parameters, unless the request has its own of that name.
        timeout: Seconds for each attempt, an `httpx.Timeout` (its `read` is that limit), or None for no limit.
        max_retries: How many times the request is sent again after transient failures.
        max_response_bytes: The largest body that is accepted.
        follow_redirects: Whether redirects are followed.
        shares_pauses: Whether a pause that the server asks for is another's to wait for.
        auth: How the request is authenticated.
    """

    base_url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)
    query: Mapping[str, Any] = field(repr=False)
    timeout: float | httpx.Timeout | None
    max_retries: int
    max_response_bytes: int
    follow_redirects: bool
    shares_pauses: bool
    auth: Auth = field(factory=Auth)

    @property
    def secret_parameters(self) -> list[str]:
        """The query parameters that may hold a secret."""
        return [*self.query, self.auth.name, *(auth.name for auth in self.auth.also)]
