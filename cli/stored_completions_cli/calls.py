"""Calls of the client, many at a time: sent again after transient failures, and all slowed down by a 429."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Protocol, TypeVar

from stored_completions import AsyncOpenAI
from stored_completions.errors import (
    APIError,
    APIResponseValidationError,
    APIStatusError,
    BadRequestError,
    NotFoundError,
    RateLimitError,
    UnprocessableEntityError,
)
from stored_completions.retries import is_transient, retry_after
from stored_completions_cli import jsontext
from stored_completions_cli.errors import CommandError, Status

T = TypeVar("T")
R = TypeVar("R")

PAGE = 100  # items; the most that the vendor's API gives
_LONGEST_WAIT = 60.0  # seconds, where the server does not say how long


class Raw(Protocol):
    """What the methods of `with_raw_response` return."""

    content: bytes


class Pace:
    """How many calls to make at a time: fewer once the server answers 429, and then more again.

    Attributes:
        retries: How often a request was sent again.
    """

    def __init__(self, concurrency: int, max_retries: int) -> None:
        self._most, self._allowed, self._active = concurrency, float(concurrency), 0
        self._max_retries = max_retries
        self._paused_until = 0.0
        self._slots = asyncio.Condition()
        self.retries = 0

    async def call(self, send: Callable[[], Awaitable[Raw]]) -> str:
        """Send a request, again after transient failures, and return the text of the response.

        Raises:
            APIError: it failed for good, or too often.
            CommandError: it cannot be sent; an id may be invalid.
        """
        for attempt in count():
            try:
                return jsontext.decode((await self._attempt(send)).content)
            except ValueError as error:
                raise CommandError(str(error), Status.USAGE) from None
            except APIError as error:
                if attempt == self._max_retries or not is_transient(error):
                    raise
                asked = retry_after(error.headers) if isinstance(error, APIStatusError) else None
                backed_off = min(_LONGEST_WAIT, 0.5 * 2**attempt) * random.uniform(0.75, 1)
            self.retries += 1
            await asyncio.sleep(backed_off if asked is None else asked)
        raise AssertionError

    async def _attempt(self, send: Callable[[], Awaitable[Raw]]) -> Raw:
        async with self._slots:
            await self._slots.wait_for(lambda: self._active < int(self._allowed))
            self._active += 1
        try:
            while (pause := self._paused_until - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            raw = await send()
            self._allowed = min(self._most, self._allowed + 1 / self._allowed)
        except RateLimitError as error:
            now = time.monotonic()
            if now >= self._paused_until:
                # The other calls that were under way are refused for the same reason: that counts once.
                self._allowed = max(1.0, self._allowed / 2)
            self._paused_until = max(self._paused_until, now + (retry_after(error.headers) or 0))
            raise
        finally:
            self._active -= 1
            async with self._slots:
                self._slots.notify(2)
        return raw


async def is_of_the_id(error: APIError, client: AsyncOpenAI, pace: Pace) -> bool:
    """Return whether a call for one id failed because of that id: the server still answers another call.

    Raises:
        APIError: it does not; this is the error of the other call.
    """
    if not isinstance(error, BadRequestError | NotFoundError | UnprocessableEntityError | APIResponseValidationError):
        await pace.call(lambda: client.chat.completions.with_raw_response.list(limit=1))
    return True


async def in_order(
    items: AsyncIterator[T], work: Callable[[T], Awaitable[R]], at_a_time: int
) -> AsyncGenerator[R, None]:
    """Yield the results of work on items, in the order of the items; at most `at_a_time` are begun and not yielded."""
    begun: deque[asyncio.Future[R]] = deque()
    failed: list[BaseException] = []

    def ended(each: asyncio.Future[R]) -> None:
        if not each.cancelled() and (error := each.exception()):
            # The others would fail too, or be thrown away.
            failed.append(error)
            for other in begun:
                other.cancel()

    async def first() -> R:
        try:
            return await begun.popleft()
        except asyncio.CancelledError:
            if failed:
                raise failed[0] from None
            raise

    try:
        async for item in items:
            begun.append(asyncio.ensure_future(work(item)))
            begun[-1].add_done_callback(ended)
            while begun and (len(begun) >= at_a_time or begun[0].done()):
                yield await first()
        while begun:
            yield await first()
    finally:
        for each in begun:
            each.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
