# Generated from generator/runtime/retrying.py by `make generate`; do not edit.
"""Sending again after a transient failure. This module is imported at the first one: tenacity takes long to import."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_exponential, wait_random

from . import clock
from .awaiting import result_of
from .errors import APIError, APIStatusError
from .response import Outcome, failure_of
from .retries import Retries, is_sent_again, may_be_done

T = TypeVar("T")
E = TypeVar("E")

# Half a second to eight, doubling, with up to half a second of jitter.
_back_off = wait_exponential(multiplier=0.5, max=7.5) + wait_random(0, 0.5)


async def send_again(
    first: Outcome[T, E],
    attempt: Callable[[], Awaitable[Outcome[T, E]]],
    max_retries: int,
    *,
    shares_pauses: bool,
    is_async: bool,
) -> tuple[Outcome[T, E], Retries]:
    """Attempt a request until it succeeds, fails in a way that is not transient, or there are no retries left.

    Args:
        first: The outcome of the first attempt, which was made already.
        shares_pauses: Whether a pause that a server asks for is another's to wait for.
        is_async: Whether the event loop goes on while this waits.

    Returns:
        The outcome of the last attempt, and what happened after the first.
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
    return outcome, Retries(told["attempt_number"] - 1, "may_be_done" in told)


def _again(shares_pauses: bool, state: RetryCallState) -> bool:
    failure = _failure(state)
    if failure is None or not is_sent_again(failure, shares_pauses):
        return False
    if may_be_done(failure):
        state.retry_object.statistics["may_be_done"] = True
    return True


def _wait(state: RetryCallState) -> float:
    """Return the seconds until the request is sent again: what the server asks for, else 0.5 to 8, doubling."""
    failure = _failure(state)
    asked = failure.retry_after if isinstance(failure, APIStatusError) else None
    return float(_back_off(state)) if asked is None else asked


def _outcome(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome else None


def _failure(state: RetryCallState) -> APIError | None:
    """Return how an attempt failed; None where it succeeded, or where the caller's own function raised."""
    return None if state.outcome is None or state.outcome.failed else failure_of(state.outcome.result())
