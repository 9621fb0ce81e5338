"""A server that costs next to nothing for each request: `python -m tests.programs.benchmarks.server BODY`.

It sends the same answer to each request, and prints its port; it ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path

END = b"\r\n\r\n"


class Answering(asyncio.Protocol):
    """Sends an answer for each request without a body.

    Args:
        answer: Returns the response to the text of a request.
        seconds: How long a client waits for it.
    """

    def __init__(self, answer: Callable[[bytes], bytes], seconds: float = 0) -> None:
        self._answer, self._seconds, self._received = answer, seconds, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *requests, self._received = (self._received + data).split(END)
        answers = b"".join(map(self._answer, requests))
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, answers)
        else:
            self._transport.write(answers)


def response(body: bytes) -> bytes:
    """Return a response with a JSON body."""
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nx-request-id: req_1"
    return head.encode() + END + body


async def serve(answer: Callable[[bytes], bytes], seconds: float = 0) -> None:
    """Serve on a free port of loopback, and print the port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(answer, seconds), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    same = response(Path(sys.argv[1]).read_bytes())
    asyncio.run(serve(lambda _: same))
