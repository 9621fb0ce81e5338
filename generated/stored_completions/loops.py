# Generated from runtime/loops.py by `make generate`; do not edit.
"""The httpx clients of event loops. This module is imported at the first asynchronous call: it needs asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx


class LoopClients:
    """An httpx client for each event loop."""

    def __init__(self) -> None:
        self._by_loop: dict[asyncio.AbstractEventLoop, httpx.AsyncClient] = {}

    def client(self, make: Callable[[], httpx.AsyncClient]) -> httpx.AsyncClient:
        """Return the client of the running loop, made when it is first needed."""
        loop = asyncio.get_running_loop()
        client = self._by_loop.get(loop)
        if client is None or client.is_closed:
            # A client of a loop that has ended cannot be closed any more; dropping it closes its sockets.
            self._by_loop = {each: value for each, value in self._by_loop.items() if not each.is_closed()}
            client = self._by_loop[loop] = make()
        return client

    def forget(self) -> httpx.AsyncClient | None:
        """Return the client of the running loop, which is another's to close from now on."""
        return self._by_loop.pop(asyncio.get_running_loop(), None)
