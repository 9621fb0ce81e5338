"""How long an attempt may take as a whole: httpx bounds each read by itself, so that what drips in never ends.

An asynchronous attempt is cancelled. A synchronous one has its time cut where httpx's connections wait: each connect,
read and write gets no more than what is left of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import httpx

from . import clock
from .fork_lock import fork_lock

# The longest time that a socket can be told, in seconds: 24 days.
_LONGEST = 2**31 // 1000

_of_thread = threading.local()


def checked_timeout(timeout: object) -> None:
    """Refuse a timeout that cannot be counted.

    Raises:
        TypeError: it is no number, no `httpx.Timeout` and not None.
        ValueError: it is not above 0, or too long.
    """
    if isinstance(timeout, httpx.Timeout):
        for part in timeout.as_dict().values():
            checked_timeout(part)
    elif timeout is not None and (not isinstance(timeout, int | float) or isinstance(timeout, bool)):
        raise TypeError(
            f"timeout must be a number of seconds, an httpx.Timeout or None, not {type(timeout).__name__} {timeout!r}."
        )
    elif timeout is not None and not 0 < timeout <= _LONGEST:
        raise ValueError(
            f"timeout must be above 0 and at most {_LONGEST:,} seconds, not {timeout!r}; None is no limit."
        )


def attempt_seconds(timeout: float | httpx.Timeout | None) -> float | None:
    """Return the seconds that an attempt may take as a whole: of an `httpx.Timeout`, those of `read`."""
    return timeout.read if isinstance(timeout, httpx.Timeout) else timeout


def attempt_timeout(timeout: float | httpx.Timeout | None) -> dict[str, float | None]:
    """Return what httpx is told, as an extension of the request: no part may take longer than the attempt."""
    parts, seconds = httpx.Timeout(timeout).as_dict(), attempt_seconds(timeout)
    return parts if seconds is None else {name: min(limit or seconds, seconds) for name, limit in parts.items()}


@contextmanager
def within(started: float, seconds: float | None) -> Iterator[None]:
    """Bound what this thread does on the connections of `transport`.

    Args:
        started: When the attempt began, by the clock.
        seconds: How long it may take; None for as long as it likes.

    Raises:
        httpx.TimeoutException: the time is over.
    """
    outer = getattr(_of_thread, "end", None)
    _of_thread.end = None if seconds is None else started + seconds
    try:
        yield
    finally:
        _of_thread.end = outer


def awithin(started: float, seconds: float | None) -> AbstractContextManager[None]:
    """Bound what this task does, on whichever client; the arguments are those of `within`.

    Raises:
        httpx.TimeoutException: the time is over.
    """
    return nullcontext() if seconds is None else _in_scope(started + seconds - clock.monotonic())


@contextmanager
def _in_scope(left: float) -> Iterator[None]:
    with fork_lock:
        import anyio  # noqa: PLC0415 - it takes long to import

    with anyio.move_on_after(left) as scope:
        yield
    if scope.cancelled_caught:
        raise httpx.ReadTimeout("")


def left_of(seconds: float | None, error: type[httpx.TimeoutException]) -> float | None:
    """Return how long an operation may take that was given some seconds."""
    end = getattr(_of_thread, "end", None)
    if end is None:
        return seconds
    left: float = end - clock.monotonic()
    if left <= 0:
        raise error("")
    return left if seconds is None else min(seconds, left)
