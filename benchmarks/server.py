"""A server in a process of its own that costs next to nothing per request: `python -m benchmarks.server BODY`.

It sends the same answer to whatever is asked, and prints its port; it ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

END = b"\r\n\r\n"


class Canned(asyncio.Protocol):
    """Sends an answer for each request without a body that comes in."""

    def __init__(self, answer: bytes) -> None:
        self._answer, self._received = answer, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._received = (self._received + data).split(END)
        self._transport.write(self._answer * len(requests))


async def serve(body: bytes) -> None:
    """Serve on a free port of loopback, and print it."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nx-request-id: req_1"
    answer = head.encode() + END + body
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Canned(answer), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).read_bytes()))
