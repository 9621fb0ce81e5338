"""Calls of the client, many at a time, which wait together when the server asks for a pause."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from typing import Any, TypeVar

import httpx

from stored_completions import AsyncOpenAI
from stored_completions.errors import (
    APIError,
    APIResponseValidationError,
    BadRequestError,
    NotFoundError,
    RateLimitError,
    UnprocessableEntityError,
)
from stored_completions.types import Response
from stored_completions_cli import jsontext
from stored_completions_cli.errors import CommandError, Status

T = TypeVar("T")
R = TypeVar("R")

PAGE = 100  # items; the most that the vendor's API gives
LONGEST_PAUSE = 120.0  # seconds


class Pause:
    """The time until which all calls wait, since the server has answered 429 and said when to come back."""

    def __init__(self) -> None:
        self._end = 0.0

    async def heard(self, response: httpx.Response) -> None:
        """Note when to come back: a hook for the responses of an httpx client."""
        error = RateLimitError("", response=response, body=None)
        if response.status_code == 429 and error.retry_after:
            self._end = max(self._end, time.monotonic() + min(error.retry_after, LONGEST_PAUSE))

    async def over(self) -> None:
        """Return when calls may be made."""
        while (left := self._end - time.monotonic()) > 0:
            await asyncio.sleep(left)


class Calls:
    """The calls of a client.

    Attributes:
        retries: How often a request was sent again.
        concurrency: How many calls are made at a time.
    """

    def __init__(self, client: AsyncOpenAI, pause: Pause, concurrency: int) -> None:
        self.completions = client.chat.completions
        self.retries, self.concurrency = 0, concurrency
        self._pause = pause

    async def raw(self, send: Callable[[], Awaitable[Response[T, Any]]]) -> Response[T, Any]:
        """Return what a call was answered, not checked yet.

        Raises:
            APIError: it failed for good, or too often.
            CommandError: it cannot be sent; an id may be invalid.
        """
        await self._pause.over()
        try:
            response = await send()
        except APIError as error:
            self.retries += error.retries_taken
            raise
        except ValueError as error:
            raise CommandError(str(error), Status.USAGE) from None
        self.retries += response.retries_taken
        return response

    async def checked(self, send: Callable[[], Awaitable[Response[T, Any]]]) -> tuple[T, str]:
        """Return what a call was answered: as the client has checked it, and its text.

        Raises:
            APIError: it failed for good, or too often, or the answer is not what is declared.
            CommandError: it cannot be sent; an id may be invalid.
        """
        response = await self.raw(send)
        return response.parse(), text_of(response)

    async def check_the_server(self, error: APIError) -> None:
        """Return if a call for one id failed because of that id: the server still answers another call.

        Raises:
            APIError: it does not, or there are too many requests; this is what it says.
        """
        if isinstance(error, RateLimitError):
            raise error
        of_the_id = BadRequestError | NotFoundError | UnprocessableEntityError | APIResponseValidationError
        if not isinstance(error, of_the_id):
            await self.checked(lambda: self.completions.with_raw_response.list(limit=1))


async def in_order(
    items: AsyncIterable[T], work: Callable[[T], Awaitable[R]], concurrency: int, most_begun: int
) -> AsyncGenerator[R, None]:
    """Yield the results of work on items in their order, so many at a time; leaving cancels what was begun."""
    slots = asyncio.Semaphore(concurrency)
    begun: deque[asyncio.Task[R]] = deque()
    source = aiter(items)

    async def done(item: T) -> R:
        async with slots:
            return await work(item)

    try:
        is_over = False
        while True:
            while not is_over and len(begun) < most_begun:
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    is_over = True
                else:
                    begun.append(asyncio.create_task(done(item)))
            if not begun:
                return
            # Not popped before it is done: who is cancelled here cancels this task too.
            result = await begun[0]
            begun.popleft()
            yield result
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)


def text_of(response: Response[Any, Any]) -> str:
    """Return the text of JSON that the client could read: UTF-8, UTF-16 and UTF-32, or what the headers name."""
    try:
        return jsontext.decode(response.content)
    except UnicodeDecodeError:
        return response.text
