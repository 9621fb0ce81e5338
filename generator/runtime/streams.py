"""Network streams for httpcore that keep within the time of an attempt, and detect unsolicited responses."""

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
from .deadlines import time_left

# Bytes written at a time. httpx's timeout is for one partial write, so between the pieces the time left is checked.
_WRITE_SIZE = 16 * 1024

# Bytes parsed at a time if one read has several responses: httpcore does not check the time while it parses them.
_PARSE_SIZE = 4096


def refuse_unsolicited(response: httpcore.Response) -> None:
    """Refuse a response that the server sent before its request.

    httpcore takes bytes that follow one response for the next response.

    Raises:
        httpx.RemoteProtocolError: Nothing was read since the request was written.
    """
    stream = response.extensions.get("network_stream")
    if isinstance(stream, Stream | AsyncStream) and not stream.was_read:
        raise httpx.RemoteProtocolError("the server answered before it was asked")


class Backend(httpcore.SyncBackend):
    """httpcore's network backend, with streams that keep within the time of the attempt."""

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
        addresses = _addresses(host, port, time_left(timeout, httpx.ConnectTimeout))
        for number, address in enumerate(addresses, 1):
            # All addresses share the timeout; Python would allow it for each of them.
            left = timeout if timeout is None else started + timeout - clock.monotonic()
            if left is not None and left <= 0:
                break
            left = time_left(left, httpx.ConnectTimeout)
            try:
                made = super().connect_tcp(address, port, left, local_address, socket_options)
            except Exception:
                if number == len(addresses):
                    raise
            else:
                return Stream(made)
        raise httpx.ConnectTimeout("")

    def sleep(self, seconds: float) -> None:
        """Wait before connecting again."""
        super().sleep(time_left(seconds, httpx.ConnectTimeout) or 0)


class _Wrapper:
    """The base of the streams, which wrap httpcore's.

    Attributes:
        was_read: Whether anything was read since the last write.
    """

    def __init__(self, stream: Any) -> None:
        self._stream, self._rest, self._process, self.was_read = stream, b"", os.getpid(), True

    def get_extra_info(self, info: str) -> Any:
        """Return information about the stream, such as its socket."""
        return (bool(self._rest) and info == "is_readable") or self._stream.get_extra_info(info)


class Stream(_Wrapper, httpcore.NetworkStream):
    """A network stream that keeps within the time of the attempt."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most `max_bytes` bytes."""
        left, self.was_read = time_left(timeout, httpx.ReadTimeout), True
        data, self._rest = _split_responses(self._rest or self._stream.read(max_bytes, left))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write bytes."""
        self.was_read = False
        for start in range(0, len(buffer), _WRITE_SIZE):
            self._stream.write(buffer[start : start + _WRITE_SIZE], time_left(timeout, httpx.WriteTimeout))

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Stream:
        """Return an encrypted stream."""
        left = time_left(timeout, httpx.ConnectTimeout)
        return Stream(self._stream.start_tls(ssl_context, server_hostname, left))

    def close(self) -> None:
        """Close the connection, and wake any thread that reads from it."""
        # Closing alone would not wake the thread. `SSLSocket.shutdown` would continue unencrypted, so the method of
        # `socket` is called. In a forked process, shutting down would break the parent's connection. The stream of a
        # mock may have no socket.
        if self._process == os.getpid():
            with suppress(OSError, TypeError, AttributeError):
                socket.socket.shutdown(self._stream.get_extra_info("socket"), socket.SHUT_RDWR)
        self._stream.close()


class AsyncBackend(httpcore.AnyIOBackend):
    """httpcore's asynchronous network backend, with streams that detect unsolicited responses."""

    async def connect_tcp(self, *arguments: Any, **options: Any) -> AsyncStream:
        """Connect to a host."""
        return AsyncStream(await cast(Any, super()).connect_tcp(*arguments, **options))


class AsyncStream(_Wrapper, httpcore.AsyncNetworkStream):
    """An asynchronous network stream; the task can be cancelled between two responses of one read."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most `max_bytes` bytes."""
        self.was_read = True
        if self._rest:
            from anyio.lowlevel import checkpoint  # noqa: PLC0415 - asynchronous calls have imported it

            await checkpoint()
        data, self._rest = _split_responses(self._rest or await self._stream.read(max_bytes, timeout))
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write bytes."""
        self.was_read = False
        await self._stream.write(buffer, timeout)

    async def start_tls(self, *arguments: Any, **options: Any) -> AsyncStream:
        """Return an encrypted stream."""
        return AsyncStream(await self._stream.start_tls(*arguments, **options))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()


def _split_responses(data: bytes) -> tuple[bytes, bytes]:
    """Split bytes that hold several responses, so that httpcore does not parse thousands of 1xx responses at once."""
    return (data[:_PARSE_SIZE], data[_PARSE_SIZE:]) if len(data) > _PARSE_SIZE and b"\nHTTP/" in data else (data, b"")


def _addresses(host: str, port: int, seconds: float | None) -> list[str]:
    """Return the addresses of a host; only the host itself if it has link-local addresses, which need their scope.

    Raises:
        httpx.ConnectError: The host has no addresses.
        httpx.ConnectTimeout: The addresses were not found in time.
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

    # `getaddrinfo` cannot be interrupted, so it runs in a thread; without one, the timeout does not apply.
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
