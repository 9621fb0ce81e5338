# Generated from generator/runtime/awaiting.py by `make generate`; do not edit.
"""Code that is written once, with `await`, for synchronous and asynchronous callers.

What a synchronous caller waits for is there when a function returns it, so that its coroutine never suspends.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar, cast

T = TypeVar("T")


async def result_of(returned: T | Awaitable[T]) -> T:
    """Return what a synchronous function returned, or what an asynchronous one returns when it is awaited."""
    result: Any = returned
    return cast(T, await result if isinstance(result, Awaitable) else result)


async def close(opened: Any, *, is_async: bool) -> None:
    """Close a client or a response of httpx."""
    await result_of(opened.aclose() if is_async else opened.close())


def run(steps: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends, and return what it returns."""
    try:
        steps.send(None)
    except StopIteration as end:
        returned: T = end.value
        return returned
    steps.close()
    raise RuntimeError("A synchronous call waited for something asynchronous.")
