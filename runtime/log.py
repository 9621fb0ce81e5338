"""The package's logger: a line for each request at `info`, the headers too at `debug`, and never a secret."""

from __future__ import annotations

import logging
import os

import httpx

from . import clock
from .document import LOG_VARIABLE, NAME
from .redirects import OPEN_HEADERS
from .request import Request

logger = logging.getLogger(NAME)
logger.addHandler(logging.NullHandler())
if LOG_VARIABLE and os.environ.get(LOG_VARIABLE, "").lower() in ("info", "debug"):
    logger.setLevel(os.environ[LOG_VARIABLE].upper())
    logger.addHandler(logging.StreamHandler())


def log_headers(request: Request, headers: httpx.Headers) -> None:
    """Log what an attempt sends, with a star for each value that may be secret."""
    if logger.isEnabledFor(logging.DEBUG):
        shown = [(name, value if name in OPEN_HEADERS else "***") for name, value in headers.items()]
        logger.debug("%s headers %s", request.route, shown)


def log_outcome(request: Request, started: float, outcome: object, request_id: str | None, retries: int) -> None:
    """Log how a call ended.

    Args:
        started: When it began, by the clock.
        outcome: The status, or the name of the error.
    """
    if logger.isEnabledFor(logging.INFO):
        milliseconds = (clock.monotonic() - started) * 1000
        text = "%s %s in %.0f ms, request %s, retries %d"
        logger.info(text, request.route, outcome, milliseconds, request_id, retries)
