# Generated from runtime/deadlines.py by `make generate`; do not edit.
"""How long an attempt may take as a whole: httpx bounds each read by itself, so that what drips in never ends.

An asynchronous attempt is cancelled. A synchronous one has its time cut where httpx's connections wait: each connect,
read and write gets no more than what is left of it.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from . import clock
from .forks import no_fork

# Bytes that are written at a time: httpx's time-out counts for each part of a write that the network takes.
_PIECE = 16 * 1024

# The longest time that a socket can be told, in seconds: 24 days.
_LONGEST = 2**31 // 1000

_of_thread = threading.local()


def checked_timeout(timeout: object) -> None:
    """Refuse a time-out that cannot be counted.

    Raises:
        TypeError: it is no number, no `httpx.Timeout` and not None.
        ValueError: it is not above 0, or too long.
    """
    if isinstance(timeout, httpx.Timeout):
        for each in timeout.as_dict().values():
            checked_timeout(each)
    elif timeout is not None and (not isinstance(timeout, int | float) or isinstance(timeout, bool)):
        raise TypeError(
            f"timeout must be a number of seconds, an httpx.Timeout or None, not {type(timeout).__name__} {timeout!r}."
        )
    elif timeout is not None and not 0 < timeout <= _LONGEST:
        raise ValueError(
            f"timeout must be above 0 and at most {_LONGEST:,} seconds, not {timeout!r}; None waits for ever."
        )


def attempt_seconds(timeout: float | httpx.Timeout | None) -> float | None:
    """Return the seconds that an attempt may take as a whole: of an `httpx.Timeout`, those of `read`."""
    return timeout.read if isinstance(timeout, httpx.Timeout) else timeout


def attempt_timeout(timeout: float | httpx.Timeout | None) -> httpx.Timeout:
    """Return what httpx is told: no part of an attempt may take longer than the attempt."""
    parts, seconds = httpx.Timeout(timeout).as_dict(), attempt_seconds(timeout)
    if seconds is None:
        return httpx.Timeout(**parts)
    return httpx.Timeout(**{name: min(each or seconds, seconds) for name, each in parts.items()})


@contextmanager
def within(started: float, seconds: float | None) -> Iterator[None]:
    """Bound what this thread does on the connections of a client that was prepared by `bound`.

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


@contextmanager
def awithin(started: float, seconds: float | None) -> Iterator[None]:
    """Bound what this task does, on whichever client.

    Raises:
        httpx.TimeoutException: the time is over.
    """
    with no_fork:
        import anyio  # noqa: PLC0415 - only asynchronous calls need it, and it takes long to import

    with anyio.move_on_after(None if seconds is None else started + seconds - clock.monotonic()) as scope:
        yield
    if scope.cancelled_caught:
        raise httpx.ReadTimeout("")


def bound(http: httpx.Client) -> None:
    """Let the time of attempts count on the connections of an httpx client, those that it has included.

    A client of the user's own behaves as before in what it sends for others. Only httpx's own transports have
    connections to be found.
    """
    for pool in pools(http):
        if isinstance(pool._network_backend, _Backend):
            continue
        pool._network_backend = _Backend(pool._network_backend)
        for each in pool.connections:
            connection: Any = getattr(each, "_connection", None)
            if hasattr(connection, "_network_stream"):
                connection._network_stream = _Stream(connection._network_stream)


def pools(http: httpx.Client | httpx.AsyncClient) -> list[Any]:
    """Return httpcore's pools of an httpx client: those of the transports that are httpx's own."""
    found = [getattr(each, "_pool", None) for each in (http._transport, *http._mounts.values())]
    return [pool for pool in found if hasattr(pool, "_network_backend")]


def _left(seconds: float | None, error: type[httpx.TimeoutException]) -> float | None:
    """Return how long an operation may take that was given some seconds."""
    end = getattr(_of_thread, "end", None)
    if end is None:
        return seconds
    left: float = end - clock.monotonic()
    if left <= 0:
        raise error("")
    return left if seconds is None else min(seconds, left)


class _Backend:
    """Connects as another network backend of httpcore's does, within the time of the attempt."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> _Stream:
        addresses = _addresses(host, port)
        started = clock.monotonic()
        for number, address in enumerate(addresses, 1):
            # The addresses of a host share the time: Python would give it to each.
            left = timeout if timeout is None else started + timeout - clock.monotonic()
            if left is not None and left <= 0:
                break
            try:
                made = self._backend.connect_tcp(address, port, timeout=_left(left, httpx.ConnectTimeout), **options)
            except Exception:
                if number == len(addresses):
                    raise
            else:
                return _Stream(made)
        raise httpx.ConnectTimeout("")

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> _Stream:
        return _Stream(self._backend.connect_unix_socket(path, timeout=_left(timeout, httpx.ConnectTimeout), **options))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(_left(seconds, httpx.ConnectTimeout))


class _Stream:
    """Reads and writes as another network stream of httpcore's does, within the time of the attempt."""

    __slots__ = ("_process", "_stream")

    def __init__(self, stream: Any) -> None:
        self._stream, self._process = stream, os.getpid()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, _left(timeout, httpx.ReadTimeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], _left(timeout, httpx.WriteTimeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        left = _left(timeout, httpx.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def close(self) -> None:
        # Closing does not wake a thread that reads. What a forked process closes stays open in its parent.
        if self._process == os.getpid():
            with suppress(OSError):
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host; an address that only counts on one link stays part of its name."""
    try:
        found = [address for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise httpx.ConnectError(str(error)) from error
    return [host] if any(address[3:4] > (0,) for address in found) else [str(address[0]) for address in found]
