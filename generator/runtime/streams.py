"""What httpcore reads from and writes to: within the time of an attempt, and only answers to what was sent."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

import httpx

from . import clock
from .deadlines import left_of

# Bytes that are written at a time: httpx's timeout counts for each part of a write that the network takes.
_PIECE = 16 * 1024

# Bytes that are parsed at a time where several responses come in one read: in between, nobody looks at the clock.
_HEADS = 4096


def bound(http: httpx.Client | httpx.AsyncClient) -> None:
    """Let the time of attempts count on the connections of an httpx client, those that it has included.

    A client of the user's own behaves as before in what it sends for others. Only httpx's own transports have
    connections to be found.
    """
    backend, stream = (AsyncBackend, _AsyncStream) if hasattr(http, "aclose") else (_Backend, _Stream)
    for pool in pools(http):
        if isinstance(pool._network_backend, backend):
            continue
        pool._network_backend = backend(pool._network_backend)
        for each in pool.connections:
            connection: Any = getattr(each, "_connection", None)
            if hasattr(connection, "_network_stream"):
                connection._network_stream = stream(connection._network_stream)


def pools(http: httpx.Client | httpx.AsyncClient) -> list[Any]:
    """Return httpcore's pools of an httpx client: those of the transports that are httpx's own."""
    found = [getattr(each, "_pool", None) for each in (http._transport, *http._mounts.values())]
    return [pool for pool in found if hasattr(pool, "_network_backend")]


def refuse_unasked(response: httpx.Response) -> None:
    """Refuse a response that was there before its request was sent: it answers another, or nothing.

    httpcore parses what a server sent beyond a response as the next one.

    Raises:
        httpx.RemoteProtocolError: nothing was read since the request was written.
    """
    stream = response.extensions.get("network_stream")
    if isinstance(stream, (_Stream, _AsyncStream)) and not stream.was_read and response.http_version != "HTTP/2":
        raise httpx.RemoteProtocolError("the server answered before it was asked", request=response.request)


class _Backend:
    """Connects as another network backend of httpcore's does, within the time of the attempt."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> _Stream:
        started = clock.monotonic()
        addresses = _addresses(host, port, left_of(timeout, httpx.ConnectTimeout))
        for number, address in enumerate(addresses, 1):
            # The addresses of a host share the time: Python would give it to each.
            left = timeout if timeout is None else started + timeout - clock.monotonic()
            if left is not None and left <= 0:
                break
            try:
                made = self._backend.connect_tcp(address, port, timeout=left_of(left, httpx.ConnectTimeout), **options)
            except Exception:
                if number == len(addresses):
                    raise
            else:
                return _Stream(made)
        raise httpx.ConnectTimeout("")

    def connect_unix_socket(self, path: str, timeout: float | None = None, **options: Any) -> _Stream:
        return _Stream(
            self._backend.connect_unix_socket(path, timeout=left_of(timeout, httpx.ConnectTimeout), **options)
        )

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(left_of(seconds, httpx.ConnectTimeout))


class _Stream:
    """Reads and writes as another network stream of httpcore's does, within the time of the attempt.

    Attributes:
        was_read: Whether anything was read since something was written.
    """

    __slots__ = ("_process", "_rest", "_stream", "was_read")

    def __init__(self, stream: Any) -> None:
        self._stream, self._rest, self._process, self.was_read = stream, b"", os.getpid(), True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left, self.was_read = left_of(timeout, httpx.ReadTimeout), True
        data, self._rest = _heads(self._rest or self._stream.read(max_bytes, left))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.was_read = False
        for start in range(0, len(buffer), _PIECE):
            self._stream.write(buffer[start : start + _PIECE], left_of(timeout, httpx.WriteTimeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> _Stream:
        left = left_of(timeout, httpx.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def close(self) -> None:
        # Closing does not wake a thread that reads. What a forked process closes stays open in its parent.
        if self._process == os.getpid():
            with suppress(OSError):
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return (bool(self._rest) and info == "is_readable") or self._stream.get_extra_info(info)


class AsyncBackend:
    """Connects as another asynchronous network backend of httpcore's does, with streams that tasks take turns at."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    async def connect_tcp(self, *arguments: Any, **options: Any) -> _AsyncStream:
        """Connect to a host."""
        return _AsyncStream(await self._backend.connect_tcp(*arguments, **options))

    async def connect_unix_socket(self, *arguments: Any, **options: Any) -> _AsyncStream:
        """Connect to a socket of this machine."""
        return _AsyncStream(await self._backend.connect_unix_socket(*arguments, **options))

    async def sleep(self, seconds: float) -> None:
        """Wait, before connecting again."""
        await self._backend.sleep(seconds)


class _AsyncStream:
    """Reads as another asynchronous network stream of httpcore's does, and can be cancelled within many responses.

    Attributes:
        was_read: Whether anything was read since something was written.
    """

    __slots__ = ("_rest", "_stream", "was_read")

    def __init__(self, stream: Any) -> None:
        self._stream, self._rest, self.was_read = stream, b"", True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.was_read = True
        if self._rest:
            from anyio.lowlevel import checkpoint  # noqa: PLC0415 - who reads has imported it

            await checkpoint()
        data, self._rest = _heads(self._rest or await self._stream.read(max_bytes, timeout))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.was_read = False
        await self._stream.write(buffer, timeout)

    async def start_tls(self, *arguments: Any, **options: Any) -> _AsyncStream:
        return _AsyncStream(await self._stream.start_tls(*arguments, **options))

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return (bool(self._rest) and info == "is_readable") or self._stream.get_extra_info(info)


def _heads(data: bytes) -> tuple[bytes, bytes]:
    """Return what may be parsed at a time, and the rest: httpcore parses all 1xx responses that it has read."""
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

    # The system's function cannot be interrupted.
    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise httpx.ConnectTimeout("")
    if isinstance(found[0], Exception):
        raise httpx.ConnectError(str(found[0])) from found[0]
    addresses = [address for *_, address in found[0]]
    return [host] if any(address[3:4] > (0,) for address in addresses) else [str(address[0]) for address in addresses]
