# Generated from generator/runtime/retrying.py by `make generate`; do not edit.
"""Retry requests with tenacity; imported at the first transient failure, because tenacity is slow to import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_exponential, wait_random

from . import clock
from .awaiting import result_of
from .errors import APIError, APIStatusError
from .response import Outcome, failure_of
from .retries import Retries, may_have_succeeded, should_retry

T = TypeVar("T")
E = TypeVar("E")

# 0.5 s, doubled each time up to 7.5 s, with up to 0.5 s of jitter.
_back_off = wait_exponential(multiplier=0.5, max=7.5) + wait_random(0, 0.5)


async def send_again(
    first: Outcome[T, E],
    attempt: Callable[[], Awaitable[Outcome[T, E]]],
    max_retries: int,
    *,
    shares_pauses: bool,
    is_async: bool,
) -> tuple[Outcome[T, E], Retries]:
    """Repeat a request until it succeeds, fails with an error that is not transient, or no retries are left.

    Args:
        first: The outcome of the first attempt.
        shares_pauses: Whether the caller waits when the server asks to pause, instead of this function.
        is_async: Whether the call is made in an event loop.

    Returns:
        The outcome of the last attempt, and the retries.
    """
    known = [first]

    async def next_outcome() -> Outcome[T, E]:
        return known.pop() if known else await attempt()

    async def sleep(seconds: float) -> None:
        await result_of(clock.async_sleep(seconds) if is_async else clock.sleep(seconds))

    retrying = AsyncRetrying(
        sleep=sleep,
        stop=stop_after_attempt(max_retries + 1),
        wait=_wait,
        retry=partial(_again, shares_pauses),
        retry_error_callback=_outcome,
    )
    outcome: Outcome[T, E] = await retrying(next_outcome)
    told = retrying.statistics
    return outcome, Retries(told["attempt_number"] - 1, "may_have_succeeded" in told)


def _again(shares_pauses: bool, state: RetryCallState) -> bool:
    failure = _failure(state)
    if failure is None or not should_retry(failure, shares_pauses):
        return False
    if may_have_succeeded(failure):
        state.retry_object.statistics["may_have_succeeded"] = True
    return True


def _wait(state: RetryCallState) -> float:
    """Return the seconds to wait: what the server asks for, else the exponential backoff."""
    failure = _failure(state)
    asked = failure.retry_after if isinstance(failure, APIStatusError) else None
    return float(_back_off(state)) if asked is None else asked


def _outcome(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome else None


def _failure(state: RetryCallState) -> APIError | None:
    """Return the error of an attempt, or None if it succeeded or the caller's own function raised."""
    return None if state.outcome is None or state.outcome.failed else failure_of(state.outcome.result())
