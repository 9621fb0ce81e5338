"""Faulty responses, as ASGI applications for `Server.plan`, and an origin that refuses connections.

`answer` and `failure` make ordinary responses; the other applications break the protocol or the connection.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from stored_completions_testing.server import Received


def in_turn(*answers: ASGIApp | None) -> Callable[[Received], ASGIApp | None]:
    """Return a plan that answers each request in turn; for None, and after the last answer, the store answers."""
    left = iter(answers)
    return lambda received: next(left, None)


def always(answer: ASGIApp) -> Callable[[Received], ASGIApp | None]:
    """Return a plan that answers every request in the same way."""
    return lambda received: answer


def answer(body: Any = b"", status: int = 200, **headers: str) -> Response:
    """Make a response.

    Args:
        body: The body: bytes are sent unchanged, other values as JSON.
        status: The status code.
        headers: The headers, with underscores for the hyphens in their names.
    """
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(content, status, {"content-type": "application/json", **named})


def failure(status: int, body: Any = None, **headers: str) -> Response:
    """Make a response with an error status and, by default, an error body like the vendor's."""
    default = {"error": {"message": "It went wrong.", "type": "a_type", "param": "a_param", "code": "a_code"}}
    return answer(default if body is None else body, status, **headers)


class Raw:
    """An ASGI application that sends bytes to the socket, then ends the connection.

    Args:
        content: The bytes, with the head of the response.
        then: How to end: `close`, `reset`, or `stall`, which sends nothing more until the client disconnects.
    """

    def __init__(self, content: bytes, then: str = "close") -> None:
        self._content, self._then = content, then

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes, and end the connection."""
        transport = scope["transport"]
        transport.write(self._content)
        if self._then == "close":
            transport.close()
        elif self._then == "reset":
            # Closing a socket that lingers for 0 seconds makes the kernel send RST.
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def head(length: int, status: str = "200 OK", **headers: str) -> bytes:
    """Return the head of a response, with a content length that the body need not have."""
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", f"content-length: {length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


@cache
def gzip_bomb(megabytes: int) -> Response:
    """Make a response with a small gzip body that decompresses to JSON of many megabytes."""
    block = b"a" * 2**20
    with_ends = [b'{"id": "', *[block] * megabytes, b'"}']
    compressor = zlib.compressobj(9, wbits=31)
    return answer(b"".join([*map(compressor.compress, with_ends), compressor.flush()]), content_encoding="gzip")


STALLS = Raw(b"", then="stall")
STALLS_IN_HEADERS = Raw(b"HTTP/1.1 200 OK\r\ncontent-", then="stall")
STALLS_IN_BODY = Raw(head(100) + b'{"id": "chatcmpl', then="stall")

# Responses that break off, and responses that are not valid HTTP.
BROKEN = {
    "closed": Raw(b""),
    "reset": Raw(b"", then="reset"),
    "closed in the headers": Raw(b"HTTP/1.1 200 OK\r\ncontent-"),
    "reset in the body": Raw(head(100) + b'{"id": "chatcmpl', then="reset"),
    "a content-length above the body's": Raw(head(100) + b"{}"),
    "a chunked body that is cut": Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n10\r\n{"),
    "a chunk of no size": Raw(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnone\r\n{}"),
    "no HTTP": Raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a malformed header": Raw(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
}


@contextmanager
def unreachable() -> Iterator[str]:
    """Yield an origin that refuses connections: its port is bound, but not listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


class Drip:
    """An ASGI application that sends bytes, then repeats a piece until the client disconnects.

    Each read succeeds quickly, so that no timeout of a single read ends the response.
    """

    def __init__(self, content: bytes, piece: bytes) -> None:
        self._content, self._piece = content, piece

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes, then repeat the piece."""
        transport = scope["transport"]
        transport.write(self._content)
        while not transport.is_closing():
            transport.write(self._piece)
            await asyncio.sleep(0.02)


_OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
_CHUNKED = _OK + b"transfer-encoding: chunked\r\n\r\n"
_GZIP = zlib.compressobj(wbits=31)
_GZIP_START = _GZIP.compress(b"{") + _GZIP.flush(zlib.Z_SYNC_FLUSH)

# Responses that never end, by the part that is repeated.
DRIPS = {
    "the status line": Drip(b"HTTP/1.1 200 O", b"K"),
    "a header": Drip(_OK + b"x: ", b"a"),
    "headers": Drip(_OK, b"x: y\r\n"),
    "1xx responses": Drip(b"", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"),
    "a chunk's extension": Drip(_CHUNKED + b"2;", b"x"),
    "chunks": Drip(_CHUNKED, b"1\r\n \r\n"),
    "a body": Drip(head(10**6), b" "),
    "trailers": Drip(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"x: y\r\n"),
    "gzip of nothing": Drip(head(10**6, content_encoding="gzip") + _GZIP_START, b"\x00\x00\x00\xff\xff"),
}

# Redirect targets to which no request can be sent.
BROKEN_LOCATIONS = [
    "javascript:alert(1)",
    "mailto:somebody@example.com",
    "data:text/plain,x",
    "ftp://127.0.0.1/",
    "http://127.0.0.1:65536/",
    "http://a..b/",
    "http://[::1/",
    "/" + "a" * 70_000,
]
