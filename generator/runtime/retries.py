"""Decide which failures are transient, so that their requests are sent again."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from .document import NEVER_RETRIED
from .errors import APIConnectionError, APIError, APIStatusError, RateLimitError

# Errors that another attempt would end in again.
_LASTING = (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
LONGEST_RETRY_AFTER = 120.0  # seconds; if a server asks for a longer wait, the call fails at once


class Retries(NamedTuple):
    """The retries of a call.

    Attributes:
        taken: How many times the request was sent again.
        may_have_succeeded: Whether the server may have carried out an attempt before the last.
    """

    taken: int = 0
    may_have_succeeded: bool = False


def asks_to_pause(error: Exception) -> bool:
    """Return whether an error is a 429 in which the server says when to try again."""
    return isinstance(error, RateLimitError) and is_transient(error) and error.retry_after is not None


def should_retry(error: APIError, shares_pauses: bool) -> bool:
    """Return whether the call itself retries after an error; with `shares_pauses`, its caller does after a pause."""
    return is_transient(error) and not (shares_pauses and asks_to_pause(error))


def is_transient(error: APIError) -> bool:
    """Return whether a request that failed with this error may succeed if it is sent again."""
    if not isinstance(error, APIStatusError):
        cause = error.__cause__
        return (
            isinstance(error, APIConnectionError)
            and isinstance(cause, httpx.RequestError | OSError)
            and not isinstance(cause, _LASTING)
        )
    if error.code in NEVER_RETRIED or error.type in NEVER_RETRIED:
        return False
    if (error.retry_after or 0) > LONGEST_RETRY_AFTER:
        return False
    told: str | None = error.headers.get("x-should-retry")
    if told in ("true", "false"):
        return told == "true"
    return error.status_code in (408, 409, 429) or error.status_code >= 500


def may_have_succeeded(error: APIError) -> bool:
    """Return whether the server may have carried out a request despite this error."""
    return isinstance(error, APIConnectionError) or (isinstance(error, APIStatusError) and error.status_code >= 500)
