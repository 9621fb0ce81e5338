"""Send a request: build it, send it through httpx, read the response, and retry transient failures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, TypeVar

import httpx
from attrs import frozen

from . import clock
from .awaiting import close, result_of
from .body import Body, parts
from .building import build_request
from .deadlines import attempt_seconds, limited
from .decoding import in_utf8
from .errors import APIError, closed_response
from .failures import connection_error, explain_deleted, status_error, validation_error
from .fork_lock import fork_lock
from .log import log_outcome
from .model import Model, missing_names
from .pool import Pool
from .redirects import Redirects
from .request import Request
from .response import Operation, Outcome, Response, failure_of, kept_responses
from .retries import Retries, should_retry
from .secrets import (
    PACKAGES_WITH_REQUESTS,
    Secret,
    origin,
    redacted,
    redacted_headers,
    strip_frames,
    without_userinfo,
)
from .settings import CallSettings

T = TypeVar("T")
E = TypeVar("E")


@frozen(eq=False)
class Sender:
    """Sends the requests of one call.

    Attributes:
        settings: The options of the call.
        pool: The httpx clients.
        is_async: Whether the call is made in an event loop.
    """

    settings: CallSettings
    pool: Pool
    is_async: bool

    async def send(self, request: Request, operation: Operation[T, E]) -> Response[T, E]:
        """Send a request, and retry transient failures.

        Raises:
            APIConnectionError: No complete response came.
        """
        started, retries = clock.monotonic(), Retries()
        outcome = await self.attempt(request, operation)
        if self._should_retry(outcome):
            with fork_lock:
                from .retrying import send_again  # noqa: PLC0415 - tenacity is slow to import

            outcome, retries = await send_again(
                outcome,
                lambda: self.attempt(request, operation),
                self.settings.max_retries,
                shares_pauses=self.settings.shares_pauses,
                is_async=self.is_async,
            )
        return _finish(request, started, outcome, retries)

    async def attempt(self, request: Request, operation: Operation[T, E]) -> Outcome[T, E]:
        """Send a request once; return the response or the connection error."""
        settings = self.settings
        secret = await settings.auth.secret(is_async=self.is_async)
        shared = self.pool.acquire(is_async=self.is_async)
        try:
            # The time starts here: creating the first httpx client takes long, because it loads certificates.
            started, sent = clock.monotonic(), build_request(settings, shared.http, request, secret)
            try:
                async with limited(started, attempt_seconds(settings.timeout), is_async=self.is_async):
                    body = await _exchange(settings, shared.http, sent, started)
            except (_SendingError, httpx.HTTPError, TimeoutError) as error:
                return connection_error(request, _cause(error), settings.base_url, settings.timeout, secret)
            except BaseException as error:
                del sent  # its repr, in a traceback, would show the URL
                strip_frames(error)
                raise
        finally:
            if self.pool.release(shared):
                await close(shared.http, is_async=self.is_async)
        return _to_response(settings, request, body, operation, secret)

    def _should_retry(self, outcome: Outcome[T, E]) -> bool:
        failure = failure_of(outcome)
        return bool(failure and self.settings.max_retries and should_retry(failure, self.settings.shares_pauses))


class _SendingError(Exception):
    """Wraps, as its `__cause__`, an error that `httpx.Client.send` or the body of its response raised."""


def _cause(error: Exception) -> Exception:
    if isinstance(error, TimeoutError):
        return httpx.ReadTimeout("")
    return error.__cause__ if isinstance(error, _SendingError) and isinstance(error.__cause__, Exception) else error


async def _exchange(
    settings: CallSettings, http: httpx.Client | httpx.AsyncClient, request: httpx.Request, started: float
) -> Body:
    is_async = isinstance(http, httpx.AsyncClient)
    redirects = Redirects(request, settings.follow_redirects)
    response = await _send_once(http, request)
    try:
        while (redirected := redirects.next_request(request, response)) is not None:
            await _end(response, is_async=is_async)
            request, response = redirected, await _send_once(http, redirected, **redirects.options)
        body = Body(request, response, started, attempt_seconds(settings.timeout), settings.max_response_bytes)
        chunks = parts(response, is_async=is_async)
        chunk = await _next_chunk(chunks)
        while chunk is not None and body.add(chunk):
            chunk = await _next_chunk(chunks)
    finally:
        await _end(response, is_async=is_async)
    return body


async def _send_once(http: httpx.Client | httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
    try:
        return await result_of(http.send(request, stream=True, follow_redirects=False, **options))
    except Exception as error:
        if not _is_of_sending(error):
            raise
        raise _SendingError from error


async def _end(response: httpx.Response, *, is_async: bool) -> None:
    """Close a response, and free its memory and its request's, which holds the key, without the garbage collector."""
    await close(response, is_async=is_async)
    response.stream = httpx.ByteStream(b"")  # the stream refers to the response


async def _next_chunk(chunks: Iterator[bytes] | AsyncIterator[bytes]) -> bytes | None:
    try:
        return await anext(chunks, None) if isinstance(chunks, AsyncIterator) else next(chunks, None)
    except Exception as error:
        if not _is_of_sending(error):
            raise
        raise _SendingError from error


def _is_of_sending(error: Exception) -> bool:
    """Return whether an error from httpx is about sending, and not a bug of this package or an assertion of a test."""
    module = origin(error)
    is_own = module.startswith(f"{__package__}.")
    if isinstance(error, AssertionError):
        return not is_own and module.partition(".")[0] in PACKAGES_WITH_REQUESTS
    return not is_own or isinstance(error, httpx.HTTPError | httpx.InvalidURL | OSError)


def _to_response(
    settings: CallSettings, request: Request, body: Body, operation: Operation[T, E], secret: Secret
) -> Response[T, E]:
    """Decode a body, and return the response with the model or the error."""
    response, content, elapsed = body.response, body.content, body.elapsed
    status_code, headers, broken = response.status_code, response.headers, body.broken
    settings.auth.hide(body.request)
    is_success = 200 <= status_code < 300
    if is_success and not broken:
        try:
            parsed = operation.success(status_code, in_utf8(content, headers.get("content-type", "")))
            broken = _schema_mismatch(parsed)
        except ValueError as reason:
            broken = str(reason)
        else:
            if not broken:
                return Response(status_code, headers, content, parsed, None, elapsed, sent=body.request)
    headers, content = redacted_headers(secret, headers), redacted(secret, content)
    request_shown = _without_credentials(settings, body.request, request.extra_query, secret)
    shown = closed_response(status_code, headers, content, request_shown)
    if is_success:
        error: APIError = validation_error(request, shown, broken, body.is_text)
        return Response(status_code, headers, content, None, error, elapsed, sent=body.request)
    failure: E | None = None
    with suppress(ValueError):
        failure = operation.failure(status_code, content)
    error = status_error(request, without_userinfo(settings.base_url), shown, "" if body.is_text else broken)
    return Response(status_code, headers, content, failure, error, elapsed, sent=body.request)


def _without_credentials(
    settings: CallSettings, request: httpx.Request, extra_query: frozenset[str], secret: Secret
) -> httpx.Request:
    """Return a request for errors to show, without headers, the client's query and the call's `extra_query`."""
    names = {*settings.secret_parameters, *extra_query}
    params = [pair for pair in request.url.params.multi_items() if pair[0].partition("[")[0] not in names]
    url = request.url.copy_with(userinfo=b"", params=params)
    return httpx.Request(request.method, redacted(secret, str(url).encode()).decode())


def _schema_mismatch(parsed: object) -> str:
    """Return why a model is refused: all required properties are missing, or some in a body with an `error`."""
    if not isinstance(parsed, Model):
        return ""
    missing, all_of_it = missing_names(parsed)
    if missing and (all_of_it or parsed.additional_properties.get("error")):
        return f"it lacks {', '.join(missing)}"
    return ""


def _finish(request: Request, started: float, outcome: Outcome[T, E], retries: Retries) -> Response[T, E]:
    """Log the outcome of a call, and return the response or raise the error."""
    outcome.retries_taken = retries.taken
    if isinstance(outcome, APIError):
        log_outcome(request, started, outcome, retries.taken)
        raise outcome
    if outcome.error is not None:
        outcome.error.retries_taken = retries.taken
        if request.method == "DELETE" and outcome.status_code == 404 and retries.may_have_succeeded:
            explain_deleted(outcome.error)
    log_outcome(request, started, outcome, retries.taken)
    if (kept := kept_responses.get()) is not None:
        kept.append(outcome)
    return outcome
