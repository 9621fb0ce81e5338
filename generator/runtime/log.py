"""The package's logger: it logs each call at `info`, headers at `debug`, and never a secret."""

from __future__ import annotations

import logging
import os
from typing import Any

import httpx

from . import clock
from .document import LOG_VARIABLE, NAME
from .errors import APIError
from .redirects import OPEN_HEADERS
from .request import Request
from .response import Response

logger = logging.getLogger(NAME)
logger.addHandler(logging.NullHandler())
if LOG_VARIABLE and os.environ.get(LOG_VARIABLE, "").lower() in ("info", "debug"):
    logger.setLevel(os.environ[LOG_VARIABLE].upper())
    logger.addHandler(logging.StreamHandler())


def log_headers(request: Request, headers: httpx.Headers) -> None:
    """Log the headers of an attempt, with stars in place of values that may be secret."""
    if logger.isEnabledFor(logging.DEBUG):
        shown = [(name, value if name in OPEN_HEADERS else "***") for name, value in headers.items()]
        logger.debug("%s headers %s", request.route, shown)


def log_outcome(request: Request, started: float, outcome: Response[Any, Any] | APIError, retries: int) -> None:
    """Log the outcome of a call: its status or error, and its duration.

    Args:
        started: When the call began, by `clock.monotonic`.
    """
    if logger.isEnabledFor(logging.INFO):
        milliseconds = (clock.monotonic() - started) * 1000
        if isinstance(outcome, APIError):
            how, request_id = type(outcome).__name__, None
        else:
            how, request_id = str(outcome.status_code), outcome.request_id
        text = "%s %s in %.0f ms, request %s, retries %d"
        logger.info(text, request.route, how, milliseconds, request_id, retries)
