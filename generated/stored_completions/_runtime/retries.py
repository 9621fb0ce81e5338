# Generated from generator/runtime/retries.py by `make generate`; do not edit.
"""Which failures are transient, and how long to wait before the request is sent again."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from .document import NEVER_RETRIED
from .errors import APIConnectionError, APIError, APIStatusError, RateLimitError

# Errors that another attempt would meet again.
_LASTING = (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.LocalProtocolError)
LONGEST_RETRY_AFTER = 120.0  # seconds; a server that asks for more is not waited for


class Retries(NamedTuple):
    """What happened after the first attempt.

    Attributes:
        taken: How many times the request was sent again.
        may_be_done: Whether an attempt before the last may have been carried out, though it failed.
    """

    taken: int = 0
    may_be_done: bool = False


def asks_to_pause(error: Exception) -> bool:
    """Return whether a server says that there are too many requests, and when to come back."""
    return isinstance(error, RateLimitError) and is_transient(error) and error.retry_after is not None


def is_sent_again(error: APIError, shares_pauses: bool) -> bool:
    """Whether the call that failed so sends its request again, if it may; a pause for many calls is not its own."""
    return is_transient(error) and not (shares_pauses and asks_to_pause(error))


def is_transient(error: APIError) -> bool:
    """Return whether a request that failed with this error is worth sending again."""
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


def may_be_done(error: APIError) -> bool:
    """Return whether the server may have carried out a request that failed with this error."""
    return isinstance(error, APIConnectionError) or (isinstance(error, APIStatusError) and error.status_code >= 500)
