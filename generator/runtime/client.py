"""The clients that endpoint functions take, `Client` and `AuthenticatedClient`."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar, Unpack, cast

import httpx
from attrs import evolve

from .adapters import client_as_httpx, timeout_as_httpx
from .awaiting import run
from .document import AUTH_LOCATION, AUTH_NAME, AUTH_PREFIX, BASE_URL
from .errors import CredentialsError
from .options import (
    MAX_RESPONSE_BYTES,
    MAX_RETRIES,
    TIMEOUT,
    ClientOptions,
    RequestOptions,
    check_options,
    checked_url,
    is_whole,
    merged_headers,
    without_query,
)
from .pool import Pool
from .request import Request
from .response import Operation, Response
from .secrets import checked_token, hides_arguments, strip_frames, warn_if_unencrypted, without_userinfo
from .sending import Sender
from .settings import Auth, CallSettings
from .types import AsyncHttpClient, SyncHttpClient, Timeout, Token
from .unset import UNSET, Unset

T = TypeVar("T")
E = TypeVar("E")

# The options that a copy can change without creating connections of its own.
_MAPPINGS = frozenset({"headers", "query", "cookies"})
_PER_CALL = _MAPPINGS | {"timeout", "max_retries"}

_OPTIONS = tuple(ClientOptions.__annotations__)
_OF_TOKEN = ("token", "prefix", "auth_header_name", "auth_location", "pickle_token", "schemes")
# The options that `repr` shows; the others may hold credentials.
_SHOWN = ("timeout", "max_retries", "max_response_bytes", "follow_redirects", *_OF_TOKEN[1:-1])
# The options that may be secret, and their values in a pickle.
_SECRETS = {"headers": {}, "cookies": {}, "query": {}, "httpx_args": {}, "token": "", "schemes": {}}


def _new_pool(client: Client) -> Pool:
    own = {name: value for name, value in client.httpx_args.items() if name not in ("timeout", "follow_redirects")}
    is_plain = client.base_url.startswith("http:")
    return Pool({"verify": client.verify_ssl, **own}, loads_certificates=not is_plain)


class Client:
    """A client for operations that need no credentials.

    `with_options` and similar methods return copies, which share the client's connections.

    Attributes:
        base_url: The URL of the API. Its query is sent with every request.
        headers: Headers of every request.
        cookies: Cookies of every request.
        query: Default query parameters of every request.
        paths: Paths of operations that differ at this server, by the declared paths.
        timeout: Seconds for each attempt, an `httpx.Timeout` (its `read` limits the attempt), or None for no limit.
        max_retries: How many times a request is sent again after transient failures.
        max_response_bytes: The size of the largest accepted body, compressed and decompressed.
        follow_redirects: Whether redirects are followed; credentials are never sent to another origin.
        verify_ssl: Passed to `httpx.Client` as `verify`.
        httpx_args: Further arguments for `httpx.Client` and `httpx.AsyncClient`.
    """

    # The names of the arguments of `__init__`.
    _options: ClassVar[tuple[str, ...]] = _OPTIONS
    __slots__ = (
        *(name for name in _OPTIONS if name != "timeout"),
        *("__weakref__", "_overrides", "_pool", "_sender", "_shares_pauses", "_timeout"),
    )

    @hides_arguments
    def __init__(
        self,
        *,
        base_url: str = BASE_URL,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        paths: Mapping[str, str] | None = None,
        timeout: Timeout = TIMEOUT,
        max_retries: int = MAX_RETRIES,
        max_response_bytes: int = MAX_RESPONSE_BYTES,
        follow_redirects: bool = False,
        verify_ssl: str | bool | ssl.SSLContext = True,
        httpx_args: Mapping[str, Any] | None = None,
    ) -> None:
        url = checked_url(base_url)
        self.base_url = without_query(url)
        self.headers: Mapping[str, str] = merged_headers(headers or {})
        self.cookies: Mapping[str, str] = {**(cookies or {})}
        self.query: Mapping[str, Any] = {**url.params, **(query or {})}
        self.paths: Mapping[str, str] = paths or {}
        self.httpx_args: Mapping[str, Any] = {**(httpx_args or {})}
        self.timeout = self.httpx_args.get("timeout", TIMEOUT) if timeout is TIMEOUT else timeout
        self.max_retries, self.max_response_bytes, self.verify_ssl = max_retries, max_response_bytes, verify_ssl
        self.follow_redirects: bool = self.httpx_args.get("follow_redirects", follow_redirects)
        check_options(self.timeout, max_retries)
        if not is_whole(max_response_bytes) or max_response_bytes < 1:
            raise ValueError(f"max_response_bytes must be a whole number from 1, not {max_response_bytes!r}.")
        self._pool = _new_pool(self)
        self._pool.check()
        self._shares_pauses = False
        # Makes the sender of a call; `otel` replaces it.
        self._sender: Callable[[CallSettings, Pool, bool], Sender] = Sender
        # Returns options that replace this client's for a call.
        self._overrides: Callable[[], Mapping[str, Any]] | None = None

    @property
    def timeout(self) -> float | httpx.Timeout | None:
        """Seconds for each attempt, an `httpx.Timeout`, or None for no limit; can be assigned."""
        return self._timeout

    @timeout.setter
    def timeout(self, timeout: Timeout) -> None:
        self._timeout = timeout_as_httpx(timeout)

    @hides_arguments
    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Self:
        """Return a copy with these options; `headers` and `query` are added to the client's."""
        return self._changed(
            timeout=self.timeout if isinstance(timeout, Unset) else timeout,
            max_retries=self.max_retries if isinstance(max_retries, Unset) else max_retries,
            headers=merged_headers(self.headers, headers or {}),
            query={**self.query, **(query or {})},
        )

    def _changed(self, **changes: Any) -> Self:
        """Return a copy with other options, which shares the connections."""
        if changes.keys() <= _PER_CALL:
            # Faster than `__init__`, which parses the URL.
            copy = object.__new__(type(self))
            for name in self._options:
                setattr(copy, name, getattr(self, name))
            for name in _MAPPINGS - changes.keys():
                setattr(copy, name, {**getattr(self, name)})
            for name, value in changes.items():
                setattr(copy, name, value)
            check_options(copy.timeout, copy.max_retries)
        else:
            copy = type(self)(**{**{name: getattr(self, name) for name in self._options}, **changes})
        copy._pool, copy._sender, copy._shares_pauses = self._pool, self._sender, self._shares_pauses
        copy._overrides = self._overrides
        return copy

    @hides_arguments
    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """Return a copy with more headers."""
        return self.with_options(headers=headers)

    @hides_arguments
    def with_cookies(self, cookies: Mapping[str, str]) -> Self:
        """Return a copy with more cookies."""
        return self._changed(cookies={**self.cookies, **cookies})

    def with_timeout(self, timeout: Timeout) -> Self:
        """Return a copy with another timeout."""
        return self.with_options(timeout=timeout)

    def sharing_pauses(self) -> Self:
        """Return a copy that raises a 429 with `Retry-After` at once, for callers that then pause all calls."""
        copy = self.with_options()
        copy._shares_pauses = True
        return copy

    def set_httpx_client(self, client: SyncHttpClient) -> Self:
        """Send through your own httpx or httpx2 client, which this client never closes."""
        pool = _new_pool(self)
        pool.injected, pool.injected_async = client_as_httpx(client), self._pool.injected_async
        self._pool = pool
        return self

    def set_async_httpx_client(self, client: AsyncHttpClient) -> Self:
        """Send through your own asynchronous httpx or httpx2 client, which this client never closes."""
        pool = _new_pool(self)
        pool.injected, pool.injected_async = self._pool.injected, client_as_httpx(client)
        self._pool = pool
        return self

    def get_httpx_client(self) -> httpx.Client:
        """Return the httpx client that requests are sent through; it is created on first use."""
        return cast(httpx.Client, self._pool.http(is_async=False))

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the httpx client that requests of the running event loop are sent through."""
        return cast(httpx.AsyncClient, self._pool.http(is_async=True))

    def send(self, request: Request, operation: Operation[T, E], **options: Unpack[RequestOptions]) -> Response[T, E]:
        """Send a request of an endpoint, and retry transient failures.

        Args:
            request: The return value of the endpoint's `_get_kwargs`.
            operation: The operation, with its decoders.

        Raises:
            APIConnectionError: No complete response came; `APITimeoutError` if none came in time.
        """
        sender, request = self._for_call(request, options, is_async=False)
        return run(sender.send(request, operation))

    async def asend(
        self, request: Request, operation: Operation[T, E], **options: Unpack[RequestOptions]
    ) -> Response[T, E]:
        """Send a request as `send` does. It can be cancelled, also while it waits for a retry."""
        sender, request = self._for_call(request, options, is_async=True)
        return await sender.send(request, operation)

    @property
    def is_closed(self) -> bool:
        """Whether the client, or your own httpx client in it, was closed and not used since."""
        injected = self._pool.injected or self._pool.injected_async
        return injected.is_closed if injected else self._pool.is_closed

    def close(self) -> None:
        """Close the connections of synchronous calls. The client can be used again, and connects again."""
        run(self._pool.close(is_async=False))

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The client can be used again, and connects again."""
        await self._pool.close(is_async=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        values = {"base_url": without_userinfo(self.base_url)}
        values |= {name: getattr(self, name) for name in _SHOWN if name in self._options}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"

    def __copy__(self) -> Self:
        return self.with_options()

    def __deepcopy__(self, _: object) -> Self:
        return self.with_options()

    def __getstate__(self) -> dict[str, Any]:
        if self._pool.injected or self._pool.injected_async:
            raise TypeError("A client with your own httpx client in it cannot be pickled: make it where it is used.")
        state = {name: getattr(self, name) for name in (*self._options, "_shares_pauses")}
        if getattr(self, "pickle_token", False):
            return state
        emptied = {name: empty for name, empty in _SECRETS.items() if name in state}
        return {**state, **emptied, "base_url": without_userinfo(self.base_url)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._pool, self._sender, self._overrides = _new_pool(self), Sender, None

    def _for_call(self, request: Request, options: RequestOptions, *, is_async: bool) -> tuple[Sender, Request]:
        """Apply the options of a call; return its sender and its request."""
        if self._overrides is not None:
            try:
                client = self._changed(**self._overrides())
            except Exception as error:
                strip_frames(error)  # of this package, which hold the key
                raise
            client._overrides = None
            return client._for_call(request, options, is_async=is_async)
        if request.path in self.paths:
            request = evolve(request, path=self.paths[request.path])
        settings = CallSettings(
            self.base_url,
            self.headers,
            self.cookies,
            self.query,
            self._timeout,
            self.max_retries,
            self.max_response_bytes,
            self.follow_redirects,
            self._shares_pauses,
            self._auth(request),
        )
        if request.server and self.base_url == without_query(checked_url(BASE_URL)):
            url = checked_url(request.server)
            settings = evolve(settings, base_url=without_query(url), query={**url.params, **self.query})
        if options:
            if unknown := options.keys() - RequestOptions.__annotations__.keys():
                raise TypeError(f"{request.route} takes no argument {min(unknown)!r}.")
            timeout, max_retries = options.get("timeout", UNSET), options.get("max_retries", UNSET)
            settings = evolve(
                settings,
                timeout=self.timeout if isinstance(timeout, Unset) else timeout_as_httpx(timeout),
                max_retries=self.max_retries if isinstance(max_retries, Unset) else max_retries,
                headers=merged_headers(self.headers, options.get("extra_headers") or {}),
            )
            check_options(settings.timeout, settings.max_retries)
            request = request.with_extra(options.get("extra_query"), options.get("extra_body"))
        return self._sender(settings, self._pool, is_async), request

    def _auth(self, request: Request) -> Auth:
        """Return how to authenticate a request.

        Raises:
            CredentialsError: The client does not have the credentials that the operation needs.
        """
        return Auth()


class AuthenticatedClient(Client):
    """A client that sends credentials.

    Attributes:
        token: The key, or a function that returns the current key (it may be asynchronous for asynchronous calls). An
            assigned key is used from the next attempt on.
        prefix: The word before the token in the header. With `Basic`, a token `user:password` is base64-encoded.
        auth_header_name: The name of the header, query parameter or cookie that holds the token.
        auth_location: Where the token is sent: `header`, `query` or `cookie`; empty if it is not sent.
        pickle_token: Whether a pickle of this client holds the token. If not, the pickle also lacks everything else
            that may be secret: headers, cookies, query, `httpx_args`, and the user and password of `base_url`.
        schemes: Credentials by the names of the spec's security schemes. An operation that needs one of these schemes
            is sent with its credentials, and not with the token.

    Example:
        client = AuthenticatedClient(base_url="https://api.example.com", token="...", auth_header_name="api-key",
                                     prefix="")
    """

    _options: ClassVar[tuple[str, ...]] = (*_OPTIONS, *_OF_TOKEN)
    __slots__ = _OF_TOKEN

    @hides_arguments
    def __init__(
        self,
        *,
        token: Token,
        prefix: str = AUTH_PREFIX,
        auth_header_name: str = AUTH_NAME,
        auth_location: str = AUTH_LOCATION or "header",
        pickle_token: bool = False,
        schemes: Mapping[str, Auth] | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(**options)
        self.schemes: Mapping[str, Auth] = schemes or {}
        self.token, self.prefix, self.auth_header_name = token, prefix, auth_header_name
        self.auth_location, self.pickle_token = auth_location, pickle_token
        if not callable(token):
            checked_token(token)
        if not isinstance(prefix, str) or not isinstance(auth_header_name, str):
            raise TypeError("prefix and auth_header_name must be str.")
        if auth_location not in ("header", "query", "cookie", ""):
            raise ValueError(f"auth_location must be header, query, cookie or empty, not {auth_location!r}.")
        warn_if_unencrypted(self.base_url)

    def _auth(self, request: Request) -> Auth:
        if request.security is None:
            return self._own_auth()
        if not request.security:
            return Auth()
        if not self.schemes and self.auth_location:
            return self._own_auth()
        for names in sorted(request.security, key=lambda names: not names):  # no credentials are the last resort
            if self.schemes.keys() >= {*names}:
                first, *also = [self.schemes[name] for name in names] or [Auth()]
                return evolve(first, also=tuple(also))
        ways = " or ".join(" and ".join(names) for names in request.security)
        raise CredentialsError(f"{request.route} needs {ways}, and the client does not have it: give it to the client.")

    def _own_auth(self) -> Auth:
        return Auth(self.token, self.prefix, self.auth_header_name, self.auth_location)
