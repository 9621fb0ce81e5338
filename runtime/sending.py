"""The one path that every request takes: built, sent, read, and sent again where the failure is transient.

The asynchronous functions are the twins of the others: they differ by `await` alone.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import httpx

from . import clock
from .body import Body
from .building import built
from .deadlines import attempt_seconds, awithin, within
from .decoding import in_utf8
from .errors import APIConnectionError, APIError, closed_response
from .failures import connection_error, explain_deleted, status_error, validation_error
from .log import log_outcome
from .model import Model, missing_names
from .pool import areassign, reassign
from .redirects import Redirects
from .request import Request
from .response import Answers, Response
from .retries import Retries, is_sent_again
from .secrets import Secret, hidden, hidden_in_headers, without_frames, without_user

if TYPE_CHECKING:
    from .client import Client

T = TypeVar("T")
E = TypeVar("E")


def send(client: Client, request: Request, answers: Answers[T, E]) -> Response[T, E]:
    """Send a request, again where the failure is transient.

    Raises:
        APIConnectionError: no whole response came; `APITimeoutError` if none came in time.
        ValueError: the request cannot be sent.
    """
    started, retries = clock.monotonic(), Retries()
    outcome = _attempt(client, request, answers)
    if _is_sent_again(client, outcome):
        from .retrying import send_again  # noqa: PLC0415 - tenacity takes long to import

        outcome, retries = send_again(
            outcome, lambda: _attempt(client, request, answers), client.max_retries, client._shares_pauses
        )
    return _concluded(request, started, outcome, retries)


async def asend(client: Client, request: Request, answers: Answers[T, E]) -> Response[T, E]:
    """Send a request as `send` does; cancelling it cancels the wait for a retry too."""
    started, retries = clock.monotonic(), Retries()
    outcome = await _aattempt(client, request, answers)
    if _is_sent_again(client, outcome):
        from .retrying import asend_again  # noqa: PLC0415 - tenacity takes long to import

        outcome, retries = await asend_again(
            outcome, lambda: _aattempt(client, request, answers), client.max_retries, client._shares_pauses
        )
    return _concluded(request, started, outcome, retries)


def _attempt(client: Client, request: Request, answers: Answers[T, E]) -> Response[T, E] | APIConnectionError:
    secret = client._secret()
    with client._pool.using() as http:
        # Not before: the first of a process loads its certificates.
        started, sent = clock.monotonic(), built(client, http, request, secret)
        try:
            with within(started, attempt_seconds(client.timeout)):
                body = _received(client, http, sent, started)
        except Exception as error:  # noqa: BLE001 - whatever a server does ends in an APIError
            reassign(http)
            return connection_error(request, error, client.base_url, client.timeout, secret)
        except BaseException as error:
            reassign(http)
            without_frames(error)
            raise
    return _answered(client, request, body, answers, secret)


async def _aattempt(client: Client, request: Request, answers: Answers[T, E]) -> Response[T, E] | APIConnectionError:
    secret = await client._asecret()
    async with client._pool.using_async() as http:
        # Not before: the first of a process loads its certificates.
        started, sent = clock.monotonic(), built(client, http, request, secret)
        try:
            with awithin(started, attempt_seconds(client.timeout)):
                body = await _areceived(client, http, sent, started)
        except Exception as error:  # noqa: BLE001 - whatever a server does ends in an APIError
            await areassign(http)
            return connection_error(request, error, client.base_url, client.timeout, secret)
        except BaseException as error:
            await areassign(http)
            without_frames(error)
            raise
    return _answered(client, request, body, answers, secret)


def _received(client: Client, http: httpx.Client, request: httpx.Request, started: float) -> Body:
    redirects = Redirects(request, client.follow_redirects)
    response = http.send(request, stream=True, follow_redirects=False)
    try:
        while (following := redirects.following(response)) is not None:
            response.close()
            response = http.send(following, stream=True, follow_redirects=False, **redirects.options)
        body = Body(response, started, attempt_seconds(client.timeout), client.max_response_bytes)
        for chunk in response.iter_bytes() if response.is_stream_consumed else response.iter_raw():
            if not body.add(chunk):
                break
    finally:
        response.close()
    return body


async def _areceived(client: Client, http: httpx.AsyncClient, request: httpx.Request, started: float) -> Body:
    redirects = Redirects(request, client.follow_redirects)
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        while (following := redirects.following(response)) is not None:
            await response.aclose()
            response = await http.send(following, stream=True, follow_redirects=False, **redirects.options)
        body = Body(response, started, attempt_seconds(client.timeout), client.max_response_bytes)
        async for chunk in response.aiter_bytes() if response.is_stream_consumed else response.aiter_raw():
            if not body.add(chunk):
                break
    finally:
        await response.aclose()
    return body


def _answered(client: Client, request: Request, body: Body, answers: Answers[T, E], secret: Secret) -> Response[T, E]:
    """Return the response that came, with what it means."""
    response, content, elapsed = body.response, body.content, body.elapsed
    status_code, headers, broken = response.status_code, response.headers, body.broken
    is_success = 200 <= status_code < 300
    if is_success and not broken:
        try:
            parsed = answers.success(status_code, in_utf8(content, headers.get("content-type", "")))
            broken = _difference(parsed)
        except ValueError as reason:
            broken = str(reason)
        else:
            if not broken:
                return Response(status_code, headers, content, parsed, None, elapsed, sent=response.request)
    # Some servers repeat the key that they refuse.
    headers, content = hidden_in_headers(secret, headers), hidden(secret, content)
    shown = closed_response(status_code, headers, content, _without_credentials(client, response.request, secret))
    if is_success:
        error: APIError = validation_error(request, shown, broken, body.is_text)
        return Response(status_code, headers, content, None, error, elapsed, sent=response.request)
    failure: E | None = None
    with suppress(ValueError):
        failure = answers.failure(status_code, content)
    error = status_error(request, without_user(client.base_url), shown, "" if body.is_text else broken)
    return Response(status_code, headers, content, failure, error, elapsed, sent=response.request)


def _without_credentials(client: Client, request: httpx.Request, secret: Secret) -> httpx.Request:
    """Return a request that errors may show: without headers, and without the client's query, which may hold a key."""
    url = request.url.copy_with(userinfo=b"")
    for name in client._secret_parameters:
        url = url.copy_remove_param(name)
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
