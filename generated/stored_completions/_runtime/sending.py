# Generated from generator/runtime/sending.py by `make generate`; do not edit.
"""The one path that every request takes: built, sent, read, and sent again where the failure is transient."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol, TypeVar

import httpx
from attrs import frozen

from . import clock
from .awaiting import close, result_of
from .body import Body, parts
from .building import built
from .deadlines import attempt_seconds, awithin, within
from .decoding import in_utf8
from .errors import APIError, closed_response
from .failures import connection_error, explain_deleted, status_error, validation_error
from .fork_lock import fork_lock
from .log import log_outcome
from .model import Model, missing_names
from .pool import Pool
from .redirects import Redirects
from .request import Request
from .response import Operation, Outcome, Response, failure_of
from .retries import Retries, is_sent_again
from .secrets import Secret, hidden, hidden_in_headers, without_frames, without_user
from .settings import CallSettings

T = TypeVar("T")
E = TypeVar("E")


class AttemptReport(Protocol):
    """The report of an attempt, while it is made."""

    def ended(self, outcome: Outcome[T, E]) -> Outcome[T, E]:
        """Report how the attempt ended, and return it."""
        ...


class CallReport(Protocol):
    """The report of a call, while it is made."""

    def ended(self, response: Response[T, E]) -> Response[T, E]:
        """Report how the call ended, and return it."""
        ...

    def attempt(
        self, settings: CallSettings, request: Request, operation: Operation[Any, Any]
    ) -> AbstractContextManager[tuple[Request, AttemptReport]]:
        """Report an attempt, from now to the end of the block; return the request with the headers of its trace."""
        ...


class Telemetry(Protocol):
    """What calls are reported to."""

    def call(self, settings: CallSettings, operation: Operation[Any, Any]) -> AbstractContextManager[CallReport]:
        """Report a call, from now to the end of the block."""
        ...


@frozen(eq=False)
class Sender:
    """What the calls of a client are made with.

    Attributes:
        settings: The options of the call.
        pool: The httpx clients that requests go through.
        telemetry: What the call is reported to, if anything.
        is_async: Whether the event loop goes on while a call waits.
    """

    settings: CallSettings
    pool: Pool
    telemetry: Telemetry | None
    is_async: bool

    async def send(self, request: Request, operation: Operation[T, E]) -> Response[T, E]:
        """Send a request, again where the failure is transient.

        Raises:
            APIConnectionError: no complete response came.
        """
        if self.telemetry is None:
            return await self._send(request, operation, None)
        with self.telemetry.call(self.settings, operation) as report:
            return report.ended(await self._send(request, operation, report))

    async def _send(self, request: Request, operation: Operation[T, E], report: CallReport | None) -> Response[T, E]:
        started, retries = clock.monotonic(), Retries()
        outcome = await self._reported(request, operation, report)
        if self._is_sent_again(outcome):
            with fork_lock:
                from .retrying import send_again  # noqa: PLC0415 - tenacity takes long to import

            outcome, retries = await send_again(
                outcome,
                lambda: self._reported(request, operation, report),
                self.settings.max_retries,
                shares_pauses=self.settings.shares_pauses,
                is_async=self.is_async,
            )
        return _concluded(request, started, outcome, retries)

    async def _reported(self, request: Request, operation: Operation[T, E], report: CallReport | None) -> Outcome[T, E]:
        if report is None:
            return await self._attempt(request, operation)
        with report.attempt(self.settings, request, operation) as (sent, attempt):
            return attempt.ended(await self._attempt(sent, operation))

    async def _attempt(self, request: Request, operation: Operation[T, E]) -> Outcome[T, E]:
        settings = self.settings
        secret = await settings.auth.secret(is_async=self.is_async)
        shared = self.pool.enter(is_async=self.is_async)
        try:
            # Not before: the first of a process loads its certificates.
            started, sent = clock.monotonic(), built(settings, shared.http, request, secret)
            try:
                with (awithin if self.is_async else within)(started, attempt_seconds(settings.timeout)):
                    body = await _received(settings, shared.http, sent, started)
            except (_SendingError, httpx.HTTPError) as error:
                return connection_error(request, _cause(error), settings.base_url, settings.timeout, secret)
            except BaseException as error:
                del sent  # its repr shows its URL
                without_frames(error)
                raise
        finally:
            if self.pool.leave(shared):
                await close(shared.http, is_async=self.is_async)
        return _answered(settings, request, body, operation, secret)

    def _is_sent_again(self, outcome: Outcome[T, E]) -> bool:
        failure = failure_of(outcome)
        return bool(failure and self.settings.max_retries and is_sent_again(failure, self.settings.shares_pauses))


class _SendingError(Exception):
    """What `httpx.Client.send`, or the body of its response, raised is its `__cause__`."""


def _cause(error: Exception) -> Exception:
    return error.__cause__ if isinstance(error, _SendingError) and isinstance(error.__cause__, Exception) else error


async def _received(
    settings: CallSettings, http: httpx.Client | httpx.AsyncClient, request: httpx.Request, started: float
) -> Body:
    is_async = isinstance(http, httpx.AsyncClient)
    redirects = Redirects(request, settings.follow_redirects)
    response = await _sent(http, request)
    try:
        while (following := redirects.following(request, response)) is not None:
            await close(response, is_async=is_async)
            request, response = following, await _sent(http, following, **redirects.options)
        body = Body(request, response, started, attempt_seconds(settings.timeout), settings.max_response_bytes)
        chunks = parts(response, is_async=is_async)
        chunk = await _next(chunks)
        while chunk is not None and body.add(chunk):
            chunk = await _next(chunks)
    finally:
        await close(response, is_async=is_async)
    return body


async def _sent(http: httpx.Client | httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
    try:
        return await result_of(http.send(request, stream=True, follow_redirects=False, **options))
    except Exception as error:
        if _is_ours(error):
            raise
        raise _SendingError from error


async def _next(chunks: Iterator[bytes] | AsyncIterator[bytes]) -> bytes | None:
    try:
        return await anext(chunks, None) if isinstance(chunks, AsyncIterator) else next(chunks, None)
    except Exception as error:
        raise _SendingError from error


def _is_ours(error: Exception) -> bool:
    """Return whether a mistake in this package raised an error: httpx calls the transport."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    is_here = traceback is not None and traceback.tb_frame.f_globals.get("__package__") == __package__
    return is_here and not isinstance(error, httpx.HTTPError | httpx.InvalidURL | OSError)


def _answered(
    settings: CallSettings, request: Request, body: Body, operation: Operation[T, E], secret: Secret
) -> Response[T, E]:
    """Return the response that came, with what it means."""
    response, content, elapsed = body.response, body.content, body.elapsed
    status_code, headers, broken = response.status_code, response.headers, body.broken
    settings.auth.hide(body.request)
    is_success = 200 <= status_code < 300
    if is_success and not broken:
        try:
            parsed = operation.success(status_code, in_utf8(content, headers.get("content-type", "")))
            broken = _difference(parsed)
        except ValueError as reason:
            broken = str(reason)
        else:
            if not broken:
                return Response(status_code, headers, content, parsed, None, elapsed, sent=body.request)
    # Some servers repeat the key that they refuse.
    headers, content = hidden_in_headers(secret, headers), hidden(secret, content)
    request_shown = _without_credentials(settings, body.request, request.extra_query, secret)
    shown = closed_response(status_code, headers, content, request_shown)
    if is_success:
        error: APIError = validation_error(request, shown, broken, body.is_text)
        return Response(status_code, headers, content, None, error, elapsed, sent=body.request)
    failure: E | None = None
    with suppress(ValueError):
        failure = operation.failure(status_code, content)
    error = status_error(request, without_user(settings.base_url), shown, "" if body.is_text else broken)
    return Response(status_code, headers, content, failure, error, elapsed, sent=body.request)


def _without_credentials(
    settings: CallSettings, request: httpx.Request, extra_query: frozenset[str], secret: Secret
) -> httpx.Request:
    """Return a request that errors may show: without headers, and without the client's query and that of the call."""
    names = {*settings.secret_parameters, *extra_query}
    params = [pair for pair in request.url.params.multi_items() if pair[0].partition("[")[0] not in names]
    url = request.url.copy_with(userinfo=b"", params=params)
    return httpx.Request(request.method, hidden(secret, str(url).encode()).decode())


def _difference(parsed: object) -> str:
    """Return how a body differs from its schema; one that lacks only some of the required properties is accepted."""
    if not isinstance(parsed, Model):
        return ""
    missing, all_of_it = missing_names(parsed)
    if missing and (all_of_it or parsed.additional_properties.get("error")):
        return f"it lacks {', '.join(missing)}"
    return ""


def _concluded(request: Request, started: float, outcome: Outcome[T, E], retries: Retries) -> Response[T, E]:
    """Return the response, or raise the error, in which a call ended."""
    outcome.retries_taken = retries.taken
    if isinstance(outcome, APIError):
        log_outcome(request, started, outcome, retries.taken)
        raise outcome
    if outcome.error is not None:
        outcome.error.retries_taken = retries.taken
        if request.method == "DELETE" and outcome.status_code == 404 and retries.may_be_done:
            explain_deleted(outcome.error)
    log_outcome(request, started, outcome, retries.taken)
    return outcome
