# Generated from runtime/loops.py by `make generate`; do not edit.
"""The httpx clients of event loops. This module is imported at the first asynchronous call: it needs asyncio."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from .pool import Shared


class LoopClients:
    """An httpx client for each event loop of asyncio or trio."""

    def __init__(self) -> None:
        self._by_loop: dict[Any, Shared[httpx.AsyncClient]] = {}

    def client(self, make: Callable[[], Shared[httpx.AsyncClient]]) -> Shared[httpx.AsyncClient]:
        """Return the client of the running loop, made when it is first needed."""
        loop = _running_loop()
        client = self._by_loop.get(loop)
        if client is None or client.http.is_closed:
            # A client of a loop that has ended cannot be closed any more; dropping it closes its sockets.
            self._by_loop = {each: value for each, value in self._by_loop.items() if not _has_ended(each)}
            client = self._by_loop[loop] = make()
        return client

    def forget(self) -> Shared[httpx.AsyncClient] | None:
        """Return the client of the running loop and forget it: the caller closes it."""
        return self._by_loop.pop(_running_loop(), None)


def _running_loop() -> Any:
    """Return an object that belongs to this run of the event loop alone."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        trio = sys.modules.get("trio")
        if trio is None:
            raise
        return trio.lowlevel.current_trio_token()


def _has_ended(loop: Any) -> bool:
    if isinstance(loop, asyncio.AbstractEventLoop):
        return loop.is_closed()
    try:
        loop.run_sync_soon(bool)
    except sys.modules["trio"].RunFinishedError:
        return True
    return False
