"""Connect to the server, and fetch completions by their ids, and their messages."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Self, TypeVar

from stored_completions import UNSET
from stored_completions.errors import NotFoundError
from stored_completions.models import ChatCompletionStoreMessage
from stored_completions_cli import jsontext
from stored_completions_cli.calls import PAGE, Calls
from stored_completions_cli.completion import EMPTY_PAGE, Completion, error_in, member, received
from stored_completions_cli.connection import Connection
from stored_completions_cli.errors import UnusableError
from stored_completions_cli.pages import LoopGuard, following, items_of, missing_cursor
from stored_completions_cli.progress import Counts

T = TypeVar("T")


class Source(Calls):
    """The completions stored on a server."""

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
            after = next(iter(following(page.body, page.data)), None) if page.has_more else None
            if page.has_more and after is None:
                raise missing_cursor(f"messages of {completion_id}")
            guard.check(after, texts)
            if after is None:
                return f"[{','.join(found)}]"


def with_source(connection: Connection, work: Callable[[Source], Awaitable[T]], counts: Counts | None = None) -> T:
    """Connect to a server, run a coroutine function like `asyncio.run`, and cancel it on SIGTERM too."""

    async def run() -> T:
        if task := asyncio.current_task():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with Source.connect(connection, counts) as source:
            return await work(source)

    return asyncio.run(run())


def _problem_of_message(message: object) -> str:
    if not isinstance(message, ChatCompletionStoreMessage):
        return "one is not a JSON object"
    return error_in(message) or ("" if isinstance(member(message, "role"), str) else "one has no role")
