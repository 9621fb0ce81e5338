"""What belongs to an event loop: its httpx client, and the time of its tasks.

This module is imported at the first asynchronous call: it needs asyncio.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from importlib.metadata import PackageNotFoundError, version
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


class _Cancelling:
    """Cancels a task of asyncio when its time is over: what anyio's scope does, at a quarter of its cost."""

    __slots__ = ("_before", "_handle", "_is_over", "_seconds", "_task")

    def __init__(self, task: asyncio.Task[Any], seconds: float) -> None:
        self._task, self._seconds, self._is_over = task, seconds, False

    def __enter__(self) -> None:
        self._before = self._task.cancelling()
        self._handle = self._task.get_loop().call_later(self._seconds, self._cancel)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._handle.cancel()
        # Where others have cancelled the task meanwhile, it stays cancelled.
        is_ours = self._is_over and self._task.uncancel() <= self._before
        if is_ours and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise httpx.ReadTimeout("") from None

    def _cancel(self) -> None:
        self._is_over = True
        self._task.cancel()


def cancelled_after(seconds: float) -> AbstractContextManager[None] | None:
    """Return what bounds the running task; None if the event loop is not asyncio's, or anyio is an old one.

    Raises:
        httpx.ReadTimeout: the time is over; raised where the context ends.
    """
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return None
    return None if task is None or not _counts_cancellations() else _Cancelling(task, seconds)


@cache
def _counts_cancellations() -> bool:
    """Return whether anyio tells a cancellation of others from its own, also where both come at the same moment."""
    try:
        major, minor = re.findall(r"\d+", version("anyio"))[:2]
    except (PackageNotFoundError, ValueError):  # a program that was frozen may lack it
        return False
    return (int(major), int(minor)) >= (4, 16)


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
