"""The server: make calls to it, pause and retry them, and fetch completions by their ids, and their messages."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Self, TypeVar

import httpx
import tenacity

from stored_completions import UNSET, AsyncOpenAI
from stored_completions.errors import (
    APIError,
    APIResponseValidationError,
    APIStatusError,
    BadRequestError,
    NotFoundError,
    RateLimitError,
    UnprocessableEntityError,
)
from stored_completions.models import ChatCompletionStoreMessage
from stored_completions.types import Response
from stored_completions_cli import jsontext
from stored_completions_cli.completion import EMPTY_PAGE, Completion, error_in, member, received
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import UnusableError, UsageError
from stored_completions_cli.pages import LoopGuard, following, items_of
from stored_completions_cli.progress import Counts

T = TypeVar("T")

PAGE = 100  # items; the most in a page of the vendor's API
LONGEST_PAUSE = 120.0  # seconds
LARGEST_DIFFERENCE = 3600.0  # seconds between the clocks of this machine and of the server
# 0.5 s, doubled each time up to 7.5 s, with up to 0.5 s of jitter, as the client waits.
_back_off = tenacity.wait_exponential(multiplier=0.5, max=7.5) + tenacity.wait_random(0, 0.5)


class Source:
    """The completions stored on a server.

    Attributes:
        counts: The counts to which retries are added.
        concurrency: The most calls to make at a time.
        max_retries: How many times a request is sent again after transient failures.
    """

    def __init__(self, client: AsyncOpenAI, concurrency: int, counts: Counts) -> None:
        self.completions, self.max_retries = client.chat.completions, client.max_retries
        self.counts, self.concurrency = counts, concurrency
        self._paused_until = self._ahead = 0.0

    @classmethod
    @asynccontextmanager
    async def connect(cls, connection: Connection, counts: Counts | None = None) -> AsyncGenerator[Self, None]:
        """Connect to a server, and close the connections at the end.

        Args:
            counts: The counts to which retries are added.
        """
        async with connection.http_client() as http:
            source = cls(connection.client(http), connection.concurrency, counts or Counts())
            http.event_hooks["response"].append(source.note)
            yield source

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

    async def completion(self, completion_id: str) -> Completion:
        """Fetch a completion by its id.

        Raises:
            APIError: the request failed.
            CommandError: the id is invalid, or the response is not a complete completion with this id.
        """
        value, text = await self.checked(lambda: self.completions.with_raw_response.retrieve(completion_id))
        found = received(value, text)
        problem = found.problem
        if not problem and found.id != completion_id:
            problem = f"the server sent another completion, {jsontext.shortened(repr(found.id))}"
        if problem:
            raise UnusableError(f"{completion_id} is not a whole completion: {problem}.")
        return found

    async def with_messages(self, completion: Completion, messages: str | None = None) -> Completion:
        """Add its messages to a completion, unless its JSON object already has them.

        Args:
            messages: The JSON array of the messages; None fetches them.

        Raises:
            APIError: a request failed, or the pages of messages do not end.
            CommandError: a response is not a complete list of messages.
        """
        if completion.has_messages:
            return completion
        return replace(completion, messages=messages or await self.messages(completion.id))

    async def current(self, completion_id: str) -> Completion:
        """Fetch a completion with its messages: first the messages, then the completion, which alone can be updated.

        Raises:
            APIError: a request failed, or the pages of messages do not end.
            CommandError: a response is incomplete.
        """
        messages = None
        # Messages may be part of the completion's object instead. If the completion is gone, the second request fails.
        with suppress(NotFoundError):
            messages = await self.messages(completion_id)
        return await self.with_messages(await self.completion(completion_id), messages)

    async def messages(self, completion_id: str) -> str:
        """Fetch the messages of a completion, and return them as the text of a JSON array.

        Raises:
            APIError: a request failed, or the pages of messages do not end.
            CommandError: a response is not a complete list of messages.
        """
        raw = self.completions.messages.with_raw_response
        found: list[str] = []
        seen: set[str] = set()
        after: str | None = None
        guard = LoopGuard(f"The messages of {completion_id} do", after)
        while True:
            send = partial(raw.list, completion_id, limit=PAGE, after=after or UNSET)
            page, text = await self.checked(send)
            if not page.data:  # ask again: if the server was mistaken, the page's messages would be lost
                page, text = await self.checked(send)
            is_missing = page.has_more and not page.data
            problem = EMPTY_PAGE if is_missing else next(filter(None, map(_problem_of_message, page.data)), "")
            if problem:
                raise UnusableError(f"The messages of {completion_id} are not whole: {problem}.")
            texts = [jsontext.on_one_line(item) for item in items_of(text)]
            for message, item in zip(page.data, texts, strict=True):
                if not member(message, "id") or item not in seen:  # pages may overlap
                    found.append(item)
                    seen.add(item)
            cursors = following(page.body, page.data) if page.has_more else None
            guard.check(cursors, texts)
            if cursors is None:
                return f"[{','.join(found)}]"
            after = cursors[0]


def with_source(connection: Connection, work: Callable[[Source], Awaitable[T]], counts: Counts | None = None) -> T:
    """Connect to a server, run a coroutine function like `asyncio.run`, and cancel it on SIGTERM too."""

    async def run() -> T:
        if task := asyncio.current_task():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with Source.connect(connection, counts) as source:
            return await work(source)

    return asyncio.run(run())


def text_of(response: Response[Any, Any]) -> str:
    """Decode a JSON body by the encoding that `json.loads` would detect, else by the one that the headers name."""
    try:
        return jsontext.decode(response.content)
    except UnicodeDecodeError:
        return response.text


def _seconds_to_wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, APIStatusError) else None
    return float(_back_off(state)) if asked is None else asked


def _problem_of_message(message: object) -> str:
    if not isinstance(message, ChatCompletionStoreMessage):
        return "one is not a JSON object"
    return error_in(message) or ("" if isinstance(member(message, "role"), str) else "one has no role")
