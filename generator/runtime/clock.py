"""The clock that the client uses. Tests replace it, so that no test waits for a retry."""

from __future__ import annotations

import time

from .fork_lock import fork_lock

sleep, monotonic = time.sleep, time.monotonic


async def async_sleep(seconds: float) -> None:
    """Sleep in whichever event loop is running."""
    with fork_lock:
        import anyio  # noqa: PLC0415 - only asynchronous retries need it, and it takes long to import

    await anyio.sleep(seconds)
