# Generated from runtime/retries.py by `make generate`; do not edit.
"""Which failures are transient, and how long to wait before the request is sent again."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from email.utils import mktime_tz, parsedate_tz

import httpx

from .document import NEVER_RETRIED
from .errors import APIConnectionError, APIError, APIStatusError

LONGEST_RETRY_AFTER = 120.0  # seconds; a server that asks for more is not waited for


def is_transient(error: APIError) -> bool:
    """Whether a request that failed so is worth sending again."""
    if not isinstance(error, APIStatusError):
        return isinstance(error, APIConnectionError) and not isinstance(error.__cause__, httpx.TooManyRedirects)
    if error.code in NEVER_RETRIED or error.type in NEVER_RETRIED:
        return False
    if (retry_after(error.headers) or 0) > LONGEST_RETRY_AFTER:
        return False
    told: str | None = error.headers.get("x-should-retry")
    if told in ("true", "false"):
        return told == "true"
    return error.status_code in (408, 409, 429) or error.status_code >= 500


def retry_after(headers: httpx.Headers) -> float | None:
    """Return the seconds that a server asks to wait: `retry-after-ms`, or `Retry-After` as seconds or a date."""
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
