# Generated from openapi.yaml by `make generate`; do not edit.
"""The generator's clients, and the one path that every request takes."""

from __future__ import annotations

import datetime
import json
import logging
import math
import os
import re
import ssl
import sys
import threading
import time
import unicodedata
import warnings
import zlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import mktime_tz, parsedate_tz
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self, TypedDict, TypeVar, Unpack
from urllib.parse import quote

import httpx
from attrs import Factory, define, evolve, field, fields

from .errors import APIConnectionError, APIError, APIStatusError, APITimeoutError, status_error, validation_error
from .types import UNSET, Model, Response, Unset, missing_names, to_json

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from tenacity import RetryCallState

T = TypeVar("T")
E = TypeVar("E")
Timeout = float | httpx.Timeout | None
Token = str | Callable[[], str] | Callable[[], Awaitable[str]]

BASE_URL = "https://api.openai.com/v1"
USER_AGENT = "stored-completions/0.1.0"
TIMEOUT = httpx.Timeout(600, connect=5)
MAX_RETRIES = 2
MAX_RESPONSE_BYTES = 256 * 2**20
LONGEST_RETRY_AFTER = 120.0  # seconds; a server that asks for more is not waited for
MAX_REDIRECTS = 20

# What may cross to another origin on a redirect, or stand in a log; any other header may hold credentials.
_OPEN_HEADERS = {"accept", "accept-encoding", "content-length", "content-type", "host", "user-agent"}
_NEVER_RETRIED: list[str] = ["insufficient_quota"]

# The tests put their own clock here.
sleep, monotonic = time.sleep, time.monotonic


async def async_sleep(seconds: float) -> None:
    await _module("asyncio").sleep(seconds)


@cache
def _module(name: str) -> Any:
    """A module that only some calls need: asyncio and tenacity together take a quarter of this package's import."""
    return import_module(name)


@cache
def _back_off() -> Any:
    """Half a second to eight, doubling, with up to half a second of jitter."""
    tenacity = _module("tenacity")
    return tenacity.wait_exponential(multiplier=0.5, max=7.5) + tenacity.wait_random(0, 0.5)


logger = logging.getLogger("stored_completions")
logger.addHandler(logging.NullHandler())
if os.environ.get("OPENAI_LOG", "").lower() in ("info", "debug"):
    logger.setLevel(os.environ["OPENAI_LOG"].upper())
    logger.addHandler(logging.StreamHandler())


class RequestOptions(TypedDict, total=False):
    """What can be said for one call.

    Attributes:
        timeout: Seconds for each attempt, or an `httpx.Timeout`, or None to wait for ever.
        max_retries: How often the request is sent again at most.
        extra_headers: Headers beside the client's.
        extra_query: Query parameters beside the client's and the operation's.
    """

    timeout: Timeout
    max_retries: int
    extra_headers: Mapping[str, str]
    extra_query: Mapping[str, Any]


class _Pool:
    """The httpx clients that a client shares with its copies: one for all threads, and one for each event loop."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._arguments = arguments
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._process = 0
        self._by_loop: dict[AbstractEventLoop, httpx.AsyncClient] = {}
        self.injected: httpx.Client | None = None
        self.injected_async: httpx.AsyncClient | None = None

    def client(self) -> httpx.Client:
        with self._lock:
            # A process that was forked must not talk over the connections of its parent.
            if self._client is None or self._client.is_closed or self._process != os.getpid():
                self._client, self._process = httpx.Client(**self._with_tls()), os.getpid()
            return self._client

    def async_client(self) -> httpx.AsyncClient:
        loop = _module("asyncio").get_running_loop()
        with self._lock:
            client = self._by_loop.get(loop)
            if client is None or client.is_closed:
                # A client of a loop that has ended cannot be closed any more; letting go of it closes its sockets.
                self._by_loop = {each: value for each, value in self._by_loop.items() if not each.is_closed()}
                client = self._by_loop[loop] = httpx.AsyncClient(**self._with_tls())
            return client

    def close(self) -> None:
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        with self._lock:
            client = self._by_loop.pop(_module("asyncio").get_running_loop(), None)
        if client is not None:
            await client.aclose()

    def _with_tls(self) -> dict[str, Any]:
        verify = self._arguments["verify"]
        return {**self._arguments, "verify": _tls_context() if verify is True else verify}


@cache
def _tls_context() -> ssl.SSLContext:
    """The default's certificates: loading them takes longer than most requests, so a process does it once."""
    return httpx.create_ssl_context()


def _new_pool(client: Client) -> _Pool:
    own = {name: value for name, value in client.httpx_args.items() if name not in ("timeout", "follow_redirects")}
    return _Pool({"verify": client.verify_ssl, **own})


@define(kw_only=True, eq=False, getstate_setstate=False)
class Client:
    """A client for operations that need no credentials.

    The copies that `with_options` and its like make share its connections and change nothing in it.

    Attributes:
        base_url: Where the API is. A path is kept; a query goes to every request.
        headers: Sent with every request.
        cookies: Sent with every request.
        query: Query parameters of every request.
        timeout: Seconds for each attempt, or an `httpx.Timeout`, or None to wait for ever.
        max_retries: How often a request is sent again at most after a failure that may pass.
        max_response_bytes: The size that a body may have once it is decoded.
        follow_redirects: Whether redirects are followed; no credentials cross to another origin.
        verify_ssl: What `httpx.Client` takes as `verify`.
        httpx_args: Further arguments for `httpx.Client` and `httpx.AsyncClient`.
    """

    base_url: str = field(default=BASE_URL, repr=lambda url: repr(without_user(url)))
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    cookies: Mapping[str, str] = field(factory=dict, repr=False)
    query: Mapping[str, Any] = field(factory=dict, repr=False)
    timeout: Timeout = TIMEOUT
    max_retries: int = MAX_RETRIES
    max_response_bytes: int = MAX_RESPONSE_BYTES
    follow_redirects: bool = False
    verify_ssl: str | bool | ssl.SSLContext = field(default=True, repr=False)
    httpx_args: Mapping[str, Any] = field(factory=dict, repr=False)
    _pool: _Pool = field(default=Factory(_new_pool, takes_self=True), repr=False, alias="pool")

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise ValueError(
                f"max_retries must be a whole number from 0, which sends each request once, not {self.max_retries!r}."
            )
        url = _checked_url(self.base_url)
        self.query = {**url.params, **self.query}
        self.base_url = str(url.copy_with(query=None, fragment=None)).rstrip("/")
        if self.timeout is TIMEOUT:
            self.timeout = self.httpx_args.get("timeout", TIMEOUT)
        self.follow_redirects = self.httpx_args.get("follow_redirects", self.follow_redirects)

    def with_options(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Self:
        """A copy with these options; `headers` and `query` are added to those that it has."""
        return evolve(
            self,
            timeout=self.timeout if isinstance(timeout, Unset) else timeout,
            max_retries=self.max_retries if isinstance(max_retries, Unset) else max_retries,
            headers=merged_headers(self.headers, headers or {}),
            query={**self.query, **(query or {})},
        )

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """A copy that sends these headers too."""
        return self.with_options(headers=headers)

    def with_cookies(self, cookies: Mapping[str, str]) -> Self:
        """A copy that sends these cookies too."""
        return evolve(self, cookies={**self.cookies, **cookies})

    def with_timeout(self, timeout: Timeout) -> Self:
        """A copy with another time-out."""
        return self.with_options(timeout=timeout)

    def set_httpx_client(self, client: httpx.Client) -> Self:
        """Send through a client of your own, which is not closed with this one. Returns this client."""
        pool = _new_pool(self)
        pool.injected, pool.injected_async = client, self._pool.injected_async
        self._pool = pool
        return self

    def set_async_httpx_client(self, client: httpx.AsyncClient) -> Self:
        """Send through an asynchronous client of your own, which is not closed with this one. Returns this client."""
        pool = _new_pool(self)
        pool.injected, pool.injected_async = self._pool.injected, client
        self._pool = pool
        return self

    def get_httpx_client(self) -> httpx.Client:
        """The client that requests are sent through, made when it is first needed."""
        return self._pool.injected or self._pool.client()

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """The asynchronous client that requests of the running event loop are sent through."""
        return self._pool.injected_async or self._pool.async_client()

    def close(self) -> None:
        """Close the connections of threads. The client can be used again: it then connects anew."""
        self._pool.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The client can be used again: it then connects anew."""
        await self._pool.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __copy__(self) -> Self:
        return evolve(self)

    def __deepcopy__(self, _: object) -> Self:
        return evolve(self)

    def __getstate__(self) -> dict[str, Any]:
        if self._pool.injected or self._pool.injected_async:
            raise TypeError("A client with an httpx client of your own cannot be pickled: make it where it is used.")
        return {each.name: getattr(self, each.name) for each in fields(type(self)) if each.name != "_pool"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._pool = _new_pool(self)

    def _secret(self) -> str:
        return ""

    async def _asecret(self) -> str:
        return ""

    def _credentials(self, secret: str) -> dict[str, str]:
        """The headers that hold the secret."""
        return {}

    def send(
        self,
        request: dict[str, Any],
        parse: Callable[[int, bytes], T],
        parse_error: Callable[[int, bytes], E],
        **options: Unpack[RequestOptions],
    ) -> Response[T, E]:
        """Send a request of an endpoint, again where a failure may pass.

        Args:
            request: What the endpoint's `_get_kwargs` gives.
            parse: Makes the model of a 2xx body, from the status and the body.
            parse_error: Makes the model of any other body.

        Raises:
            APIConnectionError: no whole response came; `APITimeoutError` if none came in time.
        """
        client = self._for_call(**options) if options else self
        tenacity = _module("tenacity")
        retrying = tenacity.Retrying(
            sleep=sleep,
            stop=tenacity.stop_after_attempt(client.max_retries + 1),
            wait=_wait,
            retry=_may_pass,
            retry_error_callback=_outcome,
        )
        started = monotonic()
        try:
            response: Response[T, E] = retrying(client._attempt, request, parse, parse_error)
        except APIError as error:
            error.retries_taken = retrying.statistics["attempt_number"] - 1
            _log(request, started, type(error).__name__, None, error.retries_taken)
            raise
        response.retries_taken = retrying.statistics["attempt_number"] - 1
        if response.error is not None:
            response.error.retries_taken = response.retries_taken
        _log(request, started, str(response.status_code), response.request_id, response.retries_taken)
        return response

    def _attempt(
        self, request: dict[str, Any], parse: Callable[[int, bytes], T], parse_error: Callable[[int, bytes], E]
    ) -> Response[T, E]:
        secret = self._secret()
        client = self.get_httpx_client()
        with _connection_errors(self, request, secret):
            started = monotonic()
            built = self._build(client, request, secret)
            response = client.send(built, stream=True, follow_redirects=False)
            try:
                hops = 0
                while self.follow_redirects and response.next_request is not None:
                    response.close()
                    hops += 1
                    response = client.send(_redirected(response, hops), stream=True, follow_redirects=False)
                body = _Body(self, response, started)
                chunks = response.iter_bytes() if response.is_stream_consumed else response.iter_raw()
                for chunk in chunks:
                    if not body.add(chunk):
                        break
            finally:
                response.close()
        return _respond(request, body, secret, parse, parse_error)

    async def asend(
        self,
        request: dict[str, Any],
        parse: Callable[[int, bytes], T],
        parse_error: Callable[[int, bytes], E],
        **options: Unpack[RequestOptions],
    ) -> Response[T, E]:
        """`send`, awaited; cancelling it cancels the wait for a retry too."""
        client = self._for_call(**options) if options else self
        tenacity = _module("tenacity")
        retrying = tenacity.AsyncRetrying(
            sleep=async_sleep,
            stop=tenacity.stop_after_attempt(client.max_retries + 1),
            wait=_wait,
            retry=_may_pass,
            retry_error_callback=_outcome,
        )
        started = monotonic()
        try:
            response: Response[T, E] = await retrying(client._aattempt, request, parse, parse_error)
        except APIError as error:
            error.retries_taken = retrying.statistics["attempt_number"] - 1
            _log(request, started, type(error).__name__, None, error.retries_taken)
            raise
        response.retries_taken = retrying.statistics["attempt_number"] - 1
        if response.error is not None:
            response.error.retries_taken = response.retries_taken
        _log(request, started, str(response.status_code), response.request_id, response.retries_taken)
        return response

    async def _aattempt(
        self, request: dict[str, Any], parse: Callable[[int, bytes], T], parse_error: Callable[[int, bytes], E]
    ) -> Response[T, E]:
        secret = await self._asecret()
        client = self.get_async_httpx_client()
        with _connection_errors(self, request, secret):
            started = monotonic()
            built = self._build(client, request, secret)
            response = await client.send(built, stream=True, follow_redirects=False)
            try:
                hops = 0
                while self.follow_redirects and response.next_request is not None:
                    await response.aclose()
                    hops += 1
                    response = await client.send(_redirected(response, hops), stream=True, follow_redirects=False)
                body = _Body(self, response, started)
                chunks = response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw()
                async for chunk in chunks:
                    if not body.add(chunk):
                        break
            finally:
                await response.aclose()
        return _respond(request, body, secret, parse, parse_error)

    def _for_call(
        self,
        timeout: Timeout | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, Any] | None = None,
    ) -> Self:
        return self.with_options(timeout=timeout, max_retries=max_retries, headers=extra_headers, query=extra_query)

    def _build(self, client: httpx.Client | httpx.AsyncClient, request: dict[str, Any], secret: str) -> httpx.Request:
        body = dict(request.get("body", {}))
        headers = httpx.Headers({"accept": "application/json", "accept-encoding": "gzip", "user-agent": USER_AGENT})
        for each in (self._credentials(secret), self.headers, body.pop("headers", {}), request.get("headers", {})):
            headers.update(_checked_headers(each))
        built = client.build_request(
            request["method"],
            f"{self.base_url}{request['url']}",
            params=[
                *(pair for name, value in self.query.items() for pair in query(name, value)),
                *request.get("params", []),
            ],
            headers=headers,
            cookies={**self.cookies, **request.get("cookies", {})} or None,
            timeout=self.timeout,
            **body,
        )
        logger.debug(
            "%s headers %s",
            _route(request),
            [(name, value if name in _OPEN_HEADERS else "***") for name, value in built.headers.items()],
        )
        return built


@define(kw_only=True, eq=False, getstate_setstate=False)
class AuthenticatedClient(Client):
    """A client that sends credentials.

    Attributes:
        token: The key, or a function (asynchronous for the asynchronous functions) that gives the current one. It can
            be assigned, and counts from the next attempt on. It is shown nowhere.
        prefix: What stands before the token in the header.
        auth_header_name: The header that the token is sent in.
        pickle_token: Whether the token, and the headers and cookies, go where a pickle of this client goes.

    Example:
        client = AuthenticatedClient(base_url="https://example.openai.azure.com/openai/v1", token="...",
                                     auth_header_name="api-key", prefix="")
    """

    token: Token = field(repr=False)
    prefix: str = "Bearer"
    auth_header_name: str = "Authorization"
    pickle_token: bool = False

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not callable(self.token):
            _checked_token(self.token)
        _warn_if_readable(self.base_url)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        return state if self.pickle_token else {**state, "token": "", "headers": {}, "cookies": {}}

    def _secret(self) -> str:
        token = self.token() if callable(self.token) else self.token
        if isinstance(token, Awaitable):
            if isinstance(token, Coroutine):
                token.close()
            raise TypeError(
                "The function that gives the key is asynchronous: use the asynchronous client or functions."
            )
        return _checked_token(token)

    async def _asecret(self) -> str:
        token = self.token() if callable(self.token) else self.token
        return _checked_token(await token if isinstance(token, Awaitable) else token)

    def _credentials(self, secret: str) -> dict[str, str]:
        return {self.auth_header_name: f"{self.prefix} {secret}" if self.prefix else secret}


class _Body:
    """A body as it comes in, within the size and the time that the client allows.

    Attributes:
        broken: Why it cannot be read, if so.
    """

    def __init__(self, client: Client, response: httpx.Response, started: float) -> None:
        self.response, self.broken = response, ""
        self._started, self._limit = started, client.max_response_bytes
        self._seconds = httpx.Timeout(client.timeout).read
        self._chunks: list[bytes] = []
        self._size = 0
        self._decoder = None
        if self._seconds is not None:
            # httpx counts from one chunk to the next: what is left of the attempt's time is the most that one may take.
            response.request.extensions["timeout"]["read"] = self._left(self._seconds)
        encoding = response.headers.get("content-encoding", "").lower() or "identity"
        if encoding == "gzip" and not response.is_stream_consumed:
            self._decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        elif encoding not in ("identity", "gzip"):
            self.broken = f"it is encoded with {encoding!r}, which was not asked for"

    def add(self, chunk: bytes) -> bool:
        """Take what came in; whether there is any use in more."""
        if self._seconds is not None:
            self._left(self._seconds)
        if self._decoder and not self.broken:
            try:
                # No more than a byte above the limit: a small chunk may stand for gigabytes.
                chunk = self._decoder.decompress(chunk, self._limit - self._size + 1)
            except zlib.error:
                self.broken = "it is not gzip, as its content-encoding says"
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > self._limit:
            self.broken = f"it is larger than max_response_bytes, which is {self._limit:,}"
            self._chunks = [self._chunks[0][:1000]]
        return not self.broken

    def content(self) -> tuple[bytes, datetime.timedelta]:
        """What came in, and the time that it took."""
        return b"".join(self._chunks), datetime.timedelta(seconds=monotonic() - self._started)

    def _left(self, seconds: float) -> float:
        left = self._started + seconds - monotonic()
        if left <= 0:
            raise httpx.ReadTimeout("", request=self.response.request)
        return left


def _respond(
    request: dict[str, Any],
    body: _Body,
    secret: str,
    parse: Callable[[int, bytes], T],
    parse_error: Callable[[int, bytes], E],
) -> Response[T, E]:
    content, elapsed = body.content()
    status_code, headers = body.response.status_code, body.response.headers
    parsed: T | E | None = None
    error: APIError | None = None
    if not 200 <= status_code < 300:
        headers, content = _without(secret, headers, content)
        error = status_error(_route(request), status_code, headers, content)
        with suppress(ValueError):
            parsed = parse_error(status_code, content)
        return Response(status_code, headers, content, parsed, error, elapsed)
    broken = body.broken
    try:
        parsed = None if broken else parse(status_code, content)
        broken = broken or _broken_promise(parsed)
    except ValueError as reason:
        broken = str(reason)
    if broken:
        headers, content = _without(secret, headers, content)
        error = validation_error(_route(request), status_code, headers, content, broken)
        parsed = None
    return Response(status_code, headers, content, parsed, error, elapsed)


def _broken_promise(parsed: object) -> str:
    """In what way a body is not what was promised; one that only lacks a part of it is let pass."""
    if not isinstance(parsed, Model):
        return ""
    missing, all_of_it = missing_names(parsed)
    if missing and (all_of_it or parsed.additional_properties.get("error")):
        return f"it lacks {', '.join(missing)}"
    return ""


def _without(secret: str, headers: httpx.Headers, content: bytes) -> tuple[httpx.Headers, bytes]:
    """What may be shown of a response: some servers repeat the key that they refuse."""
    return httpx.Headers([(name, _hidden(secret, value)) for name, value in headers.raw]), _hidden(secret, content)


def _hidden(secret: str, text: bytes) -> bytes:
    # What is shorter is no key, but a word that a server may use on its own.
    return text.replace(secret.encode(), b"***") if len(secret) >= 6 else text


@contextmanager
def _connection_errors(client: Client, request: dict[str, Any], secret: str) -> Iterator[None]:
    try:
        yield
    except httpx.RequestError as error:
        place = f"{_route(request)} at {httpx.URL(without_user(client.base_url)).copy_with(path='/')}".rstrip("/")
        if isinstance(error, httpx.TimeoutException):
            what = _TIMEOUTS.get(type(error), "no whole answer came in time")
            raise APITimeoutError(f"{place}: {what}; timeout={client.timeout!r}, in seconds.") from error
        what = str(error) or f"the connection broke ({type(error).__name__})"
        hint = (
            ". Is the base URL right, and can this machine reach it?" if isinstance(error, httpx.ConnectError) else ""
        )
        shown = _hidden(secret, what.encode()).decode()
        # The errors below repeat what the server sent.
        raise APIConnectionError(f"{place}: {shown}{hint}") from (error if shown == what else None)


_TIMEOUTS: dict[type[httpx.RequestError], str] = {
    httpx.ConnectTimeout: "no connection came about in time",
    httpx.PoolTimeout: "no connection became free in time",
}


def _may_pass(state: RetryCallState) -> bool:
    """Whether a request is worth sending again."""
    error = _failure(state)
    if not isinstance(error, APIStatusError):
        return isinstance(error, APIConnectionError) and not isinstance(error.__cause__, httpx.TooManyRedirects)
    if error.code in _NEVER_RETRIED or error.type in _NEVER_RETRIED:
        return False
    if (_retry_after(error.headers) or 0) > LONGEST_RETRY_AFTER:
        return False
    told: str | None = error.headers.get("x-should-retry")
    if told in ("true", "false"):
        return told == "true"
    return error.status_code in (408, 409, 429) or error.status_code >= 500


def _wait(state: RetryCallState) -> float:
    """Seconds until the request is sent again: what the server asks for, else 0.5 to 8, doubling."""
    error = _failure(state)
    asked = _retry_after(error.headers) if isinstance(error, APIStatusError) else None
    return float(_back_off()(state)) if asked is None else asked


def _outcome(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome else None


def _failure(state: RetryCallState) -> BaseException | None:
    if state.outcome is None:
        return None
    error: BaseException | None = state.outcome.exception() or state.outcome.result().error
    return error


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds until the server wants to be asked again: `retry-after-ms`, or `Retry-After` as seconds or a date."""
    text = headers.get("retry-after", "")
    for value, unit in ((headers.get("retry-after-ms", ""), 0.001), (text, 1.0)):
        with suppress(ValueError):
            seconds = float(value) * unit
            if not math.isnan(seconds):
                return max(seconds, 0.0)
    date = parsedate_tz(text)
    if date:
        with suppress(ValueError):
            return max(mktime_tz(date) - time.time(), 0.0)
    return None


def _redirected(response: httpx.Response, hops: int) -> httpx.Request:
    """The request that a redirect asks for, without credentials when it goes to another origin."""
    request, before = response.next_request, response.request.url
    if request is None or hops > MAX_REDIRECTS:
        raise httpx.TooManyRedirects(f"more than {MAX_REDIRECTS} redirects", request=response.request)
    if (request.url.scheme, request.url.host, request.url.port) != (before.scheme, before.host, before.port):
        for name in set(request.headers) - _OPEN_HEADERS:
            del request.headers[name]
    return request


def _route(request: dict[str, Any]) -> str:
    return f"{request['method']} {request['url']}"


def _log(request: dict[str, Any], started: float, outcome: str, request_id: str | None, retries: int) -> None:
    milliseconds = (monotonic() - started) * 1000
    logger.info("%s %s in %.0f ms, request %s, retries %d", _route(request), outcome, milliseconds, request_id, retries)


def _checked_url(text: str) -> httpx.URL:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise ValueError(f"base_url is not a URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("base_url must start with http:// or https:// and name a host.")
    return url


def without_user(url: str) -> str:
    """A URL that may be shown: the user and the password that it may have are left out."""
    return str(httpx.URL(url).copy_with(userinfo=b""))


def _checked_token(token: object) -> str:
    """Refuse what cannot be sent as a key, without showing it."""
    if not isinstance(token, str):
        raise TypeError(f"The API key must be a text, not {type(token).__name__}.")
    if not token:
        raise ValueError(
            "The API key is empty. (A client that was pickled leaves its key behind, unless told otherwise.)"
        )
    if token != token.strip():
        raise ValueError("The API key has white space at its ends: was it read from a file? Strip it.")
    if not all("!" <= character <= "~" for character in token):
        raise ValueError("The API key has characters that no header can hold: white space, or other than ASCII.")
    return token


def merged_headers(*each: Mapping[str, str]) -> dict[str, str]:
    """Headers of which the later ones take the place of the earlier ones, in whatever case they are written."""
    merged: dict[str, tuple[str, str]] = {}
    for headers in each:
        merged.update({name.lower(): (name, value) for name, value in headers.items()})
    return dict(merged.values())


def _checked_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse what cannot be sent in a header, without showing it: it may be a secret."""
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a header.")
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ValueError(
                f"The header {name} must be a text in ASCII, without line breaks or white space at its ends."
            )
    return headers


_HEADER_NAME = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"([!-~]([\t -~]*[!-~])?)?")


def _warn_if_readable(base_url: str) -> None:
    url = httpx.URL(base_url)
    if url.scheme == "https" or url.host in _warned_of or _is_loopback(url.host):
        return
    _warned_of.add(url.host)
    # The line that is blamed is the caller's, below this package and the `__init__` that attrs makes.
    level, frame, inside = 1, sys._getframe(), (__file__.removesuffix("client.py"), "<attrs")
    while frame.f_back and frame.f_code.co_filename.startswith(inside):
        level, frame = level + 1, frame.f_back
    warnings.warn(f"The API key is sent to {url.host} unencrypted: use https://.", UserWarning, stacklevel=level)


_warned_of: set[str] = set()


def _is_loopback(host: str) -> bool:
    try:
        return bool(_module("ipaddress").ip_address(host).is_loopback)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def path_segment(name: str, value: object) -> str:
    """A path parameter, quoted.

    Raises:
        ValueError: it would ask for another path (`""`, `.` and `..`), or it is None or has control characters.
    """
    text = "" if value is None else str(value)
    if text in ("", ".", "..") or any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError(f"{name} must be an id, not {value!r}.")
    return quote(text, safe="")


def query(name: str, value: object, style: str = "form") -> list[tuple[str, str]]:
    """A query parameter as the pairs that it is sent as: none when it is UNSET or None.

    Args:
        style: `deepObject` sends `name[key]=value` for each key of an object, `joined` sends one list with commas.
    """
    value = to_json(value)
    if value is UNSET or value is None:
        return []
    if isinstance(value, dict):
        pairs = [(key, _text(item)) for key, item in value.items() if item is not None]
        return [(f"{name}[{key}]", text) for key, text in pairs] if style == "deepObject" else pairs
    if isinstance(value, list | tuple):
        texts = [_text(item) for item in value]
        return [(name, ",".join(texts))] if style == "joined" else [(name, text) for text in texts]
    return [(name, _text(value))]


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def request_body(kind: str, body: Any, content_type: str) -> dict[str, Any]:
    """A body as the arguments that httpx takes it by: none when it is UNSET."""
    if body is UNSET:
        return {}
    return {"content": json.dumps(to_json(body)).encode(), "headers": {"content-type": content_type}}
