# Generated from generator/runtime/retries.py by `make generate`; do not edit.
"""Decide which failures are transient, so that their requests are sent again."""

from __future__ import annotations

from typing import NamedTuple

from .errors import APIConnectionError, APIError, APIStatusError, RateLimitError


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
    return isinstance(error, RateLimitError) and error.is_transient and error.retry_after is not None


def should_retry(error: APIError, shares_pauses: bool) -> bool:
    """Return whether the call itself retries after an error; with `shares_pauses`, its caller does after a pause."""
    return error.is_transient and not (shares_pauses and asks_to_pause(error))


def may_have_succeeded(error: APIError) -> bool:
    """Return whether the server may have carried out a request despite this error."""
    return isinstance(error, APIConnectionError) or (isinstance(error, APIStatusError) and error.status_code >= 500)
