"""Run code that is written once, with `await`, for synchronous and asynchronous callers.

In a synchronous call, every function that is awaited has returned its result already, so the coroutine never suspends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar, cast

T = TypeVar("T")


async def result_of(returned: T | Awaitable[T]) -> T:
    """Return the result of a synchronous function unchanged, and await the one of an asynchronous function."""
    result: Any = returned
    return cast(T, await result if isinstance(result, Awaitable) else result)


async def close(opened: Any, *, is_async: bool) -> None:
    """Close an httpx client or response."""
    await result_of(opened.aclose() if is_async else opened.close())


def run(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, and return its result."""
    try:
        steps.send(None)
    except StopIteration as end:
        returned: T = end.value
        return returned
    steps.close()
    raise RuntimeError("A synchronous call waited for something asynchronous.")
