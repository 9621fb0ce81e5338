"""Limit the duration of a whole attempt; httpx limits only each read, so that a slow body could take any time.

An asynchronous attempt is cancelled. In a synchronous attempt, each connect, read and write gets at most the time left.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress

import httpx

from . import clock
from .fork_lock import fork_lock

# The longest timeout of a socket, in seconds: 24 days.
_LONGEST = 2**31 // 1000

# The extension that marks a request whose whole attempt is limited.
LIMITED = "deadlines.limited"

_of_thread = threading.local()


def checked_timeout(timeout: object) -> None:
    """Check a timeout.

    Raises:
        TypeError: The timeout is not a number, an `httpx.Timeout` or None.
        ValueError: The timeout is not above 0, or too long.
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
    """Return the seconds that a whole attempt may take; in an `httpx.Timeout`, `read` is that limit."""
    return timeout.read if isinstance(timeout, httpx.Timeout) else timeout


def attempt_timeout(timeout: float | httpx.Timeout | None) -> dict[str, float | None]:
    """Return httpx's `timeout` extension for a request, in which no part is longer than the whole attempt."""
    parts, seconds = httpx.Timeout(timeout).as_dict(), attempt_seconds(timeout)
    return parts if seconds is None else {name: min(limit or seconds, seconds) for name, limit in parts.items()}


def limited(started: float, seconds: float | None, *, is_async: bool) -> AbstractAsyncContextManager[object]:
    """Limit the time that an attempt spends in the block: a task's, or a thread's on the connections of `transport`.

    Args:
        started: When the attempt began, by `clock.monotonic`.
        seconds: How long the attempt may take; None for no limit.
        is_async: Whether a task makes the attempt.

    Raises:
        TimeoutError: The time is over, in a task.
        httpx.TimeoutException: The time is over, in a thread.
    """
    end = None if seconds is None else started + seconds
    if not is_async:
        return _in_thread(end)
    return nullcontext() if end is None else _in_task(end - clock.monotonic())


@asynccontextmanager
async def _in_thread(end: float | None) -> AsyncIterator[None]:
    outer = getattr(_of_thread, "end", None)
    _of_thread.end = end
    try:
        yield
    finally:
        _of_thread.end = outer


def _in_task(left: float) -> AbstractAsyncContextManager[object]:
    with fork_lock:
        import asyncio  # noqa: PLC0415 - only asynchronous calls need it

    with suppress(RuntimeError):  # no loop of asyncio is running
        if asyncio.current_task():
            return asyncio.timeout(left)  # anyio's takes a tenth of the processor time of a call
    return _in_trio(left)


@asynccontextmanager
async def _in_trio(left: float) -> AsyncIterator[None]:
    with fork_lock:
        import anyio  # noqa: PLC0415 - slow to import

    with anyio.fail_after(left):
        yield


def time_left(seconds: float | None, error: type[httpx.TimeoutException]) -> float | None:
    """Return a timeout, shortened to the time left for this thread's attempt; raise `error` if none is left."""
    end = getattr(_of_thread, "end", None)
    if end is None:
        return seconds
    left: float = end - clock.monotonic()
    if left <= 0:
        raise error("")
    return left if seconds is None else min(seconds, left)
