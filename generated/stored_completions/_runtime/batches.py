# Generated from generator/runtime/batches.py by `make generate`; do not edit.
"""Make a call for each of many ids, with limits on the number of concurrent calls and of results kept.

When a server answers 429 and says when to try again, all calls wait.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, cast

from . import clock
from .client import Client
from .errors import APIError, APIStatusError
from .fork_lock import fork_lock
from .options import is_whole
from .retries import asks_to_pause

if TYPE_CHECKING:
    import asyncio

    with fork_lock:
        from concurrent.futures import Future

T = TypeVar("T")

# How many times one call may be asked to pause; a larger `max_retries` allows more.
MOST_PAUSES = 10

_END: Any = object()


class Outcome(NamedTuple, Generic[T]):
    """The result of the call for one id.

    Attributes:
        id: The id, as a str.
        value: The retrieved value; None if the call failed.
        error: The error that the call raised; None if it succeeded.
    """

    id: str
    value: T | None
    error: APIError | ValueError | None

    def result(self) -> T:
        """Return the retrieved value.

        Raises:
            APIError: The call failed.
            ValueError: The id is not valid.
        """
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


class _Pause:
    """The pause that a server asked for, shared by all calls of a batch; without retries, calls never pause."""

    def __init__(self, client: Client) -> None:
        self._end, self._most = 0.0, max(MOST_PAUSES, client.max_retries) if client.max_retries else 0

    def left(self) -> float:
        """Return the seconds left of the pause."""
        return self._end - clock.monotonic()

    def is_asked_for(self, error: Exception, pauses: int) -> bool:
        """Return whether an error asks for a pause; if so, start or extend the pause of all calls."""
        if pauses >= self._most or not isinstance(error, APIStatusError) or not asks_to_pause(error):
            return False
        seconds = error.retry_after or 0.0
        self._end = max(self._end, clock.monotonic() + seconds)
        return True


def batch(
    call: Callable[..., T],
    client: Client,
    ids: Iterable[Any],
    *,
    concurrency: int,
    in_order: bool = True,
    most_waiting: int = 0,
) -> Iterator[Outcome[T]]:
    """Make a call for each id, in threads, and iterate over the outcomes.

    Ids are read from `ids` as calls are started. Leaving the iteration waits for the running calls.

    Args:
        call: Called with an id, and with `client=`.
        client: The client, whose options every call uses.
        concurrency: The maximum number of concurrent calls.
        in_order: Whether outcomes come in the order of the ids, or as calls end.
        most_waiting: The maximum number of calls that were started and not iterated yet; at least `concurrency`. With
            more, calls continue while the next one in order takes long.

    Raises:
        ValueError: `concurrency` is not a whole number from 1, or `ids` is a str or bytes.
    """
    _check(ids, concurrency)
    own = client.sharing_pauses()
    return _batch(partial(call, client=own), ids, concurrency, in_order, max(concurrency, most_waiting), _Pause(own))


def _batch(
    call: Callable[[Any], T], ids: Iterable[Any], concurrency: int, in_order: bool, most_waiting: int, pause: _Pause
) -> Iterator[Outcome[T]]:
    with fork_lock:
        from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415 - slow to import

    ended, waiting = threading.Event(), deque["Future[Outcome[T]]"]()
    source = iter(ids)
    executor = ThreadPoolExecutor(concurrency, "batch")
    try:
        while True:
            while len(waiting) < most_waiting and (following := next(source, _END)) is not _END:
                # Calls inherit the caller's context variables, such as the current span.
                waiting.append(executor.submit(copy_context().run, _outcome, call, following, pause, ended))
            if not waiting:
                return
            if not in_order:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                _bring_forward(waiting, done)
            yield waiting.popleft().result()
    finally:
        ended.set()
        executor.shutdown(cancel_futures=True)


def _outcome(call: Callable[[Any], T], id_: Any, pause: _Pause, ended: threading.Event) -> Outcome[T]:
    pauses = 0
    while True:
        while not ended.is_set() and (left := pause.left()) > 0:
            clock.sleep(min(left, 0.1))  # short, so that leaving the iteration need not wait for the pause
        try:
            return Outcome(str(id_), call(id_), None)
        except (APIError, ValueError) as error:
            if ended.is_set() or not pause.is_asked_for(error, pauses):
                return Outcome(str(id_), None, error)
        pauses += 1


def abatch(
    call: Callable[..., Awaitable[T]],
    client: Client,
    ids: Iterable[Any] | AsyncIterable[Any],
    *,
    concurrency: int,
    in_order: bool = True,
    most_waiting: int = 0,
) -> AsyncGenerator[Outcome[T], None]:
    """Make a call for each id, in tasks, and iterate over the outcomes; the arguments are those of `batch`.

    Leaving or cancelling the iteration cancels the running calls.

    Raises:
        RuntimeError: The event loop is not asyncio's.
        ValueError: `concurrency` is not a whole number from 1, or `ids` is a str or bytes.
    """
    _check(ids, concurrency)
    own = client.sharing_pauses()
    return _abatch(partial(call, client=own), ids, concurrency, in_order, max(concurrency, most_waiting), _Pause(own))


async def _abatch(
    call: Callable[[Any], Awaitable[T]],
    ids: Iterable[Any] | AsyncIterable[Any],
    concurrency: int,
    in_order: bool,
    most_waiting: int,
    pause: _Pause,
) -> AsyncGenerator[Outcome[T], None]:
    with fork_lock:
        import asyncio  # noqa: PLC0415 - slow to import

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError("Batches need asyncio; under trio, make the calls in the tasks of a nursery.") from None
    slots = asyncio.Semaphore(concurrency)
    waiting = deque["asyncio.Task[Outcome[T]]"]()
    source = aiter(ids) if isinstance(ids, AsyncIterable) else _aiter(ids)
    try:
        while True:
            while len(waiting) < most_waiting and (following := await anext(source, _END)) is not _END:
                waiting.append(asyncio.create_task(_aoutcome(call, following, pause, slots)))
            if not waiting:
                return
            if not in_order:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                _bring_forward(waiting, done)
            # The task stays in the queue until it is done, so that cancelling the iteration here cancels it too.
            outcome = await waiting[0]
            waiting.popleft()
            yield outcome
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def _aoutcome(
    call: Callable[[Any], Awaitable[T]], id_: Any, pause: _Pause, slots: asyncio.Semaphore
) -> Outcome[T]:
    pauses = 0
    async with slots:
        while True:
            while (left := pause.left()) > 0:
                await clock.async_sleep(left)
            try:
                return Outcome(str(id_), await call(id_), None)
            except (APIError, ValueError) as error:
                if not pause.is_asked_for(error, pauses):
                    return Outcome(str(id_), None, error)
            pauses += 1


async def _aiter(ids: Iterable[Any]) -> AsyncIterator[Any]:
    for id_ in ids:
        yield id_


def _bring_forward(waiting: deque[T], done: set[T]) -> None:
    """Move the first call that is done to the front of the queue."""
    first = next(future for future in waiting if future in done)
    waiting.remove(first)
    waiting.appendleft(first)


def _check(ids: object, concurrency: int) -> None:
    if isinstance(ids, str | bytes):
        kind = type(ids).__name__
        raise ValueError(f"ids must be an iterable such as a list, not a {kind}: each letter would be an id.")
    if not is_whole(concurrency) or concurrency < 1:
        raise ValueError(f"concurrency must be a whole number from 1, not {concurrency!r}.")
