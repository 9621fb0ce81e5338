"""Many calls at a time: one for each id, and no more at a time, nor answers waiting, than asked for.

When a server says that there are too many requests and when to come back, all of the calls wait for it.
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
from .retries import asks_to_pause

if TYPE_CHECKING:
    import asyncio

    with fork_lock:
        from concurrent.futures import Future

T = TypeVar("T")

# A call that is told to pause has not failed. It pauses this often at most, or as often as it would be retried.
MOST_PAUSES = 10


class Outcome(NamedTuple, Generic[T]):
    """What came of one id.

    Attributes:
        id: The id, as a str.
        value: What was retrieved; None where an error came.
        error: What the call raised; None where it succeeded.
    """

    id: str
    value: T | None
    error: APIError | ValueError | None

    def result(self) -> T:
        """Return what was retrieved.

        Raises:
            APIError: the call failed.
            ValueError: the id cannot be one.
        """
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


class _Pause:
    """The pause of all calls that a server asked for; there is none where nothing is to be sent again."""

    def __init__(self, client: Client) -> None:
        self._end, self._most = 0.0, max(MOST_PAUSES, client.max_retries) if client.max_retries else 0

    def left(self) -> float:
        """Return the seconds until calls may be made again."""
        return self._end - clock.monotonic()

    def is_asked_for(self, error: Exception, pauses: int) -> bool:
        """Return whether a call is to be made again after a pause, which is for all of them."""
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
    """Make a call for each id, in threads, and iterate over what came of them.

    Ids are taken when there is room for them. Leaving the iteration waits for the calls that are being made.

    Args:
        call: Called with an id, and with the client by keyword.
        client: Its options hold for each call.
        concurrency: How many calls are made at a time at most; as many answers may wait to be iterated.
        in_order: Whether outcomes come in the order of the ids, or else as they come.
        most_waiting: How many calls may be begun and not iterated, if more than `concurrency`: then others go on while
            the next one in order takes long.

    Raises:
        ValueError: `concurrency` is not a whole number from 1, or `ids` is a str.
    """
    _check(ids, concurrency)
    own = client.sharing_pauses()
    return _batch(partial(call, client=own), ids, concurrency, in_order, max(concurrency, most_waiting), _Pause(own))


def _batch(
    call: Callable[[Any], T], ids: Iterable[Any], concurrency: int, in_order: bool, most_waiting: int, pause: _Pause
) -> Iterator[Outcome[T]]:
    with fork_lock:
        from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait  # noqa: PLC0415 - it takes long to import

    ended, waiting = threading.Event(), deque["Future[Outcome[T]]"]()
    source = iter(ids)
    executor = ThreadPoolExecutor(concurrency, "batch")
    try:
        while True:
            while len(waiting) < most_waiting and (following := next(source, None)) is not None:
                # What is around the iteration, as a span or a decimal context, is around the calls too.
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
            clock.sleep(min(left, 0.1))  # so that leaving the iteration waits no longer
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
    """Make a call for each id, in tasks, as `batch` does; leaving the iteration or cancelling it cancels the calls.

    Raises:
        ValueError: `concurrency` is not a whole number from 1, or `ids` is a str.
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
        import asyncio  # noqa: PLC0415 - it takes long to import

    slots = asyncio.Semaphore(concurrency)
    waiting = deque["asyncio.Task[Outcome[T]]"]()
    source = aiter(ids) if isinstance(ids, AsyncIterable) else _aiter(ids)
    try:
        while True:
            while len(waiting) < most_waiting and (following := await anext(source, None)) is not None:
                waiting.append(asyncio.create_task(_aoutcome(call, following, pause, slots)))
            if not waiting:
                return
            if not in_order:
                done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                _bring_forward(waiting, done)
            # Not popped before it is done: who is cancelled here cancels this task too.
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
    """Let the first of those that are done be the next."""
    first = next(future for future in waiting if future in done)
    waiting.remove(first)
    waiting.appendleft(first)


def _check(ids: object, concurrency: int) -> None:
    if isinstance(ids, str):
        raise ValueError("ids must be several, such as a list; a str would be taken for one id a letter.")
    if not isinstance(concurrency, int) or isinstance(concurrency, bool) or concurrency < 1:
        raise ValueError(f"concurrency must be a whole number from 1, not {concurrency!r}.")
