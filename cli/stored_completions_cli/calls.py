"""Calls of the client: their answers as text, and many of them at a time through its helper for many ids."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

import httpx

from stored_completions import AsyncOpenAI
from stored_completions._runtime.many import amany
from stored_completions._runtime.retries import asks_to_pause
from stored_completions.api.chat_completions import AsyncChatCompletions
from stored_completions.errors import (
    APIError,
    APIResponseValidationError,
    BadRequestError,
    NotFoundError,
    UnprocessableEntityError,
)
from stored_completions_cli import jsontext
from stored_completions_cli.errors import CommandError, Status

T = TypeVar("T")
R = TypeVar("R")

PAGE = 100  # items; the most that the vendor's API gives


class Raw(Protocol):
    """What the methods of `with_raw_response` return."""

    content: bytes


class Tally:
    """How many calls there were, and how many requests were sent for them."""

    def __init__(self) -> None:
        self.calls = self.requests = 0

    @property
    def retries(self) -> int:
        """How often a request was sent again."""
        return max(0, self.requests - self.calls)

    async def sent(self, _: httpx.Request) -> None:
        """Count a request: a hook for httpx."""
        self.requests += 1


class Calls:
    """The calls of a client.

    Attributes:
        completions: The methods, for `text`.
    """

    def __init__(self, client: AsyncOpenAI, tally: Tally, concurrency: int) -> None:
        self.client, self.tally, self.concurrency = client, tally, concurrency
        self.completions = client.chat.completions

    async def text(self, send: Callable[[], Awaitable[Raw]]) -> str:
        """Return the text of the answer to a call.

        Raises:
            APIError: it failed for good, or too often.
            CommandError: it cannot be sent; an id may be invalid.
        """
        self.tally.calls += 1
        try:
            return jsontext.decode((await send()).content)
        except ValueError as error:
            raise CommandError(str(error), Status.USAGE) from None

    async def in_order(
        self,
        items: AsyncIterable[T],
        name: Callable[[T], str],
        work: Callable[[T, Calls], Awaitable[R]],
        ahead: int = 4,
    ) -> AsyncGenerator[R, None]:
        """Yield the results of work on items in their order, many at a time; a 429 makes all of them wait.

        Args:
            name: What an item is called while it is worked on: no two have the same name.
            work: Called with an item, and the calls to work with; again after a pause that the server asked for.
            ahead: How many times `concurrency` items may be begun while the next one in order takes long.

        Raises:
            APIError: what work raises.
        """
        begun: dict[str, T] = {}

        async def names() -> AsyncGenerator[str, None]:
            async for item in items:
                begun[name(item)] = item
                yield name(item)

        async def call(each: str, *, client: Any) -> R:
            calls = Calls(self.client, self.tally, self.concurrency)
            calls.completions = AsyncChatCompletions(client)
            try:
                return await work(begun[each], calls)
            except APIError as error:
                if asks_to_pause(error):
                    self.tally.calls -= 1  # the helper makes it again
                raise

        most = ahead * self.concurrency
        outcomes = amany(call, self.client.client, names(), concurrency=self.concurrency, most_waiting=most)
        async with aclosing(outcomes):
            async for outcome in outcomes:
                del begun[outcome.id]
                yield outcome.result()

    async def check_the_server(self, error: APIError) -> None:
        """Return if a call for one id failed because of that id: the server still answers another call.

        Raises:
            APIError: it does not, or asks for a pause; this is what it says.
        """
        if asks_to_pause(error):
            raise error
        of_the_id = BadRequestError | NotFoundError | UnprocessableEntityError | APIResponseValidationError
        if not isinstance(error, of_the_id):
            await self.text(lambda: self.client.chat.completions.with_raw_response.list(limit=1))
