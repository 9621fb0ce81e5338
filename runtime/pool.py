"""The httpx clients that a client shares with its copies: one for all threads, and one for each event loop."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from .loops import LoopClients


class Pool:
    """The httpx clients of a client and its copies.

    Attributes:
        injected: A client of the user's own, which is used instead and never closed.
        injected_async: The same, asynchronous.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        """Prepare for making httpx clients with these arguments."""
        self._arguments = arguments
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._process = 0
        self._loops: LoopClients | None = None
        self.injected: httpx.Client | None = None
        self.injected_async: httpx.AsyncClient | None = None

    def client(self) -> httpx.Client:
        """Return the client of all threads."""
        with self._lock:
            # A process that was forked must not talk over the connections of its parent.
            if self._client is None or self._client.is_closed or self._process != os.getpid():
                self._client, self._process = httpx.Client(**self._with_tls()), os.getpid()
            return self._client

    def async_client(self) -> httpx.AsyncClient:
        """Return the client of the running event loop."""
        with self._lock:
            if self._loops is None:
                from .loops import LoopClients  # noqa: PLC0415 - asyncio takes long to import

                self._loops = LoopClients()
            return self._loops.client(lambda: httpx.AsyncClient(**self._with_tls()))

    def close(self) -> None:
        """Close the connections of threads."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        with self._lock:
            client = self._loops.forget() if self._loops else None
        if client is not None:
            await client.aclose()

    def _with_tls(self) -> dict[str, Any]:
        verify = self._arguments["verify"]
        return {**self._arguments, "verify": _tls_context() if verify is True else verify}


@cache
def _tls_context() -> ssl.SSLContext:
    """Return the default's certificates: loading them takes longer than most requests, so a process does it once."""
    return httpx.create_ssl_context()
