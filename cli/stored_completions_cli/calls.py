"""Make calls of the client, many at a time, and pause all of them when the server asks for it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
import tenacity

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
from stored_completions.types import Response
from stored_completions_cli import jsontext
from stored_completions_cli.errors import UsageError
from stored_completions_cli.progress import Counts

T = TypeVar("T")
R = TypeVar("R")

PAGE = 100  # items; the most in a page of the vendor's API
LONGEST_PAUSE = 120.0  # seconds
LARGEST_DIFFERENCE = 3600.0  # seconds between the clocks of this machine and of the server
# 0.5 s, doubled each time up to 7.5 s, with up to 0.5 s of jitter, as the client waits.
_back_off = tenacity.wait_exponential(multiplier=0.5, max=7.5) + tenacity.wait_random(0, 0.5)


class Calls:
    """Makes calls of a client, and pauses all of them when the server asks for it.

    Attributes:
        counts: The counts to which retries are added.
        concurrency: The most calls to make at a time.
        max_retries: How many times a request is sent again after transient failures.
    """

    def __init__(self, client: AsyncOpenAI, concurrency: int, counts: Counts) -> None:
        self.completions, self.max_retries = client.chat.completions, client.max_retries
        self.counts, self.concurrency = counts, concurrency
        self._paused_until = self._ahead = 0.0

    async def note(self, response: httpx.Response) -> None:
        """Take note of the time to wait after a 429, and of the server's clock: an event hook of an httpx client."""
        with suppress(ValueError, TypeError):
            self._ahead = time.time() - parsedate_to_datetime(response.headers.get("date", "")).timestamp()
        if response.status_code == 429:
            asked = RateLimitError("", response=response, body=None).retry_after or 0
            self._paused_until = max(self._paused_until, time.monotonic() + min(asked, LONGEST_PAUSE))

    def check_clock(self) -> None:
        """Check that this machine's clock, which ages are counted from, is about that of the server.

        Raises:
            UsageError: it is not.
        """
        if abs(self._ahead) > LARGEST_DIFFERENCE:
            hours, how = abs(self._ahead) / 3600, "ahead of" if self._ahead > 0 else "behind"
            raise UsageError(
                f"This machine's clock is {hours:,.0f} hours {how} the server's, so that an age selects"
                " other completions: set the clock, or give a date."
            )

    async def raw(self, send: Callable[[], Awaitable[Response[T, Any]]]) -> Response[T, Any]:
        """Make a call, and return its response without checking the body.

        Raises:
            APIError: the call failed, and its retries did too.
            UsageError: the request cannot be sent, for example because an id is invalid.
        """
        while (left := self._paused_until - time.monotonic()) > 0:
            await asyncio.sleep(left)
        try:
            response = await send()
        except APIError as error:
            self.counts.retries += error.retries_taken
            raise
        except ValueError as error:
            raise UsageError(str(error)) from None
        self.counts.retries += response.retries_taken
        return response

    async def checked(self, send: Callable[[], Awaitable[Response[T, Any]]]) -> tuple[T, str]:
        """Make a call, and return its parsed response and the text of the body.

        Raises:
            APIError: the call failed, and its retries did too; or the body is not what the API declares.
            UsageError: the request cannot be sent, for example because an id is invalid.
        """
        response = await self.raw(send)
        return response.parse(), text_of(response)

    def attempts(self) -> tenacity.AsyncRetrying:
        """Return the attempts at a call, for `async for`, which waits between them as the client does between retries.

        They are for calls that are checked before each attempt, and sent with `max_retries=0`.
        """

        def count(_: tenacity.RetryCallState) -> None:
            self.counts.retries += 1

        return tenacity.AsyncRetrying(
            sleep=asyncio.sleep,
            stop=tenacity.stop_after_attempt(self.max_retries + 1),
            wait=_seconds_to_wait,
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, APIError) and error.is_transient),
            before_sleep=count,
            reraise=True,
        )

    async def check_server(self, error: APIError) -> None:
        """Check that the server still answers other calls after one for a single id has failed.

        Raises:
            APIError: the server does not, or there are too many requests.
        """
        if isinstance(error, RateLimitError):
            raise error
        errors_of_one_id = BadRequestError | NotFoundError | UnprocessableEntityError | APIResponseValidationError
        if not isinstance(error, errors_of_one_id):
            await self.checked(lambda: self.completions.with_raw_response.list(limit=1))


def _seconds_to_wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, APIStatusError) else None
    return float(_back_off(state)) if asked is None else asked


async def in_order(
    items: AsyncIterable[T], work: Callable[[T], Awaitable[R]], concurrency: int, most_begun: int
) -> AsyncGenerator[R, None]:
    """Do work on many items at a time, and yield the results in the order of the items.

    The client's `retrieve_many` cannot do this: it makes one call for each id. Here the work on an item takes several
    requests, or is done by a cluster, and an exception of the work ends the iteration.

    Args:
        items: The items, none of which is None.
        concurrency: The most items to work on at a time.
        most_begun: The most items to begin before their results are yielded.
    """
    slots = asyncio.Semaphore(concurrency)
    begun: deque[asyncio.Task[R]] = deque()
    source = aiter(items)

    async def work_in_slot(item: T) -> R:
        async with slots:
            return await work(item)

    try:
        while True:
            while len(begun) < most_begun and (item := await anext(source, None)) is not None:
                begun.append(asyncio.create_task(work_in_slot(item)))
            if not begun:
                return
            # Leave the task in the queue until it is done, so that a cancellation here cancels the task too.
            result = await begun[0]
            begun.popleft()
            yield result
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


def text_of(response: Response[Any, Any]) -> str:
    """Decode a JSON body by the encoding that `json.loads` would detect, else by the one that the headers name."""
    try:
        return jsontext.decode(response.content)
    except UnicodeDecodeError:
        return response.text
