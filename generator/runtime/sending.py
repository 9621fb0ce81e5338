"""The one path that every request takes: built, sent, read, and sent again where the failure is transient.

The asynchronous functions are the twins of the others: they differ by `await` alone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import httpx

from . import clock
from .body import Body, aparts, parts
from .building import built
from .deadlines import attempt_seconds, awithin, within
from .decoding import in_utf8
from .errors import APIConnectionError, APIError, closed_response
from .failures import connection_error, explain_deleted, status_error, validation_error
from .forks import no_fork
from .log import log_outcome
from .model import Model, missing_names
from .pool import areassign, reassign
from .redirects import Redirects
from .request import Request
from .response import Operation, Response
from .retries import Retries, is_sent_again
from .secrets import Secret, hidden, hidden_in_headers, without_frames, without_user
from .streams import refuse_unasked

if TYPE_CHECKING:
    from .client import Client

T = TypeVar("T")
E = TypeVar("E")
Outcome = Response[T, E] | APIConnectionError
Attempt = Callable[["Client", Request, Operation[T, E]], Outcome[T, E]]
AsyncAttempt = Callable[["Client", Request, Operation[T, E]], Awaitable[Outcome[T, E]]]


def send(client: Client, request: Request, operation: Operation[T, E]) -> Response[T, E]:
    """Send a request, again where the failure is transient.

    Raises:
        APIConnectionError: no complete response came; `APITimeoutError` if none came in time.
        ValueError: the request cannot be sent.
    """
    if client._telemetry is None:
        return _send(client, request, operation, _attempt)
    with client._telemetry.call(client, operation) as call:
        return call.ended(_send(client, request, operation, call.reporting(_attempt)))


async def asend(client: Client, request: Request, operation: Operation[T, E]) -> Response[T, E]:
    """Send a request as `send` does; cancelling it cancels the wait for a retry too."""
    if client._telemetry is None:
        return await _asend(client, request, operation, _aattempt)
    with client._telemetry.call(client, operation) as call:
        return call.ended(await _asend(client, request, operation, call.areporting(_aattempt)))


def _send(client: Client, request: Request, operation: Operation[T, E], attempt: Attempt[T, E]) -> Response[T, E]:
    started, retries = clock.monotonic(), Retries()
    outcome = attempt(client, request, operation)
    if _is_sent_again(client, outcome):
        with no_fork:
            from .retrying import send_again  # noqa: PLC0415 - tenacity takes long to import

        outcome, retries = send_again(
            outcome, lambda: attempt(client, request, operation), client.max_retries, client._shares_pauses
        )
    return _concluded(request, started, outcome, retries)


async def _asend(
    client: Client, request: Request, operation: Operation[T, E], attempt: AsyncAttempt[T, E]
) -> Response[T, E]:
    started, retries = clock.monotonic(), Retries()
    outcome = await attempt(client, request, operation)
    if _is_sent_again(client, outcome):
        with no_fork:
            from .retrying import asend_again  # noqa: PLC0415 - tenacity takes long to import

        outcome, retries = await asend_again(
            outcome, lambda: attempt(client, request, operation), client.max_retries, client._shares_pauses
        )
    return _concluded(request, started, outcome, retries)


def _attempt(client: Client, request: Request, operation: Operation[T, E]) -> Outcome[T, E]:
    secret = client._secret()
    with client._pool.using() as http:
        # Not before: the first of a process loads its certificates.
        started, sent = clock.monotonic(), built(client, http, request, secret)
        try:
            with within(started, attempt_seconds(client.timeout)):
                body = _received(client, http, sent, started)
        except Exception as error:  # noqa: BLE001 - whatever a server does ends in an APIError
            reassign(http, sent)
            return connection_error(request, error, client.base_url, client.timeout, secret)
        except BaseException as error:
            reassign(http, sent)
            without_frames(error)
            raise
    return _answered(client, request, body, operation, secret)


async def _aattempt(client: Client, request: Request, operation: Operation[T, E]) -> Outcome[T, E]:
    secret = await client._asecret()
    async with client._pool.using_async() as http:
        # Not before: the first of a process loads its certificates.
        started, sent = clock.monotonic(), built(client, http, request, secret)
        try:
            with awithin(started, attempt_seconds(client.timeout)):
                body = await _areceived(client, http, sent, started)
        except Exception as error:  # noqa: BLE001 - whatever a server does ends in an APIError
            await areassign(http, sent)
            return connection_error(request, error, client.base_url, client.timeout, secret)
        except BaseException as error:
            await areassign(http, sent)
            without_frames(error)
            raise
    return _answered(client, request, body, operation, secret)


def _received(client: Client, http: httpx.Client, request: httpx.Request, started: float) -> Body:
    redirects = Redirects(request, client.follow_redirects)
    response = http.send(request, stream=True, follow_redirects=False)
    try:
        refuse_unasked(response)
        while (following := redirects.following(response)) is not None:
            response.close()
            response = http.send(following, stream=True, follow_redirects=False, **redirects.options)
            refuse_unasked(response)
        body = Body(response, started, attempt_seconds(client.timeout), client.max_response_bytes)
        for chunk in parts(response):
            if not body.add(chunk):
                break
    finally:
        response.close()
    return body


async def _areceived(client: Client, http: httpx.AsyncClient, request: httpx.Request, started: float) -> Body:
    redirects = Redirects(request, client.follow_redirects)
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        refuse_unasked(response)
        while (following := redirects.following(response)) is not None:
            await response.aclose()
            response = await http.send(following, stream=True, follow_redirects=False, **redirects.options)
            refuse_unasked(response)
        body = Body(response, started, attempt_seconds(client.timeout), client.max_response_bytes)
        async for chunk in aparts(response):
            if not body.add(chunk):
                break
    finally:
        await response.aclose()
    return body


def _answered(
    client: Client, request: Request, body: Body, operation: Operation[T, E], secret: Secret
) -> Response[T, E]:
    """Return the response that came, with what it means."""
    response, content, elapsed = body.response, body.content, body.elapsed
    status_code, headers, broken = response.status_code, response.headers, body.broken
    client._hide_credentials(response.request)
    is_success = 200 <= status_code < 300
    if is_success and not broken:
        try:
            parsed = operation.success(status_code, in_utf8(content, headers.get("content-type", "")))
            broken = _difference(parsed)
        except ValueError as reason:
            broken = str(reason)
        else:
            if not broken:
                return Response(status_code, headers, content, parsed, None, elapsed, sent=response.request)
    # Some servers repeat the key that they refuse.
    headers, content = hidden_in_headers(secret, headers), hidden(secret, content)
    request_shown = _without_credentials(client, response.request, request.extra_query, secret)
    shown = closed_response(status_code, headers, content, request_shown)
    if is_success:
        error: APIError = validation_error(request, shown, broken, body.is_text)
        return Response(status_code, headers, content, None, error, elapsed, sent=response.request)
    failure: E | None = None
    with suppress(ValueError):
        failure = operation.failure(status_code, content)
    error = status_error(request, without_user(client.base_url), shown, "" if body.is_text else broken)
    return Response(status_code, headers, content, failure, error, elapsed, sent=response.request)


def _without_credentials(
    client: Client, request: httpx.Request, extra_query: frozenset[str], secret: Secret
) -> httpx.Request:
    """Return a request that errors may show: without headers, and without the client's query and that of the call."""
    names = {*client._secret_parameters, *extra_query}
    params = [pair for pair in request.url.params.multi_items() if pair[0].partition("[")[0] not in names]
    url = request.url.copy_with(userinfo=b"", params=params)
    return httpx.Request(request.method, hidden(secret, str(url).encode()).decode())


def _difference(parsed: object) -> str:
    """Return in what way a body is not what is declared; one that only lacks a part of it is accepted."""
    if not isinstance(parsed, Model):
        return ""
    missing, all_of_it = missing_names(parsed)
    if missing and (all_of_it or parsed.additional_properties.get("error")):
        return f"it lacks {', '.join(missing)}"
    return ""


def _is_sent_again(client: Client, outcome: Response[T, E] | APIConnectionError) -> bool:
    failure = outcome if isinstance(outcome, APIError) else outcome.error
    return failure is not None and client.max_retries > 0 and is_sent_again(failure, client._shares_pauses)


def _concluded(
    request: Request, started: float, outcome: Response[T, E] | APIConnectionError, retries: Retries
) -> Response[T, E]:
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
