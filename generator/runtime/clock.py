"""The clock that the client uses. Tests replace it, so that they need not wait for retries."""

from __future__ import annotations

import time

from .fork_lock import fork_lock

sleep, monotonic = time.sleep, time.monotonic


async def async_sleep(seconds: float) -> None:
    """Sleep in the running event loop, asyncio's or trio's."""
    with fork_lock:
        import anyio  # noqa: PLC0415 - slow to import, and only asynchronous retries need it

    await anyio.sleep(seconds)
