"""The settings of one call: the client's options and those of the call, combined."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Coroutine, Mapping
from typing import Any, NamedTuple

import httpx
from attrs import evolve, field, frozen

from .document import AUTH_LOCATION, AUTH_NAME, AUTH_PREFIX
from .secrets import Secret, checked_token
from .types import Token
from .unset import UNSET, Unset


@frozen(eq=False)
class Auth:
    """How requests are authenticated.

    Attributes:
        token: The key, or a function that returns the current key; UNSET if there is none.
        prefix: The word before the key in a header, such as `Bearer`.
        name: The name of the header, query parameter or cookie that holds the key.
        location: Where the key is sent: `header`, `query` or `cookie`; empty if it is not sent.
        also: Further credentials that the same request needs.
    """

    token: Token | Unset = field(default=UNSET, repr=False)
    prefix: str = ""
    name: str = ""
    location: str = ""
    also: tuple[Auth, ...] = ()

    async def secret(self, *, is_async: bool) -> Secret:
        """Return the current key, together with those of `also`.

        Args:
            is_async: Whether the function that returns the key may be asynchronous.

        Raises:
            ValueError: The key is empty, or has characters that a header cannot hold.
            TypeError: The key is not a str, or the function is asynchronous in a synchronous call.
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
        """Put the key into a request. With the prefix `Basic`, a key `user:password` or `user` is base64-encoded."""
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
        """Replace the key in the URL of a request, if it is there, by stars."""
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
    """Return whether a key is already the base64 text of `user:password`."""
    try:
        text = b64decode(key, validate=True).decode()
    except ValueError:
        return False
    return ":" in text and text.isprintable()


class Credential(NamedTuple):
    """An argument of the client that takes a key, or a function that returns one.

    Attributes:
        variable: The environment variable that holds the key by default.
        header: The name of the header, query parameter or cookie that holds the key.
        prefix: The word before the key in a header.
        location: Where the key is sent: `header`, `query` or `cookie`; empty if it is not sent.
        scheme: The name of its security scheme, if a client may have credentials for several schemes.
    """

    variable: str = ""
    header: str = AUTH_NAME
    prefix: str = AUTH_PREFIX
    location: str = AUTH_LOCATION
    scheme: str = ""

    def auth(self, token: Token) -> Auth:
        """Return the `Auth` of requests that are sent with this token."""
        return Auth(token, self.prefix, self.header, self.location)


def setting_text(name: str, value: object) -> str:
    """Return the value of a setting as a str, which is empty for None.

    Raises:
        TypeError: The value is not a str.
    """
    if not isinstance(value, str | None):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}.")
    return value or ""


def with_key(schemes: Mapping[str, Auth], before: object, key: Token) -> dict[str, Auth]:
    """Return the credentials of security schemes, with another key in those that held the key `before`."""
    return {name: evolve(auth, token=key) if auth.token is before else auth for name, auth in schemes.items()}


@frozen(eq=False)
class CallSettings:
    """The options of one call: the client's, replaced by those of the call.

    Attributes:
        base_url: The URL of the API.
        headers: Headers of the request.
        cookies: Cookies of the request.
        query: Default query parameters.
        timeout: Seconds for each attempt, an `httpx.Timeout` (its `read` limits the attempt), or None for no limit.
        max_retries: How many times the request is sent again after transient failures.
        max_response_bytes: The size of the largest accepted body.
        follow_redirects: Whether redirects are followed.
        shares_pauses: Whether the caller waits when the server asks to pause, instead of this call.
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
