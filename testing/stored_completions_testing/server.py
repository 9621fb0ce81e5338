"""The embedded server: the five operations over HTTP on loopback, with an in-memory store."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self
from urllib.request import getproxies

import uvicorn
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stored_completions_testing.store import RefusalError, Store

__all__ = ("KEY", "Received", "RefusalError", "Server", "Store")

KEY = "sk-embedded-server"
# Seconds that the server waits for open requests when it stops.
_GRACE = 1.0


@dataclass(frozen=True)
class Received:
    """A request that the server has received.

    Attributes:
        path: The path, still percent-encoded.
        query: The names and values of the query, in order.
        port: The client's port, which tells its connections apart.
    """

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Headers
    body: bytes
    port: int


def _listening() -> socket.socket:
    # Without the protocol, asyncio would leave Nagle's algorithm on, which delays each response by 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


class _Connections(set[Any]):
    """The set of open connections for uvicorn, with a method to wait for their number."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def add(self, connection: Any) -> None:
        with self._changed:
            super().add(connection)
            self._changed.notify_all()

    def discard(self, connection: Any) -> None:
        # uvicorn calls this before asyncio closes the socket, and a client may send another request until then.
        asyncio.get_running_loop().call_soon(self._closed, connection)

    def _closed(self, connection: Any) -> None:
        with self._changed:
            super().discard(connection)
            self._changed.notify_all()

    def wait_for(self, number: int, seconds: float) -> int:
        with self._changed:
            self._changed.wait_for(lambda: len(self) == number, seconds)
            return len(self)


class Server:
    """The embedded server, which runs in a thread within `with Server() as server:`.

    Attributes:
        key: The API key that requests must have.
        store: The stored completions and messages.
        received: The received requests, in order.
        remembers: Whether to keep requests in `received`; set it to False if there are too many.
        plan: A function that returns the ASGI application to answer a request, or None to answer from the store.
            `faults` makes such functions.
    """

    def __init__(self, store: Store | None = None, *, key: str = KEY) -> None:
        """Listen on a free port.

        Args:
            store: The store; by default, one with the completions of `seed.completions`.
            key: The API key that requests must have.
        """
        self._key = key
        self._ids = count(1)
        self._socket = _listening()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.reset(store)
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            proxy_headers=False,
            server_header=False,
            # Keep idle connections open, so that a test can count those that a client has leaked.
            timeout_keep_alive=600,
        )
        self._uvicorn = uvicorn.Server(config)
        self._uvicorn.server_state.connections = self._connections = _Connections()
        self._thread = threading.Thread(target=self._uvicorn.run, args=([self._socket],), daemon=True)

    def reset(self, store: Store | None = None) -> None:
        """Restore the key, clear the plan and the received requests, and replace the store.

        Args:
            store: The store; by default, one with the completions of `seed.completions`.
        """
        self.key = self._key
        self.remembers = True
        self.received: list[Received] = []
        self.plan: Callable[[Received], ASGIApp | None] = lambda received: None
        self.keep(Store() if store is None else store)

    def keep(self, store: Store) -> None:
        """Replace the store."""
        self.store = store
        self._application = store.application()

    @property
    def origin(self) -> str:
        """The scheme, host and port of the server.

        Raises:
            RuntimeError: the server is not running.
        """
        if not self._thread.is_alive():
            raise RuntimeError("The server is not running: use it within `with Server() as server:`.")
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """The base URL for `OpenAI(base_url=...)`."""
        return f"{self.origin}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that make `OpenAI()` use the server."""
        found = {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.key}
        if {"http", "all"} & getproxies().keys():  # keep requests to the server away from the proxy
            before = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
            found["no_proxy"] = found["NO_PROXY"] = ",".join(filter(None, (before, "127.0.0.1")))
        return found

    def connections(self, expected: int, seconds: float = 5) -> int:
        """Wait until a number of connections are open, and return the number of open ones.

        Args:
            expected: The number to wait for.
            seconds: The most seconds to wait.
        """
        return self._connections.wait_for(expected, seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(_GRACE)
        if self._thread.is_alive() and self._loop is not None:
            # A request is still open: break its connection, so that the client does not wait for a response.
            self._uvicorn.force_exit = True
            self._loop.call_soon_threadsafe(self._abort)
            self._thread.join(_GRACE)

    def _abort(self) -> None:
        for connection in [*self._connections]:
            connection.transport.abort()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        request = Request(scope, receive)
        body = await request.body()
        path = scope["raw_path"].decode()
        query, port = request.query_params.multi_items(), scope["client"][1]
        received = Received(request.method, path, query, request.headers, body, port)
        if self.remembers:
            self.received.append(received)

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def identified(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", f"req_{next(self._ids)}".encode())]
            await send(message)

        planned = self.plan(received)
        if planned is not None:
            # Some planned applications break the protocol on purpose, and need the transport below it.
            connection = next(other for other in self._connections if other.client == scope["client"])
            scope["transport"] = connection.transport
            await planned(scope, receive, send)
            return
        refusal = self._unauthorized(request.headers.get("authorization", ""))
        await (refusal.response() if refusal else self._application)(scope, again, identified)

    def _unauthorized(self, authorization: str) -> RefusalError | None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or not key:
            return RefusalError(401, "You didn't provide an API key in an Authorization header.")
        if key == self.key:
            return None
        # The vendor masks the key in this message. This server does not, so that tests see whether the client hides it.
        return RefusalError(401, f"Incorrect API key provided: {key}.", code="invalid_api_key")
