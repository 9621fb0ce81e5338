# Generated from generator/runtime/streams.py by `make generate`; do not edit.
"""What httpcore reads from and writes to: within the time of an attempt, and only answers to what was sent."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address
from typing import Any, cast

import httpcore
import httpx

from . import clock
from .deadlines import left_of

# Bytes that are written at a time: httpx's timeout counts for each part of a write that the network takes.
_PIECE = 16 * 1024

# Bytes that are parsed at a time where several responses come in one read: in between, the clock is not read.
_HEADS = 4096


def refuse_unasked(response: httpcore.Response) -> None:
    """Refuse a response that was there before its request was sent: it answers another, or nothing.

    httpcore parses what a server sent beyond a response as the next one.

    Raises:
        httpx.RemoteProtocolError: nothing was read since the request was written.
    """
    stream = response.extensions.get("network_stream")
    if isinstance(stream, Stream | AsyncStream) and not stream.was_read:
        raise httpx.RemoteProtocolError("the server answered before it was asked")


class Backend(httpcore.SyncBackend):
    """httpcore's network backend, within the time of the attempt."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> Stream:
        """Connect to the first address of a host that answers."""
        started = clock.monotonic()
        addresses = _addresses(host, port, left_of(timeout, httpx.ConnectTimeout))
        for number, address in enumerate(addresses, 1):
            # The addresses of a host share the time: Python would give it to each.
            left = timeout if timeout is None else started + timeout - clock.monotonic()
            if left is not None and left <= 0:
                break
            left = left_of(left, httpx.ConnectTimeout)
            try:
                made = super().connect_tcp(address, port, left, local_address, socket_options)
            except Exception:
                if number == len(addresses):
                    raise
            else:
                return Stream(made)
        raise httpx.ConnectTimeout("")

    def sleep(self, seconds: float) -> None:
        """Wait, before connecting again."""
        super().sleep(left_of(seconds, httpx.ConnectTimeout) or 0)


class _Wrapping:
    """What wraps a network stream of httpcore.

    Attributes:
        was_read: Whether anything was read since something was written.
    """

    def __init__(self, stream: Any) -> None:
        self._stream, self._rest, self._process, self.was_read = stream, b"", os.getpid(), True

    def get_extra_info(self, info: str) -> Any:
        """Return what the stream knows of itself."""
        return (bool(self._rest) and info == "is_readable") or self._stream.get_extra_info(info)


class Stream(_Wrapping, httpcore.NetworkStream):
    """A network stream for httpcore that wraps another one and keeps within the time of the attempt."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came in."""
        left, self.was_read = left_of(timeout, httpx.ReadTimeout), True
        data, self._rest = _heads(self._rest or self._stream.read(max_bytes, left))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self.was_read = False
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], left_of(timeout, httpx.WriteTimeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Stream:
        """Return a stream that is encrypted from now on."""
        left = left_of(timeout, httpx.ConnectTimeout)
        return Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def close(self) -> None:
        """Close the connection, and wake a thread that reads from it."""
        # Closing wakes none. What a forked process closes stays open in its parent. An `SSLSocket` that is shut down
        # as itself would go on in the clear. What is no socket, as in some mocks, is closed alone.
        if self._process == os.getpid():
            with suppress(OSError, TypeError, AttributeError):
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)
        self._stream.close()


class AsyncBackend(httpcore.AnyIOBackend):
    """httpcore's asynchronous network backend, whose streams let other tasks run."""

    async def connect_tcp(self, *arguments: Any, **options: Any) -> AsyncStream:
        """Connect to a host."""
        return AsyncStream(await cast(Any, super()).connect_tcp(*arguments, **options))


class AsyncStream(_Wrapping, httpcore.AsyncNetworkStream):
    """An asynchronous network stream for httpcore that wraps another one; a task can be cancelled between responses."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came in."""
        self.was_read = True
        if self._rest:
            from anyio.lowlevel import checkpoint  # noqa: PLC0415 - who reads has imported it

            await checkpoint()
        data, self._rest = _heads(self._rest or await self._stream.read(max_bytes, timeout))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self.was_read = False
        await self._stream.write(buffer, timeout)

    async def start_tls(self, *arguments: Any, **options: Any) -> AsyncStream:
        """Return a stream that is encrypted from now on."""
        return AsyncStream(await self._stream.start_tls(*arguments, **options))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()


def _heads(data: bytes) -> tuple[bytes, bytes]:
    """Split bytes into what may be parsed now and what follows: httpcore parses all 1xx responses at once."""
    return (data[:_HEADS], data[_HEADS:]) if len(data) > _HEADS and b"\nHTTP/" in data else (data, b"")


def _addresses(host: str, port: int, seconds: float | None) -> list[str]:
    """Return the addresses of a host; an address that only counts on one link stays part of its name.

    Raises:
        httpx.ConnectError: it has none.
        httpx.ConnectTimeout: they were not found in time.
    """
    with suppress(ValueError):
        ip_address(host)
        return [host]
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - it is raised in the thread that waits
            found.append(error)

    # The system's function cannot be interrupted. Where there can be no thread, it takes as long as it takes.
    thread = threading.Thread(target=look_up, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        look_up()
    else:
        thread.join(seconds)
    if not found:
        raise httpx.ConnectTimeout("")
    if isinstance(found[0], Exception):
        raise httpx.ConnectError(str(found[0])) from found[0]
    addresses = [address for *_, address in found[0]]
    return [host] if any(address[3:4] > (0,) for address in addresses) else [str(address[0]) for address in addresses]
